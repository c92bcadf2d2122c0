"""What two people had erased: no byte and no word of it is left, and that it was there can still be told."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core import serializers
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent import agreements, identities, themes
from oralhistory.consent.models import Theme, Use
from oralhistory.editions import publishing
from oralhistory.editions.models import Standing
from oralhistory.files import handling, replicas
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview
from oralhistory.jobs import work
from oralhistory.jobs.models import Job
from oralhistory.people.models import Identity, Person
from oralhistory.pipeline import purging, steps, two_people
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.recordings import photographs
from oralhistory.recordings.models import Recording
from oralhistory.review import footnotes, recusing, remarks, sending_back, translating
from oralhistory.review.models import Replaced, Replacement, Signature
from oralhistory.transcripts.models import Transcript
from tests import world as worlds
from tests.clock import NOON
from tests.workroom.test_pictures import picture

pytestmark = pytest.mark.django_db(transaction=True)
# The chain of events stays as it is, and what its people wrote there as a reason; accounts are not of the interview.
LEFT_ALONE = {
    "provenance.event",
    "accounts.user",
    "organizations.name",
    "organizations.revision",
    "organizations.organization",
}


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def second(world):
    return roles.create_account("second@example.org", "Second", [Role.ARCHIVIST], password=worlds.PASSWORD)


@pytest.fixture(autouse=True)
def _with_a_second_storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "replica": {**settings.STORAGES["masters"], "OPTIONS": {"location": str(tmp_path / "replica")}},
    }


def full(world, folder: Path) -> Interview:
    """Once public, with everything that can hang on it, then withdrawn."""
    interview = worlds.in_review(world, folder)
    person = Person.objects.get(participations__interview=interview, participations__role="narrator")
    identities.seal(interview, person, {"name": "Ramira"}, by=world.archivist.agent, at=NOON, reason="x")
    source = folder / "picture.jpg"
    source.write_bytes(picture(700).read())
    photographs.add(
        interview, source, caption=f"{worlds.CANARY}-caption", credit="", by=world.interviewer.agent, at=NOON
    )
    remarks.leave(interview, f"{worlds.CANARY}-remark", start_ms=None, by=world.moderator.agent, at=NOON)
    _write_everywhere(world, interview)
    worlds.redact_the_secret(world, interview)
    worlds.accept_everything(world, interview)
    worlds.publish_from_review(world, interview)
    Signature.objects.update(unheard_reason=f"{worlds.CANARY}-unheard")
    for file in replicas.missing():
        replicas.make(file, at=NOON)
    interview.refresh_from_db()
    return interview


def _write_everywhere(world, interview: Interview) -> None:
    """A word in every field that people fill: none of them may be left."""
    canary, by = worlds.CANARY, world.moderator.agent
    Interview.objects.filter(pk=interview.pk).update(
        reasons=canary,
        technical_notes=canary,
        keywords=[canary],
        glossary=[[canary, "x"]],
        annexes=[[canary, "x"]],
    )
    lines = [
        agreements.Line(Use.AI_TRAINING, denied=True, theme=Theme.HEALTH, condition=f"{canary}-condition")
    ]
    agreements.narrow(interview, lines, by=by, at=NOON, reason=canary)
    themes.looked_through(interview, Theme.HEALTH, by=by, at=NOON)
    last = Transcript.objects.latest("pk").segments.last()
    footnotes.write(interview, last.cue_id, f"{canary}-note", by=by, at=NOON)
    recording = last.transcript.recording
    translation = translating.begin(recording, "en", by=by, at=NOON)
    translating.write(translation, last.cue_id, f"{canary}-line", seen="", by=by, at=NOON)
    translating.name_translator(translation, f"{canary}-translator")
    translating.mark(translation, ready=True, by=by, at=NOON)
    sending_back.keep(
        interview,
        f"{canary}-back",
        [f"{canary}-point"],
        came_from="in_review",
        role="moderator",
        by=by,
        at=NOON,
    )
    recusing.recuse(interview, world.other_moderator, by=by, at=NOON, words=f"{canary}-why")
    replacement = Replacement.objects.create(find=canary, replacement="x", by_agent=str(by), at=NOON)
    Replaced.objects.create(
        replacement=replacement, recording=recording, cue_id=last.cue_id, before=canary, after="x"
    )


def withdraw(world, interview: Interview) -> None:
    publishing.withdraw(interview, by=world.archivist.agent, at=NOON, action="consent")
    interview.refresh_from_db()


def agree(interview: Interview, first, second) -> Job:
    at = timezone.now()
    proposal = two_people.ask(interview, "purge", reason="The narrator asked", by=first, at=at)
    two_people.agree(proposal, by=second, at=at)
    return Job.objects.get(kind="purge", subject=interview.code)


def run(job: Job) -> Job:
    work.run(job.pk, steps.STEPS["purge"])
    job.refresh_from_db()
    return job


def everything() -> dict[str, str]:
    """Every row of the project, by model."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("oralhistory.")]
    return {
        model._meta.label_lower: serializers.serialize(
            "json", model._default_manager.all(), ensure_ascii=False
        )
        for model in ours
        if model._meta.label_lower not in LEFT_ALONE
    }


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_c17_no_byte_and_no_word_is_left_and_the_rest_can_be_told(world, second, tmp_path):
    interview = full(world, tmp_path)
    masters = {row.master.sha256 for row in Recording.objects.of(interview)}
    before = {file.sha256 for file in MediaFile.objects.all()}
    withdraw(world, interview)

    assert run(agree(interview, world.archivist, second)).state == Job.State.DONE

    words = [worlds.CANARY, "Ramir", "Elena", "Copesal", "preso", "Tradujo", "calles"]
    left = {
        label: [word for word in words if word in rows]
        for label, rows in everything().items()
        if any(word in rows for word in words)
    }
    assert left == {}
    for name in ("masters", "access", "replica"):
        assert files_below(tmp_path / name) == []
    assert not Transcript.objects.exists()
    assert not Identity.objects.exists()
    interview.refresh_from_db()
    assert interview.created_at == NOON
    assert {file.sha256 for file in MediaFile.objects.exclude(removed_at=None)} == before
    assert Standing.objects.get().editions.get().number == 1
    kept = {each.outcome.split()[1] for each in Event.objects.filter(kind=purging.ERASED)}
    assert masters <= kept
    (erased,) = Event.objects.filter(kind=purging.PURGED)
    assert (erased.agent, str(world.archivist.agent) in erased.outcome) == (str(second.agent), True)
    events.verify()
    page = reverse("reading_room:testimony", args=[interview.public_id])
    assert worlds.signed_in(world.archivist).get(page).status_code == 410
    for name in ("interview", "agreements", "events", "record"):
        address = reverse(f"workroom:{name}", args=[interview.public_id])
        assert worlds.signed_in(world.archivist).get(address).status_code == 200


def test_an_interview_that_was_never_public_is_erased_too_and_a_second_time_changes_nothing(
    world, second, tmp_path
):
    interview = worlds.approved(world, tmp_path)
    withdraw(world, interview)
    job = agree(interview, world.archivist, second)
    run(job)
    chain = Event.objects.count()

    purging.work(job)

    assert files_below(tmp_path / "masters") == []
    assert Event.objects.count() == chain


def test_a_job_that_was_cut_off_finds_the_rest(world, second, tmp_path, monkeypatch):
    interview = full(world, tmp_path)
    withdraw(world, interview)
    job = agree(interview, world.archivist, second)
    erase, erased = handling.erase, []

    def stop_in_the_middle(storage, key):
        erased.append(key)
        if len(erased) == 9:
            raise OSError("the power is gone")
        erase(storage, key)

    monkeypatch.setattr(handling, "erase", stop_in_the_middle)
    assert run(job).state == Job.State.DUE
    monkeypatch.setattr(handling, "erase", erase)
    Job.objects.update(due_at=timezone.now() - timedelta(seconds=1))

    assert run(job).state == Job.State.DONE
    assert files_below(tmp_path / "masters") == files_below(tmp_path / "replica") == []
    assert (
        len(Event.objects.filter(kind=purging.ERASED)) == MediaFile.objects.filter(storage="masters").count()
    )


def test_what_another_interview_has_too_stays(world, second, tmp_path):
    interview, other = worlds.in_review(world, tmp_path), worlds.draft(world)
    recording = Recording.objects.of(interview).get()
    session = other.sessions.get()
    Recording.objects.create(
        session=session, position=0, master=recording.master, original_name="a", arrived_at=NOON
    )
    withdraw(world, interview)

    run(agree(interview, world.archivist, second))

    master = MediaFile.objects.get(pk=recording.master_id)
    assert storages["masters"].exists(master.key)
    assert master.removed_at is None
    other.refresh_from_db()
    assert other.title == "Elena"


def test_nothing_is_erased_without_two_people_or_once_it_is_not_withdrawn_any_more(world, second, tmp_path):
    interview = worlds.uploaded(world, tmp_path)
    with pytest.raises(purging.NotToBeErased):
        purging.erase(interview, at=NOON)
    withdraw(world, interview)
    with pytest.raises(purging.NotToBeErased):
        purging.erase(interview, at=NOON)

    job = agree(interview, world.archivist, second)
    Interview.objects.update(state="in_review")

    assert run(job).state == Job.State.DEAD
    assert Recording.objects.of(interview).exists()
    assert files_below(tmp_path / "masters")
