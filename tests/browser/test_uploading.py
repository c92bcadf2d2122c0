"""A long file over a line that breaks: sent by the page for it, to a server that is killed on the way."""

import hashlib
import wave
from pathlib import Path

import pytest
from django.conf import global_settings

from oralhistory.files import stores
from oralhistory.intake.models import Arrival
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.browser.conftest import PATIENCE, log_in, sign_in, wait_until, work
from tests.servers import web

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEGABYTE = 1 << 20
SIZE = 300 * MEGABYTE
PIECE = 8 * MEGABYTE  # bytes in one request


@pytest.fixture
def context(browser):
    """A window of one's own. That a server which was killed does not answer is what Chromium may complain of."""
    errors = []
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(PATIENCE * 1000)
    opened.on("weberror", lambda error: errors.append(str(error.error)))
    yield opened
    opened.close()
    assert errors == []


@pytest.fixture
def world(transactional_db):
    return worlds.build()


@pytest.fixture
def uploader(server, context, world):
    """The interviewer's page for bringing a recording to an interview that has none."""
    interview = worlds.draft(world)
    sign_in(context, server.address, world.interviewer)
    page = context.new_page()
    page.goto(f"{server.address}/en/workroom/interviews/{interview.public_id}/recordings/")
    page.wait_for_selector("archive-arrivals .chooser")
    return page


def test_300_mb_arrive_whole_though_the_server_is_killed_twice_and_the_page_is_opened_anew(
    uploader, server, tmp_path
):
    file = long_recording(tmp_path / "elena.wav")
    sent = pieces_sent(uploader)

    uploader.set_input_files("[name=recording]", file)
    assert "Nobody hears the right one" in uploader.inner_text(".arrival")
    uploader.get_by_label("Only the left one belongs to the interview").check()
    uploader.get_by_role("button", name="Send", exact=True).click()
    cut(server, after=60 * MEGABYTE)
    wait_until(lambda: arrived() > 120 * MEGABYTE, "it goes on by itself")
    uploader.on("dialog", lambda dialog: dialog.accept())  # "leave the page?"
    uploader.reload()
    before = arrived()
    uploader.set_input_files("[name=recording]", file)
    cut(server, after=200 * MEGABYTE)
    work("take in")
    uploader.locator(".arrival[data-state=kept]").wait_for()

    assert before > 120 * MEGABYTE
    arrival = Arrival.objects.get()  # one: nothing was begun twice
    assert arrival.recording.channels == Recording.Channels.LEFT
    master = arrival.recording.master
    assert master.sha256 == arrival.declared_sha256 == sha256_of(file)
    with stores.open_local("masters", master.key) as kept:
        assert sha256_of(kept) == master.sha256
    # Of each request that was broken off (two by the server's end, one by the page's), at most all comes again.
    assert sum(sent) - SIZE <= 3 * PIECE
    assert len(sent) >= SIZE / PIECE


def test_a_file_chosen_before_the_page_knows_what_is_on_its_way_goes_on_with_it(uploader, tmp_path):
    file = long_recording(tmp_path / "elena.wav", size=30 * MEGABYTE)
    uploader.set_input_files("[name=recording]", file)
    line = uploader.context.new_cdp_session(uploader)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 4 * MEGABYTE}
    line.send("Network.emulateNetworkConditions", slow)  # or all has arrived before a hand is at the button
    uploader.get_by_role("button", name="Send", exact=True).click()
    wait_until(lambda: arrived() > PIECE, "it is sent")
    uploader.get_by_role("button", name="Pause", exact=True).click()
    line.detach()
    held = []
    uploader.route("**/arrivals/", lambda route: held.append(route))

    uploader.on("dialog", lambda dialog: dialog.accept())
    uploader.reload()
    uploader.set_input_files("[name=recording]", file)
    for route in held:
        route.continue_()
    uploader.unroute("**/arrivals/")
    uploader.locator(".arrival[data-state=checking]").wait_for()

    assert uploader.locator(".arrival").count() == 1
    assert Arrival.objects.get().offset == 30 * MEGABYTE


def test_a_log_in_that_expired_loses_nothing(uploader, server, world, tmp_path, settings):
    uploader.set_input_files("[name=recording]", long_recording(tmp_path / "elena.wav", size=30 * MEGABYTE))
    uploader.context.clear_cookies()
    uploader.get_by_role("button", name="Send", exact=True).click()
    uploader.get_by_text("You have been logged out.").wait_for()
    assert not Arrival.objects.exists()

    settings.PASSWORD_HASHERS = (
        global_settings.PASSWORD_HASHERS
    )  # those of the server, which reads what is written here
    world.interviewer.set_password(worlds.PASSWORD)
    world.interviewer.save()
    other = uploader.context.new_page()
    other.goto(f"{server.address}/en/workroom/")
    log_in(other, world.interviewer.email, worlds.PASSWORD)
    other.wait_for_selector(".workroom .who")
    uploader.get_by_role("button", name="Go on", exact=True).click()
    work("take in")
    uploader.locator(".arrival[data-state=kept]").wait_for()

    assert Recording.objects.count() == 1


def test_a_file_that_is_given_up_leaves_nothing(uploader, server, tmp_path):
    uploader.set_input_files("[name=recording]", long_recording(tmp_path / "elena.wav"))
    uploader.get_by_role("button", name="Send", exact=True).click()
    wait_until(lambda: arrived() > PIECE, "it is sent")
    uploader.get_by_role("button", name="Pause", exact=True).click()
    uploader.get_by_role("button", name="Give up", exact=True).click()
    uploader.get_by_role("button", name="Give it up", exact=True).click()
    uploader.locator(".arrival").wait_for(state="detached")

    assert Arrival.objects.get().state == Arrival.State.ENDED
    assert not [path for path in (tmp_path / "masters").rglob("*") if path.is_file()]


def long_recording(path: Path, *, size: int = SIZE) -> Path:
    """A WAV of that many bytes: a little sound, then silence that takes no room on the disk."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.setnframes((size - 44) // 4)
        out.writeframes(bytes(range(256)) * 256)
    with path.open("r+b") as file:
        file.seek(4)
        file.write((size - 8).to_bytes(4, "little"))
        file.seek(40)
        file.write((size - 44).to_bytes(4, "little"))
        file.truncate(size)
    return path


def pieces_sent(page) -> list[int]:
    """Grows with every request that carries a piece: how many bytes it was to carry.

    Not with one that is refused before its body is read, because the lease of the server that was killed still holds.
    """
    sizes: list[int] = []

    def size_of(request):
        return min(PIECE, SIZE - int(request.headers["upload-offset"]))

    def note(request):
        if request.method == "PATCH":
            sizes.append(size_of(request))

    def forget(response):
        if response.request.method == "PATCH" and response.status == 423:
            sizes.remove(size_of(response.request))

    page.on("request", note)
    page.on("response", forget)
    return sizes


def arrived() -> int:
    arrival = Arrival.objects.first()
    return arrival.offset if arrival else 0


def cut(server: web.Web, *, after: int) -> None:
    """A power cut when so many bytes have arrived, and power again."""
    wait_until(lambda: arrived() > after, f"{after} bytes arrive")
    server.kill()
    at = arrived()
    assert at < SIZE
    server.start()


def sha256_of(path: Path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
