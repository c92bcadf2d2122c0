"""Every format that authority records come in or go out in: one line each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType
from typing import BinaryIO

from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.formats import atom, eac_2, eac_2010, jsonld, own_csv, packages
from oralhistory.organizations.formats.context import Context
from oralhistory.organizations.formats.malformed import Malformed

# Of one file: the 428 records that come with the program take 1 MB in the widest format.
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is called and what reads and writes it."""

    label: str
    extension: str  # of a file; several records may make a package of such files
    media_type: str
    read: Callable[[bytes], list[Description]] | None
    write: Callable[[Sequence[Description], Context], bytes] | None


def _read_skos(data: bytes) -> list[Description]:
    return _skos().read(data)  # type: ignore[no-any-return]


def _write_skos(records: Sequence[Description], context: Context) -> bytes:
    return _skos().write(records, context)  # type: ignore[no-any-return]


def _skos() -> ModuleType:
    """Only when it is asked for: rdflib takes half a second and 17 MB, which no worker that matches names needs."""
    return import_module("oralhistory.organizations.formats.skos")


FORMATS: dict[str, Format] = {
    "csv": Format("CSV", "csv", "text/csv", own_csv.read, own_csv.write),
    "atom": Format("AtoM CSV", "zip", "application/zip", atom.read, atom.write),
    "eac2010": Format("EAC-CPF 2010", "xml", "application/xml", eac_2010.read, eac_2010.write),
    "eac2": Format("EAC-CPF 2.0", "xml", "application/xml", eac_2.read, eac_2.write),
    "jsonld": Format("JSON-LD", "jsonld", "application/ld+json", jsonld.read, jsonld.write),
    "skos": Format("SKOS (Turtle)", "ttl", "text/turtle", _read_skos, _write_skos),
}


def readable() -> list[str]:
    """The codes that something can be read from."""
    return [code for code, each in FORMATS.items() if each.read]


def writable() -> list[str]:
    """The codes that something can be written as."""
    return [code for code, each in FORMATS.items() if each.write]


def file_type(code: str, data: bytes) -> tuple[str, str]:
    """Extension and media type of what was written: of a package, where records made one."""
    if packages.is_package(data):
        return "zip", "application/zip"
    return FORMATS[code].extension, FORMATS[code].media_type


def read(code: str, data: bytes | BinaryIO) -> list[Description]:
    """The records of a file, all of them. Raises Malformed, and KeyError where nothing reads this format."""
    found = FORMATS[code].read
    if found is None:
        raise KeyError(code)
    content = data if isinstance(data, bytes) else data.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Malformed("", f"the file is larger than {MOST_BYTES >> 20} MB")
    return found(content)


def write(code: str, descriptions: Iterable[Description], context: Context) -> bytes:
    """A file with the records as they are given: what may go out is decided before. KeyError if nothing writes it."""
    found = FORMATS[code].write
    if found is None:
        raise KeyError(code)
    given = list(descriptions)
    names = {**context.names, **{each.id: each.name for each in given}}
    return found(given, replace(context, names=names))
