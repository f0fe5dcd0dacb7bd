"""Every other door leads to the one that django-allauth guards. These stand before Wagtail's own addresses."""

from django.shortcuts import redirect
from django.urls import path, re_path
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from wagtail.admin.auth import require_admin_access

from kmsite.accounts.panels import AccountView


@csrf_exempt  # nothing is read from the request but where to go
@never_cache
def to_sign_in(request, **kwargs):
    """Answer any method with the way to the sign-in page; `next` goes along when it is an address of ours."""
    wanted = request.GET.get("next") or request.POST.get("next") or ""
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        wanted = "/admin/" if request.path.startswith("/admin/") else ""
    response = redirect("account_login")
    if wanted:
        response["Location"] += "?" + urlencode({"next": wanted})
    return response


@csrf_exempt
@never_cache
def to_reset(request, **kwargs):
    return redirect("account_reset_password")


admin_doors = [
    path("admin/login/", to_sign_in),
    re_path(r"^admin/password_reset/", to_reset),
    path("admin/account/", require_admin_access(AccountView.as_view())),
    re_path(r"^django-admin/", to_sign_in),
]
page_doors = [
    path("_util/login/", to_sign_in),
]
