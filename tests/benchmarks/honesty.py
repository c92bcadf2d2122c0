"""Whether a text says what was said: words over silence, languages, word errors, and the worst of it to read.

    python -m tests.benchmarks.honesty MANIFEST.csv [--model base] [--page FILE.html] [--most 40]

MANIFEST.csv as in `word_errors`, whose normalizer counts. Sounds in which nobody speaks are made here; clips without a
reference must come out empty, too. A clip with NAME.turns.json beside it ([{"start", "end" (seconds), "file":
"es/…"}, …]) in more than one language is asked for the seconds that were transcribed in the language that was spoken.
--page writes a page that needs nothing else: the worst windows with their sound, what was heard, and the reference.

Exits 1 if there is a word over silence or noise, or less than 95 % of a clip's seconds are in the right language.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from oralhistory.transcripts import whole
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Engine, Spec
from oralhistory.transcripts.segments import TimedSegment
from tests.benchmarks import word_errors, worst_windows
from tests.benchmarks.word_errors import Clip, Score, say
from tests.transcripts import sounds

RIGHT = 0.95  # of the seconds of a clip
NOBODY = {
    "silence, 60 s": sounds.silence(60),
    "pink noise, 45 s": sounds.pink_noise(45),
    "silence, 10 min": sounds.silence(600),
}


@dataclass(frozen=True)
class Spoken:
    """Seconds of a recording in which one language is spoken."""

    start: float
    end: float
    language: str


@dataclass(frozen=True)
class Ear:
    engine: Engine
    spec: Spec

    @staticmethod
    def of(model: str) -> "Ear":
        spec = Spec(engine="faster-whisper", model=model)
        engine = registry.get(spec.engine)
        engine.load(spec)
        return Ear(engine, spec)

    def hear(self, hearing: Path) -> whole.Transcribed:
        return whole.transcribe(self.engine, self.spec, hearing, on_progress=lambda done, samples: None)


def text_of(segments: Sequence[TimedSegment]) -> str:
    return " ".join(segment.text for segment in segments)


def print_silence(ear: Ear, folder: Path) -> bool:
    """Whether no word was heard where nobody speaks."""
    say("| nobody speaks | words |\n| --- | --- |")
    most = 0
    for number, (name, audio) in enumerate(NOBODY.items()):
        heard = ear.hear(sounds.write(folder / f"nobody-{number}.flac", audio))
        words = len(text_of(heard.segments).split())
        most = max(most, words)
        say(f"| {name} | {words} |")
    return not most


def spoken(manifest: Path, clip: Clip) -> list[Spoken]:
    """Its turns, where they are known and in more than one language."""
    path = (manifest.parent / clip.file).with_suffix(".turns.json")
    turns = json.loads(path.read_text()) if path.exists() else []
    found = [Spoken(turn["start"], turn["end"], turn["file"].partition("/")[0]) for turn in turns]
    return found if len({each.language for each in found}) > 1 else []


def in_the_right_language(segments: Sequence[TimedSegment], turns: Sequence[Spoken]) -> tuple[float, float]:
    """Seconds of text within turns, and those of them in the language of the turn."""
    text = right = 0.0
    for segment in segments:
        for turn in turns:
            shared = min(turn.end, segment.end_ms / 1000) - max(turn.start, segment.start_ms / 1000)
            text += max(0, shared)
            right += max(0, shared) if segment.language == turn.language else 0
    return text, right


def print_language(clip: Clip, heard: whole.Transcribed, turns: Sequence[Spoken]) -> bool:
    said = sum(turn.end - turn.start for turn in turns)
    text, right = in_the_right_language(heard.segments, turns)
    say("\n| languages | s spoken | s of text | right | |\n| --- | --- | --- | --- | --- |")
    say(f"| {clip.file} | {said:.1f} | {text:.1f} | {right:.1f} | {right / max(text, 0.1):.1%} |\n")
    return right >= RIGHT * text > 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--page", type=Path)
    parser.add_argument("--most", type=int, default=40, help="windows on the page")
    asked = parser.parse_args()
    ear = Ear.of(asked.model)
    with tempfile.TemporaryDirectory() as folder:
        well = print_silence(ear, Path(folder))
        say("\n| clip | s | WER | errors | words |\n| --- | --- | --- | --- | --- |")
        scores: list[Score] = []
        windows: list[worst_windows.Judged] = []
        mixed: list[tuple[Clip, whole.Transcribed]] = []
        for clip in word_errors.clips(asked.manifest, Path(folder)):
            heard = ear.hear(clip.hearing)
            scores.append(word_errors.compared(clip, text_of(heard.segments), 0))
            rate = f"{scores[-1].errors / scores[-1].words:.3f}" if scores[-1].words else "invented words"
            say(f"| {clip.file} | {clip.seconds:.0f} | {rate} | {scores[-1].errors} | {scores[-1].words} |")
            well &= bool(scores[-1].words) or not scores[-1].errors
            windows += worst_windows.judged(clip, heard.windows)
            if spoken(asked.manifest, clip):
                mixed.append((clip, heard))
        say(f"| all | | {word_errors.pooled(scores)} | | |")
        for clip, heard in mixed:
            well &= print_language(clip, heard, spoken(asked.manifest, clip))
        if asked.page:
            asked.page.write_text(worst_windows.page(windows, most=asked.most, model=asked.model))
            say(f"The worst windows: {asked.page}")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
