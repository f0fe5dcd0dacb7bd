"""The reference names every command and every variable that there is, and none that is not."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def first_column(page):
    """What stands in backticks in the first column of a page's tables."""
    rows = re.findall(r"^\| (`.+?) \|", (REFERENCE / page).read_text(encoding="utf-8"), flags=re.M)
    return {word for row in rows for word in re.findall(r"`(\w+)", row)}


def test_every_command_of_ours_is_in_the_reference():
    ours = {app.name for app in apps.get_app_configs() if Path(app.path).parent == Path(settings.BASE_DIR)}

    commands = {name for name, app in get_commands().items() if app in ours}

    assert commands - first_column("commands.md") == set()


def test_every_variable_that_settings_read_is_in_the_reference():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "kmsite" / "settings").glob("*.py"))
    read = set(re.findall(r"""(?:environ(?:\.get\(|\[)|required\()\s*"([A-Z_]+)""", source))

    assert len(read) > 15
    assert read - first_column("environment.md") == set()
