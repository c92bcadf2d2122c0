"""Versions of a text: who changed what, two of them side by side, and any of it restored."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oralhistory.jobs.models import Job
from oralhistory.lib import ids
from oralhistory.mentions.models import Mention
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, editing, restoring, text_history
from oralhistory.review.editing import Wanted
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Edit, Transcript
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.review import rerun


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


def write(interview, index, text, by, at=NOON):
    transcript = versions.current(Recording.objects.of(interview).get())
    row = transcript.segments.get(index=index)
    return corrections.correct(interview, transcript, row.cue_id, text, seen=row.text, by=by.agent, at=at)


def text_of(recording, index):
    return versions.current(recording).segments.get(index=index).text


def test_the_page_says_who_changed_what_and_of_one_person_alone(world, bench, interview):
    write(interview, 0, "Buenas noches, compañera Elena.", world.moderator)
    write(interview, 3, "De ahí salió otra cosa.", world.interviewer, at=NOON + MINUTE)

    page = bench.get(of("versions", interview)).content.decode()
    assert page.index("otra cosa.</ins>") < page.index("noches,</ins>")
    assert "tardes,</del>" in page
    assert page.count("<option") == 3

    page = bench.get(of("versions", interview), {"by": str(world.interviewer.agent)}).content.decode()
    assert "otra cosa.</ins>" in page
    assert "noches,</ins>" not in page


def test_a_capital_and_a_comma_are_changes_too(world, bench, interview):
    write(interview, 3, worlds.TEXTS[3].replace("Copesal", "COPESAL,"), world.interviewer)

    page = bench.get(of("versions", interview)).content.decode()

    assert ">Copesal</del>" in page
    assert ">COPESAL,</ins>" in page


def test_a_passage_is_restored_to_what_it_said_before_a_change(world, bench, interview, recording):
    write(interview, 0, "Uno.", world.interviewer)
    write(interview, 0, "Dos.", world.interviewer)
    first = Edit.objects.order_by("pk")[0]
    data = {
        "recording": recording.code, "do": "passage", "change": first.pk, "cue": first.cues[0], "side": "before", "seen": "Dos.",
    }  # fmt: skip

    bench.post(of("restore_text", interview), data)
    assert text_of(recording, 0) == worlds.TEXTS[0]
    bench.post(of("restore_text", interview), {**data, "side": "after"})  # what was seen is there no more
    assert text_of(recording, 0) == worlds.TEXTS[0]
    assert Edit.objects.count() == 3


def test_two_versions_stand_side_by_side_where_they_differ(world, bench, interview, recording):
    write(interview, 1, "Yo milité en otra parte.", world.interviewer)

    page = bench.get(of("compare_versions", interview), {"recording": recording.code, "one": 1, "other": 2})

    assert [(row.row.one, row.row.other) for row in page.context["rows"]] == [
        (worlds.TEXTS[1], "Yo milité en otra parte.")
    ]
    cue = page.context["rows"][0].row.cue_id
    bench.post(
        of("restore_text", interview),
        {
            "recording": recording.code, "do": "passage", "version": 1, "cue": cue, "seen": "Yo milité en otra parte.",
        },
    )  # fmt: skip
    assert text_of(recording, 1) == worlds.TEXTS[1]


def test_what_was_joined_and_taken_out_is_still_told_with_its_words(world, bench, interview, recording):
    write(interview, 2, "Lo que se corrigió.", world.interviewer)
    rows = list(versions.current(recording).segments.all())

    def do(kind, row, *others):
        seen = {each.cue_id: each.text for each in (row, *others)}
        wanted = Wanted(f"{kind}{ids.public_id()}", kind, cue=row.cue_id, seen=seen)
        _, (answer,) = editing.apply(
            interview, versions.current(recording), [wanted], by=world.moderator.agent, at=NOON + MINUTE
        )
        assert not answer.why

    do("merge", rows[1], rows[2])
    do("delete", rows[3])

    page = bench.get(of("versions", interview)).content.decode()
    assert ">Lo que se corrigió.<" in page.replace("\n", "") or "corrigió.</del>" in page
    assert "Copesal" in page
    told = [(each.kind, each.cue_id) for each in text_history.shown(text_history.changes(recording))]
    assert told == [
        ("delete", rows[3].cue_id), ("merge", rows[1].cue_id), ("merge", rows[2].cue_id), ("text", rows[2].cue_id),
    ]  # fmt: skip


def test_a_passage_that_only_one_version_has_is_a_difference(interview, recording):
    present = versions.current(recording)
    other = versions.add(
        recording, [versions.timed(row) for row in present.segments.all()[:3]], kind=Transcript.Kind.WORKING,
        made_by={}, at=NOON,
    )  # fmt: skip

    assert [(each.at_ms, each.other) for each in text_history.differences(present, other)] == [(6000, None)]


def test_a_whole_version_counts_again_and_nothing_is_destroyed(world, bench, interview, recording):
    machine = versions.current(recording)
    worlds.accept_everything(world, interview)
    write(interview, 0, "Otra cosa.", world.interviewer)
    write(interview, 3, "De ahí salió nada.", world.interviewer)
    worked = versions.current(recording)
    assert Mention.objects.get(organization__slug="fmln-sv").transcript == worked

    bench.post(
        of("restore_text", interview),
        {"recording": recording.code, "do": "version", "version": machine.version},
    )

    now = versions.current(recording)
    assert (now.version, now.merged_from) == (3, worked)
    assert [row.text for row in now.segments.all()] == worlds.TEXTS
    assert [row.cue_id for row in now.segments.all()] == [row.cue_id for row in worked.segments.all()]
    assert worked.segments.get(index=0).text == "Otra cosa."
    assert Mention.objects.get(organization__slug="fmln-sv").transcript == now
    assert [row.text_by_hand for row in now.segments.all()] == [True, False, False, True]
    assert Event.objects.filter(kind="text corrected").order_by("-pk")[0].outcome == "version 1"
    assert Job.objects.filter(kind="find mentions", subject=f"transcript:{now.pk}").exists()
    assert text_history.versions_of(recording, now)[0].kind == "restored"

    again = restoring.restore(interview, worked, by=world.moderator.agent, at=NOON)
    assert text_of(recording, 0) == "Otra cosa."
    assert again.version == 4
    with pytest.raises(restoring.AlreadyCurrent):
        restoring.restore(interview, again, by=world.moderator.agent, at=NOON)


def test_who_worked_on_the_version_before_goes_on_in_the_restored_one(world, interview, recording):
    machine = versions.current(recording)
    write(interview, 0, "Otra cosa.", world.interviewer)
    worked = versions.current(recording)
    restored = restoring.restore(interview, machine, by=world.moderator.agent, at=NOON)
    row = worked.segments.get(index=1)

    corrected = corrections.correct(
        interview, worked, row.cue_id, "Aquí.", seen=row.text, by=world.interviewer.agent, at=NOON
    )

    assert corrected.transcript == restored


def test_a_machine_that_hears_it_again_leaves_what_was_restored(world, interview, recording):
    machine = versions.current(recording)
    write(interview, 0, "Otra cosa.", world.interviewer)
    restoring.restore(interview, machine, by=world.moderator.agent, at=NOON)

    rerun.again(recording, [f"De nuevo {number}." for number in range(4)])

    assert text_of(recording, 0) == worlds.TEXTS[0]
    assert text_of(recording, 1) == "De nuevo 1."


def test_who_may_read_sees_and_who_may_write_restores(world, at_the_desk_of, interview, recording):
    write(interview, 0, "Otra cosa.", world.interviewer)
    data = {"recording": recording.code, "do": "version", "version": 1}
    statuses = {
        name: (
            at_the_desk_of(getattr(world, name)).get(of("versions", interview)).status_code,
            at_the_desk_of(getattr(world, name)).post(of("restore_text", interview), data).status_code,
        )
        for name in ("interviewer", "other_moderator", "archivist", "sysadmin")
    }

    assert statuses == {
        "interviewer": (409, 409), "other_moderator": (403, 403), "archivist": (302, 403), "sysadmin": (404, 404),
    }  # fmt: skip
    assert text_of(recording, 0) == "Otra cosa."


@pytest.mark.parametrize("number", [1, 3])
def test_more_changes_ask_no_more_of_the_database(world, bench, interview, number):
    for each in range(number):
        write(interview, each, f"Texto {each}.", world.interviewer)

    with CaptureQueriesContext(connection) as queries:
        page = bench.get(of("versions", interview)).content.decode()

    assert page.count('class="side after"') == number
    assert len(queries) == 23
