"""The chain of events."""

from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from oralhistory.lib.agents import MACHINE
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from tests.clock import MINUTE, NOON

pytestmark = pytest.mark.django_db


@dataclass
class Thing:
    code: str = "thing:1"


def three_events():
    for minute in range(3):
        events.record("touched", Thing(), at=NOON + minute * MINUTE, agent=MACHINE, outcome=str(minute))


def test_an_untouched_chain_verifies():
    three_events()

    assert events.verify() == 3


def test_an_empty_chain_verifies():
    assert events.verify() == 0


@pytest.mark.parametrize("column", ["kind", "subject", "agent", "outcome", "reason"])
def test_a_changed_column_breaks_the_chain(column):
    three_events()
    second = Event.objects.order_by("pk")[1]
    Event.objects.filter(pk=second.pk).update(**{column: "forged"})

    with pytest.raises(events.ChainBroken, match=f"event {second.pk} "):
        events.verify()


def test_a_changed_time_breaks_the_chain():
    three_events()
    Event.objects.filter(outcome="1").update(at=NOON)

    with pytest.raises(events.ChainBroken):
        events.verify()


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_removed_row_breaks_the_chain(which):
    three_events()
    Event.objects.order_by("pk")[which].delete()

    with pytest.raises(events.ChainBroken):
        events.verify()


def test_the_command_says_how_many_there_are():
    three_events()
    out = StringIO()

    call_command("verify_events", stdout=out)

    assert out.getvalue() == "3 events, unbroken.\n"


def test_the_command_fails_at_a_broken_chain():
    three_events()
    Event.objects.filter(outcome="2").update(outcome="forged")

    with pytest.raises(CommandError, match="The chain is broken"):
        call_command("verify_events")
