"""Whether a list can be brought in: every line is looked at, every file opened, before anything is touched."""

import os
import re
import tempfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from oralhistory.consent.models import Agreement
from oralhistory.intake import limits
from oralhistory.intake.batches import codes
from oralhistory.intake.batches.entries import Entry, Paper, Tape
from oralhistory.intake.batches.manifest import Fault, Line
from oralhistory.intake.batches.template import COLUMNS, PRESETS
from oralhistory.interviews.describing import Description, Narrator, Sitting
from oralhistory.people.models import Person
from oralhistory.recordings import pictures, sniffing
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.formats.reading import recognizing
from oralhistory.transcripts.formats.reading.cues import CannotBeParsed

_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


class Check:
    """The lines of one list, the folder its files lie in, and the faults that were found."""

    def __init__(self, folder: Path, *, at: datetime) -> None:
        self.folder = folder.resolve()
        self.today = timezone.localdate(at)
        self.faults: list[Fault] = []
        self.named: dict[Path, int] = {}  # files of the list, and the line that named them first

    def fault(self, line: Line, column: str, sentence: str) -> None:
        self.faults.append(Fault(line.number, column, sentence))

    def entries(self, lines: Iterable[Line]) -> list[Entry]:
        """The interviews, in the order of their first lines."""
        groups: dict[tuple[str, str], list[Line]] = {}
        for line in lines:
            missing = [name for name in ("collection", "identifier") if not line.cells[name]]
            for name in missing:
                self.fault(line, name, "is needed.")
            if not missing:
                groups.setdefault((line.cells["collection"].casefold(), line.cells["identifier"]), []).append(
                    line
                )
        return [self._entry(group) for group in groups.values()]

    def _entry(self, group: list[Line]) -> Entry:
        first = group[0]
        for line in group[1:]:
            for column in COLUMNS:
                said = line.cells[column.name]
                if column.of_interview and said and said != first.cells[column.name]:
                    self.fault(
                        line,
                        column.name,
                        f"says something else than line {first.number}, of the same interview.",
                    )
        for column in COLUMNS:
            if column.required and not first.cells[column.name]:
                self.fault(first, column.name, "is needed.")
        tapes = [tape for line in group for tape in self._tapes(line)]
        self._quota(first, tapes)
        narrators = self._narrators(first)
        return Entry(
            line=first.number, collection=first.cells["collection"], identifier=first.cells["identifier"],
            description=self._description(first), narrators=narrators, real_names=self._real_names(first, len(narrators)),
            interviewers=tuple(self._short(first, "interviewer")), sittings=self._sittings(group), tapes=tuple(tapes),
            paper=self._paper(first), photographs=tuple(self._photographs(first)),
            caption=first.cells["caption"], credit=first.cells["credit"],
        )  # fmt: skip

    def _description(self, line: Line) -> Description:
        return Description(
            title=line.cells["title"],
            languages=self._codes(line, "languages", codes.languages(), str.lower, "ISO 639-1: es, en, pt"),
            countries=self._codes(line, "countries", codes.countries(), str.upper, "ISO 3166-1: MX, SV"),
            **{name: line.cells[name] for name in ("summary", "warnings", "notes")},
        )

    def _codes(
        self, line: Line, column: str, known: frozenset[str], written: Callable[[str], str], standard: str
    ) -> list[str]:
        given = [written(code) for code in re.split(r"[;,\s]+", line.cells[column]) if code]
        if unknown := [code for code in given if code not in known]:
            self.fault(line, column, f"{', '.join(unknown)[:60]}: no code of {standard}.")
        return list(dict.fromkeys(given))

    def _short(self, line: Line, column: str, longest: int = 120) -> list[str]:
        parts = line.several(column)
        if any(len(part) > longest for part in parts):
            self.fault(line, column, f"a name is longer than {longest} characters.")
        return parts

    def _narrators(self, line: Line) -> tuple[Narrator, ...]:
        names = self._short(line, "narrator") or [""]
        ways = line.several("attribution")
        if len(ways) not in (0, 1, len(names)):
            self.fault(
                line,
                "attribution",
                f"{len(ways)} for {len(names)} narrators: write one for all, or one each.",
            )
            ways = []
        narrators = []
        for at, name in enumerate(names):
            way = (ways[at] if len(ways) > 1 else ways[0] if ways else "") or (
                "pseudonym" if name else "code"
            )
            if way not in Person.Attribution.values:
                self.fault(
                    line, "attribution", f"“{way[:30]}” is none of {', '.join(Person.Attribution.values)}."
                )
            elif way == Person.Attribution.CODE and name:
                self.fault(
                    line,
                    "attribution",
                    "“code” shows no name: leave the narrator empty, or choose another way.",
                )
            elif way != Person.Attribution.CODE and not name:
                self.fault(line, "narrator", f"a name is needed for “{way}”.")
            narrators.append(Narrator(name, way))
        return tuple(narrators)

    def _real_names(self, line: Line, narrators: int) -> tuple[str, ...]:
        names = line.several("real_name")
        if names and len(names) != narrators:
            self.fault(
                line, "real_name", f"{len(names)} for {narrators} narrators: one each, separated by “;”."
            )
        return tuple(names) if len(names) == narrators else ("",) * narrators

    def _day(self, line: Line, column: str) -> date | None:
        text = line.cells[column]
        if not text:
            return None
        found = _DAY_FIRST.fullmatch(text)
        try:
            day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
        except ValueError:
            self.fault(line, column, f"“{text[:20]}” is no day: write 1979-05-17, or 17/05/1979 (day first).")
            return None
        if not date(1900, 1, 1) <= day <= self.today:
            self.fault(line, column, f"{day} lies before 1900, or in the future.")
        return day

    def _session(self, line: Line) -> int:
        text = line.cells["session"] or "1"
        if text.isdecimal() and 1 <= int(text) <= 999:
            return int(text)
        self.fault(line, "session", f"“{text[:20]}” is no number of a sitting: 1, 2, …")
        return 1

    def _sittings(self, group: list[Line]) -> dict[int, Sitting]:
        sittings: dict[int, Sitting] = {}
        for line in group:
            number = int(text) if (text := line.cells["session"] or "1").isdecimal() else 1
            country = self._codes(line, "country", codes.countries(), str.upper, "ISO 3166-1: MX, SV")[:1]
            said = Sitting(self._day(line, "held_on"), line.cells["place"], "".join(country))
            before = sittings.get(number, Sitting())
            for name, column in (("held_on", "held_on"), ("place", "place"), ("country", "country")):
                new, old = getattr(said, name), getattr(before, name)
                if new and old and new != old:
                    self.fault(line, column, f"says something else than another line about sitting {number}.")
            sittings[number] = Sitting(
                before.held_on or said.held_on, before.place or said.place, before.country or said.country
            )
        if sorted(sittings) != list(range(1, len(sittings) + 1)):
            self.fault(group[0], "session", "sittings are numbered 1, 2, … without a gap.")
        return dict(sorted(sittings.items()))

    def _tapes(self, line: Line) -> list[Tape]:
        names, texts = line.several("recording"), line.several("transcript")
        session = self._session(line)
        channels = line.cells["channels"] or Recording.Channels.BOTH
        if channels not in Recording.Channels.values:
            self.fault(
                line, "channels", f"“{channels[:30]}” is none of {', '.join(Recording.Channels.values)}."
            )
        if len(texts) > len(names):
            self.fault(line, "transcript", f"{len(texts)} transcripts for {len(names)} recordings.")
        tapes = []
        for at, name in enumerate(names):
            path = self._file(line, "recording", name)
            size = self._sound(line, path) if path else 0
            transcript = texts[at] if at < len(texts) else ""
            text = self._file(line, "transcript", transcript) if transcript else None
            if text:
                self._readable_transcript(line, text)
            if path:
                tapes.append(Tape(line.number, path, name, size, session, channels, text))
        return tapes

    def _file(self, line: Line, column: str, name: str) -> Path | None:
        """A file inside the list's folder: a list that came by mail must not bring in what lies elsewhere."""
        if not name:
            self.fault(line, column, "a name is missing between two “;”.")
            return None
        try:
            path = (self.folder / name.replace("\\", "/")).resolve()
            inside, there = path.is_relative_to(self.folder), path.is_file()
        except (OSError, ValueError):
            inside, there = True, False
        if not inside:
            self.fault(line, column, f"{name[:120]} lies outside of the folder {self.folder}.")
        elif not there:
            self.fault(line, column, f"there is no file {name[:120]}.")
        elif not os.access(path, os.R_OK):
            self.fault(line, column, f"{name[:120]} cannot be opened.")
        elif path in self.named:
            self.fault(line, column, f"{name[:120]} is named in line {self.named[path]} already.")
        else:
            self.named[path] = line.number
            return path
        return None

    def _sound(self, line: Line, path: Path) -> int:
        size = path.stat().st_size
        try:
            limits.check_size(size)
        except limits.TooLarge as refusal:
            self.fault(line, "recording", f"{path.name}: {refusal}")
        try:
            sniffing.sniff(path)
        except sniffing.NotARecording as refusal:
            self.fault(line, "recording", f"{path.name}: {refusal.sentence}")
        except OSError as error:
            self.fault(line, "recording", f"{path.name} cannot be read: {error.strerror}.")
        return size

    def _quota(self, line: Line, tapes: list[Tape]) -> None:
        if sum(tape.size for tape in tapes) > settings.UPLOAD_QUOTA_BYTES:
            self.fault(
                line, "recording", "the recordings of this interview are more than one interview may hold."
            )

    def _readable_transcript(self, line: Line, path: Path) -> None:
        try:
            if path.stat().st_size > recognizing.MOST_BYTES:
                self.fault(line, "transcript", f"{path.name} is larger than a transcript can be.")
            else:
                recognizing.read(path.read_bytes(), path.name)
        except CannotBeParsed as refusal:
            self.fault(line, "transcript", str(refusal))
        except OSError as error:
            self.fault(line, "transcript", f"{path.name} cannot be read: {error.strerror}.")

    def _paper(self, line: Line) -> Paper | None:
        kind, preset = line.cells["agreement"], line.cells["allows"]
        signed_on = self._day(line, "signed_on")
        if not kind:
            for column in ("signed_on", "allows"):
                if line.cells[column]:
                    self.fault(line, "agreement", f"is needed where {column} is given.")
            return None
        papers = [each for each in Agreement.Kind.values if each != Agreement.Kind.NARROWING]
        if kind not in papers:
            self.fault(line, "agreement", f"“{kind[:30]}” is none of {', '.join(papers)}.")
        if preset and preset not in PRESETS:
            self.fault(line, "allows", f"“{preset[:30]}” is none of {', '.join(PRESETS)}.")
        if not line.cells["signed_on"]:
            self.fault(line, "signed_on", "is needed where there is an agreement.")
        return Paper(kind, signed_on, preset) if signed_on else None

    def _photographs(self, line: Line) -> list[Path]:
        found = [
            path for name in line.several("photograph") if (path := self._file(line, "photograph", name))
        ]
        for path in found:
            with tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder:
                try:
                    pictures.prepare(path, Path(folder))
                except pictures.NotAPicture as refusal:
                    self.fault(line, "photograph", f"{path.name}: {refusal.sentence}")
        return found
