"""`manage.py import_interviews`: a shelf of interviews from a list."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from oralhistory.consent import grants
from oralhistory.consent.models import Audience, Use
from oralhistory.files.models import MediaFile
from oralhistory.interviews import describing
from oralhistory.interviews.models import Interview, Participation, State
from oralhistory.jobs.models import Job
from oralhistory.lib.agents import MACHINE
from oralhistory.people import vault
from oralhistory.pipeline import importing, tasks
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Transcript, TranscriptionJob
from tests import world as worlds
from tests.clock import NOON
from tests.transcripts import words_of_word as word

pytestmark = pytest.mark.django_db

VTT = "WEBVTT\n\n00:00.000 --> 00:03.000\n<v Inés>¿Cómo llegó?\n\n00:03.000 --> 00:06.000\n<v Elena>Llegué en 1979.\n"
ROW = {
    "collection": "Solidaridad", "identifier": "SOL-001", "title": "Elena", "narrator": "Elena", "languages": "es;en",
    "countries": "SV;MX", "held_on": "1979-05-17", "place": "Ciudad de México", "country": "MX",
}  # fmt: skip


@pytest.fixture
def world(settings):
    settings.ASR_ENGINE = "fake"
    return worlds.build()


@pytest.fixture
def shelf(tmp_path):
    """A folder with a recording, a transcript and a picture."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    worlds.sound(folder).rename(folder / "a.wav")
    worlds.sound(folder).rename(folder / "b.wav")
    (folder / "a.vtt").write_text(VTT)
    Image.new("RGB", (30, 20), "red").save(folder / "elena.jpg")
    return folder


def listed(folder: Path, *rows: dict[str, str], name="list.csv", delimiter=",", encoding="utf-8") -> Path:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / name
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def bring(path: Path, *options: str, by="interviewer@example.org") -> tuple[str, str]:
    """What it says, and its progress and faults."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_interviews", str(path), "--by", by, *options, stdout=out, stderr=err)
    except CommandError as refusal:
        err.write(f"{refusal}\n")
        return "", err.getvalue()
    return out.getvalue(), err.getvalue()


def work_off() -> None:
    while due := list(Job.objects.filter(state=Job.State.DUE).order_by("pk")):
        for job in due:
            tasks.work(job_id=job.pk)


def test_the_template_is_a_list_that_can_be_brought_in(world, shelf):
    out = io.StringIO()
    call_command("import_interviews", "--template", stdout=out)
    path = shelf / "template.csv"
    path.write_text(out.getvalue())

    _said, faults = bring(path)

    # All that it lacks are the files of its example.
    assert faults.count("there is no file") == 4
    assert "4 faults" in faults


def test_an_interview_comes_in_with_all_that_its_line_says(world, shelf):
    path = listed(
        shelf,
        {
            **ROW, "recording": "a.wav;b.wav", "transcript": "a.vtt", "channels": "left", "agreement": "recording",
            "signed_on": "01/06/1979", "allows": "archive", "photograph": "elena.jpg", "caption": "Elena", "credit": "Archivo",
            "real_name": "Ramona Cnry", "interviewer": "Inés", "summary": "Tradujo.", "warnings": "Detención.", "notes": "x",
        },
    )  # fmt: skip

    said, _progress = bring(path)

    assert "line 2: SOL-001: new: 2 recordings, 1 transcript, 1 photograph, agreement (archive)" in said
    interview = Interview.objects.get()
    assert (interview.identifier, interview.languages, interview.countries) == (
        "SOL-001",
        ["es", "en"],
        ["SV", "MX"],
    )
    assert interview.created_by == world.interviewer
    session = interview.sessions.get()
    assert (str(session.held_on), session.place.name) == ("1979-05-17", "Ciudad de México")
    narrator = interview.participations.get(role=Participation.Role.NARRATOR).person
    assert vault.open_identity(narrator) == {"name": "Ramona Cnry"}
    assert interview.photographs.get().credit == "Archivo"
    recordings = list(Recording.objects.of(interview))
    assert [each.original_name for each in recordings] == ["a.wav", "b.wav"]
    assert {each.channels for each in recordings} == {"left"}
    terms = grants.in_force(interview, at=NOON)
    assert terms.allows(Use.TRANSCRIBE_LOCAL, Audience.ARCHIVE_TEAM)
    assert not terms.public_uses()
    assert Job.objects.filter(kind="ingest").count() == 2
    assert not Event.objects.filter(outcome__contains="Cnry").exists()


def test_a_list_gives_the_video_only_where_it_says_so():
    given = {name: {line.use for line in lines} for name, lines in importing.PRESETS.items()}

    assert [name for name, uses in given.items() if Use.VIDEO in uses] == ["open_with_video"]
    assert given["open_with_video"] - given["open"] == {Use.VIDEO}


def test_a_transcript_that_came_along_is_read_and_no_machine_started(world, shelf):
    bring(listed(shelf, {**ROW, "recording": "a.wav", "transcript": "a.vtt", "interviewer": "Inés"}))

    work_off()

    interview = Interview.objects.get()
    assert interview.state == State.TRANSCRIBED  # though no agreement lets a machine hear it
    assert not TranscriptionJob.objects.exists()
    transcript = versions.current(Recording.objects.get())
    assert transcript.kind == Transcript.Kind.IMPORTED
    assert [(each.speaker, each.text) for each in transcript.segments.all()] == [
        ("interviewer", "¿Cómo llegó?"),
        ("narrator", "Llegué en 1979."),
    ]
    assert Job.objects.filter(kind="find mentions", state="done").exists()
    importing.acts.record_agreement(
        interview,
        importing.PRESETS["archive"],
        kind="recording",
        signed_on=NOON.date(),
        by=world.interviewer,
        at=NOON,
    )
    assert not TranscriptionJob.objects.exists()


def test_a_text_without_times_is_spread_over_the_recording_once_that_is_read(world, shelf):
    (shelf / "a.txt").write_text("ANA: Uno dos tres.\n\nANA: Cuatro cinco seis siete.\n")
    bring(listed(shelf, {**ROW, "recording": "a.wav", "transcript": "a.txt"}))

    work_off()

    segments = list(versions.current(Recording.objects.get()).segments.all())
    assert (segments[0].start_ms, segments[-1].end_ms) == (0, worlds.SOUND_SECONDS * 1000)
    assert all(segment.flags == ["times_guessed"] for segment in segments)
    assert Transcript.objects.count() == 1


def test_a_word_document_comes_along(world, shelf):
    body = word.table(["0:00", "Ana", "Uno."], ["0:02", "Inés", "Dos."])
    (shelf / "a.docx").write_bytes(word.docx(body))
    bring(listed(shelf, {**ROW, "recording": "a.wav", "transcript": "a.docx"}))

    work_off()

    segments = versions.current(Recording.objects.get()).segments.all()
    assert [(each.start_ms, each.speaker, each.text) for each in segments] == [
        (0, "Ana", "Uno."),
        (2000, "Inés", "Dos."),
    ]


def test_a_second_run_does_nothing_and_says_so(world, shelf):
    path = listed(shelf, {**ROW, "recording": "a.wav", "transcript": "a.vtt", "photograph": "elena.jpg"})
    bring(path)
    before = (Event.objects.count(), MediaFile.objects.count(), Job.objects.count())

    said, _progress = bring(path)

    assert "nothing was done" in said
    assert (Event.objects.count(), MediaFile.objects.count(), Job.objects.count()) == before


def test_a_changed_line_changes_the_description_and_a_new_file_is_added(world, shelf):
    bring(listed(shelf, {**ROW, "recording": "a.wav"}))
    interview = Interview.objects.get()
    # What people write in the workroom is not written over by a list that says what it said before.
    describing.describe(
        interview,
        describing.Description("Elena, by hand", ["es"], ["SV"]), by=MACHINE, at=NOON,
    )  # fmt: skip

    said, _progress = bring(
        listed(shelf, {**ROW, "summary": "Tradujo.", "recording": "a.wav;b.wav", "transcript": "a.vtt;"})
    )

    assert "line 2: SOL-001: more: changes summary, 1 recording, 1 transcript" in said
    interview.refresh_from_db()
    assert (interview.title, interview.summary) == ("Elena, by hand", "Tradujo.")
    assert Recording.objects.count() == 2


def test_a_dry_run_says_what_it_would_do_and_does_nothing(world, shelf):
    said, _progress = bring(listed(shelf, {**ROW, "recording": "a.wav"}), "--dry-run")

    assert "line 2: SOL-001: new: 1 recording" in said
    assert "Nothing was touched" in said
    assert not Interview.objects.exists()


def test_every_fault_is_said_with_its_line_and_column_and_nothing_is_brought_in(world, shelf):
    (shelf / "text.wav").write_text("no sound at all")
    (shelf / "empty.vtt").write_text("WEBVTT\n")
    path = listed(
        shelf,
        {**ROW, "recording": "a.wav"},
        {**ROW, "identifier": "2", "languages": "es;xx", "countries": "MX;QQ", "held_on": "1979-13-41", "session": "zero"},
        {**ROW, "identifier": "3", "recording": "gone.wav;text.wav;../list.csv;a.wav", "transcript": "empty.vtt"},
        {**ROW, "identifier": "4", "narrator": "A;B", "attribution": "pseudonym;code;code", "real_name": "C"},
        {**ROW, "identifier": "5", "agreement": "promise", "allows": "everything", "title": "", "channels": "seven"},
        {**ROW, "identifier": "5", "summary": "Other", "agreement": "heirs"},
        {**ROW, "identifier": ""},
    )  # fmt: skip

    said, faults = bring(path)

    assert said == ""
    for expected in (
        "line 3, languages: xx", "line 3, countries: QQ", "line 3, held_on: “1979-13-41”", "line 3, session: “zero”",
        "line 4, recording: there is no file gone.wav", "line 4, recording: text.wav: ", "line 4, transcript: empty.vtt: ",
        "line 4, recording: ../list.csv lies outside", "line 4, recording: a.wav is named in line 2 already",
        "line 5, attribution: 3 for 2", "line 5, real_name: 1 for 2", "line 6, agreement: “promise”", "line 6, title: is needed",
        "line 6, allows: “everything”", "line 6, channels: “seven”", "line 6, signed_on: is needed",
        "line 7, agreement: says something else than line 6", "line 7, summary: says something else", "line 8, identifier: is needed",
    ):  # fmt: skip
        assert expected in faults
    assert not Interview.objects.exists()
    assert not MediaFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("collection,identifier,title,languages,color\n", "unknown columns: color"),
        ("collection,title\n", "missing: identifier, languages"),
        ("collection,collection,identifier,title,languages\n", "come twice: collection"),
        ("collection,identifier,title,languages\na,b\n", "line 2: 2 cells"),
        ("collection,identifier,title,languages\na,b,c,es,too much\n", "line 2: 5 cells"),
        ('collection,identifier,title,languages\na,b,"c,es\n', "line 2: the row cannot be read"),
        ("," * 1_000_000 + "\n", "line 1: 1000001 cells"),
        ("x" * 200_000 + "\n", "line 1: the row cannot be read"),
        ("PK\x03\x04\x00\x00", "no text"),
        ("collection,identifier,title,languages\n", "There is no interview"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(world, tmp_path, content, said):
    path = tmp_path / "list.csv"
    path.write_text(content)

    assert said in bring(path)[1]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "cp1252"), ("\t", "utf-16"), (",", "utf-8-sig"), (";", "mac_roman")]
)
def test_it_reads_what_spreadsheets_write(world, tmp_path, delimiter, encoding):
    title = "La compañera habló de la represión, y de México"

    bring(listed(tmp_path, {**ROW, "title": title}, delimiter=delimiter, encoding=encoding))

    assert Interview.objects.get().title == title


def test_formulas_markup_and_control_characters_stay_inert_text(world, tmp_path, client):
    hostile = "<svg/onload=alert(1)>=1+1\x07{{7*7}}"
    row = dict.fromkeys(
        ("title", "narrator", "place", "summary", "warnings", "notes", "interviewer", "collection"), hostile
    )

    bring(listed(tmp_path, {**ROW, **row, "identifier": "=cmd|' /C calc'!A0"}))

    interview = Interview.objects.get()
    assert interview.title == "<svg/onload=alert(1)>=1+1 {{7*7}}"
    assert interview.identifier == "=cmd|' /C calc'!A0"
    client.force_login(world.interviewer)
    page = client.get(f"/workroom/interviews/{interview.public_id}/").content.decode()
    assert "<svg" not in page
    assert "&lt;svg/onload" in page


def test_an_interview_of_somebody_else_is_refused_and_stays_as_it_is(world, shelf):
    bring(listed(shelf, ROW))

    said, faults = bring(
        listed(shelf, {**ROW, "title": "Mine now", "recording": "a.wav"}), by="other-interviewer@example.org"
    )

    assert said == ""
    assert "line 2, identifier: There is an interview with this identifier already" in faults
    assert Interview.objects.get().title == "Elena"
    assert not Recording.objects.exists()


def test_an_interview_that_is_in_review_takes_nothing_more(world, shelf):
    bring(listed(shelf, ROW))
    Interview.objects.update(state=State.IN_REVIEW)

    assert "you may not add recordings" in bring(listed(shelf, {**ROW, "recording": "a.wav"}))[1]
    assert "nothing was done" in bring(listed(shelf, ROW))[0]


@pytest.mark.parametrize("by", ["archivist@example.org", "moderator@example.org", "nobody@example.org"])
def test_it_comes_in_under_the_name_of_an_interviewer_only(world, tmp_path, by):
    assert "is no interviewer" in (err := bring(listed(tmp_path, ROW), by=by)[1]) or "no account" in err
    assert not Interview.objects.exists()


def test_killed_in_the_middle_and_run_again_it_is_complete_and_nothing_is_there_twice(
    world, shelf, monkeypatch
):
    rows = [
        {
            **ROW,
            "recording": "a.wav;b.wav",
            "transcript": "a.vtt;",
            "agreement": "recording",
            "signed_on": "1979-06-01",
        },
        {**ROW, "identifier": "SOL-002"},
    ]
    path = listed(shelf, *rows)
    arrived = importing.steps.recording_arrived

    def power_cut(recording, *, at):
        if recording.original_name == "b.wav":
            raise KeyboardInterrupt
        return arrived(recording, at=at)

    with monkeypatch.context() as patched:
        patched.setattr(importing.steps, "recording_arrived", power_cut)
        with pytest.raises(KeyboardInterrupt):
            bring(path)
    assert Recording.objects.count() == 1

    bring(path)

    assert sorted(Interview.objects.values_list("identifier", flat=True)) == ["SOL-001", "SOL-002"]
    assert sorted(Recording.objects.values_list("original_name", flat=True)) == ["a.wav", "b.wav"]
    assert Transcript.objects.count() == 1
    assert Interview.objects.get(identifier="SOL-001").agreements.count() == 1
    assert Job.objects.filter(kind="ingest").count() == 2


def test_several_lines_are_several_sittings_of_one_interview(world, shelf):
    first = {**ROW, "recording": "b.wav", "session": "1"}
    second = {
        "collection": "Solidaridad", "identifier": "SOL-001", "session": "2", "held_on": "1979-05-18", "recording": "a.wav"
    }  # fmt: skip

    bring(listed(shelf, first, second))

    recordings = Recording.objects.of(Interview.objects.get())
    assert [(each.session.number, each.original_name) for each in recordings] == [(1, "b.wav"), (2, "a.wav")]
    assert [str(each.held_on) for each in Interview.objects.get().sessions.order_by("number")] == [
        "1979-05-17",
        "1979-05-18",
    ]
