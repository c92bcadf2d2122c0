"""Empty lines to type a recording's words into: where somebody speaks, as far as the archive knows it."""

from collections.abc import Sequence
from itertools import pairwise

from oralhistory.lib.timeline import Span
from oralhistory.transcripts.models import TranscriptionJob, Window

PER_MS = 16  # samples
LONGEST = 20_000  # ms: what one can hear and then write down
SHORTEST = 1_500
_QUIET = 0.35  # of the loudness that is usual in the recording


def of_plan(transcription: TranscriptionJob | None) -> list[Span]:
    """The stretches with speech of a plan that was made to have it heard; none where there is no plan."""
    if transcription is None:
        return []
    windows = Window.objects.filter(chunk__transcription=transcription, speech_samples__gt=0)
    rows = windows.order_by("start_sample").values_list("start_sample", "end_sample")
    return [(start // PER_MS, end // PER_MS) for start, end in rows]


def of_peaks(peaks: Sequence[int], duration_ms: int) -> list[Span]:
    """By the waveform: one line from pause to pause, cut at its quietest place where it would be too long."""
    if not peaks:
        return [(at, min(at + LONGEST, duration_ms)) for at in range(0, duration_ms, LONGEST)]
    step = duration_ms / len(peaks)
    quiet = _QUIET * sorted(peaks)[len(peaks) // 2]
    loud = [index for index, peak in enumerate(peaks) if peak > quiet] or list(range(len(peaks)))
    runs: list[tuple[int, int]] = []
    for index in loud:
        if runs and (index == runs[-1][1] or (index - runs[-1][0]) * step < SHORTEST):
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    pieces = [piece for run in runs for piece in _short(peaks, *run, most=max(2, int(LONGEST / step)))]
    spans = [(round(start * step), min(round(end * step), duration_ms)) for start, end in pieces]
    return [span for start, end in spans for span in _even(start, end)]


def _short(peaks: Sequence[int], start: int, end: int, *, most: int) -> list[tuple[int, int]]:
    pieces = []
    while end - start > most:
        middle = range(start + most // 2, start + most)
        cut = min(middle, key=lambda index: (peaks[index], -index))
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]


def _even(start_ms: int, end_ms: int) -> list[Span]:
    """Where one value of the waveform is longer than a line, by the clock."""
    if end_ms <= start_ms:
        return []
    count = -(-(end_ms - start_ms) // LONGEST)
    edges = [start_ms + (end_ms - start_ms) * index // count for index in range(count + 1)]
    return list(pairwise(edges))
