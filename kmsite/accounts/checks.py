"""A site in earnest does not run with the accounts of the demo, whose passwords were printed on somebody's screen."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from kmsite.accounts.demo import DEMO_HOST
from kmsite.models import User

WHAT_TO_DO = "Close them in the admin under Accounts, or delete them."


def open_demo_accounts():
    """The addresses of demo accounts that can sign in; none when there is no database yet."""
    try:
        return list(
            User.objects.filter(email__iendswith=f"@{DEMO_HOST}", is_active=True).values_list("email", flat=True)
        )
    except DatabaseError:
        return []


@register(Tags.security, deploy=True)
def demo_accounts_are_closed(app_configs, **kwargs):
    found = open_demo_accounts()
    if not found:
        return []
    return [Error(f"Accounts of the demo can sign in: {', '.join(found)}.", hint=WHAT_TO_DO, id="kmsite.E001")]


def refuse_demo_accounts():
    """Stop the start of a site in earnest on which a demo account can sign in."""
    if settings.REFUSE_DEMO_ACCOUNTS and (found := open_demo_accounts()):
        raise ImproperlyConfigured(f"Accounts of the demo can sign in: {', '.join(found)}. {WHAT_TO_DO}")
