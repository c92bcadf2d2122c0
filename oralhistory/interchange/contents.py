"""What the files of a testimony are written from: an edition as everybody may read it, in chapters, turns and gaps.

Every writer goes over the same parts, so that none of them bridges a passage that is kept out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition, PublicMention, PublicSegment, mentions_of
from oralhistory.interchange import citations, labels
from oralhistory.lib.folding import fold
from oralhistory.organizations import public as organizations
from oralhistory.organizations.public import Record

# A chapter begins with the first passage that does not begin so much before it: people set marks by ear.
BY_EAR_MS = 500
_PARAGRAPH = 700  # letters
_STOPS = (".", "?", "!", "…", "»", "”")


@dataclass(frozen=True, slots=True)
class Contents:
    """`language` is that of the words around the text, `on` the day on which a citation says that it was read."""

    edition: PublicEdition
    segments: Sequence[PublicSegment]
    records: Mapping[str, Record]  # the organizations that are named, by the slug that the edition has
    language: str
    on: date

    @property
    def spoken(self) -> str:
        """The language that is mostly spoken."""
        return self.edition.languages[0] if self.edition.languages else "es"

    @property
    def readable(self) -> list[PublicSegment]:
        """Of a passage that is kept out, not even the language or the speaker is said."""
        return [each for each in self.segments if not each.withheld]

    @property
    def in_others(self) -> list[str]:
        """The languages that the text was translated into."""
        return sorted({language for segment in self.segments for language in segment.translations})


@dataclass(slots=True)
class Turn:
    """A run of one speaker's segments."""

    speaker: str
    asks: bool
    segments: list[PublicSegment]

    @property
    def start_ms(self) -> int:
        return self.segments[0].start_ms

    @property
    def name(self) -> str:
        """Who speaks, in the words of the page where the edition names nobody."""
        return self.speaker or (_("Interviewer") if self.asks else "")

    @property
    def paragraphs(self) -> list[list[PublicSegment]]:
        """Cut where a sentence ends, for a page of speech without a break is unreadable."""
        found: list[list[PublicSegment]] = [[]]
        for segment in self.segments:
            length = sum(len(each.text) for each in found[-1])
            if length > _PARAGRAPH and found[-1][-1].text.rstrip().endswith(_STOPS):
                found.append([])
            found[-1].append(segment)
        return found


@dataclass(slots=True)
class Gap:
    """A passage that is not published. How many words it had, nobody is told."""

    start_ms: int
    end_ms: int


@dataclass(slots=True)
class Chapter:
    """A stretch of the testimony; without a title what is said before the first one."""

    start_ms: int
    end_ms: int
    title: str = ""
    synopsis: str = ""
    subjects: Sequence[Mapping[str, str]] = ()  # each by language
    places: Sequence[Mapping[str, str]] = ()  # names with countries
    parts: list[Turn | Gap] = field(default_factory=list)

    def subjects_in(self, language: str) -> list[str]:
        return [names.get(language) or names.get("es", "") for names in self.subjects]


def of(edition: PublicEdition, *, language: str, on: date) -> Contents:
    """Six queries, however long it is."""
    segments = sorted(public.segments(edition), key=lambda each: (each.start_ms, each.index))
    slugs = {mention.organization for segment in segments for mention in mentions_of(segment)}
    return Contents(edition, segments, organizations.by_slug(slugs), language, on)


def statements(contents: Contents) -> list[str]:
    """What every file says of itself: title, edition, whose hand, from where, how to cite it, what is allowed."""
    edition = contents.edition
    cited = [citations.chicago(edition, at=contents.on)] if "quote" in edition.uses else []
    return [*labels.lines(edition), *cited, labels.rights()]


def chapters(contents: Contents) -> list[Chapter]:
    """The testimony from its beginning to its end."""
    found = titled(contents.edition)
    if contents.segments and (not found or found[0].start_ms > contents.segments[0].start_ms + BY_EAR_MS):
        end = found[0].start_ms if found else contents.edition.duration_ms
        found.insert(0, Chapter(contents.segments[0].start_ms, end))
    at = 0
    for segment in contents.segments:
        while at + 1 < len(found) and found[at + 1].start_ms <= segment.start_ms + BY_EAR_MS:
            at += 1
        _add(found[at].parts, segment)
    return found


def titled(edition: PublicEdition) -> list[Chapter]:
    """The chapters of its table of contents, each until the next one."""
    rows: list[dict[str, Any]] = sorted(edition.chapters, key=lambda each: each["start_ms"])
    ends = [*(row["start_ms"] for row in rows[1:]), edition.duration_ms]
    return [
        Chapter(
            row["start_ms"], max(end, row["start_ms"]), row["title"], row.get("synopsis", ""),
            row.get("subjects", ()), row.get("places", ()),
        )
        for row, end in zip(rows, ends, strict=False)
    ]  # fmt: skip


def _add(parts: list[Turn | Gap], segment: PublicSegment) -> None:
    last = parts[-1] if parts else None
    if segment.withheld:
        if isinstance(last, Gap):
            last.end_ms = segment.end_ms
        else:
            parts.append(Gap(segment.start_ms, segment.end_ms))
    elif not segment.text.strip():
        return
    elif isinstance(last, Turn) and (last.speaker, last.asks) == (segment.speaker, segment.asks):
        last.segments.append(segment)
    else:
        parts.append(Turn(segment.speaker, segment.asks, [segment]))


def pieces(segment: PublicSegment, records: Mapping[str, Record]) -> Iterator[tuple[str, Record | None]]:
    """A segment's text, cut where an organization is named; the first of two that overlap wins."""
    at = 0
    for mention in sorted(mentions_of(segment), key=lambda each: each.start):
        record = records.get(mention.organization)
        if record is None or mention.start < at:
            continue
        if mention.start > at:
            yield segment.text[at : mention.start], None
        yield segment.text[mention.start : mention.end], record
        at = mention.end
    if at < len(segment.text):
        yield segment.text[at:], None


def spoken_of(contents: Contents) -> list[tuple[Record, list[PublicMention]]]:
    """The organizations of a testimony by name, each with its mentions in the order of time."""
    found: dict[str, tuple[Record, list[PublicMention]]] = {}
    for segment in contents.segments:
        for mention in mentions_of(segment):
            if record := contents.records.get(mention.organization):
                found.setdefault(record.slug, (record, []))[1].append(mention)
    return sorted(found.values(), key=lambda line: fold(line[0].name))
