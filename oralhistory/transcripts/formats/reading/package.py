"""A file of an office program, as a package of parts (a ZIP): opened without trust, read in a stream.

Sizes that an archive declares may be lies: what counts is what comes out, and it is counted while it comes. No part is
ever held as a tree, no entity is known, nothing outside of the package is looked at.
"""

import io
import posixpath
import zipfile
import zlib
from typing import Any, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext_lazy as _

from oralhistory.transcripts.formats.reading.cues import CannotBeParsed

MOST_PARTS = 5_000  # a document with a picture on each page has some hundreds
MOST_BYTES = 32 << 20  # of a part unpacked; Word needs some 10 MB for what is said in three hours
MOST_ELEMENTS = 1_000_000
DEEPEST = 400  # elements in each other; tables in text boxes in tables come to some 60
_BLOCK = 1 << 20  # expat looks at an unfinished token anew with every block: few of them
_MAIN = "/officedocument"  # how the kind of relation ends that leads to the main part, in both standards
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Target(Protocol):
    """What is told of the elements of a part, in their order. `name` is {namespace}local."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def data(self, text: str) -> None: ...


def refuse_ole(data: bytes) -> None:
    """Word's format until 2003, and the wrapping of a document with a password, begin alike. Raises CannotBeParsed."""
    if _OLE_ENCRYPTED in data:
        raise CannotBeParsed(_("This document has a password. Please save it without one."))
    raise CannotBeParsed(
        _(
            "This is a document of an old Word (.doc), or of another program. Please save it as .docx or as text."
        )
    )


class Package:
    """Raises CannotBeParsed, as all its methods do."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as failure:
            raise _damaged() from failure
        entries = self._zip.infolist()
        if len(entries) > MOST_PARTS:
            raise CannotBeParsed(_("There are more parts in this document than in any transcript."))
        # Some programs write backslashes; names are the same in capitals.
        self._parts = {
            each.filename.replace("\\", "/").lstrip("/").casefold(): each for each in reversed(entries)
        }

    def __contains__(self, part: str) -> bool:
        return part.casefold() in self._parts

    def names(self) -> list[str]:
        return list(self._parts)

    def main_part(self) -> str:
        """The part that the package's relations lead to; empty: they do not say, or lead nowhere."""
        relations = _Relations()
        if "_rels/.rels" in self:
            try:
                self.read("_rels/.rels", relations)
            except CannotBeParsed:
                return ""
        found = posixpath.normpath(relations.main).lstrip("/").casefold() if relations.main else ""
        return found if found in self else ""

    def read(self, part: str, target: Target) -> None:
        """Tell the target of every element of a part. What the target raises ends it."""
        entry = self._parts[part.casefold()]
        if entry.flag_bits & 1:
            raise CannotBeParsed(_("This document has a password. Please save it without one."))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _damaged()
        parser: Any = ElementTree.XMLParser(target=_Counted(target), forbid_dtd=True)
        left = MOST_BYTES
        try:
            with self._zip.open(entry) as stream:
                while block := stream.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise _too_much()
                    parser.feed(block)
            parser.close()
        except DefusedXmlException as failure:
            raise CannotBeParsed(_("The file declares entities: it is not taken.")) from failure
        except (
            ParseError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
        ) as failure:
            raise _damaged() from failure  # RuntimeError is zipfile's word for what it cannot open


class _Counted:
    """Passes everything on to a target as long as it is credible."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._elements = self._depth = 0
        self.data = target.data

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            raise _too_much()
        self._target.start(name, attributes)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._target.end(name)

    def close(self) -> None:
        return None


class _Relations:
    main = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes.get("Type", "").casefold().endswith(_MAIN):
            self.main = self.main or attributes.get("Target", "")

    def end(self, name: str) -> None:
        return None

    def data(self, text: str) -> None:
        return None


def _damaged() -> CannotBeParsed:
    return CannotBeParsed(_("The document is damaged: it cannot be opened."))


def _too_much() -> CannotBeParsed:
    return CannotBeParsed(_("There is more in this document than in any transcript."))
