"""Front-end packages in the repository: which, which files of them, and whether what lies there is what was fetched.

`manage.py vendor` fetches, `tests/kmsite/test_vendor.py` checks. Nothing comes from another host, nothing is bundled.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from kmsite.icons import ICONS, SET

FOLDER = Path(__file__).parent / "static" / "vendor"
LIST = FOLDER / "vendor.json"


@dataclass(frozen=True)
class Package:
    """A package of npm at one version; `files` are those that we serve, patterns or path -> path in our folder."""

    folder: str
    name: str
    version: str
    licence: str
    files: tuple
    root: str = ""  # cut off the paths
    changes: dict = field(default_factory=dict)  # path -> why and how we change the file


def only_woff2(text):
    """Every browser that we know reads WOFF2; the other files are not kept, and a missing one stops `collectstatic`."""
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)', "", text)


PACKAGES = [
    Package(
        "source-sans-3",
        "@fontsource-variable/source-sans-3",
        "5.3.1",
        "OFL-1.1",
        tuple(
            f"files/source-sans-3-{letters}-wght-{style}.woff2"
            for letters in ("latin", "latin-ext")
            for style in ("normal", "italic")
        ),
    ),
    Package("htmx", "htmx.org", "2.0.11", "0BSD", ("dist/htmx.min.js",), root="dist/"),
    Package(
        "katex",
        "katex",
        "0.19.1",
        "MIT",
        ("dist/katex.min.js", "dist/katex.min.css", "dist/fonts/*.woff2"),
        root="dist/",
        changes={"dist/katex.min.css": only_woff2},
    ),
    Package("mermaid", "mermaid", "11.15.0", "MIT", ("dist/mermaid.min.js",), root="dist/"),
    Package(SET, "lucide-static", "1.62.0", "ISC", tuple(f"icons/{name}.svg" for name in sorted(set(ICONS.values())))),
]


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def files_of(package):
    """What lies in the folder of `package`: path -> sha256, in the order of paths."""
    folder = FOLDER / package.folder
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in found}


def described(package):
    """The line of `package` in vendor.json."""
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "changed": {path.removeprefix(package.root): change.__doc__ for path, change in package.changes.items()},
        "files": files_of(package),
    }


def kept_list():
    return json.loads(LIST.read_text())
