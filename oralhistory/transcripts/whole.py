"""A whole file heard in one go, without a database: for the command line and for measuring."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from oralhistory.transcripts import joining, listening, planning, sound
from oralhistory.transcripts.engines.base import Engine, Spec, WindowResult
from oralhistory.transcripts.joining import HeardWindow
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.sound import milliseconds

OnProgress = Callable[[int, int], None]  # (samples done, samples in all)


@dataclass(frozen=True, slots=True)
class Transcribed:
    duration_ms: int
    segments: list[TimedSegment]
    windows: list[HeardWindow]

    def anew(self, windows: list[HeardWindow]) -> "Transcribed":
        """The same of windows in which something is written otherwise."""
        return Transcribed(self.duration_ms, joining.join(windows), windows)

    def language(self, spec: Spec) -> str:
        """The language of most of the time spoken; the main one if nothing is."""
        spoken: Counter[str] = Counter()
        for segment in self.segments:
            spoken[segment.language] += segment.end_ms - segment.start_ms
        return spoken.most_common(1)[0][0] if spoken else spec.main_language


def transcribe(engine: Engine, spec: Spec, hearing: Path, *, on_progress: OnProgress) -> Transcribed:
    """Plan, hear and join a 16 kHz mono FLAC with an engine loaded for `spec`."""
    planned = planning.plan(hearing, spec.planner)
    windows: list[HeardWindow] = []
    for chunk in planned.chunks:

        def keep(
            heard: Sequence[tuple[int, WindowResult]], plans: Sequence[planning.WindowPlan] = chunk.windows
        ) -> None:
            windows.extend(
                HeardWindow(plans[at].start_sample, plans[at].end_sample, result) for at, result in heard
            )
            on_progress(windows[-1].end_sample, planned.samples)

        listening.listen(engine, spec, sound.reader(hearing), chunk.windows, on_batch=keep)
    return Transcribed(milliseconds(planned.samples), joining.join(windows), windows)
