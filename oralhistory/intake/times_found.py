"""A text that was brought without times gets them, once a machine has heard its recording.

What people did with the text while it waited is theirs: it is their version that is fitted, word for word, under the
same cue ids. The one without times is kept.
"""

from bisect import bisect_right
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.db import transaction

from oralhistory.intake import transcripts_brought
from oralhistory.lib.agents import MACHINE
from oralhistory.mentions import carrying
from oralhistory.mentions.models import Mention
from oralhistory.provenance import events
from oralhistory.recordings import arranging, renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import fitting, versions
from oralhistory.transcripts.fitting import Fitted
from oralhistory.transcripts.formats.reading.cues import letters_in
from oralhistory.transcripts.models import Segment, Transcript
from oralhistory.transcripts.voices import telling
from oralhistory.transcripts.words import Word, from_rows

FITTED = "times fitted"
_BY_HAND = ("text_by_hand", "speaker_by_hand", "speaker_from_voice")


class NothingHeard(Exception):
    """No machine has heard the recording."""


class NotOnTheBench(Exception):
    """The interview was sent to review: the times of its text must not change under it."""


class PassagesClosed(Exception):
    """Passages are closed by their times in the text as it is; with other times, other words would be closed."""


def waiting(recording: Recording) -> Transcript | None:
    """The text that counts, if it was brought without times and no machine's words have been tried, or newer ones are there."""
    current = versions.current(recording)
    if current is None or not current.is_untimed or not current.made_by.get("settled"):
        return None
    tried, newest = current.made_by.get("fitted"), heard(recording)
    return None if tried and newest and tried["version"] >= newest.version else current


def heard(recording: Recording) -> Transcript | None:
    """What a machine heard last."""
    machine = Transcript.objects.filter(recording=recording, kind=Transcript.Kind.MACHINE)
    return machine.order_by("-version").first()


@transaction.atomic
def find(recording: Recording, *, at: datetime) -> Transcript | None:
    """Make a version with times. Where the text is not the recording's, it is that text, in which this is noted.

    None: nothing waits for times; so doing it again changes nothing. Raises NothingHeard, NotOnTheBench, PassagesClosed.
    """
    recording = Recording.objects.select_for_update().get(pk=recording.pk)
    text = waiting(recording)
    if text is None:
        return None
    machine = heard(recording)
    if machine is None:
        raise NothingHeard
    _check(recording)
    segments = [versions.timed(row) for row in text.segments.all()]
    fitted = fitting.fit(segments, _words(machine), recording.duration_ms or 0)
    made_by = {**text.made_by, "fitted": _account(fitted, machine)}
    if not fitted.belongs:
        Transcript.objects.filter(pk=text.pk).update(made_by=made_by)
        return text
    return _keep(text, fitted, {**made_by, "untimed": False}, at=at)


def _check(recording: Recording) -> None:
    interview = recording.session.interview
    if not arranging.is_on_the_bench(interview):
        raise NotOnTheBench
    try:
        transcripts_brought.check_nothing_is_closed(interview)
    except transcripts_brought.AlreadyWorkedOn as closed:
        raise PassagesClosed from closed


def _words(machine: Transcript) -> list[Word]:
    return [word for words in machine.segments.values_list("words", flat=True) for word in from_rows(words)]


def _account(fitted: Fitted, machine: Transcript) -> dict[str, Any]:
    """Where the times come from, and how many words they rest on."""
    made = {name: machine.made_by.get(name, "") for name in ("engine", "model", "weights_sha256")}
    return {**made, "version": machine.version, "words": fitted.words, "matched": fitted.matched}


def _keep(text: Transcript, fitted: Fitted, made_by: dict[str, Any], *, at: datetime) -> Transcript:
    # Whoever decides on a mention waits here, or is waited for.
    list(Mention.objects.select_for_update(of=("self",)).filter(transcript=text))
    after = versions.add(
        text.recording, fitted.segments, kind=text.kind, made_by=made_by, at=at, parent=text.parent, merged_from=text
    )  # fmt: skip
    for name in _BY_HAND:
        decided = text.segments.filter(**{name: True}).values("cue_id")
        Segment.objects.filter(transcript=after, cue_id__in=decided).update(**{name: True})
    if rendition := renditions.current(text.recording):
        telling.give(after, telling.turns_of(rendition))
    carrying.carry(text, after)
    for segment in after.segments.filter(pk__in=Mention.objects.filter(transcript=after).values("segment")):
        carrying.follow_edit(segment)  # to the new times
    _keep_chapters(text, after, at=at)
    events.record(
        FITTED, text.recording.session.interview, at=at, agent=MACHINE,
        outcome=f"{text.recording.code}: {fitted.matched}/{fitted.words}",
    )  # fmt: skip
    return after


def _keep_chapters(text: Transcript, after: Transcript, *, at: datetime) -> None:
    """The headings of the text as it came begin where its passages do: people may have changed their words since."""
    came = text if text.kind == Transcript.Kind.IMPORTED or text.parent is None else text.parent
    starts = dict(after.segments.values_list("cue_id", "start_ms"))
    passages = list(came.segments.values_list("cue_id", "text"))
    before = [0, *accumulate(letters_in([words]) for _cue_id, words in passages)]
    points = [
        [starts[passages[place][0]], title, ""]
        for letters, title in text.made_by.get("headings", [])
        if (place := bisect_right(before, letters) - 1) < len(passages)
    ]
    transcripts_brought.keep_chapters(text.recording, points, by=MACHINE, at=at)
