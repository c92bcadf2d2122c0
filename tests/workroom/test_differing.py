"""Where a machine that heard a recording again heard something else: both readings, and a person's choice."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oralhistory.notices.models import Notice
from oralhistory.recordings.models import Recording
from oralhistory.review import checks, corrections, retranscribing
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import OtherReading, Transcript
from oralhistory.workroom.differing import Piece, compared
from tests import world as worlds
from tests.clock import NOON
from tests.review import rerun

HTMX = {"HX-Request": "true"}
QUERIES = 15  # of the page, however long it is


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def recording(interview):
    return Recording.objects.of(interview).get()


@pytest.fixture
def bench(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


def heard_differently(world, recording, *numbers, heard="Otra cosa se oye"):
    """People have written “Así fue.” and so on where the machine hears something else the second time."""
    interview = recording.session.interview
    for number in numbers:
        transcript = versions.current(recording)
        row = transcript.segments.get(index=number)
        corrections.correct(
            interview, transcript, row.cue_id, f"Así fue {number}.", seen=row.text, by=world.moderator.agent, at=NOON
        )  # fmt: skip
    rerun.again(recording, [heard and f"{heard} {number}." for number in range(4)])
    return list(OtherReading.objects.undecided().order_by("segment__index"))


def choice(reading, do, **more):
    segment = reading.segment
    return {
        "recording": segment.transcript.recording.code,
        "reading": reading.pk,
        "seen": segment.text,
        "do": do,
        **more,
    }


def test_words_that_only_one_reading_has_stand_out():
    ours, theirs = compared("Yo milité en el FMLN, sí.", "Yo me limité en el fmln.")

    assert ours == [
        Piece("Yo", False),
        Piece("milité", True),
        Piece("en el FMLN,", False),
        Piece("sí.", True),
    ]
    assert theirs == [Piece("Yo", False), Piece("me limité", True), Piece("en el fmln.", False)]


def test_both_readings_are_shown_and_both_pages_lead_there(bench, world, interview, recording):
    heard_differently(world, recording, 1)

    page = bench.get(of("differences", interview)).content.decode()

    assert "Así fue</del> 1." in page
    assert "Otra cosa se oye</ins> 1." in page
    for name in ("interview", "transcript"):
        assert of("differences", interview) in bench.get(of(name, interview)).content.decode()
    assert [each.page for each in checks.before_signing(interview, at=NOON)].count("differences") == 1


def test_what_was_heard_anew_is_taken_and_nothing_is_left(bench, world, interview, recording):
    (reading,) = heard_differently(world, recording, 1)

    answer = bench.post(of("choose_reading", interview), choice(reading, "take"))

    assert answer.status_code == 302
    assert versions.current(recording).segments.get(index=1).text == "Otra cosa se oye 1."
    assert "Así fue" not in bench.get(answer.headers["Location"]).content.decode()
    for name in ("interview", "transcript"):
        assert of("differences", interview) not in bench.get(of(name, interview)).content.decode()


def test_what_stands_is_kept_in_place_and_one_less_is_left(bench, world, interview, recording):
    first, _second = heard_differently(world, recording, 1, 3)

    answer = bench.post(of("choose_reading", interview), choice(first, "keep"), headers=HTMX)

    page = answer.content.decode()
    assert "Así fue 1." in page
    assert 'hx-swap-oob="true"><span>Queda 1 pasaje por comparar' in page
    assert versions.current(recording).segments.get(index=1).text == "Así fue 1."


def test_everything_is_kept_at_once_and_nothing_of_another_interview(
    bench, world, interview, recording, tmp_path
):
    heard_differently(world, recording, 1, 3)
    other = worlds.in_review(world, tmp_path)
    heard_differently(world, Recording.objects.of(other).get(), 1)

    bench.post(of("choose_reading", interview), {"recording": recording.code, "do": "keep_all"})

    assert not OtherReading.objects.undecided().of(interview).exists()
    assert OtherReading.objects.undecided().of(other).count() == 1
    assert [row.text for row in versions.current(recording).segments.all()][1::2] == [
        "Así fue 1.",
        "Así fue 3.",
    ]


def test_whoever_chooses_second_is_told_and_changes_nothing(bench, world, interview, recording):
    (reading,) = heard_differently(world, recording, 1)
    bench.post(of("choose_reading", interview), choice(reading, "keep"))

    answer = bench.post(of("choose_reading", interview), choice(reading, "take"), headers=HTMX)

    assert 'role="alert"' in answer.content.decode()
    assert versions.current(recording).segments.get(index=1).text == "Así fue 1."


def test_where_nothing_is_heard_there_is_nothing_to_take(bench, world, interview, recording):
    (reading,) = heard_differently(world, recording, 1, heard="")

    assert 'value="take"' not in bench.get(of("differences", interview)).content.decode()
    bench.post(of("choose_reading", interview), choice(reading, "take"))
    assert versions.current(recording).segments.get().text == "Así fue 1."


def test_the_readings_of_one_interview_are_not_chosen_through_another(
    bench, world, interview, recording, tmp_path
):
    (reading,) = heard_differently(world, recording, 1)
    other = worlds.in_review(world, tmp_path)

    bench.post(of("choose_reading", other), choice(reading, "take"))

    assert versions.current(recording).segments.get(index=1).text == "Así fue 1."


def test_those_who_may_not_read_or_edit_are_refused(world, at_the_desk_of, interview, recording):
    (reading,) = heard_differently(world, recording, 1)
    statuses = {
        name: (
            at_the_desk_of(getattr(world, name)).get(of("differences", interview)).status_code,
            at_the_desk_of(getattr(world, name))
            .post(of("choose_reading", interview), choice(reading, "take"))
            .status_code,
        )
        for name in ("interviewer", "other_moderator", "archivist")
    }

    assert statuses == {"interviewer": (409, 409), "other_moderator": (403, 403), "archivist": (302, 403)}


@pytest.mark.parametrize("numbers", [(1,), (1, 2, 3)])
def test_a_page_asks_no_more_of_the_database_for_more_passages(bench, world, interview, recording, numbers):
    readings = heard_differently(world, recording, *numbers)
    bench.get(of("differences", interview))

    with CaptureQueriesContext(connection) as queries:
        page = bench.get(of("differences", interview)).content.decode()

    assert page.count("</ins>") == len(readings) == len(numbers)
    assert len(queries) == QUERIES


def test_the_desk_of_those_who_may_edit_says_what_waits_to_be_compared(
    world, at_the_desk_of, recording, interview
):
    heard_differently(world, recording, 1, 2)

    def desk(user):
        return at_the_desk_of(user).get(reverse("workroom:desk")).content.decode()

    page = desk(world.moderator)
    assert "en 2 pasajes una máquina oyó otra cosa" in page
    assert of("differences", interview) in page
    assert Notice.objects.filter(text__contains="en 2 pasajes").values_list("user", flat=True).count() == 2
    assert of("differences", interview) not in desk(world.interviewer)  # it is on another table now
    assert of("differences", interview) not in desk(world.conflicted)

    for reading in OtherReading.objects.undecided():
        retranscribing.keep(reading, by=world.moderator.agent, at=NOON)
    assert of("differences", interview) not in desk(world.moderator)


def test_a_player_without_an_editor_lists_no_keys_of_an_editor(bench, recording, interview):
    rerun.again(recording, [f"Otra cosa {number}." for number in range(4)])
    page = bench.get(of("differences", interview)).content.decode()
    sheet = page.partition('<dialog class="keys"')[2].partition("</dialog>")[0]
    assert re.findall(r"<kbd>([a-z])</kbd>", sheet) == ["k", "j", "l", "f"]


def test_what_a_machine_heard_beside_a_text_from_elsewhere_can_be_read(bench, recording, interview):
    Transcript.objects.update(kind=Transcript.Kind.IMPORTED)
    kept = versions.current(recording)
    assert of("machine_text", interview) not in bench.get(of("transcript", interview)).content.decode()
    assert "Otra cosa" not in bench.get(of("machine_text", interview)).content.decode()

    rerun.again(recording, [f"Otra cosa {number}." for number in range(4)])

    assert versions.current(recording) == kept
    assert Notice.objects.filter(text__contains="se trajo de fuera").exists()
    page = bench.get(of("transcript", interview)).content.decode()
    assert f"{of('machine_text', interview)}?recording={recording.code}" in page
    page = bench.get(of("machine_text", interview)).content.decode()
    assert "Otra cosa 3." in page
    assert "fake · larger" in page
