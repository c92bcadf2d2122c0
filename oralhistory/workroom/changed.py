"""What a signatory reads of changes and checks: the rules' plain data, in the order and the words of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oralhistory.editions import changes, signed
from oralhistory.editions.manifest import Manifest
from oralhistory.lib import timecodes
from oralhistory.organizations import labels
from oralhistory.review.checks import Check
from oralhistory.web import vocabularies
from oralhistory.workroom.differing import Piece

FIELDS: dict[str, str | Promise] = {
    "title": _("Title"),
    "pull_quote": pgettext_lazy("signing", "Pull quote"),
    "summary": _("Summary"),
    "warnings": _("Before you listen"),
    "collection": _("Collection"),
    "narrators": _("Narrator"),
    "place": _("Place"),
    "held_on": pgettext_lazy("signing", "Year"),
    "languages": _("Languages"),
    "countries": _("Countries"),
    "chapters": _("Chapters"),
    "photographs": _("Photographs"),
    "video": pgettext_lazy("signing", "Video"),
    "uses": _("What everybody may do with it"),
    "tombstone": _("What is said after a withdrawal"),
    "making": _("How the text was made"),
    "duration_ms": _("Length"),
}
PASSAGES: dict[str, str | Promise] = {
    changes.OPENED: _("Words that were not public will be"),
    changes.CLOSED: _("Words that are public will not be"),
    changes.NEW: _("New passages"),
    changes.GONE: _("Passages that are gone"),
    changes.CHANGED: _("Passages that are read differently"),
}
SIGNED: dict[str, str | Promise] = {
    signed.TEXT: pgettext_lazy("signing", "other words"),
    signed.MENTIONS: pgettext_lazy("signing", "other mentions"),
    signed.SPEAKER: pgettext_lazy("signing", "another speaker"),
    signed.NEW: pgettext_lazy("signing", "new"),
    signed.GONE: pgettext_lazy("signing", "gone"),
}
# The checks by what they are about, in the order of the page. Of these, the first are said even where nothing stands
# against signing; what other checks are about comes after them.
GROUPS: dict[str, str | Promise] = {
    "consent": _("Agreements"),
    "coverage": pgettext_lazy("signing", "Listened to"),
    "people": pgettext_lazy("signing", "People named"),
    "remarks": _("Remarks"),
    "mentions": _("Mentions"),
    "accessibility": _("For everybody to follow"),
    "redactions": _("Left out"),
    "text": pgettext_lazy("signing", "The text"),
    "": pgettext_lazy("signing", "Besides"),
}
ALWAYS = ("consent", "remarks", "mentions", "accessibility")


@dataclass(frozen=True, slots=True)
class Group:
    title: str | Promise
    checks: list[Check]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing before and after, in runs of words."""

    title: str | Promise
    before: list[Piece]
    after: list[Piece]
    start_ms: int = 0


@dataclass(frozen=True, slots=True)
class Passages:
    what: str
    title: str | Promise
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Named:
    label: str
    start_ms: int


def grouped(checks: Iterable[Check]) -> list[Group]:
    """Checks that are about the same thing under one title."""
    found: dict[str, list[Check]] = {name: [] for name in GROUPS}
    for check in checks:
        about = check.about or check.page
        found[about if about in GROUPS else ""].append(check)
    return [Group(GROUPS[name], rows) for name, rows in found.items() if rows or name in ALWAYS]


def shown(found: changes.Changes | None) -> dict[str, Any] | None:
    """What changes since the last edition, with words side by side; None for a first edition."""
    if found is None:
        return None
    known = labels.labels({each.organization for each in (*found.mentions_added, *found.mentions_removed)})
    return {
        "number": found.number,
        "nothing": found.nothing,
        "opened": len(found.opened),
        "fields": [_field(each) for each in found.fields],
        "passages": _passages(found.passages),
        "speakers": found.speakers,
        "mentions_added": _named(found.mentions_added, known),
        "mentions_removed": _named(found.mentions_removed, known),
        "uses_gained": found.uses_gained,
        "uses_lost": found.uses_lost,
        "photographs": dict(zip(("added", "removed", "described"), found.photographs, strict=True)),
        "sound": found.sound,
        "video": found.video,
    }


def since_signed(since: signed.Since, built: Manifest) -> dict[str, Any]:
    """What is not as it was signed."""
    texts = {entry["cue_id"]: entry["text"] for entry in built.segments}
    return {
        "fields": [FIELDS.get(name, name) for name in since.fields],
        "passages": [
            {"at": each.start_ms, "what": SIGNED[each.what], "withheld": each.withheld, "text": texts.get(each.cue_id, "")}
            for each in since.passages
        ],
        "sound": since.sound,
    }  # fmt: skip


def _field(each: changes.Field) -> Line:
    before, after = compared(_said(each.name, each.before), _said(each.name, each.after))
    return Line(FIELDS.get(each.name, each.name), before, after)


def _said(name: str, value: Any) -> str:
    """A value of an edition in a line of text."""
    if name == "chapters":
        return " ".join(
            f"{timecodes.clock(each['start_ms'])} {each['title']}. {each['synopsis']} {each.get('warning', '')}".strip()
            for each in value
        )
    if name in ("languages", "countries"):
        of = vocabularies.language if name == "languages" else vocabularies.country
        return ", ".join(str(of(code)) for code in value)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)


def compared(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in runs of words, to the letter: a comma that went is what a signatory should see."""
    old, new = before.split(), after.split()
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for pieces, words in zip(sides, (old[i1:i2], new[j1:j2]), strict=True):
            if words:
                pieces.append(Piece(" ".join(words), alone=tag != "equal"))
    return sides


def _passages(rows: Sequence[changes.Passage]) -> list[Passages]:
    found: dict[str, list[Line]] = {}
    for each in rows:
        before, after = compared(each.before, each.after)
        found.setdefault(each.what, []).append(Line("", before, after, each.start_ms))
    return [Passages(what, PASSAGES[what], lines) for what, lines in found.items()]


def _named(mentions: Iterable[changes.Mentioned], known: dict[str, Any]) -> list[Named]:
    rows = [(known.get(each.organization), each) for each in mentions]
    return [Named(label.name if label else each.organization, each.start_ms) for label, each in rows]
