"""OAI-PMH 2.0: what other catalogs collect, what they are told when it is gone, and what they never hear of."""

import re
from datetime import UTC, datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from oralhistory.editions.models import Edition, Standing
from oralhistory.interchange.models import Harvested
from oralhistory.interchange.oai import answers
from oralhistory.organizations.models import Name, Organization, Relation
from tests.factories import ALL_USES, OrganizationFactory, VeilFactory
from tests.interchange.harvester import DC, OAI, Harvest, ask, error, said
from tests.reading_room import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_a_page(monkeypatch):
    monkeypatch.setattr(answers, "PER_PAGE", 2)


def record_of(number: int) -> str:
    return f"oai:127.0.0.1:testimony-testimony{number:03}"


def lose(edition: Edition, *uses: str) -> None:
    Edition.objects.filter(pk=edition.pk).update(uses=[use for use in edition.uses if use not in uses])


def withdraw(edition: Edition, *, tombstone: bool = False) -> None:
    Standing.objects.filter(pk=edition.standing_id).update(withdrawn_at=timezone.now(), tombstone=tombstone)


def test_the_archive_says_what_it_is(client):
    root = ask(client, verb="Identify")

    assert root.findtext(f".//{OAI}baseURL") == "http://127.0.0.1:8000/oai"
    assert root.findtext(f".//{OAI}deletedRecord") == "persistent"
    assert root.findtext(f".//{OAI}granularity") == "YYYY-MM-DDThh:mm:ssZ"


def test_formats_and_sets_are_those_of_what_there_is(client):
    pages.archive()
    record = Harvest(client).all(metadataPrefix="eac-cpf").identifiers[0]

    def prefixes(**arguments):
        root = ask(client, verb="ListMetadataFormats", **arguments)
        return [each.text for each in root.iter(f"{OAI}metadataPrefix")]

    assert prefixes() == ["oai_dc", "eac-cpf", "eac-cpf-2"]
    assert prefixes(identifier=record_of(0)) == ["oai_dc"]
    assert prefixes(identifier=record) == ["oai_dc", "eac-cpf", "eac-cpf-2"]
    sets = [each.text for each in ask(client, verb="ListSets").iter(f"{OAI}setSpec")]
    assert sets == ["testimonies", "organizations", "testimonies:memoria-de-la-solidaridad-55b89bd0"]


def test_a_testimony_says_in_dublin_core_who_spoke_where_and_whose_hand_its_text_is(client):
    edition, *_ = pages.archive()
    Edition.objects.filter(pk=edition.pk).update(
        number=3, summary="Tradujo e imprimió.\x0b", place="Ciudad de México", held_on="1979-05-17",
        making={"engine": "faster-whisper", "model": "base", "checked": False},
    )  # fmt: skip

    root = ask(client, verb="GetRecord", identifier=record_of(0), metadataPrefix="oai_dc")

    told = " ".join(said(root, "description"))
    assert ("Tradujo e imprimió." in told, "3" in told, "sin revisar" in told) == (True, True, True)
    assert said(root, "creator") == ["Elena"]
    assert said(root, "subject") == ["Comité Permanente de Solidaridad", "Frente Farabundo Martí"]
    assert said(root, "coverage") == ["Ciudad de México", "MX"]
    assert said(root, "date") == ["1979-05-17"]
    assert said(root, "identifier") == ["http://127.0.0.1:8000/testimonies/testimony000/"]


@pytest.mark.parametrize("prefix", ["eac-cpf", "eac-cpf-2", "oai_dc"])
def test_organizations_are_whole_records_of_several_formats(client, prefix):
    pages.archive()
    fmln, copesal = Organization.objects.get(slug="fmln-sv"), Organization.objects.get(slug="copesal-mx")
    Relation.objects.create(subject=copesal, object=fmln, kind="ally", description="juntos")
    Name.objects.create(organization=fmln, text="efe eme", kind=Name.Kind.HEARD_AS)

    harvest = Harvest(client).all(metadataPrefix=prefix, set="organizations")

    texts = ["".join(metadata.itertext()) for _identifier, _gone, metadata in harvest.records]
    assert len(texts) == 2
    assert all("Comité Permanente de Solidaridad" in text for text in texts)  # the other one by its tie
    assert not any("efe eme" in text for text in texts)


REFUSED = [
    ({}, "badVerb"),
    ({"verb": "Steal"}, "badVerb"),
    ({"verb": "Identify", "set": "testimonies"}, "badArgument"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
    ({"verb": "ListRecords"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "a b"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "á"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-13-01"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-02-01", "until": "2026-01-01"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-01-01", "until": "2026-02-01T00:00:00Z"}, "badArgument"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "x"}, "badArgument"),
    ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
    ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
    ({"verb": "ListRecords", "metadataPrefix": "marcxml"}, "cannotDisseminateFormat"),
    ({"verb": "GetRecord", "metadataPrefix": "eac-cpf", "identifier": record_of(0)}, "cannotDisseminateFormat"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:127.0.0.1:testimony-neverexisted"}, "idDoesNotExist"),
    ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "not a uri \x01"}, "idDoesNotExist"),
    ({"verb": "ListMetadataFormats", "identifier": "oai:127.0.0.1:x"}, "idDoesNotExist"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "1999-01-01"}, "noRecordsMatch"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "nosuchset"}, "noRecordsMatch"),
    ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "testimonies:of-nobody"}, "noRecordsMatch"),
    ({"verb": "ListRecords", "metadataPrefix": "eac-cpf", "set": "testimonies"}, "noRecordsMatch"),
]  # fmt: skip


def test_every_error_of_the_protocol_is_said_by_its_code(client):
    pages.archive()
    for arguments, code in REFUSED:
        for post in (False, True):
            root = ask(client, post=post, **arguments)

            assert error(root) == code, arguments
            shown = dict(root.find(f"{OAI}request").attrib)
            assert (shown == {}) == (code in ("badVerb", "badArgument")), arguments


def test_an_argument_that_stands_there_twice_is_an_error(client):
    assert b'code="badArgument"' in client.get("/oai?verb=GetRecord&identifier=a&identifier=b").content
    assert b'code="badVerb"' in client.get("/oai?verb=Identify&verb=ListSets").content
    assert b'code="badVerb"' in client.get(f"/oai?verb=Identify{'&a=1' * 2_000}").content
    assert client.put("/oai").status_code == 405
    assert client.options("/oai").headers["Access-Control-Allow-Origin"] == "*"


def test_a_token_of_another_verb_or_of_a_forger_is_refused(client, two_a_page):
    pages.archive(2)
    token = Harvest(client).page(metadataPrefix="oai_dc").token

    assert error(ask(client, verb="ListIdentifiers", resumptionToken=token)) == "badResumptionToken"
    assert error(ask(client, verb="ListRecords", resumptionToken=f"{token}x")) == "badResumptionToken"
    again = [Harvest(client, token=token).page().identifiers for _time in range(2)]
    assert again[0] == again[1] != []


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_a_harvest_gets_everything_once(client, two_a_page, verb):
    pages.archive(3)

    harvest = Harvest(client, verb).all(metadataPrefix="oai_dc")

    assert len(harvest.identifiers) == len(set(harvest.identifiers)) == 5
    assert {record_of(number) for number in range(3)} < set(harvest.identifiers)


def test_what_changes_is_added_or_taken_away_between_two_pages_is_neither_lost_nor_doubled(
    client, two_a_page
):
    editions = pages.archive(5)
    harvest = Harvest(client).page(metadataPrefix="oai_dc", set="testimonies")

    Edition.objects.filter(pk__in=[editions[0].pk, editions[3].pk]).update(title="Otra vez")  # given; not yet
    withdraw(editions[1])  # given already
    withdraw(editions[4])  # not yet
    pages.publish(7)
    while harvest.token:
        harvest.page()

    assert sorted(harvest.identifiers) == sorted([*map(record_of, range(5)), record_of(7)])
    assert harvest.gone == [record_of(4)]
    titles = {
        identifier: said(metadata, "title") for identifier, gone, metadata in harvest.records if not gone
    }
    assert titles[record_of(3)] == ["Otra vez"]
    # What was given before it changed is told to whoever comes again with the day of this harvest.
    again = Harvest(client).all(metadataPrefix="oai_dc", set="testimonies", from_=harvest.began)
    assert {record_of(0), record_of(1)} <= set(again.identifiers)
    assert record_of(1) in again.gone


def test_a_change_of_whatever_kind_is_noticed_and_nothing_else_is():
    editions = pages.archive(3)

    def noticed(month: int) -> int:
        """How many records are told of to whoever comes in that month and asks for what changed in it."""
        query = f"verb=ListIdentifiers&metadataPrefix=oai_dc&from=2026-{month:02}-01"
        now = datetime(2026, month, 2, 12, tzinfo=UTC)
        return answers.answer(QueryDict(query), clock=lambda: now).count(b"<header>")

    assert noticed(1) == 5
    lose(editions[0], "download", "embed")  # not of the description
    assert noticed(2) == 0
    Edition.objects.filter(pk=editions[1].pk).update(narrators=[])
    assert noticed(3) == 1
    VeilFactory(edition=editions[2], start_ms=11_000, end_ms=12_000)
    assert noticed(4) == 1
    name = Name.objects.filter(organization__slug="copesal-mx", kind=Name.Kind.AUTHORIZED)
    name.update(text="Comité de Solidaridad")
    assert noticed(5) == 4  # the record, and the testimonies that speak of it
    OrganizationFactory(slug="fdr-sv")
    assert noticed(6) == 1
    assert noticed(7) == 0


@pytest.mark.parametrize("tombstone", [True, False])
def test_what_is_withdrawn_is_told_to_whoever_collected_it_and_nothing_but_that(client, tombstone):
    edition, *_ = pages.archive()
    Harvest(client).all(metadataPrefix="oai_dc")

    withdraw(edition, tombstone=tombstone)

    root = ask(client, verb="GetRecord", identifier=record_of(0), metadataPrefix="oai_dc")
    (record,) = root.iter(f"{OAI}record")
    assert [each.tag for each in record] == [f"{OAI}header"]
    assert [(each.tag.removeprefix(OAI), each.text) for each in record[0] if "datestamp" not in each.tag] == [
        ("identifier", record_of(0)), ("setSpec", "testimonies"),
    ]  # fmt: skip
    for spec in (
        "testimonies",
        "testimonies:memoria-de-la-solidaridad-55b89bd0",
        "testimonies:another-12345678",
    ):
        told = Harvest(client).all(metadataPrefix="oai_dc", set=spec)
        assert told.gone == [record_of(0)], (
            spec
        )  # whoever collects a collection hears of it, and not of which it was
    row = Harvested.objects.get(key=edition.public_id)
    assert (row.digest, row.collection) == ("", "")


def test_what_was_never_given_out_leaves_nothing_when_it_is_withdrawn(client):
    edition, *_ = pages.archive()
    withdraw(edition)

    root = ask(client, verb="GetRecord", identifier=record_of(0), metadataPrefix="oai_dc")

    assert error(root) == "idDoesNotExist"
    assert (
        error(ask(client, verb="ListRecords", metadataPrefix="oai_dc", set="testimonies")) == "noRecordsMatch"
    )


@pytest.mark.parametrize("use", ["harvest", "text"])
def test_a_testimony_that_may_not_be_listed_elsewhere_is_not(client, use):
    never, lost = pages.archive(2)
    lose(never, use)
    harvest = Harvest(client).all(metadataPrefix="oai_dc", set="testimonies")
    assert harvest.identifiers == [record_of(1)]

    lose(lost, use)

    assert Harvest(client).all(metadataPrefix="oai_dc", set="testimonies").gone == [record_of(1)]
    root = ask(client, verb="GetRecord", identifier=record_of(0), metadataPrefix="oai_dc")
    assert error(root) == "idDoesNotExist"


def test_what_comes_back_is_the_record_that_it_was(client):
    edition, *_ = pages.archive()
    Harvest(client).all(metadataPrefix="oai_dc")
    withdraw(edition)
    assert Harvest(client).all(metadataPrefix="oai_dc").gone == [record_of(0)]

    Standing.objects.update(withdrawn_at=None)

    harvest = Harvest(client).all(metadataPrefix="oai_dc")
    assert (harvest.gone, record_of(0) in harvest.identifiers) == ([], True)


def test_a_record_that_is_closed_leaves_no_word_of_what_it_was(client):
    OrganizationFactory(slug="tgt-sv", name="Círculo", acronyms=["TGT"])
    (identifier,) = Harvest(client).all(metadataPrefix="eac-cpf").identifiers
    Organization.objects.update(publication="internal")

    answer = client.get("/oai", {"verb": "ListRecords", "metadataPrefix": "eac-cpf"}).content.decode()

    assert identifier in answer
    assert not re.search(r"tgt|círculo|metadata>", answer, re.IGNORECASE)


def test_a_veil_takes_the_summary_out(client):
    edition, *_ = pages.archive()
    Edition.objects.update(summary="Lo que se oye en el pasaje.")
    VeilFactory(edition=edition, start_ms=12_000, end_ms=12_500)

    root = ask(client, verb="GetRecord", identifier=record_of(0), metadataPrefix="oai_dc")

    assert not any("pasaje" in each for each in said(root, "description"))
    assert said(root, "subject") == [
        "Comité Permanente de Solidaridad"
    ]  # the other one is named under the veil


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_list(client, django_assert_num_queries, number):
    pages.archive(number)
    asked = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    client.get("/oai", asked)
    with django_assert_num_queries(28):
        client.get("/oai", asked)


def test_uses_that_are_granted_by_nobody_open_nothing(client):
    pages.publish(0, uses=[use for use in ALL_USES if use not in ("harvest",)])
    assert error(ask(client, verb="ListSets")) == ""
    assert DC not in client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").content.decode()
