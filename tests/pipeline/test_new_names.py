"""A name changes, and the pipeline looks through the archive for it."""

import pytest

from oralhistory.jobs.models import Job
from oralhistory.mentions import suggesting
from oralhistory.mentions.models import Mention, NamesChanged
from oralhistory.organizations.models import Organization
from oralhistory.pipeline import dispatcher, new_names, steps, tasks
from tests import world as worlds
from tests.clock import NOON
from tests.factories import OrganizationFactory
from tests.mentions import told

pytestmark = pytest.mark.django_db

TEXT = ["Era de la Brigada Obrera del Sur, allá en El Salvador, compañero."]


@pytest.fixture
def world():
    made = worlds.build()
    look()
    return made


def look():
    """What happens twice a minute, and what workers make of it; the kinds of the jobs that were done."""
    new_names.follow_if_due(at=NOON)
    done = []
    while (job := Job.objects.filter(state=Job.State.DUE).order_by("pk").first()) is not None:
        tasks.work(job_id=job.pk)
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.reason
        done.append(job.kind)
    return done


def test_a_name_that_anybody_changed_is_followed(world):
    transcript = told.transcript(world.moderator, TEXT)
    suggesting.suggest(transcript)
    OrganizationFactory(slug="bos-sv", name="Brigada Obrera del Sur", country="SV")

    assert look() == [new_names.FOLLOW, new_names.FIND]

    assert Mention.objects.get().organization.slug == "bos-sv"
    assert look() == []


def test_many_transcripts_are_read_by_several_jobs(world, monkeypatch):
    monkeypatch.setattr(new_names, "EACH", 3)
    transcripts = [told.transcript(world.moderator, TEXT) for _ in range(7)]
    OrganizationFactory(slug="bos-sv", name="Brigada Obrera del Sur", country="SV")

    assert look() == [new_names.FOLLOW, *[new_names.FIND] * 3]

    assert {each.transcript for each in Mention.objects.all()} == set(transcripts)
    assert not NamesChanged.objects.exists()


def test_names_that_change_while_a_job_waits_make_no_second_one(world):
    OrganizationFactory(name="Brigada Obrera del Sur")
    first = new_names.follow(at=NOON)

    assert new_names.follow(at=NOON) == first
    assert Job.objects.filter(kind=new_names.FOLLOW, state=Job.State.DUE).count() == 1


def test_a_job_that_died_half_way_is_gone_on_with(world, monkeypatch):
    monkeypatch.setattr(new_names, "EACH", 3)
    transcripts = [told.transcript(world.moderator, TEXT) for _ in range(7)]
    OrganizationFactory(slug="bos-sv", name="Brigada Obrera del Sur", country="SV")
    new_names.follow_if_due(at=NOON)
    tasks.work(job_id=Job.objects.get(state=Job.State.DUE).pk)
    changed = NamesChanged.objects.get()
    new_names.find(Job.objects.filter(kind=new_names.FIND).first())
    assert NamesChanged.objects.get().done == [each.pk for each in transcripts[:3]]

    look()

    assert not NamesChanged.objects.filter(pk=changed.pk).exists()
    assert Mention.objects.count() == 7


def test_a_transcript_that_was_matched_with_the_names_of_now_is_not_matched_again(world):
    transcript = told.transcript(world.moderator, TEXT)
    job = Job(kind="find mentions", subject=f"transcript:{transcript.pk}")
    OrganizationFactory(slug="bos-sv", name="Brigada Obrera del Sur", country="SV")
    steps.find_mentions(job)
    first = Mention.objects.get()

    steps.find_mentions(job)
    assert Mention.objects.get() == first  # the very row

    Organization.objects.filter(slug="bos-sv").update(country="HN")
    steps.find_mentions(job)
    assert Mention.objects.get() != first


def test_what_died_waits_for_a_person(world):
    OrganizationFactory(name="Brigada Obrera del Sur")
    Job.objects.filter(pk=new_names.follow(at=NOON).pk).update(state=Job.State.DEAD)

    new_names.follow_if_due(at=NOON)

    assert not Job.objects.filter(kind=new_names.FOLLOW, state=Job.State.DUE).exists()


def test_while_a_change_is_being_followed_nothing_is_asked_twice(world):
    told.transcript(world.moderator, TEXT)
    OrganizationFactory(slug="bos-sv", name="Brigada Obrera del Sur", country="SV")
    new_names.follow_if_due(at=NOON)
    tasks.work(job_id=Job.objects.get(state=Job.State.DUE).pk)

    new_names.follow_if_due(at=NOON)

    assert [each.kind for each in Job.objects.filter(state=Job.State.DUE)] == [new_names.FIND]


def test_every_half_minute_names_are_looked_at(world):
    OrganizationFactory(name="Brigada Obrera del Sur")

    tasks.dispatch()

    assert Job.objects.get(state=Job.State.DUE).kind == new_names.FOLLOW
    assert dispatcher.send_due(at=NOON, ask=lambda queues: {"link": 1}) == 0
