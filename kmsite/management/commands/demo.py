"""Reedferry Library 苇渡图书馆 in an empty site: entries, topics, captures and people, in both languages."""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from kmsite.demo.searching import write_searches
from kmsite.demo.writing import Demo, is_there
from knowledge.models import Entry
from knowledge.outbox import pass_over
from knowledge.search.indexing import rebuild
from maps.building import build


class Command(BaseCommand):
    help = (
        "Write the demo library into an empty site and show the accounts to try it with. Run again, it changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="also into a site that has entries of its own")

    def handle(self, *, force, **options):
        if settings.REFUSE_DEMO_ACCOUNTS:
            raise CommandError("The demo's accounts have no place in a production site.")
        if not is_there() and Entry.objects.exists() and not force:
            self.stdout.write("This site has entries of its own, so the demo is not written (--force writes it).")
            return
        was_there = is_there()
        passwords = Demo(progress=lambda things: tqdm(things, disable=not sys.stderr.isatty())).write()
        if not was_there:
            self.make_what_follows()
        self.show(passwords)

    def make_what_follows(self):
        """The index and the map at once, instead of after every step of a year; nobody invented gets a letter."""
        pass_over()
        rebuild()
        build()
        write_searches()
        pass_over()

    def show(self, passwords):
        if not passwords:
            self.stdout.write(
                "Accounts to try: patron, librarian, librarian2, manager, administrator @reedferry.example."
            )
            self.stdout.write("New passwords: .venv/bin/python manage.py accounts --demo --reset")
            return
        self.stdout.write("\nAccounts to try the site with (the passwords are not shown again):\n")
        for email, role, password in passwords:
            self.stdout.write(f"  {email:<34} {role:<14} {password}")
        self.stdout.write("New passwords: .venv/bin/python manage.py accounts --demo --reset")
