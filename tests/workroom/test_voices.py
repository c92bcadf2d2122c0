"""Whose a voice is, says a person; until then it is a letter, and nothing of it is public."""

import pytest
from django.urls import reverse

from oralhistory.editions import manifest
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript
from tests import world as worlds
from tests.clock import NOON


@pytest.fixture
def interview(world, tmp_path):
    """A machine heard one voice ask and another one answer."""
    interview = worlds.in_review(world, tmp_path)
    Segment.objects.update(speaker="", voice="B")
    Segment.objects.filter(index=0).update(voice="A")
    return interview


@pytest.fixture
def bench(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def page(bench, interview):
    return bench.get(reverse("workroom:transcript", args=[interview.public_id])).content.decode()


def say(bench, interview, **voices):
    data = {f"voice-{letter}": speaker for letter, speaker in voices.items()}
    recording = Recording.objects.of(interview).get().code
    return bench.post(
        reverse("workroom:voices", args=[interview.public_id]), {"recording": recording, **data}, follow=True
    )


def speakers(interview):
    return list(text(interview).segments.values_list("speaker", flat=True))


def text(interview):
    return versions.current(Recording.objects.of(interview).get())


def give(bench, interview, number, speaker):
    row = text(interview).segments.get(index=number)
    data = {"cue": row.cue_id, "seen": row.text, "text": row.text, "speaker": speaker}
    recording = Recording.objects.of(interview).get().code
    bench.post(reverse("workroom:text", args=[interview.public_id]), {"recording": recording, **data})


def test_voices_are_letters_until_a_person_names_them(bench, interview):
    before = page(bench, interview)
    assert before.count(">Voz B</a>") == 3
    assert "/sound#t=2" in before  # a stretch of it is heard without a script too

    answer = say(bench, interview, A="interviewer", B="narrator")

    assert speakers(interview) == ["interviewer", "narrator", "narrator", "narrator"]
    after = answer.content.decode()
    assert ">Voz B</a>" not in after
    assert "A: Quien entrevista · B: Quien narra" in after
    assert text(interview).kind == Transcript.Kind.WORKING  # the machine's own stays as it was made
    events = Event.objects.filter(kind="text corrected", subject=interview.code).order_by("pk")
    assert [event.outcome for event in events] == ["voice A: interviewer", "voice B: narrator"]


def test_what_a_person_said_of_a_passage_stays_and_the_rest_can_be_named_again(bench, interview):
    give(bench, interview, 2, "interviewer")
    say(bench, interview, A="interviewer", B="narrator")
    give(bench, interview, 3, "narrator 2")
    assert speakers(interview) == ["interviewer", "narrator", "interviewer", "narrator 2"]

    say(bench, interview, A="narrator", B="interviewer")
    assert speakers(interview) == ["narrator", "interviewer", "interviewer", "narrator 2"]

    say(bench, interview, A="", B="interviewer")
    assert speakers(interview) == ["", "interviewer", "interviewer", "narrator 2"]


def test_a_speaker_given_from_here_on_is_no_longer_that_of_the_voice(bench, interview):
    say(bench, interview, A="interviewer", B="narrator")
    row = text(interview).segments.get(index=2)
    data = {"cue": row.cue_id, "seen": row.text, "text": row.text, "speaker": "narrator 2", "onward": "on"}
    recording = Recording.objects.of(interview).get().code
    bench.post(reverse("workroom:text", args=[interview.public_id]), {"recording": recording, **data})

    say(bench, interview, A="interviewer", B="interviewer")

    assert speakers(interview) == ["interviewer", "interviewer", "narrator 2", "narrator 2"]


def test_nothing_of_a_voice_is_in_an_edition(bench, interview):
    voiced = manifest.build(interview, at=NOON)
    Segment.objects.update(voice="")
    assert manifest.build(interview, at=NOON).sha256 == voiced.sha256

    Segment.objects.update(voice="B")
    say(bench, interview, B="narrator")

    assert [each["speaker"] for each in manifest.build(interview, at=NOON).segments] == ["Elena"] * 4


@pytest.mark.parametrize("voices", [{"A": "interviewer", "B": "nobody"}, {"A": "Ramiro", "B": ""}])
def test_somebody_who_is_not_of_the_interview_is_not_named(bench, interview, voices):
    say(bench, interview, **voices)

    assert speakers(interview) == [""] * 4
    assert text(interview).kind == Transcript.Kind.MACHINE


def test_who_may_not_edit_the_text_names_nobody(world, at_the_desk_of, interview):
    answer = say(at_the_desk_of(world.other_moderator), interview, A="interviewer")

    assert answer.status_code in (403, 404)
    assert speakers(interview) == [""] * 4


@pytest.mark.parametrize("text", [{"voice": ""}, {"speaker": "narrator"}])
def test_where_there_is_no_voice_or_all_have_a_speaker_there_is_nothing_to_name(bench, interview, text):
    Segment.objects.update(**text)
    before = speakers(interview)

    assert 'id="voices"' not in page(bench, interview)
    say(bench, interview, A="interviewer")
    assert speakers(interview) == before
