"""What database and broker cost, beside decoding.

    python -m tests.benchmarks.overhead [--minutes 20] [--pairs 3]

1. Two workers of one thread each beside two processes that run the engine alone (`bare_chunks`), one thread each, on the same
chunks of the demo's recording, repeated: Whisper base in int8, models loaded, turn by turn, the first turn not counted.
Time of the clock, and of processors: that of all processes of either side, servers included.

2. One worker and the fake engine, which sleeps for 0.2 s where another would decode: what all processes spend of
processors for a chunk (worker, its child, the database, the broker), without what the fake engine spends alone on the same
chunks; and the time of the clock without the sleeps. On PostgreSQL with Valkey, and on SQLite with a folder as broker (the
demo). Both held against the processor time that decoding a chunk takes in 1.

Other work on the machine makes the times of the clock worthless, and those of processors a little larger.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks import kernel, stage
from tests.benchmarks.stage import say

PACE = 0.2  # seconds for each window
ONE_THREAD = {"ASR_THREADS": "1", "OMP_NUM_THREADS": "1", "VOICES": "off"}
MODULE = "tests.benchmarks.overhead"

if __name__ == "__main__":
    SQLITE = "--sqlite" in sys.argv
    STAGE = stage.set_up(sqlite=SQLITE, **ONE_THREAD)

from django.db.models import Min  # noqa: E402

from oralhistory.jobs.models import Job  # noqa: E402
from oralhistory.recordings.models import Recording  # noqa: E402
from oralhistory.transcripts import listening, planning, sound  # noqa: E402
from oralhistory.transcripts.engines import registry  # noqa: E402
from oralhistory.transcripts.engines.base import Spec  # noqa: E402
from oralhistory.transcripts.models import Chunk, TranscriptionJob  # noqa: E402
from tests import drills  # noqa: E402
from tests import world as worlds  # noqa: E402
from tests.benchmarks import looped  # noqa: E402
from tests.servers.process import Server  # noqa: E402
from tests.transcripts import sounds  # noqa: E402


@dataclass(frozen=True)
class Spent:
    clock: float  # seconds
    processor: float  # seconds


def measured(work: Callable[[], None]) -> Spent:
    """What it takes of the clock, and of processors in all that this process has started."""
    clock, processor = time.monotonic(), kernel.processor(os.getpid())
    work()
    return Spent(time.monotonic() - clock, kernel.processor(os.getpid()) - processor)


def ears(count: int, **environment: str) -> list[Server]:
    return [STAGE.worker("asr", **environment) for _ in range(count)]


def by_workers(recording: Recording, **options: str) -> tuple[TranscriptionJob, Spent]:
    """From when the first message is sent to when the last chunk is done. What is planned is planned in this process."""
    Chunk.objects.update(cache_key="")  # what was heard the time before would not be heard again
    processor = kernel.processor(os.getpid())
    asked = drills.ask(recording, **options)
    chunks = Job.objects.filter(chunk__transcription=asked)
    sent = chunks.aggregate(first=Min("sent_at"))["first"]
    drills.until(lambda: not chunks.open().exists(), seconds=3600, every=0.25)
    ended = max(chunks.values_list("finished_at", flat=True))
    return asked, Spent((ended - sent).total_seconds(), kernel.processor(os.getpid()) - processor)


class Bare:
    """Two processes that have loaded the engine, and wait to be told."""

    def __init__(self, hearing: Path, spec: dict[str, object]) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.bare_chunks", str(hearing), json.dumps(spec)]
        self.processes = [
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=stage.PROJECT
            )
            for _ in range(2)
        ]
        self._answers()

    def hear(self) -> None:
        with tempfile.TemporaryDirectory() as claims:
            for process in self.processes:
                print(claims, file=process.stdin, flush=True)
            self._answers()

    def _answers(self) -> None:
        for process in self.processes:
            if not (process.stdout and process.stdout.readline()):
                raise SystemExit("A process with the bare engine ended.")

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def hearing_of(recording: Recording) -> Path:
    """Where its 16 kHz copy lies: the stage's storages are folders."""
    file = recording.renditions.get().hearing
    return (
        STAGE.folder / "masters" / file.key
        if file.storage == "masters"
        else STAGE.folder / "access" / file.key
    )


def pairs(recording: Recording, count: int) -> float:
    """Both sides in turn; returns the seconds of processor that decoding a chunk takes."""
    servers = ears(2, ASR_ENGINE="faster-whisper", ASR_MODEL="base", HEARING_SECONDS="5")
    hears = "this worker can hear"
    drills.until(lambda: all(hears in server.log.read_text() for server in servers))
    options = {"engine": "faster-whisper", "model": "base"}
    asked, _ = by_workers(recording, **options)  # their models are loaded now
    chunks, bare = asked.chunks.count(), Bare(hearing_of(recording), asked.spec)
    minutes = recording.duration_ms / 60_000
    say(f"1. {minutes:.0f} min of speech in {chunks} chunks, {os.cpu_count()} cores\n")
    say(
        "| turn | two workers: s | CPU s | two bare: s | CPU s | throughput, workers to bare | CPU, workers to bare |"
    )
    say("| --- | --- | --- | --- | --- | --- | --- |")
    ours: list[Spent] = []
    theirs: list[Spent] = []
    for turn in range(count):
        for side in ("ours", "theirs") if turn % 2 else ("theirs", "ours"):
            if side == "ours":
                ours.append(by_workers(recording, **options)[1])
            else:
                theirs.append(measured(bare.hear))
        say(line(str(turn + 1), ours[-1], theirs[-1]))
    say(line("median", middle(ours), middle(theirs)))
    bare.close()
    for server in servers:
        server.kill()
    return middle(theirs).processor / chunks


def middle(turns: list[Spent]) -> Spent:
    return Spent(
        *(
            statistics.median(values)
            for values in zip(*((each.clock, each.processor) for each in turns), strict=True)
        )
    )


def line(name: str, ours: Spent, theirs: Spent) -> str:
    cells = [f"{value:.1f}" for each in (ours, theirs) for value in (each.clock, each.processor)]
    ratios = [f"{theirs.clock / ours.clock:.3f}", f"{ours.processor / theirs.processor:.3f}"]
    return f"| {' | '.join([name, *cells, *ratios])} |"


def beside(decoding: float, world: worlds.World) -> None:
    """A line of the second table: what all but the engine costs, for a chunk."""
    sound_ = sounds.write(STAGE.folder / "tone.flac", sounds.tone(600))
    recording = drills.read(looped.write(STAGE.folder / "hour.flac", [sound_], minutes=60), world)
    (server,) = ears(1)
    by_workers(recording, engine="fake", model="fake@0.01")  # its modules are loaded now
    asked, spent = by_workers(recording, engine="fake", model=f"fake@{PACE}")
    server.kill()
    chunks, windows = asked.chunks.count(), planning.plan(hearing_of(recording), "loudness-1").windows
    alone = fake_alone(recording, replace(Spec.from_dict(asked.spec), model="fake"))
    clock = (spent.clock - PACE * len(windows) - alone) / chunks
    processor = (spent.processor - alone) / chunks
    name = "SQLite, folder" if SQLITE else "PostgreSQL, Valkey"
    shares = [f"{processor / decoding:.2%}", f"{clock / decoding:.2%}"] if decoding else ["", ""]
    say(f"| {name} | {chunks} | {1000 * processor:.0f} | {shares[0]} | {1000 * clock:.0f} | {shares[1]} |")


def fake_alone(recording: Recording, spec: Spec) -> float:
    """Seconds of processor that the fake engine spends on the same chunks, in this process."""
    engine = registry.get("fake")
    engine.load(spec)
    hearing = hearing_of(recording)
    chunks = planning.plan(hearing, spec.planner).chunks
    begun = time.process_time()
    for chunk in chunks:
        listening.listen(engine, spec, sound.reader(hearing), chunk.windows, on_batch=lambda heard: None)
    return time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--sqlite", type=float, metavar="SECONDS", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if SQLITE:
        beside(asked.sqlite, worlds.build())
        return
    speech = looped.write(STAGE.folder / "speech.flac", looped.clips(None), minutes=asked.minutes)
    world = worlds.build()
    decoding = pairs(drills.read(speech, world), asked.pairs)
    say(f"\n2. Beside {decoding:.1f} s of processor that decoding a chunk takes, a chunk costs\n")
    say("| | chunks | CPU ms | of decoding | clock ms | of decoding |")
    say("| --- | --- | --- | --- | --- | --- |")
    beside(decoding, world)
    subprocess.run([sys.executable, "-m", MODULE, "--sqlite", str(decoding)], check=True, cwd=stage.PROJECT)


if __name__ == "__main__":
    main()
