"""A real browser: Debian's Chromium, or whatever is on the path, driven by Playwright."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from oralhistory.accounts.models import User
from oralhistory.jobs.models import Job
from oralhistory.pipeline import tasks
from tests.servers import web

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60  # seconds until what must come has come; a slow machine is not the failure that is looked for
HARDLY_A_WAIT = 0.05


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """With a microphone that beeps, which those may open who ask for it."""
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("there is no Chromium here (on Debian: apt install chromium)")
    # Playwright's loop runs in this thread; Django would take the test for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
        arguments += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        launched = playwright.chromium.launch(executable_path=program, args=arguments)
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Any]:
    """Opens a browser window of somebody's own; what its pages complain of fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def open_context(**options: Any) -> BrowserContext:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(PATIENCE * 1000)
        context.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()
    # A page that is gone or forbidden is what some tests ask for, and others cut the line: Chromium logs each as an
    # error, and htmx the second once more.
    expected = (
        "the server responded with a status of 4",
        "net::ERR_INTERNET_DISCONNECTED",
        "htmx:afterRequest",
        "htmx:sendError",
    )
    assert [text for text in complaints if not any(each in text for each in expected)] == []


@pytest.fixture
def server(environment: dict[str, str], tmp_path: Path) -> Iterator[web.Web]:
    """The archive's web server, to be killed and started again."""
    with web.restartable(environment, tmp_path) as running:
        yield running


def sign_in(context: BrowserContext, address: str, user: User) -> None:
    """As who has logged in already: the way through the log-in itself is the main job's."""
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])


def log_in(page: Page, email: str, password: str) -> None:
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.click("main form[method=post] .actions button")


def wait_until(condition: Callable[[], Any], what: str = "") -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(HARDLY_A_WAIT)


def work(kind: str) -> None:
    """Do the next job of a kind as soon as there is one, as a worker would."""
    due = Job.objects.filter(kind=kind, state=Job.State.DUE).order_by("pk")
    wait_until(due.exists, f"there is nothing to {kind}")
    for job in due:
        tasks.work(job_id=job.pk)
