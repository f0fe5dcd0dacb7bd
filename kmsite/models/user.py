"""Who signs in: mail, password, language and time zone. Who speaks and knows is `knowledge.Person`."""

from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _


def make_stamp():
    return get_random_string(16)


def validate_time_zone(name):
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write it like Europe/Berlin or Asia/Shanghai."), params={"name": name}
        )


class UserManager(BaseUserManager):
    """Mail addresses are compared without regard to case."""

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), unique=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_time_zone])
    # Part of every session's hash: a new one ends them all. Whoever takes a role or a second factor away sets it.
    session_stamp = models.CharField(max_length=16, default=make_stamp, editable=False)
    is_staff = models.BooleanField(_("works in the technical admin"), default=False)
    is_active = models.BooleanField(
        _("may sign in"), default=True, help_text=_("Take this away instead of deleting an account.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_lower")]

    def __str__(self):
        return self.get_full_name()

    def get_full_name(self):
        """The name that the person chose to be shown by; the address when there is none."""
        person = getattr(self, "person", None)
        return person.name if person else self.email

    get_short_name = get_full_name

    def get_session_auth_hash(self):
        return self._session_hash()

    def get_session_auth_fallback_hash(self):
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret=None):
        """A session holds while password, address and stamp are those that it was opened with."""
        text = f"{self.password}\n{self.email}\n{self.session_stamp}"
        return salted_hmac("kmsite.User.session", text, secret=secret, algorithm="sha256").hexdigest()

    def end_sessions(self):
        """Sign this account out everywhere, from the next request on."""
        self.session_stamp = make_stamp()
        self.save(update_fields=["session_stamp"])
