"""Reads the first sheet of an XLSX file and prints its rows as JSON lines. Run as a child: a hostile file ends it, not the site.

419 KB of spreadsheet took 184 s and 1.4 GB without these limits.
"""

import json
import resource
import sys
import zipfile

MEMORY = 512 * 1024 * 1024
SECONDS = 30
UNPACKED = 50_000_000
RATIO = 100
MEMBERS = 200
ROWS = 20_000


def check_archive(path):
    """Refuse what unpacks to too much, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        sys.exit("this is not an XLSX file, or it is cut off")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > MEMBERS or unpacked > UNPACKED or unpacked / packed > RATIO:
        sys.exit("it unpacks to far more than its size")


def main(path):
    check_archive(path)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    from openpyxl import load_workbook  # after the limits: it is what they are for

    try:
        sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > ROWS + 1:
                sys.exit(f"it has more than {ROWS} rows")
            print(json.dumps(["" if value is None else str(value) for value in row], ensure_ascii=True))
    except MemoryError:
        sys.exit("it needs too much memory")
    except Exception as error:
        sys.exit(f"it is damaged ({type(error).__name__})")


if __name__ == "__main__":
    main(sys.argv[1])
