"""Manifests, annotations, content search and collections: valid, and no wider than the grants."""

import iiif_prezi3
import pytest
from django.db import connection
from django.utils import timezone

from oralhistory.editions.models import Standing
from tests.interchange import exported

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive():
    return exported.archive()


def ask(client, edition, path):
    answer = client.get(f"/testimonies/{edition.public_id}/{path}")
    return answer.json() if answer.status_code == 200 else answer.status_code


def test_every_manifest_and_page_is_presentation_3_as_its_models_see_it(client, archive):
    for name, edition in archive.items():
        if name == "not embedded":
            assert ask(client, edition, "manifest.json") == 404
            continue
        iiif_prezi3.Manifest(**ask(client, edition, "manifest.json"))
        page = ask(client, edition, "annotations.json")
        if name != "without text":
            iiif_prezi3.AnnotationPage(**page)
    whole = client.get("/iiif/collection.json").json()
    iiif_prezi3.Collection(**whole)
    (page,) = whole["items"]
    found = client.get(page["id"].removeprefix("http://127.0.0.1:8000")).json()
    iiif_prezi3.Collection(**found)
    shared = {
        f"{each.public_id}/manifest.json"
        for name, each in archive.items()
        if name not in ("not embedded", "bare")
    }
    assert {
        "/".join(each["id"].split("/")[-2:]) for each in found["items"]
    } == shared  # "bare" may not be harvested


def test_a_manifest_has_what_a_viewer_shows(client, archive):
    found = ask(client, archive["elena"], "manifest.json")
    (canvas,) = found["items"]
    body = canvas["items"][0]["items"][0]["body"]
    assert (body["type"], body["format"], body["duration"]) == ("Sound", "audio/mp4", 140.0)
    (whole,) = found["structures"]
    assert [(each["label"]["es"], each["items"][0]["id"].partition("#")[2]) for each in whole["items"]] == [
        (["La imprenta & el exilio"], "t=10,60"),
        (["El regreso"], "t=60,140"),
    ]
    assert whole["items"][0]["metadata"][0]["value"] == {
        "es": ["Exilio", "Imprenta"], "en": ["Exile", "Imprenta"], "pt": ["Exílio", "Imprenta"],
    }  # fmt: skip
    captions, *pages = canvas["annotations"]
    assert [each["body"]["id"].rpartition("/")[2] for each in captions["items"]] == [
        "captions.vtt", "captions.en.vtt",
    ]  # fmt: skip
    assert [each["id"].rpartition("/")[2] for each in pages] == ["annotations.json", "annotations.en.json"]
    assert canvas["accompanyingCanvas"]["items"][0]["items"][0]["body"]["id"].endswith("/photographs/1/large")
    assert "sin revisar" in found["requiredStatement"]["value"]["es"][0]
    assert found["service"][0]["type"] == "SearchService2"


def test_a_film_is_a_film_with_its_poster_and_captions(client, archive):
    edition = archive["filmed"]
    edition.uses = exported.without("download")
    edition.save()
    (canvas,) = ask(client, edition, "manifest.json")["items"]
    body = canvas["items"][0]["items"][0]["body"]
    assert (body["type"], body["width"], body["height"]) == ("Video", 1280, 720)
    assert canvas["placeholderCanvas"]["items"][0]["items"][0]["body"]["id"].endswith("/poster")
    assert canvas["annotations"][0]["items"][0]["body"]["id"].endswith("/captions.vtt")


def test_each_part_of_a_manifest_asks_for_its_own_grant(client, archive):
    no_sound, veiled = archive["without sound"], archive["veiled"]
    for edition in (no_sound, veiled):
        (canvas,) = ask(client, edition, "manifest.json")["items"]
        assert canvas["items"] == []
        assert canvas["annotations"]
    said = ask(client, veiled, "manifest.json")
    assert "structures" not in said
    assert "el sonido de este testimonio" in said["requiredStatement"]["value"]["es"][0].lower()
    closed = ask(client, archive["without download"], "manifest.json")
    assert not {"rendering", "seeAlso"} & set(closed)
    assert [each["id"].rpartition("/")[2] for each in closed["items"][0]["annotations"]] == [
        "annotations.json", "annotations.en.json",
    ]  # fmt: skip
    silent = ask(client, archive["without text"], "manifest.json")
    assert "annotations" not in silent["items"][0]
    assert "service" not in silent
    assert ask(client, archive["without text"], "annotations.json") == 404
    elena = archive["elena"]
    elena.uses = exported.without("still", "summary")
    elena.save()
    bare = ask(client, elena, "manifest.json")
    assert not {"thumbnail", "structures", "summary"} & set(bare)
    assert "accompanyingCanvas" not in bare["items"][0]


def test_annotations_stand_where_something_can_be_read_and_nowhere_else(client, archive):
    page = ask(client, archive["elena"], "annotations.json")
    assert [each["target"].partition("#")[2] for each in page["items"]] == [
        "t=0,9.5", "t=10,19.5", "t=40,49.5", "t=50,59.5", "t=130,134",
    ]  # fmt: skip
    assert page["items"][2]["body"]["language"] == "en"
    assert len(ask(client, archive["elena"], "annotations.en.json")["items"]) == 2
    assert ask(client, archive["elena"], "annotations.pt.json") == 404
    veiled = ask(client, archive["veiled"], "annotations.json")
    assert "amigos" not in str(veiled)


def test_content_search_finds_passages_of_this_testimony_alone_and_shows_the_words(client, archive):
    found = ask(client, archive["elena"], "content-search?q=companeros&user=x")
    (item,) = found["items"]
    assert item["target"].endswith("/abcdefgh2345/canvas#t=10,19.5")
    (context,) = found["annotations"][0]["items"]
    (selector,) = context["target"]["selector"]
    assert (selector["exact"], selector["suffix"]) == ("compañeros", ".")
    assert found["ignored"] == ["user"]
    for path in (
        "content-search",
        "content-search?q=xilofono",
        'content-search?q="',
        "content-search?q=a&page=x",
    ):
        assert ask(client, archive["elena"], path)["items"] == []
    assert ask(client, archive["veiled"], "content-search?q=amigos")["items"] == []
    words = ask(client, archive["elena"], "content-search/autocomplete?q=con")
    assert [(each["value"], each["total"]) for each in words["items"]] == [("con", 2)]
    assert ask(client, archive["elena"], "content-search/autocomplete?q=")["items"] == []
    for use in ("embed", "text", "search_in_text", "quote"):
        elena = archive["elena"]
        elena.uses = exported.without(use)
        elena.save()
        assert {
            ask(client, elena, path) for path in ("content-search?q=a", "content-search/autocomplete?q=a")
        } == {404}


def test_much_that_is_found_comes_in_pages(client):
    exported.publish(
        "many23456789", segments=[f"Palabra {number}." for number in range(130)], duration_ms=1_300_000
    )
    first = client.get("/testimonies/many23456789/content-search?q=palabra").json()
    assert (len(first["items"]), first["partOf"]["total"], first["startIndex"]) == (100, 130, 0)
    second = client.get(first["next"]["id"].removeprefix("http://127.0.0.1:8000")).json()
    assert len(second["items"]) == 30
    assert "next" not in second


@pytest.mark.parametrize(
    "path", ["manifest.json", "annotations.json", "content-search?q=a", "sound", "transcript.vtt"]
)
def test_what_viewers_ask_for_is_open_to_their_pages_only_where_others_may_show_it(client, path):
    edition = exported.publish(audio_key="")
    for uses, wanted in ((edition.uses, "*"), (exported.without("embed"), None)):
        edition.uses = uses
        edition.save()
        answer = client.get(f"/testimonies/{edition.public_id}/{path}")
        if path != "sound":  # which is not stored here
            assert answer.headers.get("Access-Control-Allow-Origin") == wanted
            assert answer.headers["Cross-Origin-Resource-Policy"] == (
                "cross-origin" if wanted else "same-origin"
            )
        assert not answer.cookies


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/testimonies/abcdefgh2345/manifest.json", 3),
        ("/testimonies/abcdefgh2345/annotations.json", 5),
        ("/testimonies/abcdefgh2345/content-search?q=compañeros", 11),
        ("/iiif/collection.json", 1),
        ("/iiif/memoria-de-la-solidaridad/1.json", 4),
    ],
)
@pytest.mark.parametrize("testimonies", [1, 3])
def test_queries_do_not_grow(client, django_assert_max_num_queries, path, expected, testimonies):
    for number in range(testimonies):
        exported.publish(f"abcdefgh234{5 + number}")
    client.get(path)
    if connection.vendor == "postgresql" and "search" in path:
        expected += 4  # sets its time limit and puts it back, inside a transaction of its own
    with django_assert_max_num_queries(expected):
        assert client.get(path).status_code == 200


def test_what_is_withdrawn_is_gone_from_manifest_search_and_collection(client):
    edition = exported.publish()
    Standing.objects.update(withdrawn_at=timezone.now(), tombstone=False)
    for path in ("manifest.json", "annotations.json", "content-search?q=companeros"):
        assert ask(client, edition, path) == 404
    assert client.get("/iiif/collection.json").json()["items"] == []
    assert client.get("/iiif/memoria-de-la-solidaridad/1.json").status_code == 404
