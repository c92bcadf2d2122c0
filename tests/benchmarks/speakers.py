"""Words with the right speaker, and what telling voices apart costs.

    python -m tests.benchmarks.speakers [FOLDER] [--model base]

Without a folder: the demo recording alone, with its two speakers. FOLDER may also hold recordings with an .rttm
beside each, and `manifest.csv` (columns file, seconds, language): what it names without a .turns.json is taken
for one voice, and must come out as one.

A word is right when the segment it stands in has the voice of whoever has the turn in the middle of the word;
which letter is whom is what a person says, so the better of the two ways counts. Words between two turns do not
count. Beside it: what "always the one who speaks most" would score, and the mean over the speakers (balanced). Copies
of a recording are degraded: GSM at 8 kHz between 300 and 3,400 Hz, and pink noise 10 dB below the speech; and one has
a microphone for each speaker, with the other one 12 dB below. Words are those of the clean recording throughout.

Set OPENBLAS_NUM_THREADS=1 on a machine that does other work.
"""

import argparse
import csv
import io
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
import soundfile

from oralhistory.recordings import decoding, microphones
from oralhistory.transcripts import joining, sound, whole
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Spec
from oralhistory.transcripts.sound import SAMPLE_RATE, Audio
from oralhistory.transcripts.voices import clustering, hearing, turns
from oralhistory.transcripts.voices.turns import Turn

DEMO = Path(__file__).parents[2] / "oralhistory" / "pipeline" / "demo" / "testimonio-demo.opus"
LEAST = 20  # seconds of a clip of one voice: shorter ones have too few windows to say anything


@dataclass(frozen=True)
class Recording:
    file: Path
    reference: list[Turn]  # the voice is the speaker's name


def told(audio: Audio) -> tuple[list[Turn], float, float]:
    """Turns, the likeness of the two sides, and the processor time it took."""
    begun = time.process_time()

    def read(start: int, end: int) -> Audio:
        return audio[start:end]

    parts = [hearing.part(read, index, len(audio)) for index in range(hearing.parts_in(len(audio)))]
    heard = hearing.whole(parts)
    labels = clustering.told_apart(heard.prints)
    found = turns.of_windows(heard.starts, labels, heard.voiced, len(audio))
    cpu = time.process_time() - begun
    chain = clustering.two(heard.prints)
    return found, chain.likeness if chain else 1.0, cpu


def telephone(audio: Audio) -> Audio:
    spectrum = np.fft.rfft(audio[: len(audio) // 4 * 4])
    hertz = np.fft.rfftfreq(len(audio) // 4 * 4, 1 / SAMPLE_RATE)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    narrow = np.fft.irfft(spectrum[: len(audio) // 4 + 1]) / 2
    file = io.BytesIO()
    soundfile.write(file, narrow, 8000, format="WAV", subtype="GSM610")
    file.seek(0)
    coded = soundfile.read(file, dtype="float32")[0]
    coded = coded[: len(coded) // 2 * 2]
    wide = np.zeros(len(coded) + 1, np.complex128)
    wide[: len(coded) // 2 + 1] = np.fft.rfft(coded)
    return (2 * np.fft.irfft(wide)).astype(np.float32)


def noisy(audio: Audio, decibels: float = 10) -> Audio:
    spectrum = np.fft.rfft(np.random.default_rng(0).normal(size=len(audio)))
    hertz = np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE)
    hertz[0] = hertz[1]
    noise = np.fft.irfft(spectrum / np.sqrt(hertz), len(audio))
    level = np.sqrt(np.mean(audio**2) / np.mean(noise**2)) * 10 ** (-decibels / 20)
    return (audio + noise * level).astype(np.float32)


def two_microphones(audio: Audio, reference: list[Turn]) -> tuple[list[Turn], float, float]:
    """As a recorder with a microphone for each speaker would have it, through the program's own measuring."""
    mine = np.ones(len(audio), np.float32)
    first = reference[0].voice
    for turn in reference:
        if turn.voice != first:
            mine[turn.start_ms * 16 : turn.end_ms * 16] = 10 ** (-12 / 20)
    other = np.where(mine < 1, 1, 10 ** (-12 / 20)).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "apart.flac"
        soundfile.write(path, np.stack([audio * mine, audio * other], axis=1), SAMPLE_RATE)
        begun = time.process_time()
        runs = microphones.louder(path)
    found = turns.of_microphones(runs, sound.milliseconds(len(audio)))
    return found, math.nan, time.process_time() - begun


def scores(words: list[tuple[int, str]], reference: list[Turn]) -> tuple[int, float, float, float]:
    """Words that count, the share that is right, that of each speaker's own averaged, and the baseline's share."""
    said = [(voice, who) for ms, voice in words if (who := turns.voice_at(reference, ms))]
    speakers = sorted({who for _voice, who in said})
    best = max(
        (dict(zip(order, speakers, strict=False)) for order in permutations(turns.LETTERS)),
        key=lambda named: sum(named.get(voice) == who for voice, who in said),
    )
    own = Counter(who for _voice, who in said)
    right = Counter(who for voice, who in said if best.get(voice) == who)
    balanced = sum(right[who] / own[who] for who in speakers) / len(speakers)
    return len(said), right.total() / len(said), balanced, max(own.values()) / len(said)


def voiced_words(windows: list[joining.HeardWindow], known: list[Turn]) -> list[tuple[int, str]]:
    return [
        ((word.start_ms + word.end_ms) // 2, segment.voice)
        for segment in joining.join(windows, known)
        for word in segment.words
    ]


def demo() -> Recording:
    told_turns = json.loads(DEMO.with_suffix(".json").read_text())["turns"]
    return Recording(DEMO, [Turn(each["start_ms"], each["end_ms"], each["speaker"]) for each in told_turns])


def recordings(folder: Path | None) -> list[Recording]:
    found = [demo()]
    for rttm in sorted(folder.glob("*.rttm")) if folder else []:
        reference = []
        for line in rttm.read_text().splitlines():
            _kind, _file, _channel, start, seconds, *_, speaker, _a, _b = line.split()
            first = round(float(start) * 1000)
            # AZURE3, AZURE3b, AZURE3c: several clips of one voice
            reference.append(Turn(first, first + round(float(seconds) * 1000), speaker[:6]))
        if len({turn.voice for turn in reference}) == 2:
            found.append(Recording(next(rttm.parent.glob(f"{rttm.stem}.mp3")), reference))
    return found


def alone(folder: Path) -> list[Path]:
    """Clips in which one person speaks."""
    with (folder / "manifest.csv").open(newline="") as stream:
        return [
            folder / row["file"]
            for row in csv.DictReader(stream)
            if row["language"] and float(row["seconds"]) > LEAST
            and not (folder / row["file"]).with_suffix(".turns.json").exists()
        ]  # fmt: skip


def audio_of(file: Path) -> Audio:
    with tempfile.TemporaryDirectory() as folder:
        made = decoding.decode(file, Path(folder))
        return sound.reader(made.hearing)(0, made.samples)


def heard_words(file: Path, model: str) -> tuple[list[joining.HeardWindow], float]:
    spec = Spec(engine="faster-whisper", model=model, languages=("es",))
    engine = registry.get(spec.engine)
    engine.load(spec)
    with tempfile.TemporaryDirectory() as folder:
        made = decoding.decode(file, Path(folder))
        begun = time.process_time()
        heard = whole.transcribe(engine, spec, made.hearing, on_progress=lambda done, samples: None)
        return heard.windows, time.process_time() - begun


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def measure(recording: Recording, model: str) -> None:
    audio = audio_of(recording.file)
    windows, whole_cpu = heard_words(recording.file, model)
    copies: dict[str, Callable[[], tuple[list[Turn], float, float]]] = {
        "as it is": lambda: told(audio),
        "telephone (GSM)": lambda: told(telephone(audio)),
        "pink noise, 10 dB": lambda: told(noisy(audio)),
        "two microphones": lambda: two_microphones(audio, recording.reference),
    }
    for name, tell in copies.items():
        known, likeness, cpu = tell()
        words, right, balanced, most = scores(voiced_words(windows, known), recording.reference)
        say(
            f"| {recording.file.stem} | {name} | {words} | {right:.1%} | {balanced:.1%} | {most:.1%} "
            f"| {'—' if math.isnan(likeness) else f'{likeness:.3f}'} | {cpu:.1f} of {whole_cpu:.1f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--model", default="base")
    asked = parser.parse_args()
    say(
        "| recording | copy | words | right speaker | balanced | baseline | likeness | CPU s, of transcribing |"
    )
    say("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for recording in recordings(asked.folder):
        measure(recording, asked.model)
    if asked.folder:
        say(f"\nOne voice each: two would be said below a likeness of {clustering.ALIKE}.\n")
        say("| clip | voices | likeness |\n| --- | --- | --- |")
        for file in alone(asked.folder):
            known, likeness, _cpu = told(audio_of(file))
            say(f"| {file.name} | {len({turn.voice for turn in known})} | {likeness:.3f} |")


if __name__ == "__main__":
    main()
