import subprocess
import sys

import pytest

from oralhistory.places import gazetteer
from oralhistory.places.atlas import TABLE, everything, key_of


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("México", ("MX", "country")),
        ("mexico", ("MX", "country")),
        ("Cuba", ("CU", "country")),
        ("Suecia", ("SE", "country")),
        ("Argélia", ("DZ", "country")),
        ("Chalatenango", ("SV", "division")),
        ("Michoacán", ("MX", "division")),
        ("Cataluña", ("ES", "division")),
        ("D.F.", ("MX", "city")),
        ("Moscú", ("RU", "city")),
        ("Estocolmo", ("SE", "city")),
        ("Nova York", ("US", "division")),
        ("Suchitoto", ("SV", "city")),
        ("RDA", ("DE", "former")),
        ("Checoslovaquia", ("CZ", "former")),
        ("Unión Soviética", ("RU", "former")),
        ("Leningrado", ("RU", "former")),
        ("Perquín", ("SV", "place")),
    ],
)
def test_a_place_is_known_by_its_names(name, first):
    found = gazetteer.candidates(name)[0]

    assert (found.country, found.kind) == first


def test_a_name_of_many_places_gives_them_all_the_largest_first():
    found = gazetteer.candidates("Córdoba")
    cities = [(each.country, each.division) for each in found if each.kind == "city"]

    assert cities[:3] == [("AR", "Córdoba"), ("ES", "Andalucía"), ("MX", "Veracruz")]
    assert gazetteer.candidates("Santiago")[0].name == "Santiago de Chile"
    assert {each.country for each in gazetteer.candidates("Santiago")} >= {"CL", "DO", "PE"}


def test_candidates_can_be_asked_for_in_one_country():
    assert {each.country for each in gazetteer.candidates("cordoba", country="MX")} == {"MX"}
    assert gazetteer.candidates("Chalatenango", country="MX") == []


def test_a_place_stands_where_it_is():
    [city] = [
        each for each in gazetteer.candidates("Montevideo") if each.kind == "city" and each.country == "UY"
    ]

    assert city.latitude == pytest.approx(-34.9, abs=0.1)
    assert city.longitude == pytest.approx(-56.2, abs=0.1)
    assert city.population > 1_000_000


def test_what_nobody_has_measured_has_no_coordinates():
    assert gazetteer.candidates("Perquín")[0].latitude is None


def test_suggestions_begin_with_what_was_typed_and_name_each_place_once():
    found = gazetteer.beginning_with("Santiago")

    assert found[0].name == "Santiago de Chile"
    assert len(set(found)) == len(found) == 8
    assert [each.name for each in gazetteer.beginning_with("chalate")] == ["Chalatenango", "Chalatenango"]
    assert gazetteer.beginning_with("s") == []
    assert gazetteer.beginning_with("xyzzy") == []


def test_suggestions_of_a_country_are_all_there_though_others_are_larger():
    found = gazetteer.beginning_with("san", country="SV")

    assert len(found) == 8
    assert {each.country for each in found} == {"SV"}


def test_names_stand_in_the_order_in_which_they_are_looked_up():
    names = [line.split("\t")[0] for line in TABLE.read_text(encoding="utf-8").splitlines()]

    assert names == sorted(names, key=str.encode)
    assert all(name == key_of(name) for name in names)
    assert sum(1 for _ in everything()) == len(names)


MEASURE = """
import tracemalloc
from oralhistory.places import atlas
read = atlas._table.cache_info().currsize
tracemalloc.start()
atlas.candidates("Quito")
print(read, tracemalloc.get_traced_memory()[1])
"""


def test_it_is_read_when_it_is_first_asked_and_stays_small():
    result = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True)
    read, most = map(int, result.stdout.split())

    assert read == 0
    assert most < 3_000_000
