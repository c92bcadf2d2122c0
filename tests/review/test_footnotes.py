"""Notes for readers: published with their passage, never without it."""

import pytest

from oralhistory.editions import manifest, public, publishing
from oralhistory.editions.models import EditionSegment
from oralhistory.lib import ids
from oralhistory.recordings.models import Recording
from oralhistory.review import editing, footnotes, redactions
from oralhistory.review.models import Footnote
from oralhistory.transcripts import versions
from tests import world as worlds
from tests.clock import NOON
from tests.review import rerun


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.fixture
def interview(world, tmp_path):
    return worlds.in_review(world, tmp_path)


def cue(interview, index):
    return versions.current(Recording.objects.of(interview).get()).segments.get(index=index).cue_id


def note(world, interview, index, text, about=""):
    return footnotes.write(
        interview, cue(interview, index), text, about=about, by=world.moderator.agent, at=NOON
    )


def noted(interview):
    return [entry.get("notes") for entry in manifest.build(interview, at=NOON).segments]


def test_a_note_goes_into_the_edition_with_its_passage_and_leaves_it_from_the_next_on(world, interview):
    written = note(world, interview, 3, "El comité de México.", about="Copesal")
    assert noted(interview) == [None, None, None, [{"about": "Copesal", "text": "El comité de México."}]]
    worlds.publish_from_review(world, interview)
    assert EditionSegment.objects.get(index=3).notes == [{"about": "Copesal", "text": "El comité de México."}]

    footnotes.remove(written, by=world.moderator.agent, at=NOON)

    assert noted(interview) == [None] * 4
    assert EditionSegment.objects.get(index=3).notes  # an edition never changes


def test_what_was_signed_before_there_were_notes_is_still_what_was_signed(interview):
    before = manifest.build(interview, at=NOON)

    assert all("notes" not in entry for entry in before.segments)


def test_a_note_is_kept_out_with_its_passage_and_with_the_words_it_is_about(world, interview):
    note(world, interview, 1, "Sobre todo el pasaje.")
    note(world, interview, 1, "Sobre el final.", about="Liberación")
    note(world, interview, 1, "Sobre el principio.", about="Yo milité")
    note(world, interview, 2, "Quién era Ramiro.")
    redactions.mark(interview, 3000, 4000, reason="asked", by=world.moderator.agent, at=NOON)
    worlds.redact_the_secret(world, interview)

    assert noted(interview)[1:3] == [[{"about": "Yo milité", "text": "Sobre el principio."}], None]


def test_under_a_veil_no_note_of_the_edition_is_shown(world, interview):
    note(world, interview, 3, "El comité de México.")
    worlds.publish_from_review(world, interview)
    assert [each.notes != [] for each in public.segments(public.find(interview.public_id))] == [False] * 3 + [
        True
    ]

    publishing.veil(interview, 0, 500, by=world.archivist.agent, at=NOON, reason="asked")

    assert all(each.notes == [] for each in public.segments(public.find(interview.public_id)))


def test_readers_find_the_note_from_the_text_and_the_text_from_the_note(world, interview, client):
    note(world, interview, 0, "Se llamaba de otro modo.", about="Elena")
    note(world, interview, 3, "El comité <b>de México</b>.")
    worlds.publish_from_review(world, interview)

    page = client.get(f"/testimonies/{interview.public_id}/").content.decode()
    for number in (1, 2):
        assert f'id="noteref-{number}" href="#note-{number}"' in page
        assert f'href="#noteref-{number}"' in page
    assert '<li id="note-1"><q lang="es">Elena</q>: Se llamaba de otro modo.' in page
    assert "El comité &lt;b&gt;de México&lt;/b&gt;." in page

    text = client.get(f"/testimonies/{interview.public_id}/transcript.txt").content.decode()
    assert "compañera Elena. [1]" in text
    assert text.endswith("Notas:\n[1] «Elena»: Se llamaba de otro modo.\n[2] El comité <b>de México</b>.\n")
    told = client.get(f"/testimonies/{interview.public_id}/transcript.json").json()["segments"]
    assert told[0]["notes"] == [{"about": "Elena", "text": "Se llamaba de otro modo."}]
    assert "notes" not in told[1]


def test_a_passage_with_a_note_stays_when_a_machine_hears_the_recording_again(world, interview):
    note(world, interview, 1, "Un frente de El Salvador.", about="Frente")
    rerun.again(Recording.objects.of(interview).get(), [f"Otra cosa {number}." for number in range(4)])

    current = versions.current(Recording.objects.of(interview).get())
    assert current.segments.get(cue_id=Footnote.objects.get().cue_id).text == worlds.TEXTS[1]


def test_a_note_says_something(world, interview):
    with pytest.raises(footnotes.NothingSaid):
        note(world, interview, 1, "  ")


def test_a_note_goes_with_its_words_when_passages_are_split_and_joined(world, interview):
    recording = Recording.objects.of(interview).get()
    written = note(world, interview, 3, "El comité de México.", about="calles")
    unnamed = note(world, interview, 2, "Dicho en voz baja.")

    def do(kind, index, **more):
        row = versions.current(recording).segments.order_by("index")[index]
        following = versions.current(recording).segments.order_by("index")[index + 1 : index + 2]
        seen = {each.cue_id: each.text for each in [row, *following]}
        wanted = editing.Wanted(ids.public_id() * 2, kind, cue=row.cue_id, seen=seen, **more)
        transcript = versions.current(recording)
        _, (answer,) = editing.apply(interview, transcript, [wanted], by=world.moderator.agent, at=NOON)
        assert not answer.why
        return wanted

    def place(each):
        each.refresh_from_db()
        return versions.current(recording).segments.get(cue_id=each.cue_id).text

    row = versions.current(recording).segments.get(cue_id=written.cue_id)
    do("split", 3, place=row.text.index("llen"), new_cue=ids.cue_id())
    assert place(written) == row.text[row.text.index("llen") :]

    joined = do("merge", 2)
    assert "Copesal" in place(unnamed)
    do("merge", 2)
    assert "Ramiro" in place(written)
    assert "calles" in place(written)

    undone = editing.Wanted(ids.public_id() * 2, "undo", undoes=joined.code)
    _, (answer,) = editing.apply(
        interview, versions.current(recording), [undone], by=world.moderator.agent, at=NOON
    )
    assert answer.why == "overtaken"  # the later join stands in its way
