"""`manage.py watch_folder`: a recorder that is plugged in."""

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from oralhistory.intake import watching
from oralhistory.interviews.models import Interview, State
from oralhistory.jobs.models import Job
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.settings import PROJECT

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2024, 5, 17, 18, 0, tzinfo=UTC).timestamp()
BY = "interviewer@example.org"


@pytest.fixture
def world(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return worlds.build()


@pytest.fixture
def card(tmp_path):
    """A recorder's card with one recording on it."""
    folder = tmp_path / "card"
    (folder / "FOLDER01").mkdir(parents=True)
    record(folder, "FOLDER01/ZOOM0001.WAV")
    return folder


def record(card, name, at=LONG_AGO):
    path = worlds.sound(card).rename(card / name)
    os.utime(path, (at, at))
    return path


def look(card, *options, by=BY):
    out, err = io.StringIO(), io.StringIO()
    goal = () if "--interview" in options else ("--new-interviews", "Recorders")
    call_command("watch_folder", str(card), "--by", by, "--once", *goal, *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_recording_becomes_a_draft_of_its_day_and_the_card_stays_as_it_is(world, card):
    before = {
        path: (path.stat().st_mtime_ns, path.stat().st_size) for path in card.rglob("*") if path.is_file()
    }

    said, _err = look(card)

    interview = Interview.objects.get()
    assert f"taken, {interview.public_id}" in said
    assert (interview.title, interview.created_by) == ("2024-05-17", world.interviewer)
    assert str(interview.sessions.get().held_on) == "2024-05-17"
    assert Recording.objects.get().original_name == "ZOOM0001.WAV"
    assert Job.objects.filter(kind="ingest").count() == 1
    assert before == {
        path: (path.stat().st_mtime_ns, path.stat().st_size) for path in card.rglob("*") if path.is_file()
    }


def test_what_was_taken_is_known_by_its_bytes(world, card, settings):
    look(card)
    shutil.rmtree(settings.DATA_DIR / "watched")
    shutil.copy2(card / "FOLDER01/ZOOM0001.WAV", card / "copy.wav")

    said, err = look(card)

    assert said == ""
    assert err.count("is there already") == 2
    assert Recording.objects.count() == 1


def test_files_of_a_day_share_a_draft_and_another_day_has_its_own(world, card):
    record(card, "2.wav")
    record(card, "3.wav", LONG_AGO + 3 * 86_400)

    look(card)

    assert sorted(Interview.objects.values_list("title", flat=True)) == ["2024-05-17", "2024-05-20"]
    assert Recording.objects.of(Interview.objects.get(title="2024-05-17")).count() == 2


def test_a_day_whose_draft_has_gone_on_gets_another(world, card):
    look(card)
    Interview.objects.update(state=State.IN_REVIEW)
    record(card, "2.wav")

    look(card)

    assert sorted(Interview.objects.values_list("title", flat=True)) == ["2024-05-17", "2024-05-17 (2)"]


def test_everything_goes_into_the_interview_that_is_named(world, card):
    interview = worlds.draft(world)

    look(card, "--interview", interview.public_id)

    assert Recording.objects.of(interview).count() == 1


@pytest.mark.parametrize("state", ["in_review", "withdrawn"])
def test_an_interview_that_takes_nothing_is_refused_at_once(world, card, state):
    interview = worlds.draft(world)
    Interview.objects.update(state=state)

    with pytest.raises(CommandError, match="no interview that takes recordings"):
        look(card, "--interview", interview.public_id)
    with pytest.raises(CommandError, match="no interview that takes recordings"):
        look(card, "--interview", interview.public_id, by="other-interviewer@example.org")


def test_what_is_no_recording_is_said_once_and_begins_nothing(world, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "notes.txt").write_text("shopping")
    os.utime(folder / "notes.txt", (LONG_AGO, LONG_AGO))

    assert "notes.txt: not taken." in look(folder)[1]
    assert look(folder) == ("", "")
    assert not Interview.objects.exists()


def test_a_file_that_grows_waits_and_links_and_hidden_files_are_no_files(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    card = tmp_path / "card"
    card.mkdir()
    (card / ".hidden.wav").write_text("x")
    (card / "link.wav").symlink_to("/etc/hostname")
    growing = card / "a.wav"
    growing.write_text("one")
    watch = watching.Watch(card, quiet_seconds=10)

    assert watch.complete(now=0) == []
    growing.write_text("one two")
    assert watch.complete(now=11) == []
    assert watch.complete(now=20) == []
    assert watch.complete(now=21) == [growing]
    watch.remember(growing)
    assert watch.complete(now=40) == []
    assert watching.Watch(card, quiet_seconds=0).done == watch.done


def test_a_card_that_is_pulled_out_and_comes_back_is_read_on(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    card = tmp_path / "card"
    card.mkdir()
    (card / "a.wav").write_text("one")
    watch = watching.Watch(card, quiet_seconds=1)
    watch.complete(now=0)

    card.rename(tmp_path / "away")
    assert watch.complete(now=5) == []
    (tmp_path / "away").rename(card)

    assert watch.complete(now=6) == []
    assert watch.complete(now=8) == [card / "a.wav"]


def test_it_ends_cleanly_when_it_is_told_to(environment, world, card):
    process = subprocess.Popen(
        [
            sys.executable, "manage.py", "watch_folder", str(card), "--by", BY, "--new-interviews", "Recorders",
            "--quiet-seconds", "0.2", "--every", "0.1",
        ],
        env=environment | {"PYTHONUNBUFFERED": "1"}, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert "ZOOM0001.WAV: taken" in process.stdout.readline()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0
    assert err.rstrip().endswith("Ended.")
    assert time.monotonic() - began < 15
    assert Recording.objects.count() == 1
