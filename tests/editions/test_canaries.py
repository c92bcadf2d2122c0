"""Nothing that is private reaches a public address: every one of them is asked, and swept for canaries."""

import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from oralhistory.editions.models import PICTURE_SIZES, Edition, EditionSegment
from oralhistory.interviews.models import State
from oralhistory.organizations import formats
from oralhistory.organizations.models import Organization
from oralhistory.reading_room import urls
from tests import world as worlds

pytestmark = pytest.mark.django_db

LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)')
WORDS = (worlds.CANARY, "Ramiro", "Colima")


@pytest.fixture
def world(tmp_path):
    """A testimony in every state: one public, and eight that nobody may know of."""
    world = worlds.build()
    for state in State:
        worlds.CARRY[state](world, tmp_path)
    return world


def crawl(client: Client) -> dict[str, bytes]:
    """Every public answer that links lead to, and every address of the reading room with every id there is."""
    queue = ["/", "/en/", "/pt/", "/robots.txt", *every_address()]
    for word in WORDS:
        queue.append(f"/search/?q={quote(word)}")
    answers: dict[str, bytes] = {}
    while queue:
        path = queue.pop()
        if path in answers or path.startswith(("/static/", "/workroom/", "/accounts/", "/narrator/")):
            continue
        if re.match(r"/(en|pt)/(workroom|accounts|narrator)/", path):
            continue
        answer = client.get(path)
        assert answer.status_code < 500, path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answers[path] = body + repr(sorted(answer.headers.items())).encode()
        if "html" in answer.headers.get("Content-Type", ""):
            queue.extend(link.replace("&amp;", "&") for link in LINK.findall(body.decode()))
    return answers


def every_address() -> list[str]:
    from_world = {
        "public_id": [*Edition.objects.values_list("standing__public_id", flat=True).distinct()],
        "cue_id": [*EditionSegment.objects.values_list("cue_id", flat=True).distinct()],
        "slug": [*Organization.objects.values_list("slug", flat=True)],
        "number": [0, 1],
        "size": [*PICTURE_SIZES],
        "kind": ["bib", "ris"],
        "code": [*formats.FORMATS],
    }
    found = []
    for pattern in urls.urlpatterns:
        names = list(pattern.pattern.regex.groupindex)
        choices = [{}]
        for name in names:
            choices = [{**choice, name: value} for choice in choices for value in from_world[name]]
        found += [reverse(f"reading_room:{pattern.name}", kwargs=choice) for choice in choices]
    return found


def leaks_in(path: str, body: bytes) -> set[tuple[str, str]]:
    """A search repeats what was asked, which is no leak; a moment that it finds would be one."""
    if "/search/" in path:
        asked = any(quote(word) in path for word in WORDS)
        return {(path, hit) for hit in re.findall(r"/testimonies/[a-z0-9]{12}/", body.decode()) if asked}
    return {(path, word) for word in WORDS if word.encode() in body}


def test_no_public_answer_holds_a_canary(world):
    answers = crawl(Client())

    testimonies = [path for path in answers if "/testimonies/" in path]
    assert any(path.endswith("/transcript.vtt") for path in testimonies)
    leaks = {leak for path, body in answers.items() for leak in leaks_in(path, body)}
    assert leaks == set()


def test_the_sweep_finds_what_is_not_redacted(tmp_path):
    """The check above can fail."""
    world = worlds.build()
    interview = worlds.in_review(world, tmp_path)
    worlds.publish_from_review(world, interview)

    answers = crawl(Client())

    assert any(b"Ramiro" in body for body in answers.values())


def test_counts_and_lists_are_those_of_what_is_public(world):
    page = Client().get("/en/testimonies/").content.decode()
    shown = set(re.findall(r"/testimonies/([a-z0-9]{12})/", page))

    public = set(Edition.objects.public().values_list("standing__public_id", flat=True))
    assert shown == public
    assert len(public) == 2  # published, and revising
