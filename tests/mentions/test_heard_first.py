"""Mentions are judged by what was heard before the machine was told names."""

import pytest

from oralhistory.mentions import decisions, heard_first, suggesting
from oralhistory.mentions.heard_first import ONLY_WRITTEN, HeardFirst
from oralhistory.mentions.models import Mention
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import second_readings, versions
from oralhistory.transcripts.second_readings import Place
from tests import world as worlds
from tests.clock import NOON
from tests.transcripts import renamed

TEXT = "Unos del MIR, otros de la Oposición."
PLACES = [Place(5, 12, "de Lemeiere"), Place(26, 35, "o posición")]


def test_what_was_heard_is_read_in_the_place_of_what_is_written():
    assert HeardFirst(TEXT, PLACES).heard == "Unos de Lemeiere, otros de la o posición."
    assert HeardFirst(TEXT, []).heard == TEXT


@pytest.mark.parametrize("word", ["Unos", "de Lemeiere", "Lemeiere", "otros", "posición", "o posición", "la"])
def test_what_is_found_there_is_moved_to_what_stands_in_its_place(word):
    text = HeardFirst(TEXT, PLACES)
    start = text.heard.index(word)
    stands = {
        "de Lemeiere": "del MIR",
        "Lemeiere": "del MIR",
        "posición": "Oposición",
        "o posición": "Oposición",
    }

    first, last = text.shown(start, start + len(word))

    assert TEXT[first:last] == stands.get(word, word)


# In an archive

HEARD = "Yo milité en el FEMLN desde el ochenta"
WRITTEN = "Yo milité en el FMLN desde el ochenta"


def transcribed(tmp_path, *, heard=HEARD, written=WRITTEN, others=()):
    interview = worlds.uploaded(worlds.build(), tmp_path)
    return renamed.transcript(Recording.objects.of(interview).get(), heard, written, others)


@pytest.mark.django_db
def test_a_name_that_is_only_written_is_proposed_with_that_reason_and_never_in_bulk(tmp_path):
    transcript = transcribed(
        tmp_path, heard="Yo milité en el eme ese desde el ochenta".replace("eme ese", "femen")
    )

    suggesting.suggest(transcript)

    mention = Mention.objects.get()
    assert (mention.surface, mention.organization.slug, mention.kind) == ("FMLN", "fmln-sv", ONLY_WRITTEN)
    assert mention.score <= heard_first.MOST
    assert mention.state == Mention.State.SUGGESTED
    assert mention.evidence[-1]["parameters"] == {"heard": "femen"}


@pytest.mark.django_db
@pytest.mark.parametrize(("heard", "known"), [("FMLN.", True), ("femen", False)])
def test_it_is_no_evidence_for_another(tmp_path, heard, known):
    """ "El Frente" is short for an organization that was named just before: by what was heard, not by what was told."""
    short = "Y en el Frente nos cuidábamos mucho."
    transcript = transcribed(tmp_path, heard=WRITTEN.replace("FMLN", heard), written=WRITTEN, others=[short])

    suggesting.suggest(transcript)

    assert Mention.objects.filter(segment__index=0).count() == 1
    assert Mention.objects.filter(segment__index=1).exists() == known


@pytest.mark.django_db
def test_what_was_found_in_what_was_heard_stays_what_it_is(tmp_path):
    transcript = transcribed(
        tmp_path,
        heard="Las Frente Farabundo Martí para la Liberasión Nacional",
        written="Las Frente Farabundo Martí para la Liberación Nacional",
    )

    suggesting.suggest(transcript)

    mention = Mention.objects.get()
    assert mention.kind == "name by sound"
    assert mention.surface == "Frente Farabundo Martí para la Liberación Nacional"
    assert transcript.segments.get().text[mention.start : mention.end] == mention.surface


@pytest.mark.django_db
def test_accepting_all_alike_leaves_out_what_is_only_written(tmp_path):
    transcript = transcribed(
        tmp_path, heard=WRITTEN.replace("FMLN", "femen"), others=["Entré al FMLN en El Salvador.", "El FMLN."]
    )
    suggesting.suggest(transcript)
    first, second, third = Mention.objects.order_by("segment__index")
    assert [first.kind, second.kind, third.kind] == [ONLY_WRITTEN, "acronym", "acronym"]

    assert decisions.alike(first) == [first]
    assert decisions.alike(second) == [second, third]


@pytest.mark.django_db
def test_a_place_is_found_in_every_version_until_its_words_are_gone(tmp_path):
    transcript = transcribed(tmp_path)
    working = versions.working(transcript, at=NOON)

    def places(version):
        found = second_readings.places(version, version.segments.all())
        texts = {segment.pk: segment.text for segment in version.segments.all()}
        return [(texts[pk][p.start : p.end], p.heard) for pk, rows in found.items() for p in rows]

    assert places(transcript) == places(working) == [("FMLN", "FEMLN")]
    cue = working.segments.get().cue_id
    agent = worlds.MACHINE
    edited = "Sí, yo milité en el FMLN, desde los ochenta."
    versions.correct(working, cue, edited, seen=WRITTEN, by=agent, at=NOON)
    assert places(working) == [("FMLN", "FEMLN")]
    versions.correct(working, cue, "Yo milité ahí.", seen=edited, by=agent, at=NOON)
    assert places(working) == []
