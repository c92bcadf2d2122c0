"""Places that a passage seems to name, to be chosen from: the atlas read over what is said."""

from collections import Counter
from collections.abc import Iterator

from oralhistory.interviews.models import Chapter
from oralhistory.lib.folding import fold
from oralhistory.mentions import common_words
from oralhistory.places.gazetteer import Known, candidates
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment

LONGEST = 4  # words of a name
# Of smaller places there are too many that are called like a person or a thing.
INHABITANTS = 15_000
OFFERED = 8
_EDGES = ".,;:¿?¡!()[]«»“”\"'…—–-"


def suggest(chapter: Chapter) -> list[Known]:
    """Those most often named between this chapter's beginning and the next one's; the larger of equals first."""
    named = Counter(name for text in _passages(chapter) for name in in_text(text))
    ordered = sorted(named, key=lambda each: (-named[each], -each.population))
    here = {(each.name, each.country) for each in chapter.places.all()}
    return [each for each in ordered if (each.name, each.country) not in here][:OFFERED]


def _passages(chapter: Chapter) -> Iterator[str]:
    later = Chapter.objects.filter(interview=chapter.interview, start_ms__gt=chapter.start_ms)
    until = later.order_by("start_ms").values_list("start_ms", flat=True).first()
    recordings = list(Recording.objects.of(chapter.interview).filter(state=Recording.State.READY))
    offsets = {each.pk: each.offset_ms for each in recordings}
    for recording, transcript in versions.current_of(recordings).items():
        said = Segment.objects.filter(
            transcript=transcript, end_ms__gt=max(0, chapter.start_ms - offsets[recording])
        )
        if until is not None:
            said = said.filter(start_ms__lt=max(0, until - offsets[recording]))
        yield from said.values_list("text", flat=True)


def in_text(text: str) -> Iterator[Known]:
    """Each place as often as it is named; the longest name that begins with a word, and written like a name."""
    words = [word.strip(_EDGES) for word in text.split()]
    at = 0
    while at < len(words):
        found = _longest(words[at : at + LONGEST])
        if found:
            yield found[0]
        at += found[1] if found else 1


def _longest(words: list[str]) -> tuple[Known, int] | None:
    if not words or not words[0][:1].isupper():
        return None
    for length in range(len(words), 0, -1):
        if words[length - 1][:1].isupper():
            known = next(filter(_is_large, candidates(" ".join(words[:length]))), None)
            if known and not (length == 1 and _is_everyday(words[0], known)):
                return known, length
    return None


def _is_everyday(word: str, known: Known) -> bool:
    """A word that begins a sentence more often than it names a place: Para, Como, Libertad. Of countries one speaks often."""
    return common_words.zipf(fold(word)) > (6 if known.kind == "country" else 4.95)


def _is_large(known: Known) -> bool:
    return known.kind in ("country", "former", "division") or known.population >= INHABITANTS
