"""PDFs that are printed and that screen readers can read (PDF/UA).

Words go to the typesetter as data and never as its language, so that nothing that anybody wrote is a command.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings

FONTS = Path(settings.BASE_DIR) / "oralhistory" / "static" / "dist" / "print"  # made by `npm run build`
# What lies in printers where the language is spoken: letter in Mexico, A4 in Brazil.
_PAPERS = {"pt": "a4"}
_ACCESSIBLE: Final = "ua-1"


class NoFonts(Exception):
    """The front end was not built: the fonts of what is printed are not there."""


def paper(language: str) -> str:
    return _PAPERS.get(language, "us-letter")


def pdf(sheet: Path, data: Mapping[str, Any]) -> bytes:
    """A tagged PDF with bookmarks, set by a sheet from what it reads as `sys.inputs.data`. Raises NoFonts."""
    compiler = typst.Compiler(
        sheet.read_bytes(), root=sheet.parent, font_paths=_fonts(), sys_inputs={"data": json.dumps(data)}
    )
    made = compiler.compile(format="pdf", pdf_standards=[_ACCESSIBLE])
    assert isinstance(made, bytes)  # noqa: S101  # one file, for it was asked for as a PDF
    return made


@cache
def _fonts() -> typst.Fonts:
    """Read once; those of the machine are not asked, so that every machine prints the same."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    if "Alegreya" not in found.families():
        raise NoFonts(FONTS)
    return found
