"""The periodic care: copied soon, checked in turn, swept weekly; told once, shown on the desk, put right."""

import json
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oralhistory.editions import cleaning
from oralhistory.editions.models import Edition, PreparedSound
from oralhistory.files import fixity, handling, replicas, sweeping
from oralhistory.files.models import FixityCheck, MediaFile
from oralhistory.jobs.models import Job
from oralhistory.notices.models import Notice
from oralhistory.pipeline import keeping, tasks
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.clock import DAY, MINUTE, NOON
from tests.files.keeping import DATA, flip_a_bit, in_folder, keep, kept, lose, put, read, use

pytestmark = pytest.mark.django_db
HOUR = 60 * MINUTE


@pytest.fixture
def replica(settings, tmp_path):
    use(settings, "replica", in_folder(tmp_path / "replica"))


@pytest.fixture(autouse=True)
def own_temporary_folder(settings, tmp_path):
    settings.TEMPORARY_DIR = tmp_path / "tmp"
    settings.TEMPORARY_DIR.mkdir()


def work_off():
    """Do what is due, as a worker would, until nothing is."""
    while due := list(Job.objects.filter(state=Job.State.DUE, due_at__lte=timezone.now()).order_by("pk")):
        for job in due:
            tasks.work(job_id=job.pk)


def run_for(days, *, pause=HOUR, start=NOON + HOUR):
    """The schedule as beat and a worker live it, with checks that take no time; what was read, when."""
    read_at = []
    for step in range(int(days * DAY / pause)):
        now = start + step * pause
        keeping.plan_checks(at=now)
        due = Job.objects.filter(kind=keeping.CHECK, state=Job.State.DUE, due_at__lte=now)
        for job in due.order_by("due_at", "pk"):
            file = MediaFile.objects.get(code=job.subject.partition(":")[2])
            FixityCheck.objects.create(file=file, at=max(job.due_at, now), intact=True, found=file.sha256)
            Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, finished_at=now)
            read_at.append((now, file))
    return read_at


def archive_of(sizes, *, checked_at=None):
    """Rows alone: the schedule reads nothing else."""
    files = [
        MediaFile.objects.create(
            storage="masters", use="preservation_master", key=f"{number}", sha256="0" * 64, size=size,
            media_type="audio/wav", created_at=NOON - DAY,
        )
        for number, size in enumerate(sizes)
    ]  # fmt: skip
    for file in files if checked_at else ():
        FixityCheck.objects.create(file=file, at=checked_at, intact=True)
    return files


def longest_pause(read_at, files):
    days = {file.pk: [NOON] for file in files}
    for at, file in read_at:
        days[file.pk].append(at)
    end = read_at[-1][0]
    return max(
        later - earlier
        for each in days.values()
        for earlier, later in zip(each, [*each[1:], end], strict=True)
    )


class TestSchedule:
    def test_every_master_has_its_turn_in_time_and_no_day_is_heavier_than_another(self, settings):
        settings.FIXITY_DAYS = 5
        files = archive_of([10 << 20] * 16, checked_at=NOON - DAY)  # all at once, as after an import

        read_at = run_for(9, pause=6 * HOUR)

        assert longest_pause(read_at, files) <= timedelta(days=5)
        per_day = [
            sum(at - NOON < day * DAY <= at - NOON + DAY for at, _file in read_at) for day in range(1, 9)
        ]
        assert max(per_day) - min(per_day) <= 1, per_day
        assert len(read_at) == pytest.approx(9 * 16 / 4, abs=1)

    def test_a_large_file_is_followed_by_a_long_pause(self, settings):
        settings.FIXITY_DAYS = 10
        files = archive_of([700 << 20, 100 << 20], checked_at=NOON)

        read_at = run_for(17, pause=12 * HOUR)

        assert longest_pause(read_at, files) <= timedelta(days=10)
        assert len(read_at) == 4

    def test_after_weeks_without_beat_it_goes_on_at_twice_the_pace_and_without_a_storm(self, settings):
        settings.FIXITY_DAYS = 10
        archive_of([10 << 20] * 16, checked_at=NOON)  # 2 a day

        read_at = run_for(5, pause=6 * HOUR, start=NOON + 60 * DAY)

        per_day = [
            sum(day * DAY <= at - NOON - 60 * DAY < (day + 1) * DAY for at, _ in read_at) for day in range(5)
        ]
        assert per_day == [4, 4, 4, 4, 2], "every file once at the double pace, then the usual one"

    def test_a_new_file_is_read_within_two_days_and_not_at_once(self):
        archive_of([10 << 20] * 30, checked_at=NOON)
        (fresh,) = archive_of([5 << 20])
        MediaFile.objects.filter(pk=fresh.pk).update(created_at=NOON)

        read_at = run_for(3, pause=4 * HOUR)

        (at,) = [at for at, file in read_at if file == fresh]
        assert DAY <= at - NOON <= 2 * DAY

    def test_two_beats_make_no_work_twice(self):
        archive_of([10 << 20] * 30, checked_at=NOON)
        archive_of([10 << 20] * 3)
        later = NOON + 2 * DAY

        keeping.enqueue(at=later)
        once = set(Job.objects.values_list("kind", "subject"))
        keeping.enqueue(at=later + timedelta(seconds=3))
        keeping.enqueue(at=later + 2 * MINUTE)

        assert set(Job.objects.values_list("kind", "subject")) == once
        assert Job.objects.count() == len(once)

    def test_workers_that_stand_still_do_not_wake_to_a_month_of_work(self):
        archive_of([1 << 20] * 100)

        for hour in range(0, 24 * 3, 6):
            keeping.plan_checks(at=NOON + 2 * DAY + hour * HOUR)

        assert Job.objects.filter(kind=keeping.CHECK).count() == keeping.MOST_WAITING

    def test_what_was_just_brought_in_goes_first(self):
        master = keep(at=timezone.now())
        Job.objects.create(
            kind="ingest", subject="recording:x", queue="io", due_at=timezone.now(), created_at=timezone.now()
        )
        job = keeping.check_now(master, at=timezone.now())

        tasks.work(job_id=job.pk)

        job.refresh_from_db()
        assert (job.state, job.attempts, job.reason) == ("due", 0, "")
        assert not FixityCheck.objects.exists()

    def test_a_storage_that_is_away_is_waited_for_and_said_once(self, tmp_path):
        for number in range(3):
            keep(bytes([number]))
        (tmp_path / "masters").rename(tmp_path / "unmounted")
        now = timezone.now()
        keeping.enqueue(at=now)
        work_off()

        archive_of([1] * 5)
        keeping.enqueue(at=now + HOUR)

        jobs = Job.objects.filter(kind=keeping.CHECK)
        assert jobs.count() == 3, "no more of what would only wait"
        assert {job.state for job in jobs} == {"due"}
        assert "masters" in jobs.first().reason
        assert not FixityCheck.objects.exists()


def test_a_master_is_copied_soon_and_swept_weekly(replica):
    master = keep(at=timezone.now())
    now = timezone.now()

    keeping.enqueue(at=now)
    work_off()
    keeping.enqueue(at=now)  # a minute later may be another week

    assert read("replica", master.key) == DATA
    assert {job.state for job in Job.objects.all()} == {"done"}
    assert sorted(Job.objects.filter(kind=keeping.SWEEP).values_list("subject", flat=True)) == [
        "storage:access",
        "storage:masters",
        "storage:replica",
    ]
    keeping.enqueue(at=now + 8 * DAY)
    assert Job.objects.filter(kind=keeping.SWEEP).count() == 6


def test_a_master_that_is_damaged_before_it_is_copied_is_not_tried_again_and_again(replica):
    master = keep(at=timezone.now())
    flip_a_bit(master)
    now = timezone.now()
    keeping.enqueue(at=now)
    work_off()

    keeping.enqueue(at=now + HOUR)

    assert Job.objects.filter(kind=keeping.COPY).count() == 1
    assert fixity.damaged().get().file == master


def test_a_sweep_repairs_what_is_missing_and_tells_of_orphans(replica, tmp_path):
    world = worlds.build()
    master = keep()
    replicas.make(master, at=NOON)
    lose(master)
    put("masters", "ab/cd/orphan", b"x")
    put("replica", "ab/cd/orphan", b"x")
    for name in ("masters", "replica"):
        keeping.sweep_storage(
            Job(subject=f"storage:{name}", queue="io", created_at=NOON),
            clock=lambda: timezone.now() + 3 * DAY,
        )

    assert read("masters", master.key) == DATA
    told = Notice.objects.filter(user=world.sysadmin).values_list("subject", flat=True)
    assert sorted(told) == [master.subject, "storage:masters", "storage:replica"]


class TestWhoIsTold:
    @pytest.fixture
    def world(self):
        return worlds.build()

    def test_archivists_and_sysadmins_hear_of_a_damaged_file_once(self, world):
        master = keep()
        flip_a_bit(master)

        for day in range(3):
            keeping.tell(fixity.look_after(master, at=NOON + day * DAY), at=NOON + day * DAY)

        assert sorted(each.user.pk for each in Notice.objects.all()) == sorted(
            [world.archivist.pk, world.sysadmin.pk]
        )
        assert master.code in Notice.objects.first().text

    def test_a_flipped_bit_in_a_master_is_shown_on_the_desk_and_repaired(
        self, world, replica, tmp_path, settings
    ):
        interview = worlds.uploaded(world, tmp_path)
        master = Recording.objects.of(interview).get().master
        original = read("masters", master.key)
        flip_a_bit(master)
        at_the_desk = Client()
        at_the_desk.force_login(world.archivist)

        with_replica, settings.STORAGES = (
            settings.STORAGES,
            {name: each for name, each in settings.STORAGES.items() if name != "replica"},
        )
        job = keeping.check_now(master, at=timezone.now())
        tasks.work(job_id=job.pk)
        page = at_the_desk.get(reverse("workroom:desk")).content.decode()
        assert master.code in page
        assert 'id="damaged"' in page
        assert interview.title in page
        again = reverse("workroom:check_file", args=[master.code])
        assert again in page

        settings.STORAGES = with_replica
        put("replica", master.key, original)  # brought back from a backup
        Job.objects.update(created_at=NOON, generation=1)
        at_the_desk.post(again)
        work_off()

        page = at_the_desk.get(reverse("workroom:desk")).content.decode()
        assert 'id="damaged"' not in page
        assert read("masters", master.key) == original
        assert fixity.report(at=timezone.now()).repaired_ever == 1

    def test_the_health_page_says_where_the_file_lies_and_not_whose_it_is(self, world, tmp_path):
        interview = worlds.uploaded(world, tmp_path)
        master = Recording.objects.of(interview).get().master
        lose(master)
        fixity.look_after(master, at=timezone.now())
        at_the_desk = Client()
        at_the_desk.force_login(world.sysadmin)

        page = at_the_desk.get(reverse("workroom:health")).content.decode()

        assert master.key in page
        assert interview.public_id not in page
        assert f"{worlds.CANARY}-name" not in page
        assert interview.title not in page

    @pytest.mark.parametrize(
        ("who", "status"), [("interviewer", 403), ("moderator", 403), ("archivist", 302)]
    )
    def test_who_may_have_a_file_checked(self, world, client, who, status):
        client.force_login(getattr(world, who))

        answer = client.post(reverse("workroom:check_file", args=[keep().code]))

        assert answer.status_code == status


def published_sound(tmp_path):
    interview = worlds.published(worlds.build(), tmp_path)
    edition = Edition.objects.get()
    return interview, edition, MediaFile.objects.get(storage="access", key=edition.audio_key)


def test_a_damaged_access_copy_is_made_again_and_one_without_a_source_is_not_served(tmp_path, client):
    interview, edition, file = published_sound(tmp_path)
    address = reverse("reading_room:sound", args=[interview.public_id])
    assert client.get(address).status_code == 200
    good = read("access", file.key)

    flip_a_bit(file)
    assert fixity.look_after(file, at=NOON).intact
    assert b"".join(client.get(address).streaming_content) == good

    storages["masters"].delete(edition.audio_key)
    flip_a_bit(file)
    assert not fixity.look_after(file, at=NOON + MINUTE).intact
    answer = client.get(address)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


@pytest.mark.django_db(transaction=True)  # the index is purged outside one
def test_every_file_of_the_archive_is_named_and_what_was_withdrawn_is_not(tmp_path):
    interview, _edition, _file = published_sound(tmp_path)
    for name in ("masters", "access"):
        assert set(kept(name)) == set(keeping.named(name))
        assert kept(name)

    worlds.publishing.withdraw(interview, by=worlds.MACHINE, at=NOON + MINUTE)
    cleaning.after_withdrawal(interview.public_id, at=NOON + MINUTE)

    assert kept("access") == []
    assert set(keeping.named("access")) == set()
    assert set(kept("masters")) == set(keeping.named("masters"))


@pytest.mark.django_db(transaction=True)
def test_bytes_that_another_record_names_are_not_deleted_with_the_first(tmp_path):
    interview, edition, _file = published_sound(tmp_path)
    sound = PreparedSound.objects.get()
    PreparedSound.objects.create(
        interview_id=0, recipe_sha256="another", key=sound.key, sha256=sound.sha256, size=sound.size,
        duration_ms=1, made_at=NOON,
    )  # fmt: skip
    worlds.publishing.withdraw(interview, by=worlds.MACHINE, at=NOON + MINUTE)

    cleaning.after_withdrawal(interview.public_id, at=NOON + MINUTE)

    assert storages["masters"].exists(sound.key)
    assert not storages["access"].exists(edition.audio_key)


class TestCommands:
    def test_what_is_checked_is_printed_and_a_failure_is_the_exit_code(self, capsys):
        good, bad = keep(b"good"), keep(b"bad")
        flip_a_bit(bad)

        with pytest.raises(SystemExit) as ended:
            call_command("check_fixity", "--all")

        assert ended.value.code == 1
        lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
        assert lines[good.code].endswith("intact")
        assert lines[bad.code].endswith("DAMAGED")

    def test_what_was_repaired_is_no_failure(self, replica, capsys):
        master = keep()
        replicas.make(master, at=NOON)
        flip_a_bit(master)

        call_command("check_fixity", master.code, "--json")

        rows = json.loads(capsys.readouterr().out)
        assert [row["result"] for row in rows] == ["DAMAGED", "intact", "intact, put back"]

    def test_what_was_read_lately_is_not_due(self, capsys):
        master = keep()
        call_command("check_fixity")
        call_command("check_fixity", "--due", "--csv")

        assert FixityCheck.objects.count() == 1
        assert capsys.readouterr().out.splitlines()[-1].startswith("file,use,copy")
        assert master.checks.get().intact

    def test_a_code_that_does_not_exist_is_an_error(self):
        with pytest.raises(CommandError, match="no such file"):
            call_command("check_fixity", "nothing")

    def test_the_report_in_three_forms(self, capsys):
        bad = keep()
        flip_a_bit(bad)
        fixity.look_after(bad, at=NOON)

        for form in ([], ["--json"], ["--csv"]):
            call_command("check_fixity", "--report", *form)
            said = capsys.readouterr().out
            if form == ["--json"]:
                assert json.loads(said)["damaged"] == 1
                assert json.loads(said)["open"][0]["file"] == bad.code
            elif form == ["--csv"]:
                header, values = said.splitlines()
                assert dict(zip(header.split(","), values.split(","), strict=True))["failures_ever"] == "1"
            else:
                assert "none is configured" in said
                assert bad.code in said

    def test_a_sweep_lists_and_deletes_nothing_unless_told_to(self, capsys, monkeypatch):
        monkeypatch.setattr(sweeping, "ORPHAN_AGE", timedelta(seconds=-10))
        named = keep()
        put("masters", "ab/cd/orphan", b"x")

        with pytest.raises(CommandError, match="in order"):
            call_command("sweep_storages")
        assert "masters  orphan   ab/cd/orphan" in capsys.readouterr().out
        assert kept("masters") == sorted([named.key, "ab/cd/orphan"])

        call_command("sweep_storages", "--delete")
        assert kept("masters") == sorted([named.key, "orphaned/ab/cd/orphan"])
        call_command("sweep_storages")


def test_the_storages_are_three(replica):
    assert handling.names() == ["masters", "access", "replica"]
