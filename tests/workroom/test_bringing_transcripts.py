"""A transcript brought to a recording: previewed, then kept."""

import hashlib
import random
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oralhistory.interviews.models import Interview, State
from oralhistory.jobs.models import Job
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Transcript
from tests import world as worlds
from tests.clock import NOON
from tests.transcripts import words_of_word as word

pytestmark = pytest.mark.django_db

HOSTILE = (
    "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Inés>Hola <img src=x onerror=alert(1)> &lt;b&gt;\n\n"
    "00:03.000 --> 00:00.000\n<script>alert(2)</script> Adiós.\n"
)


def send(browser, interview, content, name="texto.vtt", **data):
    recording = Recording.objects.of(interview).first()
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return browser.post(
        reverse("workroom:bring_transcript", args=[interview.public_id]),
        {"recording": recording.code, "transcript": file, **data},
    )


def keep(browser, interview, preview):
    hidden = dict(re.findall(r'name="(recording|name|packed)" value="([^"]*)"', preview.content.decode()))
    return browser.post(
        reverse("workroom:bring_transcript", args=[interview.public_id]), {**hidden, "keep": "on"}
    )


def test_it_is_shown_before_it_is_kept(world, at_the_desk_of, tmp_path):
    interview = worlds.uploaded(world, tmp_path, lines=[])
    browser = at_the_desk_of(world.interviewer)

    preview = send(browser, interview, HOSTILE)

    page = preview.content.decode()
    assert preview.status_code == 200
    assert "<img src=x" not in page
    assert "alert(2)" in page  # as text
    assert "<script>alert" not in page
    assert not Transcript.objects.exists()

    assert keep(browser, interview, preview).status_code == 302

    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED
    kept = versions.current(Recording.objects.get())
    assert [each.text for each in kept.segments.all()] == ["Hola <b>", "alert(2) Adiós."]
    assert Job.objects.filter(kind="find mentions").exists()


INDEX = """<index><point><time>3</time><title>La imprenta</title><synopsis>Cómo empezó.</synopsis>
<keywords>tinta;Fulano de Tal</keywords><subjects>Exilio; Imprenta;exilio</subjects>
<gpspoints><gps>12.1, -86.2</gps><gps_zoom>8</gps_zoom><gps_text>Managua</gps_text></gpspoints></point>
<point><time>5</time><title>El regreso</title><subjects/></point></index>"""


@pytest.mark.parametrize("transcript", ["<transcript>ELENA: Uno dos tres.</transcript>", "<transcript/>"])
def test_an_ohms_export_brings_its_index_as_chapters_with_their_subjects(
    world, at_the_desk_of, tmp_path, transcript
):
    interview = worlds.uploaded(world, tmp_path)
    browser = at_the_desk_of(world.interviewer)
    record = f'<record id="1" dt="2020-02-18"><version>6.0</version>{INDEX}{transcript}</record>'
    content = f'<ROOT xmlns="https://www.weareavp.com/nunncenter/ohms">{record}</ROOT>'

    assert keep(browser, interview, send(browser, interview, content, "a.xml")).status_code == 302

    first, second = interview.chapters.filter(start_ms__gt=0)
    assert (first.start_ms, first.title, first.synopsis) == (3000, "La imprenta", "Cómo empezó.")
    assert sorted(each.name for each in first.subjects.all()) == ["Exilio", "Imprenta"]
    assert [each.name for each in first.places.all()] == ["Managua"]
    assert (second.title, second.subjects.count()) == ("El regreso", 0)
    interview.refresh_from_db()
    assert interview.keywords == [
        "tinta",
        "Fulano de Tal",
    ]  # of the staff: no register, and no edition has them
    assert Transcript.objects.count() == ("Uno" in transcript)


def test_what_was_left_out_of_a_word_document_is_said_by_paragraph(world, at_the_desk_of, tmp_path):
    interview = worlds.uploaded(world, tmp_path, lines=[])
    body = word.p("Ana: Uno.") + word.p("Ana: Dos.", '<w:r><w:footnoteReference w:id="1"/></w:r>')
    browser = at_the_desk_of(world.interviewer)

    preview = send(browser, interview, word.docx(body), "texto.docx")

    assert "(párrafo 2)" in preview.content.decode()
    assert keep(browser, interview, preview).status_code == 302
    assert [each.text for each in versions.current(Recording.objects.get()).segments.all()] == [
        "Uno.",
        "Dos.",
    ]


def test_pictures_in_a_document_are_no_hindrance(world, at_the_desk_of, tmp_path):
    interview = worlds.uploaded(world, tmp_path, lines=[])
    browser = at_the_desk_of(world.interviewer)
    document = word.docx(word.p("Ana: Uno.") + word.p("Ana: Dos."), picture=random.randbytes(12 << 20))

    assert keep(browser, interview, send(browser, interview, document, "texto.docx")).status_code == 302
    assert versions.current(Recording.objects.get()).made_by["sha256"] == hashlib.sha256(document).hexdigest()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.vtt"), (b"WEBVTT\n", "a.vtt"), (b"%PDF-1.7", "a.txt"), (bytes(range(256)) * 40, "a.srt"),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><ROOT>&b;</ROOT>", "a.xml"),
        (b"x" * (11 << 20), "a.txt"),
    ],
)  # fmt: skip
def test_what_is_no_transcript_is_refused_in_words(world, at_the_desk_of, tmp_path, content, name):
    interview = worlds.uploaded(world, tmp_path)

    answer = send(at_the_desk_of(world.interviewer), interview, content, name)

    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not Transcript.objects.exists()


def test_a_text_that_people_have_worked_on_is_not_replaced(world, at_the_desk_of, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    segment = Recording.objects.get().transcripts.get().segments.first()
    corrections.correct(
        interview,
        segment.transcript,
        segment.cue_id,
        "Otra cosa.",
        seen=segment.text,
        by=world.interviewer.agent,
        at=NOON,
    )
    browser = at_the_desk_of(world.interviewer)

    answer = keep(browser, interview, send(browser, interview, HOSTILE))

    assert answer.status_code == 400
    assert not Transcript.objects.filter(kind="imported").exists()


def test_it_replaces_what_a_machine_wrote_and_the_same_file_comes_once(world, at_the_desk_of, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    browser = at_the_desk_of(world.interviewer)
    preview = send(browser, interview, HOSTILE)

    keep(browser, interview, preview)

    assert versions.current(Recording.objects.get()).kind == "imported"
    assert Transcript.objects.filter(kind="machine").exists()
    assert keep(browser, interview, preview).status_code == 400
    assert Transcript.objects.filter(kind="imported").count() == 1


@pytest.mark.parametrize(
    "packed", ["!", "eJw", "A" * 1000, "eNrtwTEBAAAAwqD1T20ND6AAAAAAAAAAAAAAAAAAAACAywAAAAABAAE="]
)
def test_what_was_not_packed_here_is_nothing(world, at_the_desk_of, tmp_path, packed):
    interview = worlds.uploaded(world, tmp_path)
    data = {"recording": Recording.objects.get().code, "packed": packed, "name": "a.vtt", "keep": "on"}

    answer = at_the_desk_of(world.interviewer).post(
        reverse("workroom:bring_transcript", args=[interview.public_id]), data
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("who", "state", "status"),
    [
        ("interviewer", "uploaded", 200), ("interviewer", "in_review", 409), ("other_interviewer", "uploaded", 404),
        ("moderator", "in_review", 403), ("archivist", "uploaded", 403), ("conflicted", "in_review", 404),
    ],
)  # fmt: skip
def test_only_who_may_upload_may_bring_a_transcript(world, at_the_desk_of, tmp_path, who, state, status):
    interview = worlds.uploaded(world, tmp_path)
    Interview.objects.update(state=state)

    answer = at_the_desk_of(getattr(world, who)).get(
        reverse("workroom:bring_transcript", args=[interview.public_id])
    )

    assert answer.status_code == status


def test_a_text_with_closed_passages_is_not_replaced(world, at_the_desk_of, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    worlds.redact_the_secret(world, interview)
    before = versions.current(Recording.objects.get())
    browser = at_the_desk_of(world.interviewer)

    keep(browser, interview, send(browser, interview, "Uno.\n\nDos.\n", name="a.txt"))

    assert versions.current(Recording.objects.get()) == before
    assert not Transcript.objects.filter(kind=Transcript.Kind.IMPORTED).exists()
