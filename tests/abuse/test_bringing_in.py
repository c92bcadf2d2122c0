"""Strangers' files as they come in: their names, what nobody may get back, and hostile ones among good ones."""

import contextlib
import os
import re
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from oralhistory.files import sweeping
from oralhistory.intake import uploads
from oralhistory.interviews.models import State
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.pipeline import steps
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Transcript
from tests import world as worlds
from tests.clock import DAY, NOON
from tests.recordings import hostile, sounds

NAMES = [
    "../../x.wav",
    "..%2fx.wav",
    "a\x00.mp3",
    'a"\r\nX-Inj: 1.mp3',
    "x" * 300 + ".wav",
    "-i.wav",
    "$(touch x).wav",
    ";id.wav",
    "\u202egnp.wav",
    "cafe\u0301.wav",
    "café.wav",
    "CON.wav",
    ".htaccess",
    "🎙.wav",
    "",
    "<script>alert(1)</script>.wav",
]
PATIENCE = 120  # seconds


@pytest.fixture
def world():
    return worlds.build()


@pytest.mark.django_db
def test_a_name_is_no_path_no_header_and_no_markup(world, tmp_path):
    """U17."""
    interview = worlds.draft(world)
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "masters")}
    for number, name in enumerate(NAMES):
        sound = tmp_path / "upload"
        sound.write_bytes(hostile.wav(data=number.to_bytes(2, "little") * 100))
        recording = uploads.receive(interview, sound, name=name, by=world.interviewer, at=NOON)
        sound.unlink()
        assert re.fullmatch(r"[0-9a-f/]+(\.[a-z0-9]+)?", recording.master.key)

    client = Client()
    client.force_login(world.interviewer)
    page = client.get(reverse("workroom:interview", args=[interview.public_id]))

    assert Recording.objects.count() == len(NAMES)
    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert" in page.content
    assert "X-Inj" not in page.headers
    assert before == {path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "masters")}
    assert all(
        path.resolve().is_relative_to(tmp_path / "masters") for path in (tmp_path / "masters").rglob("*")
    )


@pytest.mark.django_db
def test_no_address_hands_out_a_master_without_a_reason(world, tmp_path):
    """U16, U31: what hides in one reaches nobody but an archivist who has written down why."""
    interview = worlds.draft(world)
    sound = worlds.sound(tmp_path)
    with sound.open("ab") as end:
        end.write(hostile.EICAR)
    recording = uploads.receive(interview, sound, name="x.wav", by=world.interviewer, at=NOON)
    steps.renditions.make(recording, at=NOON)
    assert hostile.EICAR in (tmp_path / "masters" / recording.master.key).read_bytes()

    asked = 0
    for user in (world.interviewer, world.archivist, None):
        client = Client()
        if user:
            client.force_login(user)
        for address in addresses(interview.public_id, recording.code):
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"EICAR" not in body, address
            asked += answer.status_code == 200
    assert asked > 20


def addresses(public_id, code):
    """Every address of the archive that an interview and a recording of it are enough to write."""
    for name, namespace in names(get_resolver()):
        for values in ({}, {"public_id": public_id}, {"code": code}, {"public_id": public_id, "code": code}):
            try:
                address = reverse(f"{namespace}{name}", kwargs=values)
            except NoReverseMatch:
                continue
            if "logout" not in name:
                yield address


def names(resolver, namespace=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern, inner)
        elif pattern.name:
            yield pattern.name, namespace


def bring(interview, path, world):
    """As over HTTP: kept, and its first job made. None: refused before anything was kept, and the sentence."""
    now = timezone.now()
    try:
        recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=now)
    except uploads.NotTaken as refusal:
        return str(refusal)
    steps.recording_arrived(recording, at=now)
    return recording


def hostile_files(folder):
    texts = [text.format(place=folder, port=9) for text in list(hostile.LISTS.values())[:16]]
    chance = [magic + os.urandom(30_000) for magic in hostile.MAGIC.values()]
    data = [text.encode() for text in texts] + list(hostile.NOT_SOUND.values())[:14]
    data += [*list(hostile.IMPOSSIBLE.values())[:6], *chance]
    for number, content in enumerate(data):
        path = folder / f"{number}.wav"
        path.write_bytes(content)
        yield path


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds in /proc whom to kill")
@pytest.mark.django_db(transaction=True)
def test_hostile_files_and_one_that_kills_the_worker_do_no_harm_to_the_good_ones(
    world, environment, start_worker, tmp_path, settings
):
    """U32 and drill D09, with a real worker."""
    environment["LEASE_SECONDS"] = "3"
    bin_, folder = worlds.draft(world), tmp_path / "files"
    folder.mkdir()
    refusals, good = [], []
    long = sounds.write(folder / "long.flac", np.zeros(16_000 * 900), 16_000)
    poison = bring(bin_, long, world)
    for number, path in enumerate(hostile_files(folder)):
        refusals.append(bring(bin_, path, world))
        if number % 10 == 0:
            good.append(worlds.draft(world))
            bring(good[-1], worlds.sound(folder), world)
    sentences = [refusal for refusal in refusals if isinstance(refusal, str)]
    assert len(refusals) >= 40
    assert len(good) >= 5
    assert len(sentences) >= 30
    assert all(sentence.endswith(".") for sentence in sentences)

    worker = start_worker()
    for _ in range(leases.MAX_STARTS):
        wait_for(lambda: kill_who_decodes(poison.master.key, worker))
        wait_for(lambda: not reading(poison.master.key))  # its decoder dies with it
    wait_for(lambda: not Job.objects.open().exists())

    job = Job.objects.get(subject=poison.subject)
    assert (job.state, job.attempts, job.reason) == (Job.State.DEAD, leases.MAX_STARTS, str(leases.GAVE_UP))
    for interview in good:
        interview.refresh_from_db()
    assert [interview.state for interview in good] == [State.TRANSCRIBED] * len(good)
    assert Transcript.objects.filter(recording__session__interview__in=good).count() == len(good)
    # What a sniffer believes is refused by the decoder in a sentence, or is noise that can be read.
    for recording in Recording.objects.of(bin_).exclude(pk=poison.pk):
        assert recording.state == Recording.State.READY or recording.refusal
    assert worker.process.poll() is None
    # Who is killed leaves a folder behind; nobody else does.
    settings.TEMPORARY_DIR = Path(environment["DATA_DIR"], "tmp")
    assert len(list(settings.TEMPORARY_DIR.iterdir())) <= leases.MAX_STARTS
    sweeping.clear_leftovers(at=timezone.now() + DAY)
    assert not list(settings.TEMPORARY_DIR.iterdir())
    assert not [path for path in (tmp_path / "masters" / "incoming").glob("*") if path.is_file()]


def kill_who_decodes(name, worker):
    """The process of the pool, as the kernel does when memory runs out; the worker makes itself another one."""
    for pid in reading(name):
        while pid and (above := parent(pid)) != worker.process.pid:
            pid = above
        if pid:
            os.kill(pid, signal.SIGKILL)
            return True
    return False


def reading(name):
    """The processes that were told to read a file: the decoder, and its sandbox."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile
            if name.encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


def parent(pid):
    """0 above the first process, and of one that is gone."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def wait_for(condition, patience=PATIENCE):
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError([(job.kind, job.state, job.attempts, job.reason) for job in Job.objects.all()])
