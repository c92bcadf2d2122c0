"""The people of a small archive; guesses of one test do not count in the next."""

import pytest
from django.core.cache import cache

from tests import world as worlds
from tests.workroom.conftest import at_the_desk_of

__all__ = ["at_the_desk_of"]


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def required(settings) -> None:
    settings.SECOND_FACTOR = "required"
