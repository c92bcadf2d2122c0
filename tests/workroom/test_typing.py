"""Texts that no machine knows: typed by hand into empty lines, and passages in another language."""

import pytest
from django.urls import reverse

from oralhistory.editions import publishing
from oralhistory.interviews.models import State
from oralhistory.jobs.models import Job
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review import checks
from oralhistory.transcripts import lines, versions
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.clock import NOON

pytestmark = pytest.mark.django_db


def begin(interview, browser, language="yua"):
    code = Recording.objects.of(interview).get().code
    address = reverse("workroom:type", args=[interview.public_id])
    return browser.post(address, {"recording": code, "language": language})


def test_a_recording_without_text_gets_empty_lines_and_goes_on_to_the_bench(world, tmp_path, at_the_desk_of):
    interview = worlds.uploaded(world, tmp_path)
    browser = at_the_desk_of(world.interviewer)
    assert reverse("workroom:type", args=[interview.public_id]) in (
        browser.get(reverse("workroom:interview", args=[interview.public_id])).content.decode()
    )

    assert begin(interview, browser, "qu").status_code == 302

    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED
    text = versions.current(Recording.objects.of(interview).get())
    rows = list(text.segments.all())
    assert rows
    assert {(row.text, row.language) for row in rows} == {("", "qu")}
    assert rows[-1].end_ms <= worlds.SOUND_SECONDS * 1000
    assert Event.objects.filter(kind="typing begun", agent=str(world.interviewer.agent)).count() == 1
    assert begin(interview, browser, "qu").status_code == 400  # nothing is left to be typed


def test_what_is_typed_into_a_line_is_its_text_with_times_for_each_word(world, tmp_path, at_the_desk_of):
    interview = worlds.uploaded(world, tmp_path)
    browser = at_the_desk_of(world.interviewer)
    begin(interview, browser, "qu")
    row = Segment.objects.order_by("index").first()
    form = {
        "recording": row.transcript.recording.code,
        "cue": row.cue_id,
        "seen": "",
        "text": "Ñuqa kani",
        "speaker": "narrator",
    }

    answer = browser.post(reverse("workroom:text", args=[interview.public_id]), form)

    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.text, [word[2] for word in row.words]) == ("Ñuqa kani", ["Ñuqa", "kani"])
    assert row.words[0][0] == row.start_ms
    assert browser.post(reverse("workroom:submit", args=[interview.public_id])).status_code == 302
    assert Job.objects.filter(kind="find mentions", subject=f"transcript:{row.transcript_id}").exists()


def test_lines_that_nobody_typed_are_not_published_and_are_said_before_signing(
    world, tmp_path, at_the_desk_of
):
    interview = worlds.in_review(world, tmp_path)
    Segment.objects.filter(text__startswith="De ahí").update(text="", words=[])

    built = publishing.preview(interview, at=NOON)

    assert len(built.segments) == len(worlds.TEXTS) - 1
    assert any("línea" in check.sentence for check in checks.before_signing(interview, at=NOON))


def test_a_passage_in_another_language_is_shown_so_and_published_so(world, tmp_path, at_the_desk_of):
    interview = worlds.in_review(world, tmp_path)
    code = Recording.objects.of(interview).get().code
    form = {"recording": code, "start": "0:02", "end": "0:04", "language": "pt"}
    browser = at_the_desk_of(world.moderator)

    answer = browser.post(reverse("workroom:spoken_language", args=[interview.public_id]), form)

    assert answer.status_code == 302
    page = browser.get(reverse("workroom:transcript", args=[interview.public_id])).content.decode()
    assert 'lang="pt"' in page
    built = publishing.preview(interview, at=NOON)
    assert [entry["language"] for entry in built.segments] == ["es", "pt", "es", "es"]
    assert Event.objects.get(kind="text corrected").outcome.startswith("language pt")
    worlds.publish_from_review(world, interview)
    public = browser.get(reverse("reading_room:testimony", args=[interview.public_id])).content.decode()
    assert 'lang="pt"' in public.split("Frente Farabundo", maxsplit=1)[0]


@pytest.mark.parametrize("form", [{"start": "0:04", "end": "x"}, {"start": "5:00", "end": "6:00"}])
def test_a_language_of_nothing_changes_nothing(world, tmp_path, at_the_desk_of, form):
    interview = worlds.in_review(world, tmp_path)
    code = Recording.objects.of(interview).get().code

    at_the_desk_of(world.moderator).post(
        reverse("workroom:spoken_language", args=[interview.public_id]),
        {"recording": code, "language": "pt", **form},
    )

    assert set(Segment.objects.values_list("language", flat=True)) == {"es"}


@pytest.mark.parametrize(
    ("peaks", "spans"),
    [
        ([50] * 10 + [0] * 10 + [50] * 10, [(0, 10_000), (20_000, 30_000)]),
        ([50] * 15 + [40] + [50] * 14, [(0, 15_000), (15_000, 30_000)]),  # at the quietest place
        ([50], [(0, 15_000), (15_000, 30_000)]),
        ([], [(0, 20_000), (20_000, 30_000)]),
        ([0] * 30, [(0, 20_000), (20_000, 30_000)]),
    ],
)
def test_lines_go_from_pause_to_pause(peaks, spans):
    found = lines.of_peaks(peaks, 30_000)

    if any(peaks):
        assert found == spans
    assert all(0 < end - start <= lines.LONGEST for start, end in found)
    assert not peaks or any(peaks) or found[-1][1] <= 30_000
