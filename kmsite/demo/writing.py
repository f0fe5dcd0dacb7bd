"""Writes the demo library through the same functions as the site's own pages; what is there already is left as it is."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.models import PageLogEntry, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from kmsite.accounts.demo import DEMO_HOST, demo_accounts, make_old
from kmsite.accounts.people import change_roles, make_account, role_groups
from kmsite.demo import reading
from kmsite.demo.talking import Talk
from kmsite.models import HomePage, LibrarySettings, StandardPage, User
from knowledge.acquisition import triage
from knowledge.acquisition.telling import take_in
from knowledge.blocks import written_body
from knowledge.models import Capture, Concept, Entry, EntryState, Person
from knowledge.models.entry import ContributorRole, EntryContributor, EntrySource
from knowledge.models.person import MapConsent
from knowledge.organization.editing import create_entry
from knowledge.organization.review import approve, reject, submit, verify
from knowledge.organization.skos.importing import facet_by_last_part, import_files
from knowledge.outbox import pass_over
from knowledge.rules import CURATORS, CaptureState, roles_of

CONCEPTS = "https://reedferry.example/concepts/"
ORIGIN = "demo"
# Who of the invented people signs in with which of the accounts for trying out.
ACCOUNT_OF = {
    "ines-varga": "patron",
    "maren-oduya": "librarian",
    "wen-jiarui": "librarian2",
    "petra-lindqvist": "manager",
    "fang-yiming": "administrator",
}


class Demo:
    """One writing of the demo; `progress` wraps lists that take long. Returns the new passwords from `write`."""

    def __init__(self, progress=iter):
        self.progress = progress
        self.now = timezone.now()

    def write(self):
        is_new = not is_there()
        passwords = demo_accounts()
        self.name_the_library()
        import_files([reading.FOLDER / "concepts.ttl"], facet_of=facet_by_last_part)
        self.concepts = {c.uri.removeprefix(CONCEPTS): c for c in Concept.objects.filter(uri__startswith=CONCEPTS)}
        self.write_people()
        self.write_pages()
        self.told = self.write_captures()
        with disable_reference_index_auto_update():  # a third of the time; made once at the end instead
            for text in self.progress(reading.entries()):
                self.write_entry(text)
            self.settle_captures()
            if is_new:
                pass_over()  # or the talk, which works off what it publishes, would index every entry first
            self.write_talk()
        self.keep_references()
        return passwords

    def write_talk(self):
        told = {"people": self.people, "concepts": self.concepts, "curators": self.curators}
        Talk(**told, now=self.now, progress=self.progress).write()

    def keep_references(self):
        """Wagtail's "used in" for what was written here."""
        for entry in Entry.objects.filter(state__origin__startswith=f"{ORIGIN}:"):
            if not ReferenceIndex.get_references_for_object(entry).exists():
                ReferenceIndex.create_or_update_for_object(entry)

    def name_the_library(self):
        settings = LibrarySettings.objects.first()
        if settings and settings.name_en == LibrarySettings._meta.get_field("name_en").default:
            settings.name_en, settings.name_zh = "Reedferry Library", "苇渡图书馆"
            settings.contact_email = f"desk@{DEMO_HOST}"
            settings.save()

    # ------------------------------------------------------------ people
    def write_people(self):
        self.people = {}
        for one in reading.people():
            self.people[one["key"]] = self.write_person(one)
        users = [person.user for person in self.people.values()]
        self.curators = [user for user in users if roles_of(user) & CURATORS]

    @transaction.atomic
    def write_person(self, one):
        address = f"{ACCOUNT_OF.get(one['key'], one['key'])}@{DEMO_HOST}"
        language = one["languages"][0]
        name = one["name"]["zh" if language.startswith("zh") else "en"]
        user = User.objects.filter(email=address).first() or self.open_account(address, name, language, one["role"])
        person = user.person
        if person.origin:
            return person
        person.name, person.is_pseudonym, person.languages = name, one["pseudonym"], " ".join(one["languages"])
        person.in_search, person.origin = True, f"{ORIGIN}:{one['key']}"
        if one["on_maps"]:
            person.on_maps, person.on_maps_since, person.on_maps_basis = MapConsent.YES, self.now, "demo"
        person.save()
        for slug in one.get("knows", ()):
            person.knows.get_or_create(concept=self.concepts[slug])
        return person

    def open_account(self, address, name, language, role):
        """An account that nobody can sign in with: its password is not set."""
        user = make_account(email=address, name=name, language=language, by=None)
        if role != "patron":
            change_roles(user, role_groups([role]), by=None)
        make_old(user)
        return user

    # ------------------------------------------------------------ pages of the house
    def write_pages(self):
        keys = {}
        for slug, language, title, markdown in reading.pages():
            home = HomePage.objects.get(locale__language_code=language)
            page = StandardPage.objects.child_of(home).filter(slug=slug).first()
            if page is None:
                page = StandardPage(title=title, slug=slug, locale=home.locale, body=written_body(markdown))
                page.translation_key = keys.get(slug, page.translation_key)
                home.add_child(instance=page)
                page.save_revision().publish()
            keys[slug] = page.translation_key

    # ------------------------------------------------------------ what people told
    def write_captures(self):
        """(slug, language) -> captures that became that entry or part of it."""
        became = defaultdict(list)
        for number, one in enumerate(reading.captures()):
            capture = self.write_capture(number, one)
            if one.get("entry"):
                became[one["entry"], capture.language].append(capture)
        return became

    @transaction.atomic
    def write_capture(self, number, one):
        key = f"{ORIGIN}-{number}"
        capture = Capture.objects.filter(form_key=key).first()
        if capture:
            return capture
        told = self.now - timedelta(days=one["days_ago"])
        taken_by = self.people[one["taken_by"]].user if one.get("taken_by") else None
        evidence = [_evidence(piece) for piece in one.get("evidence", ())]
        capture = take_in(
            one["text"].strip(),
            by=taken_by,
            evidence=evidence,
            channel=one["channel"],
            language=one["language"],
            teller_name=one.get("teller", ""),
            heard_on=told.date(),
        )
        Capture.objects.filter(pk=capture.pk).update(created_at=told, form_key=key)
        capture.events.update(at=told)
        by = taken_by if taken_by in self.curators else self.curators[0]
        if one["state"] == CaptureState.CLAIMED:
            triage.claim(capture, by=by)
        elif one["state"] == CaptureState.DROPPED:
            triage.drop(capture, one["reason"], by=by)
        return capture

    def settle_captures(self):
        """Leave addresses and days as they would be; nobody at these addresses is to get a mail."""
        for number, one in enumerate(reading.captures()):
            captures = Capture.objects.filter(form_key=f"{ORIGIN}-{number}")
            captures.filter(teller_email="").update(teller_email=one.get("contact", ""))
            later = self.now - timedelta(days=one["days_ago"] * 0.8)
            captures.exclude(settled_at=None).filter(settled_at__gt=self.now).update(settled_at=later)

    # ------------------------------------------------------------ entries
    @transaction.atomic
    def write_entry(self, text):
        origin = f"{ORIGIN}:{text.slug}.{text.language}"
        if EntryState.objects.filter(origin=origin).exists():
            return
        author = self.people[text.author].user
        by = author if author in self.curators else self.curators[0]
        entry = self.draft(text, by)
        EntryState.objects.filter(entry=entry).update(origin=origin)
        other = next(user for user in self.curators if user != by)
        if text.state != "draft":
            submit(entry, by=by)
        if text.state == "rejected":
            reject(entry, text.reason, by=other)
        if text.state == "published":
            entry = approve(entry, by=other)
            self.vouch(entry, text, other)
        self.date(entry, self.now - timedelta(days=text.days_ago))

    def draft(self, text, by):
        fields = {
            "title": text.title,
            "slug": text.slug,
            "language": text.language,
            "kind": text.kind,
            "form": text.form,
            "summary": text.summary.strip(),
            "body": written_body(text.markdown),
            "concepts": [self.concepts[slug] for slug in dict.fromkeys(text.concepts)],
            "sources": [_source(source) for source in text.sources],
            "contributors": self.contributors(text),
            "visibility": text.visibility,
            "licence": text.licence,
            "translation_of": self.translation_of(text),
        }
        told = [capture for capture in self.told[text.slug, text.language] if capture.is_waiting]
        told.sort(key=lambda capture: capture.pk)
        came_from = told.pop(0) if told and text.kind == "from" else None
        entry = triage.draft_entry(came_from, by=by, **fields) if came_from else create_entry(by=by, **fields)
        for capture in told:
            triage.add_to_entry(capture, entry, by=by)
        return Entry.objects.get(pk=entry.pk)

    def translation_of(self, text):
        pair = EntryState.objects.filter(origin__startswith=f"{ORIGIN}:{text.slug}.").first()
        return pair.entry if pair else None

    def contributors(self, text):
        named = [EntryContributor(person=self.people[text.author], role=ContributorRole.AUTHOR, sort_order=0)]
        others = [key for key in dict.fromkeys(text.contributors) if key != text.author]
        for order, key in enumerate(others, 1):
            named.append(EntryContributor(person=self.people[key], role=ContributorRole.CONTRIBUTOR, sort_order=order))
        return named

    def vouch(self, entry, text, by):
        """Checked by another librarian; one whose check is overdue was checked long ago."""
        if text.checked_until_days is None:
            return
        until = timezone.localdate() + timedelta(days=text.checked_until_days)
        if text.checked_until_days > 0:
            verify(entry, until, by=by)
            checked = self.now - timedelta(days=text.days_ago * 0.6)
        else:
            checked = self.now - timedelta(days=365 - text.checked_until_days)
        EntryState.objects.filter(entry=entry).update(checked_by=by.person, checked_at=checked, check_due=until)

    def date(self, entry, moment):
        """Let it have happened then."""
        moments = {"latest_revision_created_at": moment}
        if entry.live:
            moments |= {"first_published_at": moment, "last_published_at": moment}
        Entry.objects.filter(pk=entry.pk).update(**moments)
        Revision.objects.for_instance(entry).update(created_at=moment)
        PageLogEntry.objects.filter(page=entry.pk).update(timestamp=moment)


def _evidence(piece):
    if piece.get("url"):
        return {"kind": "link", "title": piece.get("title", ""), "url": piece["url"]}
    return {"kind": "citation", "title": piece.get("title", ""), "citation": piece["citation"]}


def _source(source):
    return EntrySource(title=source["title"], note=source.get("note") or "", url=source.get("url") or "")


def is_there():
    """Whether the demo was written into this site."""
    return Person.objects.filter(origin__startswith=f"{ORIGIN}:").exists()
