"""Nothing that is private reaches a public address: every one of them is asked, and swept for canaries."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.text import slugify

from oralhistory.editions.models import PICTURE_SIZES, Edition, EditionSegment
from oralhistory.interchange import formats as transcripts
from oralhistory.interviews.models import State
from oralhistory.organizations import formats
from oralhistory.organizations.models import Organization
from oralhistory.reading_room import program_urls, urls
from tests import world as worlds

pytestmark = pytest.mark.django_db

LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)')
WAYS = ("elena", "oaxaca-mx", "exilio", "solidaridad")  # of a person, a place, a subject, a collection
WORDS = (worlds.CANARY, "Ramiro", "Colima")
COLLECTED = (
    "ListRecords&metadataPrefix=oai_dc", "ListIdentifiers&metadataPrefix=oai_dc",
    "ListRecords&metadataPrefix=eac-cpf", "ListRecords&metadataPrefix=eac-cpf-2", "ListSets", "Identify",
)  # fmt: skip


@pytest.fixture
def world(tmp_path):
    """A testimony in every state: one public, and eight that nobody may know of."""
    world = worlds.build()
    for state in State:
        worlds.CARRY[state](world, tmp_path, described=("Oaxaca", "Exilio"))
    return world


def crawl(client: Client) -> dict[str, bytes]:
    """Every public answer that links lead to, and every address of the reading room with every id there is."""
    queue = ["/", "/en/", "/pt/", "/robots.txt", *every_address(), *searches()]
    for word in WORDS:
        queue.append(f"/search/?q={quote(word)}")
    queue += of_others(Edition.objects.values_list("standing__public_id", flat=True).distinct())
    answers: dict[str, bytes] = {}
    while queue:
        path = queue.pop()
        if path in answers or path.startswith(("/static/", "/workroom/", "/accounts/", "/narrator/")):
            continue
        if re.match(r"/(en|pt)/(workroom|accounts|narrator)/", path):
            continue
        answer = client.get(path)
        assert answer.status_code < 500, path
        answers[path] = body_of(answer) + repr(sorted(answer.headers.items())).encode()
        if "html" in answer.headers.get("Content-Type", ""):
            queue.extend(link.replace("&amp;", "&") for link in LINK.findall(body_of(answer).decode()))
    return answers


def body_of(answer) -> bytes:
    """Without the time of day, which answers of OAI-PMH begin with."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return re.sub(rb"<responseDate>[^<]*", b"", body)


def of_others(public_ids: Iterable[str]) -> list[str]:
    """What other people's pages ask for, of every testimony that there ever was."""
    whole = [f"http://testserver/testimonies/{each}/" for each in public_ids]
    queries = [
        f"/oembed?{urlencode({'url': each, 'format': kind})}" for each in whole for kind in ("json", "xml")
    ]
    return [
        *queries,
        *(f"{urlsplit(each).path}cite/?t=0,60" for each in whole),
        *(f"/embed{urlsplit(each).path}?t=0,60" for each in whole),
    ]


def every_address() -> list[str]:
    from_world = {
        "public_id": [*Edition.objects.values_list("standing__public_id", flat=True).distinct()],
        "cue_id": [*EditionSegment.objects.values_list("cue_id", flat=True).distinct()],
        "slug": [*Organization.objects.values_list("slug", flat=True), *WAYS],
        "number": [0, 1],
        "size": [*PICTURE_SIZES],
        "kind": ["bib", "ris", "json"],
        "code": [*formats.FORMATS],
        "language": ["en"],
        "page": [1],
        "part": [1],
        "rest": ["", "/nothing"],
    }
    of_their_own = {
        # What is packed or typeset shows no word in its bytes: tests/interchange/test_formats.py opens it.
        "transcript": {"code": [each for each in transcripts.BY_CODE if each not in ("pdf", "docx")]},
        "iiif_collection_page": {
            "slug": {slugify(title) for title in Edition.objects.values_list("collection", flat=True)}
        },
    }
    from_world["id"] = from_world["public_id"]
    found = [f"/oai?verb={query}" for query in COLLECTED]
    found += [f"/api/v1/search/moments?q={quote(word)}" for word in ("frente", "fmln")]
    patterns = [("reading_room", each) for each in urls.urlpatterns]
    patterns += [("programs", each) for each in program_urls.urlpatterns]
    for room, pattern in patterns:
        names = list(pattern.pattern.regex.groupindex)
        values = from_world | of_their_own.get(pattern.name, {})
        choices = [{}]
        for name in names:
            choices = [{**choice, name: value} for choice in choices for value in values[name]]
        found += [reverse(f"{room}:{pattern.name}", kwargs=choice) for choice in choices]
    return found


def searches() -> list[str]:
    """In each testimony, for each word that must not be found."""
    names = [*Edition.objects.values_list("standing__public_id", flat=True).distinct()]
    return [
        f"/testimonies/{name}/{path}?q={quote(word)}"
        for name in names
        for path in ("content-search", "content-search/autocomplete")
        for word in WORDS
    ]


def leaks_in(path: str, body: bytes) -> set[tuple[str, str]]:
    """A search repeats what was asked, which is no leak; a moment that it finds would be one."""
    if "/content-search" in path:
        found = json.loads(body[: body.rindex(b"[(")])["items"] if body.startswith(b"{") else []
        return {(path, str(each)) for each in found if "?q=" in path}
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
