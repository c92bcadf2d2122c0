"""Which format a file is of, by what stands in it: its name says little, and often wrongly."""

import csv
import io
import re

from oralhistory.organizations.formats import malformed, packages, tables
from oralhistory.organizations.formats.malformed import Malformed

_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_SKOS = b"www.w3.org/2004/02/skos/core"


def recognize(data: bytes) -> str:
    """A code of FORMATS. Raises Malformed where it is none of them."""
    if packages.is_package(data):
        return _package(data)
    start = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise malformed.at(1, "", "the file is empty")
    if start.startswith((b"{", b"[")):
        return "skos" if _SKOS in data else "jsonld"
    if start.startswith(b"<") and not start.startswith((b"<http", b"<urn")):
        return _xml(data)
    if start.startswith((b"@prefix", b"@base", b"PREFIX", b"BASE", b"#", b"<")) or _SKOS in data:
        return "skos"
    return _table(data)


def _package(data: bytes) -> str:
    """That of its first file of a kind that is known: a package holds files of one format."""
    for name, content in packages.files(data):
        if name.lower().endswith((".xml", ".csv")):
            try:
                return recognize(content)
            except Malformed as refusal:
                raise refusal.within(name) from refusal
    raise malformed.at(0, "", "no file in the package is XML or CSV")


def _xml(data: bytes) -> str:
    roots = {found[1].decode().lower() for found in _ROOT.finditer(data[:20_000])}
    if "rdf" in roots and b"eac-cpf" not in data[:20_000]:
        return "skos"
    if roots & {"eac-cpf", "eac"}:
        return "eac2" if b"archivists.org/ns/eac" in data[:20_000] else "eac2010"
    root = next(iter(_ROOT.finditer(data[:20_000])), None)
    raise malformed.at(1, root[1].decode() if root else "", "XML that is neither EAC-CPF nor SKOS")


def _table(data: bytes) -> str:
    header = tables.text_of(data).removeprefix("\ufeff").lstrip().split("\n", 1)[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    columns = {name.strip() for row in csv.reader(io.StringIO(header), delimiter=delimiter) for name in row}
    if "preferred_name" in columns:
        return "csv"
    if any(name.endswith("uthorizedFormOfName") for name in columns):
        return "atom"
    raise malformed.at(
        1,
        "",
        "a table without the columns of this archive (preferred_name) or of AtoM (authorizedFormOfName)",
    )
