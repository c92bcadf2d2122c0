"""Second copies: made soon, read back, compared."""

import pytest

from oralhistory.files import replicas, stores
from oralhistory.files.models import FixityCheck, MediaFile, Replica
from tests.clock import NOON
from tests.files import keeping
from tests.files.keeping import DATA, flip_a_bit, keep, kept, lose, put, read

pytestmark = pytest.mark.django_db
Use = MediaFile.Use


@pytest.mark.usefixtures("everywhere")
class TestEverywhere:
    def test_a_master_is_copied_and_compared(self):
        master = keep()

        replicas.make(master, at=NOON)

        assert read("replica", master.key) == DATA
        assert replicas.of(master).made_at == NOON
        assert list(replicas.missing()) == []
        checks = FixityCheck.objects.order_by("pk").values_list("copy", "intact")
        assert list(checks) == [("first", True), ("replica", True)], "both were read whole"

    def test_twice_is_once(self):
        master = keep()

        assert replicas.make(master, at=NOON) == replicas.make(master, at=NOON)
        assert kept("replica") == [master.key]

    @pytest.mark.parametrize("spoil", [flip_a_bit, lose])
    def test_a_master_that_is_bad_is_not_copied(self, spoil):
        master = keep()
        keep(b"another")
        spoil(master)

        with pytest.raises(replicas.FirstCopyIsBad):
            replicas.make(master, at=NOON)

        assert kept("replica") == []
        assert not Replica.objects.exists()

    def test_a_bad_file_that_lay_there_already_is_put_aside(self):
        master = keep()
        put("replica", master.key, b"left by somebody")

        replicas.make(master, at=NOON)

        assert read("replica", master.key) == DATA
        assert len(kept("replica")) == 2

    def test_the_same_bytes_in_two_interviews_are_one_file_there_too(self):
        first, second = keep(), keep()

        for master in (first, second):
            replicas.make(master, at=NOON)

        assert kept("replica") == [first.key]
        assert replicas.made().count() == 2


def test_what_cannot_be_made_again_has_a_second_copy(settings, tmp_path):
    for number, use in enumerate(Use):
        keep(bytes([number]), use=use)
    keep(b"public", use=Use.PHOTOGRAPH, storage="access")
    assert list(replicas.missing()) == [], "there is no second storage"

    keeping.use(settings, "replica", keeping.in_folder(tmp_path / "replica"))

    assert {each.use for each in replicas.missing()} == {
        "preservation_master",
        "listening",
        "photograph",
        "paper",
    }
    assert {each.storage for each in replicas.missing()} == {"masters"}


def test_after_the_second_storage_moved_every_file_is_copied_again(settings, tmp_path):
    keeping.use(settings, "replica", keeping.in_folder(tmp_path / "old"))
    master = keep()
    replicas.make(master, at=NOON)

    keeping.use(settings, "replica", keeping.in_folder(tmp_path / "new"))

    assert list(replicas.missing()) == [master]
    replicas.make(master, at=NOON)
    assert kept("replica") == [master.key]


def test_a_second_storage_that_forgets_is_not_trusted(settings, tmp_path):
    forgetful = {
        **keeping.in_folder(tmp_path / "replica"),
        "BACKEND": "tests.files.forgetful.ForgetfulStorage",
    }
    keeping.use(settings, "replica", forgetful)

    with pytest.raises(stores.NotWhatWasSent):
        replicas.make(keep(), at=NOON)

    assert kept("replica") == []
    assert not Replica.objects.exists()
