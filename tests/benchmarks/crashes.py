"""The crash matrix at full size: whatever is killed, frozen, lost or doubled, the transcript is the same.

    python -m tests.benchmarks.crashes [--kills 30] [--seed 1979] [--speech MINUTES]

Real workers on PostgreSQL and Valkey. A recording is transcribed once without disturbance, then once for each case,
with nothing kept from the time before. The fake engine hears an hour of sound that is made, at 0.4 s for each window; with
--speech, Whisper base hears so many minutes of the demo's recording, repeated. Leases last a second (ten
with --speech), and what is due is looked for every second: more happens in a minute than in production in an hour.

    hurt          processes that were killed or frozen
    begun again   chunks, where they had been left: no more than were in hand when their processes were hurt
    batches       of two windows, that were decoded and kept (by the logs: a kill may come between row and line)
    twice         of those, decoded again although they had been kept: must be 0
    transcript    SHA-256 of its text, times, languages and words

Moments are drawn from the seed, within a second of sound being heard. A chunk that was started twice without a step
forward is not killed again: the third start in vain ends it, on purpose, and a person decides.
Exits 1 if a transcript differs, work is not done, or anything is decoded twice beyond what was in hand. With thirty kills
and the fake engine it takes some ten minutes on two idle cores.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import stage
from tests.benchmarks.stage import say

SPREAD = 1.0  # seconds after sound was found to be heard within which a moment is drawn
FAKE = "fake@0.4"  # seconds for each window
MINUTES = 60

if __name__ == "__main__":
    SPEECH = "--speech" in sys.argv
    LEASE = 10 if SPEECH else 1  # seconds; what decodes leaves little time to say that it lives
    ENGINE = {"ASR_ENGINE": "faster-whisper", "ASR_MODEL": "base"} if SPEECH else {"ASR_MODEL": FAKE}
    THREADS = {"ASR_THREADS": "1", "OMP_NUM_THREADS": "1", "VOICES": "off"}
    STAGE = stage.set_up(LEASE_SECONDS=str(LEASE), ASR_BATCH_WINDOWS="2", **ENGINE, **THREADS)

import redis  # noqa: E402

from oralhistory.jobs.models import Job  # noqa: E402
from oralhistory.recordings.models import Recording  # noqa: E402
from oralhistory.transcripts.models import Chunk, Transcript, TranscriptionJob  # noqa: E402
from tests import drills  # noqa: E402
from tests.benchmarks import looped  # noqa: E402
from tests.servers.process import Server  # noqa: E402
from tests.transcripts import sounds  # noqa: E402


@dataclass
class Scene:
    """The workers of one case, and what has been done to them."""

    kills: int
    chance: random.Random
    others: Server
    ears: list[Server]
    logs: list[Path] = field(default_factory=list)
    struck: dict[Path, int] = field(default_factory=dict)  # by log: the chunks that it had begun then
    hurt: int = 0

    def moment(self) -> int:
        """Wait for one, in the middle of a chunk that may be killed; which ear has it. Raises Over when all is done."""
        self._in_the_middle()
        time.sleep(self.chance.random() * SPREAD)
        return self.chance.choice(self._in_the_middle())

    def _in_the_middle(self) -> list[int]:
        drills.until(lambda: (drills.may_be_killed() and self._hear()) or drills.all_done(), seconds=600)
        if drills.all_done():
            raise Over
        return self._hear()

    def _hear(self) -> list[int]:
        """Not who was killed and has begun nothing since: that takes a while to be noticed."""
        return [at for at, ear in enumerate(self.ears) if drills.starts(ear) > self.struck.get(ear.log, 0)]

    def strike(self) -> Server:
        """Who is to be killed now."""
        struck = self.ears[self.moment()]
        self.struck[struck.log] = drills.starts(struck)
        self.hurt += 1
        return struck

    def ear(self) -> Server:
        ear = STAGE.worker("asr")
        self.logs.append(ear.log)
        return ear


class Over(Exception):
    """The transcript was there before all kills were done."""


def nothing(scene: Scene) -> None:
    pass


def kill_processes(scene: Scene) -> None:
    """What does the work is killed, as by the kernel when memory runs out; its worker makes itself another."""
    for _ in range(scene.kills):
        drills.kill_pool(scene.strike())


def kill_workers(scene: Scene) -> None:
    """A power cut, one worker after the other; another is started in its place."""
    for _ in range(max(2, scene.kills // 3)):
        struck = scene.strike()
        struck.kill()
        scene.ears[scene.ears.index(struck)] = scene.ear()


def kill_everything(scene: Scene) -> None:
    """Both at once, and the broker loses what it held."""
    for _ in range(max(1, scene.kills // 10)):
        scene.moment()
        for ear in scene.ears:
            ear.kill()
        empty_the_broker()
        scene.ears = [scene.ear(), scene.ear()]
        scene.hurt += 2


def lose_messages(scene: Scene) -> None:
    for _ in range(max(1, scene.kills // 6)):
        scene.moment()
        empty_the_broker()


def double_messages(scene: Scene) -> None:
    """Each of the open chunks' messages ten times, at the beginning and again in the middle."""
    for _ in range(2):
        scene.moment()
        drills.send_many(STAGE.environment["BROKER_URL"], Job.objects.open().filter(kind="hear"), 10)


def share_a_lease(scene: Scene) -> None:
    scene.moment()
    drills.two_with_one_lease(*scene.ears, lease_seconds=LEASE)
    scene.hurt += 2


def all_together(scene: Scene) -> None:
    for step in (
        double_messages,
        share_a_lease,
        kill_processes,
        lose_messages,
        kill_workers,
        kill_everything,
    ):
        step(scene)


CASES: dict[str, Callable[[Scene], None]] = {
    "undisturbed": nothing,
    "kill -9 of processes": kill_processes,
    "kill -9 of whole workers": kill_workers,
    "kill -9 of all, broker emptied": kill_everything,
    "broker emptied": lose_messages,
    "messages ten times": double_messages,
    "two with one lease": share_a_lease,
    "all of this": all_together,
}


def empty_the_broker() -> None:
    with redis.Redis.from_url(STAGE.environment["BROKER_URL"]) as broker:
        broker.flushall()


def play(recording: Recording, case: Callable[[Scene], None], scene: Scene) -> tuple[TranscriptionJob, float]:
    """Transcribe it, with whatever the case does meanwhile. The seconds that it took."""
    Chunk.objects.update(cache_key="")  # what was heard the time before would not be heard again
    asked = drills.ask(recording)
    begun = time.monotonic()
    try:
        case(scene)
    except Over:
        say(f"(it was over after {scene.hurt} kills: take a longer recording)")
    drills.until(drills.all_done, seconds=3600)
    return asked, time.monotonic() - begun


def row(name: str, asked: TranscriptionJob, scene: Scene, seconds: float) -> tuple[str, str, bool]:
    """A line of the table, the digest, and whether nothing was done twice and nothing was left."""
    ours = {str(pk) for pk in asked.chunks.values_list("pk", flat=True)}
    begun, stored = (
        [times for key, times in drills.lines(scene.logs, what).items() if key[0] in ours]
        for what in (drills.BEGUN, drills.HEARD)
    )
    again, twice = sum(begun) - len(ours), sum(stored) - len(stored)
    left = Job.objects.filter(chunk__transcription=asked).exclude(state=Job.State.DONE).count()
    found = Transcript.objects.filter(transcription=asked).first()
    digest = drills.digest_of(found) if found else "none"
    cells = [name, scene.hurt, len(ours), again, len(stored), twice, left, digest[:16], f"{seconds:.0f}"]
    return (
        f"| {' | '.join(map(str, cells))} |",
        digest,
        found is not None and not twice and again <= scene.hurt,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1979)
    parser.add_argument("--speech", type=float, metavar="MINUTES", help="real speech and Whisper base")
    parser.add_argument("--cases", help="their numbers, 1,2,…; all by default")
    asked = parser.parse_args()
    clips = looped.clips(None) if SPEECH else [sounds.write(STAGE.folder / "tone.flac", sounds.tone(600))]
    path = looped.write(STAGE.folder / "recording.flac", clips, minutes=asked.speech or MINUTES)
    recording = drills.read(path)
    names = list(CASES)
    chosen = [names[int(number) - 1] for number in asked.cases.split(",")] if asked.cases else names[1:]
    scene = Scene(
        asked.kills,
        random.Random(asked.seed),
        STAGE.worker("cpu", "link", "safety", beat=True),
        [],
    )
    scene.ears = [scene.ear(), scene.ear()]
    say(f"{path.name}: {recording.duration_ms / 60_000:.0f} min, seed {asked.seed}\n")
    say("| case | hurt | chunks | begun again | batches | twice | not done | transcript | s |")
    say("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    expected, failed = "", False
    try:
        for name in [names[0], *chosen]:
            scene.hurt = 0
            job, seconds = play(recording, CASES[name], scene)
            line, digest, well = row(name, job, scene, seconds)
            say(line)
            expected = expected or digest
            failed |= digest != expected or not well
    finally:
        for server in (scene.others, *scene.ears):
            server.kill()
    sys.exit(failed)


if __name__ == "__main__":
    main()
