"""The register of people named: what is proposed, what a decision does, what later edits do not leak."""

import json

import pytest

from oralhistory.editions import publishing
from oralhistory.mentions import decisions as on_mentions
from oralhistory.mentions.models import Mention
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review.models import NamedPerson, Occurrence, Redaction
from oralhistory.review.people_named import decisions, register
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.review.named import TOLD, built, called, decide, edit, say, sign, texts_of, told

pytestmark = pytest.mark.django_db
D, K, L = NamedPerson.Decision, NamedPerson.Kind, NamedPerson.Living


# What is proposed.


def test_who_is_named_is_proposed_with_all_that_they_are_called(world, interview):
    told(world, interview)

    people = {
        each.name: list(each.occurrences.values_list("spelling", flat=True))
        for each in NamedPerson.objects.all()
    }
    assert people == {
        "Ramiro Beltrán Osuna": ["Ramiro Beltrán Osuna", "Ramiro", "Beltrán"],
        "Rosario": ["Rosario"],
        "Chino": ["Chino"],
    }


def test_places_on_the_time_line_are_those_of_the_words(world, interview):
    told(world, interview)
    Recording.objects.of(interview).update(offset_ms=60_000)
    register.follow(interview, at=NOON)

    place = called("Rosario").occurrences.get()
    word = Segment.objects.get(text=TOLD[1], transcript__kind="working").words[4]
    assert (place.start_ms, place.end_ms) == (word[0] + 60_000, word[1] + 60_000)
    assert TOLD[1][place.start : place.end] == "Rosario"


def test_what_is_an_organization_is_no_person_until_somebody_says_that_it_is_none(world, with_sound):
    interview = with_sound
    register.follow(interview, at=NOON)
    assert not NamedPerson.objects.filter(name="Copesal").exists()

    on_mentions.reject(Mention.objects.get(surface="Copesal"), by=world.moderator.agent, at=NOON)
    register.follow(interview, at=NOON)

    assert NamedPerson.objects.filter(name="Copesal").exists()


def test_the_narrator_is_known_by_the_name_they_chose(world, interview):
    register.follow(interview, at=NOON)

    assert called("Elena").kind == K.NARRATOR


def test_looking_again_changes_nothing(world, interview):
    told(world, interview)
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    before = [list(model.objects.order_by("pk").values()) for model in (NamedPerson, Occurrence, Redaction)]

    register.follow(interview, at=NOON + MINUTE)

    assert before == [
        list(model.objects.order_by("pk").values()) for model in (NamedPerson, Occurrence, Redaction)
    ]


def test_what_an_edit_took_out_of_the_text_is_no_longer_proposed(world, interview):
    told(world, interview)
    edit(world, interview, TOLD[3], "Y otro también estaba.")
    register.follow(interview, at=NOON)

    assert not NamedPerson.objects.filter(name="Chino").exists()


# What a decision does.


def test_a_name_that_is_replaced_is_gone_from_text_and_sound_in_every_passage(world, with_sound):
    interview = with_sound
    told(world, interview)
    decide(world, "Ramiro Beltrán Osuna", D.ROLE_WORD, replacement="un compañero")

    assert texts_of(interview)[:3] == [
        "El que nos avisó fue [un compañero] que vivía en la calle Colima.",
        "[un compañero] trabajaba con doña Rosario en Hermosillo.",
        "Después supimos que [un compañero] estaba preso.",
    ]
    words = Segment.objects.get(text=TOLD[2], transcript__kind="working").words
    assert [words[3][0], words[3][1]] in built(interview).sound["silences"]


def test_a_name_that_is_cut_leaves_a_gap_and_one_that_is_kept_stays(world, interview):
    told(world, interview)
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    decide(world, "Rosario", D.KEEP, kind=K.PUBLIC)

    assert texts_of(interview)[1] == "[…] trabajaba con doña Rosario en Hermosillo."


def test_another_decision_changes_its_redactions_with_it(world, interview):
    told(world, interview)
    decide(world, "Rosario", D.CUT)
    decide(world, "Rosario", D.PSEUDONYM, replacement="Lucía")
    assert texts_of(interview)[1].endswith("doña [Lucía] en Hermosillo.")
    assert Redaction.objects.standing().get().kind == Redaction.Kind.PSEUDONYM

    decide(world, "Rosario", D.KEEP)

    assert texts_of(interview)[1].endswith("doña Rosario en Hermosillo.")
    assert not Redaction.objects.standing().exists()


def test_what_a_hand_redacted_is_not_lifted_by_a_decision(world, interview):
    told(world, interview)
    worlds.redact_the_secret(world, interview)
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    decide(world, "Ramiro Beltrán Osuna", D.KEEP)

    assert Redaction.objects.standing().get().person is None


def test_a_spelling_that_is_somebody_elses_is_decided_apart(world, interview):
    told(world, interview)
    decide(world, "Ramiro Beltrán Osuna", D.CUT, theirs=["Ramiro Beltrán Osuna", "Ramiro"])

    assert "Beltrán" in texts_of(interview)[2]
    assert called("Beltrán").decision == D.UNDECIDED


def test_two_who_are_one_are_decided_together(world, interview):
    told(world, interview)
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    decisions.join(called("Ramiro Beltrán Osuna"), called("Chino"), by=world.moderator.agent, at=NOON)

    assert texts_of(interview)[3] == "Y el […] también estaba."


@pytest.mark.parametrize("words", ["", "Ramiro", "el señor Beltran"])
def test_a_name_is_not_replaced_by_itself_or_by_nothing(world, interview, words):
    told(world, interview)

    with pytest.raises(decisions.NeedsWords):
        decide(world, "Ramiro Beltrán Osuna", D.ROLE_WORD, replacement=words)
    assert not Redaction.objects.exists()


def test_of_two_who_decide_the_second_is_told(world, interview):
    told(world, interview)
    seen = decisions.stand(called("Rosario"))
    decide(world, "Rosario", D.CUT, seen=seen)

    with pytest.raises(decisions.Overtaken):
        decide(world, "Rosario", D.KEEP, seen=seen)


def test_no_event_says_a_name(world, interview):
    told(world, interview)
    decide(world, "Ramiro Beltrán Osuna", D.PSEUDONYM, replacement="Lucía")

    said = json.dumps(list(Event.objects.values("kind", "subject", "outcome", "reason")))
    assert f"{called('Ramiro Beltrán Osuna').code}: pseudonym" in said
    assert not any(name in said for name in ("Ramiro", "Beltr", "Luc"))


# Later edits: nothing that they bring back leaks.


def test_a_name_that_an_edit_brings_in_is_kept_out_at_once(world, interview):
    told(world, interview)
    decide(world, "Rosario", D.CUT)

    edit(world, interview, TOLD[3], "Y el Chino también estaba, con rosario y su hija.")

    assert Redaction.objects.standing().count() == 2
    assert texts_of(interview)[3] == "Y el Chino también estaba, con […] y su hija."


def test_a_name_that_another_version_brings_in_is_out_of_the_edition_before_anybody_looked(world, interview):
    told(world, interview)
    decide(world, "Rosario", D.CUT)
    say(interview, "Rosario y Ramiro se fueron.")

    assert texts_of(interview) == ["[…] y Ramiro se fueron."]


def test_a_name_that_was_edited_away_is_still_silenced(world, with_sound):
    interview = with_sound
    told(world, interview)
    decide(world, "Rosario", D.CUT)
    silences = built(interview).sound["silences"]

    edit(world, interview, TOLD[1], "Ramiro trabajaba con una señora en Hermosillo.")
    register.follow(interview, at=NOON)

    assert built(interview).sound["silences"] == silences
    assert called("Rosario").occurrences.get().gone


def test_a_decision_outlives_edits_of_the_text(world, interview):
    told(world, interview)
    decide(world, "Rosario", D.CUT)
    say(interview, "Nadie más.")
    register.follow(interview, at=NOON)
    say(interview, "La señora Rosario volvió.")

    assert texts_of(interview) == ["La señora […] volvió."]


NEAR = ["Rammiro", "Beltran", "ramiro", "Beltrán Ozuna", "Veltrán", "o suna", "Ramiro Beltrán Ozuna"]


def test_what_is_near_a_name_that_is_kept_out_must_be_decided(world, interview):
    """R08: another spelling, part of the name, an error of the machine."""
    told(world, interview, "Ramiro Beltrán Osuna nos avisó.")
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    assert register.in_the_way(interview) == 0

    say(interview, "Nada más.", *(f"Y entonces vimos a {near} otra vez." for near in NEAR))

    assert register.in_the_way(interview) == 1
    with pytest.raises(publishing.UndecidedPeople):
        sign(world, interview)
    register.follow(interview, at=NOON)
    likely = called("Ramiro Beltrán Osuna").occurrences.filter(likely=True)
    assert set(likely.values_list("spelling", flat=True)) == set(NEAR)
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    assert set(texts_of(interview)[1:]) == {"Y entonces vimos a […] otra vez."}
    assert register.in_the_way(interview) == 0


def test_common_words_are_not_offered_for_a_name(world, interview):
    told(world, interview, "Ramiro Beltrán Osuna nos avisó.")
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    say(interview, "El camino era largo y miramos el rosario de la abuela.")

    assert register.in_the_way(interview) == 0


# By hand.


def test_words_that_no_machine_took_for_a_name_are_marked_by_a_person(world, interview):
    told(world, interview, "Fui con mi comadre a verlos.", "La comadre sabía todo.")
    segment = Segment.objects.get(text="Fui con mi comadre a verlos.")
    person = decisions.mark(interview, segment.cue_id, 11, 18, at=NOON)
    register.follow(interview, at=NOON)

    assert person.name == "comadre"
    assert person.occurrences.count() == 2
    decide(world, "comadre", D.ROLE_WORD, replacement="una amiga")
    assert texts_of(interview) == ["Fui con mi [una amiga] a verlos.", "La [una amiga] sabía todo."]


def test_a_name_that_is_typed_is_looked_for_everywhere(world, interview):
    told(world, interview, "Entonces el paco y yo.", "Paco no.")
    person = decisions.add(interview, "Paco", at=NOON)

    assert person.occurrences.count() == 2
    assert decisions.add(interview, "paco", at=NOON) == person


@pytest.mark.parametrize(("start", "end"), [(3, 3), (5, 2), (0, 0)])
def test_no_words_are_nobody(world, interview, start, end):
    told(world, interview)
    segment = Segment.objects.get(text=TOLD[0], transcript__kind="working")

    with pytest.raises(decisions.NoWords):
        decisions.mark(interview, segment.cue_id, start, end, at=NOON)
