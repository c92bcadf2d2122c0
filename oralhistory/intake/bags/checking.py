"""Is this folder a whole package of ours? Asked before a single row or file is taken from it.

bagit-python checks what the standard says. It follows links, opens whatever has a file's name, takes `..` that stays
near the folder and would leave files to be fetched to others; and the standard allows names and files that no package
of ours has. So what lies in the folder is looked at first, and the names afterwards.
"""

import contextlib
import json
import logging
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bagit

from oralhistory.intake.bags import describing

TAG_FILES = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"}
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_SMALL = 64 << 20  # bytes: what is read whole into memory
_NAME = re.compile(
    r"data/(?:README\.txt|metadata(?:\.schema)?\.json|records/[a-z]+\.[a-z]+\.jsonl"
    r"|transcripts/[a-z0-9]+-v[0-9]+\.(?:txt|vtt)"
    r"|(?:masters|access|events)/(?P<stored>[0-9a-f]{64})(?:\.[a-z0-9]{1,8})?)"
)
# As RFC 8493 has it from version 1.0 on; bagit-python takes blanks anywhere.
_STRICT = re.compile(
    rb"BagIt-Version: [0-9]+\.[0-9]+(\r\n|\r|\n)Tag-File-Character-Encoding: [\w.-]+(\r\n|\r|\n)?"
)
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")


class NotAPackage(Exception):
    """The folder is refused; the message is a sentence for whoever brought it."""


@dataclass(frozen=True)
class Package:
    folder: Path
    digests: dict[str, str]  # name → SHA-256 of every file of the payload
    metadata: dict[str, Any]

    @property
    def public_id(self) -> str:
        return str(self.metadata["interview"]["id"])

    def named(self, start: str) -> list[str]:
        return sorted(name for name in self.digests if name.startswith(start))


def check(folder: Path) -> Package:
    """Read every byte and compare. Raises NotAPackage."""
    present = whole(folder)
    digests = _manifest(folder / "manifest-sha256.txt")
    _check_names(folder, present, digests)
    return Package(folder, digests, _metadata(folder))


def whole(folder: Path) -> set[str]:
    """The names of the files of a valid bag that needs nothing from elsewhere. Raises NotAPackage."""
    present = set(_walk(folder))
    if "fetch.txt" in present:
        raise NotAPackage(
            "The bag wants files to be fetched from elsewhere (fetch.txt). Only what is in it is taken."
        )
    for name in present:
        if "/" not in name and (folder / name).stat().st_size > _SMALL:
            raise NotAPackage(f"{name} is too large for a list of files.")
    try:
        with _quiet():
            bag = bagit.Bag(str(folder))
            bag.validate(processes=1)
    except bagit.BagError as refusal:
        raise NotAPackage(f"The bag is not valid: {refusal}.") from refusal
    except (OSError, ValueError) as refusal:  # bagit reads odd manifests without expecting them
        raise NotAPackage(f"The bag cannot be read: {refusal}.") from refusal
    if bag.version_info >= (1,) and not _STRICT.fullmatch((folder / "bagit.txt").read_bytes()):
        raise NotAPackage("The bag is not valid: bagit.txt is not written as BagIt 1.0 says.")
    return present


def _walk(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        raise NotAPackage(f"There is no folder {folder}.")
    for parent, folders, files in os.walk(folder, onerror=_unreadable):
        for name in (*folders, *files):
            path = Path(parent, name)
            mode = path.lstat().st_mode
            if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
                raise NotAPackage(
                    f"{path.relative_to(folder)} is neither a file nor a folder. Links are not followed."
                )
        yield from (Path(parent, name).relative_to(folder).as_posix() for name in files)


def _unreadable(error: OSError) -> None:
    raise NotAPackage(f"A folder of the bag cannot be read: {error}.") from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """bagit logs what it also raises."""
    logger = logging.getLogger("bagit")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _manifest(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise NotAPackage(f"The bag has no {path.name}: it is not a package of this program.")
    digests: dict[str, str] = {}
    for number, line in enumerate(_text(path).splitlines(), 1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise NotAPackage(f"{path.name}, line {number}: this is no line of a package of this program.")
        digests[found[2]] = found[1]
    return digests


def _check_names(folder: Path, present: set[str], digests: dict[str, str]) -> None:
    if (folder / "bagit.txt").read_bytes() != _DECLARATION:
        raise NotAPackage("bagit.txt does not declare BagIt 1.0 in UTF-8, as a package of this program does.")
    for name, digest in sorted(digests.items()):
        found = _NAME.fullmatch(name)
        if found is None:
            raise NotAPackage(f"{name} is no file of a package.")
        if found["stored"] not in (None, digest):
            raise NotAPackage(f"{name} does not have the bytes that its name says.")
    if extra := present - set(digests) - TAG_FILES:
        raise NotAPackage(f"{min(extra)} is in no manifest.")
    if set(_manifest(folder / "tagmanifest-sha256.txt")) != TAG_FILES - {"tagmanifest-sha256.txt"}:
        raise NotAPackage("tagmanifest-sha256.txt does not name the files that it must.")


def _metadata(folder: Path) -> dict[str, Any]:
    path = folder / "data" / "metadata.json"
    try:
        found = json.loads(_text(path))
        form, version = found["format"], found["format_version"]
        found["interview"]["id"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAPackage(
            "data/metadata.json cannot be read: this is not a package of this program."
        ) from error
    if form != describing.FORMAT:
        raise NotAPackage("data/metadata.json is of another program.")
    if type(version) is not int or not 1 <= version <= describing.VERSION:
        raise NotAPackage(
            f"The package has format version {version}; this program reads up to {describing.VERSION}. "
            "A newer program wrote it."
        )
    return found  # type: ignore[no-any-return]


def _text(path: Path) -> str:
    if path.stat().st_size > _SMALL:
        raise NotAPackage(f"{path.name} is too large.")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NotAPackage(f"{path.name} is not UTF-8.") from error
