"""What holds for every public address."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from oralhistory.editions import indexing
from oralhistory.editions.models import Standing
from tests.factories import VeilFactory
from tests.reading_room import pages

pytestmark = pytest.mark.django_db

PUBLIC_TABLES = re.compile(
    r"^(editions_(standing|edition|editionfacts|editionsegment|editionmention|veil)|interchange_(harvested|compared)|search_public_\w+"
    r"|organizations_(organization|name|location|identifier|relation|source|revision)|web_textversion)$"
)
TABLE = re.compile(r'(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)"?', re.IGNORECASE)


def read(client, address):
    response = client.get(address)
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_public_pages_ask_public_tables_and_nothing_else(client):
    edition, *_ = pages.archive()
    for address in pages.addresses(edition):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(client, address)
        asked = {table for query in queries for table in TABLE.findall(query["sql"])}
        private = {table for table in asked if not PUBLIC_TABLES.match(table)} - {"select", "UNNEST"}
        assert not private, (address, private)


def test_visitors_get_no_cookies(client):
    edition, *_ = pages.archive()
    for address in pages.addresses(edition):
        assert not client.get(address).cookies, address


def test_every_page_says_that_kept_copies_must_be_asked_about(client):
    edition, *_ = pages.archive()
    of_organizations = [
        each for each in pages.addresses(edition) if "organizations" in each or "reconcile" in each
    ]
    of_organizations += pages.FOR_PROGRAMS[2:]
    for address in (*pages.of(f"/testimonies/{edition.public_id}/", edition), *of_organizations):
        assert "no-cache" in client.get(address).headers["Cache-Control"], address


@pytest.mark.parametrize("language", ["", "/en", "/pt"])
def test_every_page_is_there_in_every_language(client, language):
    edition, *_ = pages.archive()
    for address in pages.of(f"/testimonies/{edition.public_id}/", edition):
        assert client.get(language + address).status_code == 200, address
    page = client.get(f"{language}/testimonies/{edition.public_id}/").content.decode()
    assert f'<html lang="{language.strip("/") or "es"}">' in page


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/", 8),
        ("/about/", 1),
        ("/en/privacy/", 1),
        ("/statistics/", 2),
        ("/testimonies/", 5),
        ("/explore/", 2),
        ("/people/", 1),
        ("/people/elena/", 6),
        ("/places/managua-ni/", 7),
        ("/subjects/exilio/", 7),
        ("/collections/memoria-de-la-solidaridad/", 6),
        ("/timeline/", 7),
        ("/timeline/?show=testimonies", 3),
        ("/map/", 1),
        ("/testimonies/testimony000/", 10),
        ("/testimonies/testimony000/m/cue000bb/", 9),
        ("/organizations/", 7),
        ("/organizations/fmln-sv/", 13),
        ("/search/?q=marchamos", 10),
        ("/testimonies.atom", 5),
        ("/sitemap.xml", 1),
        ("/sitemaps/testimonies-1.xml", 1),
        ("/api/v1/testimonies?organization=fmln-sv", 5),
        ("/api/v1/testimonies/testimony000", 3),
        ("/api/v1/testimonies/testimony000/segments", 5),
        ("/api/v1/organizations", 8),
        ("/api/v1/organizations/fmln-sv", 7),
        ("/api/v1/organizations/fmln-sv/moments", 13),
        ("/api/v1/search/moments?q=FMLN", 7),
    ],
)
@pytest.mark.parametrize("testimonies", [1, 3])
def test_queries_do_not_grow_with_the_archive(
    client, django_assert_num_queries, address, expected, testimonies
):
    pages.archive(testimonies)
    client.get(address)
    if connection.vendor == "postgresql" and "/search/" in address:
        # It sets its time limit and puts it back, inside a transaction of its own.
        expected += 4
    with django_assert_num_queries(expected):
        assert client.get(address).status_code == 200


def test_a_hidden_testimony_answers_like_an_id_that_never_existed(client):
    edition, *_ = pages.archive()
    addresses = pages.of(f"/testimonies/{edition.public_id}/", edition)
    Standing.objects.update(withdrawn_at=timezone.now(), tombstone=False)
    for address in addresses:
        hidden = client.get(address)
        never = client.get(address.replace(edition.public_id, "neverexisted"))
        assert hidden.status_code == never.status_code == 404
        assert (hidden.content, dict(hidden.headers)) == (never.content, dict(never.headers)), address


def test_a_withdrawn_testimony_says_so_where_that_is_allowed_and_is_nowhere_else(client):
    edition, *_ = pages.archive()
    addresses = pages.of(f"/testimonies/{edition.public_id}/", edition)
    Standing.objects.update(withdrawn_at=timezone.now(), tombstone=True)
    assert {client.get(address).status_code for address in addresses} == {410}
    for address in ("/", "/testimonies/", "/organizations/fmln-sv/", "/search/?q=marchamos"):
        assert edition.public_id not in client.get(address).content.decode(), address


def test_veiled_words_are_gone_from_every_address(client):
    edition, *_ = pages.archive()
    addresses = pages.addresses(edition)
    VeilFactory(edition=edition, start_ms=12_000, end_ms=12_500)
    suggestions = {address for address in addresses if "suggestions" in address}
    for address in (*(set(addresses) - suggestions), *suggestions):
        if address in suggestions:  # these words are the index's, which follows in the same transaction
            indexing.replace(edition)
        answer = read(client, address).decode(errors="replace")
        for echo in ('value="marchamos"', "q=marchamos", "<title>marchamos"):  # what the visitor typed
            answer = answer.replace(echo, "")
        assert "archamos" not in answer, address


def test_a_veil_withholds_the_whole_sound(client):
    edition, *_ = pages.archive()
    VeilFactory(edition=edition, start_ms=12_000, end_ms=12_500)
    assert client.get(f"/testimonies/{edition.public_id}/sound").status_code == 404
    page = client.get(f"/testimonies/{edition.public_id}/").content.decode()
    assert "<audio" not in page
    assert client.get(f"/testimonies/{edition.public_id}/waveform.json").json()["peaks"] == []


@pytest.mark.parametrize(
    ("missing", "closed"),
    [
        ("audio", ["sound", "waveform.json"]),
        ("text", ["words.json", "transcript.vtt", "m/cue000bb/"]),
        ("download", ["transcript.vtt", "transcript.txt", "transcript.json"]),
        ("still", ["photographs/1/small"]),
        ("quote", ["m/cue000bb/", "citation.bib", "citation.ris"]),
    ],
)
def test_what_the_narrator_did_not_grant_is_not_there(client, missing, closed):
    edition, *_ = pages.archive()
    edition.uses = [use for use in edition.uses if use != missing]
    edition.save()
    for name in closed:
        assert client.get(f"/testimonies/{edition.public_id}/{name}").status_code == 404, name
    assert client.get(f"/testimonies/{edition.public_id}/").status_code == 200


def test_a_search_quotes_only_what_may_be_quoted(client):
    edition, *_ = pages.archive()
    moment = f"/testimonies/{edition.public_id}/m/cue000bb/"
    granted = client.get("/search/?q=marchamos").content.decode()
    edition.uses = [use for use in edition.uses if use != "quote"]
    edition.save()

    page = client.get("/search/?q=marchamos").content.decode()

    assert ("<blockquote" in granted, moment in granted) == (True, True)
    assert f"/testimonies/{edition.public_id}/#t=" in page  # it is found, and read where it stands
    assert ("<blockquote" in page, moment in page) == (False, False)


def test_where_search_engines_may_not_find_it_every_page_and_file_says_so(client):
    edition, *_ = pages.archive()
    addresses = pages.of(f"/testimonies/{edition.public_id}/", edition)
    assert not any("X-Robots-Tag" in client.get(address).headers for address in addresses)
    edition.uses = [use for use in edition.uses if use != "search_engines"]
    edition.save()

    answers = {address: client.get(address) for address in addresses}

    assert {answer.status_code for answer in answers.values()} == {200}
    assert {answer.headers.get("X-Robots-Tag") for answer in answers.values()} == {"noindex"}


def test_players_offer_no_download_that_was_not_granted(client):
    edition, *_ = pages.archive()
    address = f"/testimonies/{edition.public_id}/"
    assert "nodownload" not in client.get(address).content.decode()
    edition.uses = [use for use in edition.uses if use != "download"]
    edition.save()

    assert 'controlslist="nodownload"' in client.get(address).content.decode()


def test_no_page_has_styles_or_scripts_of_its_own(client):
    edition, *_ = pages.archive()
    for address in pages.addresses(edition):
        answer = client.get(address)
        if "html" in answer.headers["Content-Type"]:
            page = answer.content.decode()
            assert not re.search(
                r"\sstyle=|\son\w+=|<style|<script(?! type=\"application/ld\+json\">)(?![^>]*\ssrc=)", page
            ), address
