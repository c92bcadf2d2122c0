"""Transcripts that may hold a form are found without reading them."""

import json
from collections import defaultdict

import pytest

from oralhistory.mentions.form_search import FormSearch
from oralhistory.mentions.matching import PROPOSED, Matcher
from oralhistory.mentions.word_index import UNCASED, words_of
from oralhistory.organizations.authorities import Authority
from tests.mentions.conftest import DATA, authorities

NAME = "Brigada Obrera de Estudiantes"


def may_hold(text, **forms):
    search = FormSearch([Authority("a", "", **forms)])
    return list(search.among([(7, words_of([text]))])) == [7]


@pytest.mark.parametrize(
    "text",
    [
        "Era de la Brigada Obrera de Estudiantes, compañero.",
        "era de la brigada obrera de estudiantes",
        "Era de la vrigued obrerode estudentez, compañero.",
        "Y así, con muchas otras palabras, brigada obrera de los estudiantes.",
    ],
)
def test_a_name_is_found_as_it_is_written_and_as_it_is_misheard(text):
    assert may_hold(text, other_names=(NAME,))


@pytest.mark.parametrize(
    "text",
    ["Éramos estudiantes de una escuela obrera.", "Nada de eso.", "", "Brigada de limpieza de la ciudad."],
)
def test_what_sounds_otherwise_is_not(text):
    assert not may_hold(text, other_names=(NAME,))


@pytest.mark.parametrize(
    "text",
    ["Los del ZKTO.", "los del zeta ca te o", "los del Z. K. T. O. de antes", "los del zkto", "Z-K-T-O, sí"],
)
def test_an_acronym_is_found_in_capitals_and_in_letters(text):
    assert may_hold(text, acronyms=("ZKTO",))


def test_an_acronym_is_found_as_a_word():
    assert may_hold("Los del estúnan salieron.", acronyms=("STUNAM",))


def test_a_common_word_is_looked_for_with_its_capital_where_capitals_tell():
    many = "Y entonces nos fuimos todos al pueblo donde vivía Juan con su familia entera. " * 2

    assert not may_hold(many + "Puso orden en la casa.", acronyms=("ORDEN",))
    assert may_hold(many + "Los de ORDEN.", acronyms=("ORDEN",))
    assert words_of([(many + "los de orden").lower()]).capitals == UNCASED
    assert may_hold((many + "los de orden").lower(), acronyms=("ORDEN",))


def test_each_of_many_transcripts_is_told_apart():
    texts = ["Nada de nada.", f"La {NAME}.", "Otra cosa.", "La vrigada obrero de estudentes.", "Nada."] * 9
    rows = [(number, words_of([text])) for number, text in enumerate(texts)]

    found = sorted(FormSearch([Authority("a", "", other_names=(NAME,))]).among(rows))

    assert found == [number for number in range(45) if number % 5 in (1, 3)]


@pytest.mark.parametrize("level", ["clean", "mild", "heavy"])
def test_nothing_is_missed_that_the_matcher_finds(level):
    listed = authorities(DATA / "organizations_made.csv")
    matcher = Matcher(listed)
    with (DATA / f"dev_{level}.jsonl").open(encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    rows = [(number, words_of(each["segments"])) for number, each in enumerate(documents)]
    spoken = defaultdict(list)
    for number, each in enumerate(documents):
        for found in matcher.find(each["segments"], country=each["country"]):
            if found.organization and found.score >= PROPOSED and found.kind != "generic":
                spoken[found.organization].append((number, found.surface))
    assert spoken

    for each in listed:
        if each.id in spoken:
            search = FormSearch(
                [
                    Authority(
                        each.id,
                        "",
                        other_names=(each.preferred_name, *each.other_names),
                        acronyms=each.acronyms,
                    )
                ]
            )
            assert {number for number, _ in spoken[each.id]} <= set(search.among(rows))
            assert [surface for _, surface in spoken[each.id] if not search.is_said(surface)] == []
