"""An interview is recorded in the browser, on a machine where everything goes wrong."""

import os
import re
import signal
import time

import pytest

from oralhistory.intake.models import Arrival
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.browser.conftest import PATIENCE, sign_in, wait_until, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOST_AT_MOST_MS = 5_000  # the archive promises ten seconds


@pytest.fixture
def world(transactional_db):
    return worlds.build()


@pytest.fixture
def window(browser, server, world):
    """The interviewer's, with a microphone that beeps."""
    opened = browser.new_context(permissions=["microphone"])
    opened.set_default_timeout(PATIENCE * 1000)
    sign_in(opened, server.address, world.interviewer)
    yield opened
    opened.close()


@pytest.fixture
def address(server, world):
    return f"{server.address}/en/workroom/interviews/{worlds.draft(world).public_id}/record-here/"


def test_a_page_that_crashes_while_the_server_is_away_loses_no_more_than_seconds(window, address, server):
    page = window.new_page()
    page.goto(address)
    press(page, "Open the microphone")
    press(page, "Start recording")
    wait_until(lambda: recorded_ms(page) >= 4_000 and arrived() > 0)
    server.kill()
    wait_until(lambda: recorded_ms(page) >= 10_000)
    looked_at = time.monotonic()
    recorded, before = recorded_ms(page), arrived()
    crash(window.browser, page)
    more = round((time.monotonic() - looked_at) * 1000)  # may have been recorded since

    server.start()
    page = window.new_page()
    page.goto(address)
    press(page, "Send what is there")
    work("take in")
    page.locator(".arrival[data-state=kept]").wait_for()
    work("ingest")
    recording = Recording.objects.get()

    assert recorded - LOST_AT_MOST_MS <= recording.duration_ms <= recorded + more + 3_000
    # The same that was begun: nothing was sent a second time from its beginning.
    arrival = Arrival.objects.get()
    assert arrival.recording == recording
    assert 0 < before < arrival.size
    page.reload()
    page.wait_for_selector(".recorder[data-state=closed]")
    assert page.locator(".arrival").count() == 0


def test_what_is_recorded_with_a_pause_is_one_recording_without_the_pause(window, address):
    page = window.new_page()
    page.goto(address)
    press(page, "Open the microphone")
    press(page, "Start recording")
    wait_until(lambda: recorded_ms(page) >= 2_000)
    press(page, "Pause")
    paused = recorded_ms(page)
    time.sleep(2.5)
    assert recorded_ms(page) == paused
    press(page, "Go on recording")
    wait_until(lambda: recorded_ms(page) >= 3_000)
    press(page, "Stop")
    recorded = recorded_ms(page)
    work("take in")
    page.locator(".arrival[data-state=kept]").wait_for()
    work("ingest")
    recording = Recording.objects.get()

    # Longer than what was shown by less than the pause.
    assert recorded - 1_000 <= recording.duration_ms <= recorded + 2_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d\.\d\d\.webm", recording.original_name)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def recorded_ms(page) -> int:
    minutes, seconds = page.inner_text(".recorder .time").split(":")
    return (int(minutes) * 60 + int(seconds)) * 1000


def arrived() -> int:
    arrival = Arrival.objects.first()
    return arrival.offset if arrival else 0


def crash(browser, page) -> None:
    """The tab is gone from one moment to the next: its process is killed."""
    gone = []
    page.on("crash", lambda _: gone.append(True))
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    for process in processes:
        if process["type"] == "renderer":
            os.kill(process["id"], signal.SIGKILL)
    # Asking for cookies lets the news of it come in.
    wait_until(lambda: page.context.cookies() is not None and gone)
    page.close()
