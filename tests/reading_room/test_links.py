"""Every address that a public page names leads somewhere, and every link says where."""

from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.reading_room import pages

pytestmark = pytest.mark.django_db

HERE = ("testserver", "127.0.0.1:8000")  # as the test's client calls it, and as SITE_URL does
NAMES = {"form": "action", "script": "src", "img": "src", "audio": "src", "video": "src", "source": "src", "track": "src",
         "iframe": "src"}  # fmt: skip
# What says nothing by itself is read aloud by one of these.
SAYS = ("aria-label", "title", "alt")
# Where those go who work here; files whose names the storage made; and what another test asks for in every language.
ELSEWHERE = ("/workroom/", "/accounts/", "/narrator/", "/static/", "/en/", "/pt/")


class Page(HTMLParser):
    """The addresses that a page names, the ids that can be led to, and the links that say nothing."""

    def __init__(self, html: str = "") -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.ids: set[str] = set()
        self.silent: list[str] = []
        self._open: tuple[str, bool] | None = (
            None  # the link that is being read, and whether it has said something
        )
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = NAMES.get(tag, "href")
        self.addresses |= {given[name]} if name in given else set()
        self.ids |= {given["id"]} if "id" in given else set()
        if tag == "a":
            self._open = (given.get("href", ""), False)
        if any(given.get(name, "").strip() for name in SAYS):
            self._said()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._said()

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open:
            self.silent += [] if self._open[1] else [self._open[0]]
            self._open = None

    def _said(self) -> None:
        self._open = (self._open[0], True) if self._open else None


def test_every_address_that_a_page_names_leads_somewhere_and_every_link_says_where(client):
    pages.archive()
    waiting, asked = ["/"], dict[str, Page]()
    places: dict[tuple[str, str], str] = {}  # an address with a place on it: the page that leads there
    wrong = []
    while waiting:
        address = waiting.pop()
        if address in asked:
            continue
        answer = client.get(address, follow=True)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        asked[address] = page = Page(body.decode()) if is_page else Page()
        if answer.status_code != 200:
            wrong.append(f"{address} answers {answer.status_code}")
        wrong += [f"{address} has a link without a name to {each}" for each in page.silent]
        for to, place in filter(None, (inside(address, each) for each in page.addresses)):
            if place and "=" not in place:  # no time of a recording
                places[to, place] = address
            if (
                to in asked or "?" not in address
            ):  # lists that were narrowed lead to narrower ones without end
                waiting.append(to)
    wrong += [
        f"{address} leads to {to}#{place}, which is not there"
        for (to, place), address in places.items()
        if to in asked and place not in asked[to].ids
    ]

    assert wrong == []
    assert len(asked) > 80


def inside(address: str, named: str) -> tuple[str, str] | None:
    """The path and query that an address on a page comes to, and the place on it; None where it leads elsewhere."""
    parts = urlsplit(urljoin(f"http://testserver{address}", named))
    if parts.netloc not in HERE or not parts.scheme.startswith("http") or parts.path.startswith(ELSEWHERE):
        return None
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", unquote(parts.fragment)
