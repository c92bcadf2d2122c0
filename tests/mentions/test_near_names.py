"""Which names a text sounds near, and which words may be written for what was heard."""

import pytest

from oralhistory.mentions import near_names
from oralhistory.mentions.likely_names import Glossary
from oralhistory.mentions.near_names import NearNames
from tests.mentions.conftest import DATA, OWN, authorities

COUNTRIES = ("MX", "CL", "AR", "SV", "GT")


@pytest.fixture(scope="module")
def names():
    listed = [each for each in authorities(OWN) if each.country in COUNTRIES]
    return NearNames(Glossary(tuple(listed)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("de ahí pase a la juventude comunista de México.", "Juventud Comunista de México"),
        ("unos de Lemeiere, otros de la unidad", "MIR"),
        ("y gente de LRP, que en las reuniones", "ERP"),
        ("y en octubre, el FEMLN.", "FMLN"),
        ("el auditorio, y estúnan nos imprimía los volantes", "STUNAM"),
        ("venían del eje P, de la montaña", "EGP"),
        ("yo seguí en el pésum unos años", "PSUM"),
        ("vendíamos el periódico o posición de mano en mano", "Oposición"),
        ("los de las Fuesas Populares de Liberación y otros", "Fuerzas Populares de Liberación"),
    ],
)
def test_a_misheard_name_is_near(names, text, name):
    assert name in [each.name for each in names.near(text)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nosotros decíamos el PCM, pero en la calle no se decía nada.",
        "El Frente Farabundo Martí para la Liberación Nacional.",
        "gente del partido socialista de Chile y de la unidad popular",
        "Mire, yo nací en el campo, y la mirada de mi papá era otra.",
        "Se fue por la puerta y no volvió a la casa en muchos años.",
    ],
)
def test_what_is_spelled_right_or_said_of_other_things_is_near_to_nothing(names, text):
    assert names.near(text) == []


def test_texts_without_organizations_are_near_to_hardly_anything(names):
    lines = (DATA / "without_organizations.txt").read_text(encoding="utf-8").splitlines()

    near = [each.name for line in lines for each in names.near(line)]

    assert sum(len(line.split()) for line in lines) > 380
    assert len(near) <= 3  # acronyms that are not in the list, as UNAM is not: STUNAM is told, and not taken
    assert not names.told(near).is_heard(["la", "UNAM"], ["STUNAM"])


def test_of_names_for_one_passage_only_the_nearest_are_told(names):
    near = [each.name for each in names.near("y en octubre, el FEMLN.")]

    assert near == ["FMLN"]  # and not FLN, MLN, FARN


def test_a_prompt_has_room_for_the_nearest_which_come_last():
    near = [near_names.Near(f"Organización número {number}", 1 - number / 100) for number in range(40)]

    told = near_names.to_tell(near)

    assert told[-1] == "Organización número 0"
    assert len(", ".join(told)) <= near_names.PROMPT
    assert near_names.to_tell([]) == ()


def test_names_are_found_in_words_as_written(names):
    told = names.told(("MIR", "Frente Farabundo Martí", "Frente Farabundo Martí para la Liberación Nacional"))
    words = [
        "El",
        "Frente",
        "Farabundo",
        "Martí",
        "para",
        "la",
        "Liberación",
        "Nacional,",
        "del",
        "M.I.R.",
        "o",
        "MIR,",
        "el",
        "Frente",
        "Farabundo.",
    ]

    assert told.places(words) == [(1, 8), (11, 12)]


@pytest.mark.parametrize(
    ("heard", "written", "taken"),
    [
        ("de Lemeiere,", "del MIR", True),
        ("de LRP,", "del ERP", True),
        ("LRP,", "LP", False),  # a letter that was heard is gone
        ("eje P,", "EGP", True),
        ("PSU en", "PSUM", True),
        ("FMN", "FMLN", False),
        ("juventude comunista de México", "Juventud Comunista de México", True),
        ("Mire,", "MIR", False),  # a word that is one
        ("la calle", "MIR", False),
        ("PCM,", "PCML", False),  # a name already
        ("o posición", "Oposición", True),
        ("oposiciones", "Oposición", False),
        ("", "MIR", False),
    ],
)
def test_only_what_sounds_like_it_is_written_for_what_was_heard(names, heard, written, taken):
    assert (names.told(("MIR",)).is_heard(heard.split(), written.split()) > 0) == taken
