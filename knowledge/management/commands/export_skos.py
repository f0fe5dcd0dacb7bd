"""Write vocabularies as SKOS."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from knowledge.models import ConceptScheme
from knowledge.organization.skos.writing import FORMATS, scheme_graph, written


class Command(BaseCommand):
    help = "Write one concept scheme, or all, as SKOS to the terminal or a file. What `import_skos` keeps comes back."

    def add_arguments(self, parser):
        parser.add_argument("--scheme", metavar="URI", help="this scheme only (default: everything)")
        parser.add_argument("--format", choices=FORMATS, default="ttl")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE")

    def handle(self, *, scheme, output, **options):
        text = written(scheme_graph(self.scheme(scheme)), options["format"])
        if output is None:
            self.stdout.write(text)
            return
        temporary = output.with_name(
            f".{output.name}.part"
        )  # a full disk must not leave half a file under the final name
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(output)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise CommandError(f"{output} cannot be written ({error.strerror}).") from error

    def scheme(self, uri):
        if uri is None:
            return None
        found = ConceptScheme.objects.filter(uri=uri).first()
        if found is None:
            known = "\n".join(f"  {scheme.uri}" for scheme in ConceptScheme.objects.all()[:30])
            raise CommandError(f"There is no concept scheme <{uri}>. There are:\n{known}")
        return found
