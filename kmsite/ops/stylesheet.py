"""Static files as a site serves them: named by their content, compressed, and the stylesheet in one piece.

The styles are written as plain files that `kmsite.css` imports; a browser would ask for them one after the other.
`collectstatic` puts them in the place of their `@import`. In development and tests the imports stand as they are.
"""

import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "kmsite/css/kmsite.css"
IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\) layer\(([\w-]+)\);')


class StaticStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths, dry_run=False, **options):
        if SHEET in paths and not dry_run:
            self._write(SHEET, joined(paths))
            paths = {**paths, SHEET: (self, SHEET)}
        yield from super().post_process(paths, dry_run, **options)

    def _write(self, name, text):
        self.delete(name)
        self._save(name, ContentFile(text.encode()))


def joined(paths):
    """The text of the stylesheet, what it imports inside its layers. `paths`: name -> (storage, path)."""
    folder = SHEET.rpartition("/")[0]

    def layer(match):
        return f"@layer {match[2]} {{\n{read(paths, f'{folder}/{match[1]}')}}}"

    return IMPORT.sub(layer, read(paths, SHEET))


def read(paths, name):
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()
