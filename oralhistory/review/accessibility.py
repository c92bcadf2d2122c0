"""Whether everybody can follow an edition: who hears nothing, who sees nothing, who must be warned."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.consent import grants
from oralhistory.consent.models import Use
from oralhistory.interviews.models import Chapter, Interview, Photograph
from oralhistory.recordings import arranging
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Segment, Transcript

LONG = timedelta(minutes=20)  # without chapters nobody finds their way through more

# A sentence and the page on which it is put right.
Finding = tuple[str, str]


def findings(interview: Interview, transcripts: list[Transcript], *, at: datetime) -> list[Finding]:
    """What would keep somebody out, a sentence each. The terms of the papers decide what counts."""
    terms = grants.in_force(interview, at=at)
    recordings = list(Recording.objects.of(interview).filter(state=Recording.State.READY))
    found = _sound(recordings, transcripts, terms)
    found += _passages(transcripts)
    if terms.allows(Use.STILL):
        found += _photographs(interview)
    if grants.theme_spans(interview) and not interview.warnings:
        found.append((_("Themes are marked that may hurt, and no warning stands before it."), "description"))
    length = max((arranging.end_of(each) for each in recordings), default=0)
    long = timedelta(milliseconds=length) > LONG
    if terms.allows(Use.SUMMARY) and long and not Chapter.objects.filter(interview=interview).exists():
        found.append((_("It is longer than twenty minutes and has no chapters."), "chapters"))
    return found


def _sound(recordings: list[Recording], transcripts: list[Transcript], terms: grants.Terms) -> list[Finding]:
    if terms.allows(Use.AUDIO) and not terms.allows(Use.TEXT):
        return [
            (_("The sound will be public without its text: who does not hear has nothing."), "agreements")
        ]
    silent = len(recordings) - len({each.recording_id for each in transcripts})
    if silent <= 0:
        return []
    sentence = ngettext(
        "One recording is heard and has no text.", "%(count)d recordings are heard and have no text.", silent
    )
    return [(sentence % {"count": silent}, "interview")]


def _passages(transcripts: list[Transcript]) -> list[Finding]:
    rows = Segment.objects.filter(transcript__in=transcripts)
    found = []
    nameless = rows.filter(speaker="").count()
    if nameless:
        sentence = ngettext("One passage has no speaker.", "%(count)d passages have no speaker.", nameless)
        found.append((sentence % {"count": nameless}, "transcript"))
    whole = [each.pk for each in transcripts if each.made_by.get("languages")]
    unknown = rows.filter(language="").exclude(transcript__in=whole).count()
    if unknown:
        sentence = ngettext(
            "Of one passage nobody says in which language it is.",
            "Of %(count)d passages nobody says in which language they are.",
            unknown,
        )
        found.append((sentence % {"count": unknown}, "transcript"))
    return found


def _photographs(interview: Interview) -> list[Finding]:
    bare = Photograph.objects.filter(interview=interview, caption="").count()
    if not bare:
        return []
    sentence = ngettext(
        "One photograph has no caption: who does not see it learns nothing of it.",
        "%(count)d photographs have no caption: who does not see them learns nothing of them.",
        bare,
    )
    return [(sentence % {"count": bare}, "photographs")]
