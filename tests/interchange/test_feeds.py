"""Atom feeds, by the letter of RFC 4287 and RFC 5005."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from oralhistory.editions.models import Edition, EditionMention, Standing
from oralhistory.organizations.models import Organization
from oralhistory.reading_room import feeds
from tests.factories import PUBLISHED, OrganizationFactory, VeilFactory
from tests.reading_room import pages

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "judges/data/atom/atom.xsd"))
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def read(client, address: str) -> etree._Element:
    """The feed, once it is judged: by the schema, and by what the standard says beside it."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    SCHEMA.assertValid(root)
    assert root.get(f"{XML}lang") in ("es", "en", "pt")
    for each in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(each.findall(f"{ATOM}{name}")) == 1, name  # exactly one of each
        assert re.match(r"https?://", each.findtext(f"{ATOM}id"))
        assert INSTANT.fullmatch(each.findtext(f"{ATOM}updated"))
        assert each.find(f"{ATOM}author") is not None or root.find(f"{ATOM}author") is not None
        assert all(name.text.strip() for name in each.iterfind(f"{ATOM}author/{ATOM}name"))
        alternates = [
            (link.get("type"), link.get("hreflang"))
            for link in each.iterfind(f"{ATOM}link[@rel='alternate']")
        ]
        assert len(alternates) == len(set(alternates)) == 1
        assert all(link.get("href") for link in each.iterfind(f"{ATOM}link"))
        assert each.findtext(f"{ATOM}summary", " ")
    ids = [each.text for each in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    assert links(root)["self"].removeprefix("http://127.0.0.1:8000") == address
    return root


def links(root) -> dict[str, str]:
    return {link.get("rel"): link.get("href") for link in root.iterfind(f"{ATOM}link")}


def entries(root) -> list[str]:
    return [each.findtext(f"{ATOM}id").split("/")[-2] for each in root.iter(f"{ATOM}entry")]


def test_the_newest_come_first_and_say_whose_hand_the_text_is(client):
    pages.archive(3)

    root = read(client, "/testimonies.atom")

    assert entries(root) == ["testimony002", "testimony001", "testimony000"]
    entry = root.find(f"{ATOM}entry")
    assert root.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Elena"
    assert entry.find(f"{ATOM}title").get(f"{XML}lang") == "es"
    assert "Edición 1" in entry.findtext(f"{ATOM}summary")
    assert "revisado por personas" in entry.findtext(f"{ATOM}summary")


def test_pages_lead_to_each_other(client, monkeypatch):
    monkeypatch.setattr(feeds, "PER_PAGE", 2)
    pages.archive(5)

    first, last = read(client, "/en/testimonies.atom"), read(client, "/en/testimonies.atom?page=3")
    middle = read(client, links(first)["next"].removeprefix("http://127.0.0.1:8000"))

    assert [len(entries(page)) for page in (first, middle, last)] == [2, 2, 1]
    assert "previous" not in links(first)
    assert "next" not in links(last)
    assert links(middle)["previous"] == links(last)["first"] == links(first)["self"]
    assert {page.findtext(f"{ATOM}id") for page in (first, middle, last)} == {links(first)["self"]}
    for number in ("0", "4", "x", "9" * 30):
        assert client.get(f"/testimonies.atom?page={number}").status_code == 404


def test_there_is_one_of_each_organization_and_of_each_collection(client):
    pages.archive()
    pages.publish(1, collection="Otra & otra")

    assert entries(read(client, "/testimonies.atom?organization=fmln-sv")) == ["testimony001", "testimony000"]
    other = read(client, "/pt/testimonies.atom?collection=Otra%20%26%20otra")
    assert entries(other) == ["testimony001"]
    assert "Otra & otra" in other.findtext(f"{ATOM}title")
    OrganizationFactory(slug="silent-mx")
    assert entries(read(client, "/testimonies.atom?organization=silent-mx")) == []  # its page leads here, too
    assert client.get("/testimonies.atom?organization=never-there").status_code == 404
    assert entries(read(client, "/testimonies.atom?country=MX&language=es")) == [
        "testimony001",
        "testimony000",
    ]
    for nothing in ("collection=Ninguna", "collection=%00", "country=%25", "language=E", "organization=%00"):
        assert client.get(f"/testimonies.atom?{nothing}").status_code == 404


def test_what_went_into_another_record_leads_to_its_feed_and_is_in_it(client):
    pages.archive()
    fmln = Organization.objects.get(slug="fmln-sv")
    Organization.objects.filter(slug="copesal-mx").update(merged_into=fmln)
    EditionMention.objects.filter(organization="fmln-sv").delete()

    answer = client.get("/testimonies.atom?organization=copesal-mx")

    assert answer.headers["Location"] == "http://127.0.0.1:8000/testimonies.atom?organization=fmln-sv"
    assert entries(read(client, "/testimonies.atom?organization=fmln-sv")) == ["testimony000"]


@pytest.mark.parametrize("use", ["harvest", "search_engines"])
def test_what_may_not_be_listed_elsewhere_is_in_no_feed(client, use):
    edition, other = pages.archive(2)
    Edition.objects.filter(pk=edition.pk).update(uses=[each for each in edition.uses if each != use])
    Standing.objects.filter(pk=other.standing_id).update(withdrawn_at=PUBLISHED)

    assert entries(read(client, "/testimonies.atom")) == []


def test_a_veil_changes_an_entry_and_takes_what_was_written_about_it(client):
    edition, *_ = pages.archive()
    Edition.objects.update(summary="Lo que se oye en el pasaje.", narrators=[])
    laid = datetime.fromisoformat("2027-01-01T00:00:00+00:00")
    VeilFactory(edition=edition, at=laid)

    entry = read(client, "/testimonies.atom").find(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}updated") == "2027-01-01T00:00:00Z"
    assert "pasaje" not in entry.findtext(f"{ATOM}summary")


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/", "/testimonies.atom"),
        ("/testimonies/?collection=Memoria+de+la+solidaridad", "/testimonies.atom?collection=Memoria%20de%20la%20solidaridad"),
        ("/en/organizations/fmln-sv/", "/en/testimonies.atom?organization=fmln-sv"),
    ],
)  # fmt: skip
def test_pages_name_their_feed(client, page, feed):
    pages.archive()

    content = client.get(page).content.decode()

    found = re.search(
        r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">', content
    )
    assert found
    assert found[1].replace("&amp;", "&") == feed
    assert entries(read(client, feed)) == ["testimony000"]
