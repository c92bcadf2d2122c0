"""Cited, linked, shown elsewhere: what leaves with an address, and only what the narrator lets leave."""

import io
import json
from urllib.parse import quote

import defusedxml.ElementTree
import extruct
import pytest
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from oralhistory.editions.models import Edition, EditionSegment, Standing
from tests.factories import ALL_USES, EditionFactory, VeilFactory
from tests.reading_room import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    """A testimony of a minute, with a quotation, a chapter and two organizations."""
    return pages.archive()[0]


def without(edition: Edition, *uses: str) -> None:
    Edition.objects.filter(pk=edition.pk).update(uses=[use for use in ALL_USES if use not in uses])


def read(client, address: str) -> str:
    return client.get(address).content.decode()


def metadata(client, address: str) -> dict:
    page = read(client, address)
    return extruct.extract(
        page, base_url="http://testserver", syntaxes=["json-ld", "opengraph", "dublincore"]
    )


# What a page says of itself, as an independent parser reads it.


def test_a_testimony_says_what_it_is_to_machines(client, edition):
    found = metadata(client, "/testimonies/testimony000/")

    [data] = found["json-ld"]
    assert data["@type"] == ["ArchiveComponent", "AudioObject"]
    assert (data["name"], data["version"], data["duration"]) == (edition.title, 1, "PT1M")
    assert data["creator"] == [{"@type": "Person", "name": "Elena"}]
    assert [clip["name"] for clip in data["hasPart"]] == ["Comienzos"]
    assert {each["name"] for each in data["mentions"]} == {
        "Frente Farabundo Martí",
        "Comité Permanente de Solidaridad",
    }
    assert "Con el FMLN marchamos juntos." in data["transcript"]
    dublin = {each["name"].lower(): each["content"] for each in found["dublincore"][0]["elements"]}
    assert (dublin["dc.title"], dublin["dc.creator"]) == (edition.title, "Elena")
    graph = dict(found["opengraph"][0]["properties"])
    assert graph["og:image"].endswith("/testimonies/testimony000/preview.png")
    assert graph["og:description"] == "«Marchamos juntos.»"
    page = read(client, "/testimonies/testimony000/")
    assert f'<meta name="citation_title" content="{edition.title}">' in page
    assert '<meta name="citation_author" content="Elena">' in page


def test_a_moment_says_which_it_is(client, edition):
    found = metadata(client, "/testimonies/testimony000/m/cue000bb/")

    [data] = found["json-ld"]
    assert (data["text"], data["startOffset"]) == ("Con el FMLN marchamos juntos.", 10)
    assert data["isPartOf"]["name"] == edition.title


@pytest.mark.parametrize(
    ("missing", "gone"),
    [
        ("download", "transcript"), ("harvest", "transcript"), ("embed", "embedUrl"), ("summary", "hasPart"),
        ("download", "contentUrl"),
    ],
)  # fmt: skip
def test_machines_are_told_no_more_than_is_granted(client, edition, missing, gone):
    [before] = metadata(client, "/testimonies/testimony000/")["json-ld"]
    without(edition, missing)
    [after] = metadata(client, "/testimonies/testimony000/")["json-ld"]

    assert gone in before
    assert gone not in after


def test_search_engines_are_told_nothing_where_they_may_not_find_it(client, edition):
    without(edition, "search_engines")
    assert metadata(client, "/testimonies/testimony000/")["json-ld"] == []


def test_no_text_closes_the_script_that_it_stands_in(client):
    pages.archive(0)
    evil = "</script><script>alert(1)</script>"
    pages.publish(title=evil, summary=evil)

    page = read(client, "/testimonies/testimony000/")
    assert "<script>alert" not in page
    assert metadata(client, "/testimonies/testimony000/")["json-ld"][0]["name"] == evil


def test_the_picture_beside_a_link_is_of_the_edition_and_no_photograph(client, edition):
    def picture(address="/testimonies/testimony000/preview.png") -> bytes:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
        return answer.content

    quoted = picture()
    assert Image.open(io.BytesIO(quoted)).size == (1200, 630)
    assert picture("/testimonies/testimony000/m/cue000bb/preview.png") != quoted
    storages["access"].delete("aa/small.jpg")
    assert picture() == quoted  # it never looked at the photograph
    without(edition, "quote")
    assert picture() != quoted
    assert client.get("/testimonies/testimony000/m/cue000bb/preview.png").status_code == 404


# The page of citations.


def test_every_style_is_offered_in_spanish_and_english_with_the_passage(client, edition):
    page = read(client, "/testimonies/testimony000/cite/?t=10,19.5&m=cue000bb")

    assert page.count('class="citation"') == 6
    assert "Testimonio oral, ed. 1" in page
    assert "Oral testimony, ed. 1" in page
    assert page.count("/testimonies/testimony000/m/cue000bb/") >= 6
    assert "(Elena, s/f, 0:10–0:19)" in page
    for kind, media_type in {"bib": "x-bibtex", "ris": "research-info", "json": "csl+json"}.items():
        answer = client.get(f"/testimonies/testimony000/citation.{kind}?t=10,19.5")
        assert media_type in answer.headers["Content-Type"]
        assert "0:10" in answer.content.decode()


@pytest.mark.parametrize("asked", ["t=x", "t=9,3", "t=99999", "t=-1", "m=cue000bb", "t=1&m=nothere"])
def test_a_passage_that_makes_no_sense_is_the_whole_or_a_moment(client, edition, asked):
    page = read(client, f"/testimonies/testimony000/cite/?{asked}")
    assert "/m/" not in page
    assert page.count('class="citation"') == 6


def test_what_may_not_be_quoted_is_not_cited(client, edition):
    without(edition, "quote")
    assert 'class="citation"' not in read(client, "/testimonies/testimony000/cite/")
    assert client.get("/testimonies/testimony000/citation.json").status_code == 404
    without(edition, "quote", "embed")
    assert client.get("/testimonies/testimony000/cite/").status_code == 404


# On other people's pages.


def ancestors(answer) -> str:
    directives = answer.headers["Content-Security-Policy"].split("; ")
    return next(each for each in directives if each.startswith("frame-ancestors"))


def test_of_a_testimony_only_the_embedded_player_may_be_framed(client, edition):
    framed = client.get("/embed/testimonies/testimony000/?t=10,19")
    assert framed.status_code == 200
    assert "X-Frame-Options" not in framed.headers
    assert ancestors(framed) == "frame-ancestors *"
    assert not framed.cookies
    assert "Con el FMLN marchamos juntos." in framed.content.decode()
    for address in pages.addresses(edition):
        if not address.startswith(("/embed/", "/reconcile")):
            answer = client.get(address)
            assert answer.headers["X-Frame-Options"] == "DENY", address
            if "html" in answer.headers["Content-Type"]:
                assert ancestors(answer) == "frame-ancestors 'none'", address


def test_what_others_may_not_show_is_refused_and_says_where_it_is(client, edition):
    without(edition, "embed")
    framed = client.get("/en/embed/testimonies/testimony000/")
    page = framed.content.decode()

    assert framed.status_code == 403
    assert "in the archive alone" in page
    assert "sound" not in page.partition("<main>")[2]
    assert "oembed" not in read(client, "/testimonies/testimony000/")
    assert "iframe" not in read(client, "/testimonies/testimony000/cite/")
    assert client.get("/oembed?url=http://testserver/testimonies/testimony000/").status_code == 401


def test_a_frame_quotes_only_what_may_be_quoted_and_not_what_is_veiled(client, edition):
    without(edition, "quote")
    assert "marchamos" not in read(client, "/embed/testimonies/testimony000/?t=10,19")
    without(edition)
    VeilFactory(edition=edition, start_ms=12_000, end_ms=13_000)
    page = read(client, "/embed/testimonies/testimony000/?t=10,19")
    assert "marchamos" not in page
    assert "<audio" not in page


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/testimonies/testimony000/", ""),
        ("/en/testimonies/testimony000/", ""),
        ("/testimonies/testimony000/#t=3,9", "?t=3,9"),
        ("/testimonies/testimony000/m/cue000bb/", "?t=10,19.5"),
        ("/embed/testimonies/testimony000/?t=3,9", "?t=3,9"),
        ('/testimonies/testimony000/#t=3"onload=x', ""),
    ],
)
def test_oembed_answers_a_frame_of_what_the_address_leads_to(client, edition, path, asked):
    for kind in ("json", "xml"):
        answer = client.get(
            f"/oembed?url={quote('http://testserver' + path, safe='')}&format={kind}&maxwidth=400"
        )
        if kind == "json":
            found = json.loads(answer.content)
        else:
            found = {each.tag: each.text for each in defusedxml.ElementTree.fromstring(answer.content)}
        assert (found["type"], found["version"], str(found["width"])) == ("rich", "1.0", "400")
        assert found["title"] == edition.title
        assert f'/embed/testimonies/testimony000/{asked}"' in found["html"]
        assert found["html"].count('"') % 2 == 0


def test_oembed_is_found_on_the_page_and_knows_no_other_address(client, edition):
    page = read(client, "/testimonies/testimony000/")
    assert 'type="application/json+oembed"' in page
    for url in ("", "http://testserver/", "http://elsewhere.example/testimonies/testimony000/",
                "http://testserver/testimonies/neverexisted/", "ftp://testserver/testimonies/testimony000/"):  # fmt: skip
        assert client.get(f"/oembed?url={quote(url, safe='')}").status_code == 404, url
    assert (
        client.get("/oembed?url=http://testserver/testimonies/testimony000/&format=yaml").status_code == 501
    )
    Standing.objects.update(withdrawn_at=timezone.now(), tombstone=False)
    assert client.get("/oembed?url=http://testserver/testimonies/testimony000/").status_code == 404


# A moment outlives editions.


@pytest.fixture
def second(edition) -> Edition:
    """The next edition: one passage corrected, one closed, one under another name, one gone."""
    EditionSegment.objects.create(
        edition=edition, index=3, cue_id="cue000dd", start_ms=30_000, end_ms=39_000, text="Después nada fue igual.",
        language="es",
    )  # fmt: skip
    EditionSegment.objects.create(
        edition=edition, index=4, cue_id="cue000ee", start_ms=40_000, end_ms=49_000, text="Esto se quitó.", language="es",
    )  # fmt: skip
    made = EditionFactory(
        standing=edition.standing, number=2, title="Otra",
        segments=[
            {"text": "¿Cómo empezó?", "asks": True, "cue_id": "cue000aa"},
            {"text": "Con el FMLN marchamos siempre.", "cue_id": "cue000bb"},
            {"text": "", "words": [], "withheld": True, "cue_id": "cue000cc"},
            {"text": "Después nada fue igual.", "cue_id": "cue000zz"},
            {"text": "Otra cosa.", "cue_id": "cue000yy"},
            {"text": "Y con el Copesal después.", "cue_id": "cue000xx"},  # what was closed is said again
        ],
    )  # fmt: skip
    edition.standing.refresh_from_db()
    return made


def test_a_moment_with_other_words_says_since_when_and_quotes_only_the_present_ones(client, second):
    page = read(client, "/en/testimonies/testimony000/m/cue000bb/")
    assert "In edition 1 they were not the same." in page
    assert "marchamos siempre" in page
    assert "marchamos juntos" not in page
    assert "not the same" not in read(client, "/en/testimonies/testimony000/m/cue000aa/")


def test_the_same_words_under_another_name_are_led_to(client, second):
    answer = client.get("/testimonies/testimony000/m/cue000dd/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/testimonies/testimony000/m/cue000zz/")


def test_words_that_are_gone_are_said_to_have_changed_and_are_not_quoted(client, second):
    answer = client.get("/en/testimonies/testimony000/m/cue000ee/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "In edition 2 they are not the same." in page
    assert "/m/cue000yy/" in page
    assert "Esto se quitó" not in page


def test_words_that_were_closed_are_said_to_be_and_lead_to_nothing_that_tells_them(client, second):
    answer = client.get("/en/testimonies/testimony000/m/cue000cc/")
    assert answer.status_code == 410
    assert "is not published any more" in answer.content.decode()
    assert "Copesal" not in answer.content.decode()
    assert "cue000xx" not in answer.content.decode()
    VeilFactory(edition=second, start_ms=11_000, end_ms=12_000)
    veiled = client.get("/en/testimonies/testimony000/m/cue000bb/")
    assert veiled.status_code == 410
    assert "marchamos" not in veiled.content.decode()


def test_a_name_that_no_edition_has_shown_is_not_there(client, second):
    assert client.get("/testimonies/testimony000/m/neverwas/").status_code == 404
    without(second, "quote")
    assert client.get("/testimonies/testimony000/m/cue000ee/").status_code == 404


# Warnings.


def test_a_passage_with_a_warning_says_so_in_text_and_can_be_skipped_without_a_script(client):
    pages.archive(0)
    chapters = [
        {"start_ms": 0, "title": "Antes", "synopsis": ""},
        {"start_ms": 9000, "title": "La detención", "synopsis": "", "warning": "Habla de tortura."},
        {"start_ms": 19_000, "title": "Luego", "synopsis": ""},
    ]
    made = pages.publish()
    Edition.objects.filter(pk=made.pk).update(chapters=chapters, warnings="Se habla de muertes.")

    page = read(client, "/en/testimonies/testimony000/")
    assert page.index("Se habla de muertes.") < page.index("<audio")
    assert 'Habla de tortura. <a href="#chapter-3" data-at="19000">Skip this passage</a>' in " ".join(
        page.split()
    )
    moment = read(client, "/en/testimonies/testimony000/m/cue000bb/")
    assert 'data-warning="Se habla de muertes. Habla de tortura."' in moment
    assert "tortura" not in read(client, "/en/testimonies/testimony000/m/cue000cc/")


def test_a_moment_is_asked_about_wherever_it_is_played(client):
    pages.archive(0)
    made = pages.publish()
    chapters = [{"start_ms": 9000, "title": "La detención", "synopsis": "", "warning": "Habla de tortura."}]
    Edition.objects.filter(pk=made.pk).update(chapters=chapters)

    for address in (
        "/",
        "/organizations/fmln-sv/",
        "/search/?q=marchamos",
        f"/testimonies/{made.public_id}/m/cue000bb/",
    ):
        page = read(client, address)
        assert (
            page.count('data-sound="/testimonies/testimony000/sound"') == page.count("data-warning=") == 1
        ), address
        assert 'data-warning="Habla de tortura." data-gate="testimony000:1:' in page, address
