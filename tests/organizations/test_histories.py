"""How a record came to be what it is, and going back."""

from dataclasses import replace

import pytest

from oralhistory.lib.agents import MACHINE
from oralhistory.organizations import cataloging, descriptions, histories, learned, public, registry
from oralhistory.organizations.descriptions import Description, NameForm, Place, Tie
from oralhistory.organizations.models import Name, Organization
from tests.clock import NOON

FIRST = Description(id="a", names=(NameForm("Uno", "authorized"), NameForm("U", "acronym")), history="Antes.")


def save(description, **options):
    return cataloging.save(description, by=MACHINE, at=NOON, **options)


def now(slug="a"):
    return Organization.objects.get(slug=slug)


def described():
    return descriptions.describe([now()])[0]


@pytest.fixture
def record(db):
    save(Description(id="b", names=(NameForm("Dos", "authorized"),)))
    save(FIRST)


def restore(number, **options):
    return histories.restore(now(), number, by=MACHINE, at=NOON, why="mejor así", **options)


def test_differences_are_told_part_by_part():
    after = replace(
        FIRST, names=(NameForm("Uno", "authorized", "es"), NameForm("UNO", "acronym")), history="", kind="party",
        places=(Place("Morazán"),),
    )  # fmt: skip
    found = {each.field: each for each in histories.differences(FIRST, after)}

    assert list(found) == ["names", "kind", "history", "places"]
    names = found["names"]
    assert names.added == (NameForm("UNO", "acronym"),)
    assert names.removed == (NameForm("U", "acronym"),)
    assert names.altered == ((NameForm("Uno", "authorized"), NameForm("Uno", "authorized", "es")),)
    assert (found["history"].before, found["history"].after) == ("Antes.", "")


def test_another_order_is_a_difference_too():
    (found,) = histories.differences(FIRST, replace(FIRST, names=FIRST.names[::-1]))
    assert found.reordered


def test_every_change_is_listed_newest_first(record):
    save(replace(FIRST, history="Después.", ties=(Tie("ally", "b"),)))
    last, first = histories.steps(now())

    assert [each.field for each in last.differences] == ["history", "ties"]
    assert {each.field for each in first.differences} == {"names", "history"}


def test_an_earlier_state_comes_back_as_a_change_of_its_own(record):
    save(replace(FIRST, names=(NameForm("Otro", "authorized"),), history="Después."))
    restore(1)

    assert described() == FIRST
    last = histories.steps(now())[0].revision
    assert (last.number, last.action, last.why) == (3, "restored", "mejor así")


def test_forms_that_were_heard_since_stay_known(record):
    Name.objects.create(organization=now(), kind="heard_as", text="unno", source="decided")
    save(replace(described(), history="Después."))
    restore(1)
    assert described().of_kind("heard_as") == ("unno",)


def test_what_was_public_then_and_may_not_be_now_does_not_come_back_to_the_public(record):
    code = {"learned_from": "abcdefghijk2"}
    shown = replace(FIRST, names=(*FIRST.names, NameForm("La Calle Uno", "other", **code)))
    save(shown)
    save(FIRST)
    Organization.objects.update(publication="public")

    restore(2)  # nothing else of that interview is left here: whether it is public is not known

    assert "La Calle Uno" in described().of_kind("other")
    assert "Calle" not in str(public.find("a"))
    learned.release("abcdefghijk2")
    assert "Calle" in str(public.find("a"))
    save(FIRST)
    restore(2)
    learned.withhold("abcdefghijk2")
    assert "Calle" not in str(public.find("a"))


def test_a_form_that_was_heard_says_nothing_of_whether_its_interview_is_public(record):
    code = {"learned_from": "abcdefghijk2"}
    heard = NameForm("unno", "heard_as", **code)
    save(replace(FIRST, names=(*FIRST.names, NameForm("La Calle Uno", "other", **code))))
    save(replace(FIRST, names=(*FIRST.names, heard)))
    Organization.objects.update(publication="public")
    restore(2)

    assert "Calle" not in str(public.find("a"))
    assert heard in described().names


def test_a_tie_to_what_was_merged_since_leads_to_where_it_went(record):
    save(Description(id="c", names=(NameForm("Tres", "authorized"),)))
    save(replace(FIRST, ties=(Tie("ally", "b"),)))
    save(FIRST)
    Organization.objects.filter(slug="b").update(merged_into=now("c"))
    restore(2)
    assert described().ties == (Tie("ally", "c"),)


def test_a_state_that_never_was_is_refused(record):
    with pytest.raises(histories.NoSuchRevision):
        restore(7)


def test_of_two_hands_the_second_restores_nothing(record):
    save(replace(FIRST, history="Después."))
    with pytest.raises(cataloging.Overtaken):
        restore(1, expected=1)


def test_a_slug_of_an_edition_says_the_names_of_what_it_was_merged_into(record):
    Organization.objects.update(publication="public")
    Organization.objects.filter(slug="b").update(merged_into=now("a"))
    assert registry.findable(["b"])["b"].terms == ("Uno", "U")
    assert {slug: found.slug for slug, found in registry.findable(["a", "c"]).items()} == {"a": "a"}
