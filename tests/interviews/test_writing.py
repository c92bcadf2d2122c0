"""A ficha written part by part, by several hands."""

import pytest

from oralhistory.interviews import describing, writing
from oralhistory.interviews.models import Interview, Participation
from oralhistory.provenance.models import Event
from tests import world as worlds
from tests.clock import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def interview(world):
    return worlds.draft(world)


def write(interview, by, values, seen=None):
    marks = seen or {part: writing.mark(writing.value(interview, part)) for part in values}
    return writing.write(interview, values, seen=marks, by=by.agent, at=NOON)


def test_parts_are_saved_and_one_event_names_them_without_their_words(interview, world):
    glossary = [["compa", "compañero"]]

    written = write(interview, world.interviewer, {"summary": "Imprimió de noche.", "glossary": glossary})

    interview.refresh_from_db()
    assert (interview.summary, interview.glossary) == ("Imprimió de noche.", glossary)
    assert written.saved == ("summary", "glossary")
    event = Event.objects.get(kind="description changed")
    assert (event.outcome, event.agent) == ("summary, glossary", str(world.interviewer.agent))


def test_what_another_hand_wrote_meanwhile_is_not_overwritten_and_the_rest_is_saved(interview, world):
    opened = {part: writing.mark(writing.value(interview, part)) for part in ("summary", "reasons")}
    write(interview, world.archivist, {"summary": "Lo del archivo."})

    mine = {"summary": "Lo mío.", "reasons": "Porque sí."}
    written = write(interview, world.interviewer, mine, seen=opened)

    interview.refresh_from_db()
    assert (interview.summary, interview.reasons) == ("Lo del archivo.", "Porque sí.")
    assert written == writing.Written(("reasons",), {"summary": "Lo del archivo."})


def test_two_who_write_the_same_have_not_overtaken_each_other(interview, world):
    opened = {"summary": writing.mark(interview.summary)}
    write(interview, world.archivist, {"summary": "Igual."})

    assert write(interview, world.interviewer, {"summary": "Igual."}, seen=opened) == writing.Written()


def test_a_shelf_mark_is_one_interviews_in_its_collection(interview, world):
    other = worlds.draft(world)
    write(interview, world.interviewer, {"identifier": "AHO-7"})

    with pytest.raises(writing.IdentifierTaken):
        write(other, world.interviewer, {"identifier": "AHO-7", "title": "Otro"})

    other.refresh_from_db()
    assert (other.identifier, other.title) == ("", "Elena")
    elsewhere = describing.collection("Otra colección")
    write(other, world.interviewer, {"identifier": "AHO-7", "collection": elsewhere.slug})
    assert Interview.objects.get(pk=other.pk).collection == elsewhere


def test_somebody_who_is_not_named_keeps_no_name(interview, world):
    narrator = interview.participations.get(role="narrator")
    seen = writing.mark(writing.shown(narrator))

    nobody = describing.Narrator("Elena", "code")
    writing.show_as(narrator, nobody, seen=seen, by=world.interviewer.agent, at=NOON)

    narrator.person.refresh_from_db()
    assert writing.shown(narrator) == ["code", ""]
    pseudonym = describing.Narrator("Lucía", "pseudonym")
    late = writing.show_as(narrator, pseudonym, seen=seen, by=world.archivist.agent, at=NOON)
    assert list(late.overtaken.values()) == [["code", ""]]


def test_of_several_in_one_role_the_last_goes_and_a_narrator_stays(interview, world):
    by = {"by": world.interviewer.agent, "at": NOON}
    first = interview.participations.get(role="interviewer")
    second = writing.bring_in(interview, "interviewer", describing.Narrator("Ana Ruiz", "real_name"), **by)

    for needed in (first, interview.participations.get(role="narrator")):
        with pytest.raises(writing.StillNeeded):
            writing.take_out(needed, **by)
    writing.take_out(second, **by)

    assert Participation.objects.filter(interview=interview).count() == 2
    assert "Ana" not in str(list(Event.objects.values_list("outcome", "reason")))
