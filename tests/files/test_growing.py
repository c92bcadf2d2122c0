"""Files that grow piece by piece, in a folder and in S3, through every kind of cut."""

import hashlib
import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from oralhistory.files import growing, objects, stores
from tests.files import buckets, keeping

MIB = 1 << 20
DATA = np.random.default_rng(7).bytes(9 * MIB)  # in S3 a part and a rest
SHA256 = hashlib.sha256(DATA).hexdigest()
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["folder", "s3"])
def anywhere(request, settings):
    """Every test that asks for it runs in a folder and in S3."""
    if request.param == "s3":
        here = buckets.masters(request.getfixturevalue("s3"), f"deep/{uuid.uuid4()}")
        settings.STORAGES = {**settings.STORAGES, "masters": here}
    return request.param


class Row:
    """What a database would keep of a file that grows."""

    def __init__(self) -> None:
        self.parts = growing.begin()
        self.offset = 0

    def keep(self, parts, offset):
        self.parts, self.offset = parts, offset

    def append(self, *blocks, **options):
        return growing.append("masters", self.parts, self.offset, blocks, keep=self.keep, **options)

    def go_on(self, *blocks) -> bytes:
        self.append(*blocks)
        return self.content()

    def content(self) -> bytes:
        key = growing.finish("masters", self.parts)
        return b"".join(stores.blocks(storages["masters"], key))


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def lying() -> list[str]:
    """What lies in the storage and is no master."""
    try:
        return sorted(storages["masters"].listdir(stores.ARRIVING)[1])
    except FileNotFoundError:
        return []


@contextmanager
def dying_before_the_row():
    """The bytes are durable, and the process ends before the row says so."""
    with pytest.raises(SystemExit):
        yield


def die(*_said):
    raise SystemExit


@pytest.mark.usefixtures("anywhere")
@pytest.mark.parametrize("sizes", [(9,), (8, 1), (3, 3, 3)])
def test_appended_in_whatever_pieces_it_is_one_file_in_the_end(sizes):
    row, at = Row(), 0
    for size in sizes:
        assert row.append(*pieces(DATA[at : at + size * MIB], MIB)) == at + size * MIB
        at += size * MIB

    key = growing.finish("masters", row.parts)
    stored = stores.adopt("masters", key, sha256=SHA256, size=len(DATA), suffix=".wav")
    growing.remove("masters", row.parts)

    assert stored.key == f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}.wav"
    assert stores.measure(storages["masters"], stored.key) == (SHA256, len(DATA))
    assert lying() == []


@pytest.mark.usefixtures("anywhere")
@pytest.mark.parametrize("size", [3 * MIB, 9 * MIB])
def test_what_was_written_and_never_put_on_record_is_written_again_not_twice(size):
    row = Row()
    row.append(DATA[:MIB])
    before = (row.parts, row.offset)
    with dying_before_the_row():
        growing.append("masters", row.parts, row.offset, pieces(DATA[MIB:size], MIB), keep=die)
    assert (row.parts, row.offset) == before

    row.append(b"other bytes than those that were lost")
    row.append(DATA[:MIB])

    assert row.content() == DATA[:MIB] + b"other bytes than those that were lost" + DATA[:MIB]


@pytest.mark.usefixtures("anywhere")
def test_a_cut_while_whole_parts_are_put_on_record_costs_one_part_at_most():
    row, told = Row(), []

    def keep(parts, offset):
        if told:
            raise SystemExit
        told.append(offset)
        row.keep(parts, offset)

    with dying_before_the_row():
        growing.append("masters", row.parts, 0, pieces(DATA, MIB), keep=keep)
    assert told in ([growing.STEP], [growing.PART])

    row.append(*pieces(DATA[row.offset :], MIB))

    assert row.content() == DATA


def broken(*blocks):
    yield from blocks
    raise ConnectionResetError


@pytest.mark.usefixtures("anywhere")
def test_what_came_before_the_line_broke_is_kept():
    row = Row()

    with pytest.raises(ConnectionResetError):
        growing.append("masters", row.parts, 0, broken(*pieces(DATA[: 8 * MIB], MIB)), keep=row.keep)

    assert row.offset == 8 * MIB
    row.append(DATA[8 * MIB :])
    assert row.content() == DATA


@pytest.mark.usefixtures("anywhere")
def test_all_or_nothing_is_nothing_when_the_line_breaks():
    row = Row()
    row.append(DATA[:MIB])

    with pytest.raises(ConnectionResetError):
        growing.append(
            "masters", row.parts, MIB, broken(*pieces(DATA, MIB)), keep=row.keep, all_or_nothing=True
        )

    assert row.offset == MIB
    row.append(DATA[MIB:], all_or_nothing=True)
    assert row.content() == DATA


@pytest.mark.usefixtures("anywhere")
def test_a_file_made_one_may_be_made_one_again():
    row = Row()
    row.append(*pieces(DATA, MIB))

    assert row.content() == row.content() == DATA


@pytest.mark.usefixtures("anywhere")
def test_bytes_that_are_gone_are_said_to_be_gone():
    row = Row()
    row.append(*pieces(DATA[: 8 * MIB], MIB))
    growing.remove("masters", row.parts)

    with pytest.raises(growing.Lost):
        row.go_on(DATA[8 * MIB :])


@pytest.mark.usefixtures("anywhere")
def test_what_nobody_names_is_cleared_and_what_somebody_names_stays():
    named, given_up, small = Row(), Row(), Row()
    named.append(*pieces(DATA[: 8 * MIB], MIB))
    given_up.append(*pieces(DATA[: 8 * MIB], MIB))
    small.append(DATA[:MIB])
    keys = {named.parts["key"]}
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    assert growing.clear("masters", keys, before=LONG_AGO) == 0
    assert growing.clear("masters", keys, before=tomorrow) >= 2

    assert all(name.startswith(named.parts["key"].partition("/")[2]) for name in lying())
    named.append(*pieces(DATA[8 * MIB :], MIB))
    assert named.content() == DATA
    with pytest.raises(growing.Lost):
        given_up.go_on(b"more")


@pytest.mark.usefixtures("anywhere")
def test_only_what_is_looked_at_is_fetched_and_it_is_the_right_bytes():
    row = Row()
    row.append(*pieces(DATA, MIB))

    with stores.open_anywhere("masters", growing.finish("masters", row.parts)) as stream:
        assert stream.read(100) == DATA[:100]
        stream.seek(-100, os.SEEK_END)
        assert stream.read() == DATA[-100:]
        stream.seek(7 * MIB)
        assert stream.read(10) == DATA[7 * MIB : 7 * MIB + 10]


@pytest.mark.usefixtures("anywhere")
def test_the_same_bytes_are_adopted_twice_and_damage_under_their_key_is_healed():
    row = Row()
    row.append(*pieces(DATA, MIB))
    key = growing.finish("masters", row.parts)
    final = f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"
    storages["masters"].save(final, ContentFile(b"rotten"))

    for _time in range(2):
        assert stores.adopt("masters", key, sha256=SHA256, size=len(DATA)).key == final

    assert stores.digest(storages["masters"], final) == SHA256
    assert row.content() == DATA


# In S3.


@contextmanager
def requests(operation: str) -> Iterator[list[str]]:
    """The keys of all requests of a kind that are made in the block."""
    made: list[str] = []
    event = f"provide-client-params.s3.{operation}"

    def see(params, **_more):
        made.append(params["Key"])

    events = storages["masters"].connection.meta.client.meta.events
    events.register(event, see)
    yield made
    events.unregister(event, see)


@pytest.mark.parametrize("anywhere", ["s3"], indirect=True)
def test_in_s3_no_part_is_ever_fetched_and_no_rest_is_larger_than_one(anywhere):
    row = Row()
    with requests("GetObject") as fetched, requests("UploadPart") as sent:
        for piece in pieces(DATA, 3 * MIB):
            row.append(piece)

    assert len(sent) == 1  # 6 MiB; 3 are left over
    assert len(fetched) == 1
    assert all(".rest-" in key for key in fetched)
    assert lying() == [row.parts["rest"]["key"].partition("/")[2]]


@pytest.mark.parametrize("anywhere", ["s3"], indirect=True)
def test_in_s3_the_old_rest_goes_only_after_the_row_names_the_new_one(anywhere):
    row, seen = Row(), []
    row.append(DATA[:MIB])
    old = row.parts["rest"]["key"]

    def keep(parts, offset):
        seen.append(storages["masters"].exists(old) and storages["masters"].exists(parts["rest"]["key"]))
        row.keep(parts, offset)

    growing.append("masters", row.parts, row.offset, [DATA[MIB : 2 * MIB]], keep=keep)

    assert seen == [True]
    assert not storages["masters"].exists(old)


@pytest.mark.parametrize("anywhere", ["s3"], indirect=True)
def test_in_s3_what_is_given_up_leaves_no_upload_in_parts(anywhere):
    row = Row()
    row.append(*pieces(DATA, MIB))
    there = objects.of(storages["masters"])
    assert [key for key, _id, _at in there.unfinished(stores.ARRIVING)] == [row.parts["key"]]

    growing.remove("masters", row.parts)

    assert list(there.unfinished(stores.ARRIVING)) == []
    assert lying() == []


def test_d10_s3_that_does_not_answer_says_so_and_nothing_is_put_on_record(settings, s3):
    options = {
        "bucket_name": "nobody", "location": "", "endpoint_url": "http://127.0.0.1:9", "region_name": "us-east-1",
        "access_key": "a", "secret_key": "b", "addressing_style": "path", "tries": 2, "connect_timeout": 1,
    }  # fmt: skip
    masters = {"BACKEND": "oralhistory.files.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "masters": masters}
    row = Row()

    with pytest.raises(objects.StorageFails):
        row.append(DATA[:MIB])

    assert row.offset == 0


# In a folder.


def test_in_a_folder_the_file_is_made_final_by_a_second_name_not_by_a_copy():
    row = Row()
    row.append(DATA[:MIB])
    path = Path(storages["masters"].path(row.parts["key"]))

    stored = stores.adopt("masters", row.parts["key"], sha256="0" * 64, size=MIB)

    final = Path(storages["masters"].path(stored.key))
    assert final.samefile(path)
    assert stat.S_IMODE(final.stat().st_mode) == 0o600
    assert list((Path(storages["masters"].location) / stores.TEMPORARY).iterdir()) == []


def test_in_a_folder_two_cannot_write_at_once():
    row = Row()
    row.append(DATA[:10])

    def meanwhile():
        with pytest.raises(growing.InUse):
            growing.append("masters", row.parts, row.offset, [b"late"], keep=die)
        yield b"first"

    growing.append("masters", row.parts, row.offset, meanwhile(), keep=row.keep)

    assert row.content() == DATA[:10] + b"first"


def test_d07_a_disk_that_fills_up_keeps_what_it_took():
    row = Row()
    row.append(DATA[:MIB])
    with keeping.full_beyond(5 * MIB + 1000), pytest.raises(OSError, match="large"):
        row.append(*pieces(DATA[MIB:], 2 * MIB))
    assert row.offset == 5 * MIB + 1000

    row.append(DATA[row.offset :])

    assert row.content() == DATA
