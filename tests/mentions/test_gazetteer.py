import pytest

from oralhistory.mentions import gazetteer
from oralhistory.mentions.matching import Matcher
from oralhistory.mentions.reading import Reading
from oralhistory.organizations.authorities import Authority
from oralhistory.places.atlas import key_of

SPOKEN = "Y entonces nos fuimos todos y no volvimos hasta que pasaron muchos años, creo. "


def is_said(text, name):
    """Whether words of a text, among others written as sentences are, are taken for a place."""
    reading = Reading([SPOKEN, text])
    words = [word.text for word in reading.words]
    wanted = key_of(name).split()
    first = next(at for at in range(len(words)) if words[at : at + len(wanted)] == wanted)
    return gazetteer.is_said(reading, first, first + len(wanted))


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Suchitoto", "SV"), ("Estelí", "NI"), ("Estocolmo", "SE"), ("Moscú", "RU"), ("Leningrado", "RU"), ("RDA", "DE"),
        ("Checoslovaquia", "CZ"), ("Argel", "DZ"), ("Quetzaltenango", "GT"), ("Nueva York", "US"), ("Michoacán", "MX"),
        ("Comodoro Rivadavia", "AR"), ("salvadoreño", "SV"), ("Perquín", "SV"), ("Gotemburgo", "SE"), ("Distrito Federal", "MX"),
    ],
)  # fmt: skip
def test_a_place_of_one_country_speaks_for_it(name, country):
    assert gazetteer.places()[key_of(name)] == country


@pytest.mark.parametrize("name", ["Córdoba", "Santiago", "San José", "Mérida", "universidad", "el centro"])
def test_a_name_of_several_countries_speaks_for_none(name):
    assert key_of(name) not in gazetteer.places()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Vivíamos en La Paz entonces", "La Paz"), ("nos fuimos a La Paz", "La Paz"), ("llegamos hasta Florida", "Florida"),
        ("la sierra de Guerrero", "Guerrero"), ("allá en Resistencia", "Resistencia"), ("yo era de Suchitoto", "Suchitoto"),
        ("y el salvadoreño dijo", "salvadoreño"), ("el presidente Salvador Allende", "Allende"), ("vi Montevideo", "Montevideo"),
    ],
)  # fmt: skip
def test_a_place_is_heard_where_it_is_said(text, name):
    assert is_said(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Queríamos la paz", "la paz"), ("estábamos en libertad", "libertad"), ("mi prima Victoria llegó", "victoria"),
        ("La Resistencia era fuerte", "resistencia"), ("el progreso del país", "progreso"), ("Vicente Guerrero lo dijo", "guerrero"),
        ("se salta la cerca", "salta"), ("rezaba el rosario", "rosario"), ("un compañero, Pedro Durango, cayó", "durango"),
        ("la reforma agraria", "reforma"),
    ],
)  # fmt: skip
def test_a_common_word_or_a_surname_is_no_place(text, name):
    assert not is_said(text, name)


def test_without_capitals_only_what_is_hardly_a_word_is_a_place():
    reading = Reading(["nos fuimos a suchitoto y despues en libertad vivimos en mexico y en la paz" * 3])

    def said(name):
        at = [word.text for word in reading.words].index(name)
        return gazetteer.is_said(reading, at, at + 1)

    assert said("suchitoto")
    assert said("mexico")
    assert not said("libertad")


def test_records_say_which_of_several_places_is_theirs():
    records = [
        Authority("a", "Liga Agraria", country="AR", keywords=("Córdoba", "Monte")),
        Authority("b", "Frente Gremial", country="AR", keywords=("Córdoba", "Barcelona")),
        Authority("c", "Unión Obrera", country="ES", keywords=("Barcelona", "Durruti")),
    ]

    assert gazetteer.of_records(records) == {"cordoba": "AR"}


def test_homonyms_are_told_apart_by_a_town_of_the_atlas():
    """Comayagua stands in no list of ours; the interview has no country."""
    listed = [
        Authority("lc-hn", "Liga Campesina", country="HN", acronyms=("LCX",)),
        Authority("lc-cl", "Liga Comunera", country="CL", acronyms=("LCX",)),
    ]
    text = SPOKEN + "Yo era de Comayagua y trabajaba cerca de Choluteca. Ahí conocí a la LCX."
    [found] = Matcher(listed).find([text])

    assert found.organization == "lc-hn"
