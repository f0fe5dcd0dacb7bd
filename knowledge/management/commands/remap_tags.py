"""Give held tags the concept that a vocabulary brought later."""

from django.core.management.base import BaseCommand

from knowledge.organization.matching import remap, remaps


class Command(BaseCommand):
    help = (
        "List the tags that are held without a place and whose word is a label of a vocabulary now; "
        "with --apply, move what carries them to that concept."
    )

    def add_arguments(self, parser):
        parser.add_argument("--apply", action="store_true", help="move them (without it they are only listed)")
        parser.add_argument("--only", type=int, nargs="+", metavar="ID", help="these held tags only")

    def handle(self, *, apply, only, **options):
        offers = [offer for offer in remaps() if not only or offer.held.pk in only]
        for offer in offers:
            line = f"{offer.held.pk}: {offer.held.name} → {offer.target.name} <{offer.target.uri}>"
            self.stdout.write(f"{line}, {offer.entries} entries")
            if apply:
                remap(offer.held, offer.target)
        done = "moved" if apply else "can be moved (--apply)"
        self.stdout.write(f"{len(offers)} tags {done}.")
