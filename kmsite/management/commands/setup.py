"""Lay the foundation of a site: languages, page trees, roles, workflow. Safe to run again."""

from django.core.management.base import BaseCommand

from kmsite.foundation import lay_page_trees
from kmsite.roles import lay_roles
from knowledge.organization.review import lay_workflow


class Command(BaseCommand):
    help = (
        "Lay the foundation of the site: both languages with their page trees, roles and workflow. Safe to run again."
    )

    def handle(self, **options):
        lay_page_trees()
        lay_roles()
        lay_workflow()
        self.stdout.write("The foundation of the site stands.")
