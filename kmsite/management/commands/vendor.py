"""Fetch the front-end packages with npm and keep the files that we serve, with versions, licences and hashes."""

import json
import shutil
import subprocess
import tarfile
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kmsite.vendoring import FOLDER, LIST, PACKAGES, described

LICENCE = "LICENSE"


class Command(BaseCommand):
    requires_system_checks = []  # it has to run before there is anything to serve
    help = "Fetch the front-end packages (kmsite/vendoring.py) into kmsite/static/vendor/. Needs npm and a network."

    def handle(self, **options):
        if not shutil.which("npm"):
            raise CommandError("npm is missing. On Debian or Ubuntu: apt install npm")
        for package in PACKAGES:
            with tempfile.TemporaryDirectory() as scratch:
                content = fetch(package, Path(scratch))
                lay_down(package, content)
            self.stdout.write(f"{package.name} {package.version}: {len(described(package)['files'])} files")
        LIST.write_text(json.dumps([described(package) for package in PACKAGES], indent=2) + "\n")


def fetch(package, scratch):
    """The files of the package: path -> bytes. npm checks what it downloads against the registry's own hash."""
    command = ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", str(scratch)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=scratch)
    archives = list(scratch.glob("*.tgz"))
    if result.returncode or not archives:
        raise CommandError(f"npm could not fetch {package.name} {package.version}: {result.stderr.strip()}")
    with tarfile.open(archives[0]) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        return {member.name.removeprefix("package/"): archive.extractfile(member).read() for member in members}


def lay_down(package, content):
    """Put the wanted files of the package and its licence in the place of what is there."""
    said = json.loads(content["package.json"]).get("license")
    if said != package.licence:
        raise CommandError(f"{package.name} {package.version} is under {said}, not {package.licence}: look first.")
    wanted = {path: data for path, data in content.items() if any(fnmatch(path, pattern) for pattern in package.files)}
    missing = [pattern for pattern in package.files if not any(fnmatch(path, pattern) for path in wanted)]
    if missing or LICENCE not in content:
        raise CommandError(f"{package.name} {package.version} lacks {', '.join(missing) or LICENCE}.")
    folder = FOLDER / package.folder
    shutil.rmtree(folder, ignore_errors=True)
    for path, data in {**wanted, LICENCE: content[LICENCE]}.items():
        change = package.changes.get(path)
        target = folder / path.removeprefix(package.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(change(data.decode()).encode() if change else data)
