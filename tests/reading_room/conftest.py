from typing import Any

import pytest


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Pages are tested without collecting and bundling the front end first."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
