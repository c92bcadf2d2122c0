import pytest

from oralhistory.mentions.reading import Reading
from oralhistory.mentions.years import times, years

E, D, A = "exact", "decade", "approximate"


def said(text):
    reading = Reading([text])
    return [
        (reading.surface(each.first, each.last), each.since, each.until, each.kind)
        for each in times(reading.words)
    ]


@pytest.mark.parametrize(
    ("text", "since", "until", "kind"),
    [
        # In full.
        ("en 1979", 1979, 1979, E),
        ("fue en 1968.", 1968, 1968, E),
        ("en mil novecientos setenta y nueve", 1979, 1979, E),
        ("el año mil novecientos doce", 1912, 1912, E),
        ("en mil novecientos 73", 1973, 1973, E),
        ("nació en mil ochocientos noventa y ocho", 1898, 1898, E),
        ("en el dos mil tres", 2003, 2003, E),
        ("desde dos mil diez", 2010, 2010, E),
        ("en el año dos mil", 2000, 2000, E),
        ("em mil novecentos e setenta e três", 1973, 1973, E),
        ("em mil novecentos e sessenta e quatro veio o golpe", 1964, 1964, E),
        ("desde dois mil e três", 2003, 2003, E),
        ("in nineteen seventy-three", 1973, 1973, E),
        ("it was nineteen sixty eight, in Mexico", 1968, 1968, E),
        ("in nineteen oh five", 1905, 1905, E),
        ("in two thousand and three", 2003, 2003, E),
        ("in twenty nineteen", 2019, 2019, E),
        # With two digits.
        ("en el setenta y tres", 1973, 1973, E),
        ("en el 73", 1973, 1973, E),
        ("del ochenta para acá", 1980, 1980, E),
        ("el golpe del setenta y seis", 1976, 1976, E),
        ("hasta el ochenta y nueve", 1989, 1989, E),
        ("me fui el setenta y cuatro a Suecia", 1974, 1974, E),
        ("pal setenta y tres ya estábamos", 1973, 1973, E),
        ("el noventaicuatro", 1994, 1994, E),
        ("en el setentaytres", 1973, 1973, E),
        ("en setenta y tres me detuvieron", 1973, 1973, E),
        ("em setenta e três", 1973, 1973, E),
        ("em 68 fomos presos", 1968, 1968, E),
        ("el 2 de octubre del 68", 1968, 1968, E),
        ("el dos de octubre de sesenta y ocho", 1968, 1968, E),
        ("en mayo del 68", 1968, 1968, E),
        ("en maio de 68", 1968, 1968, E),
        ("septiembre setenta y tres", 1973, 1973, E),
        ("el año setenta y tres", 1973, 1973, E),
        ("la generación '68", 1968, 1968, E),
        ("the class of ’68", 1968, 1968, E),
        ("in '73", 1973, 1973, E),
        ("en el '05", 2005, 2005, E),
        # Spans.
        ("del 71 al 76", 1971, 1976, E),
        ("del setenta y uno al setenta y seis", 1971, 1976, E),
        ("entre el setenta y tres y el setenta y seis", 1973, 1976, E),
        ("de 1971 a 1976", 1971, 1976, E),
        ("entre 1973 y 1990", 1973, 1990, E),
        ("desde el 79 hasta el 92", 1979, 1992, E),
        ("la guerra (1980-1992)", 1980, 1992, E),
        ("from 1973 to 1990", 1973, 1990, E),
        # Decades.
        ("los años setenta", 1970, 1979, D),
        ("en los años 70", 1970, 1979, D),
        ("en los setenta", 1970, 1979, D),
        ("en los setentas", 1970, 1979, D),
        ("en los ’70", 1970, 1979, D),
        ("en los años veinte", 1920, 1929, D),
        ("en la década del sesenta", 1960, 1969, D),
        ("en la década de los ochenta", 1980, 1989, D),
        ("en la década de los años ochenta", 1980, 1989, D),
        ("nos anos setenta", 1970, 1979, D),
        ("na década de 70", 1970, 1979, D),
        ("na década de sessenta", 1960, 1969, D),
        ("in the seventies", 1970, 1979, D),
        ("in the 1970s", 1970, 1979, D),
        ("in the 70s", 1970, 1979, D),
        ("in the nineteen seventies", 1970, 1979, D),
        # Parts of a decade, and years more or less.
        ("a principios de los setenta", 1970, 1973, A),
        ("a mediados de los ochenta", 1984, 1986, A),
        ("a mediados de los años ochenta", 1984, 1986, A),
        ("a fines de los sesenta", 1967, 1969, A),
        ("a finales de la década de los sesenta", 1967, 1969, A),
        ("em meados dos anos setenta", 1974, 1976, A),
        ("no final dos anos sessenta", 1967, 1969, A),
        ("in the late seventies", 1977, 1979, A),
        ("in the early eighties", 1980, 1983, A),
        ("como en el setenta y tres", 1972, 1974, A),
        ("allá por el 73", 1972, 1974, A),
        ("por ahí del sesenta y ocho", 1967, 1969, A),
        ("alrededor de 1973", 1972, 1974, A),
        ("around 1973", 1972, 1974, A),
        ("en el setenta y dos o en el setenta y tres", 1972, 1973, A),
        ("fue en 1972 o 1973", 1972, 1973, A),
    ],
)  # fmt: skip
def test_times_are_understood_as_they_are_said(text, since, until, kind):
    assert [found[1:] for found in said(text)] == [(since, until, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "setenta y tres personas", "setenta pesos", "tenía veinte años", "setenta y tres muertos", "tenía setenta y tres años",
        "el doce de marzo", "eran 73 personas", "el tres", "los setenta y tres muertos", "los setenta compañeros",
        "a los setenta años", "a los setenta", "el setenta por ciento", "el 73% votó", "el 80 % de la gente", "en setenta días",
        "en setenta y dos horas", "mil novecientos pesos", "dos mil personas", "éramos dos mil", "mil novecientos setenta pesos",
        "1973 personas", "in her seventies", "seventy people", "a cuarenta kilómetros", "el cuarenta batallón",
        "el veintitrés de septiembre", "en el doce", "treinta y tres de nosotros", "la Liga 23 de Septiembre", "los treinta años",
        "con setenta y cinco pessoas", "teníamos setenta", "twenty people", "nineteen people",
    ],
)  # fmt: skip
def test_other_numbers_are_no_times(text):
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("Fue en el setenta y tres, creo", "setenta y tres"),
        ("eso fue a mediados de los años ochenta, ya", "mediados de los años ochenta"),
        ("Del 71 al 76 estuve preso", "71 al 76"),
        ("como en el 73 más o menos", "como en el 73"),
    ],
)
def test_a_time_is_the_words_that_say_it(text, surface):
    assert [found[0] for found in said(text)] == [surface]


def test_several_times_stand_in_order():
    assert [found[1] for found in said("En 1968 era joven; en los setenta, del 71 al 76, estuve en Suecia.")] == [
        1968, 1970, 1971,
    ]  # fmt: skip


def test_years_for_themselves_are_those_that_were_said_and_no_decades():
    words = Reading(["del 71 al 76, y en los ochenta, como en el ochenta y tres"]).words

    assert [year for _, year in years(words)] == [1971, 1976, 1983]
