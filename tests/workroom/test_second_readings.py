"""What was heard first is shown where a machine that was told names wrote one, to those who review and to nobody else."""

import pytest
from django.urls import reverse

from oralhistory.consent import workflow
from oralhistory.editions.models import Edition, EditionSegment
from oralhistory.interviews.models import State
from oralhistory.lib.agents import MACHINE
from oralhistory.mentions import suggesting
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import second_readings, versions
from tests import world as worlds
from tests.clock import NOON
from tests.review import rerun
from tests.transcripts import renamed

HEARD, WRITTEN = "Yo milité en el femen desde el ochenta.", "Yo milité en el FMLN desde el ochenta."
OTHERS = ["Llenábamos las calles."]


@pytest.fixture
def interview(world, tmp_path):
    made = worlds.uploaded(world, tmp_path)
    suggesting.suggest(renamed.transcript(Recording.objects.of(made).get(), HEARD, WRITTEN, OTHERS))
    made = workflow.advance(made, State.TRANSCRIBED, action="machine", by=MACHINE, at=NOON)
    return workflow.advance(made, State.IN_REVIEW, action="submit", by=world.interviewer.agent, at=NOON)


@pytest.fixture
def bench(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def page(bench, interview, **asked):
    return bench.get(reverse("workroom:transcript", args=[interview.public_id]), asked).content.decode()


def test_it_stands_beside_the_passage_that_is_read_and_the_one_that_is_changed(bench, interview):
    cue = versions.current(Recording.objects.of(interview).get()).segments.get(index=0).cue_id

    read, changed = page(bench, interview), page(bench, interview, edit=cue)

    assert read.count("se oyó: «femen»") == changed.count("se oyó: «femen»") == 1
    assert '<u class="written">FMLN</u>' in read
    assert "<textarea" in changed


def test_the_reason_is_among_those_for_the_mention(bench, interview):
    mention = interview_mention(interview)

    panel = page(bench, interview, mention=mention.pk)

    assert "lo escribió así una máquina a la que se le dijeron nombres; primero oyó «femen»" in panel


def interview_mention(interview):
    return versions.current(Recording.objects.of(interview).get()).mentions.get()


def test_the_public_reads_what_was_accepted_and_nothing_of_how_it_came_about(world, interview, client):
    worlds.accept_everything(world, interview)
    worlds.publish_from_review(world, interview)

    edition = Edition.objects.get()
    assert WRITTEN in EditionSegment.objects.filter(edition=edition).values_list("text", flat=True)
    shown = client.get(reverse("reading_room:testimony", args=[interview.public_id])).content.decode()
    assert "FMLN" in shown
    assert "femen" not in shown
    assert "femen" not in str(edition.__dict__)


def test_where_people_worked_it_is_that_of_the_reading_that_stayed(world, bench, interview):
    """A later transcription hears the name by itself elsewhere: what was heard first there is not said of it."""
    recording = Recording.objects.of(interview).get()
    worlds.accept_everything(world, interview)  # so that the passage stays

    rerun.again(recording, ["Yo milité en la", "UNAM desde joven.", "Llenábamos todas", "las calles."])

    after = versions.current(recording)
    found = second_readings.places(after, after.segments.all())
    (pk,) = found
    assert after.segments.get(pk=pk).text == WRITTEN
    assert [place.heard for place in found[pk]] == ["femen"]
