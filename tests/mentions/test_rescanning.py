"""When names change, the archive is looked through for the forms that changed, and for nothing else."""

import pytest

from oralhistory.interviews.models import State
from oralhistory.mentions import decisions, rescanning, suggesting, word_index
from oralhistory.mentions.models import KnownForm, Mention, NamesChanged, TranscriptWords
from oralhistory.organizations.models import Name, Organization
from oralhistory.review import corrections
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import NOON
from tests.factories import OrganizationFactory
from tests.mentions import told

pytestmark = pytest.mark.django_db

TEXT = [
    "Nosotros éramos de la Brigada Obrera del Sur, la BOS, y trabajábamos en el barrio.",
    "Después vino la be o ese y también el FMLN, allá en El Salvador.",
    "Y la vrigada ovrera del sur ya no existía, compañero.",
]
BOS = {"slug": "bos-sv", "name": "Brigada Obrera del Sur", "country": "SV"}


@pytest.fixture
def world():
    made = worlds.build()
    rescanning.note(at=NOON)
    NamesChanged.objects.all().delete()  # the names that there are from the beginning
    return made


def follow():
    """What the pipeline does; the transcripts that were looked at."""
    rescanning.note(at=NOON)
    word_index.refresh()
    looked_at = []
    for changed in rescanning.not_searched():
        found = rescanning.search(changed)
        rescanning.keep(changed, found)
        looked_at += found
        rescanning.follow(changed, found)
    return looked_at


def suggestions(transcript):
    rows = Mention.objects.filter(transcript=transcript).undecided()
    return [(each.surface, each.organization.slug if each.organization else None) for each in rows]


def test_a_new_name_is_proposed_wherever_it_is_said(world):
    transcript = told.transcript(world.moderator, TEXT)
    suggesting.suggest(transcript)
    OrganizationFactory(**BOS, acronyms=["BOS"])

    follow()

    assert suggestions(transcript) == [
        ("Brigada Obrera del Sur", "bos-sv"), ("BOS", "bos-sv"), ("be o ese", "bos-sv"), ("FMLN", "fmln-sv"),
        ("vrigada ovrera del sur", "bos-sv"),
    ]  # fmt: skip
    assert not NamesChanged.objects.exists()
    assert follow() == []  # nothing has changed since


def test_everything_else_stays_as_it_is(world):
    transcript = told.transcript(world.moderator, TEXT)
    suggesting.suggest(transcript)
    before = Mention.objects.get(organization__slug="fmln-sv")
    Mention.objects.filter(pk=before.pk).update(score=0.77)
    OrganizationFactory(**BOS)

    follow()

    before.refresh_from_db()
    assert (before.score, before.state) == (0.77, Mention.State.SUGGESTED)


def test_what_a_person_decided_stays(world):
    transcript = told.transcript(world.moderator, TEXT)
    OrganizationFactory(**BOS)
    suggesting.suggest(transcript)
    mention = Mention.objects.get(surface="Brigada Obrera del Sur")
    decisions.reject(mention, by=world.moderator.agent, at=NOON)
    other = OrganizationFactory(slug="bos-cl", name="Brigada Obrera del Sur", country="CL")

    follow()

    at = Mention.objects.filter(segment=mention.segment)
    assert [each.state for each in at if each.surface == mention.surface] == [Mention.State.REJECTED]
    assert not at.filter(organization=other).exists()


def test_what_was_taken_for_one_that_is_not_in_the_list_becomes_the_new_record(world):
    transcript = told.transcript(
        world.moderator, ["El partido era clandestino.", "Yo milité en el FMLN y en la CONAVIGUA, compañero."]
    )
    suggesting.suggest(transcript)
    assert ("CONAVIGUA", None) in suggestions(transcript)
    OrganizationFactory(
        slug="conavigua-gt", name="Coordinadora Nacional de Viudas", country="GT", acronyms=["CONAVIGUA"]
    )

    follow()

    assert suggestions(transcript) == [("FMLN", "fmln-sv"), ("CONAVIGUA", "conavigua-gt")]


def test_a_form_that_was_remembered_is_looked_for_in_other_interviews(world):
    first = told.transcript(
        world.moderator, ["Era del frente faraón de Martín, en El Salvador.", "Y de la Unión Patriótica."]
    )
    other = told.transcript(
        world.moderator, ["En el frente faraón de Martín estuvimos, allá en San Salvador."]
    )
    suggesting.suggest(first)
    suggesting.suggest(other)
    assert "fmln-sv" not in dict(suggestions(other)).values()
    fmln = Organization.objects.get(slug="fmln-sv")
    Name.objects.create(organization=fmln, kind=Name.Kind.HEARD_AS, text="frente faraón de Martín")

    assert set(follow()) == {first.pk, other.pk}

    assert suggestions(other) == [("frente faraón de Martín", "fmln-sv")]


def test_a_suggestion_that_rests_on_a_name_that_is_gone_is_withdrawn(world):
    transcript = told.transcript(world.moderator, TEXT)
    bos = OrganizationFactory(**BOS, acronyms=["BOS"])
    follow()
    suggesting.suggest(transcript)
    bos.names.filter(kind=Name.Kind.ACRONYM).delete()

    follow()

    forms = [surface for surface, slug in suggestions(transcript) if slug == "bos-sv"]
    assert forms == ["Brigada Obrera del Sur", "vrigada ovrera del sur"]


def test_a_record_that_was_merged_or_is_used_no_more_is_suggested_no_more(world):
    transcript = told.transcript(world.moderator, TEXT)
    bos = OrganizationFactory(**BOS)
    other = OrganizationFactory(slug="bos-hn", name="Liga de Prueba", country="SV")
    follow()
    suggesting.suggest(transcript)
    decisions.accept(Mention.objects.get(surface=TEXT[0][22:44]), by=world.moderator.agent, at=NOON)
    bos.merged_into = other
    bos.save()

    follow()

    left = Mention.objects.filter(organization=bos)
    assert [each.state for each in left] == [Mention.State.ACCEPTED]


def test_transcripts_of_withdrawn_interviews_are_not_looked_through(world):
    transcript = told.transcript(world.moderator, TEXT)
    suggesting.suggest(transcript)
    interview = transcript.recording.session.interview
    interview.state = State.WITHDRAWN
    interview.save()
    OrganizationFactory(**BOS)

    assert follow() == []
    assert ("Brigada Obrera del Sur", "bos-sv") not in suggestions(transcript)
    assert not TranscriptWords.objects.exists()


def test_what_people_corrected_is_found_as_it_stands_now(world):
    transcript = told.transcript(
        world.moderator, ["Era de la Brigada Nueva, allá en El Salvador.", "Nada más."]
    )
    suggesting.suggest(transcript)
    cue = transcript.segments.get(index=1)
    corrections.correct(
        transcript.recording.session.interview, transcript, cue.cue_id, "La Brigada Obrera del Sur, eso.", seen=cue.text,
        by=world.moderator.agent, at=NOON,
    )  # fmt: skip
    OrganizationFactory(**BOS)

    follow()

    working = versions.current(transcript.recording)
    assert working != transcript
    assert ("Brigada Obrera del Sur", "bos-sv") in suggestions(working)
    assert [each.transcript for each in TranscriptWords.objects.all()] == [working]


def test_a_text_that_changes_while_it_is_read_is_read_again(world, monkeypatch):
    transcript = told.transcript(world.moderator, TEXT)
    suggesting.suggest(transcript)
    OrganizationFactory(**BOS)
    changed = rescanning.note(at=NOON)
    found = rescanning.search(changed)
    rescanning.keep(changed, found)
    read = suggesting.find

    def slowly(matcher, transcript, segments, heard):
        answer = read(matcher, transcript, segments, heard)
        transcript.segments.filter(index=0).update(text="Otra cosa.")
        return answer

    monkeypatch.setattr(suggesting, "find", slowly)
    with pytest.raises(rescanning.TextChanged):
        rescanning.follow(changed, found)
    monkeypatch.undo()
    assert NamesChanged.objects.exists()

    rescanning.follow(changed, found)

    assert ("vrigada ovrera del sur", "bos-sv") in suggestions(transcript)


def test_a_transcript_without_the_form_is_not_read(world):
    suggesting.suggest(
        told.transcript(world.moderator, ["No había nada en el barrio, y trabajábamos en la brigada."])
    )
    OrganizationFactory(**BOS, acronyms=["BOS"])

    assert follow() == []


def test_an_acronym_that_is_a_common_word_is_looked_for_with_its_capital(world):
    small = told.transcript(world.moderator, ["Puso orden en la casa, como siempre decía."])
    large = told.transcript(world.moderator, ["Los de ORDEN llegaron al pueblo, como siempre."])
    for each in (small, large):
        suggesting.suggest(each)
    OrganizationFactory(
        slug="orden-sv", name="Organización Democrática Nacionalista", country="SV", acronyms=["ORDEN"]
    )

    assert follow() == [large.pk]


def test_another_form_of_an_organization_that_is_spoken_of_has_only_its_transcripts_read(world):
    suggesting.suggest(told.transcript(world.moderator, TEXT[1:]))
    other = told.transcript(
        world.moderator, ["En el frente faraón de Martín estuvimos, allá en San Salvador."]
    )
    fmln = Organization.objects.get(slug="fmln-sv")
    Name.objects.create(organization=fmln, kind=Name.Kind.HEARD_AS, text="frente faraón de Martín")

    assert follow() == [other.pk]


def test_many_new_names_have_every_transcript_read(world):
    transcript = told.transcript(world.moderator, ["No había nada en el barrio."])
    for number in range(rescanning.MANY + 1):
        OrganizationFactory(name=f"Organización número {number}")

    assert follow() == [transcript.pk]


def test_known_forms_are_written_down_once(world):
    OrganizationFactory(**BOS, acronyms=["BOS"], heard_as=["be ose"])

    changed = rescanning.note(at=NOON)

    assert changed.added == [
        ["bos-sv", "acronym", "BOS"], ["bos-sv", "heard_as", "be ose"], ["bos-sv", "name", "Brigada Obrera del Sur"],
    ]  # fmt: skip
    assert rescanning.note(at=NOON) is None
    assert KnownForm.objects.filter(slug="bos-sv").count() == 3


def test_a_suggestion_says_with_which_list_it_was_made(world):
    transcript = told.transcript(world.moderator, TEXT)
    suggesting.suggest(transcript)
    assert suggesting.is_matched(transcript)
    first = Mention.objects.first().authority_version

    OrganizationFactory(**BOS)

    assert not suggesting.is_matched(transcript)
    follow()
    second = Mention.objects.filter(organization__slug="bos-sv").first().authority_version
    assert len(first) == len(second) == 16
    assert first != second


def test_words_are_erased_with_their_transcript(world):
    transcript = told.transcript(world.moderator, TEXT)
    suggesting.suggest(transcript)
    assert TranscriptWords.objects.count() == 1

    word_index.forget_interview(transcript.recording.session.interview.public_id)
    assert TranscriptWords.objects.count() == 0
    word_index.refresh()
    assert TranscriptWords.objects.count() == 1
    Mention.objects.all().delete()
    transcript.delete()
    assert TranscriptWords.objects.count() == 0
