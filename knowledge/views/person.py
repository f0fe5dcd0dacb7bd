"""A person's page, for those who may see it."""

from django.db.models import Prefetch
from django.views.generic import DetailView

from knowledge.models import Concept, Entry, Person

ENTRIES_SHOWN = 50


def with_topics(rows):
    """`rows` of what a person knows, with concepts and labels at hand."""
    return rows.prefetch_related(Prefetch("concept", Concept.objects.with_labels()))


class PersonView(DetailView):
    template_name = "knowledge/person.html"
    context_object_name = "person"

    def get_queryset(self):
        return Person.objects.visible_to(self.request.user)  # the unseen is a 404 like the missing

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        reader = self.request.user
        knows = with_topics(self.object.knows.all())
        entries = Entry.objects.live().visible_to(reader).filter(contributors__person=self.object)
        context["knows"] = knows
        context["entries"] = (
            entries.distinct().select_related("locale").order_by("-last_published_at", "pk")[:ENTRIES_SHOWN]
        )
        context["is_own"] = reader.is_authenticated and self.object.user_id == reader.pk
        return context
