"""A published testimony in viewers of others, on a page of another origin: it plays, and its text and chapters are there."""

import http.server
import io
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from tests import world as worlds
from tests.judges.conftest import FOLDER
from tests.recordings import films

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOR_BROWSERS = (
    "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart",
)  # fmt: skip
PAGE = (
    '<!doctype html><html lang="es"><meta charset="utf-8"><title>viewer</title><link rel="icon" href="data:,">'
    '<link rel="stylesheet" href="{0}.css"><div id="viewer"></div><script src="{0}.js"></script>'
)
SAID = ("De ahí salió el Copesal y llenábamos las calles.", "Buenas tardes, compañera Elena.")
CHAPTER = "El principio"
# How long it is, and how far it gets in a while.
PLAYS = """async () => { const media = document.querySelector("audio, video"); media.muted = true; await media.play();
  const from = media.currentTime; await new Promise((done) => setTimeout(done, 600)); media.pause();
  return [media.duration, media.currentTime - from]; }"""


@pytest.fixture
def others(packages: Path, tmp_path: Path) -> Iterator[str]:
    """A web server of somebody else's with the two viewers."""
    folder = tmp_path / "others"
    folder.mkdir()
    esbuild = FOLDER.parents[1] / "node_modules" / ".bin" / "esbuild"
    for name in ("clover", "ramp"):
        subprocess.run(
            [
                *(esbuild, FOLDER / "viewers" / f"{name}.jsx", "--bundle", f"--outdir={folder}"),
                *("--jsx=automatic", "--loader:.svg=dataurl", "--log-level=error"),
                "--define:process.env.NODE_ENV='production'",
            ],
            check=True,
        )
        (folder / f"{name}.css").touch()
        (folder / f"{name}.html").write_text(PAGE.format(name))
    handler = partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None: ...


def test_clover_and_ramp_play_it_and_show_transcript_and_chapters(web_address, new_context, others, tmp_path):
    interview = worlds.published(worlds.build(), tmp_path)
    manifest = f"{web_address}/testimonies/{interview.public_id}/manifest.json"
    asked: set[str] = set()
    page = new_context().new_page()
    page.on("request", lambda request: asked.add(request.url.rpartition("/")[2]))

    page.goto(f"{others}/clover.html?manifest={manifest}")
    page.get_by_text("Annotations", exact=True).click()
    for said in SAID:  # from the captions, and from the annotations
        page.get_by_text(said).nth(1).wait_for()
    length, played = page.evaluate(PLAYS)
    assert length == pytest.approx(worlds.SOUND_SECONDS, abs=0.1)
    assert played > 0.2

    page.goto(f"{others}/ramp.html?manifest={manifest}")
    page.get_by_text(CHAPTER).first.wait_for()
    for said in SAID:
        page.get_by_text(said).first.wait_for()
    length, played = page.evaluate(PLAYS)
    assert length == pytest.approx(worlds.SOUND_SECONDS, abs=0.1)
    assert played > 0.2

    assert {"manifest.json", "annotations.json", "captions.vtt", "sound"} <= asked
    assert "Ramiro" not in page.content()  # what is redacted


def test_clover_and_ramp_show_what_was_filmed(web_address, new_context, others, tmp_path):
    world = worlds.build()
    interview = worlds.in_review(world, tmp_path)
    video = films.film(tmp_path / "film.mp4", *FOR_BROWSERS, seconds=worlds.SOUND_SECONDS)
    poster = io.BytesIO()
    Image.new("RGB", (64, 48)).save(poster, "JPEG")
    worlds.film(interview, video.read_bytes(), poster.getvalue(), size=(64, 48))
    worlds.publish_from_review(world, interview)
    manifest = f"{web_address}/testimonies/{interview.public_id}/manifest.json"
    asked: set[str] = set()
    page = new_context().new_page()
    page.on("request", lambda request: asked.add(request.url.rpartition("/")[2]))

    for viewer in ("clover", "ramp"):
        page.goto(f"{others}/{viewer}.html?manifest={manifest}")
        page.wait_for_selector("video")
        length, played = page.evaluate(PLAYS)
        assert length == pytest.approx(worlds.SOUND_SECONDS, abs=0.1)
        assert played > 0.2
        assert page.evaluate("document.querySelector('video').videoWidth") == 64
    page.get_by_text(SAID[0]).first.wait_for()

    assert {"manifest.json", "video", "poster", "captions.vtt"} <= asked
