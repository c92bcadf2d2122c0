"""Segments are split, joined, put in and moved: what must hold whatever is done, and in which order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oralhistory.transcripts import reshaping
from oralhistory.transcripts.reshaping import State
from oralhistory.transcripts.words import as_rows, spread

WORDS = ["de", "ahí", "salió", "el", "Copesal", "y", "llenábamos", "las", "calles", "compañera"]


def segment(cue, start, end, text, **fields):
    words = as_rows(spread(text.split(), start, end))
    plain = {
        "language": "es", "speaker": "", "voice": "", "speaker_from_voice": False, "text_by_hand": False,
        "speaker_by_hand": False, "flags": [],
    }  # fmt: skip
    return State(cue_id=cue, start_ms=start, end_ms=end, text=text, words=words, **{**plain, **fields})


def times(*states):
    return [tuple(row[:3]) for state in states for row in state["words"]]


texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join)


@st.composite
def transcripts(draw):
    at, states = 0, []
    for number in range(draw(st.integers(1, 5))):
        at += draw(st.integers(0, 900))
        end = at + draw(st.integers(8, 4000))
        states.append(segment(f"c{number}", at, end, draw(texts)))
        at = end
    return states


def do(states, draw, number):
    """One operation somewhere; the segments after it."""
    place = draw(st.integers(0, len(states) - 1))
    state, following = states[place], states[place + 1] if place + 1 < len(states) else None
    before = states[place - 1] if place else None
    kind = draw(st.sampled_from(["text", "split", "merge", "insert", "start", "end", "delete"]))
    if kind == "text":
        return [*states[:place], reshaping.reworded(state, draw(texts)), *states[place + 1 :]]
    if kind == "split":
        at_ms = draw(st.none() | st.integers(0, 30_000))
        parts = reshaping.split(state, draw(st.integers(0, len(state["text"]))), f"n{number}", at_ms=at_ms)
        return [*states[:place], *parts, *states[place + 1 :]]
    if kind == "merge" and following:
        return [*states[:place], reshaping.merged(state, following), *states[place + 2 :]]
    if kind == "insert":
        made = reshaping.between(state, following, draw(texts), f"n{number}", end_of_all=40_000)
        return [*states[:place], *(each for each in made if each), *states[place + 2 :]]
    if kind == "start":
        moved, given_way = reshaping.moved(state, "start", draw(st.integers(0, 30_000)), before)
        return [
            *states[: max(0, place - 1)],
            *([given_way] if given_way else []),
            moved,
            *states[place + 1 :],
        ]
    if kind == "end":
        moved, given_way = reshaping.moved(state, "end", draw(st.integers(0, 30_000)), following)
        return [*states[:place], moved, *([given_way] if given_way else []), *states[place + 2 :]]
    return [*states[:place], *states[place + 1 :]] if len(states) > 1 else states


@given(transcripts(), st.data())
def test_after_any_operations_segments_follow_one_another_and_hold_their_words(states, data):
    for number in range(data.draw(st.integers(1, 8))):
        try:
            states = do(states, data.draw, number)
        except (reshaping.NoRoom, reshaping.NothingLeft):
            continue

    assert len({state["cue_id"] for state in states}) == len(states)
    for one, other in pairwise(states):
        assert one["end_ms"] <= other["start_ms"]
    for state in states:
        assert state["start_ms"] < state["end_ms"]
        assert [row[2] for row in state["words"]] == state["text"].split()
        edges = [at for row in state["words"] for at in row[:2]]
        assert edges == sorted(edges)
        assert state["start_ms"] <= edges[0]
        assert edges[-1] <= state["end_ms"]


@given(texts, texts)
def test_a_split_and_its_merging_lose_no_word_and_no_time(one, other):
    whole = segment("a", 1000, 9000, f"{one} {other}")

    first, second = reshaping.split(whole, len(one) + 1, "b")
    again = reshaping.merged(first, second)

    assert (first["text"], second["text"]) == (one, other)
    assert times(first, second) == times(whole)
    assert again == whole


@given(st.permutations(WORDS), st.integers(0, 10))
def test_words_that_remain_keep_their_times(words, place):
    whole = segment("a", 0, 8000, " ".join(words))

    after = reshaping.reworded(whole, " ".join([*words[:place], "nunca", *words[place:]]))

    kept = [row for row in after["words"] if row[2] != "nunca"]
    shortened = place - 1  # the word before has to give the new one some of its time
    assert [row for at, row in enumerate(kept) if at != shortened or place == 0][1:-1] == [
        row for at, row in enumerate(whole["words"]) if at != shortened or place == 0
    ][1:-1]


def test_a_boundary_takes_its_neighbor_along_only_where_they_touch():
    touching = segment("a", 0, 1000, "de ahí"), segment("b", 1000, 3000, "salió el Copesal")
    apart = segment("a", 0, 700, "de ahí"), segment("b", 1000, 3000, "salió el Copesal")

    later, shorter = reshaping.moved(touching[1], "start", 1200, touching[0])
    assert (shorter["end_ms"], later["start_ms"]) == (1200, 1200)
    later, untouched = reshaping.moved(apart[1], "start", 900, apart[0])
    assert (untouched["end_ms"], later["start_ms"]) == (700, 900)


def test_what_is_put_between_two_that_touch_takes_a_little_of_the_first():
    one, other = segment("a", 0, 2000, "de ahí"), segment("b", 2000, 3000, "salió")

    shorter, made, same = reshaping.between(one, other, "¿Cuándo?", "n", end_of_all=9000)

    assert (shorter["end_ms"], made["start_ms"], made["end_ms"]) == (1600, 1600, 2000)
    assert same == other


def test_nothing_is_left_of_a_segment_without_words():
    with pytest.raises(reshaping.NothingLeft):
        reshaping.split(segment("a", 0, 1000, "de ahí"), 0, "b")
