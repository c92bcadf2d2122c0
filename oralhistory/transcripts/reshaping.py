"""What people do to the segments of a text, as pure functions from how they stood to how they stand.

A segment is a `State` here: all that a row of it says, but for its place in the order. A word keeps its times wherever
its segment's time has room for it; segments that did not overlap before do not overlap after.
"""

from collections.abc import Sequence
from typing import Any, TypedDict, cast

from oralhistory.transcripts.words import Word, as_rows, from_rows, placed, realign, spread, within

SHORTEST = 100  # ms: what a boundary leaves of a segment; at least a millisecond for each word
ROOM = 400  # ms: what a segment that is put in between takes from its neighbors where there is no gap


class State(TypedDict):
    """A segment: what `Segment` has columns for."""

    cue_id: str
    start_ms: int
    end_ms: int
    text: str
    language: str
    speaker: str
    voice: str
    speaker_from_voice: bool
    text_by_hand: bool
    speaker_by_hand: bool
    flags: list[str]
    words: list[list[Any]]


class NoRoom(Exception):
    """There is no time in which a segment could lie."""


class NothingLeft(Exception):
    """A segment would be left without a word."""


def reworded(state: State, text: str) -> State:
    """With another text; words that remain keep their times. Raises NothingLeft."""
    text = " ".join(text.split())
    if not text:
        raise NothingLeft
    words = as_rows(realign(from_rows(state["words"]), text, state["start_ms"], state["end_ms"]))
    return _with(state, text=text, words=words, text_by_hand=True)


def split(state: State, place: int, new_cue: str, *, at_ms: int | None = None) -> tuple[State, State]:
    """In two before the word at a character; the first keeps the cue. Raises NothingLeft, NoRoom.

    Without `at_ms` the second begins with its first word, so that a pause stays with the first.
    """
    text = state["text"]
    while 0 < place < len(text) and not text[place - 1].isspace():
        place -= 1
    first_text, second_text = (" ".join(part.split()) for part in (text[:place], text[place:]))
    if not first_text or not second_text:
        raise NothingLeft
    words = from_rows(state["words"])
    stands = placed(words, text)
    following = next((word for start, _end, word in stands if start >= place), None)
    index = words.index(following) if following else len(words)
    start_ms, end_ms = state["start_ms"], state["end_ms"]
    if at_ms is None:
        at_ms = following.start_ms if following else start_ms + (end_ms - start_ms) * place // len(text)
    parts = [(first_text, words[:index]), (second_text, words[index:])]
    least = [max(1, len(own)) for _text, own in parts]
    if end_ms - start_ms < sum(least):
        raise NoRoom
    at_ms = min(max(at_ms, start_ms + least[0]), end_ms - least[1])
    first = _with(state, end_ms=at_ms, text=first_text, words=_fitted(words[:index], start_ms, at_ms))
    second = _with(
        state, cue_id=new_cue, start_ms=at_ms, text=second_text, words=_fitted(words[index:], at_ms, end_ms)
    )
    return first, second


def merged(first: State, second: State) -> State:
    """As one, under the cue and the speaker of the first."""
    words = [*from_rows(first["words"]), *from_rows(second["words"])]
    if not (first["words"] and second["words"]):  # one of them was never timed word by word
        words = [
            word for each in (first, second) for word in from_rows(each["words"]) or spread(
                each["text"].split(), each["start_ms"], each["end_ms"]
            )
        ]  # fmt: skip
    start_ms, end_ms = (
        min(first["start_ms"], second["start_ms"]),
        max(first["end_ms"], second["end_ms"]),
    )
    return _with(
        first, start_ms=start_ms, end_ms=end_ms, text=f"{first['text']} {second['text']}",
        words=_fitted(words, start_ms, end_ms), flags=list(dict.fromkeys([*first["flags"], *second["flags"]])),
        text_by_hand=first["text_by_hand"] and second["text_by_hand"],
    )  # fmt: skip


def between(
    before: State | None, after: State | None, text: str, new_cue: str, *, end_of_all: int
) -> tuple[State | None, State, State | None]:
    """A new segment between two neighbors, which give it a little of their time where no gap is. Raises NoRoom, NothingLeft."""
    text = " ".join(text.split())
    if not text:
        raise NothingLeft
    left = before["end_ms"] if before else 0
    right = after["start_ms"] if after else max(end_of_all, left)
    lacking = ROOM - (right - left)
    if lacking > 0 and before and _spare(before) > 0:
        given = min(lacking, _spare(before))
        before = _within(before, before["start_ms"], before["end_ms"] - given)
        left, lacking = before["end_ms"], lacking - given
    if lacking > 0 and after and _spare(after) > 0:
        given = min(lacking, _spare(after))
        after = _within(after, after["start_ms"] + given, after["end_ms"])
        right, lacking = after["start_ms"], lacking - given
    tokens = text.split()
    if right - left < len(tokens):
        raise NoRoom
    model = before or after
    made = State(
        cue_id=new_cue, start_ms=left, end_ms=right, text=text, language=model["language"] if model else "",
        speaker=model["speaker"] if model else "", voice="", speaker_from_voice=False, text_by_hand=True,
        speaker_by_hand=False, flags=[], words=as_rows(spread(tokens, left, right)),
    )  # fmt: skip
    return before, made, after


def moved(state: State, edge: str, to_ms: int, neighbor: State | None) -> tuple[State, State | None]:
    """A boundary at another moment. A neighbor that it touches or reaches gives way, or comes along. Raises NoRoom."""
    start_ms, end_ms = state["start_ms"], state["end_ms"]
    if edge == "start":
        limit = neighbor["start_ms"] + _least(neighbor) if neighbor else 0
        to_ms = min(max(to_ms, limit), end_ms - _least(state))
        if to_ms < limit:
            raise NoRoom
        if neighbor and (neighbor["end_ms"] >= start_ms or to_ms < neighbor["end_ms"]):
            neighbor = _within(neighbor, neighbor["start_ms"], to_ms)
        return _within(state, to_ms, end_ms), neighbor
    to_ms = max(to_ms, start_ms + _least(state))
    if neighbor:
        limit = neighbor["end_ms"] - _least(neighbor)
        to_ms = min(to_ms, limit)
        if to_ms < start_ms + _least(state):
            raise NoRoom
        if neighbor["start_ms"] <= end_ms or to_ms > neighbor["start_ms"]:
            neighbor = _within(neighbor, to_ms, neighbor["end_ms"])
    return _within(state, start_ms, to_ms), neighbor


def spoken_by(state: State, speaker: str) -> State:
    """Said by a person of this segment, whatever its voice is called."""
    return _with(state, speaker=speaker, speaker_by_hand=True, speaker_from_voice=False)


def _least(state: State) -> int:
    """What a boundary must leave: never more than there is."""
    return min(max(SHORTEST, len(state["words"])), state["end_ms"] - state["start_ms"])


def _spare(state: State) -> int:
    return state["end_ms"] - state["start_ms"] - _least(state)


def _within(state: State, start_ms: int, end_ms: int) -> State:
    words = _fitted(from_rows(state["words"]), start_ms, end_ms)
    return _with(state, start_ms=start_ms, end_ms=end_ms, words=words)


def _fitted(words: Sequence[Word], start_ms: int, end_ms: int) -> list[list[Any]]:
    """Words within their segment's time: those that lie in it already are not touched."""
    if all(start_ms <= word.start_ms and word.end_ms <= end_ms for word in words):
        return [list(row) for row in as_rows(words)]
    left = len(words)
    fitted, at = [], start_ms
    for word in words:
        left -= 1
        begins = max(at, min(word.start_ms, end_ms - left - 1))
        at = min(max(word.end_ms, begins + 1), end_ms - left)
        fitted.append(Word(begins, at, word.text, word.probability))
    return [list(row) for row in as_rows(within(fitted, start_ms, end_ms))]


def _with(state: State, **changes: Any) -> State:
    return cast(State, {**state, **changes})
