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
