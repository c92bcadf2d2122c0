"""The JSON API keeps what its description promises, and gives what narrators allow."""

import re

import pytest
import schemathesis
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from oralhistory.editions.models import Edition, EditionSegment, Standing
from oralhistory.interchange.api import description, operations
from oralhistory.organizations.models import Organization
from tests.factories import VeilFactory
from tests.interchange import api_archive
from tests.reading_room import pages

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def read(client: Client, path: str, **query: object) -> dict:
    answer = client.get(f"{V1}{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def follow(client: Client, path: str, **query: object) -> list[dict]:
    """The items of all pages."""
    items, page = [], read(client, path, **query)
    while True:
        items += page["items"]
        if not page["next"]:
            return items
        page = client.get(page["next"].removeprefix("http://127.0.0.1:8000")).json()


def test_the_description_is_openapi_and_its_examples_are_answered(client):
    document = client.get(f"{V1}/openapi.json").json()

    validate(document)

    api_archive.build()
    for operation in operations.OPERATIONS:
        answer = client.get(f"{V1}{operation.example}")
        assert answer.status_code == 200, operation.example
        schema = {"$ref": f"#/components/schemas/{operation.answer}", "components": document["components"]}
        Draft202012Validator(schema).validate(answer.json())


@pytest.mark.django_db(transaction=True)
def test_made_up_requests_break_no_promise(live_server):
    """A few; two thousand are asked in tests/judges."""
    api_archive.build()
    schema = schemathesis.openapi.from_dict(description.openapi())
    asked = 0
    for found in schema.get_all_operations():

        @given(case=found.ok().as_strategy())
        @hypothesis_settings(
            max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
        )
        def ask(case):
            nonlocal asked
            asked += 1
            case.call_and_validate(base_url=f"{live_server.url}{V1}")

        ask()
    assert asked >= 15


def test_pages_follow_each_other_though_the_archive_changes(client):
    api_archive.build()
    first = read(client, "/testimonies", limit=2)
    withdrawn = first["items"][0]["id"]
    Standing.objects.filter(public_id=withdrawn).update(withdrawn_at=timezone.now())
    pages.publish(9)

    found = [*first["items"], *follow(client, "/testimonies", limit=2, after=first["items"][-1]["id"])]

    ids = [each["id"] for each in found]
    assert len(ids) == len(set(ids)) == len(api_archive.COLLECTED) + 1
    assert "testimony009" in ids


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"organization": "fmln-sv"}, 6),
        ({"organization": "never-there"}, 0),
        ({"country": "MX"}, 6),
        ({"country": "M"}, None),
        ({"language": "es"}, 6),
        ({"language": "pt"}, 0),
        ({"collection": "Memoria de la solidaridad"}, 6),
        ({"collection": "Otra\x00"}, 0),
        ({"published_since": "9999-12-31"}, 0),
        ({"published_since": "0001-01-01"}, 6),
        ({"published_since": "2026-02-30"}, None),
        ({"limit": "0"}, None),
        ({"limit": "1.5"}, None),
        ({"limit": "١"}, None),
        ({"limit": ["1", "2"]}, None),
        ({"organisation": "fmln-sv"}, None),
    ],
)
def test_lists_are_narrowed_and_what_makes_no_sense_is_refused(client, query, found):
    api_archive.build()

    answer = client.get(f"{V1}/testimonies", query)

    if found is not None:
        assert len(answer.json()["items"]) == found
        return
    problem = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert problem["status"] == 400
    assert [each["parameter"] for each in problem["errors"]] == [*query]


def test_every_record_says_its_edition_and_whose_hand_the_text_is(client):
    edition, *_ = pages.archive()
    Edition.objects.update(number=2, making={"engine": "faster-whisper", "checked": False})

    one = f"/testimonies/{edition.public_id}"
    records = [
        read(client, one), read(client, "/testimonies")["items"][0], read(client, f"{one}/segments"),
        read(client, "/organizations/fmln-sv/moments")["items"][0], read(client, "/search/moments", q="marchamos")["items"][0],
    ]  # fmt: skip

    assert {(each["edition"], each["text_status"]) for each in records} == {(2, "machine-made, unchecked")}


def test_the_text_comes_segment_by_segment_and_of_one_edition(client):
    edition, *_ = pages.archive()
    one = f"/testimonies/{edition.public_id}/segments"
    EditionSegment.objects.filter(edition=edition, index=0).update(
        withheld=True, text="", words=[], translations={}
    )

    segments = follow(client, one, limit=1)

    assert [(each["number"], each["withheld"], each["text"]) for each in segments] == [
        (0, True, ""), (1, False, "Con el FMLN marchamos juntos."), (2, False, "Y con el Copesal después."),
    ]  # fmt: skip
    mention = segments[1]["mentions"][0]
    assert segments[1]["text"][mention["start"] : mention["end"]] == "FMLN"
    following = read(client, one, limit=1)["next"].removeprefix("http://127.0.0.1:8000")
    Edition.objects.update(number=2)
    assert client.get(following).status_code == 409  # the next page would be of another text


def test_what_is_not_allowed_is_not_given(client):
    api_archive.build()
    lacking = {
        use: f"testimony{number:03}" for number, use in enumerate(api_archive.WITHOUT, api_archive.PUBLIC)
    }

    for path in (f"/testimonies/{lacking['harvest']}", f"/testimonies/{lacking['harvest']}/segments", f"/testimonies/{lacking['download']}/segments", "/testimonies/neverexisted"):  # fmt: skip
        answer = client.get(f"{V1}{path}")
        assert (answer.status_code, answer.content) == (
            404,
            client.get(f"{V1}/testimonies/neverexiste2").content,
        )
    for items in (follow(client, "/organizations/fmln-sv/moments", limit=2), follow(client, "/search/moments", q="marchamos", limit=2)):  # fmt: skip
        by_testimony = {each["testimony"]: each for each in items}
        assert set(by_testimony) == set(api_archive.COLLECTED) - {lacking["harvest"]}
        unquoted = by_testimony[lacking["quote"]]
        assert (unquoted["text"], "/m/" in unquoted["url"]) == (None, False)
        assert "marchamos" in by_testimony["testimony001"]["text"]


def test_what_is_veiled_or_withdrawn_is_in_no_answer(client):
    edition, other, *_ = pages.archive(2)
    VeilFactory(edition=edition, start_ms=12_000, end_ms=12_500)
    Standing.objects.filter(pk=other.standing_id).update(withdrawn_at=timezone.now(), tombstone=True)

    assert follow(client, "/organizations/fmln-sv/moments") == []
    assert follow(client, "/search/moments", q="marchamos") == []
    assert [each["withheld"] for each in follow(client, f"/testimonies/{edition.public_id}/segments")] == [False, True, False]  # fmt: skip
    assert client.get(f"{V1}/testimonies/{other.public_id}").status_code == 410
    Standing.objects.update(tombstone=False)
    assert client.get(f"{V1}/testimonies/{other.public_id}").status_code == 404


def test_a_search_that_makes_no_sense_finds_nothing_and_says_why(client):
    found = read(client, "/search/moments", q="-huelga")
    assert found["items"] == []
    assert found["not_understood"] == "Say what to look for, not only what to leave out."


def test_organizations_are_listed_by_their_ids_and_only_those_that_are_public(client):
    pages.archive()
    Organization.objects.create(slug="hidden-mx", kind="party")

    assert [each["id"] for each in follow(client, "/organizations", limit=1)] == ["copesal-mx", "fmln-sv"]
    assert [each["id"] for each in follow(client, "/organizations", q="copes")] == ["copesal-mx"]
    assert client.get(f"{V1}/organizations/hidden-mx").status_code == 404


def test_what_is_there_already_is_not_sent_again_and_pages_of_others_may_ask(client):
    edition, *_ = pages.archive()
    address = f"{V1}/testimonies/{edition.public_id}"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    Edition.objects.update(title="Otra")
    changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)
    assert {each.headers["Access-Control-Allow-Origin"] for each in (first, again, changed)} == {"*"}
    assert client.options(address).headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert client.head(address).content == b""
    for method in (client.post, client.put, client.patch, client.delete):
        refused = method(address)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert refused.headers["Content-Type"] == "application/problem+json"


def test_whoever_asks_too_often_is_told_when_to_come_back(client, settings):
    pages.archive()
    settings.PROGRAM_REQUESTS_PER_MINUTE = 2
    there = {"REMOTE_ADDR": "192.0.2.7"}
    asked = [client.get(f"{V1}/organizations", **there) for _time in range(3)]

    assert [each.status_code for each in asked] == [200, 200, 429]
    assert (asked[2].headers["Retry-After"], asked[2].json()["status"]) == ("60", 429)
    assert client.get("/oai?verb=Identify", **there).status_code == 503
    assert client.get("/reconcile", **there).headers["Retry-After"] == "60"
    assert client.get("/organizations.csv", **there).status_code == 429
    assert client.get(f"{V1}/organizations", REMOTE_ADDR="192.0.2.8").status_code == 200
    assert client.get("/organizations/", **there).status_code == 200  # people are not counted


@pytest.mark.parametrize("language", ["", "/en", "/pt"])
def test_people_read_what_programs_may_ask(client, language):
    page = client.get(f"{language}/api/").content.decode()

    for operation in operations.OPERATIONS:
        assert f"<code>{operation.path}</code>" in page
        assert all(f"<code>{each.name}</code>" in page for each in operation.parameters)
    for name, _title in description.PROBLEMS.values():
        assert f'id="{name}"' in page
    assert not re.search(r'src="(?!/static/)', page)
