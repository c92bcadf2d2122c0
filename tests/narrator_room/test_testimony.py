"""What a narrator hears, reads, keeps out and says."""

import pytest
from django.utils import translation

from oralhistory.consent import reasons, table
from oralhistory.editions import manifest, publishing
from oralhistory.editions.models import Edition, Veil
from oralhistory.interviews.models import State
from oralhistory.narrator_room import plain_words
from oralhistory.notices import desk
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording
from oralhistory.review.models import Redaction, Remark
from oralhistory.transcripts.models import Segment
from tests import world as worlds
from tests.clock import NOON

WITH_TEXT = table.load().allow["narrator_own"]["read_raw_text"].states


def recording_of(narrator):
    return Recording.objects.of(narrator.interview).get()


def cue(index):
    return Segment.objects.get(transcript__kind="machine", index=index).cue_id


@pytest.mark.parametrize("state", list(State))
def test_the_page_opens_in_every_state_and_all_that_it_offers_opens(carry, narrator_of, state):
    narrator = narrator_of(carry(state))

    response = narrator.get()

    assert response.status_code == 200
    assert (worlds.TEXTS[1].encode() in response.content) == (state in WITH_TEXT)
    for name in ("preview/", "papers/", "withdraw/"):
        if narrator.address(name).encode() in response.content:
            assert narrator.get(name).status_code == 200


@pytest.mark.parametrize("state", list(State))
def test_the_table_decides_on_every_page(carry, narrator_of, state):
    """Every cell of `narrator_own` that has a page, asked over HTTP."""
    narrator = narrator_of(carry(state))
    recording = Recording.objects.of(narrator.interview).first()
    code = recording.code if recording else "none"
    asked = {
        "read_meta": narrator.get(),
        "preview": narrator.get("preview/"),
        "play_master": narrator.get(f"sound/{code}/"),
        "redact": narrator.post("keep-out/", start="9", end="1"),
        "comment": narrator.post("remark/", text=""),
        "consent": narrator.get("withdraw/"),
    }
    allowed = table.load().allow["narrator_own"]

    asked["play_master"].getvalue()  # to its end, which closes the file
    answers = {action: response.status_code == 409 for action, response in asked.items()}

    assert answers == {action: state not in allowed[action].states for action in asked}


def test_the_page_says_what_the_staff_alone_should_know_to_nobody(carry, narrator_of):
    page = narrator_of(carry(State.TRANSCRIBED)).get().content.decode()

    assert f"{worlds.CANARY}-name" not in page  # the name of the file
    assert f"{worlds.CANARY}-notes" not in page


def test_the_unredacted_sound_is_heard_by_ranges_and_leaves_one_event(carry, narrator_of):
    narrator = narrator_of(carry(State.PUBLISHED))
    code = recording_of(narrator).code

    first = narrator.get(f"sound/{code}/", HTTP_RANGE="bytes=0-99")
    later = narrator.get(f"sound/{code}/", HTTP_RANGE="bytes=100-199")

    assert [first.status_code, later.status_code] == [206, 206]
    assert [len(first.getvalue()), len(later.getvalue())] == [100, 100]
    assert "no-store" in first["Cache-Control"]
    heard = [event for event in events.of(narrator.interview) if event.kind == reasons.HEARD]
    assert [(event.agent, event.outcome) for event in heard] == [(f"narrator:{narrator.person.code}", code)]


def test_another_interviews_sound_is_not_there(world, carry, narrator_of, tmp_path):
    narrator = narrator_of(carry(State.UPLOADED))
    other = worlds.uploaded(world, tmp_path)

    assert narrator.get(f"sound/{Recording.objects.of(other).get().code}/").status_code == 404


def test_a_passage_is_kept_out_at_once_by_its_button(carry, narrator_of):
    narrator = narrator_of(carry(State.IN_REVIEW))

    response = narrator.post("keep-out/", cue=cue(1))

    assert response["Location"] == narrator.address(f"testimony/#cue-{cue(1)}")
    mark = Redaction.objects.get()
    assert (mark.start_ms, mark.end_ms, mark.cue_id) == (2000, 4000, cue(1))
    assert mark.marked_by_agent == f"narrator:{narrator.person.code}"
    built = manifest.build(narrator.interview, at=NOON)
    assert [segment["withheld"] for segment in built.segments] == [False, True, False, False]
    assert b"Kept out" in narrator.get().content


def test_a_passage_is_kept_out_by_its_times(carry, narrator_of):
    narrator = narrator_of(carry(State.TRANSCRIBED))

    narrator.post("keep-out/", start="0:01", end="0:05.5")

    assert list(Redaction.objects.values_list("start_ms", "end_ms")) == [(1000, 5500)]
    assert b"A part is kept out." in narrator.get().content


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("", ""),
        ("0:03", "0:03"),
        ("0:04", "0:03"),
        ("soon", "later"),
        ("90:00", "91:00"),
        ("999999999", "999999999"),
    ],
)
def test_what_is_no_passage_is_said_and_nothing_is_marked(carry, narrator_of, start, end):
    narrator = narrator_of(carry(State.TRANSCRIBED))

    response = narrator.post("keep-out/", start=start, end=end)

    assert response.status_code == 422
    assert b"errorlist" in response.content
    assert not Redaction.objects.exists()


def test_a_passage_of_nothing_is_not_found(carry, narrator_of):
    assert narrator_of(carry(State.TRANSCRIBED)).post("keep-out/", cue="nothing").status_code == 404


@pytest.mark.parametrize("state", [State.PUBLISHED, State.REVISING])
def test_what_is_public_is_veiled_at_once(carry, narrator_of, state):
    narrator = narrator_of(carry(state))

    narrator.post("keep-out/", cue=cue(3))

    veil = Veil.objects.get()
    assert (veil.start_ms, veil.end_ms, veil.edition) == (6000, 8000, Edition.objects.public().get())
    assert Redaction.objects.filter(start_ms=6000, end_ms=8000).exists()
    assert b"nobody outside hears the recording" in narrator.get().content


@pytest.mark.parametrize("state", [State.APPROVED, State.EMBARGOED, State.WITHDRAWN])
def test_what_is_not_public_is_marked_and_not_veiled(carry, narrator_of, state):
    narrator = narrator_of(carry(state))
    before = Redaction.objects.count()

    narrator.post("keep-out/", cue=cue(0))

    assert Redaction.objects.count() == before + 1
    assert not Veil.objects.exists()


def test_a_narrator_cannot_give_anything_back(carry, narrator_of):
    """What somebody else finds on an open page cannot be undone from it."""
    narrator = narrator_of(carry(State.APPROVED))

    page = narrator.get().content.decode()

    assert "by the archive" in page
    assert f"{worlds.CANARY}-why" not in page
    assert "lift" not in page


def test_a_remark_reaches_the_team_with_its_moment(world, carry, narrator_of):
    narrator = narrator_of(carry(State.IN_REVIEW))

    response = narrator.post("remark/", text="I said <b>Colima</b>.", moment="0:05")

    assert response["Location"] == narrator.address("testimony/#say")
    left = Remark.objects.get()
    assert (left.text, left.start_ms, left.by_agent) == (
        "I said <b>Colima</b>.",
        5000,
        f"narrator:{narrator.person.code}",
    )
    assert b"I said &lt;b&gt;Colima&lt;/b&gt;." in narrator.get().content
    for user in (world.interviewer, world.moderator):
        assert [notice.subject for notice in desk.unread(user)] == [narrator.interview.code]
    assert desk.unread(world.conflicted) == []


def test_the_moment_of_a_passage_is_written_into_the_form(carry, narrator_of):
    page = narrator_of(carry(State.IN_REVIEW)).get("testimony/?at=0:04").content.decode()

    assert 'name="moment" value="0:04"' in page


def test_what_others_remark_is_not_shown(carry, narrator_of, world):
    narrator = narrator_of(carry(State.IN_REVIEW))
    Remark.objects.create(
        interview=narrator.interview, text="between us", by_agent=str(world.moderator.agent), at=NOON
    )

    assert b"between us" not in narrator.get().content


def test_the_preview_shows_what_everybody_will_see(carry, narrator_of):
    page = narrator_of(carry(State.APPROVED)).get("preview/").content.decode()

    assert worlds.TEXTS[3] in page
    assert worlds.SECRET not in page
    assert "A passage is not published." in page
    assert " · text, sound</p>" in page
    assert "Un preso solo es un preso muerto.</p>" in page


def test_the_preview_names_all_that_will_be_seen(carry):
    """A moving face is not passed over in "text and sound"."""
    built = publishing.preview(carry(State.APPROVED), at=NOON)
    filmed = manifest.Manifest(
        {**built.record, "video": {"sha256": "0"}, "photographs": [{}]}, built.segments, None
    )

    with translation.override("es"):
        assert [str(word) for word in plain_words.shown(filmed)] == ["texto", "video", "fotografías"]


@pytest.mark.parametrize("marks", [1, 3])
def test_the_page_costs_the_same_queries_whatever_is_marked(
    carry, narrator_of, django_assert_num_queries, marks
):
    narrator = narrator_of(carry(State.PUBLISHED))
    for index in range(marks):
        narrator.post("keep-out/", cue=cue(index))
    narrator.get()

    with django_assert_num_queries(15):
        narrator.get()
