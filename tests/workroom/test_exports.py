"""Statistics and tables of the archive, for archivists."""

import csv
import io

import pytest

from oralhistory.interviews.models import Interview
from oralhistory.people import vault
from oralhistory.people.models import Person
from oralhistory.provenance.models import Event
from oralhistory.workroom.export_tables import TABLES
from tests import world as worlds
from tests.clock import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def archivist(world, at_the_desk_of):
    return at_the_desk_of(world.archivist)


def take(client, name, **data):
    answer = client.post(f"/en/workroom/exports/{name}.csv", data)
    assert answer.status_code == 200, name
    return b"".join(answer.streaming_content)


def rows(client, name):
    return list(csv.DictReader(io.StringIO(take(client, name).decode())))


def test_every_table_has_the_columns_that_its_page_documents_and_nothing_that_was_told(
    world, archivist, tmp_path
):
    interview = worlds.published(world, tmp_path)
    narrator = Person.objects.get(shown_name="Elena")
    vault.seal(narrator, {"name": "Ramira Verdadera", "contact": "555"}, at=NOON)
    page = archivist.get("/en/workroom/exports/").content.decode()
    for name, table in TABLES.items():
        content = take(archivist, name).decode()
        assert content.splitlines()[0].split(",") == list(table.columns)
        assert len(content.splitlines()) > 1, name
        assert all(f"<code>{column}</code>" in page for column in table.columns), name
        for secret in ("Ramira", "Elena", worlds.CANARY, "Farabundo", "compañera"):
            assert secret not in content, (name, secret)
    (row,) = rows(archivist, "interviews")
    assert (row["interview"], row["state"], row["edition"], row["first_held_on"]) == (
        interview.public_id,
        "published",
        "1",
        "1979-05-17",
    )
    (row,) = rows(archivist, "recordings")
    assert (row["duration_ms"], len(row["sha256"])) == ("8000", 64)
    assert {row["state"] for row in rows(archivist, "mentions")} == {"accepted"}
    assert {row["conflicted"] for row in rows(archivist, "assignments")} == {"yes", "no"}


def test_that_a_table_was_taken_is_an_event(world, archivist):
    take(archivist, "assignments")

    event = Event.objects.get(kind="table exported")
    assert (event.subject, event.agent) == ("table:assignments", str(world.archivist.agent))


def test_excel_gets_a_mark_that_it_is_utf8(archivist):
    assert take(archivist, "events", **{"for": "excel"}).startswith(b"\xef\xbb\xbf")
    assert not take(archivist, "events").startswith(b"\xef\xbb\xbf")


def test_formulas_in_what_people_wrote_are_text(world, archivist):
    interview = worlds.draft(world)
    Interview.objects.filter(pk=interview.pk).update(identifier='=HYPERLINK("http://evil.example")')

    assert rows(archivist, "interviews")[0]["identifier"].startswith("'=")


def test_an_interview_that_is_kept_from_somebody_is_in_no_table_of_theirs(world, archivist):
    interview = worlds.draft(world)
    interview.assignments.create(user=world.archivist, conflicted=True)

    for name in TABLES:
        assert interview.public_id not in take(archivist, name).decode(), name


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("interviews", 5), ("events", 5), ("grants", 5)])
def test_a_table_asks_as_much_however_long_it_is(
    world, archivist, django_assert_max_num_queries, number, name, queries
):
    for _ in range(number):
        worlds.draft(world)
    take(archivist, name)
    with django_assert_max_num_queries(queries + 8):  # who asks, and the event
        take(archivist, name)


def test_statistics_count_interviews_and_work_at_a_literal_number_of_queries(
    world, archivist, tmp_path, django_assert_num_queries
):
    worlds.published(world, tmp_path)
    worlds.draft(world)
    archivist.get("/en/workroom/statistics/")
    with django_assert_num_queries(11):
        page = archivist.get("/en/workroom/statistics/").content.decode()
    assert '<th scope="row">Public</th><td class="number">1</td>' in page
    assert '<th scope="row">1970–1979</th><td class="number">2</td>' in page
    found = {
        (row["table"], row["line"]): row["number"]
        for row in csv.DictReader(io.StringIO(archivist.get("/en/workroom/statistics.csv").content.decode()))
    }
    assert found["total", "interviews"] == "2"
    assert found["total", "median days from upload to publication"] == "0.0"
    assert found["load", f"{worlds.CANARY}-moderator"] == "0"


@pytest.mark.parametrize("who", ["interviewer", "moderator", "sysadmin"])
def test_nobody_else_has_them(world, at_the_desk_of, who):
    client = at_the_desk_of(getattr(world, who))
    for address in ("exports/", "statistics/", "statistics.csv"):
        assert client.get(f"/workroom/{address}").status_code == 403
    assert client.post("/workroom/exports/interviews.csv").status_code == 403


def test_a_table_that_there_is_not_is_not_found(archivist):
    assert archivist.post("/workroom/exports/identities.csv").status_code == 404
