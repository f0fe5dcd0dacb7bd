"""The one table of who may do what: complete, true, and in the docs as the code has it."""

import inspect

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from communities import models as talk_models
from communities import policies as talk_policies
from kmsite.management.commands import policies as command
from knowledge import models, policies
from knowledge.policies import EVERYBODY, POLICIES, SIGHTS, allows


def checks():
    everywhere = vars(policies) | vars(talk_policies)
    return {name: f for name, f in everywhere.items() if name.startswith("check_") and inspect.isfunction(f)}


def test_every_check_has_its_line():
    assert {policy.check.__name__ for policy in POLICIES} == set(checks())


def test_every_line_says_who_in_known_roles():
    assert all(policy.roles and set(policy.roles) <= set(EVERYBODY) for policy in POLICIES)


@pytest.mark.parametrize(
    "policy",
    [p for p in POLICIES if len(inspect.signature(p.check).parameters) == 1],
    ids=lambda policy: policy.action,
)
@pytest.mark.parametrize("role", EVERYBODY)
def test_the_table_is_true(policy, role, people):
    assert allows(policy.check, people[role]) is (role in policy.roles)


def test_a_refusal_gives_a_reason(people):
    for name, check in checks().items():
        if len(inspect.signature(check).parameters) == 1:
            with pytest.raises(PermissionDenied) as refused:
                check(people["visitor"])
            assert len(str(refused.value)) > 20, name


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.model)
def test_what_the_second_table_names_has_the_gate(sight):
    room = models if hasattr(models, sight.model) else talk_models

    assert hasattr(getattr(room, sight.model).objects.all(), "visible_to")


def test_the_page_in_the_docs_is_made_from_the_code():
    call_command("policies", check=True)


def test_a_stale_page_is_said_so(tmp_path, monkeypatch):
    page = tmp_path / "policies.md"
    page.write_text("something else")
    monkeypatch.setattr(command, "PAGE", page)

    with pytest.raises(CommandError, match=r"manage\.py policies"):
        call_command("policies", check=True)
    monkeypatch.setattr(command, "BASE_DIR", tmp_path)
    call_command("policies", verbosity=0)
    call_command("policies", check=True)


def test_nobody_approves_their_own_text_unless_the_library_says_so(people):
    librarian = people["librarian"]

    assert not allows(lambda: policies.check_approve(librarian, author=librarian))
    assert allows(lambda: policies.check_approve(librarian, author=people["second_librarian"]))
    assert allows(lambda: policies.check_approve(librarian, author=librarian, one_may_approve=True))
    assert not allows(lambda: policies.check_approve(people["patron"], author=librarian))


def test_a_closed_account_has_no_role(people):
    people["administrator"].is_active = False

    assert not allows(policies.check_administer, people["administrator"])
