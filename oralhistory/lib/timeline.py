"""Spans on a time line, in integer milliseconds, half-open: [start, end)."""

from collections.abc import Iterable

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same moments as few spans as possible, in order; touching ones become one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Whether any moment of `span` lies in one of `others`."""
    return any(start < span[1] and span[0] < end for start, end in others)


def without(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """What is in `spans` and in none of `others`, in order."""
    taken = merged(others)
    left: list[Span] = []
    at = 0
    for start, end in merged(spans):
        while at < len(taken) and taken[at][1] <= start:
            at += 1
        place = at
        while place < len(taken) and taken[place][0] < end:
            if start < taken[place][0]:
                left.append((start, taken[place][0]))
            start = max(start, taken[place][1])
            place += 1
        if start < end:
            left.append((start, end))
    return left


def length(spans: Iterable[Span]) -> int:
    """Of spans that do not overlap."""
    return sum(end - start for start, end in spans)
