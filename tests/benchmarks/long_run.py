"""Three hours on two workers, of which one is killed every minute: throughput, memory, and the same text.

    python -m tests.benchmarks.long_run [--minutes 180] [--short 10] [--every 60] [--manifest MANIFEST.csv] [--folder FOLDER]

Whisper base in int8, one thread for each worker, leases and beat as in production, PostgreSQL and Valkey. The demo's
recording, or the clips of a manifest (columns as in `word_errors`), are repeated, once to `--short` minutes and once to
`--minutes`. Then, one after the other:

    short          the short one, undisturbed
    undisturbed    the long one, undisturbed
    killed         the long one again, nothing kept of what was heard; a worker is killed (kill -9 of it and of what it
                   started) and another started in its place, every `--every` seconds, in turn

It prints what each took, the most memory that a process of a worker ever had, and the digest of each text. What happens is
written to FOLDER/log as it happens. With --folder, all is kept there (recordings, database, what was heard): whoever is
interrupted starts the same command again, and goes on. For three hours: some half an hour on two idle cores.

Exits 1 if the two long texts differ, anything that was stored was decoded again, a job died, or memory passed its bounds
(1.3 GB, and a tenth more than the short one).
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.benchmarks import kernel, stage
from tests.benchmarks.stage import say

MOST = 1.3e9  # bytes
LOOK = 0.5  # seconds between two looks at the memory of processes
TELL = 60  # seconds between two lines of the log


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=180)
    parser.add_argument("--short", type=float, default=10)
    parser.add_argument("--every", type=float, default=60)
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    ASKED = arguments()
    STAGE = stage.set_up(
        kept=ASKED.folder and ASKED.folder.resolve(), DISPATCH_SECONDS="30",
        ASR_ENGINE="faster-whisper", ASR_MODEL="base", VOICES="off", ASR_THREADS="1", OMP_NUM_THREADS="1",
    )  # fmt: skip

from oralhistory.jobs.models import Job  # noqa: E402
from oralhistory.recordings.models import Recording  # noqa: E402
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob  # noqa: E402
from tests import drills  # noqa: E402
from tests import world as worlds  # noqa: E402
from tests.benchmarks import looped  # noqa: E402
from tests.servers.process import Server  # noqa: E402


@dataclass
class Run:
    """One of the three, as it is kept between two starts of this program."""

    name: str
    transcription: int
    seconds: float = 0  # of the clock, while workers were there
    kills: int = 0
    peak: int = 0  # bytes, of the largest process of a worker
    logs: list[str] = field(default_factory=list)

    def keep(self) -> None:
        path = STAGE.folder / f"{self.name}.json"
        path.with_suffix(".new").write_text(json.dumps(asdict(self)))
        path.with_suffix(".new").replace(path)

    @property
    def asked(self) -> TranscriptionJob:
        return TranscriptionJob.objects.get(pk=self.transcription)

    @property
    def done(self) -> bool:
        """Joined, or a chunk has died."""
        asked = self.asked
        dead = Job.objects.filter(chunk__transcription=asked, state=Job.State.DEAD).exists()
        return asked.state == TranscriptionJob.State.JOINED or dead


def log(text: str) -> None:
    line = f"{time.strftime('%H:%M:%S')} {text}"
    with (STAGE.folder / "log").open("a") as file:
        file.write(f"{line}\n")
    sys.stderr.write(f"{line}\n")


def recordings() -> dict[str, Recording]:
    """The short one and the long one: made once, and read as any other."""
    minutes = {"short": ASKED.short, "long": ASKED.minutes}
    path = STAGE.folder / "recordings.json"
    if path.exists():
        kept = json.loads(path.read_text())
        if kept["minutes"] != minutes:
            raise SystemExit(f"{STAGE.folder} holds runs of {kept['minutes']}: take another folder.")
        return {name: Recording.objects.get(pk=pk) for name, pk in kept["recordings"].items()}
    if Recording.objects.exists():
        raise SystemExit(f"{STAGE.folder} was left before its recordings were made: delete it.")
    world, clips = worlds.build(), looped.clips(ASKED.manifest)
    made = {}
    for name, length in minutes.items():
        log(f"making {length:g} min of sound")
        made[name] = drills.read(looped.write(STAGE.folder / f"{name}.flac", clips, minutes=length), world)
    kept = {"minutes": minutes, "recordings": {name: each.pk for name, each in made.items()}}
    path.write_text(json.dumps(kept))
    return made


def begun(name: str, recording: Recording) -> Run:
    """As it was left, or begun now. What was heard the time before would not be heard again: it is forgotten."""
    path = STAGE.folder / f"{name}.json"
    if path.exists():
        return Run(**json.loads(path.read_text()))
    Chunk.objects.update(cache_key="")
    run = Run(name, drills.ask(recording).pk)
    run.keep()
    log(f"{name}: {run.asked.chunks.count()} chunks")
    return run


@contextmanager
def crew(run: Run) -> Iterator[list[Server]]:
    """Two workers that hear, and one for all else, with beat."""
    others = STAGE.worker("io", "cpu", "link", "safety", beat=True)
    ears = [ear(run), ear(run)]
    try:
        yield ears
    finally:
        for server in (others, *ears):
            server.kill()


def ear(run: Run) -> Server:
    started = STAGE.worker("asr")
    run.logs.append(str(started.log))
    run.keep()
    return started


def play(run: Run, *, every: float = 0) -> None:
    """Until all is done; with `every`, a worker is killed so often, in turn."""
    if run.done:
        return
    with crew(run) as ears:
        last = told = killed = time.monotonic()
        while not run.done:
            time.sleep(LOOK)
            now = time.monotonic()
            run.peak = max(run.peak, *(most_memory(each) for each in ears))
            run.seconds, last = run.seconds + now - last, now
            if every and now - killed >= every:
                at = run.kills % 2
                ears[at].kill()
                log(f"{run.name}: worker {at + 1} killed")
                ears[at], run.kills, killed = ear(run), run.kills + 1, now
            if now - told >= TELL:
                log(f"{run.name}: {progress(run)}")
                told = now
                run.keep()
    run.keep()
    log(f"{run.name}: {progress(run)}")


def most_memory(worker: Server) -> int:
    """Of the worker itself and of each process that it has started."""
    pid = worker.process.pid
    return max(kernel.most_memory(each) for each in (pid, *kernel.started_by(pid)))


def progress(run: Run) -> str:
    chunks = run.asked.chunks.select_related("job")
    done = sum(chunk.job.done_units for chunk in chunks if chunk.job)
    whole = sum(chunk.job.total_units for chunk in chunks if chunk.job)
    return (
        f"{done / max(whole, 1):.1%} in {run.seconds:.0f} s, {run.kills} kills, peak {run.peak / 1e6:.0f} MB"
    )


def row(run: Run, recording: Recording) -> tuple[str, str, bool]:
    """A line of the table, the digest, and whether all was done and nothing of it twice."""
    chunks = {str(pk) for pk in run.asked.chunks.values_list("pk", flat=True)}
    logs = [Path(each) for each in run.logs]
    begun_, stored = (
        [times for key, times in drills.lines(logs, what).items() if key[0] in chunks]
        for what in (drills.BEGUN, drills.HEARD)
    )
    again, twice = sum(begun_) - len(chunks), sum(stored) - len(stored)
    found = Transcript.objects.filter(transcription=run.asked).first()
    digest = drills.digest_of(found) if found else "none"
    pace = recording.duration_ms / 1000 / max(run.seconds, 1)
    minutes = f"{recording.duration_ms / 60_000:.0f}"
    cells = [
        run.name,
        minutes,
        f"{run.seconds:.0f}",
        f"{pace:.1f}",
        run.kills,
        again,
        twice,
        f"{run.peak / 1e6:.0f}",
    ]
    return f"| {' | '.join(map(str, [*cells, digest[:16]]))} |", digest, found is not None and not twice


def main() -> None:
    made = recordings()
    runs, digests, well = [], [], True
    for name, which, every in (
        ("short", "short", 0),
        ("undisturbed", "long", 0),
        ("killed", "long", ASKED.every),
    ):
        runs.append(begun(name, made[which]))
        play(runs[-1], every=every)
    say("| run | min | s | × real time | kills | begun again | twice | peak MB | transcript |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for run in runs:
        line, digest, fine = row(run, made["short" if run.name == "short" else "long"])
        say(line)
        digests.append(digest)
        well &= fine
    short, undisturbed, killed = runs
    memory = max(undisturbed.peak, killed.peak) / max(short.peak, 1)
    say(
        f"\nmemory, long to short: {memory:.3f}; time, killed to undisturbed: {killed.seconds / undisturbed.seconds:.2f}"
    )
    kept_bounds = memory <= 1.1 and max(run.peak for run in runs) <= MOST
    sys.exit(0 if well and kept_bounds and digests[1] == digests[2] else 1)


if __name__ == "__main__":
    main()
