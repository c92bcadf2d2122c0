"""A full package that two people agreed to: written by a worker, fetched by who asked, gone after a day."""

import io
import zipfile

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent.models import Proposal
from oralhistory.intake.bags import checking
from oralhistory.jobs import work
from oralhistory.jobs.models import Job
from oralhistory.pipeline import keeping, packages, steps, two_people
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def second(world):
    return roles.create_account("second@example.org", "Second", [Role.ARCHIVIST], password=worlds.PASSWORD)


def agree_on_one(interview, first, second) -> Proposal:
    at = timezone.now()
    proposal = two_people.ask(interview, "export", reason="For the family", by=first, at=at)
    two_people.agree(proposal, by=second, at=at)
    return proposal


def write(proposal: Proposal) -> Job:
    job = Job.objects.get(subject=proposal.work)
    work.run(job.pk, steps.STEPS[job.kind])
    job.refresh_from_db()
    proposal.refresh_from_db()
    return job


def test_a_package_is_written_and_fetched_for_a_day_by_who_asked_and_is_gone_then(world, second, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    proposal = agree_on_one(interview, world.archivist, second)
    address = reverse("workroom:package", args=[interview.public_id, proposal.code])
    assert worlds.signed_in(world.archivist).get(address).status_code == 302  # not written yet

    assert write(proposal).state == Job.State.DONE

    answer = worlds.signed_in(world.archivist).get(address)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as file:
        file.extractall(tmp_path / "unpacked")
    (bag,) = (tmp_path / "unpacked").iterdir()
    checking.check(bag)
    master = Recording.objects.of(interview).get().master
    assert list(bag.rglob(f"{master.sha256}*"))
    assert "no-store" in answer.headers["Cache-Control"]
    assert worlds.CANARY not in answer.headers["Content-Disposition"]
    assert worlds.signed_in(second).get(address).status_code == 302  # not even who agreed
    assert worlds.signed_in(world.interviewer).get(address).status_code == 403
    assert [each.agent for each in Event.objects.filter(kind=packages.FETCHED)] == [
        str(world.archivist.agent)
    ]
    written = Event.objects.get(kind="package exported")
    assert (written.agent, str(second.agent) in written.outcome) == (str(world.archivist.agent), True)
    key = packages.fetch(proposal, by=world.archivist, at=timezone.now()).key
    assert key in set(keeping.named("masters"))  # the sweep leaves it alone

    over = timezone.now() + packages.KEPT
    with pytest.raises(packages.NotThere):
        packages.fetch(proposal, by=world.archivist, at=over)
    assert packages.end_expired(at=over) == 1
    assert packages.end_expired(at=over) == 0
    assert not storages["masters"].exists(key)
    assert worlds.signed_in(world.archivist).get(address).status_code == 302
    events.verify()


def test_a_role_that_was_taken_before_the_worker_came_writes_nothing(world, second, tmp_path):
    interview = worlds.uploaded(world, tmp_path)
    proposal = agree_on_one(interview, world.archivist, second)
    second.roles.all().delete()

    job = write(proposal)

    assert job.state == Job.State.DEAD
    assert proposal.result == {}
    assert not Event.objects.filter(kind="package exported").exists()


def test_a_doubled_message_writes_one_package(world, second, tmp_path):
    interview = worlds.uploaded(world, tmp_path)
    proposal = agree_on_one(interview, world.archivist, second)
    write(proposal)

    packages.write(Job.objects.get(subject=proposal.work))

    assert Event.objects.filter(kind="package exported").count() == 1
