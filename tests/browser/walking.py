"""Every address of the program, with ids of a small archive filled in, and who gets a page there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter
from django.utils import timezone

from oralhistory.accounts.models import User
from oralhistory.consent import links, petitions
from oralhistory.consent.models import Proposal
from oralhistory.consent.petitions import Passage, Written
from oralhistory.interviews.models import Interview, Participation, State
from oralhistory.organizations.models import Organization
from oralhistory.pipeline import two_people
from oralhistory.recordings.models import Recording
from tests import world as worlds

ROOMS = ("reading_room", "workroom", "narrator_room")
# What stands for the one of a way into the testimonies.
WAYS = {"person": "elena", "place": "oaxaca-mx", "subject": "exilio"}
STATES = (State.PUBLISHED, State.IN_REVIEW, State.TRANSCRIBED, State.APPROVED, State.WITHDRAWN)
ROLES = ("archivist", "moderator", "interviewer", "sysadmin")
# A file, or an address that takes what is sent to it: nobody gets a page there.
NO_PAGE = {0, 405}
# Pages that look different to each: asked for as everybody.
OF_EACH = ("desk", "interviews", "interview", "me")


@dataclass
class Archive:
    """What can be put into an address, by the name of the parameter."""

    world: worlds.World
    interviews: list[Interview]
    token: str
    secret: str
    ticket: str
    values: dict[str, list[Any]] = field(default_factory=dict)
    codes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A page that somebody gets: `who` is a role, `narrator`, or nobody."""

    name: str
    path: str
    who: str


def build(folder: Path) -> Archive:
    world = worlds.build()
    interviews = []
    for state in STATES:
        (folder / state).mkdir()
        interviews.append(worlds.CARRY[state](world, folder / state, described=("Oaxaca", "Exilio")))
    approved = interviews[STATES.index(State.APPROVED)]
    asked = two_people.ask(
        approved, "export", reason="Para la familia", by=world.archivist, at=timezone.now()
    )
    narrator = Participation.objects.get(interview=approved, role=Participation.Role.NARRATOR).person
    token, secret = links.make(approved, narrator, by=world.interviewer, at=timezone.now())
    ticket = petitions.receive(
        "take_down", Written("Mi nombre, por favor."), asker="named", passage=Passage(interviews[0].public_id, 0, 2000),
        language="es", at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    archive = Archive(world, interviews, token, secret, ticket)
    _fill(archive, asked)
    return archive


def _fill(archive: Archive, asked: Proposal) -> None:
    petition = petitions.by_ticket(archive.ticket)
    assert petition is not None
    archive.values = {
        "public_id": [each.public_id for each in archive.interviews],
        "slug": [Organization.objects.get(slug="fmln-sv").slug],
        "token": [archive.token], "number": [1], "pk": [1], "job_id": [1], "size": ["small"],
        "page": ["privacy"], "language": ["en"], "cue_id": ["none"], "kind": ["bib"],
        "cue": [_cue(asked.interview.public_id)],
    }  # fmt: skip
    archive.codes = {
        "ticket": archive.ticket, "request": petition.code, "person": archive.world.moderator.code, "asked": asked.code,
        "transcript": "txt",
    }  # fmt: skip


def addresses() -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of every address of the rooms, with its parameters."""
    seen = set()
    for name, pattern in _patterns(get_resolver()):
        if name not in seen and name.partition(":")[0] in ROOMS:
            seen.add(name)
            parts = pattern.pattern
            yield name, {**dict.fromkeys(parts.regex.groupindex), **parts.converters}


def _patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _patterns(each, each.app_name or space)
        elif each.name:
            yield f"{space}:{each.name}", each


def filled(archive: Archive, name: str, converters: dict[str, Any]) -> Iterator[str]:
    """The address with every value that fits: of testimonies one for each state."""
    view = name.partition(":")[2]
    for public_id in archive.values["public_id"] if "public_id" in converters else [""]:
        arguments: dict[str, Any] = {}
        for parameter, converter in converters.items():
            value = archive.values.get(parameter, ["nothing"])[0]
            if parameter == "public_id":
                value = public_id
            elif parameter == "slug" and view.startswith("collection"):
                value = archive.world.collection.slug
            elif parameter == "slug" and view in WAYS:
                value = WAYS[view]
            elif parameter == "code":
                value = archive.codes.get(view) or _recording(public_id)
            elif parameter == "cue_id":
                value = _cue(public_id)
            arguments[parameter] = 1 if isinstance(converter, IntConverter) else value
        yield reverse(name, kwargs=arguments)


def _recording(public_id: str) -> str:
    found = Recording.objects.filter(session__interview__public_id=public_id).first()
    return found.code if found else "nothing"


def _cue(public_id: str) -> str:
    found = Recording.objects.filter(session__interview__public_id=public_id).first()
    segment = found.transcripts.first().segments.order_by("-index").first() if found else None  # type: ignore[union-attr]
    return segment.cue_id if segment else "nothing"


def clients(archive: Archive) -> dict[str, Client]:
    """Each with a browser of their own; the narrator has said the second secret."""
    result = {"": Client()}
    for role in ROLES:
        result[role] = Client()
        user: User = getattr(archive.world, role)
        result[role].force_login(user)
    result["narrator"] = Client()
    result["narrator"].post(reverse("narrator_room:door", args=[archive.token]), {"secret": archive.secret})
    return result


def pages(archive: Archive, by: dict[str, Client]) -> tuple[list[Page], dict[str, set[int]]]:
    """One page for every address that has one, and what the others answered."""
    found: list[Page] = []
    answered: dict[str, set[int]] = {}
    for name, converters in addresses():
        room, _, view = name.partition(":")
        asking = {"reading_room": [""], "narrator_room": ["narrator"]}.get(room, list(ROLES))
        for who in asking:
            known = answered.get(name, set())
            if (any(page.name == name for page in found) and view not in OF_EACH) or known & NO_PAGE:
                break
            page = _first(archive, name, converters, who, by[who], answered.setdefault(name, set()))
            if page:
                found.append(page)
    return found, {
        name: codes for name, codes in answered.items() if name not in {page.name for page in found}
    }


def _first(
    archive: Archive, name: str, converters: dict[str, Any], who: str, client: Client, answered: set[int]
) -> Page | None:
    for path in filled(archive, name, converters):
        answer = client.get(path)
        is_page = _is_page(answer)
        answer.close()  # of a file that was sent
        answered.add(answer.status_code if answer.status_code != 200 or is_page else 0)  # 0: a file
        if is_page:
            return Page(name, path, who)
        if answered & NO_PAGE:
            break
    return None


def _is_page(answer: HttpResponseBase) -> bool:
    """A whole page, and not a part of one or a file."""
    if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return False
    return isinstance(answer, HttpResponse) and answer.content.lstrip().startswith(b"<!doctype html>")


def cookies_of(client: Client) -> list[tuple[str, str]]:
    return [
        (name, morsel.value) for name, morsel in client.cookies.items() if name != settings.CSRF_COOKIE_NAME
    ]
