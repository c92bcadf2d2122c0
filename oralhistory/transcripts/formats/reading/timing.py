"""From the times that a file says to times that can be: in order, with a length, within the recording."""

import re
from collections.abc import Sequence
from dataclasses import replace

from oralhistory.transcripts.formats.reading.cues import Cue, Remark
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import spread, within

GUESSED = "times_guessed"  # a flag of segments
PACE = 15  # letters a second: people speak some 2.5 words
LONG_TEXT = 500  # letters: longer cues are divided at sentences, into parts of about half as many
_NEW_TAPE = 60_000  # ms: so far back go the times when a tape begins again …
_BEGINNING = 120_000  # … and so near to its beginning
_HOUR = 3_600_000
_SENTENCE = re.compile(r"(?<=[.?!…])[\"»”')\]]*\s+")


def settle(cues: Sequence[Cue], duration_ms: int | None) -> tuple[list[TimedSegment], list[Remark]]:
    """Segments in order, never overlapping, each at least a millisecond long, with all the text of the cues.

    `duration_ms` is the recording's, or None while it is not known. Cues without a time belong to the one before
    them; if none has a time, all share the duration by the letters of their texts.
    """
    remarks: list[Remark] = []
    cues = [cue for cue in cues if cue.text]
    if not any(cue.start_ms is not None for cue in cues):
        return _without_times(cues, duration_ms, remarks), remarks
    timed = _placed(_gathered(cues))
    timed = _one_tape_after_another(timed, remarks)
    timed = _from_zero(timed, duration_ms, remarks)
    segments = _with_ends(_in_order(timed, remarks), remarks)
    if all(cue.end_ms is None for cue in cues):  # minute marks and the like: nobody expects an end
        remarks = [remark for remark in remarks if remark.what != "no_end"]
    return _within(segments, duration_ms, remarks), remarks


def _without_times(cues: Sequence[Cue], duration_ms: int | None, remarks: list[Remark]) -> list[TimedSegment]:
    if cues:
        remarks.append(Remark("no_times"))
    parts = [replace(cue, text=text) for cue in cues for text in sentences(cue.text)]
    length = duration_ms or sum(len(part.text) for part in parts) * 1000 // PACE
    return _shared([(part.text, part.speaker) for part in parts], 0, max(length, 1))


def _gathered(cues: Sequence[Cue]) -> list[Cue]:
    """Cues without a time join the one before them; those before the first time stand as one at the head."""
    groups: list[list[Cue]] = []
    for cue in cues:
        if cue.start_ms is None and groups and (not cue.speaker or cue.speaker == groups[-1][0].speaker):
            groups[-1].append(cue)
        else:
            groups.append([cue])
    return [replace(group[0], text=" ".join(each.text for each in group)) for group in groups]


def _placed(cues: list[Cue]) -> list[Cue]:
    """A start for those that still have none: the time of their predecessor, which they will share."""
    placed: list[Cue] = []
    for cue in cues:
        if cue.start_ms is None:
            cue = replace(cue, start_ms=placed[-1].start_ms if placed else 0, end_ms=None)
        placed.append(cue)
    return placed


def _one_tape_after_another(cues: list[Cue], remarks: list[Remark]) -> list[Cue]:
    moved: list[Cue] = []
    offset = latest = 0
    for at, cue in enumerate(cues):
        start = cue.start_ms or 0
        following = cues[at + 1 : at + 2]
        if (
            start + offset < latest - _NEW_TAPE
            and start < _BEGINNING
            and any(start <= (each.start_ms or 0) < latest - offset for each in following)
        ):
            offset = latest
            remarks.append(Remark("times_restart", cue.line))
        ends = cue.end_ms if cue.end_ms is not None and cue.end_ms > start else None
        moved.append(
            replace(
                cue,
                start_ms=start + offset,
                end_ms=None if cue.end_ms is None else cue.end_ms + offset * bool(ends),
            )
        )
        latest = max(latest, start + offset, (ends or 0) + offset * bool(ends))
    return moved


def _from_zero(cues: list[Cue], duration_ms: int | None, remarks: list[Remark]) -> list[Cue]:
    """Recorders and editors often begin at 01:00:00:00. Only the length of the recording tells."""
    if duration_ms is None:
        return cues
    hours = min(cue.start_ms or 0 for cue in cues) // _HOUR * _HOUR
    last = max(cue.start_ms or 0 for cue in cues)
    if not hours or last < duration_ms or last - hours >= duration_ms:
        return cues
    remarks.append(Remark("offset_of_an_hour", cues[0].line))
    return [
        replace(
            cue,
            start_ms=(cue.start_ms or 0) - hours,
            end_ms=max(0, cue.end_ms - hours) if cue.end_ms else None,
        )
        for cue in cues
    ]


def _in_order(cues: list[Cue], remarks: list[Remark]) -> list[Cue]:
    latest = 0
    for cue in cues:
        if (cue.start_ms or 0) < latest:
            remarks.append(Remark("out_of_order", cue.line))
        latest = max(latest, cue.start_ms or 0)
    return sorted(cues, key=lambda cue: cue.start_ms or 0)


def _with_ends(cues: list[Cue], remarks: list[Remark]) -> list[TimedSegment]:
    """Each ends after it begins and not after the next begins; those that begin together share the time."""
    segments: list[TimedSegment] = []
    at = 0
    while at < len(cues):
        start = cues[at].start_ms or 0
        stop = at + 1
        while stop < len(cues) and cues[stop].start_ms == start:
            stop += 1
        following = cues[stop].start_ms if stop < len(cues) else None
        together = cues[at:stop]
        end = _end(together, start, following, remarks)
        parts = [(text, cue.speaker) for cue in together for text in sentences(cue.text)]
        segments += _shared(parts, start, end, first_is_known=True)
        at = stop
    return segments


def _end(together: list[Cue], start: int, following: int | None, remarks: list[Remark]) -> int:
    said = [cue.end_ms for cue in together if cue.end_ms is not None and cue.end_ms > start]
    for cue in together:
        if not cue.end_ms:
            remarks.append(Remark("no_end", cue.line))
        elif cue.end_ms <= start:
            remarks.append(Remark("no_length" if cue.end_ms == start else "end_before_start", cue.line))
    if following is not None and said and max(said) > following:
        remarks.append(Remark("overlap", together[0].line))
    # Without an end, at most twice as long as it takes to say: a minute mark lasts until the next one, a caption
    # before a long silence does not.
    spoken = sum(len(cue.text) for cue in together) * 1000 // PACE
    end = max(said) if said else start + max(1000, 2 * spoken)
    return min(end, following) if following is not None else end


def _within(
    segments: list[TimedSegment], duration_ms: int | None, remarks: list[Remark]
) -> list[TimedSegment]:
    """What lies beyond the end of the recording shares its last moments; no word is lost."""
    if duration_ms is None or not segments or segments[-1].end_ms <= duration_ms:
        return segments
    remarks.append(Remark("beyond_the_end"))
    kept = [each for each in segments if each.end_ms <= duration_ms]
    late = [(each.text, each.speaker) for each in segments[len(kept) :]]
    begins = segments[len(kept)].start_ms
    if len(late) == 1 and begins < duration_ms:
        return [*kept, _segment(late[0][0], late[0][1], begins, duration_ms)]
    while kept and duration_ms - kept[-1].end_ms < len(late):
        late.insert(0, (kept[-1].text, kept[-1].speaker))
        kept.pop()
    return [*kept, *_shared(late, kept[-1].end_ms if kept else 0, max(duration_ms, 1))]


def sentences(text: str) -> list[str]:
    """A long text in parts of some sentences; a sentence that is too long is cut between words."""
    if len(text) <= LONG_TEXT:
        return [text]
    parts: list[str] = []
    for sentence in _SENTENCE.split(text):
        for piece in _pieces(sentence):
            if parts and len(parts[-1]) + len(piece) < LONG_TEXT // 2:
                parts[-1] = f"{parts[-1]} {piece}"
            else:
                parts.append(piece)
    return parts


def _pieces(sentence: str) -> list[str]:
    pieces: list[str] = []
    while len(sentence) > LONG_TEXT:
        cut = max(sentence.rfind(" ", 0, LONG_TEXT), sentence.rfind(", ", 0, LONG_TEXT) + 1)
        cut = cut if cut > 0 else LONG_TEXT
        pieces.append(sentence[:cut].strip())
        sentence = sentence[cut:].strip()
    return [*pieces, sentence] if sentence else pieces


def _shared(
    parts: list[tuple[str, str]], start_ms: int, end_ms: int, *, first_is_known: bool = False
) -> list[TimedSegment]:
    """Texts (with their speakers) that share a span by their letters; fewer and longer ones if there is no room."""
    room = end_ms - start_ms
    if len(parts) > room:
        size = -(-len(parts) // max(room, 1))
        groups = [parts[at : at + size] for at in range(0, len(parts), size)]
        parts = [(" ".join(text for text, _speaker in group), group[0][1]) for group in groups]
    total = sum(len(text) for text, _speaker in parts) or 1
    shared: list[TimedSegment] = []
    done, at = 0, start_ms
    for index, (text, speaker) in enumerate(parts):
        done += len(text)
        # Each leaves a millisecond to every one after it.
        end = min(max(start_ms + room * done // total, at + 1), end_ms - (len(parts) - index - 1))
        segment = _segment(text, speaker, at, end)
        shared.append(segment if first_is_known and index == 0 else replace(segment, flags=(GUESSED,)))
        at = end
    return shared


def _segment(text: str, speaker: str, start_ms: int, end_ms: int) -> TimedSegment:
    words = within(spread(text.split(), start_ms, end_ms), start_ms, end_ms)
    return TimedSegment(start_ms, end_ms, text, speaker=speaker, words=tuple(words))
