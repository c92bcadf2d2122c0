"""Saving a text of the site, and its versions: who wrote what when, two of them side by side, one brought back."""

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.db import IntegrityError, transaction

from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.web.models import TextVersion
from oralhistory.web.site_texts import reading
from oralhistory.web.site_texts.reading import FIRST, Words

Pieces = list[tuple[str, bool]]  # text, and whether it is only on this side


class Overtaken(Exception):
    """Somebody else has saved this text since it was opened."""


class NothingChanged(Exception):
    """What was to be saved is what counts already."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A text, as events name it."""

    code: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of two versions beside each other; None where one of them has none."""

    left: Pieces | None
    right: Pieces | None
    changed: bool


@transaction.atomic
def save(
    page: str, language: str, words: Words, *, seen: int, up_to_date: bool, by: Agent, at: datetime
) -> TextVersion:
    """Keep what was written as the version that counts. `seen`: the number of the one it was written over.

    `up_to_date`: a translation says what the Spanish text says now. Raises Overtaken, NothingChanged.
    """
    before, _facts = reading.current(page, language)
    if before.number != seen:
        raise Overtaken
    number = before.number + 1
    follows = number if language == FIRST else _followed(page) if up_to_date else before.follows
    same_words = (before.title, before.source) == (words.title, words.source)
    if same_words and (language == FIRST or before.follows == follows):
        raise NothingChanged
    try:
        with transaction.atomic():
            version = TextVersion.objects.create(
                page=page, language=language, number=number, title=words.title, source=words.source,
                follows=follows, written_by_agent=str(by), written_at=at,
            )  # fmt: skip
    except IntegrityError as taken:  # at the very same time
        raise Overtaken from taken
    events.record(
        "text of the site saved",
        Subject(f"text:{page}.{language}"),
        at=at,
        agent=by,
        outcome=f"version {number}",
    )
    return version


def restore(page: str, language: str, number: int, *, seen: int, by: Agent, at: datetime) -> TextVersion:
    """An earlier version (0: what ships with the program) as the newest. Raises what `save` raises."""
    earlier = version(page, language, number)
    words = Words(earlier.title, earlier.source)
    return save(page, language, words, seen=seen, up_to_date=False, by=by, at=at)


def version(page: str, language: str, number: int) -> Words:
    """Raises TextVersion.DoesNotExist."""
    if number == 0:
        return reading.shipped(page, language)
    row = TextVersion.objects.get(page=page, language=language, number=number)
    return Words(row.title, row.source, row.number, row.follows, row)


def versions(page: str, language: str) -> list[TextVersion]:
    """The newest first, without their words."""
    rows = TextVersion.objects.filter(page=page, language=language).defer("source")
    return list(rows.order_by("-number"))


def beside(left: Words, right: Words) -> list[Line]:
    """Two versions line by line; where a line was changed, the words that differ are marked."""
    old, new = ([f"# {each.title}", *each.source.splitlines()] for each in (left, right))
    lines: list[Line] = []
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        before, after = old[old_from:old_to], new[new_from:new_to]
        if what == "equal":
            lines += [Line([(each, False)], [(each, False)], False) for each in before]
            continue
        for index in range(max(len(before), len(after))):
            lines.append(_changed(before[index : index + 1], after[index : index + 1]))
    return lines


def _changed(before: list[str], after: list[str]) -> Line:
    if not before or not after:
        return Line(
            [(before[0], True)] if before else None, [(after[0], True)] if after else None, True
        )  # fmt: skip
    old, new = (re.findall(r"\s*\S+", each) for each in (before[0], after[0]))
    left: Pieces = []
    right: Pieces = []
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        left.append(("".join(old[old_from:old_to]), what != "equal"))
        right.append(("".join(new[new_from:new_to]), what != "equal"))
    return Line([each for each in left if each[0]], [each for each in right if each[0]], True)


def _followed(page: str) -> int:
    """The number of the Spanish version that counts now."""
    return reading.current(page, FIRST)[0].number
