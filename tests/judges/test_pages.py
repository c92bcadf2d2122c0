"""Pages as others judge them: the Nu Html Checker, Lighthouse, the words of schema.org, and a page that has a player in a frame."""

import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from oralhistory.editions import public
from tests import world as worlds
from tests.browser import walking
from tests.browser.conftest import PROGRAMS
from tests.judges.test_viewers import PLAYS, Quiet

pytestmark = pytest.mark.django_db(transaction=True)

# Pages that no address leads to by itself, or that show more when something is asked.
MORE = {
    "found": "/search/?q=calles", "nothing-found": "/search/?q=zzzz", "narrowed": "/testimonies/?decade=1980",
    "by-year": "/organizations/fmln-sv/?by=year", "missing": "/testimonies/neverexisted/", "lost": "/no-such-page",
    "log-in": "/accounts/login/",
}  # fmt: skip
LEAST = {"accessibility": 95, "best-practices": 95, "seo": 95}  # of a hundred
# How fast a page is says also how busy the machine is: printed, and not judged.
SPEED = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "total-blocking-time",
    "cumulative-layout-shift",
)
# What is of two kinds at once is a merged leaf, which its types let no property be.
TYPED = """import type * as s from "schema-dts";
type Testimony = s.MergeLeafTypes<[s.ArchiveComponentLeaf, s.AudioObjectLeaf]>;
type Moment = Omit<s.MergeLeafTypes<[s.ClipLeaf, s.QuotationLeaf]>, "isPartOf"> & {{ isPartOf: Testimony }};
type OnAPage<T> = T & {{ "@context": "https://schema.org" }};
export const testimony: OnAPage<Testimony> = {testimony};
export const moment: OnAPage<Moment> = {moment};
// @ts-expect-error: words that schema.org does not have are complained of.
export const wrong: s.WithContext<s.ClipLeaf> = {{ "@context": "https://schema.org", "@type": "Clip", "begins": 1 }};
"""
FRAME = '<!doctype html><title>another</title><link rel="icon" href="data:,"><iframe sandbox="allow-scripts" width="640" height="400" src="{}"></iframe>'


def test_the_nu_html_checker_has_nothing_to_say(program, packages, tmp_path):
    java = program("java", "default-jre-headless")
    folder, archive_folder = tmp_path / "pages", tmp_path / "archive"
    folder.mkdir()
    archive_folder.mkdir()
    written = write_pages(folder, archive_folder)

    checker = packages / "vnu-jar" / "build" / "dist" / "vnu.jar"
    done = subprocess.run(
        [java, "-jar", checker, "--format", "json", "--exit-zero-always", folder],
        capture_output=True,
        text=True,
        check=True,
    )

    messages = json.loads(done.stderr)["messages"]
    print(f"Nu Html Checker: {written} pages, {len(messages)} errors and warnings")  # noqa: T201  # what came of it
    assert [
        f"{Path(urlsplit(each.get('url', '')).path).name}: {each['message']} {each.get('extract', '')}"
        for each in messages
    ] == []
    assert written > 150


def write_pages(folder: Path, archive_folder: Path) -> int:
    """Every page of every room, as who gets it; those of the reading room in three languages."""
    archive = walking.build(archive_folder)
    clients = walking.clients(archive)
    found, _others = walking.pages(archive, clients)
    asked = [(page.name.replace(":", "."), page.path, page.who) for page in found]
    asked += [(name, path, "") for name, path in MORE.items()]
    written = 0
    for name, path, who in asked:
        for language in ("", "/en", "/pt") if not who else ("",):
            answer = clients[who].get(language + path)
            assert answer.headers["Content-Type"].startswith("text/html"), path
            file = folder / f"{name}.{who or 'visitor'}.{language.strip('/') or 'es'}.html"
            file.write_bytes(answer.content)
            written += 1
    return written


@pytest.mark.browser
def test_lighthouse_gives_the_main_pages_95_of_a_hundred(web_address, program, packages, tmp_path):
    """Served as in production, but for TLS and what the proxy compresses."""
    program("node", "nodejs")
    chromium = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if chromium is None:
        pytest.skip("there is no Chromium here (on Debian: apt install chromium)")
    interview = worlds.published(worlds.build(), tmp_path)
    paths = {
        "home": "/", "testimonies": "/testimonies/", "testimony": f"/testimonies/{interview.public_id}/",
        "organization": "/organizations/fmln-sv/", "search": "/search/?q=calles",
    }  # fmt: skip
    below = {}
    for name, path in paths.items():
        requests.get(web_address + path, timeout=60)  # the server's first answer is late
        skip = "is-crawlable" if name == "search" else ""  # answers to questions are not for search engines
        report = lighthouse(web_address + path, packages, chromium, tmp_path / f"{name}.json", skip=skip)
        scores = {key: round(100 * each["score"]) for key, each in report["categories"].items()}
        speed = ", ".join(report["audits"][key]["displayValue"] for key in SPEED)
        print(f"Lighthouse: {name}: {scores}, {speed}")  # noqa: T201
        below.update({f"{name}: {key}": complaints(report, key) for key in LEAST if scores[key] < LEAST[key]})

    assert below == {}


def lighthouse(address: str, packages: Path, chromium: str, to: Path, *, skip: str) -> dict[str, Any]:
    """Its exit status says nothing; what it says stands in its report."""
    command = [packages / ".bin" / "lighthouse", address, "--output=json", f"--output-path={to}", "--quiet",
               "--chrome-flags=--headless=new --no-sandbox --disable-gpu", f"--skip-audits={skip}"]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert to.exists(), done.stderr
    report: dict[str, Any] = json.loads(to.read_text())
    assert "runtimeError" not in report, report["runtimeError"]
    return report


def complaints(report: dict[str, Any], category: str) -> list[str]:
    audits = [report["audits"][each["id"]] for each in report["categories"][category]["auditRefs"]]
    return [f"{each['id']}: {each['title']}" for each in audits if each["score"] is not None and each["score"] < 1]  # fmt: skip


def test_typescript_knows_every_word_that_is_said_to_search_engines(program, packages, tmp_path):
    node = program("node", "nodejs")
    interview = worlds.published(worlds.build(), tmp_path)
    edition = public.find(interview.public_id)
    address = f"/testimonies/{interview.public_id}/"
    said = {
        "testimony": json_ld(address),
        "moment": json_ld(f"{address}m/{public.segments(edition)[0].cue_id}/"),
    }
    (tmp_path / "node_modules").symlink_to(packages)
    (tmp_path / "said.ts").write_text(TYPED.format(**said))

    done = subprocess.run(
        [node, packages / ".bin" / "tsc", "--noEmit", "--strict", "--skipLibCheck", "said.ts"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout == ""
    assert done.returncode == 0


def json_ld(address: str) -> str:
    page = Client().get(address).content.decode()
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return found


@pytest.mark.browser
def test_a_player_works_in_a_frame_that_may_do_nothing_but_run_scripts(web_address, new_context, tmp_path):
    """As programs for blogs frame what oEmbed finds: such a frame is of no origin, and has no cookies."""
    interview = worlds.published(worlds.build(), tmp_path)
    folder = tmp_path / "another"
    folder.mkdir()
    (folder / "index.html").write_text(
        FRAME.format(f"{web_address}/embed/testimonies/{interview.public_id}/")
    )
    failed: list[str] = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = new_context().new_page()
        page.on("requestfailed", lambda request: failed.append(request.url))
        page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="networkidle")
        length, played = page.frames[1].evaluate(PLAYS)
        server.shutdown()

    assert length == pytest.approx(worlds.SOUND_SECONDS, abs=0.1)
    assert played > 0.2
    assert failed == []
