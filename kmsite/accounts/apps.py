"""Wagtail's pages about users and groups, with ours in their place."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    user_viewset = "kmsite.accounts.users.AccountViewSet"
    group_viewset = "kmsite.accounts.groups.RoleViewSet"
