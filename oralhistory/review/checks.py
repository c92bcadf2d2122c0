"""What is missing before an interview can go on, and what a signatory should look at, as sentences."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.consent import grants
from oralhistory.consent.models import Audience, Use
from oralhistory.interviews.models import Interview
from oralhistory.lib import timecodes
from oralhistory.mentions.models import Mention
from oralhistory.recordings import videos
from oralhistory.recordings.models import Recording
from oralhistory.review import accessibility, consent_checks, describing_checks, hearing, translating
from oralhistory.review.models import NamedPerson, Redaction, Remark
from oralhistory.review.people_named import elsewhere, register
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import OtherReading, Segment, Transcript


@dataclass(frozen=True, slots=True)
class Check:
    """`blocks`: it cannot go on like this. `page`, `part`: where it is put right, as the workroom calls it.

    `about`: with which others it is shown (`workroom.changed.GROUPS`).
    """

    sentence: str
    blocks: bool = False
    page: str = ""
    part: str = ""
    about: str = ""


def before_submitting(interview: Interview, *, at: datetime) -> list[Check]:
    """What is missing before a moderator should see it."""
    terms = grants.in_force(interview, at=at)
    recordings = list(Recording.objects.of(interview).exclude(state=Recording.State.REFUSED))
    found = []
    if not recordings:
        found.append(Check(_("There is no recording yet."), blocks=True, page="interview"))
    if not terms.papers:
        found.append(
            Check(
                _("There is no agreement yet: without one nothing is transcribed and nothing published."),
                blocks=True,
                page="agreements",
            )
        )
    elif not terms.allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM):
        found.append(Check(_("No agreement allows a machine to transcribe it."), page="agreements"))
    silent = [each for each in recordings if versions.current(each) is None]
    if silent:
        found.append(
            Check(
                ngettext(
                    "One recording has no text yet.", "%(count)d recordings have no text yet.", len(silent)
                )
                % {"count": len(silent)},
                blocks=True,
                page="interview",
            )
        )
    found += [
        Check(sentence, page=page, part=part) for sentence, page, part in describing_checks.lacks(interview)
    ]
    return found


def before_signing(interview: Interview, *, at: datetime) -> list[Check]:
    """What a signatory should know: nothing of this is decided by a machine."""
    transcripts = [
        each for recording in Recording.objects.of(interview) if (each := versions.current(recording))
    ]
    return [
        *_about("consent", _consent(interview, at=at)),
        *_about("consent", [Check(*known) for known in consent_checks.before_signing(interview, at=at)]),
        *_about("coverage", _hearing(interview, at=at)),
        *_about("people", _people(interview, transcripts)),
        *_about("mentions", _mentions(transcripts)),
        *_about("text", [*_readings(transcripts), *_untyped(transcripts), *_translations(interview)]),
        *_about("accessibility", _accessibility(interview, transcripts, at=at)),
        *_about("redactions", _redactions(interview)),
        *_about("remarks", _remarks(interview)),
    ]


def _about(group: str, checks: list[Check]) -> list[Check]:
    return [replace(check, about=group) for check in checks]


def _accessibility(interview: Interview, transcripts: list[Transcript], *, at: datetime) -> list[Check]:
    found = accessibility.findings(interview, transcripts, at=at)
    return [Check(sentence, page=page) for sentence, page in found]


def _consent(interview: Interview, *, at: datetime) -> list[Check]:
    terms = grants.in_force(interview, at=at)
    wanted = {
        Use.TEXT: _("No agreement gives the public the text."),
        Use.AUDIO: _("No agreement gives the public the sound: the edition will be text only."),
        Use.SUMMARY: _("No agreement gives the public the summary and the chapters."),
        Use.SEARCH_IN_TEXT: _("No agreement lets the text be searched."),
        Use.QUOTE: _("No agreement lets it be quoted."),
        Use.STILL: _("No agreement gives the public the photographs."),
    }
    if videos.is_filmed(interview):
        wanted[Use.VIDEO] = _("No agreement gives the public the video.")
    if not (terms.allows(Use.TEXT) or terms.allows(Use.AUDIO)):
        return [
            Check(
                _("No agreement in force gives the public the text or the sound."),
                blocks=True,
                page="agreements",
            )
        ]
    found = [Check(sentence, page="agreements") for use, sentence in wanted.items() if not terms.allows(use)]
    embargo = grants.embargo(interview, at=at)
    if embargo:
        found.append(
            Check(
                _("An embargo is in force: publishing starts it, and opens nothing yet."), page="agreements"
            )
        )
    return found


def _people(interview: Interview, transcripts: list[Transcript]) -> list[Check]:
    found = []
    if undecided := register.in_the_way(interview):
        sentence = ngettext(
            "On one person who is named nobody has decided.",
            "On %(count)d people who are named nobody has decided.",
            undecided,
        )
        found.append(Check(sentence % {"count": undecided}, blocks=True, page="people_named"))
    for each in elsewhere.standing(interview):
        moment = timecodes.clock(each.start_ms) if each.start_ms is not None else ""
        sentence, page = _still_named()[each.field]
        found.append(Check(sentence % {"moment": moment}, blocks=True, page=page))
    kept_out = NamedPerson.objects.filter(interview=interview).kept_out()
    if kept_out.exists() and any(each.is_untimed for each in transcripts):
        sentence = _(
            "The times of the text are guessed: the sound of a name that is kept out may lie elsewhere."
        )
        found.append(Check(sentence, page="people_named"))
    return found


def _still_named() -> dict[str, tuple[str, str]]:
    """Where a name can still stand: the sentence that says so, and the page on which it is put right."""
    return {
        "title": (_("A name that is kept out stands in the title."), "description"),
        "pull_quote": (_("A name that is kept out stands in the quotation."), "description"),
        "summary": (_("A name that is kept out stands in the summary."), "description"),
        "warnings": (_("A name that is kept out stands in the warnings."), "description"),
        "chapter_title": (
            _("A name that is kept out stands in the title of the chapter at %(moment)s."),
            "chapters",
        ),
        "chapter_synopsis": (
            _("A name that is kept out stands in the synopsis of the chapter at %(moment)s."),
            "chapters",
        ),
        "chapter_warning": (
            _("A name that is kept out stands in the warning before the chapter at %(moment)s."),
            "chapters",
        ),
        "caption": (_("A name that is kept out stands in the caption of a photograph."), "photographs"),
        "credit": (_("A name that is kept out stands in the credit of a photograph."), "photographs"),
        "subject": (_("A name that is kept out is a subject of the chapter at %(moment)s."), "chapters"),
        "footnote": (_("A name that is kept out stands in a footnote."), "transcript"),
        "translation": (_("A name that is kept out stands in a translation."), "translations"),
    }


def _hearing(interview: Interview, *, at: datetime) -> list[Check]:
    heard = hearing.coverage(interview, at=at)
    if heard.is_whole:
        return []
    sentence = _("Of what will be published, %(percent)d %% was listened to.")
    return [Check(sentence % {"percent": heard.percent}, page="transcript")]


def _mentions(transcripts: list[Transcript]) -> list[Check]:
    undecided = Mention.objects.filter(transcript__in=transcripts).undecided().count()
    if not undecided:
        return []
    sentence = ngettext(
        "One mention is undecided: it will not be published.",
        "%(count)d mentions are undecided: they will not be published.",
        undecided,
    )
    return [Check(sentence % {"count": undecided}, page="transcript")]


def _readings(transcripts: list[Transcript]) -> list[Check]:
    waiting = OtherReading.objects.undecided().filter(segment__transcript__in=transcripts).count()
    if not waiting:
        return []
    sentence = ngettext(
        "In one passage the machine heard something else the second time, and nobody has compared the two.",
        "In %(count)d passages the machine heard something else the second time, and nobody has compared the two.",
        waiting,
    )
    return [Check(sentence % {"count": waiting}, page="differences")]


def _untyped(transcripts: list[Transcript]) -> list[Check]:
    """Lines that were laid out and that nobody has written in: an edition goes without them."""
    left = Segment.objects.filter(transcript__in=transcripts, text="").count()
    said = ngettext("One line is still empty.", "%(count)d lines are still empty.", left)
    return [Check(said % {"count": left}, page="transcript")] if left else []


def _translations(interview: Interview) -> list[Check]:
    """What editions carry of a translation is what fits its original as it reads now."""
    found = []
    for language, (missing, changed) in translating.to_look_at(interview).items():
        if missing or changed:
            said = _(
                "Translation (%(language)s): %(missing)d passages are missing, %(changed)d have changed since."
            )
            values = {"language": language, "missing": missing, "changed": changed}
            found.append(Check(said % values, page="translations"))
    return found


def _redactions(interview: Interview) -> list[Check]:
    standing = Redaction.objects.standing().filter(interview=interview).count()
    if not standing:
        return [Check(_("Nothing is redacted."), page="transcript")]
    sentence = ngettext(
        "One passage is redacted, in text and sound.",
        "%(count)d passages are redacted, in text and sound.",
        standing,
    )
    return [Check(sentence % {"count": standing}, page="transcript")]


def _remarks(interview: Interview) -> list[Check]:
    open_ = Remark.objects.filter(interview=interview, resolved_at=None).count()
    if not open_:
        return []
    sentence = ngettext("One remark is open.", "%(count)d remarks are open.", open_)
    return [Check(sentence % {"count": open_}, page="interview")]
