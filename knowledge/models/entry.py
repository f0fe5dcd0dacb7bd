"""The entry: a Wagtail page in one consistent form, and beside it the state that no revision may bring back."""

from django.contrib.auth.models import AnonymousUser, Group
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager, PagePermissionTester
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

from knowledge.blocks import EntryBody
from knowledge.forms.entry import EntryPageForm, ReviewPanel, VisibilityPanel
from knowledge.rules import EntryForm, Kind, Visibility, access_tokens, check_kind, is_curator, is_staff_member


class EntryIndex(Page):
    """Where the entries of one language stand; readers meet them in browse and search."""

    max_count_per_parent = 1
    subpage_types = ["knowledge.Entry"]

    class Meta:
        verbose_name = _("knowledge base")

    def route(self, request, path_components):
        """Find the entry for who may read it; to others it is missing, whatever they ask with. One query instead of five."""
        if len(path_components) != 1:
            return super().route(request, path_components)
        found = Entry.objects.live().visible_to(request.user).child_of(self).filter(slug=path_components[0])
        entry = found.select_related("locale", "state__checked_by").first()
        if entry is None:
            raise Http404
        return RouteResult(entry)

    def serve(self, request, *args, **kwargs):
        return HttpResponseRedirect(reverse("browse"))


class EntryQuerySet(PageQuerySet):
    def visible_to(self, user):
        """Entries `user` may read. Every page, feed, export, map and API call starts here.

        Published ones whose access token the user holds; librarians also read what is not published yet.
        """
        tokens = access_tokens(user)
        groups = [token.removeprefix("group:") for token in tokens if token.startswith("group:")]
        readable = Q(state__visibility__in=tokens) | Q(state__visibility=Visibility.GROUP, state__group__in=groups)
        if is_curator(user):
            return self.filter(readable | Q(state=None))  # an entry without a state is closed to everybody else
        readable &= Q(live=True)
        if user.is_authenticated:  # a visitor's pk is None, which drafts of erased people would match
            readable |= Q(owner=user)
        found = self.filter(readable)
        return found if is_staff_member(user) else found.exclude(kind=Kind.ABOUT)  # whatever its state says


EntryManager = PageManager.from_queryset(EntryQuerySet)


class Licence(models.TextChoices):
    CC0 = "CC0-1.0", "CC0 1.0"
    CC_BY = "CC-BY-4.0", "CC BY 4.0"
    CC_BY_SA = "CC-BY-SA-4.0", "CC BY-SA 4.0"
    CC_BY_NC = "CC-BY-NC-4.0", "CC BY-NC 4.0"
    RESERVED = "reserved", _("All rights reserved")
    OTHER = "other", _("As stated under rights")


class EntryPermissions(PagePermissionTester):
    def can_delete(self, ignore_bulk=False):
        """As Wagtail has it. Nothing stands below an entry, so nothing has to be looked up, for each row of a list twice."""
        if not self.user.is_active or self.user.is_superuser:
            return self.user.is_active
        may = "change" in self.permissions or ("add" in self.permissions and self.page.owner_id == self.user.pk)
        return may and (not self.page.live or "publish" in self.permissions)


class Entry(Page):
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.FOR, db_index=True)
    form = models.CharField(_("form"), max_length=30, choices=EntryForm, default=EntryForm.ANSWER, db_index=True)
    summary = models.TextField(_("summary"), max_length=500, blank=True)
    body = StreamField(EntryBody(), verbose_name=_("text"), blank=True)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.CC_BY)
    rights = models.CharField(
        _("rights"), max_length=300, blank=True, help_text=_("Who owns it, when not the library.")
    )

    parent_page_types = ["knowledge.EntryIndex"]
    subpage_types = []
    objects = EntryManager()

    template = "knowledge/entry.html"
    base_form_class = EntryPageForm
    private_page_options = []  # who may read it stands in EntryState

    # In the order in which a librarian thinks: what is it, what does it say, where does it belong, where is it from, whose is it.
    content_panels = [
        ReviewPanel(),
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("kind"), FieldPanel("form"), FieldPanel("summary")], _("What it is")),
        FieldPanel("body"),
        InlinePanel("entry_concepts", heading=_("Topics"), label=_("Topic")),
        InlinePanel("sources", heading=_("Sources"), label=_("Source")),
        InlinePanel("contributors", heading=_("Who made it"), label=_("Contributor")),
        MultiFieldPanel([VisibilityPanel("visibility"), VisibilityPanel("visible_group")], _("Who may read it")),
        MultiFieldPanel([FieldPanel("licence"), FieldPanel("rights")], _("Rights")),
    ]
    promote_panels = [FieldPanel("slug")]
    settings_panels = [PublishingPanel()]

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def permissions_for_user(self, user):
        return EntryPermissions(user, self)

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "translations": self.translations_for(request)}

    def translations_for(self, request):
        """Where the reader of `request` finds it in other languages: language code -> address."""
        others = Entry.objects.live().visible_to(getattr(request, "user", AnonymousUser()))
        others = others.filter(translation_key=self.translation_key).exclude(pk=self.pk).select_related("locale")
        return {other.locale.language_code: other.get_url(request) for other in others.defer("body")}


class EntryState(models.Model):
    """What acts at once and is never taken from a revision: who may see, how many versions, checked until when."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="state")
    visibility = models.CharField(
        _("who may read it"), max_length=10, choices=Visibility, default=Visibility.STAFF, db_index=True
    )
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("group"))
    version = models.PositiveIntegerField(default=0)
    checked_by = models.ForeignKey(
        "knowledge.Person", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    check_due = models.DateField(_("check again by"), null=True, blank=True, db_index=True)
    origin = models.CharField(max_length=300, unique=True, null=True, blank=True)  # source:id of an import
    form_key = models.CharField(
        max_length=40, unique=True, null=True, editable=False
    )  # a repeated POST makes one entry

    class Meta:
        verbose_name = _("state of an entry")
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility=Visibility.GROUP, group__isnull=False) | ~Q(visibility=Visibility.GROUP),
                name="entry_group_named",
            )
        ]

    def __str__(self):
        return f"{self.entry_id}: {self.visibility}"

    def open_to(self, visibility, group=None):
        """Change who may read the entry; raises `ValidationError` where its kind, published or drafted, forbids it."""
        for version in (self.entry, self.entry.get_latest_revision_as_object()):
            check_kind(version.kind, visibility)
        self.visibility = visibility
        self.group = group if visibility == Visibility.GROUP else None
        self.save(update_fields=["visibility", "group"])

    def check_again(self, until, *, by, at):
        """Write down that `by` (a person) vouches for the entry until that day."""
        self.checked_by, self.checked_at, self.check_due = by, at, until
        self.save(update_fields=["checked_by", "checked_at", "check_due"])


class EntryConcept(Orderable):
    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="entry_concepts")
    concept = models.ForeignKey(
        "knowledge.Concept", models.CASCADE, related_name="entry_concepts", verbose_name=_("topic")
    )

    panels = [FieldPanel("concept")]

    class Meta(Orderable.Meta):
        verbose_name = _("topic of an entry")
        verbose_name_plural = _("topics of an entry")
        constraints = [models.UniqueConstraint(fields=["entry", "concept"], name="entry_concept_once")]


class EntrySource(Orderable):
    """Where an entry has it from."""

    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="sources")
    title = models.CharField(_("title"), max_length=400)
    note = models.CharField(_("note"), max_length=400, blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    capture = models.ForeignKey(
        "knowledge.Capture", models.SET_NULL, null=True, blank=True, related_name="entry_sources", editable=False
    )

    panels = [FieldPanel("title"), FieldPanel("note"), FieldPanel("url")]

    class Meta(Orderable.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class ContributorRole(models.TextChoices):
    AUTHOR = "author", _("Text")
    CONTRIBUTOR = "contributor", _("Contribution")
    TELLER = "teller", _("Told it")
    TRANSLATOR = "translator", _("Translation")


class EntryContributor(Orderable):
    entry = ParentalKey(Entry, on_delete=models.CASCADE, related_name="contributors")
    person = models.ForeignKey(
        "knowledge.Person", models.SET_NULL, null=True, related_name="contributions", verbose_name=_("person")
    )
    kept_name = models.CharField(max_length=120, blank=True, editable=False)  # stays when the person is erased
    role = models.CharField(_("role"), max_length=12, choices=ContributorRole, default=ContributorRole.AUTHOR)

    panels = [FieldPanel("person"), FieldPanel("role")]

    class Meta(Orderable.Meta):
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        constraints = [models.UniqueConstraint(fields=["entry", "person", "role"], name="entry_contributor_once")]
