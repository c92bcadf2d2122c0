"""Packages of one small archive, written once; its database is emptied afterwards, so that each can be brought back."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation

from tests.conftest import in_folder
from tests.intake.bags import archive


@pytest.fixture(scope="session")
def taken(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> archive.Taken:
    """What was in an archive, and the packages that were made of it."""
    folder = tmp_path_factory.mktemp("archive")
    storages = {
        **project.STORAGES,
        "masters": in_folder(project.STORAGES["masters"], folder / "masters"),
        "access": in_folder(project.STORAGES["access"], folder / "access"),
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with django_db_blocker.unblock(), override_settings(STORAGES=storages), translation.override("es"):
        try:
            return archive.take(folder)
        finally:
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def package(db: None, taken: archive.Taken, tmp_path: Path) -> Path:
    """A copy of the package, to be spoiled."""
    return Path(shutil.copytree(taken.published, tmp_path / "package"))


@pytest.fixture(autouse=True)
def english(spanish: None) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
