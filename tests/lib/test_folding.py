import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oralhistory.lib.folding import fold, fold_with_offsets, tokens


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Revolución", "revolucion"),
        ("AÑO", "año"),
        ("pingüino", "pinguino"),
        ("Straße", "strasse"),
        ("ﬁn", "ﬁn".casefold()),
        ("n\u0303andu\u0301", "ñandu"),
    ],
)
def test_case_and_accents_go_but_the_letter_eñe_stays(text, folded):
    assert fold(text) == folded
    assert fold_with_offsets(text).text == folded


@given(st.text(alphabet="aáeéñÑnn\u0301\u0303ßﬁ ÍxX", max_size=30))
def test_every_folded_character_knows_where_it_came_from(text):
    folded = fold_with_offsets(text)

    assert len(folded.origins) == len(folded.text) + 1
    assert list(folded.origins) == sorted(folded.origins)
    for index in range(len(folded.text)):
        start, end = folded.original_span(index, index + 1)
        assert 0 <= start < end <= len(text)


@given(st.text(alphabet="aáeéñÑ xX", max_size=30))
def test_composed_and_decomposed_texts_fold_alike(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


def test_a_span_takes_the_combining_marks_that_follow_it():
    folded = fold_with_offsets("un a\u0301rbol")

    start, end = folded.original_span(folded.text.index("a"), folded.text.index("a") + 1)

    assert (start, end) == (3, 5)


def test_letters_and_digits_are_separate_words():
    assert [token.text for token in tokens("M-19, LP28 y O'Higgins")] == [
        "m", "19", "lp", "28", "y", "o", "higgins",
    ]  # fmt: skip


@given(st.text(max_size=60))
def test_each_word_is_what_stands_at_its_offsets(text):
    for token in tokens(text):
        assert text[token.start : token.end] == token.surface
