"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.management import call_command
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from wagtail.models import Page, PageLogEntry, Revision

from kmsite.models import User
from knowledge.models import AuditEvent, Capture, Entry, OutboxRow, Person
from knowledge.throttle import process_counts
from tests.database import copied
from tests.factories import make_user


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_createdb, django_db_blocker):
    """The test database with the foundation laid once: languages, trees, roles, workflow."""
    with django_db_blocker.unblock():
        with copied(afresh=django_db_createdb) as keepdb:
            made = setup_databases(0, interactive=False, keepdb=keepdb, serialized_aliases=())
        call_command("setup", verbosity=0)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def fresh_cache():
    """No test reads what another one left: pages that were kept, and how often somebody did something."""
    cache.clear()
    process_counts.clear()


@pytest.fixture
def people(db):
    """One account of every role: visitor, patron, librarian, second_librarian, manager, administrator."""
    return {
        "visitor": AnonymousUser(),
        "patron": make_user(name="Ines", email="ines@example.org"),
        "librarian": make_user("librarian", name="Maren", email="maren@example.org"),
        "second_librarian": make_user("librarian", name="Wen", email="wen@example.org"),
        "manager": make_user("manager", name="Hanna", email="hanna@example.org"),
        "administrator": make_user("administrator", name="Bo", email="bo@example.org"),
    }


@pytest.fixture(scope="module")
def foundation_stays():
    """For tests that really commit: afterwards goes what they wrote. Django would empty every table, and with them the trees
    that all tests stand on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: tidy())
        yield


def tidy():
    for entry in Entry.objects.all():
        Page.objects.get(pk=entry.pk).delete()
    for model in (PageLogEntry, Revision, AuditEvent, Capture, Person, User, OutboxRow):
        model.objects.all().delete()


@pytest.fixture(scope="session")
def real_data():
    """The folder of real data that KMSITE_DATA names; tests that need it are skipped without it."""
    folder = os.environ.get("KMSITE_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("KMSITE_DATA does not name the folder of real data")
    return Path(folder)
