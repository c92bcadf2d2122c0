"""Stretches without words, which an editor should hear, from what was heard in each window."""

import pytest

from oralhistory.editions import manifest
from oralhistory.lib.agents import MACHINE
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import gaps, transcribing, versions
from oralhistory.transcripts.engines.base import WindowResult
from oralhistory.transcripts.gaps import Gap, Kind
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob, Window
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.words import spread
from tests import world as worlds
from tests.clock import NOON

pytestmark = pytest.mark.django_db
LENGTH = 20  # seconds of a window


@pytest.fixture
def recording(tmp_path):
    return Recording.objects.of(worlds.uploaded(worlds.build(), tmp_path)).get()


def said(text, start=0, end=LENGTH, **options):
    words = tuple(spread(text.split(), start * 1000, end * 1000, probability=0.8))
    return WindowResult(language="es", text=text, words=words, **options)


@pytest.fixture
def transcript(recording):
    """Put together of (what was heard, seconds of speech) for each window."""

    def make(*windows):
        transcription = TranscriptionJob.objects.create(
            rendition=renditions.current(recording), spec={"engine": "fake", "model": "m", "languages": ["es"]},
            spec_sha256="0" * 64, state="running", generation=1, requested_by_agent=str(MACHINE), requested_at=NOON,
        )  # fmt: skip
        size = LENGTH * SAMPLE_RATE
        chunk = Chunk.objects.create(
            transcription=transcription,
            index=0,
            start_sample=0,
            end_sample=size * len(windows),
            cache_key="c" * 64,
        )
        for index, (result, speech) in enumerate(windows):
            Window.objects.create(
                chunk=chunk, index=index, start_sample=index * size, end_sample=(index + 1) * size, heard=True,
                speech_samples=speech * SAMPLE_RATE, result=result.as_dict(),
            )  # fmt: skip
        return transcribing.join(transcription, at=NOON)

    return make


def test_what_is_written_throughout_has_none(transcript):
    assert gaps.of(transcript((said("Todo se oye y todo está escrito."), LENGTH))) == []


def test_silence_is_no_gap(transcript):
    assert gaps.of(transcript((WindowResult(flags=("no_speech",)), 0), (said("Sigo."), LENGTH))) == []


def test_another_language_is_one_gap_however_many_windows_it_lasts(transcript):
    other = WindowResult(flags=("other_language",))

    found = gaps.of(
        transcript((said("Antes."), LENGTH), (other, LENGTH), (other, LENGTH), (said("Después."), LENGTH))
    )

    assert found == [Gap(20_000, 60_000, Kind.OTHER_LANGUAGE)]


def test_speech_of_which_nothing_was_written(transcript):
    assert gaps.of(transcript((WindowResult(), 8))) == [Gap(0, LENGTH * 1000, Kind.UNWRITTEN)]


def test_speech_that_is_longer_than_its_words(transcript):
    found = gaps.of(transcript((said("Solo el principio.", 0, 6), 18), (said("Poco después.", 0, 12), 14)))

    # Two seconds more than words is how people breathe.
    assert found == [Gap(6000, LENGTH * 1000, Kind.UNWRITTEN)]


def test_words_that_were_taken_out_are_kept_for_the_editor(transcript):
    dropped = tuple(spread(["Gracias", "por", "ver"], 10_000, 12_000)) + tuple(
        spread(["Fin"], 18_000, 19_000)
    )

    found = gaps.of(
        transcript((said("Y se acabó.", 0, 8, dropped=dropped, flags=("dropped_over_silence",)), 7))
    )

    assert [(gap.start_ms, gap.end_ms, gap.kind, gap.heard) for gap in found] == [
        (10_000, 12_000, Kind.DROPPED, "Gracias por ver"), (18_000, 19_000, Kind.DROPPED, "Fin"),
    ]  # fmt: skip


def test_what_people_do_with_the_text_does_not_lose_its_gaps(transcript):
    made = transcript((said("Antes."), LENGTH), (WindowResult(), 8))
    working = versions.working(made, at=NOON)
    versions.correct(
        working, working.segments.first().cue_id, "Otra cosa.", seen="Antes.", by=MACHINE, at=NOON
    )

    assert gaps.of(working) == gaps.of(made) != []


def test_a_text_from_elsewhere_has_none(recording):
    brought = versions.add(recording, [], kind=Transcript.Kind.IMPORTED, made_by={}, at=NOON)

    assert gaps.of(brought) == []


def test_none_of_it_is_ever_published(transcript, recording):
    dropped = tuple(spread(["Subtitulado"], 10_000, 12_000))
    made = transcript(
        (said("Y se acabó.", 0, 8, dropped=dropped), 7), (WindowResult(flags=("other_language",)), 9)
    )
    assert len(gaps.of(made)) == 2

    published = repr(manifest.build(recording.session.interview, at=NOON))

    assert "acabó" in published
    assert "Subtitulado" not in published
    assert "other_language" not in published
