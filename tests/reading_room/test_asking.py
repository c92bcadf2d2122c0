"""Anybody asks for something: without an account, a cookie or a token, and not without limits."""

import json
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent import petitions
from oralhistory.consent.models import Petition
from oralhistory.notices.models import Notice
from oralhistory.provenance.models import Event
from oralhistory.reading_room import asking
from oralhistory.search.models import PublicDocument
from tests.factories import EditionFactory, StandingFactory

pytestmark = pytest.mark.django_db

NAME, TEXT, CONTACT = "Zoraida Peñaloza", "Ahí se dice dónde vivo.", "zoraida@example.org"
TAKE_DOWN = {
    "asker": "named", "where": "https://archive.example/en/testimonies/abc234def567/#t=75.5", "start": "1:10", "end": "1:30",
    "text": f"Soy {NAME}. {TEXT}", "contact": CONTACT, "website": "",
}  # fmt: skip
ACCESS = {"kind": "access", "text": f"Soy {NAME}: ¿qué guardan de mí?", "contact": CONTACT, "website": ""}


@pytest.fixture(autouse=True)
def nothing_counted(tmp_path, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path / "counts"),
        }
    }
    cache.clear()


@pytest.fixture
def archivist():
    return roles.create_account("archivist@example.org", "Archivist", [Role.ARCHIVIST])


def send(data=None, address="/en/requests/take-down/", client=None, **options):
    return (client or Client(enforce_csrf_checks=True)).post(
        address, TAKE_DOWN if data is None else data, **options
    )


def test_whoever_asks_gets_a_code_that_shows_how_it_stands_and_nothing_of_what_they_wrote():
    answer = send()

    assert answer.status_code == 302
    code = answer.headers["Location"].split("/")[-2]
    page = Client().get(answer.headers["Location"])
    assert "Open: an archivist looks at it." in page.content.decode()
    assert code in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Robots-Tag"] == "noindex"
    for secret in (NAME, TEXT, CONTACT, "abc234def567"):
        assert secret not in page.content.decode()
    spoken = f"{code[:4].upper()}-{code[4:8]} {code[8:]}"
    assert Client().get("/en/requests/", {"code": spoken}, follow=True).status_code == 200
    assert Client().get("/en/requests/zzzzzzzzzzzz/").status_code == 404


def test_what_was_written_is_sealed_and_in_no_event_notice_or_index(archivist):
    EditionFactory(standing=StandingFactory(public_id="abc234def567"), segments=["Hola."])
    send()
    send(ACCESS, "/requests/access/")

    petition = Petition.objects.order_by("pk").first()
    assert petitions.words_of(petition).contact == CONTACT
    everything = [
        *(json.dumps([str(value) for value in row]) for row in Petition.objects.values_list()),
        *(bytes(row.sealed).decode() for row in Petition.objects.all()),
        *(json.dumps([str(value) for value in row]) for row in Event.objects.values_list()),
        *(row.text for row in Notice.objects.all()),
        *(str(row) for row in PublicDocument.objects.values_list()),
    ]
    for secret in (NAME, "Zoraida", "vivo", CONTACT, "guardan"):
        assert not [each for each in everything if secret in each], secret
    assert {(event.kind, event.agent) for event in Event.objects.all()} == {
        ("request received", "machine:archive")
    }


def test_the_testimony_and_the_passage_are_told_from_what_was_typed():
    send()
    send({**TAKE_DOWN, "where": "/testimonies/abc234def567/m/cue/#t=75.5", "start": "", "end": ""})
    send({**TAKE_DOWN, "where": "abc234def567", "start": "", "end": ""})
    send({**TAKE_DOWN, "where": "El testimonio de Elena, de 1979"})

    found = list(Petition.objects.order_by("pk").values_list("about", "start_ms", "end_ms"))
    assert found == [
        ("abc234def567", 70_000, 90_000), ("abc234def567", 75_500, None), ("abc234def567", None, None), ("", None, None),
    ]  # fmt: skip
    assert petitions.words_of(Petition.objects.last()).where == "El testimonio de Elena, de 1979"


def test_the_law_gives_twenty_working_days_for_rights_and_none_for_the_rest():
    send()
    send(ACCESS, "/requests/access/")
    send({**ACCESS, "kind": "researcher"}, "/requests/access/")

    days = dict(Petition.objects.values_list("kind", "due_on"))
    assert days["take_down"] is None
    assert days["researcher"] is None
    received = Petition.objects.get(kind="access").received_at
    assert 26 <= (days["access"] - timezone.localdate(received)).days <= 30


def test_an_archivist_is_told_at_once_and_once_until_it_is_read(archivist):
    roles.create_account("moderator@example.org", "Moderator", [Role.MODERATOR])
    send()
    send(ACCESS, "/requests/access/")

    assert [(each.user, each.subject) for each in Notice.objects.all()] == [(archivist, "requests")]
    assert Notice.objects.get().text == "Alguien pide que se retire algo: hay que verlo hoy."


def test_from_a_testimony_its_title_comes_along_and_of_a_hidden_one_nothing():
    edition = EditionFactory(title="Elena en el exilio", segments=["Hola."])
    address = f"/en/requests/take-down/?testimony={edition.public_id}"
    assert "Elena en el exilio" in Client().get(address).content.decode()
    assert address.removeprefix("/en") in Client().get(f"/testimonies/{edition.public_id}/").content.decode()

    type(edition.standing).objects.update(withdrawn_at="2026-01-01T00:00Z")
    hidden = Client().get(address).content.decode()
    never = Client().get(address.replace(edition.public_id, "zzzzzzzzzzzz")).content.decode()
    assert hidden.replace(edition.public_id, "") == never.replace("zzzzzzzzzzzz", "")


def test_a_program_that_fills_in_everything_is_told_apart_and_a_person_may_go_on():
    answer = send({**TAKE_DOWN, "website": "https://spam.example"})

    assert answer.status_code == 400
    assert TEXT in answer.content.decode()
    assert not Petition.objects.exists()
    assert send().status_code == 302


@pytest.mark.parametrize(
    ("wrong", "options"),
    [
        ({"text": ""}, {}), ({"asker": "president"}, {}), ({"where": ""}, {}), ({"end": "1:00"}, {}), ({"start": "x"}, {}),
        ({"text": "a\x00b"}, {}), ({"text": "x" * 5001}, {}), ({}, {"headers": {"Sec-Fetch-Site": "cross-site"}}),
        ({"text": "x" * 70_000}, {}),
    ],
)  # fmt: skip
def test_what_is_ill_formed_too_long_or_sent_from_elsewhere_is_not_kept(wrong, options):
    answer = send({**TAKE_DOWN, **wrong}, **options)

    assert answer.status_code in (400, 403, 413)
    assert not Petition.objects.exists()


def test_no_cookie_is_set_and_no_token_is_asked_for():
    client = Client(enforce_csrf_checks=True)
    for address in ("/requests/", "/requests/take-down/", "/requests/access/"):
        assert not client.get(address).cookies
    answer = send(client=client)
    assert not answer.cookies
    assert not client.get(answer.headers["Location"]).cookies


def test_however_many_come_from_one_place_five_are_taken(archivist):
    client = Client()
    data = {**TAKE_DOWN, "text": "Buy this."}
    codes = [send(data, client=client, REMOTE_ADDR="198.51.100.7").status_code for _ in range(40)]

    assert (codes.count(302), codes.count(429)) == (5, 35)
    refused = send(data, client=client, REMOTE_ADDR="198.51.100.7")
    assert refused.headers["Retry-After"] == "3600"
    assert "Buy this." in refused.content.decode()  # nothing that was written is lost
    assert send(REMOTE_ADDR="203.0.113.9").status_code == 302  # others are not locked out
    assert Notice.objects.count() == 1


def test_from_many_places_no_more_than_so_many_come_in_and_the_list_shows_what_is_alike_once(monkeypatch):
    monkeypatch.setattr(asking, "FROM_EVERYWHERE", 12)
    client = Client()
    send({**TAKE_DOWN, "text": "A real one."}, client=client, REMOTE_ADDR="192.0.2.1")
    for number in range(20):
        place = f"2001:db8:{number:x}::{number:x}"
        send(
            {**ACCESS, "text": "Buy  THIS.", "contact": f"x{number}@spam.example"},
            "/requests/access/",
            client=client,
            REMOTE_ADDR=place,
        )

    assert Petition.objects.count() == 12
    assert [(row.kind, alike) for row, alike in petitions.open_ones()] == [("take_down", 1), ("access", 11)]


def test_a_household_of_many_ipv6_addresses_is_one_place():
    codes = [send(REMOTE_ADDR=f"2001:db8::{number:x}").status_code for number in range(1, 8)]

    assert codes == [302] * 5 + [429] * 2


def test_where_it_was_sent_from_is_kept_nowhere(tmp_path):
    send(REMOTE_ADDR="198.51.100.7")

    kept = [path.read_bytes() for path in (tmp_path / "counts").iterdir()]
    assert kept
    assert not [each for each in kept if b"198.51" in each]


def test_the_form_is_there_in_every_language_with_its_field_that_stays_empty():
    for prefix in ("", "/en", "/pt"):
        page = Client().get(f"{prefix}/requests/take-down/").content.decode()
        assert re.search(
            r'class="leave-empty">\s*<label for="id_website">[^<]+</label><input[^>]+tabindex="-1"', page
        )
