import pytest

from oralhistory.search.analysis import fold, key, plain, tokens


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("es", "liberación", "liberaciones"),
        ("es", "desaparecido", "desaparecidas"),
        ("es-SV", "casa", "casas"),
        ("pt", "trabalhador", "trabalhadores"),
        ("en", "running", "runs"),
    ],
)
def test_inflections_meet_in_their_key(language, one, other):
    assert key(one, language) == key(other, language)


def test_a_year_is_not_an_anus():
    assert key("año", "es") != key("ano", "es")
    assert fold("año") == "año"
    assert plain("año") == "ano"


def test_accents_are_folded_and_a_language_without_stemmer_keeps_its_words():
    assert fold("canción") == "cancion"
    assert key("warmikuna", "qu") == "warmikuna"


def test_words_keep_their_places_however_their_accents_are_written():
    text = "¿Dijo «canci\u0301on» el FMLN-PRTC, 1980?"
    assert [(t.word, text[t.start : t.end]) for t in tokens(text)] == [
        ("dijo", "Dijo"),
        ("cancíon", "canci\u0301on"),
        ("el", "el"),
        ("fmln", "FMLN"),
        ("prtc", "PRTC"),
        ("1980", "1980"),
    ]


@pytest.mark.parametrize("text", ["", "…¡!", "\ud800", "_ _", "\u0301", "½ ﷺ İ ß ﬁn", "日本語", "a" * 5000])
def test_any_text_gives_tokens_that_no_database_can_misread(text):
    for token in tokens(text):
        assert 0 < len(token.word) <= 64
        for form in (fold(token.word), key(token.word, "es"), key(token.word, "pt")):
            assert not set(form) & set(" '\"\\:*&|!()§\0")
