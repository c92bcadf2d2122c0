"""What every reader gives: cues with the times that the file says, and what was forgiven in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

MOST_CUES = 50_000  # twenty hours of talk have some 20,000 …
MOST_LETTERS = 2_000_000  # … and a million letters


class CannotBeParsed(Exception):
    """The file is no transcript that we can read. `sentence` says why; `line` is where, counted from 1, or 0."""

    def __init__(self, sentence: str | Promise, *, name: str = "", line: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.name = name
        self.line = line

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.name, self.line) if part)
        return f"{place}: {self.sentence}" if place else str(self.sentence)


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of text as the file has it. Milliseconds; no time at all where the file gives none."""

    text: str  # plain: no markup, one line
    start_ms: int | None = None
    end_ms: int | None = None
    speaker: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class IndexPoint:
    """A chapter that came with the transcript."""

    start_ms: int
    title: str
    synopsis: str = ""
    subjects: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter of a text without times: it begins after so many letters, blanks not counted."""

    letters: int
    title: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something forgiven: what (a key of SENTENCES), and in which line of the file."""

    what: str
    line: int = 0


SENTENCES: dict[str, str | Promise] = {
    "encoding_guessed": _("The file does not say how its letters are written; they were guessed."),
    "damaged_letters": _("Some letters are damaged in the file."),
    "nul_bytes": _("Zero bytes were taken out."),
    "control_characters": _("Control characters were taken out."),
    "no_header": _("The first line is not that of a WebVTT file."),
    "no_number": _("A caption has no number."),
    "loose_time": _("A time is written in a way of its own."),
    "hours_missing": _("Times have no hours."),
    "no_time": _("A line with an arrow is no time; it was read as text."),
    "text_without_time": _("Text without a time was added to what stands before it."),
    "text_before_first_time": _("There is text before the first time."),
    "empty_cue": _("A caption without text was left out."),
    "style_block": _("Styles and regions were left out."),
    "comment": _("Comments were left out."),
    "markup": _("Markup was taken out of the text."),
    "unclosed_tag": _("A tag is never closed."),
    "no_end": _("An end is missing or zero: it was set to the next beginning."),
    "end_before_start": _("An end lies before its beginning: it was set to the next beginning."),
    "no_length": _("A caption lasts no time: it was given some."),
    "overlap": _("Two captions overlap: the first one was ended where the second begins."),
    "out_of_order": _("Times go back a little: the text stays in the order of its times."),
    "times_restart": _("Times begin again, as on a new tape: they were added to the end of the one before."),
    "beyond_the_end": _("Times lie beyond the end of the recording."),
    "no_times": _("The file has no times: they were guessed from the length of the text."),
    "row_without_text": _("A row without text was left out."),
    "row_too_short": _("A row has fewer cells than the first one."),
    "sync_beyond_text": _("A minute mark points beyond the text."),
    "sync_unreadable": _("A minute mark cannot be read."),
    "chapter_without_time": _("A chapter without a time was left out."),
    "keywords_for_the_whole": _("Keywords of chapters become keywords of the interview."),
    "index_alone": _(
        "The file has an index and no transcript: its chapters are kept, and the text stays as it is."
    ),
    "translation_left_out": _("A translation came along; it was left out."),
    "links_left_out": _("Links of chapters were left out."),
    "footnote": _("Footnotes and endnotes were left out."),
    "tracked_changes": _("Changes were tracked: what was added was read, what was deleted was left out."),
    "hidden_text": _("Hidden text was left out."),
    "table_of_contents": _("The table of contents was left out."),
    "headings_wait": _("Headings become chapters when the times of the text have been found."),
    "offset_of_an_hour": _("Times begin at a full hour, as recorders count: they were counted from zero."),
}


@dataclass
class Findings:
    """What a reader collects while it reads."""

    cues: list[Cue] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    chapters: list[IndexPoint] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    letters: int = 0

    def add(self, cue: Cue) -> None:
        """Raises CannotBeParsed when there are more than anybody says."""
        if len(self.cues) >= MOST_CUES:
            raise CannotBeParsed(_("There are more captions in this file than anybody says."), line=cue.line)
        self.letters += len(cue.text)
        if self.letters > MOST_LETTERS:
            raise CannotBeParsed(_("There is more text in this file than anybody says."), line=cue.line)
        self.cues.append(cue)

    def forgive(self, what: str, line: int = 0) -> None:
        self.remarks.append(Remark(what, line))


@dataclass(frozen=True, slots=True)
class Said:
    """Remarks of one kind: the sentence, how often, and the first lines (or paragraphs) where it was so."""

    sentence: str
    times: int
    lines: tuple[int, ...]
    in_paragraphs: bool = False

    def __str__(self) -> str:
        where = ""
        if self.lines:
            lines = ", ".join(map(str, self.lines)) + ("…" if self.times > len(self.lines) else "")
            where = f" {self._place() % {'lines': lines}}"
        return f"{self.sentence}{where}"

    def _place(self) -> str:
        if self.in_paragraphs:
            return ngettext("(paragraph %(lines)s)", "(paragraphs %(lines)s)", len(self.lines))
        return ngettext("(line %(lines)s)", "(lines %(lines)s)", len(self.lines))


def letters_in(texts: Iterable[str]) -> int:
    """Blanks are not counted: they come and go where texts are divided."""
    return sum(len("".join(text.split())) for text in texts)


def summed_up(remarks: Iterable[Remark], *, in_paragraphs: bool = False) -> list[Said]:
    """Each kind once, in the order of its first line; thousands of the same say no more than one."""
    ordered = sorted(remarks, key=lambda remark: remark.what)
    kinds = [(what, [each.line for each in group]) for what, group in groupby(ordered, key=lambda r: r.what)]
    said = [
        Said(str(SENTENCES[what]), len(lines), tuple(line for line in lines[:5] if line), in_paragraphs)
        for what, lines in kinds
    ]
    return sorted(said, key=lambda each: each.lines[:1])
