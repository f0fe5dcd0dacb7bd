"""The roles as groups, with what Wagtail and Django let them do. Laying them again keeps what a library added."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from knowledge.models import EntryIndex
from knowledge.rules import Role

ENTER = ["wagtailadmin.access_admin"]
WRITE = [
    *ENTER,
    *(
        f"knowledge.{verb}_{noun}"
        for noun in ("concept", "conceptscheme", "conceptgroup")
        for verb in ("add", "change", "view")
    ),
    "knowledge.view_capture",
    "knowledge.change_capture",
    "simple_translation.submit_translation",
]
KEEP = [
    *WRITE,
    *(f"knowledge.delete_{noun}" for noun in ("concept", "conceptscheme", "conceptgroup")),
    *(f"kmsite.{verb}_user" for verb in ("add", "change", "delete", "view")),
    *(f"auth.{verb}_group" for verb in ("add", "change", "delete", "view")),
    *(
        f"wagtailcore.{verb}_{noun}"
        for noun in ("workflow", "task", "site", "collection")
        for verb in ("add", "change", "view")
    ),
    *(f"wagtailredirects.{verb}_redirect" for verb in ("add", "change", "delete", "view")),
    "kmsite.change_librarysettings",
    "knowledge.view_auditevent",
]
PERMISSIONS = {Role.LIBRARIAN: WRITE, Role.MANAGER: [*ENTER, "knowledge.view_capture"], Role.ADMINISTRATOR: KEEP}
# Publishing is by approval (the workflow), so librarians have no right to publish past it.
PAGES = {
    Role.LIBRARIAN: ["add_page", "change_page"],
    Role.ADMINISTRATOR: ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
}
FILES = {
    Role.LIBRARIAN: ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"],
    Role.ADMINISTRATOR: [
        "add_image",
        "change_image",
        "choose_image",
        "add_document",
        "change_document",
        "choose_document",
    ],
}


@transaction.atomic
def lay_roles():
    """Make the three groups, each with at least its permissions; return them by role. Wagtail's own groups go."""
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()
    groups = {role: Group.objects.get_or_create(name=role.value)[0] for role in Role}
    for role, group in groups.items():
        group.permissions.add(*permissions(PERMISSIONS[role]))
        _lay_page_permissions(group, PAGES.get(role, ()))
        _lay_file_permissions(group, FILES.get(role, ()))
    return groups


def permissions(names):
    """The permissions of these `app.codename`s; raises LookupError on one that does not exist."""
    wanted = Q()
    for name in names:
        app, _dot, codename = name.partition(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(wanted).select_related("content_type"))
    missing = set(names) - {f"{p.content_type.app_label}.{p.codename}" for p in found}
    if missing:
        raise LookupError(f"no such permissions: {', '.join(sorted(missing))}")
    return found


def _lay_page_permissions(group, codenames):
    rights = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames)
    for index in EntryIndex.objects.all():
        for right in rights:
            GroupPagePermission.objects.get_or_create(group=group, page=index.page_ptr, permission=right)


def _lay_file_permissions(group, codenames):
    root = Collection.get_first_root_node()
    rights = Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=codenames
    )
    for right in rights:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=right)
