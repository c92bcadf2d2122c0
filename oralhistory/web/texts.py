"""The interface's texts: found in code and templates, kept in one catalog for each language.

Babel reads and writes catalogs, so that nobody needs the gettext programs; Django's own `templatize` turns a
template into something that looks like code, with its texts as calls.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None, "N_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
HEADER = "# Texts of the interface. AGPL-3.0-or-later, as the program."
LANGUAGES = ("es", "pt")  # the texts themselves are English


def found() -> Catalog:
    """Every text of the program, with the files it stands in (no line numbers: they would change every day)."""
    catalog = Catalog(charset="utf-8")
    for path, source in _sources():
        for _, message, comments, context in extract(
            "python", io.BytesIO(source), KEYWORDS, ["Translators:"]
        ):
            catalog.add(message, locations=[(path, 0)], auto_comments=comments, context=context)
    return catalog


def _sources() -> Iterator[tuple[str, bytes]]:
    root = settings.BASE_DIR
    for path in sorted((root / "oralhistory").rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(root)), path.read_bytes()
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            name = str(path.relative_to(root))
            yield name, _as_code(templatize(path.read_text(encoding="utf-8"), origin=name))


def _as_code(templatized: str) -> bytes:
    """What `templatize` leaves of a template, kept to its calls: the X's between them are not Python."""
    lines = []
    for line in templatized.splitlines():
        start = 0
        while (at := _next_call(line, start)) is not None:
            end = _end_of_call(line, at)
            lines.append(line[at:end])
            start = end
    return "\n".join(lines).encode()


def _next_call(line: str, start: int) -> int | None:
    places = [line.find(f"{name}(", start) for name in ("gettext", "ngettext", "pgettext", "npgettext", "_")]
    return min((place for place in places if place >= 0), default=None)


def _end_of_call(line: str, at: int) -> int:
    depth, quote, position = 0, "", line.index("(", at)
    while position < len(line):
        character = line[position]
        if quote:
            if character == "\\":
                position += 1
            elif character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
            if depth == 0:
                return position + 1
        position += 1
    return len(line)


def catalog_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    path = catalog_path(language)
    if not path.exists():
        return Catalog(
            locale=language, project="oralhistory", version="1", charset="utf-8", header_comment=HEADER,
            msgid_bugs_address="", last_translator="", language_team="", copyright_holder="the archive",
        )  # fmt: skip
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def update(language: str) -> tuple[int, int]:
    """Bring a catalog up to date with the program. Returns how many texts it has and how many lack a translation."""
    catalog = load(language)
    catalog.update(found(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    path = catalog_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(
            stream,
            catalog,
            width=110,
            sort_output=True,
            include_lineno=False,
            omit_header=False,
            ignore_obsolete=True,
        )
    return len(catalog), len(missing(catalog))


def missing(catalog: Catalog) -> list[str]:
    """The texts that have no translation, or one that does not fit (another placeholder, a plural left out)."""
    return [
        str(message.id)
        for message in catalog
        if message.id and (not _is_translated(message.string) or message.fuzzy or any(message.check(catalog)))
    ]


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)
