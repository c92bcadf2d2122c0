"""What is no whole package of ours is refused with a sentence, and leaves nothing behind."""

import json
import os
import shutil
from pathlib import Path

import pytest

from oralhistory.accounts.models import User
from oralhistory.files.models import MediaFile
from oralhistory.intake.bags import checking, reading
from oralhistory.intake.bags.checking import NotAPackage
from oralhistory.interviews.models import Collection, Interview
from oralhistory.lib.agents import MACHINE
from oralhistory.people.models import Person
from oralhistory.provenance.models import Event
from tests.intake.bags import archive
from tests.intake.bags.archive import LATER

SUITE = Path(__file__).with_name("data") / "conformance"
EXACT = "0" * 64


def refused(folder: Path) -> str:
    with pytest.raises(NotAPackage) as refusal:
        reading.bring_in(folder, by=MACHINE, at=LATER)
    sentence = str(refusal.value)
    assert sentence.endswith((".", "?"))
    return sentence


# What the standard forbids.


@pytest.mark.parametrize(
    "bag", sorted(SUITE.glob("*/invalid/*")), ids=lambda bag: f"{bag.parts[-3]} {bag.name}"
)
def test_bags_that_are_not_valid_are_not_whole(bag):
    with pytest.raises(NotAPackage):
        checking.whole(bag)


@pytest.mark.parametrize("bag", ["v0.97/valid/basic-bag", "v1.0/valid/basicBag"])
def test_bags_that_are_valid_are_whole(bag):
    assert "bagit.txt" in checking.whole(SUITE / bag)


def test_nothing_is_fetched():
    with pytest.raises(NotAPackage, match="fetched from elsewhere"):
        checking.whole(SUITE / "v0.97/valid/holey-bag")


def test_a_valid_bag_of_somebody_else_is_no_package():
    with pytest.raises(NotAPackage, match="not a package of this program"):
        checking.check(SUITE / "v1.0/valid/basicBag")


# What comes with a package, and how it is spoiled.


def with_line(name: str, line: str):
    def spoil(package: Path) -> None:
        with (package / name).open("a") as out:
            out.write(line)
        if name != "tagmanifest-sha256.txt":
            archive.close_tags(package)

    return spoil


def fetched(package: Path) -> None:
    (package / "fetch.txt").write_text("http://127.0.0.1:9/trap 5 data/trap\n")
    archive.close_tags(package)


def beside(package: Path) -> None:
    """bagit-python compares the beginnings of paths: this one begins like the bag's."""
    other = package.with_name(package.name + "-beside")
    other.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with_line("manifest-sha256.txt", f"{empty}  ../{other.name}\n")(package)


def linked(package: Path) -> None:
    path = package / "data" / "README.txt"
    path.rename(package.with_name("outside.txt"))
    path.symlink_to(package.with_name("outside.txt"))


def linked_folder(package: Path) -> None:
    shutil.move(package / "data" / "masters", package.with_name("masters-outside"))
    (package / "data" / "masters").symlink_to(package.with_name("masters-outside"))


def piped(package: Path) -> None:
    (package / "data" / "README.txt").unlink()
    os.mkfifo(package / "data" / "README.txt")


def extra(package: Path) -> None:
    (package / "data" / "extra.txt").write_text("more")


def extra_outside(package: Path) -> None:
    (package / "install.sh").write_text("#!/bin/sh\n")


def foreign(package: Path) -> None:
    (package / "data" / "install.sh").write_text("#!/bin/sh\n")
    archive.close_again(package)


def missing(package: Path) -> None:
    (package / "data" / "README.txt").unlink()


def changed(package: Path) -> None:
    master = next((package / "data" / "masters").glob("*.wav"))
    master.write_bytes(master.read_bytes()[:-1] + b"\x7f")


def under_another_name(package: Path) -> None:
    master = next((package / "data" / "masters").glob("*.wav"))
    master.rename(master.with_stem(EXACT))
    archive.close_again(package)


def tag_changed(package: Path) -> None:
    (package / "bag-info.txt").write_text("External-Identifier: another\n")


def oxum(package: Path) -> None:
    (package / "bag-info.txt").write_text("Payload-Oxum: many\n")
    archive.close_tags(package)


def encoded(package: Path) -> None:
    (package / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: ISO-8859-1\n")
    archive.close_tags(package)


def newer(package: Path) -> None:
    described(package, format_version=2)


def of_another_program(package: Path) -> None:
    described(package, format="something-else")


def described(package: Path, **fields: object) -> None:
    path = package / "data" / "metadata.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))
    archive.close_again(package)


BAGS = [
    (fetched, "fetched from elsewhere"),
    (with_line("manifest-sha256.txt", f"{EXACT}  ../../outside\n"), "unsafe"),
    (with_line("manifest-sha256.txt", f"{EXACT}  /etc/passwd\n"), "unsafe"),
    (with_line("manifest-sha256.txt", f"{EXACT}  ~/outside\n"), "unsafe"),
    (with_line("manifest-sha256.txt", f"{EXACT}  data\\..\\..\\outside\n"), "not valid"),
    (with_line("tagmanifest-sha256.txt", f"{EXACT}  ../outside\n"), "unsafe"),
    (beside, "is no file of a package"),
    (linked, "README.txt is neither a file nor a folder"),
    (linked_folder, "masters is neither a file nor a folder"),
    (piped, "neither a file nor a folder"),
    (extra, "not valid"),
    (extra_outside, "install.sh is in no manifest"),
    (foreign, "data/install.sh is no file of a package"),
    (missing, "not valid"),
    (changed, "not valid"),
    (under_another_name, "does not have the bytes that its name says"),
    (tag_changed, "not valid"),
    (oxum, "cannot be read"),
    (encoded, "does not declare"),
    (newer, "A newer program wrote it"),
    (of_another_program, "of another program"),
]


@pytest.mark.parametrize(("spoil", "why"), BAGS)
def test_a_spoiled_bag_is_refused(package, spoil, why):
    spoil(package)

    with pytest.raises(NotAPackage, match=why):
        checking.check(package)


def test_the_package_that_is_not_spoiled_passes(package):
    archive.close_again(package)

    assert checking.check(package).named("data/masters/")


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(NotAPackage, match="There is no folder"):
        checking.check(tmp_path / "nowhere")


# Rows that were written by somebody else than the program. The manifests are right.


def row(label: str, number: int = 0, **fields: object):
    return lambda package: archive.edit(package, label, number, **fields)


def twice(label: str):
    def spoil(package: Path) -> None:
        path = package / "data" / "records" / f"{label}.jsonl"
        path.write_text(path.read_text() + path.read_text().splitlines()[0] + "\n")
        archive.close_again(package)

    return spoil


def raw(label: str, text: str):
    def spoil(package: Path) -> None:
        (package / "data" / "records" / f"{label}.jsonl").write_bytes(text.encode("latin-1"))
        archive.close_again(package)

    return spoil


def without(label: str, field: str):
    def spoil(package: Path) -> None:
        path = package / "data" / "records" / f"{label}.jsonl"
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        del rows[0][field]
        path.write_text("".join(json.dumps(each) + "\n" for each in rows))
        archive.close_again(package)

    return spoil


def stray_file(package: Path) -> None:
    content = b"nobody names me"
    name = archive.hashlib.sha256(content).hexdigest()
    (package / "data" / "access" / f"{name}.m4a").write_bytes(content)
    archive.close_again(package)


ROWS = [
    (raw("evil.thing", "{}\n"), "knows no evil.thing"),
    (row("interviews.interview", is_admin=True), "interview.jsonl, line 1: this program knows no “is_admin”"),
    (without("interviews.interview", "title"), "line 1: “title” is missing"),
    (without("interviews.interview", "public_id"), "line 1: “public_id” is missing"),
    (row("interviews.interview", title=7), "line 1: “title” has another type"),
    (row("interviews.interview", title=None), "line 1: “title” is missing"),
    (row("interviews.interview", title="x" * 201), "“title” is not what can stand there"),
    (row("interviews.interview", title="a\0b"), "holds a character that no text has"),
    (row("interviews.interview", languages=["\ud800"]), "holds a character that no text has"),
    (row("interviews.interview", state="open"), "none of the values that this program knows"),
    (row("interviews.interview", collection="nowhere"), "“collection” names what is not in the package"),
    (row("interviews.interview", public_id="anotherone22"), "names what is not in the package|one interview"),
    (raw("places.place", "[1]\n"), "line 1: this is not a row"),
    (raw("places.place", "[" * 100_000 + "\n"), "line 1: this is not JSON"),
    (raw("places.place", "\xff\n"), "line 1: this is not UTF-8"),
    (twice("transcripts.segment"), "contradicts"),
    (row("accounts.user", code="Ñ@"), "“code” is not what can stand there"),
    (row("transcripts.transcript", 1, parent="gone/7"), "“parent” names what is not in the package"),
    (row("editions.standing", public_id="anotherone22"), "names what is not in the package|not of this interview"),
    (row("mentions.negativeform", interview_code=""), "not of this interview"),
    (row("files.mediafile", key="../../etc/passwd"), "names a file that is not in the package"),
    (row("files.mediafile", size=1), "not the one that the row describes"),
    (row("editions.edition", audio_key="aa/bb/other.m4a"), "names a file that is not in the package"),
    (stray_file, "No row names the file"),
    (row("interviews.interview", state="withdrawn"), "one of the two was altered"),
    (row("provenance.event", 2, reason="Nothing happened."), "event.jsonl, line 3: the event was altered"),
    (row("provenance.event", 2, kind=None), "line 3: this is not an event"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("spoil", "why"), ROWS)
def test_a_forged_row_is_refused_and_nothing_is_left(package, tmp_path, spoil, why):
    spoil(package)

    with pytest.raises(NotAPackage, match=why):
        reading.bring_in(package, by=MACHINE, at=LATER)
    for model in (Interview, Collection, Person, MediaFile, User, Event):
        assert not model.objects.exists()
    assert not (tmp_path / "masters").exists()
    assert not (tmp_path / "access").exists()


@pytest.mark.django_db
def test_events_of_something_else_are_refused(package):
    path = package / "data" / "records" / "interviews.interview.jsonl"
    public_id = json.loads(path.read_text())["public_id"]
    for each in (package / "data" / "records").iterdir():
        if each.name != "provenance.event.jsonl":
            each.write_text(each.read_text().replace(public_id, "anotherone22"))
    metadata = package / "data" / "metadata.json"
    metadata.write_text(metadata.read_text().replace(public_id, "anotherone22"))
    archive.close_again(package)

    assert "the event is not of this interview" in refused(package)


@pytest.mark.django_db
def test_an_interview_that_is_here_is_not_touched(taken, package):
    reading.bring_in(package, by=MACHINE, at=LATER)
    archive.edit(package, "interviews.interview", title="Another title")
    before = Event.objects.count(), MediaFile.objects.count()

    assert "already" in refused(package)

    assert Interview.objects.get().title == "Elena, segunda edición"
    assert (Event.objects.count(), MediaFile.objects.count()) == before
