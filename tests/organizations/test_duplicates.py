"""Which records may be one, and which are known to be two."""

import pytest

from oralhistory.lib.agents import MACHINE
from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations import authorities, cataloging, duplicates
from oralhistory.organizations.descriptions import Description, NameForm, Tie
from oralhistory.organizations.models import Organization
from tests.clock import NOON
from tests.mentions.conftest import OWN


def record(slug, name, *acronyms, **options):
    names = (NameForm(name, "authorized"), *(NameForm(each, "acronym") for each in acronyms))
    return Description(id=slug, names=names, **options)


def pairs(*records, apart=()):
    return {
        (each.first, each.second): tuple(reason.kind for reason in each.reasons)
        for each in duplicates.among(records, apart)
    }


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (record("b", "COMITÉ de solidaridad con Chile", country="MX"), ("same name",)),
        (record("b", "Comité de Solidariedad con Chile", country="MX"), ("similar name",)),
        (record("b", "Casa de Chile", "C.S.Ch.", country="MX"), ("same acronym",)),
        (record("b", "Casa de Chile", country="CL", identifiers=(("wikidata", "Q7"),)), ("identifier",)),
        (record("b", "Comité de solidaridad con Chile", "CSCH"), ("same name", "same acronym")),
    ],
)
def test_two_records_of_one_organization_are_suspected_with_the_reasons(other, reasons):
    first = record(
        "a", "Comité de Solidaridad con Chile", "CSCH", country="MX", identifiers=(("wikidata", "Q7"),)
    )
    assert pairs(first, other) == {("a", "b"): reasons}


@pytest.mark.parametrize(
    "other",
    [
        record("b", "Ejército Revolucionario del Pueblo", "ERP", country="AR"),
        record("b", "Ejército Rojo", "ERP", country="SV", founded=PartialDate(1994)),
        record("b", "Ejército Rojo", "ERP", country="SV", ties=(Tie("predecessor", "a"),)),
        record("b", "Frente Rojo", "FR", country="SV"),
        record("b", "de la", country="SV"),
    ],
    ids=["homonym", "not in those years", "known to be two", "nothing alike", "small words"],
)
def test_what_is_known_to_be_two_is_not_suspected(other):
    first = record(
        "a", "Ejército Revolucionario del Pueblo", "ERP", country="SV", dissolved=PartialDate(1993)
    )
    assert pairs(first, other) == {}


def test_the_likeliest_come_first():
    found = duplicates.among(
        [
            record("a", "Comité de Presos", "CP"), record("b", "Comité de Presos", "CP"),
            record("c", "Centro Popular", "CP"),
        ]
    )  # fmt: skip
    assert [(each.first, each.second) for each in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert found[0].score > found[1].score


def test_what_somebody_told_apart_is_not_suspected_again_until_that_is_taken_back(db):
    for slug in "ab":
        cataloging.save(record(slug, "Comité de Presos"), by=MACHINE, at=NOON)
    first, second = Organization.objects.order_by("slug")
    assert len(duplicates.suspected()) == 1
    assert len(duplicates.of(first)) == 1

    for _ in range(2):
        duplicates.tell_apart(second, first, by=MACHINE, at=NOON)
    assert duplicates.suspected() == []

    duplicates.take_back(first, second)
    assert len(duplicates.suspected()) == 1


def test_an_acronym_of_two_countries_is_a_homonym(db):
    for slug, country in (("erp-sv", "SV"), ("erp-ar", "AR"), ("otro", "MX")):
        acronyms = ["ERP"] if slug != "otro" else []
        cataloging.save(record(slug, slug, *acronyms, country=country), by=MACHINE, at=NOON)
    assert duplicates.homonyms(Organization.objects.get(slug="erp-sv")) == ["erp-ar"]


def test_few_of_the_archives_own_list_are_suspected():
    """The list was made by hand and has no doubles: what is shown of it must be looked at quickly."""
    with OWN.open(encoding="utf-8", newline="") as stream:
        records = [authorities.description(each) for each in authorities.read_csv(stream)]
    assert len(duplicates.among(records)) <= 20
