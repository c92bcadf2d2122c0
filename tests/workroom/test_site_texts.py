"""Archivists edit what the archive says of itself."""

import re

import pytest
from django.test import Client

from oralhistory.web.models import TextVersion

pytestmark = pytest.mark.django_db

ONE = "/en/workroom/texts/privacy/en/"


@pytest.fixture
def archivist(world, at_the_desk_of):
    return at_the_desk_of(world.archivist)


def write(client, address=ONE, **data):
    return client.post(address, {"title": "T", "source": "Said.", "seen": "0", "up_to_date": "on", **data})


def test_what_an_archivist_writes_is_what_readers_read(archivist):
    answer = write(archivist, source="We answer.\r\n\r\n## Where\r\n\r\nHere.")

    assert answer.status_code == 302
    page = Client().get("/en/privacy/").content.decode()
    assert '<h2 id="s-where">Where</h2>' in page
    assert re.search(r"<h1>T</h1>", page)
    assert "As it stands since" in page


def test_a_preview_keeps_nothing(archivist):
    page = write(archivist, source="Not **yet**.", look="1")
    part = archivist.post(f"{ONE}preview/", {"source": "Not **yet**. <b>", "title": "T"})

    for answer in (page, part):
        assert "Not <strong>yet</strong>." in answer.content.decode()
    assert "&lt;b&gt;" in part.content.decode()
    assert not TextVersion.objects.exists()


def test_who_comes_second_sees_both_texts_and_loses_nothing(archivist):
    write(archivist, source="The first.")

    answer = write(archivist, source="The second.")
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "The first." in page
    assert "The second." in page
    assert write(archivist, source="Both.", seen="1").status_code == 302


def test_the_list_says_what_is_old_missing_and_to_be_filled_in(archivist, django_assert_num_queries):
    write(archivist, "/workroom/texts/about/es/", source="Nuevo.")
    write(archivist, "/workroom/texts/about/pt/", source="")
    archivist.get("/en/workroom/texts/")
    with django_assert_num_queries(6):
        page = archivist.get("/en/workroom/texts/").content.decode()

    about = page[page.index("<h3>About this archive</h3>") :]
    about = re.sub(r"<[^>]+>|\s+", " ", about[: about.index("<h3>Ethics")])
    assert "version 1" in about
    assert "as it ships" in about
    assert "older than the Spanish text" in about
    assert "none: the Spanish one is shown" in about
    assert page.count("not said yet") == 3
    assert "places to fill in" in page


def test_a_spanish_text_is_never_empty(archivist):
    page = write(archivist, "/en/workroom/texts/about/es/", source=" ")

    assert "cannot be empty" in page.content.decode()
    assert not TextVersion.objects.exists()


def test_versions_are_compared_and_brought_back(archivist):
    write(archivist, source="A red house.")
    write(archivist, source="A blue house.", seen="1")

    page = archivist.get(f"{ONE}versions/").content.decode()
    assert "<del> red</del>" in page
    assert "<ins> blue</ins>" in page
    archivist.post(f"{ONE}versions/", {"number": "1", "seen": "2"})
    assert "A red house." in Client().get("/en/privacy/").content.decode()
    assert archivist.get(f"{ONE}versions/?left=99").status_code == 404


def test_what_is_said_once_is_in_the_notice_at_the_next_request(archivist):
    archivist.post("/workroom/texts/responsible/es/", {"source": "La Casa <de> Todos", "seen": "0"})

    assert "La Casa &lt;de&gt; Todos" in Client().get("/pt/privacy/").content.decode()


@pytest.mark.parametrize("address", ["nothing/es/", "about/fr/", "responsible/en/"])
def test_a_text_that_there_is_not_is_not_found(archivist, address):
    assert archivist.get(f"/workroom/texts/{address}").status_code == 404


@pytest.mark.parametrize("who", ["interviewer", "moderator", "sysadmin"])
@pytest.mark.parametrize("address", ["texts/", "texts/about/es/", "texts/about/es/versions/", "archive/"])
def test_only_archivists_do(world, at_the_desk_of, who, address):
    assert at_the_desk_of(getattr(world, who)).get(f"/workroom/{address}").status_code == 403


def test_a_text_in_spanish_only_is_marked_as_spanish(archivist):
    write(archivist, source="")

    page = Client().get("/en/privacy/").content.decode()

    assert '<h1 lang="es">Aviso de privacidad</h1>' in page
    assert "here it is in Spanish" in page
