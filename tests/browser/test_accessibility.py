"""Every page that anybody can reach, as axe-core judges it: at phone width in light, its colors again in dark.

And what axe does not see: nothing scrolls sideways, there is one first heading, titles tell pages apart.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings

from tests.browser import walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# What axe says of a page, as "rule: where".
JUDGE = """async (rules) => {
  const options = rules ? {runOnly: {type: "rule", values: rules}} : {};
  const found = await axe.run(document, {...options, resultTypes: ["violations"]});
  return found.violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target} ${node.html.slice(0, 160)}`));
}"""
SHAPE = """() => ({
  title: document.title,
  language: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
  sideways: document.documentElement.scrollWidth > innerWidth,
})"""
# Addresses that have nothing to show in this archive: no video, no photograph, no file that was refused, brought or asked
# for, no identity that two people opened. All others answer a page, a part of one, a file, another address, or take what is sent to them.
NOT_IN_THIS_ARCHIVE = {
    "workroom:transfer", "workroom:decide_aside", "workroom:aside_file", "workroom:arrival", "workroom:picture",
    "workroom:sign_video", "workroom:sign_poster", "workroom:organization_export", "workroom:organization_rehearsal",
    "narrator_room:sound", "reading_room:poster", "reading_room:video", "reading_room:captions", "reading_room:photograph",
    "reading_room:organizations_file", "reading_room:organization_file", "reading_room:reconcile_flyout",
    "reading_room:reconcile_preview", "workroom:package", "workroom:identity_paper", "workroom:opened_identity",
    "reading_room:translated_captions", "reading_room:translated_annotations",
    "reading_room:iiif_collection_page",
    "reading_room:oembed",
}  # fmt: skip
ELSEWHERE = walking.NO_PAGE | {204, 301, 302, 400, 410}


def test_every_page_can_be_read_and_used_by_everybody(web_address, new_context, settings, tmp_path):
    assert AXE.exists(), "axe-core is missing: npm ci"
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # those of the server
    archive = walking.build(tmp_path)
    clients = walking.clients(archive)
    pages, others = walking.pages(archive, clients)
    unseen = {name: codes for name, codes in others.items() if not codes & ELSEWHERE}

    wrong: dict[str, list[str]] = {}
    titles: Counter[tuple[str, str]] = Counter()
    for who in dict.fromkeys(page.who for page in pages):
        context = new_context(reduced_motion="reduce")
        context.add_init_script(path=AXE)
        cookies = walking.cookies_of(clients[who])
        context.add_cookies([{"name": name, "value": value, "url": web_address} for name, value in cookies])
        tab = context.new_page()
        for page in (each for each in pages if each.who == who):
            complaints, title = judged(tab, web_address + page.path)
            wrong.update({f"{page.name} ({who})": complaints} if complaints else {})
            titles[who, title] += 1
        context.close()

    assert wrong == {}
    assert [pair for pair, times in titles.items() if times > 1] == []
    assert set(unseen) <= NOT_IN_THIS_ARCHIVE, unseen
    assert len(pages) > 60


def judged(tab: Any, address: str) -> tuple[list[str], str]:
    tab.set_viewport_size(PHONE)
    tab.emulate_media(color_scheme="light")
    tab.goto(address)
    shape = tab.evaluate(SHAPE)
    complaints = tab.evaluate(JUDGE, None)
    tab.emulate_media(color_scheme="dark")
    complaints += [f"in dark, {each}" for each in tab.evaluate(JUDGE, ["color-contrast"])]
    if shape["sideways"]:
        complaints.append("scrolls sideways on a phone")
    if shape["headings"] != 1:
        complaints.append(f"{shape['headings']} first headings")
    if shape["language"] != "es":
        complaints.append(f"language {shape['language']!r}")
    tab.set_viewport_size(DESK)
    if tab.evaluate(SHAPE)["sideways"]:
        complaints.append("scrolls sideways on a desk")
    return complaints, shape["title"]
