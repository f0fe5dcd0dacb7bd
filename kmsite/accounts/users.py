"""Colleagues and readers in the admin: add, edit, unlock, close, delete. What the forms decide is done by people.py."""

from zoneinfo import available_timezones

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.log_actions import log
from wagtail.users.views import users as wagtail_users

from kmsite.accounts.people import (
    change_address,
    change_roles,
    choose_settings,
    close_account,
    make_account,
    rename,
    set_active,
    set_password,
)
from kmsite.models import User
from knowledge.policies import allows, check_close_account, check_manage_account
from knowledge.rules import Role


def time_zone_choices():
    """Every zone that the system knows, with an empty choice for the library's own."""
    return [("", _("As the library")), *((name, name) for name in sorted(available_timezones()) if "/" in name)]


def group_label(group):
    """A role has a name in the reader's language; other groups keep theirs."""
    return Role(group.name).label if group.name in Role.values else group.name


class GroupsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, group):
        return group_label(group)


class AccountForm(WagtailAdminModelForm):
    """What adding and editing share."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Shown beside what this person writes."))
    email = forms.EmailField(label=_("E-mail address"))
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    groups = GroupsField(
        Group.objects.order_by("name"), label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple
    )
    password1 = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ["email", "language", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zone_choices()

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is an account with this address already."))
        return email

    def clean(self):
        cleaned = super().clean()
        password = cleaned.get("password1")
        if password:
            try:
                validate_password(password, User(email=cleaned.get("email") or ""))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class NewAccountForm(AccountForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = password_validators_help_text_html()
        self.fields["password1"].label = _("First password (empty: the person sets one by “Forgot your password?”)")

    def save_account(self, by):
        """Make the account that the form describes."""
        cleaned = self.cleaned_data
        return make_account(
            email=cleaned["email"],
            name=cleaned["name"],
            password=cleaned["password1"] or None,
            language=cleaned["language"],
            time_zone=cleaned["time_zone"],
            roles=list(cleaned["groups"]),
            by=by,
        )


class EditAccountForm(AccountForm):
    is_active = forms.BooleanField(
        label=_("May sign in"), required=False, help_text=_("Take this away instead of deleting an account.")
    )

    class Meta(AccountForm.Meta):
        fields = ["email", "language", "time_zone", "is_active"]

    def __init__(self, *args, editing_self=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _("Leave empty to keep the one that is.")
        self.fields["name"].initial = self.instance.get_full_name()
        self.fields["groups"].initial = self.instance.groups.all()
        if editing_self:
            for name in ("is_active", "groups", "password1", "email"):
                del self.fields[name]

    def save_account(self, by):
        """Carry over what changed, each by its own function, so that it is checked and written down."""
        user, cleaned = User.objects.get(pk=self.instance.pk), self.cleaned_data
        choose_settings(user, language=cleaned["language"], time_zone=cleaned["time_zone"])
        rename(user, cleaned["name"])
        if "email" in cleaned and cleaned["email"] != user.email:
            change_address(user, cleaned["email"], by=by)
        if cleaned.get("password1"):
            set_password(user, cleaned["password1"], by=by)
        if "groups" in cleaned and set(cleaned["groups"]) != set(user.groups.all()):
            change_roles(user, list(cleaned["groups"]), by=by)
        if "is_active" in cleaned:
            set_active(user, cleaned["is_active"], by=by)
        return User.objects.get(pk=user.pk)


class IndexView(wagtail_users.IndexView):
    page_title = _("Accounts")
    add_item_label = _("Add an account")

    @cached_property
    def columns(self):
        name_column = self._get_title_column_class(wagtail_users.UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            name_column("name", accessor=str, label=_("Name"), sort_key="name", get_url=self.get_edit_url),
            Column("email", label=_("E-mail address"), sort_key="email", width="25%"),
            Column("roles", label=_("Roles"), accessor=roles_text, width="20%"),
            BooleanColumn("is_active", label=_("May sign in"), sort_key="is_active", width="10%"),
            DateColumn("last_login", label=_("Last here"), sort_key="last_login", width="15%"),
        ]

    def get_base_queryset(self):
        return User.objects.select_related("person", "wagtail_userprofile").prefetch_related("groups")

    def search_queryset(self, queryset):
        if not self.search_query:
            return queryset
        words = Q(email__icontains=self.search_query) | Q(person__name__icontains=self.search_query)
        return queryset.filter(words)

    def order_queryset(self, queryset):
        if self.ordering in ("name", "-name"):
            sign = "-" if self.ordering.startswith("-") else ""
            return queryset.order_by(f"{sign}person__name", "pk")
        return super().order_queryset(queryset)

    def get_delete_url(self, instance):
        if allows(check_close_account, self.request.user, instance):
            return super().get_delete_url(instance)


def roles_text(user):
    """The groups of an account, for one cell."""
    names = [str(group_label(group)) for group in user.groups.all()]
    return ", ".join([*names, str(_("Superuser"))] if user.is_superuser else names)


class CreateView(wagtail_users.CreateView):
    page_title = _("Add an account")
    success_message = _("The account of %(object)s was made.")

    def save_instance(self):
        user = self.form.save_account(by=self.request.user)
        log(user, "wagtail.create", content_changed=True)
        return user


class EditView(wagtail_users.EditView):
    success_message = _("The account of %(object)s was changed.")

    def dispatch(self, request, *args, **kwargs):
        check_manage_account(request.user, self.object)
        return super().dispatch(request, *args, **kwargs)

    def save_instance(self):
        user = self.form.save_account(by=self.request.user)
        self.has_content_changes = self.form.has_changed()
        log(user, "wagtail.edit", content_changed=self.has_content_changes)
        if self.editing_self:
            update_session_auth_hash(self.request, user)
        return user

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["can_delete"] = allows(check_close_account, self.request.user, self.object)
        return context


class DeleteView(wagtail_users.DeleteView):
    success_message = _("The account was deleted. What was written with it stays under “Former member”.")

    def dispatch(self, request, *args, **kwargs):
        check_close_account(request.user, self.get_object())
        return super().dispatch(request, *args, **kwargs)

    def delete_action(self):
        close_account(self.object, by=self.request.user)


class AccountViewSet(wagtail_users.UserViewSet):
    menu_label = _("Accounts")
    index_view_class = IndexView
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView

    def get_form_class(self, for_update=False):
        return EditAccountForm if for_update else NewAccountForm
