"""The list's columns, what each means, and an example row: `manage.py import_interviews --template`."""

import csv
import io
from dataclasses import dataclass

from oralhistory.consent import agreements
from oralhistory.consent.models import Audience, Use

# What a paper allows, by a name that fits a cell. Nothing written means that nothing is allowed.
PRESETS: dict[str, tuple[agreements.Line, ...]] = {
    "keep": (agreements.Line(Use.PRESERVE, Audience.ARCHIVE_TEAM),),
    "archive": agreements.FOR_THE_ARCHIVE,
    # A list is written from the papers of many years, and most of them speak of photographs at the most.
    "open": (
        *agreements.FOR_THE_ARCHIVE,
        *(line for line in agreements.OPEN_TO_ALL if line.use != Use.VIDEO),
    ),
    "open_with_video": (*agreements.FOR_THE_ARCHIVE, *agreements.OPEN_TO_ALL),
}


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    meaning: str
    example: str = ""
    longest: int = 20_000  # characters of a cell
    required: bool = False
    of_interview: bool = True  # the same in every row of an interview; else each row has its own


COLUMNS = (
    Column("collection", "title of the collection; made if it is new", "Solidaridad", 200, required=True),
    Column("identifier", "shelf mark, unique in the collection: by it a second run knows the interview", "SOL-001", 80, required=True),
    Column("title", "as the public will see it", "Elena", 200, required=True),
    Column("narrator", "as they want to be shown; several: a;b", "Elena", 500),
    Column("attribution", "code, pseudonym, initials, first_name, real_name; one for all, or one each", "pseudonym", 200),
    Column("real_name", "goes into the encrypted vault and nowhere else; one each", "", 500),
    Column("interviewer", "who asks, as shown to the team; several: a;b", "Inés", 500),
    Column("session", "number of the sitting: 1, 2, …; empty: 1", "1", 5, of_interview=False),
    Column("held_on", "day of the sitting: 1979-05-17 (or 17/05/1979, day first)", "1979-05-17", 20, of_interview=False),
    Column("place", "of the sitting", "Ciudad de México", 120, of_interview=False),
    Column("country", "of the sitting: ISO 3166-1, two letters", "MX", 3, of_interview=False),
    Column("languages", "spoken, the main one first: ISO 639-1; several: es;en", "es", 60, required=True),
    Column("countries", "told of, the main one first: ISO 3166-1; several: SV;MX", "SV;MX", 60),
    Column("summary", "in some sentences", "Tradujo e imprimió."),
    Column("warnings", "what a listener should know before", "Se habla de una detención."),
    Column("notes", "for the team; never published", ""),
    Column("recording", "file, from the folder of this list; several in their order: a.wav;b.wav, or a row each", "cintas/sol-001-a.wav;cintas/sol-001-b.wav", 4000, of_interview=False),
    Column("channels", "both, two_microphones, left, right: of the recordings of this row; empty: both", "both", 15, of_interview=False),
    Column("transcript", "file for each recording of this row, in their order: DOCX, WebVTT, SRT, TXT, CSV, OHMS XML; empty ones count", "textos/sol-001-a.vtt;", 4000, of_interview=False),
    Column("agreement", "participation, recording, heirs, archive_rule; empty: no paper, all stays closed", "recording", 20),
    Column("signed_on", "day of its signature", "1979-06-01", 20),
    Column("allows", "keep (preserve), archive (and transcribe by machine), open (and open to all: text, sound, photographs), open_with_video (and the video)", "archive", 20),
    Column("photograph", "file of a picture; several: a.jpg;b.jpg", "fotos/elena.jpg", 4000),
    Column("caption", "of the photographs", "Elena, 1979", 300),
    Column("credit", "of the photographs", "Archivo", 120),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}


def text() -> str:
    """The template: comments that say what each column means, the first line, one example."""
    out = io.StringIO()
    out.write("# A line for each recording, or for each interview with its recordings in one cell.\n")
    out.write(
        "# Lines that begin with # are left out. Comma, semicolon or tab; UTF-8 or as Excel writes it.\n"
    )
    out.write("# Further lines of the same interview may leave empty what its first line says.\n")
    for column in COLUMNS:
        needed = " (needed)" if column.required else ""
        out.write(f"# {column.name}{needed}: {column.meaning}\n")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(column.name for column in COLUMNS)
    rows.writerow(column.example for column in COLUMNS)
    return out.getvalue()
