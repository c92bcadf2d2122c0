"""How well a text without times is fitted to its recording, and what it costs.

    python -m tests.benchmarks.times [--model base] [--words 30000]

The demo recording: what was written of it (with its names, and its words as they were spoken) is fitted to what Whisper
hears. Each word's beginning is compared with a forced alignment: Whisper's cross-attention is given the exact text of
each turn and the turn's own sound. A turn's beginning is compared with where it was put when the recording was made.

Three hours that nobody said: words in passages that come back, of which some are heard as others, not at all, or as
two; every word's beginning is known.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer

from oralhistory.recordings import decoding
from oralhistory.transcripts import fitting, sound, whole
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Spec
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.sound import SAMPLE_RATE
from oralhistory.transcripts.words import Word

DEMO = Path(__file__).parents[2] / "oralhistory" / "pipeline" / "demo" / "testimonio-demo.opus"
AROUND = 300  # ms of sound before and after a turn
RATES = (0.0, 0.1, 0.3, 0.5, 0.7)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def told(errors: list[int]) -> str:
    ordered = sorted(errors)
    places = {name: ordered[min(len(ordered) - 1, len(ordered) * name // 100)] for name in (50, 90, 95, 99)}
    return " ".join(f"{name} %: {ms} ms" for name, ms in places.items()) + f", worst: {ordered[-1]} ms"


def as_segments(texts: list[str]) -> list[TimedSegment]:
    return [TimedSegment(0, 1, text) for text in texts]


def demo(model: str) -> None:
    turns = json.loads(DEMO.with_suffix(".json").read_text(encoding="utf-8"))["turns"]
    spec = Spec(engine="faster-whisper", model=model)
    engine: Any = registry.get(spec.engine)
    engine.load(spec)
    with tempfile.TemporaryDirectory() as folder:
        flac = decoding.decode(DEMO, Path(folder)).hearing
        heard = whole.transcribe(engine, spec, flac, on_progress=lambda done, total: None)
        words = [word for segment in heard.segments for word in segment.words]
        fitted = fitting.fit(as_segments([turn["text"] for turn in turns]), words, heard.duration_ms)
        forced = [forced_starts(engine._model, sound.reader(flac), turn) for turn in turns]
    say(f"demo: {100 * fitted.share:.1f} % of {fitted.words} words matched, {fitted.guessed} turns a guess")
    pairs = [
        (word.start_ms, start)
        for segment, starts in zip(fitted.segments, forced, strict=True)
        for word, start in zip(segment.words, starts, strict=len(starts) > 0)
    ]
    say(f"words against a forced alignment ({len(pairs)}): {told([abs(a - b) for a, b in pairs])}")
    begins = [
        abs(each.start_ms - turn["start_ms"]) for each, turn in zip(fitted.segments, turns, strict=True)
    ]
    say(f"turns against where they are ({len(begins)}): {told(begins)}")


def forced_starts(model: Any, read: Any, turn: dict[str, Any]) -> list[int]:
    """The beginning of each word of a turn; none if it is cut into words in another way."""
    start = max(0, turn["start_ms"] - AROUND)
    clip = read(start * SAMPLE_RATE // 1000, (turn["end_ms"] + AROUND) * SAMPLE_RATE // 1000)
    features = model.feature_extractor(clip)
    tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language=turn["language"])
    encoded = model.encode(pad_or_trim(features))
    pieces = model.find_alignment(
        tokenizer, [tokenizer.encode(f" {turn['text']}")], encoded, features.shape[-1]
    )[0]
    words: list[tuple[str, int]] = []
    for piece in pieces:
        if piece["word"].startswith(" ") or not words:
            words.append((piece["word"].strip(), round(piece["start"] * 1000) + start))
        else:
            words[-1] = (words[-1][0] + piece["word"], words[-1][1])
    return [at for _word, at in words] if [word for word, _at in words] == turn["text"].split() else []


def three_hours(number: int, rate: float) -> None:
    dice = random.Random(7)
    few = [f"{a}{b}" for a in "dlmsq" for b in "aeou"]
    many = [
        f"{a}{b}{c}"
        for a in ("ca", "tri", "mo", "per")
        for b in ("la", "ces", "dun", "ri")
        for c in ("mos", "do", "ra")
    ]
    base = [dice.choice(few if dice.random() < 0.5 else many) for _ in range(number // 2)]
    said: list[str] = []
    while len(said) < number:
        start = dice.randrange(len(base) - 200)
        said += base[start : start + dice.randrange(20, 200)]
    truth, at = [], 0
    for token in said[:number]:
        at += dice.choice([0, 0, 40, 400])
        truth.append(Word(at, at + 60 * len(token) + 60, token, 0.9))
        at = truth[-1].end_ms
    heard = list(misheard(truth, rate, dice, many))
    texts, done = [], 0
    while done < number:
        length = dice.randrange(3, 60)
        texts.append(" ".join(said[done : min(done + length, number)]))
        done += length
    begun = time.process_time()
    fitted = fitting.fit(as_segments(texts), heard, at + 1000)
    cpu = time.process_time() - begun
    line = [word for segment in fitted.segments for word in segment.words]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if not fitted.belongs:
        say(f"{number} words, {rate:.0%} wrong: {fitted.share:.0%} matched, refused; {cpu:.2f} s")
        return
    errors = [abs(word.start_ms - true.start_ms) for word, true in zip(line, truth, strict=True)]
    say(
        f"{number} words, {rate:.0%} wrong: {fitted.share:.0%} matched, {fitted.guessed} of {len(texts)} passages a guess;"
        f" {told(errors)}; {cpu:.2f} s, peak {peak} MB"
    )


def misheard(truth: list[Word], rate: float, dice: random.Random, others: list[str]) -> Any:
    for word in truth:
        chance = dice.random()
        if chance < rate * 0.6:
            yield Word(word.start_ms, word.end_ms, dice.choice(others), 0.5)
        elif rate * 0.8 <= chance < rate:
            middle = (word.start_ms + word.end_ms) // 2
            yield Word(word.start_ms, middle, word.text, 0.5)
            yield Word(middle, word.end_ms, dice.choice(others), 0.5)
        elif chance >= rate:
            yield word


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="base")
    parser.add_argument("--words", type=int, default=30_000)
    options = parser.parse_args()
    for rate in RATES:
        three_hours(options.words, rate)
    demo(options.model)


if __name__ == "__main__":
    main()
