"""U32 in full: two hundred hostile files among ten good ones, and how long the good ones wait.

    python -m pytest -s tests/abuse/flood.py

Part of `make bench` and not of the suite, which brings in fewer (`test_bringing_in`): this takes minutes. A worker for each queue, as in
production. First ten good recordings come one after another, each when the one before has its text; then ten others,
each behind twenty hostile files that were just let in.
"""

import random
import sys
from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from oralhistory.interviews.models import State
from oralhistory.jobs.models import Job
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Transcript
from tests import world as worlds
from tests.abuse.test_bringing_in import bring, wait_for
from tests.recordings import hostile, sounds

HOSTILE, GOOD = 200, 10
QUEUES = (["io"], ["cpu"], ["asr"], ["link", "safety"])


def hostile_files(folder):
    """(case, bytes) of two hundred files, no two alike, in an order of chance."""
    tone = sounds.write(folder / "tone.wav", sounds.tone(2000, 1, 16_000), 16_000)
    made = {
        kind: sounds.convert(tone, folder / f"a.{kind}", "-t", "0.3").read_bytes() for kind in hostile.KINDS
    }
    moved = sounds.convert(tone, folder / "a.mov", "-c:a", "pcm_s16le")
    chance = random.Random(32)
    texts = [text.format(place=folder, port=9).encode() for text in hostile.LISTS.values()]
    files = [("U01–U04, U08 lists", text) for text in texts]
    files += [("U05 subtitles", hostile.subtitled(made["avi"], texts[0]))]
    files += [("U06 another file", hostile.elsewhere(moved.read_bytes(), str(moved)))]
    files += [("U07, U13 no recording", data) for data in hostile.NOT_SOUND.values()]
    files += [("U09, U10 headers", data) for data in hostile.IMPOSSIBLE.values()]
    files += [("U10 a claim", hostile.wav(claimed=0xFFFFFFF0))]
    files += [("U12 silence", sounds.write(folder / "s.flac", np.zeros(16_000 * 1200), 16_000).read_bytes())]
    files += [("U13 half a file", data[: len(data) // 2]) for data in made.values()]
    files += [("U14 chance", magic + chance.randbytes(200_000)) for magic in hostile.MAGIC.values()]
    for turn in range(HOSTILE - len(files)):
        good = made[hostile.KINDS[turn % len(hostile.KINDS)]]
        files.append(("U14 flipped bits", hostile.mutant(good, random.Random(turn))))
    chance.shuffle(files)
    return files


def good_one(world, folder):
    interview = worlds.draft(world)
    bring(interview, worlds.sound(folder), world)
    return interview


def has_text(interview):
    interview.refresh_from_db()
    return interview.state == State.TRANSCRIBED


def waited(interviews):
    """Seconds from a recording's first job to the end of its last one, for each; the last is the 95th of a hundred."""
    found = []
    for interview in interviews:
        recording = Recording.objects.of(interview).get()
        transcript = Transcript.objects.get(recording=recording)
        begun = Job.objects.get(kind="ingest", subject=recording.subject).created_at
        ended = Job.objects.get(kind="find mentions", subject=f"transcript:{transcript.pk}").finished_at
        found.append((ended - begun) / timedelta(seconds=1))
    return sorted(found)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_hostile_files_do_no_harm_to_ten_good_ones(environment, start_worker, tmp_path):
    world, folder = worlds.build(), tmp_path / "files"
    folder.mkdir()
    for queues in QUEUES:
        start_worker(queues=queues)
    idle = []
    for _ in range(GOOD):
        idle.append(good_one(world, folder))
        wait_for(lambda: has_text(idle[-1]))
    bin_, good, at_the_door, taken = worlds.draft(world), [], Counter(), {}
    for number, (case, data) in enumerate(hostile_files(folder), 1):
        path = folder / f"{number}.wav"
        path.write_bytes(data)
        came = bring(bin_, path, world)
        if isinstance(came, str):
            assert came.endswith(".")
            at_the_door[case] += 1
        else:
            taken[came.pk] = case
        if number % (HOSTILE // GOOD) == 0:
            good.append(good_one(world, folder))
    wait_for(lambda: not Job.objects.open().exists(), patience=1800)

    read, refused = Counter(), Counter()
    for recording in Recording.objects.of(bin_):
        is_read = recording.state == Recording.State.READY
        assert is_read or recording.refusal
        (read if is_read else refused)[taken[recording.pk]] += 1
    tell(at_the_door, refused, read, waited(idle), waited(good))
    assert sum(map(Counter.total, (at_the_door, refused, read))) == HOSTILE
    assert all(has_text(interview) for interview in good)
    assert not Job.objects.exclude(state=Job.State.DONE).exclude(reason__gt="").exists()
    assert not Job.objects.filter(lease_token__isnull=False).exists()


def tell(at_the_door, refused, read, idle, flooded):
    rows = [
        (case, at_the_door[case], refused[case], read[case])
        for case in sorted({*at_the_door, *refused, *read})
    ]
    totals = ("all", at_the_door.total(), refused.total(), read.total())
    lines = [f"{case:24}{door:>12}{later:>12}{taken:>8}" for case, door, later, taken in (*rows, totals)]
    lines.insert(0, f"\n{'case':24}{'at the door':>12}{'by decoder':>12}{'read':>8}")
    for name, seconds in (("alone", idle), ("in the flood", flooded)):
        lines.append(
            f"good ones {name}: median {seconds[len(seconds) // 2]:.1f} s, longest {seconds[-1]:.1f} s"
        )
    lines.append(f"longest ÷ longest: {flooded[-1] / idle[-1]:.1f}")
    sys.stdout.write("\n".join(lines) + "\n")
