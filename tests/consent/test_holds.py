"""What a person looks at: what ends soon, embargoes that pass, conditions that no program can check."""

import pytest
from django.test import Client

from oralhistory.consent import agreements, holds, lists
from oralhistory.consent.agreements import Line
from oralhistory.consent.models import Agreement, Embargo, Use
from oralhistory.editions.models import Edition
from oralhistory.interviews.models import State
from oralhistory.pipeline import acts
from oralhistory.provenance.models import Event
from tests import world as worlds
from tests.clock import DAY, MINUTE, NOON

pytestmark = pytest.mark.django_db
YEAR = 365 * DAY


@pytest.fixture
def world():
    return worlds.build()


def paper(world, interview, *lines, at=NOON):
    return agreements.add(
        interview, lines, kind=Agreement.Kind.RECORDING, signed_on=at.date(), by=world.archivist, at=at
    )


def test_what_ends_within_ninety_days_is_listed_and_what_has_ended_or_was_withdrawn_is_not(world):
    interview = worlds.draft(world)
    soon, _late = (
        paper(world, interview, Line(Use.TEXT, valid_until=NOON + days * DAY)) for days in (30, 200)
    )
    paper(world, interview, Line(Use.AUDIO, valid_until=NOON))
    gone = paper(world, interview, Line(Use.QUOTE, valid_until=NOON + DAY))
    agreements.withdraw(gone, by=world.archivist.agent, at=NOON)

    assert [line.agreement for line in holds.ending(at=NOON)] == [soon]


def test_a_condition_comes_again_a_year_after_somebody_looked_at_it(world):
    interview = worlds.draft(world)
    line = paper(world, interview, Line(Use.AI_TRAINING, condition="hasta que muera")).grants.get()

    due = [[hold.is_due for hold in holds.conditions(at=at)] for at in (NOON, NOON + YEAR)]
    assert due == [[False], [True]]

    holds.looked_at(line, by=world.archivist, at=NOON + YEAR)
    assert [hold.is_due for hold in holds.conditions(at=NOON + YEAR + DAY)] == [False]
    assert [hold.is_due for hold in holds.conditions(at=NOON + 2 * YEAR)] == [True]
    assert Event.objects.filter(kind="condition looked at").count() == 1


def test_an_embargo_that_has_passed_waits_for_a_person_and_one_that_runs_for_nobody(world, tmp_path):
    interview = worlds.embargoed(world, tmp_path)
    agreements.set_embargo(interview, NOON + DAY, by=world.archivist, at=NOON + MINUTE, reason="asked")

    assert lists.waiting_for(world.archivist, at=NOON + MINUTE) == []
    assert [each.action for each in lists.waiting_for(world.archivist, at=NOON + DAY)] == ["open"]
    acts.open_what_has_passed(at=NOON + DAY)
    assert not Edition.objects.exists()


def test_an_embargo_opens_by_itself_where_the_narrator_asked_for_that_and_not_a_second_before(
    world, tmp_path
):
    interview = worlds.embargoed(world, tmp_path)
    until = NOON + DAY
    agreements.set_embargo(
        interview, until, by=world.archivist, at=NOON + MINUTE, reason="asked", opens_by_itself=True
    )

    acts.open_what_has_passed(at=until - MINUTE)
    assert not Edition.objects.exists()

    for _ in range(2):
        acts.open_what_has_passed(at=until)
    interview.refresh_from_db()
    assert interview.state == State.PUBLISHED
    assert Event.objects.filter(kind="published").count() == 1


def test_without_a_day_nothing_opens_by_itself(world):
    row = agreements.set_embargo(
        worlds.draft(world), None, by=world.archivist, at=NOON, reason="asked", opens_by_itself=True
    )

    assert not Embargo.objects.get(pk=row.pk).opens_by_itself


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_archivists_page_shows_it_and_keeps_that_somebody_looked(world):
    interview = worlds.draft(world)
    line = paper(world, interview, Line(Use.AI_TRAINING, condition="hasta que muera")).grants.get()
    archivist = client_of(world.archivist)

    page = archivist.get("/en/workroom/agreements/").content.decode()
    assert "Not before “hasta que muera”" in page

    assert archivist.post("/en/workroom/agreements/looked-at/", {"line": line.pk}).status_code == 302
    assert line.looks.count() == 1
    for other in (world.interviewer, world.moderator, world.sysadmin):
        assert client_of(other).get("/en/workroom/agreements/").status_code == 403
        assert (
            client_of(other).post("/en/workroom/agreements/looked-at/", {"line": line.pk}).status_code == 403
        )


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_queries_however_long_it_is(world, django_assert_num_queries, number):
    interview = worlds.draft(world)
    for _ in range(number):
        paper(world, interview, Line(Use.TEXT, condition="hasta que muera"))
        paper(world, interview, Line(Use.TEXT, valid_until=NOON + 40 * YEAR))
    archivist = client_of(world.archivist)
    archivist.get("/en/workroom/agreements/")

    with django_assert_num_queries(8):
        archivist.get("/en/workroom/agreements/")
