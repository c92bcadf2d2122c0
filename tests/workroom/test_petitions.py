"""Archivists answer what people outside ask for."""

import pytest
from django.test import Client

from oralhistory.consent import petitions
from oralhistory.consent.models import Petition
from oralhistory.consent.petitions import Passage, Written
from oralhistory.interviews.models import State
from oralhistory.provenance.models import Event
from tests import world as worlds
from tests.clock import DAY, NOON

pytestmark = pytest.mark.django_db

ON = NOON.date()


def asked(kind="take_down", text="Ahí se dice dónde vivo.", passage=None, contact="z@example.org", at=NOON):
    petitions.receive(
        kind, Written(text, contact, "Elena"), asker="named", passage=passage or Passage(), language="es",
        at=at, on=at.date(),
    )  # fmt: skip
    return Petition.objects.order_by("-pk").first()


@pytest.fixture
def archivist(world, at_the_desk_of):
    return at_the_desk_of(world.archivist)


def act(client, petition, step, **data):
    return client.post(f"/en/workroom/requests/{petition.code}/{step}/", data, follow=True)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_however_many_there_are(archivist, django_assert_num_queries, number):
    for index in range(number):
        asked(text=f"Pido {index}.")
    archivist.get("/en/workroom/requests/")
    with django_assert_num_queries(6):
        page = archivist.get("/en/workroom/requests/").content.decode()
    assert page.count("Pido ") == number


def test_take_downs_come_first_and_what_is_late_says_so(archivist):
    asked("researcher", "C.")
    asked("opposition", "B.", at=NOON - 60 * DAY)
    asked("take_down", "A.")

    page = archivist.get("/en/workroom/requests/").content.decode()

    assert page.index("<p>A.</p>") < page.index("<p>B.</p>") < page.index("<p>C.</p>")
    assert "should have been answered by" in page


def test_a_passage_is_hidden_in_one_click_and_whoever_asked_sees_it(world, archivist, tmp_path):
    interview = worlds.published(world, tmp_path)
    ticket = petitions.receive(
        "take_down", Written("Mi nombre."), asker="named", passage=Passage(interview.public_id, 6_000, 8_000), language="es",
        at=NOON, on=ON,
    )  # fmt: skip
    petition = Petition.objects.get()
    address = f"/testimonies/{interview.public_id}/"
    assert "Copesal" in Client().get(address).content.decode()

    act(archivist, petition, "hide", what="passage")

    page = Client().get(address)
    assert page.status_code == 200
    assert "Copesal" not in page.content.decode()
    assert "was hidden on" in Client().get(f"/en/requests/{ticket}/").content.decode()
    assert Event.objects.get(kind="veil laid").reason == f"request {petition.code}"


def test_a_whole_testimony_is_taken_down_in_one_click(world, archivist, tmp_path):
    interview = worlds.published(world, tmp_path)
    petition = asked(passage=Passage(interview.public_id))
    assert (
        "Take the whole testimony down now"
        in archivist.get(f"/en/workroom/requests/{petition.code}/").content.decode()
    )

    act(archivist, petition, "hide", what="whole")

    interview.refresh_from_db()
    assert interview.state == State.WITHDRAWN
    assert Client().get(f"/testimonies/{interview.public_id}/").status_code == 410


def test_what_is_not_public_or_unknown_offers_nothing_to_hide(world, archivist, tmp_path):
    draft = worlds.draft(world)
    for petition in (
        asked(passage=Passage(draft.public_id)),
        asked(passage=Passage("zzzzzzzzzzzz")),
        asked(),
    ):
        page = archivist.get(f"/en/workroom/requests/{petition.code}/").content.decode()
        assert "Hide it now" not in page
        assert act(archivist, petition, "hide").status_code in (404, 409)


def test_notes_are_sealed_and_shown_with_who_wrote_them(archivist, world):
    petition = asked()

    act(archivist, petition, "note", text="Le llamé a Zoraida.")

    assert b"Zoraida" not in bytes(petition.notes.get().sealed)
    page = archivist.get(f"/en/workroom/requests/{petition.code}/").content.decode()
    assert "Le llamé a Zoraida." in page
    assert world.archivist.name in page
    assert not [event for event in Event.objects.all() if "Zoraida" in event.reason + event.outcome]


def test_closing_tells_whoever_asked_how_it_ended_and_all_that_say_the_same_are_closed_at_once(archivist):
    same = [asked(text="Buy this."), asked(text="buy  THIS.", contact="other")]
    asked(text="A real one.")

    act(archivist, same[0], "close", outcome="no_request", all_alike="on")

    assert [petition.outcome for petition in Petition.objects.order_by("pk")] == [
        "no_request",
        "no_request",
        "",
    ]
    page = act(archivist, same[0], "close", outcome="granted").content.decode()
    assert "It was closed already." in page
    assert archivist.get("/workroom/requests/?state=closed").content.decode().count("uy ") == 2


def test_of_a_closed_one_everything_that_was_written_can_be_erased(archivist):
    petition = asked()
    act(archivist, petition, "note", text="Un nombre.")
    assert act(archivist, petition, "erase").status_code == 404  # not while it is open
    act(archivist, petition, "close", outcome="granted")
    act(archivist, petition, "erase")

    petition.refresh_from_db()
    assert (bytes(petition.sealed), petition.notes.count(), petition.outcome) == (b"", 0, "granted")
    assert archivist.get(f"/workroom/requests/{petition.code}/").status_code == 200


def test_that_somebody_reads_one_is_an_event_once_a_session(archivist):
    petition = asked()
    for _ in range(2):
        archivist.get(f"/workroom/requests/{petition.code}/")

    assert Event.objects.filter(kind="request read", subject=f"request:{petition.code}").count() == 1


def test_what_strangers_write_is_text_on_the_page(archivist):
    petition = asked(text="<script>alert(1)</script>\u202egnp.exe", contact='"><img src=x>')

    page = archivist.get(f"/workroom/requests/{petition.code}/").content.decode()

    assert "<script>alert" not in page
    assert "<img src=x>" not in page


@pytest.mark.parametrize("who", ["interviewer", "moderator", "sysadmin"])
def test_nobody_else_reads_or_answers(world, at_the_desk_of, who):
    petition = asked()
    client = at_the_desk_of(getattr(world, who))
    address = f"/workroom/requests/{petition.code}/"

    assert client.get("/workroom/requests/").status_code == 403
    assert client.get(address).status_code == 403
    for what in ("hide", "note", "close", "erase"):
        assert client.post(f"{address}{what}/").status_code == 403


def test_twenty_working_days_after_a_friday_end_on_a_friday():
    assert (NOON.date() + DAY).weekday() == 4
    assert petitions.working_days_after(NOON.date() + DAY, 20).isoformat() == "2026-04-10"


def test_the_desk_leads_to_them(archivist):
    asked()
    page = archivist.get("/en/workroom/").content.decode()
    assert "Somebody asks for something to be taken down: look at it today." in page
    assert 'href="/en/workroom/requests/"' in page
