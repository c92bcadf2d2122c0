"""Storages of every kind, each test with its own."""

import itertools
from typing import Any

import pytest

from tests.files import keeping

_number = itertools.count()


@pytest.fixture(scope="session")
def one_bucket(s3: Any) -> str:
    """The first object of a bucket takes SeaweedFS longer than the others."""
    s3.make_bucket("files")
    return "files"


@pytest.fixture
def place(one_bucket: str) -> tuple[str, str]:
    """A bucket, and a place in it that is this test's."""
    return one_bucket, f"test-{next(_number)}"


@pytest.fixture(params=["folder", "s3"])
def everywhere(request: Any, settings: Any, tmp_path: Any) -> None:
    """Masters, access copies and replicas, in three folders or in three places of one bucket."""
    if request.param == "s3":
        server, (bucket, place) = request.getfixturevalue("s3"), request.getfixturevalue("place")
        for storage in ("masters", "access", "replica"):
            keeping.use(settings, storage, keeping.in_bucket(server, bucket, f"{place}/{storage}"))
    else:
        keeping.use(settings, "replica", keeping.in_folder(tmp_path / "replica"))
