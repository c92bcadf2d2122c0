"""The environment of processes that tests start."""

import os
from pathlib import Path

from django.db import connection


def environment(folder: Path, broker_url: str, database_url: str = "") -> dict[str, str]:
    """What a process needs to share a database (the tests' own) and a broker, with storages in a folder."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "oralhistory.settings",
        "DATABASE_URL": database_url or of_this_test(),
        "BROKER_URL": broker_url,
        "DATA_DIR": str(folder / "data"),
        "MASTERS_STORAGE": f"file://{folder / 'masters'}",
        "ACCESS_STORAGE": f"file://{folder / 'access'}",
        "DISPATCH_SECONDS": "1",
        "ASR_ENGINE": "fake",
    }


def of_this_test() -> str:
    """The database that this test's connection is on, as DATABASE_URL says it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
