"""Day and place of birth: sealed, beside what else the vault knows."""

import pytest

from oralhistory.people import births, vault
from oralhistory.people.births import Birth
from oralhistory.people.models import Identity, Person
from oralhistory.provenance.models import Event
from tests import world as worlds
from tests.clock import NOON

pytestmark = pytest.mark.django_db


def test_a_birth_is_sealed_beside_the_name_and_taken_back_alone():
    world = worlds.build()
    interview = worlds.draft(world)
    person = Person.objects.get(participations__interview=interview, participations__role="narrator")
    vault.seal(person, {"name": "Ramira Verdadera"}, at=NOON)
    how = {"told_in": interview, "by": world.interviewer.agent, "at": NOON}

    births.keep(person, Birth("1951-03~", "Tlapa"), **how)

    assert births.of(person) == Birth("1951-03~", "Tlapa")
    assert vault.open_identity(person)["name"] == "Ramira Verdadera"
    assert b"Tlapa" not in bytes(Identity.objects.get(person=person).sealed)
    births.keep(person, Birth(), **how)
    assert vault.open_identity(person) == {"name": "Ramira Verdadera"}
    assert [each.outcome for each in Event.objects.filter(kind="birth kept")] == [person.code] * 2
