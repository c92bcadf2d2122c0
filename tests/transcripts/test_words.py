from hypothesis import given
from hypothesis import strategies as st

from oralhistory.transcripts.words import Word, as_rows, from_rows, realign, text_of, within

SAID = [
    Word(0, 400, "Venían", 0.9),
    Word(400, 600, "del", 0.8),
    Word(600, 900, "eje", 0.4),
    Word(900, 1000, "P,", 0.3),
    Word(1200, 1400, "de", 0.9),
    Word(1400, 1500, "la", 0.9),
    Word(1500, 2000, "orpa.", 0.5),
]

times = st.integers(0, 20_000)
words = st.lists(
    st.builds(Word, times, times, st.sampled_from(["uno", "dos", "tres,", "¿qué?"]), st.just(0.5))
)
texts = st.lists(st.sampled_from(["uno", "dos", "Tres", "cuatro", "¿Qué?", "—"])).map(" ".join)


def test_words_survive_the_way_to_json_and_back():
    assert from_rows(as_rows(SAID)) == SAID
    assert as_rows(SAID)[2] == [600, 900, "eje", 0.4]


def test_an_unchanged_text_changes_nothing():
    assert realign(SAID, text_of(SAID), 0, 2000) == SAID


def test_capitals_accents_and_punctuation_keep_time_and_probability():
    changed = realign(SAID, "venian del eje p de la ORPA", 0, 2000)

    assert [(word.start_ms, word.end_ms, word.probability) for word in changed] == [
        (word.start_ms, word.end_ms, word.probability) for word in SAID
    ]
    assert changed[-1].text == "ORPA"


def test_a_name_put_in_place_of_two_words_takes_their_time():
    changed = realign(SAID, "Venían del EGP, de la ORPA.", 0, 2000)

    assert changed[2] == Word(600, 1000, "EGP,", 1.0)
    assert [word.start_ms for word in changed] == [0, 400, 600, 1200, 1400, 1500]


def test_a_word_put_in_place_of_another_takes_its_time():
    assert realign(SAID, "Venían del eje P, de la ORPPA.", 0, 2000)[-1] == Word(1500, 2000, "ORPPA.", 1.0)


def test_new_words_share_the_gap_between_their_neighbors():
    changed = realign(SAID, "Venían del eje P, y de la orpa.", 0, 2000)

    assert changed[4] == Word(1000, 1200, "y", 1.0)


def test_a_text_written_afresh_fills_the_segment():
    changed = realign([], "De todo un poco", 1000, 2000)

    assert changed[0].start_ms == 1000
    assert changed[-1].end_ms == 2000
    assert text_of(changed) == "De todo un poco"


def test_a_text_taken_away_leaves_no_words():
    assert realign(SAID, "  ", 0, 2000) == []


@given(words, texts, st.integers(0, 5000), st.integers(1, 20_000))
def test_any_edit_gives_its_text_in_order_within_the_segment(old, text, start_ms, length):
    changed = realign(old, text, start_ms, start_ms + length)

    assert text_of(changed) == text
    at = start_ms
    for word in changed:
        assert at <= word.start_ms <= word.end_ms <= start_ms + length
        at = word.end_ms


@given(words, st.integers(0, 5000), st.integers(1, 20_000))
def test_within_keeps_every_word_and_puts_it_inside(old, start_ms, length):
    kept = within(old, start_ms, start_ms + length)

    assert [word.text for word in kept] == [word.text for word in old]
    at = start_ms
    for word in kept:
        assert at <= word.start_ms <= word.end_ms <= start_ms + length
        at = word.end_ms
