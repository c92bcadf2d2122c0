"""Stored files are still what they were, or it is noticed, told and put right."""

import pytest
from django.core.files.storage import storages

from oralhistory.files import fixity, handling, replicas
from oralhistory.files.models import FixityCheck, MediaFile
from oralhistory.files.objects import StorageFails
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from tests.clock import DAY, NOON
from tests.files import keeping
from tests.files.keeping import DATA, flip_a_bit, keep, kept, lose, put, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def backend(settings):
    """Another class for the storage of masters, after something was stored in it."""

    def change(name):
        changed = {**settings.STORAGES["masters"], "BACKEND": f"tests.files.forgetful.{name}"}
        keeping.use(settings, "masters", changed)

    return change


@pytest.mark.usefixtures("everywhere")
class TestEverywhere:
    def test_an_untouched_file_is_intact(self):
        master = keep()

        check = fixity.check(master, at=NOON)

        assert check.intact
        assert check.found == master.sha256

    def test_a_flipped_bit_is_found(self):
        master = keep()
        flip_a_bit(master)

        assert not fixity.check(master, at=NOON).intact

    def test_a_missing_file_is_a_failure_that_is_kept(self):
        master, _another = keep(), keep(b"another")
        lose(master)

        check = fixity.check(master, at=NOON)

        assert (check.intact, check.found) == (False, "")
        assert list(master.checks.all()) == [check]

    def test_a_damaged_master_is_repaired_from_its_replica_and_kept_aside(self):
        master = keep()
        replicas.make(master, at=NOON)
        bad = flip_a_bit(master)

        care = fixity.look_after(master, at=NOON + DAY)

        assert care.intact
        assert read("masters", master.key) == DATA
        aside = f"damaged/{master.key}-20260313T120000Z"
        assert kept("masters") == sorted([master.key, aside])
        assert read("masters", aside) == bad
        failure = FixityCheck.objects.failures().get()
        assert failure.repaired_by.intact
        assert list(fixity.damaged()) == []
        assert [each.kind for each in Event.objects.all()] == ["fixity failed", "file repaired"]
        assert events.verify() == 2

    def test_a_file_that_is_erased_goes_with_what_was_put_aside_of_it(self):
        master, another = keep(), keep(b"another")
        for bad in (master, another):
            replicas.make(bad, at=NOON)
            flip_a_bit(bad)
            fixity.look_after(bad, at=NOON + DAY)

        handling.erase("masters", master.key)

        assert kept("masters") == sorted([another.key, f"damaged/{another.key}-20260313T120000Z"])

    def test_a_lost_master_comes_back_from_its_replica(self):
        master = keep()
        replicas.make(master, at=NOON)
        keep(b"another")
        lose(master)

        assert fixity.look_after(master, at=NOON + DAY).intact
        assert read("masters", master.key) == DATA

    @pytest.mark.parametrize("spoil", [flip_a_bit, lose])
    def test_a_bad_replica_is_made_again_from_the_first_copy(self, spoil):
        master = keep()
        replicas.make(master, at=NOON)
        replicas.make(keep(b"another"), at=NOON)
        spoil(master, "replica")

        care = fixity.look_after(master, at=NOON + DAY)

        assert [(each.copy, each.intact) for each in care.checks] == [("first", True), ("replica", False)]
        assert care.intact
        assert read("replica", master.key) == DATA

    def test_where_no_copy_is_good_nothing_is_touched_and_it_stays_a_failure(self):
        master = keep()
        replicas.make(master, at=NOON)
        bad = flip_a_bit(master), flip_a_bit(master, "replica")

        for day in (1, 2):
            assert not fixity.look_after(master, at=NOON + day * DAY).intact

        assert (read("masters", master.key), read("replica", master.key)) == bad
        assert kept("masters") == kept("replica") == [master.key]
        assert fixity.damaged().count() == 2
        assert FixityCheck.objects.failures().count() == 4
        assert Event.objects.filter(kind="fixity failed").count() == 2, "the second day is no news"

    def test_a_damaged_access_copy_is_not_there_to_be_served(self):
        copy = keep(b"what the public hears", use=MediaFile.Use.ACCESS_COPY, storage="access", suffix=".m4a")
        flip_a_bit(copy)

        assert not fixity.look_after(copy, at=NOON).intact

        assert not storages["access"].exists(copy.key)
        assert [key.partition("/")[0] for key in kept("access")] == ["damaged"]

    def test_a_damaged_access_copy_is_made_again_of_the_same_bytes_among_the_masters(self):
        copy = keep(b"what the public hears", use=MediaFile.Use.ACCESS_COPY, storage="access", suffix=".m4a")
        put("masters", copy.key, b"what the public hears")
        flip_a_bit(copy)

        assert fixity.look_after(copy, at=NOON).intact
        assert read("access", copy.key) == b"what the public hears"

    def test_every_kind_of_copy_is_found_and_repaired_in_one_round(self):
        files = [keep(bytes([number]) * 2000) for number in range(4)]
        public = keep(b"public", use=MediaFile.Use.ACCESS_COPY, storage="access", suffix=".wav")
        put("masters", public.key, b"public")
        for file in files:
            replicas.make(file, at=NOON)
        flip_a_bit(files[0])
        flip_a_bit(files[1], "replica")
        lose(files[2])
        flip_a_bit(public)

        cares = [fixity.look_after(file, at=NOON + DAY) for file in (*files, public)]

        assert FixityCheck.objects.failures().count() == 4
        assert all(care.intact for care in cares)
        assert fixity.report(at=NOON + DAY).repaired_ever == 4


def test_a_storage_that_is_away_says_nothing_about_its_files(tmp_path):
    master = keep()
    (tmp_path / "masters").rename(tmp_path / "unmounted")

    with pytest.raises(StorageFails):
        fixity.look_after(master, at=NOON)
    (tmp_path / "masters").mkdir()  # where the disk would be
    with pytest.raises(StorageFails):
        fixity.look_after(master, at=NOON)

    assert not FixityCheck.objects.exists()


def test_a_bucket_that_is_away_says_nothing_about_its_files(settings, s3):
    master = keep()
    keeping.use(settings, "masters", keeping.in_bucket(s3, "nobody-made-it", ""))

    with pytest.raises(StorageFails):
        fixity.look_after(master, at=NOON)

    assert not FixityCheck.objects.exists()


def test_a_replica_that_is_away_does_not_keep_the_first_copy_from_being_checked(settings, tmp_path):
    keeping.use(settings, "replica", keeping.in_folder(tmp_path / "replica"))
    master = keep()
    replicas.make(master, at=NOON)
    (tmp_path / "replica").rename(tmp_path / "unmounted")

    care = fixity.look_after(master, at=NOON + DAY)

    assert [(each.copy, each.intact) for each in care.checks] == [("first", True)]


def test_one_error_in_reading_is_not_damage(backend):
    master = keep()
    backend("ErringOnce")

    assert fixity.check(master, at=NOON).intact


@pytest.mark.parametrize("kind", ["ForgetfulStorage", "Unreadable"])
def test_a_disk_that_errs_every_time_is(backend, kind):
    master = keep()
    backend(kind)

    assert not fixity.check(master, at=NOON).intact


def test_what_was_deleted_on_purpose_is_not_looked_for():
    master = keep()
    MediaFile.objects.update(removed_at=NOON)

    assert list(fixity.due(at=NOON + 365 * DAY)) == []
    assert fixity.in_turn(10) == []
    assert fixity.report(at=NOON).files == 0
    assert fixity.damaged().filter(file=master).count() == 0


def test_a_failure_is_told_from_one_that_was_put_right_by_hand():
    master = keep()
    bad = flip_a_bit(master)
    fixity.look_after(master, at=NOON)
    put("masters", master.key, DATA)

    care = fixity.look_after(master, at=NOON + DAY)

    assert bad != DATA
    assert care.intact
    assert list(fixity.damaged()) == []
    assert FixityCheck.objects.failures().count() == 1, "kept for ever"


def test_masters_come_four_times_as_often_as_what_can_be_made_again(settings):
    settings.FIXITY_DAYS = 10
    master, flac, hearing = (
        keep(bytes([number]), use=use)
        for number, use in enumerate(("preservation_master", "listening", "hearing"))
    )
    for file in (master, flac, hearing):
        fixity.check(file, at=NOON)

    assert list(fixity.due(at=NOON + 7 * DAY)) == []
    assert set(fixity.due(at=NOON + 8 * DAY)) == {master, flac}
    assert set(fixity.due(at=NOON + 32 * DAY)) == {master, flac, hearing}
    assert fixity.in_turn(3)[-1] == (hearing, NOON)


def test_the_report_counts_what_is_late_and_what_was_never_read(settings):
    settings.FIXITY_DAYS = 90
    early, late, _never = keep(b"1"), keep(b"22"), keep(b"333", at=NOON + 99 * DAY)
    fixity.check(late, at=NOON)
    fixity.check(early, at=NOON + 60 * DAY)

    report = fixity.report(at=NOON + 100 * DAY)

    assert (report.files, report.bytes) == (3, 6)
    assert (report.in_time, report.late, report.never) == (1, 1, 1)
    assert report.oldest == NOON
    assert (report.replica_place, report.replicas_missing) == ("", 0)


def test_keys_that_are_not_made_of_their_content_are_not_copied(settings, tmp_path):
    keeping.use(settings, "replica", keeping.in_folder(tmp_path / "replica"))
    master = keep()
    put("masters", "by-hand.wav", DATA)

    with pytest.raises(handling.NotTheSame):
        handling.copy_over("masters", "replica", "by-hand.wav", master.sha256)


def test_every_copy_is_readable_by_us_alone_and_nothing_is_left_over(settings, tmp_path):
    keeping.use(settings, "replica", keeping.in_folder(tmp_path / "replica"))
    settings.TEMPORARY_DIR = tmp_path / "tmp"
    settings.TEMPORARY_DIR.mkdir()
    master = keep()
    replicas.make(master, at=NOON)
    flip_a_bit(master)
    assert fixity.look_after(master, at=NOON).intact

    for name in ("masters", "replica"):
        below = list((tmp_path / name).rglob("*"))
        assert below
        assert {path.stat().st_mode & 0o777 for path in below if path.is_file()} == {0o600}
        assert {path.stat().st_mode & 0o777 for path in below if path.is_dir()} == {0o700}
        assert not list((tmp_path / name / "incoming").iterdir())
    assert not list(settings.TEMPORARY_DIR.iterdir())
