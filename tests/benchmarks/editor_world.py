"""What the measurement of the editor works on. Imported when Django is set up."""

import atexit
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from oralhistory.accounts.models import User
from oralhistory.interviews.models import Assignment, Interview
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Transcript
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import spread
from tests import world as worlds
from tests.benchmarks.stage import Stage
from tests.clock import NOON
from tests.servers import web

EACH = 3_600  # ms
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Made:
    short: Interview
    long: Interview
    both: tuple[User, User]

    @property
    def first(self) -> User:
        return self.both[0]


def make(folder: Path, segments: int, words: Sequence[str]) -> Made:
    """In a folder that is kept it is made once."""
    if Interview.objects.count() < 2:
        world = worlds.build()
        short, long = worlds.in_review(world, folder), worlds.in_review(world, folder)
        _lengthen(long, segments, words)
        for interview in (short, long):
            Assignment.objects.create(interview=interview, user=world.other_moderator)
    short, long = Interview.objects.order_by("pk")[:2]
    first, second = (
        User.objects.get(email=f"{name}@example.org") for name in ("moderator", "other-moderator")
    )
    return Made(short, long, (first, second))


def _lengthen(interview: Interview, segments: int, words: Sequence[str]) -> None:
    """Three hours of text for eight seconds of sound."""
    recording = Recording.objects.of(interview).get()
    recording.duration_ms = segments * EACH
    recording.save(update_fields=["duration_ms"])
    chosen = random.Random(1)
    rows = []
    for number in range(segments):
        said, start = [chosen.choice(words) for _word in range(10)], number * EACH
        rows.append(
            TimedSegment(
                start, start + EACH - 100, " ".join(said), language="es", words=tuple(spread(said, start, start + EACH - 100)),
                speaker="narrator" if number % 7 else "interviewer", flags=() if number % 50 else ("improbable",),
            )
        )  # fmt: skip
    made_by: dict[str, object] = {"engine": "fake", "model": "none", "languages": ["es"]}
    versions.add(recording, rows, kind=Transcript.Kind.MACHINE, made_by=made_by, at=NOON)


def texts(interview: Interview) -> list[str]:
    current = versions.current(Recording.objects.of(interview).get())
    return list(current.segments.values_list("text", flat=True)) if current else []


def cues(interview: Interview) -> list[str]:
    current = versions.current(Recording.objects.of(interview).get())
    return list(current.segments.values_list("cue_id", flat=True)) if current else []


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return str(client.cookies["sessionid"].value)


def serve(stage: Stage) -> web.Web:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(web.restartable(stage.environment, stage.folder))


@contextmanager
def chromium() -> Iterator[Browser]:
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    arguments: dict[str, Any] = {"executable_path": program, "args": ["--no-sandbox", "--disable-gpu"]}
    # Playwright's loop runs in this thread; Django would take us for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**arguments)
        yield browser
        browser.close()
