"""Word error rates and processor time on clips with known text.

    python -m tests.benchmarks.word_errors MANIFEST.csv [--engines faster-whisper,openai-whisper,bare] [--model base]

MANIFEST.csv has the columns file, seconds, language, reference, reference_quality; the files lie beside it.
A clip without a reference must come out empty: its invented words are counted. `bare` is faster-whisper
used alone as its README says: sequential, beam 5, word times, the language of the clip given. The engines
are asked as an interview would ask them: Spanish, English or Portuguese, found out by themselves.

Normalizer ("oralhistory-1"): NFD, marks dropped, casefold, whatever is no letter or digit is a blank.
References marked *script* have their single digits, and those of what was heard, spelled in Spanish.

Time is processor time of this process, decoding of the file and loading of the model left out. Set
ASR_THREADS=1 to compare engines on a machine that does other work.
"""

import argparse
import csv
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
from faster_whisper import WhisperModel

from oralhistory.recordings import decoding
from oralhistory.transcripts import sound, weights, whole
from oralhistory.transcripts.engines import registry, threads
from oralhistory.transcripts.engines.base import Spec

DIGITS = dict(zip("0123456789", "cero uno dos tres cuatro cinco seis siete ocho nueve".split(), strict=True))  # noqa: SIM905
DRAWS = 1000  # of the bootstrap

Transcribe = Callable[[Path, str], str]  # (16 kHz FLAC, language of the manifest): text


@dataclass(frozen=True)
class Clip:
    file: str
    hearing: Path
    seconds: float
    language: str
    reference: str
    script: bool


@dataclass(frozen=True)
class Score:
    errors: int
    words: int  # of the reference; if it has none, errors are invented words
    cpu: float


def normalized(text: str, *, digits: bool = False) -> str:
    kept = [
        character if character.isalnum() else " "
        for character in unicodedata.normalize("NFD", text.casefold())
        if not unicodedata.combining(character)
    ]
    words = "".join(kept).split()
    return " ".join(DIGITS.get(word, word) if digits else word for word in words)


def score(clip: Clip, transcribe: Transcribe) -> Score:
    begun = time.process_time()
    text = transcribe(clip.hearing, clip.language)
    return compared(clip, text, time.process_time() - begun)


def compared(clip: Clip, text: str, cpu: float) -> Score:
    heard = normalized(text, digits=clip.script)
    if not clip.reference:
        return Score(len(heard.split()), 0, cpu)
    found = jiwer.process_words(normalized(clip.reference, digits=clip.script), heard)
    errors = found.substitutions + found.deletions + found.insertions
    return Score(errors, found.hits + found.substitutions + found.deletions, cpu)


def ours(name: str, model: str) -> Transcribe:
    spec = Spec(engine=name, model=model)
    engine = registry.get(name)
    engine.load(spec)

    def transcribe(hearing: Path, language: str) -> str:
        heard = whole.transcribe(engine, spec, hearing, on_progress=lambda done, samples: None)
        return " ".join(segment.text for segment in heard.segments)

    return transcribe


def bare(model: str) -> Transcribe:
    found = weights.find(model)
    engine = WhisperModel(
        str(found.folder) if found else model, device="cpu", compute_type="int8", cpu_threads=threads.count()
    )

    def transcribe(hearing: Path, language: str) -> str:
        audio = sound.reader(hearing)(0, sound.samples_in(hearing))
        told = language if language in ("es", "en", "pt") else None
        segments, _ = engine.transcribe(
            audio, language=told, word_timestamps=True, multilingual=language == "mul"
        )
        return " ".join(segment.text for segment in segments)

    return transcribe


def clips(manifest: Path, folder: Path) -> list[Clip]:
    found = []
    with manifest.open(newline="") as stream:
        for row in csv.DictReader(stream):
            made = folder / Path(row["file"]).stem
            made.mkdir()
            decoded = decoding.decode(manifest.parent / row["file"], made)
            script = row["reference_quality"].startswith("script")
            found.append(
                Clip(
                    file=row["file"],
                    hearing=decoded.hearing,
                    seconds=decoded.duration_ms / 1000,
                    language=row["language"],
                    reference=row["reference"] if row["language"] else "",
                    script=script,
                )
            )
    return found


def pooled(scores: list[Score]) -> str:
    """Word errors over all clips that have a reference, with the middle 95 % of a bootstrap over clips."""
    errors = np.array([each.errors for each in scores if each.words])
    words = np.array([each.words for each in scores if each.words])
    drawn = np.random.default_rng(0).integers(0, len(words), (DRAWS, len(words)))
    low, high = np.quantile(errors[drawn].sum(1) / words[drawn].sum(1), [0.025, 0.975])
    return f"{errors.sum() / words.sum():.3f} ({low:.3f}–{high:.3f})"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--engines", default="faster-whisper,openai-whisper")
    parser.add_argument("--model", default="base")
    asked = parser.parse_args()
    names = asked.engines.split(",")
    transcribers = {name: bare(asked.model) if name == "bare" else ours(name, asked.model) for name in names}
    scores: dict[str, list[Score]] = defaultdict(list)
    say("| clip | s | " + " | ".join(f"{name}: WER | CPU s" for name in names) + " |")
    say("| --- | --- |" + " --- | --- |" * len(names))
    with tempfile.TemporaryDirectory() as folder:
        known = clips(asked.manifest, Path(folder))
        for clip in known:
            cells = []
            for name in names:
                got = score(clip, transcribers[name])
                scores[name].append(got)
                rate = f"{got.errors / got.words:.3f}" if got.words else f"{got.errors} invented"
                cells.append(f"{rate} | {got.cpu:.1f}")
            say(f"| {clip.file} | {clip.seconds:.0f} | {' | '.join(cells)} |")
    totals = [f"{pooled(scores[name])} | {sum(each.cpu for each in scores[name]):.1f}" for name in names]
    say(f"| all | {sum(clip.seconds for clip in known):.0f} | {' | '.join(totals)} |")


if __name__ == "__main__":
    main()
