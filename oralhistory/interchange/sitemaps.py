"""The site map (sitemaps.org) for search engines: each page in three languages, each naming the others."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PER_PART = 10_000  # testimonies: in three languages 30,000 addresses, of the 50,000 that a part may have


def index(parts: Iterable[tuple[str, datetime | None]]) -> str:
    """Of parts by their paths, with the instant of the last change where it is known."""
    lines = "".join(
        f"<sitemap><loc>{escape(settings.SITE_URL + path)}</loc>{_changed(at)}</sitemap>\n"
        for path, at in parts
    )
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{lines}</sitemapindex>\n'


def part(pages: Iterable[tuple[str, datetime | date | None]]) -> Iterator[str]:
    """Of pages by their paths in the first language; in pieces, because a part may have 18 MB."""
    yield f'{_HEAD}<urlset xmlns="{_NAMESPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    for path, at in pages:
        addresses = {code: _in_language(path, code) for code, _name in settings.LANGUAGES}
        # Each of the three lists all three: search engines ask for it so.
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(address)}/>'
            for code, address in addresses.items()
        )
        for address in addresses.values():
            yield f"<url><loc>{escape(address)}</loc>{_changed(at)}{others}</url>\n"
    yield "</urlset>\n"


def _in_language(path: str, code: str) -> str:
    prefix = "" if code == settings.LANGUAGE_CODE else f"/{code}"
    return f"{settings.SITE_URL}{prefix}{path}"


def _changed(at: datetime | date | None) -> str:
    if at is None:
        return ""
    said = at.astimezone(UTC).isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()
    return f"<lastmod>{said}</lastmod>"
