"""Accounts to try the site with: one of every role, under an address that a real library never has."""

import secrets
from datetime import timedelta

from django.db import transaction

from kmsite.accounts.people import change_roles, make_account, role_groups, set_password
from kmsite.models import User
from kmsite.roles import lay_roles
from knowledge.rules import Role

DEMO_HOST = "reedferry.example"
WORDS = [
    "amber",
    "anchor",
    "apron",
    "birch",
    "brook",
    "cedar",
    "chalk",
    "clover",
    "comet",
    "copper",
    "coral",
    "cotton",
    "ember",
    "fern",
    "flint",
    "gable",
    "harbour",
    "hazel",
    "heron",
    "indigo",
    "ivory",
    "juniper",
    "kettle",
    "lantern",
    "lemon",
    "linen",
    "maple",
    "marble",
    "meadow",
    "nettle",
    "oak",
    "olive",
    "orchard",
    "paper",
    "pebble",
    "pine",
    "quill",
    "rain",
    "reed",
    "river",
    "saddle",
    "sage",
    "shore",
    "slate",
    "spruce",
    "thistle",
    "timber",
    "tulip",
    "velvet",
    "walnut",
    "willow",
    "winter",
]


def new_password():
    """Five words and a number at random, some 41 bits: easy to type over, not to be guessed."""
    words = [secrets.choice(WORDS) for _ in range(5)]
    return "-".join([*words, str(secrets.randbelow(9000) + 1000)])


# address, name, language, role (None: a patron)
ACCOUNTS = [
    ("patron", "Ines Varga", "en", None),
    ("librarian", "Maren Oduya", "en", Role.LIBRARIAN),
    ("librarian2", "闻嘉瑞", "zh-hans", Role.LIBRARIAN),
    ("manager", "Petra Lindqvist", "en", Role.MANAGER),
    ("administrator", "方一鸣", "zh-hans", Role.ADMINISTRATOR),
]
AGE = timedelta(days=400)


def make_old(user):
    """Let the account be older than the demo's year of talk, so that no limit of a first day holds for it."""
    User.objects.filter(pk=user.pk).update(date_joined=user.date_joined - AGE)


@transaction.atomic
def demo_accounts(*, reset=False):
    """Make those that are missing; return (address, role, password) of each that has a new password.

    With `reset` every one of them gets a new password.
    """
    lay_roles()
    shown = []
    for name_in_address, name, language, role in ACCOUNTS:
        email, password = f"{name_in_address}@{DEMO_HOST}", new_password()
        user = User.objects.filter(email=email).first()
        if user is None:
            user = make_account(email=email, name=name, language=language, password=password, by=None)
            change_roles(user, role_groups([role] if role else []), by=None)
            make_old(user)
        elif reset:
            set_password(user, password, by=None)
        else:
            continue
        shown.append((email, role or "patron", password))
    return shown
