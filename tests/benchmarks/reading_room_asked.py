"""What the measurement of the public pages asks. Imported when Django is set up."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment

from oralhistory.editions import indexing
from oralhistory.editions.models import Edition
from oralhistory.organizations.models import Name
from tests import many_editions

SEARCHED = 1_000  # editions
SOUGHT = "org-7"


def make(editions: int, organizations: int, seed: int) -> None:
    """In a folder that is kept it is made once."""
    setup_test_environment(debug=False)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    if not Edition.objects.exists():
        many_editions.make(editions, organizations=organizations, seed=seed)
        # What a search costs at a million segments is measured by itself; here its page shall have something to show.
        newest = Edition.objects.public().select_related("standing").order_by("-published_at", "-pk")
        for edition in newest[:SEARCHED]:
            indexing.replace(edition)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def search() -> str:
    """The address of a search as researchers make them: for an organization, by its acronym."""
    acronym = Name.objects.get(organization__slug=SOUGHT, kind=Name.Kind.ACRONYM).text
    return f"/search/?q={quote(acronym)}"


@dataclass(frozen=True, slots=True)
class Asked:
    taken: list[float]  # ms by the clock, of each request
    computed: float  # ms of one request that this process and that of its database connection computed
    queries: int
    size: int  # bytes


def ask(address: str, warm: int, times: int) -> Asked:
    client = Client()
    for _ in range(warm):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
    queries: list[str] = []

    def counted(execute: Any, sql: str, *arguments: Any) -> Any:
        queries.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(counted):
        size = len(client.get(address).content)
    taken, before = [], _computed()
    for _ in range(times):
        began = time.perf_counter()
        client.get(address)
        taken.append((time.perf_counter() - began) * 1000)
    return Asked(taken, (_computed() - before) / times, len(queries), size)


def _computed() -> float:
    """Milliseconds of processor time, here and in the server process that answers this connection."""
    here = time.process_time() * 1000
    if connection.vendor != "postgresql":
        return here
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return here + (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
