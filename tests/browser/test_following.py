"""Who looks at a recording being heard sees its pieces and its text come, on the page that is open."""

import pytest
from django.utils import timezone

from oralhistory.jobs.models import Job
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.browser.conftest import sign_in
from tests.clock import MINUTE
from tests.pipeline import long_recording

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pieces_and_text_come_to_the_open_page(web_address, new_context, tmp_path):
    world = worlds.build()
    interview = worlds.uploaded(world, tmp_path)
    recording = Recording.objects.of(interview).get()
    now = timezone.now()
    transcription = long_recording.planned(recording, at=now - 30 * MINUTE)
    long_recording.hear(transcription, 0, at=now - 10 * MINUTE)
    context = new_context()
    sign_in(context, web_address, world.interviewer)
    page = context.new_page()
    page.goto(f"{web_address}/workroom/interviews/{interview.public_id}/progress/")
    page.evaluate("window.kept = true")
    text = page.locator(f"#so-far-{recording.code}")
    before = text.locator("p").all_inner_texts()

    long_recording.hear(transcription, 1, at=now - 8 * MINUTE)
    page.wait_for_selector(f"#piece-{recording.code}-1.heard", state="attached")
    long_recording.hear(transcription, 2, at=timezone.now() - MINUTE / 2, batches=1)
    page.wait_for_selector(f"#piece-{recording.code}-2.running progress", state="attached")

    after = text.locator("p").all_inner_texts()
    assert page.evaluate("window.kept")
    assert after[: len(before)] == before
    times = [line.partition(" ")[0] for line in after]
    assert len(times) == len(set(times))
    assert times[len(before)] == "5:00"
    assert times[-1].startswith("11:3")
    assert page.locator(".strip li").count() == 36
    # Of all that was sent the newest is in sight.
    assert page.evaluate("document.querySelector('.so-far').scrollTop") == 0

    Job.objects.open().update(state=Job.State.CANCELLED, lease_token=None, lease_until=None)
    page.wait_for_selector("#progress-mark", state="detached")
    assert not page.evaluate("window.kept")
