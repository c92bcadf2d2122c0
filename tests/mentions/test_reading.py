import pytest

from oralhistory.mentions import phonetics
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.years import spoken, years


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("revolucion", "rebolusion"), ("coordinadora", "koordinadora"), ("huelga", "uelga"), ("guerrilla", "gueriya"),
        ("zapatista", "sapatista"), ("unidad", "unida"), ("campesinos", "canpesinos"), ("gente", "jente"),
    ],
)  # fmt: skip
def test_words_that_sound_alike_have_one_key(one, other):
    assert phonetics.key(one) == phonetics.key(other)


@pytest.mark.parametrize(("one", "other"), [("frente", "fuente"), ("partido", "perdido"), ("casa", "caja")])
def test_words_that_sound_different_have_different_keys(one, other):
    assert phonetics.key(one) != phonetics.key(other)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("en 1979", 1979),
        ("en mil novecientos setenta y nueve", 1979),
        ("en el setenta y tres", 1973),
        ("en el 73", 1973),
        ("del ochenta", 1980),
        ("el año mil novecientos doce", 1912),
    ],
)
def test_years_are_understood_as_they_are_said(text, year):
    assert [found for _, found in years(Reading([text]).words)] == [year]


@pytest.mark.parametrize(
    "text", ["tenía setenta y tres años", "el doce de marzo", "eran 73 personas", "el tres"]
)
def test_other_numbers_are_no_years(text):
    assert list(years(Reading([text]).words)) == []


def test_a_number_below_a_hundred_is_said_in_words():
    assert [spoken(number) for number in (2, 12, 23, 40, 86)] == [
        "dos", "doce", "veintitres", "cuarenta", "ochenta y seis",
    ]  # fmt: skip


def test_words_know_their_segment_and_stops_are_never_inside_a_name():
    reading = Reading(["Vino el Frente", "Sandinista. Luego nada"])

    assert [word.segment for word in reading.words] == [0, 0, 0, 1, 1, 1]
    assert not reading.crosses_stop(2, 4)
    assert reading.crosses_stop(2, 5)
