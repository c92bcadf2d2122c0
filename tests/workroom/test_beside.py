"""Remarks that are answered and resolved, and footnotes, beside the transcript."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oralhistory.recordings.models import Recording
from oralhistory.review import footnotes, remarks
from oralhistory.review.models import Answer, Footnote, Remark
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import MINUTE, NOON

HTMX = {"HX-Request": "true"}


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


@pytest.fixture
def bench(world, at_the_desk_of):
    return at_the_desk_of(world.moderator)


def of(name, interview):
    return reverse(f"workroom:{name}", args=[interview.public_id])


def act(browser, interview, do, **more):
    return browser.post(of("remark_act", interview), {"do": do, **more}, headers=HTMX).content.decode()


def test_a_remark_is_left_at_a_moment_answered_resolved_and_opened_again(
    world, at_the_desk_of, bench, interview
):
    page = act(bench, interview, "leave", text="¿Quién habla aquí?", start="0:05", cue="abc")
    remark = Remark.objects.get()
    assert (remark.start_ms, remark.cue_id) == (5000, "abc")
    assert 'data-goto="5000"' in page

    interviewer = at_the_desk_of(world.interviewer)
    assert "Es su hermana." in act(interviewer, interview, "answer", remark=remark.pk, text="Es su hermana.")
    page = act(bench, interview, "resolve", remark=remark.pk)
    assert f"la dio por resuelta {world.moderator.name}" in page
    assert remarks.open_remarks(interview) == []

    act(bench, interview, "reopen", remark=remark.pk)
    assert remarks.open_remarks(interview) == [remark]
    assert Answer.objects.get().by_agent == str(world.interviewer.agent)


def test_an_answer_opens_what_was_resolved(world, interview):
    remark = remarks.leave(interview, "¿Y esto?", by=world.moderator.agent, at=NOON)
    remarks.resolve(remark, by=world.moderator.agent, at=NOON)
    remarks.resolve(remark, by=world.archivist.agent, at=NOON + MINUTE)
    remark.refresh_from_db()
    assert (remark.resolved_by_agent, remark.resolved_at) == (str(world.moderator.agent), NOON)

    remarks.answer(remark, "Falta algo.", by=world.interviewer.agent, at=NOON)

    assert remarks.open_remarks(interview) == [remark]


def test_nothing_is_said_without_words_and_nothing_to_another_interview(world, bench, interview, tmp_path):
    other = remarks.leave(worlds.in_review(world, tmp_path), "De otra.", by=world.moderator.agent, at=NOON)

    assert "Falta escribir algo." in act(bench, interview, "leave", text=" ")
    act(bench, interview, "resolve", remark=other.pk)
    act(bench, interview, "answer", remark=other.pk, text="No.")

    other.refresh_from_db()
    assert other.resolved_at is None
    assert not Answer.objects.exists()


def test_who_may_comment_may_answer(world, at_the_desk_of, interview):
    remark = remarks.leave(interview, "¿Y esto?", by=world.moderator.agent, at=NOON)
    data = {"do": "answer", "remark": remark.pk, "text": "Sí."}
    statuses = {
        name: at_the_desk_of(getattr(world, name)).post(of("remark_act", interview), data).status_code
        for name in ("interviewer", "other_moderator", "conflicted", "archivist", "sysadmin")
    }

    assert statuses == {
        "interviewer": 302, "other_moderator": 403, "conflicted": 404, "archivist": 302, "sysadmin": 404,
    }  # fmt: skip
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("number", [1, 3])
def test_threads_ask_no_more_of_the_database_for_more_of_them(world, bench, interview, number):
    for each in range(number):
        remark = remarks.leave(interview, f"Nota {each}", by=world.moderator.agent, at=NOON)
        remarks.answer(remark, "Sí.", by=world.interviewer.agent, at=NOON)

    with CaptureQueriesContext(connection) as queries:
        page = bench.get(of("remarks_beside", interview)).content.decode()

    assert page.count('class="answer"') == number
    assert len(queries) == 10


def cue(interview, index):
    transcript = versions.current(Recording.objects.of(interview).get())
    return transcript.segments.get(index=index).cue_id


def test_a_footnote_is_written_beside_the_text_and_taken_out_again(bench, interview):
    code = Recording.objects.of(interview).get().code
    data = {"recording": code, "cue": cue(interview, 3), "about": "Copesal", "text": "El comité."}

    page = bench.post(of("write_footnote", interview), data).content.decode()
    assert "<q>Copesal</q>: El comité." in page
    note = Footnote.objects.get()

    page = bench.post(
        of("write_footnote", interview), {"recording": code, "remove": note.pk}
    ).content.decode()
    assert "El comité." not in page
    assert not footnotes.of(interview).exists()


def test_a_note_whose_words_are_gone_says_so(world, bench, interview):
    footnotes.write(
        interview, cue(interview, 3), "El comité.", about="Otra cosa", by=world.moderator.agent, at=NOON
    )

    assert "ya no están en el pasaje" in bench.get(of("footnotes", interview)).content.decode()


@pytest.mark.parametrize(
    "data", [{"cue": "nothing", "text": "Algo"}, {"cue": "", "text": "Algo"}, {"text": ""}]
)
def test_a_note_without_a_passage_or_words_is_not_kept(bench, interview, data):
    page = bench.post(of("write_footnote", interview), {"recording": "", **data}).content.decode()

    assert 'role="alert"' in page
    assert not Footnote.objects.exists()
