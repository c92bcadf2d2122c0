"""The transcript on the bench: its words, its mentions, its redactions."""

import pytest
from django.urls import reverse

from oralhistory.mentions.models import Mention
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review.models import Redaction
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Transcript
from tests import world as worlds

HTMX = {"HX-Request": "true"}


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def bench(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


def segment(interview, number):
    return versions.current(Recording.objects.of(interview).get()).segments.get(index=number)


def correction(interview, number, text, **other):
    row = segment(interview, number)
    return {
        "recording": row.transcript.recording.code,
        "cue": row.cue_id,
        "seen": row.text,
        "text": text,
        **other,
    }


def test_an_edit_keeps_the_times_of_the_words_and_the_mentions_that_are_still_there(bench, interview):
    before = segment(interview, 1)
    text = before.text.replace("Yo milité", "Yo sí milité")

    answer = bench.post(of("text", interview), correction(interview, 1, text, speaker="narrator"))

    assert answer.status_code == 302
    after = segment(interview, 1)
    assert (after.text, after.transcript.kind) == (text, Transcript.Kind.WORKING)
    assert [row[:3] for row in after.words if row[2] == "Frente"] == [
        row[:3] for row in before.words if row[2] == "Frente"
    ]
    mention = Mention.objects.get(transcript=after.transcript, organization__slug="fmln-sv")
    assert text[mention.start : mention.end] == mention.surface
    assert Event.objects.filter(kind="text corrected", subject=interview.code).count() == 1


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(bench, interview):
    data = correction(interview, 3, "Mine.")
    bench.post(of("text", interview), correction(interview, 3, "Theirs."))

    answer = bench.post(of("text", interview), data)

    assert answer.status_code == 400
    assert segment(interview, 3).text == "Theirs."


def test_a_segment_cannot_be_edited_to_nothing(bench, interview):
    before = segment(interview, 0).text

    answer = bench.post(of("text", interview), correction(interview, 0, "   "), headers=HTMX)

    assert 'role="alert"' in answer.content.decode()
    assert segment(interview, 0).text == before


def test_a_speaker_is_given_from_here_on_up_to_another_one(bench, interview):
    row = segment(interview, 1)
    bench.post(of("text", interview), correction(interview, 1, row.text, speaker="narrator 2", onward="on"))

    assert [segment(interview, number).speaker for number in range(4)] == ["interviewer", *["narrator 2"] * 3]


def test_a_redaction_is_marked_by_its_times_and_struck_out_in_the_text(bench, interview):
    data = {
        "start": "4.000",
        "end": "0:06",
        "kind": "cut",
        "reason": "Asked for",
        "cue": segment(interview, 2).cue_id,
    }

    bench.post(of("redact", interview), data)

    redaction = Redaction.objects.get()
    assert (redaction.start_ms, redaction.end_ms) == (4000, 6000)
    assert f"<s>{worlds.SECRET}</s>" in bench.get(of("transcript", interview)).content.decode()


def test_an_archivist_says_why_before_reading_and_the_reason_is_kept(world, at_the_desk_of, interview):
    browser = at_the_desk_of(world.archivist)
    asked = browser.get(of("transcript", interview))
    assert asked.headers["Location"] == f"{of('reason', interview)}?for=read_raw_text"

    answer = browser.post(asked.headers["Location"], {"reason": "A doubt about a name"})

    assert answer.headers["Location"] == of("transcript", interview)
    assert worlds.SECRET in browser.get(of("transcript", interview)).content.decode()
    event = Event.objects.get(kind="opened for a reason")
    assert (event.outcome, event.reason) == ("read_raw_text", "A doubt about a name")
    code = Recording.objects.of(interview).get().code
    sound = browser.get(reverse("workroom:sound", args=[interview.public_id, code]))
    assert sound.status_code == 302  # another thing, another reason


def test_the_unredacted_sound_is_an_event_once_a_session(bench, interview):
    url = reverse("workroom:sound", args=[interview.public_id, Recording.objects.of(interview).get().code])
    for _part in range(2):
        answer = bench.get(url, headers={"Range": "bytes=0-99"})
        assert answer.status_code == 206
        assert len(b"".join(answer.streaming_content)) == 100
        assert answer.headers["Cache-Control"] == "no-cache, private, no-store"

    assert Event.objects.filter(kind="unredacted sound opened").count() == 1


def test_words_have_their_places_as_the_player_wants_them(bench, interview):
    code = Recording.objects.of(interview).get().code
    words = bench.get(reverse("workroom:words", args=[interview.public_id, code])).json()

    row = segment(interview, 0)
    places = words[row.cue_id][::2]
    assert [row.text[place:].split()[0] for place in places] == row.text.split()
