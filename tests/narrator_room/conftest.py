"""A narrator at the door and inside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from oralhistory.consent import links
from oralhistory.consent.models import NarratorLink
from oralhistory.interviews.models import Interview, Participation, State
from oralhistory.people.models import Person
from tests import world as worlds


@pytest.fixture(autouse=True)
def plain_static_files(private_storages: None, settings: Any) -> None:
    """Pages can be drawn without the front end being built."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@dataclass
class Narrator:
    """Somebody with a link to an interview, and a browser."""

    interview: Interview
    person: Person
    token: str
    secret: str
    client: Client

    @property
    def link(self) -> NarratorLink:
        return NarratorLink.objects.get(token_sha256=links.token_sha256(self.token))

    def address(self, page: str = "") -> str:
        return f"/en/narrator/{self.token}/{page}"

    def tell(self, secret: str | None = None) -> Any:
        return self.client.post(self.address(), {"secret": self.secret if secret is None else secret})

    def get(self, page: str = "testimony/", **headers: Any) -> Any:
        return self.client.get(self.address(page), **headers)

    def post(self, page: str, **fields: Any) -> Any:
        return self.client.post(self.address(page), fields)


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def at_the_door(world: worlds.World) -> Callable[[Interview], Narrator]:
    def arrive(interview: Interview) -> Narrator:
        speaks = Participation.objects.get(interview=interview, role=Participation.Role.NARRATOR)
        token, secret = links.make(interview, speaks.person, by=world.interviewer, at=timezone.now())
        return Narrator(interview, speaks.person, token, secret, Client())

    return arrive


@pytest.fixture
def narrator_of(at_the_door: Callable[[Interview], Narrator]) -> Callable[[Interview], Narrator]:
    """A narrator who told the secret already."""

    def enter(interview: Interview) -> Narrator:
        narrator = at_the_door(interview)
        assert narrator.tell().status_code == 302
        return narrator

    return enter


@pytest.fixture
def carry(world: worlds.World, tmp_path: Any) -> Callable[[State], Interview]:
    """An interview in a state."""
    return lambda state: worlds.CARRY[state](world, tmp_path)
