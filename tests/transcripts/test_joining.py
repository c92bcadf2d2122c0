from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from oralhistory.transcripts.engines.base import Passage, WindowResult
from oralhistory.transcripts.joining import LONGEST, HeardWindow, join
from oralhistory.transcripts.sound import SAMPLE_RATE, milliseconds
from oralhistory.transcripts.voices.turns import Turn
from oralhistory.transcripts.words import Word, text_of

tokens = st.sampled_from(["uno", "dos", "tres,", "cuatro.", "¿cinco?", "seis…", " ", "—"])
raw_words = st.lists(
    st.builds(Word, st.integers(-500, 40_000), st.integers(-500, 40_000), tokens, st.just(0.5)), max_size=40
)


@st.composite
def windows(draw):
    """Windows of up to 28 s that follow each other, with any words, times in disorder and out of range."""
    made, at = [], draw(st.integers(0, 10**9))
    for _ in range(draw(st.integers(0, 6))):
        end = at + draw(st.integers(1, 28 * SAMPLE_RATE))
        result = WindowResult(language="es", words=tuple(draw(raw_words)))
        made.append(HeardWindow(at, end, result))
        at = end
    return made


@st.composite
def turns(draw):
    """Turns that follow each other, some with nobody's between them."""
    edges = sorted(draw(st.sets(st.integers(0, 100_000), max_size=8)))
    return [
        Turn(start, end, draw(st.sampled_from("AB"))) for start, end in pairwise(edges) if draw(st.booleans())
    ]


def window(*words, seconds=28, start=0, **given_result):
    result = WindowResult(words=tuple(words), text=text_of(words), **{"language": "es", **given_result})
    return HeardWindow(start * SAMPLE_RATE, (start + seconds) * SAMPLE_RATE, result)


@given(windows(), turns())
def test_segments_are_in_order_inside_their_windows_and_hold_every_word(made, known):
    segments = join(made, known)

    at = 0
    for segment in segments:
        assert at <= segment.start_ms < segment.end_ms
        at = segment.end_ms
        assert segment.text.strip() == segment.text == text_of(segment.words) != ""
        inside = segment.start_ms
        for word in segment.words:
            assert inside <= word.start_ms <= word.end_ms <= segment.end_ms
            inside = word.end_ms
        assert any(
            milliseconds(each.start_sample) <= segment.start_ms
            and segment.end_ms <= milliseconds(each.end_sample)
            for each in made
        )
    said = [
        word.text
        for each in made
        if milliseconds(each.end_sample) > milliseconds(each.start_sample)
        for word in each.result.words
        if word.text.strip()
    ]
    assert [word.text for segment in segments for word in segment.words] == said


@given(windows(), st.randoms())
def test_the_order_in_which_windows_arrive_does_not_matter(made, random):
    shuffled = list(made)
    random.shuffle(shuffled)

    assert join(shuffled) == join(made)


def test_times_are_those_of_the_recording():
    (segment,) = join([window(Word(500, 900, "Sí.", 0.9), start=3600)])

    assert (segment.start_ms, segment.end_ms) == (3_600_500, 3_600_900)


def test_what_follows_a_question_stands_alone():
    said = [Word(0, 500, "¿Cuándo?", 1), Word(600, 900, "Ayer.", 1), Word(1000, 1500, "Temprano.", 1)]

    assert [segment.text for segment in join([window(*said)])] == ["¿Cuándo?", "Ayer. Temprano."]


def test_a_long_sentence_is_divided_at_a_comma():
    said = [Word(at * 500, at * 500 + 450, "bla," if at == 18 else "bla", 1) for at in range(40)]

    segments = join([window(*said)])

    assert [len(segment.words) for segment in segments] == [19, 21]
    assert all(segment.end_ms - segment.start_ms <= LONGEST for segment in segments)


def test_a_switch_of_language_begins_a_segment():
    said = [Word(0, 500, "chistoso", 1), Word(600, 900, "they", 1), Word(900, 1200, "would", 1)]
    passages = (Passage(0, 550, "es"), Passage(550, 28_000, "en"))

    segments = join([window(*said, passages=passages)])

    assert [(segment.language, segment.text) for segment in segments] == [
        ("es", "chistoso"),
        ("en", "they would"),
    ]


def test_flags_come_along_and_silent_windows_give_nothing():
    heard = window(Word(0, 500, "bla.", 0.1), flags=("improbable",))
    silent = window(start=28, flags=("no_speech",), language="")

    (segment,) = join([heard, silent])

    assert segment.flags == ("improbable",)


def test_another_voice_begins_a_segment_where_a_sentence_ends():
    said = [
        Word(0, 500, "¿Cuándo", 1),
        Word(500, 900, "fue?", 1),
        Word(900, 1300, "Ayer.", 1),
        Word(1300, 1800, "¿Y?", 1),
    ]

    segments = join([window(*said)], [Turn(0, 880, "A"), Turn(880, 1250, "B"), Turn(1250, 9000, "A")])

    assert [(each.voice, each.text) for each in segments] == [
        ("A", "¿Cuándo fue?"),
        ("B", "Ayer."),
        ("A", "¿Y?"),
    ]


def test_in_one_breath_the_voice_does_not_change():
    said = [
        Word(at * 300, at * 300 + 300, word, 1)
        for at, word in enumerate(["y", "entonces", "salimos", "todos"])
    ]

    (segment,) = join([window(*said)], [Turn(0, 800, "A"), Turn(800, 9000, "B")])

    assert (segment.voice, segment.text) == ("A", "y entonces salimos todos")  # 600 ms against 600: the first


def test_turns_that_are_all_of_one_voice_change_no_segment():
    said = [Word(at * 400, at * 400 + 350, "uno." if at % 5 == 4 else "dos", 1) for at in range(40)]

    plain, told = join([window(*said)]), join([window(*said)], [Turn(0, 28_000, "A")])

    assert [each.text for each in told] == [each.text for each in plain]
    assert {each.voice for each in told} == {"A"}
    assert {each.voice for each in plain} == {""}
