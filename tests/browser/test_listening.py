"""Listening to a testimony: asked before the first sound and before a hard passage, quoted with its citation, on other pages."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from tests.browser.conftest import wait_until
from tests.factories import EditionFactory, StandingFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOUND = Path(__file__).parents[2] / "oralhistory" / "pipeline" / "demo" / "testimonio-demo.opus"
SELECT = """([first, from, last, to]) => {
  const [one, other] = [first, last].map((id) => document.getElementById(id).firstChild);
  one.parentElement.scrollIntoView({block: "center"});
  getSelection().setBaseAndExtent(one, from, other, to);
}"""


@pytest.fixture
def testimony():
    sound = SOUND.read_bytes()
    key = storages["access"].save("listening.ogg", ContentFile(sound))
    texts = ["Una voz que empieza.", "Nos llevaron de noche.", "Después salimos a la calle.", "Y ya."]
    return EditionFactory(
        standing=StandingFactory(public_id="listening234"), title="Las calles", warnings="Se habla de muertes.",
        audio_key=key, audio_size=len(sound), duration_ms=40_000, segments=texts,
        chapters=[
            {"start_ms": 0, "title": "Antes", "synopsis": ""},
            {"start_ms": 10_000, "title": "La detención", "synopsis": "", "warning": "Habla de tortura."},
            {"start_ms": 20_000, "title": "Luego", "synopsis": ""},
        ],
    )  # fmt: skip


@pytest.fixture
def elsewhere():
    """Somebody else's page: on another port of this machine, which is another origin."""
    servers = []

    def serve(page: str) -> str:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(f"<!doctype html><title>x</title>{page}".encode())

            def log_message(self, *_given: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Page))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_testimony_asks_first_and_is_quoted_forgotten_and_shown_elsewhere(
    web_address, new_context, testimony, elsewhere
):
    context = new_context(reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    address = f"{web_address}/en/testimonies/{testimony.public_id}/"

    def opened():
        page.goto(address)
        page.locator("archive-player .wave svg").wait_for(state="attached")
        page.locator("archive-player .play").focus()

    def player(script):
        return page.evaluate(
            f"(() => {{ const player = document.querySelector('archive-player'); return {script}; }})()"
        )

    def is_playing():
        return player("!player.audio.paused && player.audio.currentTime > 0")

    # Nothing sounds before it is agreed to, by keys alone; then never asked again. Who only reads loads no times of words.
    opened()
    assert player("Object.keys(player.transcript.words).length") == 0
    page.keyboard.press("Space")
    wait_until(lambda: player("Object.keys(player.transcript.words).length"), "the times of words came")
    page.locator("dialog.first[open]").wait_for()
    page.keyboard.press("Escape")
    assert player("player.audio.paused")
    page.keyboard.press("Space")
    page.locator("dialog.first[open]").wait_for()
    page.keyboard.press("Enter")
    wait_until(is_playing, "it plays")
    page.keyboard.press(">")
    assert player("[player.audio.playbackRate, player.audio.preservesPitch]") == [1.25, True]

    # A hard passage asks for itself, and is gone over.
    player("player.seek(9600)")
    page.locator("dialog.passage[open]").wait_for()
    assert "Habla de tortura." in page.locator("dialog.passage").inner_text()
    assert player("player.audio.paused && player.now < 10200")
    page.keyboard.press("Enter")  # on the first button: skip
    wait_until(lambda: is_playing() and player("player.now") >= 20_000, "it goes on after the passage")
    page.keyboard.press("k")

    # Words that are selected are copied with their citation, and lead to themselves.
    first, last = (testimony.segments.get(index=index).cue_id for index in (2, 3))
    page.evaluate(SELECT, [first, 8, last, 4])
    page.locator(".quote-it").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("«salimos a la calle. Y ya»\n\nElena, “Las calles,” oral testimony, 1st ed.")
    link = copied.split()[-1].rstrip(".")
    assert "/testimonies/listening234/#t=" in link

    # What this device remembers can be forgotten.
    opened()
    assert page.locator(".resume").is_visible()
    page.locator(".forget").click()
    assert page.locator(".resume").is_hidden()
    opened()
    assert page.locator(".resume").is_hidden()

    # A stretch that is asked for while the page is open is lit from word to word, though their times come only now.
    page.evaluate("location.hash = '#t=21.9,27'")
    lit = "[...CSS.highlights.get('passage')].map(String).join()"
    wait_until(lambda: page.evaluate(lit) == "salimos a la ", "the passage is lit")

    # On somebody else's page.
    shown = f'<iframe src="{web_address}/embed/testimonies/{testimony.public_id}/?t=30,35" width="600" height="320"></iframe>'
    page.goto(elsewhere(shown))
    embedded = page.frame_locator("iframe")
    embedded.locator(".play").click()
    embedded.locator("archive-embed.is-playing").wait_for()
    wait_until(lambda: embedded.locator(".time b").inner_text() >= "0:31", "the passage is heard")
    assert context.cookies() == []
