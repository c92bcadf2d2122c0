"""The register of subjects: found by any of its names, renamed, merged."""

import pytest

from oralhistory.interviews import chapters, subjects
from oralhistory.interviews.models import Interview
from oralhistory.places import gazetteer
from oralhistory.places.models import Subject
from tests import world as worlds
from tests.clock import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def by(world):
    return {"by": world.archivist.agent, "at": NOON}


def test_a_renamed_subject_is_found_by_what_it_was_and_is_called(by):
    exile = gazetteer.subject("Exilio")

    subjects.rename(exile, {"es": "Destierro", "en": "Exile", "pt": ""}, **by)

    assert {gazetteer.subject(name).pk for name in ("exilio", "DESTIERRO", "Exile")} == {exile.pk}
    assert (exile.name_in("en"), exile.name_in("pt")) == ("Exile", "Destierro")
    assert Subject.objects.count() == 1


def test_a_name_that_another_subject_has_is_no_new_name(by):
    prison, jail = gazetteer.subject("Prisión"), gazetteer.subject("Cárcel")

    with pytest.raises(subjects.NameTaken) as refusal:
        subjects.rename(jail, {"es": "prision"}, **by)

    assert refusal.value.other == prison


def test_of_two_that_are_merged_the_chapters_are_together_and_the_name_leads_on(world, by):
    interview = worlds.draft(world)
    jail, prison = gazetteer.subject("Cárcel"), gazetteer.subject("Prisión")
    both = chapters.begin(interview, 1000, parts={"subjects": ["Cárcel", "Prisión"]}, **by)
    one = chapters.begin(interview, 2000, parts={"subjects": ["Cárcel"]}, **by)

    subjects.merge(jail, prison, **by)

    assert [chapters.value(each, "subjects") for each in (both, one)] == [["Prisión"]] * 2
    assert gazetteer.subject("cárcel") == prison
    (listed,) = subjects.register("", in_interviews=Interview.objects.all())
    assert (listed, listed.told) == (prison, 2)
    for wrong in ((prison, prison), (prison, jail)):
        with pytest.raises(subjects.NotMerged):
            subjects.merge(*wrong, **by)


def test_the_register_counts_only_what_one_may_know_of(world, by):
    interview = worlds.draft(world)
    chapters.begin(interview, 1000, parts={"subjects": ["Exilio"]}, **by)

    (hidden,) = subjects.register("EXÍLIO", in_interviews=Interview.objects.none())

    assert hidden.told == 0
