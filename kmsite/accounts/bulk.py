"""Several accounts at once in the admin: the same functions and checks as one by one."""

from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction

from kmsite.accounts.people import change_roles, close_account, set_active
from knowledge.policies import allows, check_close_account, check_give_roles, check_manage_account


class AssignRoles(AssignRoleBulkAction):
    def check_perm(self, obj):
        return allows(check_give_roles, self.request.user, obj)

    def get_execution_context(self):
        return {**super().get_execution_context(), "by": self.request.user}

    @classmethod
    def execute_action(cls, objects, role=None, by=None, **kwargs):
        for user in objects:
            change_roles(user, {*user.groups.all(), role}, by=by)
        return len(objects), 0


class OpenOrClose(SetActiveStateBulkAction):
    def check_perm(self, obj):
        return allows(check_manage_account, self.request.user, obj)

    @classmethod
    def execute_action(cls, objects, mark_as_active=False, user=None, **kwargs):
        others = [account for account in objects if account != user]
        for account in others:
            set_active(account, mark_as_active, by=user)
        return len(others), 0


class Delete(DeleteBulkAction):
    def check_perm(self, obj):
        return obj != self.request.user and allows(check_close_account, self.request.user, obj)

    def get_execution_context(self):
        return {**super().get_execution_context(), "by": self.request.user}

    @classmethod
    def execute_action(cls, objects, by=None, **kwargs):
        for account in objects:
            close_account(account, by=by)
        return len(objects), 0
