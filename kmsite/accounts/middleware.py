"""What every request passes on account of who asks: limits, time zone, second factor."""

from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request

from knowledge.forms.typed import typed
from knowledge.rules import is_staff_member
from knowledge.throttle import TooMany, count_request

NOT_READING = ("/admin/", "/healthz", "/readyz")
SIGNING_IN = {
    "account_login": "sign-in",
    "mfa_login_webauthn": "sign-in",
    "mfa_authenticate": "sign-in",
    "account_reauthenticate": "sign-in",
    "mfa_reauthenticate": "sign-in",
    "account_signup": "sign-up",
    "account_reset_password": "reset",
    "account_reset_password_from_key": "reset",
    "account_change_password": "password",
}


class ThrottleMiddleware:
    """Count reading and signing in; answer 429 wherever something was done too often.

    A visitor is counted before the page cache answers. Whoever sends a session is counted once it is known who that is:
    a made-up cookie counts for its address.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _is_reading(request) and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            try:
                count_request("read", request)
            except TooMany as reason:
                return too_many(request, reason)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        try:
            if _is_reading(request) and settings.SESSION_COOKIE_NAME in request.COOKIES:
                count_request("read", request)
            action = SIGNING_IN.get(request.resolver_match.url_name)
            if action and request.method == "POST":
                count_request(action, request)
        except TooMany as reason:
            return too_many(request, reason)

    def process_exception(self, request, exception):
        if isinstance(exception, TooMany):
            return too_many(request, exception)


def _is_reading(request):
    return request.method in ("GET", "HEAD") and not request.path.startswith(NOT_READING)


def too_many(request, reason):
    """The page that says to wait, with `Retry-After`; what was typed into a form stands on it."""
    if not hasattr(request, "user"):  # nobody was looked up yet
        request.user = AnonymousUser()
    if request.accepts("text/html"):
        with translation.override(get_language_from_request(request, check_path=True)):
            context = {"wait": reason.wait, "texts": typed(request.POST), "address": request.get_full_path()}
            response = render(request, "429.html", context, status=429)
    else:
        response = JsonResponse({"error": str(reason), "wait": reason.wait}, status=429)
    response["Retry-After"] = str(reason.wait)
    response["Cache-Control"] = "no-store"
    return response


class TimeZoneMiddleware:
    """Show times in the reader's own zone; visitors see the library's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        name = request.user.time_zone if _has_session(request) and request.user.is_authenticated else ""
        with timezone.override(ZoneInfo(name) if name else None):
            return self.get_response(request)


def _has_session(request):
    return settings.SESSION_COOKIE_NAME in request.COOKIES


class SecondFactorMiddleware:
    """Who has a role sets up a second factor first; until then only what leads to it can be reached."""

    SETTING_UP = frozenset(
        {
            "mfa_index",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_list_webauthn",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "account_reauthenticate",
            "account_email",
            "account_email_verification_sent",
            "account_confirm_email",
            "account_logout",
            "healthz",
            "readyz",
        }
    )

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.REQUIRE_SECOND_FACTOR or request.resolver_match.url_name in self.SETTING_UP:
            return None
        if lacks_second_factor(request.user):
            return redirect("mfa_index")


def lacks_second_factor(user):
    """Whether `user` has a role and nothing but a password to prove who they are."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return user.is_authenticated and is_staff_member(user) and not is_mfa_enabled(user, kinds)
