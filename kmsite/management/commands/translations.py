"""The catalogues of every app: collect, compile, and say whether they are stale or incomplete."""

import contextlib
import gettext
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from kmsite.settings.base import BASE_DIR

APPS = ("kmsite", "knowledge", "communities", "maps")
LOCALE = "zh_Hans"


class Command(BaseCommand):
    help = "Collect and compile the translations; with --check only say what is stale, missing or fuzzy (exit 1)."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check, **options):
        if not shutil.which("msgfmt"):
            raise CommandError("gettext is missing. On Debian or Ubuntu: apt install gettext")
        problems = [problem for app in APPS for problem in self.bring_up_to_date(BASE_DIR / app, check)]
        if problems:
            raise CommandError("\n".join(problems) + "\nRun `make messages`, translate what is empty, commit.")
        self.stdout.write("The translations are complete and up to date.")

    def bring_up_to_date(self, app, check):
        """Collect and compile in place, or in a copy when only asked; return what is wrong."""
        folder = app / "locale" / LOCALE / "LC_MESSAGES"
        with tempfile.TemporaryDirectory() as scratch:
            before = _copy(folder, Path(scratch))
            collect(app)
            _compile(folder)
            problems = _gaps(folder / "django.po", app)
            if check:
                changed = [name for name in ("django.po", "django.mo") if _differs(before / name, folder / name)]
                problems += [f"{app.name}: {name} is stale" for name in changed]
                _restore(before, folder)
        return problems


def collect(app):
    """Run makemessages inside one app, without line numbers (they would make every change a conflict)."""
    (app / "locale").mkdir(exist_ok=True)
    with contextlib.chdir(app):
        call_command("makemessages", locale=[LOCALE], no_location=True, no_obsolete=True, verbosity=0)


def _compile(folder):
    if (folder / "django.po").exists():
        subprocess.run(
            ["msgfmt", "--check", "--no-hash", "-o", str(folder / "django.mo"), str(folder / "django.po")], check=True
        )


def _gaps(po, app):
    """Messages without a translation or marked fuzzy."""
    if not po.exists():
        return []
    output = subprocess.run(["msgattrib", "--untranslated", str(po)], capture_output=True, text=True, check=True).stdout
    fuzzy = subprocess.run(["msgattrib", "--only-fuzzy", str(po)], capture_output=True, text=True, check=True).stdout
    found = []
    for text, why in ((output, "has no translation"), (fuzzy, "is fuzzy")):
        found += [f"{app.name}: {message[:100]!r} {why}" for message in _messages(text)]
    return found


def _messages(text):
    """What a catalogue has to say in the language of the code; the entry without words is its head."""
    entries = re.findall(r'^msgid (".*"(?:\n".*")*)', text, re.MULTILINE)
    joined = (
        "".join(line[1:-1] for line in entry.splitlines()) for entry in entries
    )  # long ones stand on several lines
    return [message for message in joined if message]


def _copy(folder, scratch):
    kept = scratch / "before"
    if folder.exists():
        shutil.copytree(folder, kept)
    else:
        kept.mkdir()
    return kept


def _restore(kept, folder):
    for name in ("django.po", "django.mo"):
        if (kept / name).exists():
            shutil.copyfile(kept / name, folder / name)
        elif (folder / name).exists():
            (folder / name).unlink()


def _differs(one, other):
    """Whether two catalogues say different things; the date at which they were collected does not count."""
    if not one.exists() or not other.exists():
        return one.exists() != other.exists()
    return _content(one) != _content(other)


def _content(path):
    if path.suffix == ".mo":
        with path.open("rb") as file:
            return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}
    return [line for line in path.read_text().splitlines() if "POT-Creation-Date" not in line]
