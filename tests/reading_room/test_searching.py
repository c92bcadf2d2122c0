"""The page of search, and what is suggested while somebody types."""

import re

import pytest

from oralhistory.editions import indexing
from oralhistory.reading_room import searching
from oralhistory.search import index
from tests.factories import EditionFactory, StandingFactory
from tests.reading_room import pages

pytestmark = pytest.mark.django_db


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def told(public_id, *texts, year=None, **fields):
    edition = EditionFactory(
        standing=StandingFactory(public_id=public_id),
        segments=[
            {"text": text, "cue_id": f"{public_id[:4]}{n:03}", "asks": text.startswith("¿"), "year": year}
            for n, text in enumerate(texts)
        ],
        **fields,
    )
    indexing.replace(edition)
    return edition


@pytest.fixture
def three(db):
    told("anaanaanaana", "La huelga empezó de noche.", year=1968, held_on="2001", countries=["MX"])
    told("rosarosarosa", "¿Y la huelga?", "Larga.", year=1977, held_on="1994", countries=["SV"])
    told("luzluzluzluz", "Otra huelga, otra noche.", held_on="", countries=["SV"])


def found(text):
    return re.findall(r'id="in-(\w+)"', text)


def test_narrows_by_years_and_by_who_says_it_and_says_so(client, three):
    assert found(page(client, "/search/?q=huelga&from=1970&to=1980")) == ["rosarosarosa"]
    assert found(page(client, "/search/?q=huelga&to=1970")) == ["anaanaanaana"]
    assert found(page(client, "/search/?q=huelga+year:1970-")) == ["rosarosarosa"]
    text = page(client, "/search/?q=huelga&speaker=narrator&from=1960&to=x")
    assert found(text) == ["anaanaanaana"]
    assert 'value="1960"' in text
    assert "Quien narra" in text
    assert '<input type="hidden" name="speaker" value="narrator">' in text


def test_counts_moments_testimonies_and_facets(client, three):
    text = page(client, "/search/?q=huelga")
    assert "3 momentos en 3 testimonios" in " ".join(text.split())
    assert re.search(r"El Salvador\s+<span>2</span>", text)
    assert re.search(r"1960–1969\s+<span>1</span>", text)


def test_capped_counts_say_that_there_may_be_more(client, three, monkeypatch):
    monkeypatch.setattr(index, "COUNTED", 1)
    monkeypatch.setattr("oralhistory.search.finding.RANKED", 2)
    text = " ".join(page(client, "/search/?q=huelga").split())
    assert "Más de 1 momentos en más de" in text
    assert re.search(r"El Salvador\s+<span>\d\+</span>", text)


def test_puts_them_in_order_and_keeps_it(client, three):
    assert found(page(client, "/search/?q=huelga&order=date")) == [
        "rosarosarosa",
        "anaanaanaana",
        "luzluzluzluz",
    ]
    assert 'name="order" value="date"' in page(client, "/search/?q=huelga&order=date")
    assert found(page(client, "/search/?q=huelga&order=nonsense"))


def test_leafs_through_pages(client, three, monkeypatch):
    monkeypatch.setattr(searching, "PER_PAGE", 2)
    first, second = (page(client, f"/search/?q=huelga&page={number}") for number in (1, 2))
    assert len(found(first)) + len(found(second)) == 3
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert found(page(client, "/search/?q=huelga&page=99999")) == found(second)
    assert found(page(client, "/search/?q=huelga&page=-1")) == found(first)


def test_says_what_to_do_where_nothing_is_found(client, three):
    text = page(client, '/search/?q="noche+huelga"&country=SV')
    for address in ("?q=%22noche%20huelga%22", "q=noche+huelga", 'q=noche"', "/organizations/"):
        assert address in text.replace("&amp;", "&"), address
    assert "huelga</a>" in page(client, "/search/?q=huelgazo")
    assert "<i>huelga</i>" in page(client, "/search/?q=huegla")


def test_a_question_that_makes_no_sense_keeps_its_words_in_the_box(client):
    text = page(client, "/search/?q=year:none")
    assert 'role="alert"' in text
    assert 'value="year:none"' in text


def test_suggests_words_and_organizations_with_their_pages(client):
    pages.archive()
    assert client.get("/search/suggestions.json?q=con+el+march").json()["words"] == ["con el marchamos"]
    (record,) = client.get("/en/search/suggestions.json?q=fml").json()["organizations"]
    assert record == {
        "name": "Frente Farabundo Martí",
        "acronyms": ["FMLN"],
        "page": "/en/organizations/fmln-sv/",
    }
    assert client.get("/search/suggestions.json?q=farab").json()["organizations"][0]["acronyms"] == ["FMLN"]
    for nothing in ("", "x", "qqqq", "%00", "m" * 5000):
        assert client.get(f"/search/suggestions.json?q={nothing}").json() == {
            "words": [],
            "organizations": [],
        }


def test_suggests_nothing_that_only_a_withdrawn_testimony_says(client):
    edition = told("anaanaanaana", "Tlatelolco de noche.")
    assert client.get("/search/suggestions.json?q=tlate").json()["words"] == ["tlatelolco"]
    indexing.remove(edition.public_id)
    assert client.get("/search/suggestions.json?q=tlate").json()["words"] == []
    assert "tlatelolco" not in page(client, "/search/?q=tlatelulco").lower().replace("tlatelulco", "")
