"""Content-addressed files, on a folder and on S3."""

import hashlib
import io
import re
import stat

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from oralhistory.files import fixity, objects, stores
from oralhistory.files.models import FixityCheck
from tests.clock import NOON
from tests.files import keeping
from tests.servers import faults

DATA = b"a master, as it came" * 100_000  # two blocks
SHA256 = hashlib.sha256(DATA).hexdigest()
KEY = f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"


@pytest.fixture(params=["folder", "memory", "s3"])
def anywhere(request, settings):
    """Every test that asks for it runs on every kind of storage."""
    if request.param == "memory":
        memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
        settings.STORAGES = {**settings.STORAGES, "masters": memory}
    if request.param == "s3":
        server, (bucket, place) = request.getfixturevalue("s3"), request.getfixturevalue("place")
        keeping.use(settings, "masters", keeping.in_bucket(server, bucket, f"{place}/deep/within"))


def kept() -> list[str]:
    """Every key in the storage of masters."""

    def walk(folder: str) -> list[str]:
        folders, names = storages["masters"].listdir(folder)
        found = [f"{folder}/{name}".lstrip("/") for name in names]
        for below in folders:
            found += walk(f"{folder}/{below}".lstrip("/"))
        return found

    return sorted(walk(""))


@pytest.mark.usefixtures("anywhere")
def test_a_file_is_kept_under_the_name_of_its_content(tmp_path):
    path = tmp_path / "Entrevista con Elena.wav"
    path.write_bytes(DATA)

    stored = stores.store("masters", path, suffix=".wav")

    assert stored == stores.Stored(KEY + ".wav", SHA256, len(DATA))
    assert kept() == [stored.key]
    with stores.open_local("masters", stored.key) as local:
        assert local.read_bytes() == DATA


@pytest.mark.usefixtures("anywhere")
def test_the_same_bytes_twice_are_one_file():
    first = stores.store("masters", io.BytesIO(DATA))
    second = stores.store("masters", io.BytesIO(DATA))

    assert first == second
    assert kept() == [KEY]


@pytest.mark.usefixtures("anywhere")
def test_a_key_is_never_written_over_and_its_damage_is_reported():
    storages["masters"].save(KEY, ContentFile(b"rotten"))

    with pytest.raises(stores.KeyIsDamaged):
        stores.store("masters", io.BytesIO(DATA))

    with storages["masters"].open(KEY) as stream:
        assert stream.read() == b"rotten"
    assert kept() == [KEY]


@pytest.mark.usefixtures("anywhere")
def test_a_deleted_file_is_gone_and_may_be_deleted_again():
    stored = stores.store("masters", io.BytesIO(DATA))

    stores.delete("masters", stored.key)
    stores.delete("masters", stored.key)

    assert kept() == []
    with pytest.raises(FileNotFoundError), stores.open_local("masters", stored.key):
        pass


@pytest.mark.usefixtures("anywhere")
def test_a_stream_that_breaks_leaves_nothing():
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 1 << 20:
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        stores.store("masters", Broken(DATA))

    assert kept() == []


@pytest.mark.usefixtures("anywhere")
def test_an_empty_file_is_a_file():
    stored = stores.store("masters", io.BytesIO(b""))

    assert stored.size == 0
    with stores.open_local("masters", stored.key) as local:
        assert local.read_bytes() == b""


def test_what_does_not_come_back_as_it_was_written_is_not_kept(settings):
    backend = {
        **settings.STORAGES["masters"],
        "BACKEND": "tests.files.forgetful.ForgetfulStorage",
    }
    settings.STORAGES = {**settings.STORAGES, "masters": backend}

    with pytest.raises(stores.NotWhatWasSent):
        stores.store("masters", io.BytesIO(DATA))

    assert kept() == []


def test_the_two_storages_are_two_places():
    stored = stores.store("masters", io.BytesIO(DATA))

    with pytest.raises(FileNotFoundError), stores.open_local("access", stored.key):
        pass


def test_in_a_folder_only_we_can_read_it():
    stored = stores.store("masters", io.BytesIO(DATA))

    with stores.open_local("masters", stored.key) as local:
        assert stat.S_IMODE(local.stat().st_mode) == 0o600
        assert stat.S_IMODE(local.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(local.parent.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "..%2fx",
        'a"\r\nX-Inj: 1.mp3',
        "n" * 200,
        "-i.wav",
        "$(touch x).wav",
        ";id.wav",
        "\u202egpj.wav",
        "CON.wav",
        ".htaccess",
        "🎙.wav",
    ],
)
def test_no_name_that_somebody_gave_is_in_a_key(name):
    stream = io.BytesIO(DATA)
    stream.name = name

    stored = stores.store("masters", stream, suffix=".wav")

    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}\.wav", stored.key)


@pytest.mark.parametrize("suffix", ["wav", "./x", ".WAV", "..", ".tar.gz", ".wav\n", ".w v", "." + "x" * 9])
def test_a_suffix_that_is_not_ours_is_an_error(suffix):
    with pytest.raises(ValueError, match="suffix"):
        stores.store("masters", io.BytesIO(DATA), suffix=suffix)


def test_d07_a_disk_that_is_full_keeps_nothing_of_what_does_not_fit():
    with keeping.full_beyond(len(DATA) - 1), pytest.raises(OSError, match="large"):
        stores.store("masters", io.BytesIO(DATA))

    assert kept() == []


def test_a_stream_is_read_from_where_it_stands():
    stream = io.BytesIO(b"header" + DATA)
    stream.seek(6)

    assert stores.store("masters", stream).sha256 == SHA256


# What can go wrong on the way to S3.


@pytest.fixture
def on_the_way(s3, place, settings):
    """The storage of masters in S3, behind a line on which things go wrong when told."""
    with faults.before(s3.endpoint) as line:
        behind = {"endpoint_url": line.endpoint, "connect_timeout": 1, "read_timeout": 1, "tries": 3}
        keeping.use(settings, "masters", keeping.in_bucket(s3, *place, **behind))
        yield line


def test_a_storage_that_is_busy_for_a_moment_is_waited_for(on_the_way):
    on_the_way.plan("PUT", "slow down", times=2)

    stored = stores.store("masters", io.BytesIO(DATA))

    assert storages["masters"].exists(stored.key)


@pytest.mark.parametrize("fault", ["slow down", "silence", "refuse", "denied"])
def test_what_could_not_be_sent_is_not_said_to_be_stored(on_the_way, fault):
    on_the_way.plan("PUT", fault)

    with pytest.raises(objects.StorageFails):
        stores.store("masters", io.BytesIO(DATA))

    tries = sum(each.startswith("PUT ") for each in on_the_way.seen)
    on_the_way.clear()
    assert kept() == []
    assert tries == (1 if fault == "denied" else 3)


@pytest.mark.parametrize(("fault", "refusal"), [("cut", objects.StorageFails), ("flip", Exception)])
def test_what_does_not_come_back_whole_is_not_kept(on_the_way, fault, refusal):
    on_the_way.plan("GET", fault)

    with pytest.raises(refusal):
        stores.store("masters", io.BytesIO(DATA))

    on_the_way.clear()
    assert kept() == []


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["cut", "slow down", "silence", "denied"])
def test_a_bad_line_is_no_damage(on_the_way, fault):
    master = keeping.keep(DATA)
    on_the_way.plan("GET", fault)

    with pytest.raises(objects.StorageFails):
        fixity.look_after(master, at=NOON)

    assert not FixityCheck.objects.exists()
    on_the_way.clear()
    assert fixity.look_after(master, at=NOON).intact
