"""Counts of everything by kind, for a person or for a program."""

import json

from django.core.management.base import BaseCommand

from knowledge.application.inventory import inventory


class Command(BaseCommand):
    help = "Count everything by kind. --json prints one JSON object."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, as_json, **options):
        numbers = inventory()
        if as_json:
            self.stdout.write(json.dumps(numbers, ensure_ascii=False, sort_keys=True))
            return
        for name, value in numbers.items():
            self._tell(name, value)

    def _tell(self, name, value, depth=0):
        if isinstance(value, dict):
            self.stdout.write(f"{'  ' * depth}{name}")
            for key, inner in sorted(value.items()):
                self._tell(key, inner, depth + 1)
        else:
            self.stdout.write(f"{'  ' * depth}{name}: {value}")
