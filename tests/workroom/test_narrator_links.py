"""A narrator's private link, made, listed and revoked on the page of the agreements."""

import pytest
from django.test import Client
from django.urls import reverse

from oralhistory.consent import links
from oralhistory.consent.models import NarratorLink
from oralhistory.interviews.models import Participation
from oralhistory.provenance import events
from tests import world as worlds

FOR = "To hear the edition first"


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def narrator(interview):
    return Participation.objects.get(interview=interview, role=Participation.Role.NARRATOR).person


def make(browser, interview, narrator, **changed):
    form = {"person": narrator.code, "days": "30", "reason": FOR} | changed
    return browser.post(reverse("workroom:narrator_link", args=[interview.public_id]), form)


def page_of(browser, interview):
    return browser.get(reverse("workroom:agreements", args=[interview.public_id])).content.decode()


def go_in(made):
    """The narrator's own browser, after the secret was written into the page of the link."""
    browser = Client()
    browser.post(made["address"], {"secret": made["secret"]})
    return browser


def test_a_link_and_its_secret_are_shown_once_and_let_the_narrator_in(
    world, at_the_desk_of, interview, narrator
):
    archivist = at_the_desk_of(world.archivist)
    answer = make(archivist, interview, narrator)
    made = answer.context["made"]
    shown = answer.content.decode()
    room = made["address"].replace("http://testserver", "")

    inside = go_in(made).get(room, follow=True)

    assert made["address"] in shown
    assert made["secret"] in shown
    assert inside.resolver_match.url_name != "door"
    listed = page_of(archivist, interview)
    assert FOR in listed
    assert made["secret"] not in listed
    assert made["address"] not in listed
    assert (
        len(archivist.get(reverse("workroom:agreements", args=[interview.public_id])).context["links"]) == 1
    )


def test_the_list_says_when_a_link_was_opened(world, at_the_desk_of, interview, narrator):
    archivist = at_the_desk_of(world.archivist)
    made = make(archivist, interview, narrator).context["made"]
    address = reverse("workroom:agreements", args=[interview.public_id])
    before = archivist.get(address).context["links"][0].opened_at

    go_in(made)

    assert before is None
    assert archivist.get(address).context["links"][0].opened_at is not None


def test_a_revoked_link_opens_nothing_and_is_out_where_it_is_open(world, at_the_desk_of, interview, narrator):
    archivist = at_the_desk_of(world.archivist)
    made = make(archivist, interview, narrator).context["made"]
    inside = go_in(made)
    number = NarratorLink.objects.get().pk

    archivist.post(
        reverse("workroom:revoke_narrator_link", args=[interview.public_id]), {"link": str(number)}
    )

    assert inside.get(made["address"], follow=True).resolver_match.url_name == "door"
    assert (
        archivist.get(reverse("workroom:agreements", args=[interview.public_id])).context["links"][0].state
        == "revoked"
    )
    with pytest.raises(links.NotOpened):
        links.open_link(
            made["address"].rstrip("/").split("/")[-1], made["secret"], at=NarratorLink.objects.get().made_at
        )


@pytest.mark.parametrize("changed", [{"person": "nobody"}, {"days": "0"}, {"days": "9999"}, {"reason": ""}])
def test_no_link_is_made_of_a_form_that_is_not_filled_in(world, at_the_desk_of, interview, narrator, changed):
    assert make(at_the_desk_of(world.archivist), interview, narrator, **changed).status_code == 400
    assert not NarratorLink.objects.exists()


@pytest.mark.parametrize(
    "who", ["moderator", "other_moderator", "conflicted", "sysadmin", "other_interviewer"]
)
def test_links_are_made_by_whom_the_table_lets_record_consent(
    world, at_the_desk_of, interview, narrator, who
):
    assert make(at_the_desk_of(getattr(world, who)), interview, narrator).status_code in (403, 404, 409)
    assert not NarratorLink.objects.exists()


def test_a_link_of_another_interview_is_not_revoked_here(
    world, at_the_desk_of, interview, narrator, tmp_path
):
    archivist, other = at_the_desk_of(world.archivist), worlds.transcribed(world, tmp_path)
    make(archivist, interview, narrator)
    address = reverse("workroom:revoke_narrator_link", args=[other.public_id])

    assert archivist.post(address, {"link": str(NarratorLink.objects.get().pk)}).status_code == 404
    assert NarratorLink.objects.get().revoked_at is None


def test_events_say_the_narrators_code_and_not_the_link(world, at_the_desk_of, interview, narrator):
    made = make(at_the_desk_of(world.archivist), interview, narrator).context["made"]

    event = next(each for each in events.of(interview) if each.kind == "narrator link made")
    assert (event.outcome, event.reason) == (narrator.code, FOR)
    assert made["secret"] not in str([vars(each) for each in events.of(interview)])
