"""The transcript editor in a real Chromium: how soon it can be used, whether it stutters, how soon an edit is kept, and
whether any is lost when something is cut.

    .venv/bin/python -m tests.benchmarks.editor [--cuts 200] [--folder FOLDER] [--seed 1]

Three thousand segments of ten words, as in three hours. The page's main thread is throttled four times (CDP). Where
other programs keep this machine busy, times by the clock measure them too: beside them stands what the page's own
thread has computed (times four). Cuts are made at random moments while somebody writes: the tab is closed, the server
is killed, the line is cut, the session ends, or somebody else writes in the same passage. An edit is lost if what was
typed is afterwards neither in the archive nor shown beside what stands there.
"""

import argparse
import importlib
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks import stage

SEGMENTS = 3_000
WORDS = [
    "de",
    "ahí",
    "salió",
    "el",
    "Copesal",
    "y",
    "llenábamos",
    "las",
    "calles",
    "con",
    "compañeras",
    "del",
    "sindicato",
    "que",
    "nunca",
    "volvieron",
    "a",
    "decir",
    "palabra",
    "sobre",
    "aquella",
    "noche",
]
THROTTLED = 4
BETWEEN_CLICKS = 120  # ms, of a double click
LONG = 50  # ms
SAVES = 40
EDITOR = "document.querySelector('transcript-editor')"
# Where two have written in one passage, a person puts both into one text, each word once.
MAKE_ONE_OF_BOTH = f"""
  for (const cue of [...{EDITOR}.conflicts.open.keys()]) {{
    {EDITOR}.conflicts.chosen(cue, "edit");
    const {{ field }} = {EDITOR}.writing;
    field.value = [...new Set(field.value.split(" "))].join(" ");
    field.dispatchEvent(new Event("input"));
  }}
"""
LONG_TASKS = """
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((each) => each.duration)))
    .observe({ type: "longtask", buffered: true });
"""


class Archive:
    """Two interviews, one of three hours, two people who work on them, and a server that can be killed."""

    def __init__(self, folder: Path | None) -> None:
        self.stage = stage.set_up(sqlite=True, kept=folder)
        # It reads models: Django is set up by now.
        self.world = importlib.import_module("tests.benchmarks.editor_world")
        self.made = self.world.make(self.stage.folder, SEGMENTS, WORDS)
        self.web = self.world.serve(self.stage)

    def page_of(self, interview: Any) -> str:
        return f"{self.web.address}/en/workroom/interviews/{interview.public_id}/transcript/"


class Desk:
    """A person's browser with the editor open."""

    def __init__(self, browser: Any, archive: Archive, user: Any, interview: Any) -> None:
        self.archive, self.user, self.interview = archive, user, interview
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.context.set_default_timeout(120_000)
        self.log_in()
        self.open()

    def log_in(self) -> None:
        key = self.archive.world.session_of(self.user)
        self.context.add_cookies([{"name": "sessionid", "value": key, "url": self.archive.web.address}])

    def open(self) -> None:
        self.page = self.context.new_page()
        self.page.goto(self.archive.page_of(self.interview), wait_until="domcontentloaded")
        self.page.wait_for_selector("transcript-editor.is-ready")

    def write(self, cue: str, text: str) -> None:
        """At the end of a segment, letter by letter."""
        self.page.evaluate(f"(cue) => {EDITOR}.write(cue, {EDITOR}.text.of(cue).text.length)", cue)
        self.page.keyboard.type(f" {text}", delay=random.choice([0, 5, 15]))

    def is_clear(self) -> bool:
        return bool(self.page.evaluate(f"{EDITOR}.saving.isClear && !{EDITOR}.writing?.isDirty"))

    def settle(self) -> None:
        self.page.evaluate(f"{EDITOR}.saveAll()")
        until = time.monotonic() + 120
        while not self.is_clear():
            if time.monotonic() > until:
                raise TimeoutError("edits are not kept")
            self.page.wait_for_timeout(100)

    def beside(self) -> str:
        """What is shown beside what stands there."""
        return str(
            self.page.evaluate(f"[...{EDITOR}.conflicts.open.values()].map((each) => each.text).join(' ')")
        )


class Computed:
    """What the page's main thread computes in one task, without what others do meanwhile (Chromium's trace)."""

    def __init__(self, page: Any, session: Any) -> None:
        self.page, self.session = page, session
        self.events: list[dict[str, Any]] = []
        self.complete = False
        session.on("Tracing.dataCollected", lambda data: self.events.extend(data["value"]))
        session.on("Tracing.tracingComplete", lambda _: setattr(self, "complete", True))

    def longest_ms(self, act: Callable[[], None]) -> float:
        return max(self.tasks_ms(act), default=0)

    def tasks_ms(self, act: Callable[[], None]) -> list[float]:
        self.events.clear()
        self.complete = False
        categories = {"includedCategories": ["toplevel"]}
        self.session.send("Tracing.start", {"traceConfig": categories, "transferMode": "ReportEvents"})
        act()
        self.session.send("Tracing.end")
        while not self.complete:
            self.page.wait_for_timeout(50)
        main = {
            (each["pid"], each["tid"])
            for each in self.events
            if each["name"] == "thread_name" and each["args"].get("name") == "CrRendererMain"
        }
        return [
            each["tdur"] / 1000
            for each in self.events
            if (each["pid"], each["tid"]) in main and each["name"].endswith("RunTask") and "tdur" in each
        ]


def new_page(browser: Any, archive: Archive) -> tuple[Any, Any]:
    """A page in a browser that was never here, and what speaks to its engine."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    key = archive.world.session_of(archive.made.first)
    context.add_cookies([{"name": "sessionid", "value": key, "url": archive.web.address}])
    page = context.new_page()
    return page, context.new_cdp_session(page)


def open_editor(page: Any, archive: Archive) -> None:
    page.goto(archive.page_of(archive.made.long), wait_until="commit")
    page.wait_for_selector("transcript-editor.is-ready")


def opens(browser: Any, archive: Archive) -> None:
    """How soon it can be used: the best of four, since the clock measures whatever else this machine does."""
    found = []
    for _time in range(4):
        page, session = new_page(browser, archive)
        session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLED})
        open_editor(page, archive)
        ready = page.evaluate("performance.getEntriesByName('transcript-editor-ready')[0].startTime")
        served = page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
        found.append((ready, served))
        page.context.close()
    ready, served = min(found)
    page, session = new_page(browser, archive)
    computed = sum(Computed(page, session).tasks_ms(lambda: open_editor(page, archive)))
    page.context.close()
    stage.say(
        f"usable after, throttled {THROTTLED} ×              {ready:6.0f} ms (≤ 1500), of which the server {served:.0f};"
        f" the page's own thread as computed × {THROTTLED}: {computed * THROTTLED:.0f}"
    )


def stutters(browser: Any, archive: Archive) -> None:
    page, session = new_page(browser, archive)
    page.add_init_script(LONG_TASKS)
    open_editor(page, archive)
    page.wait_for_timeout(2000)
    page.mouse.move(400, 700)

    def scroll() -> None:
        for _turn in range(60):
            page.mouse.wheel(0, 400)
            page.wait_for_timeout(50)

    def write() -> None:
        box = page.locator(".segment .cue").nth(8).bounding_box()
        page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 4)
        for turn in (1, 2):  # as a hand does; Playwright's own sends all of a double click at once
            page.mouse.down(click_count=turn)
            page.mouse.up(click_count=turn)
            page.wait_for_timeout(BETWEEN_CLICKS)
        page.keyboard.type("palabras que se escriben una tras otra, ", delay=60)
        if not page.evaluate(f"{EDITOR}.writing !== null"):
            raise RuntimeError("The double click did not begin to write")
        page.wait_for_timeout(2500)

    computed = Computed(page, session)
    for name, act in (("scrolling", scroll), ("writing", write)):
        alone = computed.longest_ms(act)
        session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLED})
        page.evaluate("window.longTasks.length = 0")
        act()
        long = page.evaluate("window.longTasks")
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        stage.say(
            f"tasks > {LONG} ms while {name:<10} by the clock {len(long):5} (longest {max(long, default=0):.0f});"
            f" longest as computed × {THROTTLED}: {alone * THROTTLED:.0f} ms (≤ {LONG})"
        )
        page.keyboard.press("Escape")
    page.context.close()


def saves(browser: Any, archive: Archive) -> None:
    """From the end of writing to the archive's answer."""
    desk = Desk(browser, archive, archive.made.first, archive.made.long)
    cues = desk.page.evaluate(f"{EDITOR}.text.segments.slice(0, {SAVES}).map(({{ cue }}) => cue)")
    for cue in cues:
        desk.write(cue, "sí")
        desk.page.keyboard.press("Escape")
        desk.settle()
    times = desk.page.evaluate(f"{EDITOR}.saving.times")[
        1:
    ]  # the first one made the version that people work on
    p95 = statistics.quantiles(times, n=20)[-1]
    stage.say(
        f"edit to kept on the server ({len(times)})      p50 {statistics.median(times):5.0f} ms, p95 {p95:.0f} (≤ 150)"
    )
    desk.context.close()


class Cuts:
    """Two write in one interview, and things are cut. Every word that is typed is one that is nowhere else."""

    def __init__(self, browser: Any, archive: Archive, seed: int) -> None:
        self.archive, self.random = archive, random.Random(seed)
        self.desks = [Desk(browser, archive, user, archive.made.short) for user in archive.made.both]
        self.typed: list[str] = []
        self.done = dict.fromkeys(("tab", "server", "line", "session", "two"), 0)

    def one(self, number: int) -> str:
        """One cut; which kind it was."""
        kind = self.random.choice(list(self.done))
        desk = self.desks[0]
        cue = self.random.choice(self.archive.world.cues(self.archive.made.short))
        word = f"palabra{number}x"
        self.typed.append(word)
        getattr(self, kind)(desk, cue, word)
        self.done[kind] += 1
        for each in self.desks:
            each.settle()
        return kind

    def pause(self, desk: Desk) -> None:
        desk.page.wait_for_timeout(self.random.choice([20, 100, 400, 1300, 1600]))

    def tab(self, desk: Desk, cue: str, word: str) -> None:
        desk.write(cue, word)
        self.pause(desk)
        desk.page.close()
        desk.open()
        desk.page.wait_for_timeout(300)

    def server(self, desk: Desk, cue: str, word: str) -> None:
        desk.write(cue, word)
        self.pause(desk)
        self.archive.web.kill()
        desk.page.wait_for_timeout(200)
        self.archive.web.start()

    def line(self, desk: Desk, cue: str, word: str) -> None:
        desk.context.set_offline(True)
        desk.write(cue, word)
        self.pause(desk)
        desk.page.keyboard.press("Escape")
        desk.context.set_offline(False)

    def session(self, desk: Desk, cue: str, word: str) -> None:
        desk.context.clear_cookies()
        desk.write(cue, word)
        self.pause(desk)
        desk.page.keyboard.press("Escape")
        desk.page.wait_for_timeout(200)
        desk.log_in()

    def two(self, desk: Desk, cue: str, word: str) -> None:
        theirs = f"{word}y"
        self.typed.append(theirs)
        desk.write(cue, word)
        self.desks[1].write(cue, theirs)
        for each in self.desks:
            each.page.keyboard.press("Escape")

    def lost(self) -> list[str]:
        shown = " ".join(
            [*self.archive.world.texts(self.archive.made.short), *(desk.beside() for desk in self.desks)]
        )
        present = set(shown.replace(".", " ").split())
        return [word for word in self.typed if word not in present]


def cuts(browser: Any, archive: Archive, *, number: int, seed: int) -> None:
    drill = Cuts(browser, archive, seed)
    lost: set[str] = set()
    for each in range(number):
        kind = drill.one(each)
        for word in set(drill.lost()) - lost:
            stage.say(f"  lost after cut {each} ({kind}): {word}")
            lost.add(word)
        for desk in drill.desks:
            desk.page.evaluate(MAKE_ONE_OF_BOTH)
            desk.settle()
    told = ", ".join(f"{name} {count}" for name, count in drill.done.items())
    stage.say(f"edits lost in {number} cuts ({told}): {len(lost)} of {len(drill.typed)} (0)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", choices=["opens", "stutters", "saves", "cuts"])
    given = parser.parse_args()
    archive = Archive(given.folder)
    with archive.world.chromium() as browser:
        for name, measure in (("opens", opens), ("stutters", stutters), ("saves", saves)):
            if given.only in (None, name):
                measure(browser, archive)
        if given.only in (None, "cuts"):
            cuts(browser, archive, number=given.cuts, seed=given.seed)


if __name__ == "__main__":
    main()
