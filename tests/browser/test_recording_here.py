"""An interview is recorded in the browser, on a machine where everything goes wrong."""

import os
import re
import shutil
import signal
import time

import pytest
from django.conf import global_settings

from oralhistory.intake.models import Arrival
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.browser.conftest import PROGRAMS
from tests.servers import web

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE = 60  # seconds
LOST_AT_MOST_MS = 5_000  # the archive promises ten seconds


@pytest.fixture
def server(environment, tmp_path):
    with web.restartable(environment, tmp_path) as running:
        yield running


@pytest.fixture
def window(browser):
    """A browser with a microphone that beeps."""
    program = next(path for name in PROGRAMS if (path := shutil.which(name)))
    arguments = [
        *("--no-sandbox", "--disable-gpu"),
        *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
    ]
    launched = browser.browser_type.launch(executable_path=program, args=arguments)
    opened = launched.new_context(permissions=["microphone"])
    opened.set_default_timeout(30_000)
    yield opened
    launched.close()


@pytest.fixture
def address(server, settings):
    world = worlds.build()
    interview = worlds.draft(world)
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # those of the server
    world.interviewer.set_password(worlds.PASSWORD)
    world.interviewer.save()
    return f"{server.address}/en/workroom/interviews/{interview.public_id}/record-here/"


def test_a_page_that_crashes_while_the_server_is_away_loses_no_more_than_seconds(
    window, address, server, start_worker
):
    page = window.new_page()
    page.goto(address)
    log_in(page)
    press(page, "Open the microphone")
    press(page, "Start recording")
    wait_until(lambda: recorded_ms(page) >= 4_000 and arrived() > 0)
    server.kill()
    wait_until(lambda: recorded_ms(page) >= 10_000)
    recorded, before = recorded_ms(page), arrived()
    crash(window.browser, page)

    server.start()
    start_worker()
    page = window.new_page()
    page.goto(address)
    press(page, "Send what is there")
    page.locator(".arrival[data-state=kept]").wait_for(timeout=PATIENCE * 1000)
    recording = Recording.objects.get()
    wait_until(lambda: Recording.objects.get().duration_ms)
    recording.refresh_from_db()

    assert recorded - LOST_AT_MOST_MS <= recording.duration_ms <= recorded + 5_000
    arrival = (
        Arrival.objects.get()
    )  # the same that was begun: nothing was sent a second time from its beginning
    assert arrival.recording == recording
    assert 0 < before < arrival.size
    page.reload()
    page.wait_for_selector(".recorder[data-state=closed]")
    assert page.locator(".arrival").count() == 0


def test_what_is_recorded_with_a_pause_is_one_recording_without_the_pause(window, address, start_worker):
    page = window.new_page()
    page.goto(address)
    log_in(page)
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
    start_worker()
    page.locator(".arrival[data-state=kept]").wait_for(timeout=PATIENCE * 1000)
    wait_until(lambda: Recording.objects.get().duration_ms)

    # Longer than what was shown by less than the pause.
    assert recorded - 1_000 <= Recording.objects.get().duration_ms <= recorded + 2_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d\.\d\d\.webm", Recording.objects.get().original_name)


def log_in(page):
    page.fill("[name=login]", "interviewer@example.org")
    page.fill("[name=password]", worlds.PASSWORD)
    page.click("main form[method=post] .actions button")
    page.wait_for_selector("archive-recorder")


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
    until = time.monotonic() + PATIENCE
    while not gone:
        assert time.monotonic() < until
        page.context.cookies()  # lets the news of it come in
    page.close()


def wait_until(condition) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)
