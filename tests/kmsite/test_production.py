"""The production settings refuse to start half configured, and are clean when they are whole."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from kmsite.accounts.checks import demo_accounts_are_closed, refuse_demo_accounts
from kmsite.accounts.demo import demo_accounts
from kmsite.settings.base import BASE_DIR
from tests.factories import make_user

WHOLE = {
    "DJANGO_SETTINGS_MODULE": "kmsite.settings.production",
    "SECRET_KEY": "kq3!w8Zt0vN5rLx7yB2mJc9fHs4dGp6aTe1uYoPiRbVnXzQwEk-2f7",
    "ALLOWED_HOSTS": "know.example.org",
    "BASE_URL": "https://know.example.org",
    "EMAIL_URL": "smtp://localhost:25",
}


def run(tmp_path, *args, **changes):
    env = {**{key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}, **WHOLE}
    env |= {"KMSITE_VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3", **changes}
    env = {key: value for key, value in env.items() if value is not None}
    command = [sys.executable, *(args or ("manage.py", "check"))]
    return subprocess.run(command, cwd=BASE_DIR, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": None}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + "abcdefghij" * 5}, "too easy to guess"),
        ({"SECRET_KEY": "short"}, "too easy to guess"),
        ({"ALLOWED_HOSTS": None}, "Set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "must name the hosts"),
        ({"DEBUG": "1"}, "DEBUG must not be on"),
        ({"EMAIL_URL": None}, "Set EMAIL_URL"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_it_does_not_start_half_configured(changes, said, tmp_path):
    outcome = run(tmp_path, **changes)

    assert outcome.returncode != 0
    assert said in outcome.stderr


def test_the_check_for_deployment_has_no_warnings(tmp_path):
    outcome = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert outcome.returncode == 0, outcome.stderr
    assert "no issues" in outcome.stdout


def test_the_server_does_not_start_with_debug_on(tmp_path):
    outcome = run(tmp_path, "-c", "import kmsite.wsgi", DEBUG="1")

    assert outcome.returncode != 0


# ---------------------------------------------------------------- accounts of the demo
def test_demo_accounts_stop_the_start_and_are_named(db, settings):
    settings.REFUSE_DEMO_ACCOUNTS = True
    demo_accounts()

    with pytest.raises(ImproperlyConfigured, match=r"administrator@reedferry\.example"):
        refuse_demo_accounts()
    assert [error.id for error in demo_accounts_are_closed(None)] == ["kmsite.E001"]


def test_closed_ones_and_those_of_the_house_do_not(db, settings):
    settings.REFUSE_DEMO_ACCOUNTS = True
    make_user(email="admin@know.example.org")
    make_user(email="patron@reedferry.example", is_active=False)

    refuse_demo_accounts()
    assert demo_accounts_are_closed(None) == []


def test_a_trial_on_one_machine_may_have_them(db):
    demo_accounts()

    refuse_demo_accounts()
