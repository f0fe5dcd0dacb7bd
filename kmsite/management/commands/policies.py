"""Write the table of who may do what into the docs, from the code."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from kmsite.settings.base import BASE_DIR
from knowledge.policies import EVERYBODY, POLICIES, SIGHTS

PAGE = BASE_DIR / "docs" / "reference" / "policies.md"
HEAD = """# Who may do what

Made from `knowledge/policies.py` by `manage.py policies`; do not edit it here. Every `check_…` refuses with a reason
that the person can act on, and is asked by the function that writes: pages, admin and imports obey the same rule.
"""


class Command(BaseCommand):
    help = "Write docs/reference/policies.md from the policies in the code; --check says whether it is stale."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing, fail when the page is stale")

    def handle(self, *, check, **options):
        text = page()
        if check:
            if not PAGE.exists() or PAGE.read_text() != text:
                raise CommandError("docs/reference/policies.md is stale: run `manage.py policies`.")
            return
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text)
        self.stdout.write(f"{PAGE.relative_to(BASE_DIR)} was written.")


def page():
    """The whole page, in English."""
    with override("en"):
        return "\n".join([HEAD, *_doing(), "", "## Who sees what", "", *_seeing()]) + "\n"


def _doing():
    yield "| What | " + " | ".join(EVERYBODY) + " | And | Check |"
    yield "| --- " * (len(EVERYBODY) + 3) + "|"
    for policy in POLICIES:
        cells = ["yes" if role in policy.roles else "–" for role in EVERYBODY]
        name = f"`{policy.check.__name__}`"
        yield "| " + " | ".join([policy.action, *cells, policy.also, name]) + " |"


def _seeing():
    yield "Asked by `Model.objects.visible_to(user)`, where every read starts. The unseen is a 404 like the missing."
    yield ""
    yield "| Thing | Who reads it |"
    yield "| --- | --- |"
    for sight in SIGHTS:
        yield f"| {sight.thing} | {sight.readers} |"
