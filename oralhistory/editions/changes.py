"""What the edition to be changes in what is public: the last edition beside the manifest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from oralhistory.editions.manifest import Manifest
from oralhistory.editions.models import Edition, EditionMention, EditionSegment, PreparedSound
from oralhistory.editions.passages import GAP
from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import Span, overlaps
from oralhistory.review.models import Redaction

# Compared apart, or about how it was made and not what it says.
_APART = frozenset({"uses", "tombstone", "making", "photographs", "video", "duration_ms"})
# Of a passage, from what a signatory must see first: opened says what nobody outside could read until now.
OPENED, CLOSED, NEW, GONE, CHANGED = "opened", "closed", "new", "gone", "changed"
ORDER = (OPENED, CLOSED, NEW, GONE, CHANGED)
SAME, RECUT, GIVEN, TAKEN = "same", "recut", "given", "taken"


@dataclass(frozen=True, slots=True)
class Field:
    """A part of the description, as it is public and as it will be."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Passage:
    cue_id: str
    start_ms: int
    what: str
    before: str  # as everybody reads it now; empty where it is withheld or hidden
    after: str


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A mention by what tells it from others: its place and its organization (by slug)."""

    cue_id: str
    organization: str
    start_ms: int


@dataclass(frozen=True)
class Changes:
    """From an edition to the next. Empty parts did not change."""

    number: int  # of the edition that is compared
    fields: list[Field] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    speakers: int = 0  # passages that are said to be somebody else's, and are the same otherwise
    mentions_added: list[Mentioned] = field(default_factory=list)
    mentions_removed: list[Mentioned] = field(default_factory=list)
    uses_gained: list[str] = field(default_factory=list)
    uses_lost: list[str] = field(default_factory=list)
    photographs: tuple[int, int, int] = (0, 0, 0)  # added, removed, described anew
    sound: str = SAME
    video: str = SAME

    @property
    def opened(self) -> list[Passage]:
        """Words that are not public, and will be."""
        return [each for each in self.passages if each.what == OPENED]

    @property
    def nothing(self) -> bool:
        rows = (self.fields, self.passages, self.mentions_added, self.mentions_removed, self.uses_gained)
        seen = (*rows, self.uses_lost, self.speakers, any(self.photographs))
        return not any(seen) and self.sound == self.video == SAME


def since_last(interview: Interview, built: Manifest) -> Changes | None:
    """What changes in what is, or was last, public; None for a first edition. Five queries and one more for its sound."""
    edition = Edition.objects.filter(standing__public_id=interview.public_id).order_by("-number").first()
    if edition is None:
        return None
    rows = list(edition.segments.all())
    passages, speakers = _passages(rows, built.segments, _hidden(edition), _lifted(interview, edition))
    added, removed = _mentions(edition, built)
    return Changes(
        number=edition.number,
        fields=_fields(edition, built.record),
        passages=passages,
        speakers=speakers,
        mentions_added=added,
        mentions_removed=removed,
        uses_gained=[use for use in built.record["uses"] if use not in edition.uses],
        uses_lost=[use for use in edition.uses if use not in built.record["uses"]],
        photographs=_photographs(edition.photographs, built.record["photographs"]),
        sound=_sound(edition, built),
        video=_given(bool(edition.video), bool(built.record.get("video"))),
    )


def _fields(edition: Edition, record: dict[str, Any]) -> list[Field]:
    return [
        Field(name, getattr(edition, name), value)
        for name, value in record.items()
        if name not in _APART and hasattr(edition, name) and getattr(edition, name) != value
    ]


def _hidden(edition: Edition) -> list[Span]:
    return [(veil.start_ms, veil.end_ms) for veil in edition.veils.all()]


def _lifted(interview: Interview, edition: Edition) -> list[Span]:
    """Redactions that the last edition followed, and that the next one does not."""
    rows = Redaction.objects.filter(
        interview=interview, lifted_at__gt=edition.published_at, marked_at__lte=edition.published_at
    )
    return list(rows.values_list("start_ms", "end_ms"))


def _passages(
    rows: Sequence[EditionSegment], entries: list[dict[str, Any]], hidden: list[Span], lifted: list[Span]
) -> tuple[list[Passage], int]:
    """What is read differently, the gravest first; and how many passages only change hands."""
    before = {row.cue_id: row for row in rows}
    found, speakers = [], 0
    for entry in entries:
        row = before.pop(entry["cue_id"], None)
        span = (entry["start_ms"], entry["end_ms"])
        public = "" if row is None or overlaps((row.start_ms, row.end_ms), hidden) else row.text
        if row is None:
            what = NEW
        elif public == entry["text"] and not entry["withheld"]:
            speakers += (row.speaker, row.asks) != (entry["speaker"], entry["asks"])
            continue
        elif not public and entry["withheld"]:
            continue
        else:
            what = _what(public, entry, opened=overlaps(span, lifted))
        found.append(Passage(entry["cue_id"], entry["start_ms"], what, public, entry["text"]))
    found += [Passage(row.cue_id, row.start_ms, GONE, row.text, "") for row in before.values()]
    return sorted(found, key=lambda each: (ORDER.index(each.what), each.start_ms)), speakers


def _what(public: str, entry: dict[str, Any], *, opened: bool) -> str:
    gaps, were = _gaps(entry["text"]), _gaps(public)
    if entry["withheld"] or gaps > were:
        return CLOSED
    return OPENED if not public or opened or gaps < were else CHANGED


def _gaps(text: str) -> int:
    """Places where something is left out, or a word stands for it."""
    return text.count(GAP[0])


def _mentions(edition: Edition, built: Manifest) -> tuple[list[Mentioned], list[Mentioned]]:
    rows = EditionMention.objects.filter(segment__edition=edition)
    public = [
        Mentioned(*row) for row in rows.values_list("segment__cue_id", "organization", "segment__start_ms")
    ]
    to_be = [
        Mentioned(entry["cue_id"], mention["organization"], entry["start_ms"])
        for entry in built.segments
        for mention in entry["mentions"]
    ]
    return _without(to_be, public), _without(public, to_be)


def _without(these: Iterable[Mentioned], those: Iterable[Mentioned]) -> list[Mentioned]:
    known = {(each.cue_id, each.organization) for each in those}
    return [each for each in these if (each.cue_id, each.organization) not in known]


def _photographs(public: list[dict[str, Any]], to_be: list[dict[str, Any]]) -> tuple[int, int, int]:
    before = {each["large"]["sha256"]: (each["caption"], each["credit"]) for each in public}
    after = {each["large"]: (each["caption"], each["credit"]) for each in to_be}
    described = sum(before[sha256] != after[sha256] for sha256 in before.keys() & after.keys())
    return len(after.keys() - before.keys()), len(before.keys() - after.keys()), described


def _sound(edition: Edition, built: Manifest) -> str:
    """Whether it is cut anew: what was made for the last edition keeps its recipe."""
    given = _given(bool(edition.audio_key), built.sound is not None)
    if given != SAME or built.sound is None:
        return given
    made = PreparedSound.objects.filter(recipe_sha256=built.sound_sha256, sha256=edition.audio_sha256)
    return SAME if made.exists() else RECUT


def _given(before: bool, after: bool) -> str:
    return SAME if before == after else GIVEN if after else TAKEN
