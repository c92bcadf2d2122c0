"""The headers that OWASP asks for, on every public page and on some files: <https://owasp.org/www-project-secure-headers/>.

Not asked for is `Clear-Site-Data` after a log-out: it would delete recordings that have not been sent yet.
"""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from tests.reading_room import pages

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-DNS-Prefetch-Control": "off",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
NEVER = ("Set-Cookie", "X-Powered-By", "X-AspNet-Version", "X-Runtime", "Server", "Pragma")
SELF = "'self'"
NOTHING = "'none'"
# What fetches, and from where it may.
POLICY = {
    "default-src": {NOTHING}, "script-src": {SELF}, "style-src": {SELF}, "img-src": {SELF, "data:"}, "font-src": {SELF},
    "media-src": {SELF}, "connect-src": {SELF}, "worker-src": {SELF}, "form-action": {SELF}, "base-uri": {NOTHING},
    "object-src": {NOTHING},
}  # fmt: skip
FETCHED = {
    "img": "src", "script": "src", "iframe": "src", "audio": "src", "video": "src", "source": "src", "track": "src",
    "embed": "src", "object": "data", "use": "href", "image": "href",
}  # fmt: skip
FETCHED_RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}  # fmt: skip


# Besides the addresses of `pages`.
MORE = ("/workroom/", "/accounts/login/", "/no-such-page", "/en/testimonies/", "/pt/nothing/")
FILES = ("dist/main.css", "dist/main.js", "mark.svg")
FRAMED = ("/embed/", "/reconcile/preview", "/reconcile/flyout")


class Fetched(HTMLParser):
    """Every address of which a browser fetches something by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in FETCHED:
            self.addresses += [given.get(FETCHED[tag], ""), given.get("poster", "")]
        elif tag == "link" and FETCHED_RELATIONS & set(given.get("rel", "").split()):
            self.addresses.append(given.get("href", ""))
        self.addresses += [each.split()[0] for each in given.get("srcset", "").split(",") if each.strip()]


def test_every_public_answer_has_every_header_and_no_page_fetches_from_elsewhere(settings):
    """Over TLS and with the year of HSTS, as in production, whose settings `check --deploy` judges."""
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    edition, *_ = pages.archive()
    client = Client()
    fetched = 0
    for address in [*pages.addresses(edition), *MORE, *map(staticfiles_storage.url, FILES)]:
        answer = client.get(address, secure=True)
        if answer.streaming:
            b"".join(answer.streaming_content)  # and closed
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        has_every_header(address, answer)
        lets_nothing_in(address, answer, is_page=is_page)
        may_be_framed_where_narrators_let_others_show_it(address, answer, is_page=is_page)
        if is_page:
            fetched += fetches_from_nobody_else(address, answer.content.decode())
    assert fetched > 100


def has_every_header(address: str, answer: Any) -> None:
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS, address
    assert "microphone=(self)" in answer.headers["Permissions-Policy"], address
    assert answer.headers["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin"), address
    assert [name for name in NEVER if name in answer.headers] == [], address
    if not address.startswith("/accounts/"):  # a log-in has a token
        assert not answer.cookies, address


def lets_nothing_in(address: str, answer: Any, *, is_page: bool) -> None:
    policy = answer.headers["Content-Security-Policy"]
    given = {name: set(sources) for name, *sources in map(str.split, filter(str.strip, policy.split(";")))}
    assert "unsafe" not in policy, address
    assert given["default-src"] == {NOTHING}, address
    if is_page:
        assert {name: given.get(name) for name in POLICY} == POLICY, address
        assert given["frame-ancestors"] <= {NOTHING, "*"}, address


def may_be_framed_where_narrators_let_others_show_it(address: str, answer: Any, *, is_page: bool) -> None:
    framed = address.startswith(FRAMED)
    if is_page:
        assert ("frame-ancestors *" in answer.headers["Content-Security-Policy"]) == framed, address
    if not framed and not address.startswith(("/static/", "/reconcile")):
        assert answer.headers["X-Frame-Options"] == "DENY", address


def fetches_from_nobody_else(address: str, page: str) -> int:
    found = [each for each in Fetched(page).addresses if each and not each.startswith("data:")]
    assert {each for each in found if urlsplit(each).netloc not in ("", "testserver")} == set(), address
    return len(found)
