"""The people of a small archive, each with a browser of their own."""

from collections.abc import Callable

import pytest
from django.test import Client

from oralhistory.accounts.models import User
from tests import world as worlds


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def at_the_desk_of() -> Callable[[User], Client]:
    """A browser in which somebody has logged in."""
    return worlds.signed_in
