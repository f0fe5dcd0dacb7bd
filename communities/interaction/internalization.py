"""Internalization: somebody tries what an entry says and tells what happened. A question that it leaves opens the next turn."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.interaction.combination import follow_now, threads_behind
from communities.interaction.events import record_conversion
from communities.interaction.evidence import settle_output
from communities.interaction.once import once
from communities.interaction.turns import next_turn
from communities.interaction.versions import check_version
from communities.models import PracticeReport
from communities.policies import check_edit_report, check_practise
from communities.rules import TalkState, Useful
from communities.seci import Mode
from knowledge.models import Entry, EntryState
from knowledge.outbox import key_of, tell
from knowledge.text import check_length, clean, render_markdown

LONGEST = 4000
PARTS = ("tried", "happened", "learned")


@once(PracticeReport)
@transaction.atomic
def practise(entry, *, tried, happened, useful, language, by, learned="", question="", form_key=None, at=None):
    """Tell what `by` tried of `entry`, what happened, what they learned (Markdown); return the report.

    `question` opens a thread that grew from it. The same `form_key` again returns what it made. `at` is for imports.
    Raises `PermissionDenied` for who may not, `ValidationError` or `TextRefused` for what is missing or too long.
    """
    EntryState.objects.select_for_update().filter(entry=entry.pk).first()  # one report after the other
    check_practise(by, entry)
    entry = _published(entry, by)
    report = PracticeReport(entry=entry, author=by.person, language=language, form_key=form_key)
    report.created_at = at or timezone.now()
    _write(report, useful, {"tried": tried, "happened": happened, "learned": learned})
    report.save()
    follow_now(entry)
    threads = list(threads_behind(entry))
    record_conversion(Mode.INTERNALIZATION, threads=threads, by=by.person, inputs=[entry], output=report, at=at)
    tell("report_written", report, entry=entry.pk)
    if question.strip():
        next_turn(report, title=question.strip(), text=learned.strip() or happened, language=language, by=by, at=at)
    return report


def _published(entry, by):
    """The entry as it is published, while `by` reads it."""
    found = Entry.objects.live().visible_to(by).filter(pk=entry.pk).first()
    if found is None:
        raise PermissionDenied(
            _("This entry is not published any more, so there is nothing to report on. Keep your text.")
        )
    return found


def _write(report, useful, texts):
    """Take the texts into `report`, rendered. Raises `ValidationError` for what is missing, too long or unknown."""
    texts = {name: clean(text).strip() for name, text in texts.items()}
    if not texts["tried"] or not texts["happened"]:
        raise ValidationError(_("Say what you tried and what happened; a sentence each is enough."))
    if useful not in Useful.values:
        raise ValidationError(_("Say whether it helped."))
    for name, text in texts.items():
        check_length(text, LONGEST)
        rendered = render_markdown(text)
        setattr(report, name, text)
        setattr(report, f"{name}_html", rendered.html)
        report.renderer_version = rendered.version
    report.useful = useful


# ---------------------------------------------------------------- changing it, taking it back
@transaction.atomic
def rewrite_report(report, *, version, by, **texts):
    """Change what one reported: `texts` are some of tried, happened, learned, useful, language.

    Raises `StaleVersion` with both texts when another version than `version` stands by now.
    """
    report = _own(report, by)
    check_version(report, version, **texts)
    report.language = texts.get("language", report.language)
    said = {name: texts.get(name, getattr(report, name)) for name in PARTS}
    _write(report, texts.get("useful", report.useful), said)
    report.version += 1
    report.edited_at = timezone.now()
    report.save()
    tell("report_changed", report, entry=report.entry_id)
    return report


@transaction.atomic
def delete_report(report, *, by):
    """Take one's report back: nobody reads it any more, and its event is withdrawn."""
    report = _own(report, by)
    report.state = TalkState.DELETED
    report.save(update_fields=["state"])
    settle_output(key_of(report), by=by.person)
    tell("report_changed", report, entry=report.entry_id)
    return report


def _own(report, by):
    report = PracticeReport.objects.select_for_update().get(pk=report.pk)
    check_edit_report(by, report)
    return report


# ---------------------------------------------------------------- summed up
def practice_sums(entry):
    """What those who tried `entry` say: {"yes": n, "partly": n, "no": n} of the reports to be read; one query."""
    reports = PracticeReport.objects.filter(entry=entry, state=TalkState.VISIBLE)
    return reports.aggregate(**{useful.value: Count("pk", filter=Q(useful=useful)) for useful in Useful})
