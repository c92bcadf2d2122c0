"""The staff's index follows the working texts, whoever changes them."""

import pytest
from django.core.management import call_command
from django.db import connection

from oralhistory.interviews.models import Interview, State
from oralhistory.jobs.models import Job
from oralhistory.mentions import decisions, suggesting
from oralhistory.mentions.models import Mention
from oralhistory.organizations.models import Name, Organization
from oralhistory.pipeline import authorities, tasks, working_texts
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections, findable, spoken_languages
from oralhistory.search import index
from oralhistory.search.models import StaffDocument
from oralhistory.search.tables import STAFF
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment
from oralhistory.transcripts.segments import TimedSegment
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.mentions import told
from tests.search.documents import moments
from tests.search.test_purge import bytes_of_the_index

pytestmark = pytest.mark.django_db

TEXTS = ["Nos reunimos en la plaza.", "Era de la Brigada Obrera del Sur, compañero.", "Quetzalcanario, dijo."]


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def text(world):
    transcript = ready(world)
    follow()
    return transcript


def ready(world):
    """A text of a recording that was read."""
    transcript = told.transcript(world.moderator, TEXTS)
    Recording.objects.filter(pk=transcript.recording_id).update(
        state=Recording.State.READY, duration_ms=30_000
    )
    return transcript


def follow(at=NOON) -> int:
    """What happens twice a minute, and what a worker makes of it: how many texts were looked at."""
    working_texts.follow_if_due(at=at)
    jobs = list(Job.objects.filter(kind=working_texts.INDEX, state=Job.State.DUE))
    for job in jobs:
        tasks.work(job_id=job.pk)
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.reason
    return len(jobs)


def found(query: str) -> list[str]:
    """The segments that answer, of all interviews."""
    of = STAFF.within(Interview.objects.values_list("public_id", flat=True))
    return [cue for _interview, cue in moments(index.search(query, of=of))]


def interview_of(transcript) -> Interview:
    return transcript.recording.session.interview


def cue(transcript, number: int) -> str:
    return transcript.segments.get(index=number).cue_id


def test_a_text_that_nobody_published_is_found_by_the_staff_and_by_nobody_else(text):
    assert found("quetzalcanario") == [cue(text, 2)]
    assert index.search("quetzalcanario").total == 0
    assert findable.check() == []
    assert follow() == 0


def test_a_hit_is_where_it_lies_on_the_interviews_time_line(text):
    Recording.objects.filter(pk=text.recording_id).update(offset_ms=60_000)
    follow()

    of = STAFF.within([interview_of(text).public_id])
    (group,) = index.search("plaza", of=of).groups
    assert group.hits[0].start_ms == 60_000 + text.segments.get(index=0).words[-1][0]


def edit(world, text):
    segment = text.segments.get(index=0)
    corrections.correct(
        interview_of(text), text, segment.cue_id, "Nos vimos en la esquina.", seen=segment.text,
        by=world.moderator.agent, at=NOON + MINUTE,
    )  # fmt: skip
    return "esquina"


def another_version(world, text):
    segments = [TimedSegment(0, 10_000, "En la esquina.")]
    versions.add(text.recording, segments, kind="imported", made_by={}, at=NOON + MINUTE)
    return "esquina"


def said_to_be_english(world, text):
    """Then the word has another stem, without any edit of its letters."""
    segments = [TimedSegment(0, 10_000, "liberations")]
    versions.add(text.recording, segments, kind="working", made_by={}, at=NOON)
    follow()
    assert found("liberation") == []
    spoken_languages.note(
        interview_of(text), versions.current(text.recording), 0, 9_000, "en", by=world.moderator.agent,
        at=NOON + MINUTE,
    )  # fmt: skip
    return "liberation"


@pytest.mark.parametrize("change", [edit, another_version, said_to_be_english])
def test_a_changed_text_is_found_as_it_is_now(world, text, change):
    word = change(world, text)

    assert follow() == 1

    assert len(found(word)) == 1
    assert found("plaza") == []
    assert findable.check() == []
    assert follow() == 0


def test_a_second_edit_within_the_same_moment_is_followed_too(world, text):
    edit(world, text)
    follow()
    current = versions.current(text.recording)
    segment = current.segments.get(index=2)
    corrections.correct(
        interview_of(text), current, segment.cue_id, "Zarigüeya, dijo.", seen=segment.text,
        by=world.moderator.agent, at=NOON + MINUTE,
    )  # fmt: skip
    follow()

    assert found("zarigueya") == [segment.cue_id]
    assert Job.objects.filter(kind=working_texts.INDEX).count() <= 2


def test_what_changes_nothing_that_is_found_writes_nothing(world, text):
    before = StaffDocument.objects.values_list("indexed_at", flat=True).get()
    events.record("opened for a reason", interview_of(text), at=NOON + MINUTE, agent=world.archivist.agent)

    assert follow() == 1
    assert StaffDocument.objects.values_list("indexed_at", flat=True).get() == before
    assert follow() == 0


def test_an_accepted_mention_leads_to_what_is_spoken(world, text):
    assert found("BOS") == []
    worlds.organizations(
        [
            worlds.Authority(
                id="bos-sv", preferred_name="Brigada Obrera del Sur", language="es", country="SV", kind="armed",
                founded=1980, acronyms=("BOS",),
            )
        ],
        publish=True,
    )  # fmt: skip
    suggesting.suggest(text)
    mention = Mention.objects.get(organization__slug="bos-sv")
    assert follow() == 0  # a suggestion is none

    decisions.accept(mention, by=world.moderator.agent, at=NOON)
    assert follow() == 1
    assert found("BOS") == [cue(text, 1)]

    Name.objects.filter(organization__slug="bos-sv", kind=Name.Kind.ACRONYM).update(text="BROS")
    authorities.records_changed(["bos-sv"], at=NOON)
    assert follow() == 1
    assert (found("BOS"), found("BROS")) == ([], [cue(text, 1)])

    Organization.objects.filter(slug="bos-sv").update(publication=Organization.Publication.INTERNAL)
    authorities.records_changed(["bos-sv"], at=NOON)
    follow()
    assert found("BROS") == []


def test_of_a_withdrawn_interview_nothing_is_found(world, text):
    Interview.objects.filter(pk=interview_of(text).pk).update(state=State.WITHDRAWN)

    assert findable.due() == [interview_of(text).public_id]
    findable.refresh(interview_of(text).public_id)

    assert found("plaza") == []
    assert findable.due() == []


@pytest.mark.django_db(transaction=True)
def test_what_was_withdrawn_or_erased_is_nowhere_in_the_bytes_of_the_index(world, text):
    public_id = interview_of(text).public_id
    assert b"quetzalcanario" in bytes_of_the_index("search_staff")
    Interview.objects.filter(public_id=public_id).update(state=State.WITHDRAWN)

    assert follow() == 1

    if connection.vendor == "postgresql":  # on SQLite the transcript lies in the same file
        assert b"quetzalcanario" not in bytes_of_the_index("search_staff")
    assert not StaffDocument.objects.exists()
    findable.erase(public_id)  # again, as after a job that was cut off


def test_many_texts_wait_a_few_at_a_time(world, monkeypatch):
    monkeypatch.setattr(working_texts, "MOST_WAITING", 2)
    for _ in range(3):
        ready(world)

    assert [follow() for _ in range(3)] == [2, 1, 0]
    assert len(found("plaza")) == 3


@pytest.mark.parametrize("number", [1, 3])
def test_looking_for_changes_asks_as_many_questions_however_many_texts_there_are(
    world, number, django_assert_num_queries
):
    for _ in range(number):
        ready(world)
    with django_assert_num_queries(5):
        assert len(findable.due()) == number


def test_the_command_puts_both_in_order_and_names_what_is_not(world, text, capsys):
    Segment.objects.filter(transcript=text, index=0).update(
        text="Sin que nadie lo dijera."
    )  # past every rule
    public_id = interview_of(text).public_id
    assert findable.check() == [f"{public_id} is found by something else than its text"]
    with pytest.raises(SystemExit):
        call_command("rebuild_index", "--check")
    assert f"staff: {public_id} is found by something else than its text" in capsys.readouterr().out

    call_command("rebuild_index", "--all")

    assert "1 working texts were put in order for the staff." in capsys.readouterr().out
    assert findable.check() == []
    assert found("dijera") == [cue(text, 0)]
