from hypothesis import given
from hypothesis import strategies as st

from oralhistory.transcripts.engines.base import Passage, WindowResult
from oralhistory.transcripts.joining import LONGEST, HeardWindow, join
from oralhistory.transcripts.sound import SAMPLE_RATE, milliseconds
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


def window(*words, seconds=28, start=0, **given_result):
    result = WindowResult(words=tuple(words), text=text_of(words), **{"language": "es", **given_result})
    return HeardWindow(start * SAMPLE_RATE, (start + seconds) * SAMPLE_RATE, result)


@given(windows())
def test_segments_are_in_order_inside_their_windows_and_hold_every_word(made):
    segments = join(made)

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
