"""The words of every transcript that counts, as they sound: what is looked through when a name is new.

Kept as three strings for each transcript, 60 KB for an hour, and read as a whole: a thousand hours in half a second, on
both databases alike. An index over trigrams in the database would be none on SQLite, and no help: any hour holds nearly
every trigram of any name, and only together in one place do they mean something.

A row is made when a transcript is matched, dropped when its text is changed, and made anew before it is looked through.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from oralhistory.interviews.models import State
from oralhistory.mentions import letters, phonetics
from oralhistory.mentions.heard_first import HeardFirst
from oralhistory.mentions.models import TranscriptWords
from oralhistory.mentions.reading import Reading
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import second_readings, versions
from oralhistory.transcripts.models import Segment, Transcript

UNCASED = "*"  # capitals tell nothing in this transcript
LETTERS_ENOUGH = 4  # candidates.LETTERS_ENOUGH: so many in a row may be an acronym, whatever they are


@dataclass(frozen=True, slots=True)
class Words:
    """One transcript. Each string holds its words between single spaces, with one at either end."""

    sounds: str  # every word's key (phonetics), in order
    letters: str  # what runs of spelled letters may stand for: "FMLN"; each once
    capitals: str  # folded words that are written with a capital where none must be; each once


def words_of(texts: Sequence[str]) -> Words:
    """The strings of a transcript's segments."""
    reading = Reading(texts)
    capitals = {
        word.text
        for word in reading.words
        if word.surface[0].isupper()
        and (not word.opens or (len(word.surface) > 1 and word.surface.isupper()))
    }
    return Words(
        _joined(phonetics.key(word.text) for word in reading.words),
        _joined(sorted(set(_spellings(reading)))),
        _joined(sorted(capitals)) if reading.cased else UNCASED,
    )


def _joined(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def _spellings(reading: Reading) -> Iterator[str]:
    for run in letters.runs(reading.words):
        places = len(run.options)
        for start in range(places):
            for stop in range(start + 1, places + 1):
                first, last = run.words(start, stop)
                if stop - start >= LETTERS_ENOUGH or letters.tells(reading.words[first:last]):
                    yield from (spelling for spelling in run.spellings(start, stop) if len(spelling) > 1)


def heard_of(transcript: Transcript, segments: Sequence[Segment]) -> list[HeardFirst]:
    """What was heard first of each segment, with the names that a second reading wrote in it."""
    places = second_readings.places(transcript, segments)
    return [HeardFirst(segment.text, places.get(segment.pk, [])) for segment in segments]


def keep(transcript: Transcript, heard: Sequence[HeardFirst], **versions_: str) -> None:
    """Make or renew the row of a transcript; what was written later for something heard is looked through too."""
    texts = [each.heard for each in heard] + [each.text for each in heard if each.places]
    words = words_of(texts)
    TranscriptWords.objects.update_or_create(
        transcript=transcript,
        defaults={"sounds": words.sounds, "letters": words.letters, "capitals": words.capitals, **versions_},
    )


def forget(transcript: Transcript) -> None:
    """Its text is another now."""
    TranscriptWords.objects.filter(transcript=transcript).delete()


def forget_interview(public_id: str) -> None:
    """It was withdrawn: nothing in it is looked for any more."""
    TranscriptWords.objects.filter(transcript__recording__session__interview__public_id=public_id).delete()


def that_count() -> QuerySet[Transcript]:
    """The version that counts of every recording, interviews that were withdrawn left out."""
    recordings = Recording.objects.exclude(session__interview__state=State.WITHDRAWN)
    return Transcript.objects.filter(pk__in=versions.current_of(recordings).values())


def refresh() -> int:
    """Make the rows that are missing, and drop those of versions that count no more. Returns how many were made."""
    counting = set(that_count().values_list("pk", flat=True))
    known = set(TranscriptWords.objects.values_list("pk", flat=True))
    for pk in known - counting:
        TranscriptWords.objects.filter(pk=pk).delete()
    missing = sorted(counting - known)
    for pk in missing:
        transcript = Transcript.objects.select_related("recording").filter(pk=pk).first()
        if transcript is not None:
            keep(transcript, heard_of(transcript, list(transcript.segments.all())))
    return len(missing)
