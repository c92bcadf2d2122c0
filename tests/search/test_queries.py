from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oralhistory.search.queries import BadQuery, Kind, parse


def terms(text):
    return [(term.kind, term.words, term.negated) for term in parse(text).terms]


def test_words_phrases_exclusions_and_beginnings():
    assert terms('Cárcel "plaza de mayo" -fútbol desapar* -"copa del mundo"') == [
        (Kind.WORD, ("cárcel",), False),
        (Kind.PHRASE, ("plaza", "de", "mayo"), False),
        (Kind.WORD, ("fútbol",), True),
        (Kind.PREFIX, ("desapar",), False),
        (Kind.PHRASE, ("copa", "del", "mundo"), True),
    ]


def test_a_hyphen_inside_a_word_excludes_nothing():
    assert terms("ex-combatiente") == [(Kind.WORD, ("ex", "combatiente"), False)]


def test_typographic_quotes_are_quotes_and_an_open_one_reaches_to_the_end():
    assert terms("«la unión» “el frente") == [
        (Kind.PHRASE, ("la", "unión"), False),
        (Kind.PHRASE, ("el", "frente"), False),
    ]


def test_facets_stand_in_the_text_or_are_given_and_join():
    query = parse('cárcel country:SV collection:"Casa de todos" year:1980').within(
        {"country": "GT", "year": [1980, 1981]}
    )
    assert query.facets == {
        "country": ("SV", "GT"),
        "collection": ("Casa de todos",),
        "year": ("1980", "1981"),
    }
    assert [term.words for term in query.terms] == [("cárcel",)]


@pytest.mark.parametrize("text", ["año:1975-1980", "Ano:1975-1980", "year:1975-1980"])
def test_a_facet_has_its_name_in_each_language(text):
    assert parse(f"cárcel {text}").facets == {"year": ("1975-1980",)}
    assert parse('cárcel colección:"Casa" país:SV').facets == {"collection": ("Casa",), "country": ("SV",)}


def test_what_only_looks_like_a_facet_is_words():
    assert terms("dijo:nunca") == [(Kind.WORD, ("dijo", "nunca"), False)]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "a " * 400,
        "paz " * 33,
        "-solo -esto",
        "a*",
        "ab* " * 7,
        "-country:SV",
        "year:x",
        "year:-",
        "year:19701980",
        "year:١٩٧٠",
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(text):
    with pytest.raises(BadQuery, match=r"\w+ \w+"):
        parse(text)


def test_an_unknown_facet_is_refused():
    with pytest.raises(BadQuery):
        parse("paz").within({"password": "x"})


@given(st.text(max_size=300))
def test_every_text_is_a_query_or_a_bad_one(text):
    with suppress(BadQuery):
        parse(text)
