"""What every file that leaves the archive says of itself."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from oralhistory.editions.public import PublicEdition

ARCHIVE = "Archivo de la Solidaridad"


def address(edition: PublicEdition) -> str:
    """Where the testimony is read; the same in every language of the pages."""
    return f"{settings.SITE_URL}/testimonies/{edition.public_id}/"


def lines(edition: PublicEdition) -> Iterable[str]:
    """Title, edition, how the text was made, where it came from: a line each."""
    yield edition.title
    yield _("Edition %(number)d, %(day)s") % {
        "number": edition.number,
        "day": edition.published_at.date().isoformat(),
    }
    yield making(edition)
    yield f"{ARCHIVE}, {address(edition)}"


def making(edition: PublicEdition) -> str:
    """In a sentence, whose hand the text is."""
    engine = " ".join(part for part in (edition.making.get("engine"), edition.making.get("model")) if part)
    values = {"engine": engine or _("a machine")}
    checked = edition.making.get("checked") or edition.making.get("audited")
    if edition.making.get("brought"):
        return (
            _("Text brought from elsewhere, checked by people.")
            if checked
            else _("Text brought from elsewhere.")
        )
    if checked:
        return _("Text made by %(engine)s and checked by people.") % values
    return _("Text made by %(engine)s, machine-made and unchecked.") % values
