"""The glossary of an interview: from its records, the likeliest first, and nobody's hidden name."""

from dataclasses import replace
from datetime import date

import pytest

from oralhistory.interviews.models import Chapter, Participation, Session, State
from oralhistory.mentions import glossary, likely_names
from oralhistory.organizations.authorities import Authority
from oralhistory.organizations.models import Organization
from oralhistory.people import vault
from oralhistory.people.models import Person
from oralhistory.places import gazetteer
from tests import world as worlds

pytestmark = pytest.mark.django_db


def organization(slug, name, country, **options):
    return Authority(id=slug, preferred_name=name, language="es", country=country, kind="party", **options)


@pytest.fixture
def world():
    made = worlds.build()
    worlds.organizations(
        [
            organization(
                "mapu-cl", "Movimiento de Acción Popular Unitaria", "CL", founded=1969, acronyms=("MAPU",)
            ),
            organization("pst-sv", "Partido Socialista Tardío", "SV", founded=1999),
            organization("ic", "Internacional Comunista", "INT", acronyms=("Comintern",)),
            organization(
                "far-gt", "Fuerzas Armadas Rebeldes", "GT", acronyms=("FAR",), heard_as=("las Farras",)
            ),
        ]
    )
    return made


def names(interview):
    return list(glossary.of(interview).texts)


def test_organizations_of_its_countries_come_in_their_order_and_others_not_at_all(world):
    interview = worlds.draft(world)  # El Salvador, Mexico

    found = names(interview)

    farabundo, copesal, international = map(found.index, ("FMLN", "COPESAL", "Internacional Comunista"))
    assert farabundo < copesal < international
    assert "MAPU" not in found


def test_what_people_found_in_it_comes_first_and_what_they_found_elsewhere_is_there(world, tmp_path):
    interview, other = worlds.in_review(world, tmp_path), worlds.draft(world)
    worlds.accept_everything(world, interview)
    other.countries = ["GT"]
    other.save()

    assert {each.id for each in glossary.of(interview).entries[:2]} == {"fmln-sv", "copesal-mx"}
    assert names(other).index("FMLN") < names(other).index("FAR")


def test_of_a_withdrawn_interview_nothing_is_known(world, tmp_path):
    interview, other = worlds.in_review(world, tmp_path), worlds.draft(world)
    worlds.accept_everything(world, interview)
    type(interview).objects.filter(pk=interview.pk).update(state=State.WITHDRAWN)
    other.countries = ["GT"]
    other.save()

    assert "FMLN" not in names(other)


def test_what_its_description_names_is_there_whatever_its_country(world):
    interview = worlds.draft(world)
    Chapter.objects.create(interview=interview, start_ms=9000, title="El MAPU", synopsis="Y el far west.")

    found = names(interview)

    assert found.index("MAPU") < found.index("FMLN")
    assert "FAR" not in found


def test_who_was_not_there_in_the_years_it_names_comes_later(world):
    interview = worlds.draft(world)
    assert names(interview).index("Partido Socialista Tardío") < names(interview).index("COPESAL")
    interview.summary = "De 1975 a 1983."
    interview.save()

    assert names(interview).index("COPESAL") < names(interview).index("Partido Socialista Tardío")


@pytest.mark.parametrize(
    "told",
    [
        "En los años setenta y ochenta.",
        "A principios de los ochenta.",
        "Entre el 75 y el 83.",
        "In the late seventies.",
    ],
)
def test_decades_and_years_in_words_are_years(world, told):
    interview = worlds.draft(world)
    interview.summary = told
    interview.save()

    assert names(interview).index("COPESAL") < names(interview).index("Partido Socialista Tardío")


def test_its_own_years_count_more_than_those_of_its_collection(world):
    interview = worlds.draft(world)
    interview.collection.description = "De 1970 a 2005."
    interview.collection.save()
    assert names(interview).index("Partido Socialista Tardío") < names(interview).index("COPESAL")

    interview.summary = "De 1975 a 1983."
    interview.save()
    assert names(interview).index("COPESAL") < names(interview).index("Partido Socialista Tardío")
    interview.collection.description, interview.summary = "De 1975 a 1983.", ""
    interview.collection.save()
    interview.save()
    assert names(interview).index("COPESAL") < names(interview).index("Partido Socialista Tardío")


def test_whom_the_records_tie_to_one_that_was_found_comes_before_others_of_its_country():
    listed = [
        organization("a-sv", "Acción Alfa", "SV"),
        organization("z-sv", "Zona Zeta", "SV"),
        organization("y-mx", "Yunta Obrera", "MX", related=("m-sv",)),
        organization("m-sv", "Mesa Media", "SV", successors=("z-sv",)),
    ]

    made = likely_names.made(listed, [], ["SV", "MX"], here=["m-sv"])

    assert [each.id for each in made.entries] == ["m-sv", "z-sv", "y-mx", "a-sv"]
    assert [each.id for each in likely_names.made(listed, [], ["SV", "MX"]).entries] == [
        "a-sv", "m-sv", "z-sv", "y-mx",
    ]  # fmt: skip


@pytest.mark.parametrize("attribution", Person.Attribution.values)
def test_a_person_is_in_it_only_by_the_real_name_that_they_show(world, attribution):
    interview = worlds.draft(world)
    narrator = interview.participations.get(role=Participation.Role.NARRATOR).person
    vault.seal(narrator, {"name": "Ramira Escondida"}, at=worlds.NOON)
    narrator.attribution = attribution
    narrator.shown_name = "" if attribution == "code" else "Elena Robles"
    narrator.save()

    found = names(interview)

    assert ("Elena Robles" in found) == (attribution in ("real_name", "first_name"))
    assert "Escondida" not in " ".join(found)


def test_its_places_are_in_it_and_those_of_its_collection(world):
    interview, other = worlds.draft(world), worlds.draft(world)
    Session.objects.create(
        interview=other,
        number=2,
        held_on=date(1980, 1, 1),
        place=gazetteer.place("Chalatenango", country="SV"),
    )

    assert {"Ciudad de México", "Chalatenango"} <= set(names(interview))


def test_neither_mishearings_nor_merged_records_are_names(world):
    interview = worlds.draft(world)
    interview.countries = ["GT", "MX"]
    interview.save()
    merged = Organization.objects.get(slug="copesal-mx")
    merged.merged_into = Organization.objects.get(slug="far-gt")
    merged.save()

    found = names(interview)

    assert "FAR" in found
    assert not {"las Farras", "COPESAL"} & set(found)


def test_its_hash_is_of_its_names_and_their_order(world):
    interview = worlds.draft(world)
    before = glossary.of(interview).sha256

    assert glossary.of(interview).sha256 == before
    Organization.objects.filter(slug="fmln-sv").update(note="otra nota")
    assert glossary.of(interview).sha256 == before
    interview.countries = ["MX", "SV"]
    interview.save()
    assert glossary.of(interview).sha256 != before


@pytest.mark.parametrize("number", [1, 3])
def test_it_is_asked_in_so_many_queries(world, number, django_assert_num_queries):
    interview = worlds.draft(world)
    for _ in range(number):
        worlds.draft(world)

    with django_assert_num_queries(13):
        glossary.of(interview)


def test_its_hash_does_not_hang_on_the_order_of_the_list():
    listed = [
        organization("a", "Alianza", "MX", other_names=("Unidad", "Bloque")),
        organization("b", "Brigada", "MX", acronyms=("BR", "BX")),
    ]
    turned = [replace(each, other_names=each.other_names[::-1]) for each in reversed(listed)]

    assert likely_names.made(listed, [], ["MX"]).sha256 == likely_names.made(turned, [], ["MX"]).sha256
    assert likely_names.made(listed, [], ["MX"]).sha256 != likely_names.made(listed[:1], [], ["MX"]).sha256
