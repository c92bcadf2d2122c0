"""What lies in the storages and what the records say are compared, both ways."""

import io
import os
import tracemalloc
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from oralhistory.files import objects, stores, sweeping
from tests.files.keeping import kept, put

LATER = timedelta(days=3)


def orphans_and_missing(storage, named, *, after=LATER):
    with sweeping.sweep(storage, named, at=timezone.now() + after) as found:
        return [each.key for each in found.orphans], list(found.missing)


@pytest.fixture(autouse=True)
def own_temporary_folder(settings, tmp_path):
    settings.TEMPORARY_DIR = tmp_path / "tmp"
    settings.TEMPORARY_DIR.mkdir()


@pytest.mark.usefixtures("everywhere")
class TestEverywhere:
    def test_what_nobody_names_and_what_is_not_there(self):
        named = stores.store("masters", io.BytesIO(b"named")).key
        orphan = stores.store("masters", io.BytesIO(b"orphan")).key

        assert orphans_and_missing("masters", [named, "ab/cd/lost", named]) == ([orphan], ["ab/cd/lost"])

    def test_what_is_new_may_be_named_in_a_moment(self):
        stores.store("masters", io.BytesIO(b"orphan"))

        assert orphans_and_missing("masters", [], after=timedelta(hours=47)) == ([], [])

    def test_what_arrives_or_was_put_aside_is_no_orphan(self):
        for key in ("incoming/x", "arriving/x", "damaged/ab/cd/x", "orphaned/ab/cd/x"):
            put("masters", key, b"x")

        assert orphans_and_missing("masters", []) == ([], [])

    def test_an_orphan_master_is_moved_and_not_deleted(self):
        key = stores.store("masters", io.BytesIO(b"orphan")).key

        sweeping.remove_orphan("masters", key)

        assert kept("masters") == [f"orphaned/{key}"]

    def test_an_orphan_that_the_public_could_hear_is_deleted(self):
        key = stores.store("access", io.BytesIO(b"orphan")).key

        sweeping.remove_orphan("access", key)

        assert kept("access") == []

    def test_temporary_keys_go_when_nobody_can_be_writing_them(self):
        put("masters", "incoming/x", b"x")
        master = stores.store("masters", io.BytesIO(b"a master")).key

        assert sweeping.clear_temporary("masters", at=timezone.now() + timedelta(hours=19)) == 0
        assert sweeping.clear_temporary("masters", at=timezone.now() + timedelta(hours=21)) == 1
        assert kept("masters") == [master]

    def test_more_files_than_one_page_of_a_listing(self, monkeypatch):
        monkeypatch.setattr(sweeping, "_PAGE", 2)
        for number in range(5):
            put("masters", f"ab/{number}", b"x")

        assert len(kept("masters")) == 5


def test_unfinished_uploads_in_parts_are_given_up(settings, everywhere):
    there = objects.of(storages["masters"])
    if there is None:
        pytest.skip("folders have none")
    for key in ("incoming/x", "ab/cd/x", "arriving/x"):
        there.ask("create_multipart_upload", key)

    assert sweeping.clear_temporary("masters", at=timezone.now()) == 0
    assert sweeping.clear_temporary("masters", at=timezone.now() + timedelta(hours=24)) == 2
    assert [key for key, _upload, _at in there.unfinished("")] == ["arriving/x"]


def test_what_killed_processes_left_is_deleted(settings):
    old, new = settings.TEMPORARY_DIR / "tmpold", settings.TEMPORARY_DIR / "tmpnew"
    for folder in (old, new):
        folder.mkdir()
        (folder / "part.wav").write_bytes(b"x")
    stray = settings.TEMPORARY_DIR / "stray.upload"
    stray.write_bytes(b"x")
    long_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for path in (old / "part.wav", old, new, stray):
        os.utime(path, (long_ago, long_ago))

    assert sweeping.clear_leftovers(at=timezone.now()) == 2
    assert [each.name for each in settings.TEMPORARY_DIR.iterdir()] == ["tmpnew"], "something in it is new"


def test_a_million_keys_do_not_fit_in_memory_and_need_not(settings, tmp_path, monkeypatch):
    def listing(_storage):
        for number in range(20_000):
            yield sweeping.Listed(f"{number:064}", 1, timezone.now())

    monkeypatch.setattr(sweeping, "listed", listing)
    tracemalloc.start()
    try:
        found = orphans_and_missing("masters", (f"{number:064}" for number in range(1, 20_001)))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found == ([f"{0:064}"], [f"{20_000:064}"])
    assert peak < 1_200_000, "20,000 keys alone are more than two megabytes"
