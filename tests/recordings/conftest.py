"""What the tests of recordings share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english(spanish: None) -> Iterator[None]:
    """Refusals are compared as they are written in the code."""
    with translation.override("en"):
        yield
