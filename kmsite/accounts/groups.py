"""Groups in the admin. The three roles keep their name and stay: rules depend on them. Each change is written down."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import GroupForm
from wagtail.users.views import groups as wagtail_groups

from knowledge.audit import record
from knowledge.policies import check_administer
from knowledge.rules import Role


def is_role(group):
    return group.name in Role.values


class GroupOrRoleForm(GroupForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if is_role(self.instance):
            self.fields["name"].disabled = True
            self.fields["name"].help_text = _("This group is a role; its name stays.")


def rights(group):
    """What a group may do, as names: for the audit log."""
    pages = group.page_permissions.values_list("page_id", "permission__codename")
    return {
        "name": group.name,
        "permissions": sorted(group.permissions.values_list("codename", flat=True)),
        "pages": sorted(f"{page}: {codename}" for page, codename in pages),
    }


class Recorded:
    """A form view that writes one audit event after everything of the form, panels too, was saved."""

    written_as = ""

    def process_form(self):
        before = rights(self.object) if self.object.pk else {}
        response = super().process_form()
        if response.status_code == 302:
            record(self.written_as, self.object, by=self.request.user, before=before, after=rights(self.object))
        return response


class CreateView(Recorded, wagtail_groups.CreateView):
    written_as = "group-made"


class EditView(Recorded, wagtail_groups.EditView):
    written_as = "group-change"


class DeleteView(wagtail_groups.DeleteView):
    def dispatch(self, request, *args, **kwargs):
        check_administer(request.user)
        if is_role(self.get_object()):
            raise PermissionDenied(_("This group is a role and cannot be deleted."))
        return super().dispatch(request, *args, **kwargs)

    def delete_action(self):
        record("group-deleted", self.object, by=self.request.user, before=rights(self.object))
        super().delete_action()


class RoleViewSet(wagtail_groups.GroupViewSet):
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView

    def get_form_class(self, for_update=False):
        return GroupOrRoleForm
