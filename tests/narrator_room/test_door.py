"""Who comes in, and what the door tells those who do not."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from oralhistory.consent import links
from oralhistory.consent.models import NarratorLink
from oralhistory.interviews.models import State
from oralhistory.narrator_room import entering
from oralhistory.people.models import Person
from tests import world as worlds

INSIDE = ["testimony/", "papers/", "preview/", "withdraw/", "sound/abc/"]


@pytest.fixture
def narrator(world, at_the_door):
    return at_the_door(worlds.draft(world))


def without_what_is_always_new(response):
    """The answer but for its address, the form's own token and what was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    text = re.sub(r'(name="secret") value="[\d ]+"', r"\1", text)
    text = re.sub(r"/narrator/[\w-]+/", "/narrator/…/", text)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    return response.status_code, text, headers


def test_the_secret_lets_a_narrator_in(narrator):
    response = narrator.tell()

    assert response.status_code == 302
    assert response["Location"] == narrator.address("testimony/")
    assert b"Elena" in narrator.get().content


def test_the_link_alone_shows_nothing_of_the_interview(narrator):
    response = narrator.get("")

    assert response.status_code == 200
    assert b"Elena" not in response.content


@pytest.mark.parametrize("page", INSIDE)
def test_without_the_secret_every_page_is_the_door(narrator, page):
    response = narrator.get(page)

    assert (response.status_code, response["Location"]) == (302, narrator.address())


@pytest.mark.parametrize("page", ["keep-out/", "remark/", "withdraw/"])
def test_without_the_secret_nothing_can_be_done(narrator, page):
    response = narrator.post(page, cue="x", start="0:00", end="0:01", text="x")

    assert (response.status_code, response["Location"]) == (302, narrator.address())
    narrator.interview.refresh_from_db()
    assert narrator.interview.state == State.DRAFT


def test_wrong_expired_revoked_locked_and_unknown_links_answer_alike(world, narrator, at_the_door):
    expired, revoked, locked = (at_the_door(narrator.interview) for _ in range(3))
    of = {each.token: NarratorLink.objects.filter(pk=each.link.pk) for each in (expired, revoked, locked)}
    of[expired.token].update(expires_at=timezone.now() - timedelta(seconds=1))
    links.revoke(revoked.link, by=world.interviewer, at=timezone.now())
    of[locked.token].update(wrong_tries=links.MAX_WRONG_TRIES)
    wrong = narrator.tell("0000 0000 0000 0000")
    unknown = Client().post(
        "/en/narrator/abcdefghijklmnopqrstuvwxyz012345/", {"secret": "0000 0000 0000 0000"}
    )

    answers = [wrong, expired.tell(), revoked.tell(), locked.tell(), unknown]

    assert wrong.status_code == 403
    assert len({str(without_what_is_always_new(answer)) for answer in answers}) == 1


def test_before_the_secret_a_link_that_never_was_looks_like_one_that_is(narrator):
    unknown = Client().get("/en/narrator/abcdefghijklmnopqrstuvwxyz012345/")

    assert without_what_is_always_new(unknown) == without_what_is_always_new(narrator.get(""))


def test_revoking_closes_what_is_open(world, narrator):
    narrator.tell()
    links.revoke(narrator.link, by=world.interviewer, at=timezone.now())

    assert narrator.get()["Location"] == narrator.address()


def test_expiring_closes_what_is_open(narrator):
    narrator.tell()
    NarratorLink.objects.update(expires_at=timezone.now())

    assert narrator.get()["Location"] == narrator.address()


def test_after_some_hours_the_secret_is_asked_for_again(narrator):
    narrator.tell()
    session = narrator.client.session
    session[entering.SESSION_KEY] = {**session[entering.SESSION_KEY], "until": timezone.now().isoformat()}
    session.save()

    assert narrator.get()["Location"] == narrator.address()


def test_one_narrators_session_does_not_open_anothers_link(world, narrator, at_the_door):
    other = at_the_door(worlds.draft(world))
    narrator.tell()

    response = narrator.client.get(other.address("testimony/"))

    assert response["Location"] == other.address()


def test_two_links_in_one_browser_never_mix(world, narrator, at_the_door):
    """The page of the first, still open, withdraws nothing of the second."""
    other = at_the_door(worlds.draft(world))
    other.client = narrator.client
    narrator.tell()
    other.tell()

    response = narrator.post("withdraw/")

    assert response["Location"] == narrator.address()
    other.interview.refresh_from_db()
    assert other.interview.state == State.DRAFT


def test_leaving_closes_the_page(narrator):
    narrator.tell()

    assert narrator.post("leave/")["Location"] == narrator.address()
    assert narrator.get()["Location"] == narrator.address()


def test_leaving_needs_more_than_an_address(narrator):
    narrator.tell()

    assert narrator.get("leave/").status_code == 405


def test_a_forged_form_is_refused(narrator):
    narrator.tell()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = narrator.client.cookies

    assert strict.post(narrator.address("withdraw/")).status_code == 403


def test_the_staff_stay_logged_in_where_a_narrator_leaves(world, narrator):
    narrator.client.force_login(world.archivist)
    narrator.tell()
    narrator.post("leave/")

    assert narrator.client.session["_auth_user_id"] == str(world.archivist.pk)


def test_a_log_in_of_the_staff_opens_no_narrators_page(world, narrator):
    narrator.client.force_login(world.archivist)

    assert narrator.get()["Location"] == narrator.address()


@pytest.mark.parametrize("page", ["", *INSIDE])
def test_no_cache_keeps_and_no_engine_lists_any_page(narrator, page):
    for _ in ("outside", "inside"):
        response = narrator.get(page)
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"
        narrator.tell()


def test_a_second_narrator_of_the_same_interview_has_a_link_of_their_own(world, narrator):
    stranger = Person.objects.create()

    with pytest.raises(links.NotANarrator):
        links.make(narrator.interview, stranger, by=world.interviewer, at=timezone.now())
