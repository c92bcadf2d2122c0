"""Several files in one: zip packages of records, read as what strangers sent."""

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from urllib.parse import quote

from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.formats import malformed
from oralhistory.organizations.formats.malformed import Malformed

MOST_BYTES = 256 << 20  # of all files of a package together, unpacked
MOST_FILES = 50_000
_STARTS = (b"PK\x03\x04", b"PK\x05\x06")


def is_package(data: bytes) -> bool:
    return data.startswith(_STARTS)


def files(data: bytes) -> list[tuple[str, bytes]]:
    """The files of a package by name, but for what packers leave of their own. Raises Malformed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [each for each in package.infolist() if _counts(each)]
            if len(entries) > MOST_FILES:
                raise malformed.at(0, "", f"a package of more than {MOST_FILES} files")
            return [*_unpacked(package, entries)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as refusal:
        raise malformed.at(0, "", f"the package cannot be unpacked: {refusal}") from refusal


def read(data: bytes, ending: str, one: Callable[[bytes], list[Description]]) -> list[Description]:
    """What one file gives, or each of a package, refused with the name of the file. Raises Malformed."""
    if not is_package(data):
        return one(data)
    found: dict[str, str] = {}
    records = []
    for name, content in files(data):
        if not name.lower().endswith(ending):
            continue
        try:
            read_here = one(content)
        except Malformed as refusal:
            raise refusal.within(name) from refusal
        for each in read_here:
            if each.id in found:
                raise Malformed(name, f"the record {each.id} stands in {found[each.id]} already")
            found[each.id] = name
        records += read_here
    if not records:
        raise malformed.at(0, "", f"no file in the package ends in {ending}")
    return records


def write(descriptions: Sequence[Description], ending: str, one: Callable[[Description], bytes]) -> bytes:
    """The file of one record, or a package of one file each."""
    if len(descriptions) == 1:
        return one(descriptions[0])
    return packed([(quote(each.id, safe="") + ending, one(each)) for each in descriptions])


def packed(content: Sequence[tuple[str, bytes]]) -> bytes:
    """Made the same from the same files: no time of the machine in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in content:
            package.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _counts(entry: zipfile.ZipInfo) -> bool:
    parts = entry.filename.split("/")
    return not entry.is_dir() and "__MACOSX" not in parts and not parts[-1].startswith(".")


def _unpacked(package: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> Sequence[tuple[str, bytes]]:
    """Counted while they are unpacked: what the package says of its sizes is what a stranger wrote."""
    left, found = MOST_BYTES, []
    for entry in entries:
        with package.open(entry) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise malformed.at(0, "", f"the package unpacks to more than {MOST_BYTES >> 20} MB")
        found.append((entry.filename, content))
    return found
