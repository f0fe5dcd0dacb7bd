"""A person's page, for those who may see it."""

from django.views.generic import DetailView

from knowledge.models import Entry, Person

ENTRIES_SHOWN = 50


class PersonView(DetailView):
    template_name = "knowledge/person.html"
    context_object_name = "person"

    def get_queryset(self):
        return Person.objects.visible_to(self.request.user)  # the unseen is a 404 like the missing

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        reader = self.request.user
        knows = self.object.knows.select_related("concept").prefetch_related("concept__labels")
        entries = Entry.objects.live().visible_to(reader).filter(contributors__person=self.object)
        context["knows"] = knows
        context["entries"] = (
            entries.distinct().select_related("locale").order_by("-last_published_at", "pk")[:ENTRIES_SHOWN]
        )
        context["is_own"] = reader.is_authenticated and self.object.user_id == reader.pk
        return context
