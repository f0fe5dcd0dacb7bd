"""What the admin shows of accounts: bulk actions, buttons, the account menu, the audit log."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from kmsite.accounts.bulk import AssignRoles, Delete, OpenOrClose
from kmsite.accounts.report import AuditView, audit_menu_item
from kmsite.accounts.views import drop_second_factor_view, unlock_view
from knowledge.policies import allows, check_manage_account

for action in (AssignRoles, OpenOrClose, Delete):
    hooks.register("register_bulk_action", action, order=100)  # after Wagtail's, whose place they take


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("users/<int:pk>/unlock/", unlock_view, name="account_unlock"),
        path("users/<int:pk>/second-factor/", drop_second_factor_view, name="account_drop_second_factor"),
        path("reports/audit/", AuditView.as_view(), name="audit"),
        path("reports/audit/results/", AuditView.as_view(results_only=True), name="audit_results"),
    ]


@hooks.register("register_user_listing_buttons")
def buttons(user, request_user):
    if not allows(check_manage_account, request_user, user):
        return
    yield Button(_("Unlock"), url=reverse("account_unlock", args=[user.pk]), icon_name="lock-open", priority=40)
    if user != request_user:
        address = reverse("account_drop_second_factor", args=[user.pk])
        yield Button(_("Remove the second factor"), url=address, icon_name="key", priority=50)


@hooks.register("register_account_menu_item")
def sign_in_item(request):
    return {
        "label": _("Password, address, second factor"),
        "url": reverse("me_settings"),
        "help_text": _("Looked after on your own page."),
    }


hooks.register("register_reports_menu_item", audit_menu_item)
