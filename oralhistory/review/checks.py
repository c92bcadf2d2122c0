"""What is missing before an interview can go on, and what a signatory should look at, as sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.consent import grants
from oralhistory.consent.models import Audience, Use
from oralhistory.interviews.models import Interview
from oralhistory.mentions.models import Mention
from oralhistory.recordings import videos
from oralhistory.recordings.models import Recording
from oralhistory.review.models import Redaction, Remark
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import OtherReading, Segment, Transcript


@dataclass(frozen=True, slots=True)
class Check:
    """`blocks`: it cannot go on like this. `page`: where it is put right, as the workroom calls it."""

    sentence: str
    blocks: bool = False
    page: str = ""


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
    if not interview.summary:
        found.append(Check(_("There is no summary."), page="description"))
    return found


def before_signing(interview: Interview, *, at: datetime) -> list[Check]:
    """What a signatory should know: nothing of this is decided by a machine."""
    transcripts = [
        each for recording in Recording.objects.of(interview) if (each := versions.current(recording))
    ]
    return [
        *_consent(interview, at=at),
        *_mentions(transcripts),
        *_readings(transcripts),
        *_speakers(transcripts),
        *_redactions(interview),
        *_remarks(interview),
    ]


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


def _speakers(transcripts: list[Transcript]) -> list[Check]:
    nameless = Segment.objects.filter(transcript__in=transcripts, speaker="").count()
    if not nameless:
        return []
    sentence = ngettext("One passage has no speaker.", "%(count)d passages have no speaker.", nameless)
    return [Check(sentence % {"count": nameless}, page="transcript")]


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
