"""Where the times of a text come from that was brought without any, on the page where people work on it."""

import pytest
from django.urls import reverse

from oralhistory.consent import agreements
from oralhistory.intake import times_found
from oralhistory.jobs.models import Job
from oralhistory.pipeline import acts, times
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.formats.reading import recognizing
from oralhistory.transcripts.models import Segment, Transcript, TranscriptionJob
from tests import world as worlds
from tests.clock import NOON

TEXT = "\n\n".join(
    f"ELENA: {text}" for text in [*worlds.TEXTS[:2], "Esto no se dijo nunca así.", worlds.TEXTS[3]]
)
KEEPS_ONLY = [line for line in agreements.FOR_THE_ARCHIVE if line.use != "transcribe_local"]


@pytest.fixture(autouse=True)
def instant_engine(settings):
    settings.ASR_ENGINE = "fake"


def bring(world, text=TEXT):
    reading = recognizing.read(text.encode(), "a.txt")
    return acts.bring_transcript(Recording.objects.get(), reading, by=world.interviewer, at=NOON)


def page(browser, interview):
    return browser.get(reverse("workroom:transcript", args=[interview.public_id])).content.decode()


def ask(browser, interview):
    return browser.post(
        reverse("workroom:transcribe", args=[interview.public_id]),
        {"recording": Recording.objects.get().code, "do": "find times"},
    )


def test_it_says_how_many_words_fit_and_leads_to_the_passages_that_do_not(world, at_the_desk_of, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    Segment.objects.filter(index=2).update(words=[])  # a noise of two seconds
    Recording.objects.update(duration_ms=60_000)
    Segment.objects.filter(index=3).update(
        start_ms=50_000, end_ms=52_000, words=[[50_000 + 200 * at, 50_200 + 200 * at, word, 0.9] for at, word in enumerate(worlds.TEXTS[3].split())],
    )  # fmt: skip
    bring(world)
    times_found.find(Recording.objects.get(), at=NOON)

    shown = page(at_the_desk_of(world.interviewer), interview)

    text = versions.current(Recording.objects.get())
    (doubtful,) = [each for each in text.segments.all() if each.flags]
    assert "Tiempos ajustados al sonido: el 80 % de las palabras" in shown
    assert "1 pasaje por revisar" in shown
    assert f'<a href="#s-{doubtful.cue_id}">' in shown
    assert "fake none" in shown


def test_a_text_of_something_else_is_said_to_be_that(world, at_the_desk_of, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    bring(world, "ELENA: Otra cinta.\n\nELENA: Otras palabras, que nadie dijo aquí.")
    times_found.find(Recording.objects.get(), at=NOON)

    shown = page(at_the_desk_of(world.interviewer), interview)

    assert "Solo el 0 % de las palabras de este texto se oyó" in shown
    assert 'value="find times"' not in shown


def test_while_the_machine_listens_the_page_says_what_it_waits_for(world, at_the_desk_of, tmp_path):
    interview = worlds.uploaded(world, tmp_path)
    bring(world)
    browser = at_the_desk_of(world.interviewer)
    assert "cuando una máquina haya oído la grabación" in page(browser, interview)

    Job.objects.filter(kind=times.JOB).update(state=Job.State.DEAD, reason="Se acabó.", finished_at=NOON)
    shown = page(browser, interview)
    assert "Se acabó." in shown
    assert 'value="find times"' in shown

    ask(browser, interview)
    assert Job.objects.get(kind=times.JOB).state == Job.State.DUE


def test_without_a_paper_the_page_says_that_one_is_needed_and_asking_does_nothing(
    world, at_the_desk_of, tmp_path
):
    interview = worlds.uploaded(world, tmp_path, lines=KEEPS_ONLY)
    bring(world)
    browser = at_the_desk_of(world.interviewer)

    assert "si una carta permite que una máquina oiga la grabación" in page(browser, interview)
    ask(browser, interview)

    assert not TranscriptionJob.objects.exists()
    assert not Job.objects.filter(kind=times.JOB).exists()


def test_a_text_that_was_brought_before_there_was_a_machine_can_be_given_times(
    world, at_the_desk_of, tmp_path
):
    interview = worlds.uploaded(world, tmp_path)
    bring(world)
    Job.objects.filter(kind=times.JOB).delete()
    TranscriptionJob.objects.all().delete()
    browser = at_the_desk_of(world.interviewer)
    assert 'value="find times"' in page(browser, interview)

    ask(browser, interview)

    assert TranscriptionJob.objects.count() == 1
    assert Job.objects.get(kind=times.JOB).state == Job.State.DUE


@pytest.mark.parametrize("text", ["[0:00] ELENA: Uno.\n[0:02] ELENA: Dos.", None])
def test_a_text_that_has_its_own_times_says_nothing_of_them(world, at_the_desk_of, tmp_path, text):
    interview = worlds.transcribed(world, tmp_path)
    if text:
        bring(world, text)
        assert Transcript.objects.filter(kind="imported").exists()

    assert 'id="times"' not in page(at_the_desk_of(world.interviewer), interview)
