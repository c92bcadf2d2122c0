"""What the papers allow, said plainly, and taking everything back."""

import pytest

from oralhistory.consent import grants
from oralhistory.consent.agreements import Line
from oralhistory.consent.models import Agreement, Audience, Use, Withdrawal
from oralhistory.editions.models import Edition, Standing
from oralhistory.interviews.models import State
from oralhistory.jobs.models import Job
from oralhistory.notices import desk
from oralhistory.provenance import events
from oralhistory.search import index
from tests import world as worlds
from tests.clock import NOON


def test_the_page_says_who_may_do_what(world, narrator_of):
    lines = [
        Line(Use.TEXT),
        Line(Use.AUDIO, Audience.ARCHIVE_TEAM),
        Line(Use.TEXT, denied=True, start_ms=1000, end_ms=2000),
    ]
    narrator = narrator_of(worlds.draft(world, lines=lines))

    page = " ".join(narrator.get("papers/").content.decode().split())

    assert "<li>Anyone may read the text.</li>" in page
    assert "<li>Nobody outside the archive may hear the voice.</li>" in page
    assert "<li>The passage from 0:01 to 0:02: nobody outside the archive may read the text.</li>" in page
    assert "<li>The narrator may be shown under a pseudonym: Elena.</li>" in page


def test_without_a_paper_the_page_says_that_nobody_may_anything(world, narrator_of):
    interview = worlds.draft(world)
    Agreement.objects.all().delete()

    page = narrator_of(interview).get("papers/").content.decode()

    assert "There is no paper in force" in page
    assert "Anyone may" not in page


@pytest.mark.parametrize(
    "sentence",
    [
        "You can stop at any time, without giving reasons.",
        "What has been public may have been copied; we can stop showing it, not un-copy it.",
        "If a judge orders it, we may have to hand over what we keep.",
    ],
)
def test_before_withdrawing_the_page_says_what_cannot_be_promised(world, narrator_of, sentence):
    assert sentence in narrator_of(worlds.draft(world)).get("withdraw/").content.decode()


def test_looking_at_the_page_withdraws_nothing(carry, narrator_of):
    narrator = narrator_of(carry(State.PUBLISHED))

    narrator.get("withdraw/")

    assert Edition.objects.public().exists()


@pytest.mark.parametrize("state", list(State))
def test_everything_is_withdrawn_whatever_the_state(carry, narrator_of, state):
    narrator = narrator_of(carry(state))

    response = narrator.post("withdraw/")

    assert response["Location"] == narrator.address("withdraw/")
    narrator.interview.refresh_from_db()
    assert narrator.interview.state == State.WITHDRAWN
    assert not Edition.objects.public().exists()
    assert grants.in_force(narrator.interview, at=NOON).papers == 0
    assert "It is done" in narrator.get("withdraw/").content.decode()
    assert "You can stop" in narrator.get().content.decode()  # the page itself still opens
    events.verify()


def test_withdrawing_twice_is_no_error_and_changes_nothing(carry, narrator_of):
    narrator = narrator_of(carry(State.PUBLISHED))
    narrator.post("withdraw/")
    withdrawn_at = Standing.objects.get().withdrawn_at

    assert narrator.post("withdraw/").status_code == 302
    assert Standing.objects.get().withdrawn_at == withdrawn_at
    assert Withdrawal.objects.count() == 1


def test_what_was_public_is_found_by_nobody_and_its_files_are_to_be_erased(world, carry, narrator_of):
    narrator = narrator_of(carry(State.PUBLISHED))
    assert index.search("copesal").total

    narrator.post("withdraw/")

    assert index.search("copesal").total == 0
    assert (
        Job.objects.about(narrator.interview.code).filter(kind="clean up", state=Job.State.DUE).count() == 1
    )
    assert desk.unread(world.moderator)


def test_the_events_name_the_narrator_by_code_alone(carry, narrator_of):
    narrator = narrator_of(carry(State.PUBLISHED))

    narrator.post("withdraw/")

    last = events.of(narrator.interview)[-2:]
    assert [event.kind for event in last] == ["agreement withdrawn", "state change"]
    assert {event.agent for event in last} == {f"narrator:{narrator.person.code}"}


def test_a_second_narrators_papers_stay_in_force(world, narrator_of):
    """One narrator takes back their own word, and nobody else's."""
    interview = worlds.draft(world)
    narrator = narrator_of(interview)
    together = Agreement.objects.create(
        interview=interview,
        person=None,
        kind="recording",
        signed_on=NOON,
        recorded_by=world.interviewer,
        recorded_at=NOON,
    )
    theirs = Agreement.objects.create(
        interview=interview, person=interview.participations.get(role="interviewer").person, kind="recording",
        signed_on=NOON, recorded_by=world.interviewer, recorded_at=NOON,
    )  # fmt: skip

    narrator.post("withdraw/")

    assert list(Agreement.objects.filter(withdrawal=None)) == [theirs]
    assert Withdrawal.objects.filter(agreement=together).exists()
