"""What keeps an interview in which people are named from being signed."""

import pytest
from PIL import Image

from oralhistory.editions import publishing
from oralhistory.interviews.models import Chapter
from oralhistory.places.models import Subject
from oralhistory.recordings import photographs
from oralhistory.review import checks, footnotes, translating
from oralhistory.review.models import NamedPerson
from oralhistory.review.people_named import decisions, register
from oralhistory.transcripts.models import Transcript
from tests.clock import NOON
from tests.review.named import TOLD, decide, say, sign, texts_of, told

pytestmark = pytest.mark.django_db
D, K, L = NamedPerson.Decision, NamedPerson.Kind, NamedPerson.Living


# What keeps an interview from being signed.


def test_somebody_who_may_live_and_is_nobody_of_the_public_must_be_decided_on(world, interview):
    """L29, over the whole table."""
    told(world, interview, "Rosario se fue.")
    waiting = {(kind, living) for kind in (K.PRIVATE, K.UNKNOWN, K.NARRATOR) for living in (L.YES, L.UNKNOWN)}

    for kind, living in [(kind, living) for kind in K for living in L]:
        NamedPerson.objects.update(kind=kind, living=living)
        found = [
            each.blocks for each in checks.before_signing(interview, at=NOON) if each.page == "people_named"
        ]
        assert found == ([True] if (kind, living) in waiting else []), (kind, living)


def test_who_was_proposed_by_nobody_yet_is_undecided(world, interview):
    say(interview, *TOLD)

    assert register.in_the_way(interview) == 3
    with pytest.raises(publishing.UndecidedPeople):
        sign(world, interview)


def test_what_is_no_person_is_in_nobodys_way(world, interview):
    told(world, interview)

    decisions.no_people(NamedPerson.objects.all(), by=world.moderator.agent, at=NOON)

    assert register.in_the_way(interview) == 0
    assert texts_of(interview) == TOLD
    sign(world, interview)


FIELDS = {
    "title": lambda each: setattr(each, "title", "Beltrán y otros"),
    "pull_quote": lambda each: setattr(each, "pull_quote", "Nunca vi a Ramiro Beltran otra vez."),
    "summary": lambda each: setattr(each, "summary", "Cuenta de ramiro beltrán osuna."),
    "warnings": lambda each: setattr(each, "warnings", "Se habla de Veltrán."),
    "chapter_title": lambda each: Chapter.objects.create(interview=each, start_ms=1000, title="Los Beltrán"),
    "chapter_synopsis": lambda each: Chapter.objects.create(
        interview=each, start_ms=1000, title="Otro", synopsis="De Osuna y su calle."
    ),
    "chapter_warning": lambda each: Chapter.objects.create(
        interview=each, start_ms=1000, title="Otro", warning="Habla de la muerte de Beltrán."
    ),
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_name_that_is_kept_out_stands_in_no_description(world, interview, field):
    """R09."""
    told(world, interview, TOLD[0])
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    assert not [each for each in checks.before_signing(interview, at=NOON) if each.blocks]
    FIELDS[field](interview)
    interview.save()

    (check,) = [each for each in checks.before_signing(interview, at=NOON) if each.blocks]
    assert check.page == ("chapters" if field.startswith("chapter") else "description")
    with pytest.raises(publishing.PersonStillNamed):
        sign(world, interview)


def test_a_name_that_is_kept_out_is_no_subject_of_a_chapter(world, interview):
    """R09."""
    told(world, interview, TOLD[0])
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    chapter = Chapter.objects.create(interview=interview, start_ms=1000, title="Otro")
    chapter.subjects.add(Subject.objects.create(slug="beltran", name="Familia Beltrán"))

    (check,) = [each for each in checks.before_signing(interview, at=NOON) if each.blocks]
    assert check.page == "chapters"
    with pytest.raises(publishing.PersonStillNamed):
        sign(world, interview)


def test_a_name_that_is_kept_out_stands_in_no_note_and_no_translation(world, interview):
    """R09."""
    told(world, interview, TOLD[0], "Eso fue todo.")
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    transcript = Transcript.objects.latest("version")
    last = transcript.segments.last()
    note = footnotes.write(interview, last.cue_id, "Hermano de Beltrán.", by=world.moderator.agent, at=NOON)

    (check,) = [each for each in checks.before_signing(interview, at=NOON) if each.blocks]
    assert check.page == "transcript"
    with pytest.raises(publishing.PersonStillNamed):
        sign(world, interview)

    footnotes.remove(note, by=world.moderator.agent, at=NOON)
    translation = translating.begin(transcript.recording, "en", by=world.moderator.agent, at=NOON)
    translating.write(
        translation, last.cue_id, "That is what Beltran said.", seen="", by=world.moderator.agent, at=NOON
    )
    translating.mark(translation, ready=True, by=world.moderator.agent, at=NOON)

    (check,) = [each for each in checks.before_signing(interview, at=NOON) if each.blocks]
    assert check.page == "translations"
    with pytest.raises(publishing.PersonStillNamed):
        sign(world, interview)


@pytest.mark.parametrize("field", ["caption", "credit"])
def test_a_name_that_is_kept_out_stands_beside_no_photograph(world, interview, tmp_path, field):
    """R09."""
    told(world, interview, TOLD[0])
    decide(world, "Ramiro Beltrán Osuna", D.CUT)
    path = tmp_path / "picture.png"
    Image.new("RGB", (40, 30), "white").save(path)
    given = {"caption": "", "credit": "", field: "Con los Beltrán, 1974"}
    photographs.add(interview, path, by=world.interviewer.agent, at=NOON, **given)

    (check,) = [each for each in checks.before_signing(interview, at=NOON) if each.blocks]
    assert check.page == "photographs"
    with pytest.raises(publishing.PersonStillNamed):
        sign(world, interview)


def test_a_pseudonym_that_is_another_name_that_is_kept_out_is_not_signed(world, interview):
    told(world, interview)
    decide(world, "Rosario", D.CUT)
    decide(world, "Ramiro Beltrán Osuna", D.PSEUDONYM, replacement="Rosario")
    decide(world, "Chino", D.KEEP)

    with pytest.raises(publishing.PersonStillNamed):
        sign(world, interview)
