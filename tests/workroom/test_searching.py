"""Search in the texts that somebody works on: each finds what they may read, and learns nothing of the rest."""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.pipeline import working_texts
from oralhistory.recordings.models import Recording
from oralhistory.review import findable
from oralhistory.search import index
from oralhistory.search.tables import STAFF
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import MINUTE, NOON

ADDRESS = "/workroom/search/"
ROLES = (
    "interviewer", "other_interviewer", "moderator", "other_moderator", "conflicted", "archivist", "sysadmin",
)  # fmt: skip
HIDDEN = "quetzalcanario"


def ask(client: Client, q: str, **more: str):
    return client.get(f"{ADDRESS}?{urlencode({'q': q, **more})}")


def page_of(client: Client, q: str, **more: str) -> str:
    """The page without what repeats the question or differs at every request."""
    answer = ask(client, q, **more)
    assert answer.status_code == 200
    return re.sub(
        r'csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce="[^"]+"', "", answer.content.decode()
    )


def found(client: Client, q: str) -> set[str]:
    """The interviews in which it is found."""
    return set(re.findall(r'id="in-(\w+)"', page_of(client, q)))


def follow() -> None:
    for public_id in findable.due():
        findable.refresh(public_id)


def say(interview: Interview, text: str, *, index: int = 0) -> str:
    """Let a segment say something; its cue."""
    transcript = versions.current(Recording.objects.of(interview).get())
    segment = transcript.segments.get(index=index)
    segment.text, segment.words = text, []
    segment.save()
    findable.refresh(interview.public_id, anew=True)
    return segment.cue_id


@pytest.fixture
def in_review(world, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    follow()
    return interview


def test_a_hit_leads_to_its_moment_in_the_transcript(world, at_the_desk_of, in_review):
    client = at_the_desk_of(world.moderator)
    recording = Recording.objects.of(in_review).get()
    cue = versions.current(recording).segments.get(index=3).cue_id

    page = page_of(client, "llenabamos")

    link = f"/workroom/interviews/{in_review.public_id}/transcript/?recording={recording.code}&amp;at={cue}#s-{cue}"
    assert f'href="{link}"' in page
    assert "<mark>llenábamos</mark>" in page
    assert in_review.title in page
    transcript = client.get(link.replace("&amp;", "&").partition("#")[0]).content.decode()
    assert f'id="s-{cue}"' in transcript


def test_a_moment_of_a_second_recording_leads_there(world, at_the_desk_of, in_review):
    first = Recording.objects.of(in_review).get()
    second = Recording.objects.get(pk=first.pk)
    second.pk, second.code, second.position, second.offset_ms = None, "second000001", 2, 100_000
    second.save()
    segments = [worlds.TimedSegment(0, 2000, "Zarigüeya.")]
    versions.add(second, segments, kind="machine", made_by={"engine": "fake"}, at=NOON + MINUTE)
    follow()

    page = page_of(at_the_desk_of(world.moderator), "zarigueya")

    assert "recording=second000001&amp;at=" in page
    assert "1:40</time>" in page


@pytest.mark.parametrize(
    ("state", "who"),
    [
        (State.TRANSCRIBED, {"interviewer"}),
        (State.IN_REVIEW, {"moderator"}),
        (State.APPROVED, set()),
        (State.EMBARGOED, set()),
        (State.PUBLISHED, set()),
        (State.REVISING, {"moderator"}),
        (State.WITHDRAWN, set()),
    ],
)
def test_each_finds_what_they_may_read_without_a_reason(world, tmp_path, at_the_desk_of, state, who):
    interview = worlds.CARRY[state](world, tmp_path)
    follow()

    assert findable.due() == []
    answers = {name: ask(at_the_desk_of(getattr(world, name)), "calles") for name in ROLES}
    assert {name for name, answer in answers.items() if interview.public_id in answer.content.decode()} == who
    assert {name for name, answer in answers.items() if answer.status_code != 200} == {"sysadmin"}
    assert answers["sysadmin"].status_code == 403
    assert ask(Client(), "calles").status_code == 302


def test_an_archivist_finds_it_once_a_reason_was_written_and_only_that(
    world, tmp_path, at_the_desk_of, in_review
):
    (tmp_path / "other").mkdir()
    other = worlds.in_review(world, tmp_path / "other")
    follow()
    client = at_the_desk_of(world.archivist)
    assert found(client, "calles") == set()

    client.post(
        f"/workroom/interviews/{in_review.public_id}/reason/?for=read_raw_text",
        {"reason": "Una pregunta de la familia", "for": "read_raw_text"},
    )

    assert found(client, "calles") == {in_review.public_id}
    assert found(at_the_desk_of(world.archivist), "calles") == set()  # in a session of its own
    assert other.public_id not in page_of(client, "calles")


def test_another_reason_opens_no_text(world, at_the_desk_of, in_review):
    client = at_the_desk_of(world.archivist)
    client.post(
        f"/workroom/interviews/{in_review.public_id}/reason/?for=play_master",
        {"reason": "Para oír", "for": "play_master"},
    )

    assert found(client, "calles") == set()


@pytest.mark.parametrize("name", ["interviewer", "other_moderator", "conflicted", "archivist"])
@pytest.mark.parametrize(
    "q",
    [
        HIDDEN, f"{HIDDEN[:6]}*", "quetzalcanari", f'"el {HIDDEN}"', "calles", "el -calles", "efe eme ele ene", "FMLN",
        "collection:Solidaridad calles", "testimony:{} calles", "language:es calles", "country:SV calles",
    ],
)  # fmt: skip
def test_what_is_hidden_changes_not_a_byte(world, tmp_path, at_the_desk_of, in_review, name, q):
    """For who has a text of their own to find things in, an interview of others might as well not be there."""
    own = in_review
    if name == "interviewer":
        (tmp_path / "own").mkdir()
        own = worlds.transcribed(world, tmp_path / "own")
    else:
        Assignment.objects.filter(interview=own).delete()
        if name != "archivist":
            Assignment.objects.create(interview=own, user=getattr(world, name), conflicted=False)
    (tmp_path / "hidden").mkdir()
    hidden = worlds.in_review(world, tmp_path / "hidden")
    if name == "conflicted":
        Assignment.objects.update_or_create(
            interview=hidden, user=world.conflicted, defaults={"conflicted": True}
        )
    findable.refresh(own.public_id)
    q = q.format(hidden.public_id)
    client = at_the_desk_of(getattr(world, name))
    before = page_of(client, q)

    say(hidden, f"El {HIDDEN} del FMLN y las calles, en calles de la calle.")

    assert index.has(hidden.public_id, of=STAFF)
    after = page_of(client, q)
    assert after == before
    if hidden.public_id not in q:  # the page repeats the question
        assert hidden.public_id not in after
    if name in ("interviewer", "other_moderator"):
        assert found(client, "compañera") == {own.public_id}


@pytest.mark.parametrize("name", ROLES)
def test_a_word_of_an_interview_of_others_is_on_no_page_of_search(world, tmp_path, at_the_desk_of, name):
    hidden = worlds.in_review(world, tmp_path)
    say(hidden, f"El {HIDDEN} de la plaza.")
    Assignment.objects.filter(interview=hidden).delete()

    for q in ("plaza", "El", "el*", "de la", "plasa", "collection:Solidaridad plaza", ""):
        body = ask(at_the_desk_of(getattr(world, name)), q).content.decode()
        assert HIDDEN not in body
        assert hidden.public_id not in body


def test_who_is_taken_off_finds_nothing_at_the_next_question(world, at_the_desk_of, in_review):
    client = at_the_desk_of(world.moderator)
    assert found(client, "calles") == {in_review.public_id}

    Assignment.objects.filter(interview=in_review).update(conflicted=True)

    assert found(client, "calles") == set()


def test_the_public_finds_none_of_it(world, in_review):
    say(in_review, f"El {HIDDEN} de la plaza.")

    for name in ("search", "suggest"):
        answer = Client().get(reverse(f"reading_room:{name}"), {"q": HIDDEN[:8]})
        assert answer.status_code == 200
        assert in_review.public_id not in answer.content.decode()
        assert HIDDEN not in answer.content.decode()
    assert index.search(HIDDEN).total == 0
    assert index.suggest(HIDDEN[:5]) == []


def test_a_passage_that_was_cut_away_is_not_quoted_until_the_index_has_followed(
    world, at_the_desk_of, in_review
):
    client = at_the_desk_of(world.moderator)
    assert found(client, "llenábamos") == {in_review.public_id}
    versions.current(Recording.objects.of(in_review).get()).segments.filter(index=3).delete()

    assert found(client, "llenábamos") == set()


@pytest.mark.parametrize("q", ["-calles", "x" * 1001, "a*", "year:x", '"'])
def test_a_question_that_cannot_be_answered_is_a_sentence(world, at_the_desk_of, in_review, q):
    assert found(at_the_desk_of(world.moderator), q) == set()


@pytest.mark.parametrize("page", ["0", "-1", "x", "9999999999", "٣", "2"])
def test_any_page_number_is_a_page(world, at_the_desk_of, in_review, page):
    assert ask(at_the_desk_of(world.moderator), "calles", page=page).status_code == 200


def test_the_answer_is_kept_by_nobody(world, at_the_desk_of, in_review):
    assert "no-store" in ask(at_the_desk_of(world.moderator), "calles")["Cache-Control"]


@pytest.mark.parametrize("number", [1, 3])
def test_more_interviews_ask_no_more_of_the_database(world, tmp_path, at_the_desk_of, number):
    for each in range(number):
        (tmp_path / str(each)).mkdir()
        worlds.in_review(world, tmp_path / str(each))
    follow()
    client = at_the_desk_of(world.moderator)
    ask(client, "calles")

    with CaptureQueriesContext(connection) as asked:
        assert len(found(client, "calles")) == number
    own = [each for each in asked if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len([each for each in own if "set_config" not in each["sql"]]) == 16


def test_the_list_of_interviews_has_a_box_for_who_reads_texts(world, at_the_desk_of, in_review):
    for name in ROLES:
        page = at_the_desk_of(getattr(world, name)).get("/workroom/interviews/").content.decode()
        assert (f'action="{ADDRESS}"' in page) == (name != "sysadmin")


def test_a_change_is_found_a_moment_later(world, at_the_desk_of, in_review):
    client = at_the_desk_of(world.moderator)
    transcript = versions.current(Recording.objects.of(in_review).get())
    segment = transcript.segments.get(index=3)
    client.post(
        f"/workroom/interviews/{in_review.public_id}/transcript/text/",
        {
            "recording": transcript.recording.code, "cue": segment.cue_id, "seen": segment.text,
            "text": "De ahí salió la zarigüeya.",
        },
    )  # fmt: skip
    assert found(client, "zarigüeya") == set()

    working_texts.follow_if_due(at=NOON + MINUTE)
    follow()

    assert found(client, "zarigüeya") == {in_review.public_id}
