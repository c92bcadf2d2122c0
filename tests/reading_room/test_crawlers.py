"""What search engines and gatherers are told follows what narrators granted, and lists nobody who asked not to be found."""

from urllib import robotparser

import pytest
from lxml import etree

from oralhistory.editions.models import Edition, Standing
from oralhistory.interchange import sitemaps
from tests.factories import ALL_USES, PUBLISHED
from tests.reading_room import pages

pytestmark = pytest.mark.django_db
MAP, XHTML = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.w3.org/1999/xhtml}"
SITE = "http://127.0.0.1:8000"


def rules(client) -> robotparser.RobotFileParser:
    parser = robotparser.RobotFileParser()
    parser.parse(client.get("/robots.txt").content.decode().splitlines())
    return parser


def site_map(client, address: str) -> etree._Element:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return etree.fromstring(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def locations(root) -> list[str]:
    return [each.text for each in root.iter(f"{MAP}loc")]


def without(use: str, number: int) -> Edition:
    return pages.publish(number, uses=[each for each in ALL_USES if each != use])


def test_robots_keep_search_engines_out_of_rooms_and_answers_and_off_no_testimony(client):
    pages.archive()
    hidden = without("search_engines", 1)
    robots = rules(client)

    for path in (
        "/",
        "/testimonies/testimony000/",
        "/organizations/fmln-sv/",
        f"/testimonies/{hidden.public_id}/",
    ):
        assert robots.can_fetch("Googlebot", f"{SITE}{path}"), path
    for path in ("/workroom/", "/en/narrator/x/", "/pt/accounts/login/", "/search/?q=x", "/en/search/", "/oai?verb=Identify", "/api/v1/testimonies"):  # fmt: skip
        assert not robots.can_fetch("Googlebot", f"{SITE}{path}"), path
    assert robots.can_fetch("Googlebot", f"{SITE}/api/")
    assert robots.site_maps() == [f"{SITE}/sitemap.xml"]
    # A page that may be fetched can say that it is not to be found; a line here would tell everybody who asked for that.
    assert hidden.public_id not in client.get("/robots.txt").content.decode()
    assert client.get(f"/testimonies/{hidden.public_id}/").headers["X-Robots-Tag"] == "noindex"


def test_gatherers_for_training_are_kept_out_until_every_testimony_grants_it(client):
    edition = pages.publish(0, uses=[*ALL_USES, "ai_training"])
    assert rules(client).can_fetch("GPTBot", f"{SITE}/testimonies/{edition.public_id}/")

    other = pages.publish(1)

    for name in ("GPTBot", "CCBot", "Google-Extended", "ClaudeBot"):
        assert not rules(client).can_fetch(name, f"{SITE}/")
    assert rules(client).can_fetch("Googlebot", f"{SITE}/")
    assert other.public_id not in client.get("/robots.txt").content.decode()
    Standing.objects.update(withdrawn_at=PUBLISHED)
    assert not rules(client).can_fetch("GPTBot", f"{SITE}/")  # of nothing, nobody has said yes


def test_the_site_map_names_every_page_in_three_languages(client):
    pages.archive(2)
    parts = locations(site_map(client, "/sitemap.xml"))
    assert len(parts) == 3
    found = []
    for part in parts:
        root = site_map(client, part.removeprefix(SITE))
        for url in root:
            alternates = {link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")}
            assert set(alternates) == {"es", "en", "pt"}
            assert url.findtext(f"{MAP}loc") in alternates.values()
        found += locations(root)

    assert len(found) == len(set(found))
    assert {f"{SITE}{path}" for path in ("/", "/en/", "/pt/about/", "/en/organizations/fmln-sv/")} < set(
        found
    )
    assert f"{SITE}/pt/testimonies/testimony001/" in found
    assert all(client.get(each.removeprefix(SITE)).status_code == 200 for each in found if "/en/" in each)
    dated = site_map(client, "/sitemaps/testimonies-1.xml").findtext(f".//{MAP}lastmod")
    assert dated.endswith("+00:00")


def test_a_testimony_that_search_engines_may_not_find_is_in_no_part(client):
    pages.archive()
    without("search_engines", 1)
    Standing.objects.filter(public_id="testimony000").update(withdrawn_at=PUBLISHED)

    assert len(locations(site_map(client, "/sitemap.xml"))) == 2
    for part in (0, 1, 2, 10**30):
        assert client.get(f"/sitemaps/testimonies-{part}.xml").status_code == 404


def test_parts_hold_so_many_testimonies_and_no_more(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PER_PART", 2)
    pages.archive(3)

    parts = [each for each in locations(site_map(client, "/sitemap.xml")) if "testimonies-" in each]

    sizes = [len(locations(site_map(client, part.removeprefix(SITE)))) for part in parts]
    assert sizes == [6, 3]
