"""What the archive refused: who sees it, fetches it back, has it taken in after all, throws it away."""

import hashlib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oralhistory.consent import reasons
from oralhistory.files import stores
from oralhistory.intake import arrivals, aside, uploads, writers
from oralhistory.intake.models import Arrival
from oralhistory.interviews.models import Assignment, Interview, State
from oralhistory.jobs import work
from oralhistory.jobs.models import Job
from oralhistory.notices.models import Notice
from oralhistory.pipeline import steps
from oralhistory.provenance.models import Event
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from tests import world as worlds
from tests.clock import DAY, NOON

MIB = 1 << 20
PAGE = b"<script>alert(1)</script>"
NAME = 'Elena "\u202e<b>.wav'
OTHER = "0" * 64  # a SHA-256 that no file of these tests has
STAFF = ["other_interviewer", "moderator", "other_moderator", "conflicted", "sysadmin"]
SAVED = {
    "Content-Type": "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@pytest.fixture
def interview(world):
    return worlds.draft(world)


@pytest.fixture
def sound(tmp_path):
    return worlds.sound(tmp_path).read_bytes()


def sent(interview, by, content=PAGE, sha256="", **more):
    """A file that was sent, and what a worker made of it."""
    announced = arrivals.Announcement(size=len(content), name=NAME, sha256=sha256, **more)
    arrival = arrivals.begin(interview, announced, by=by, at=timezone.now())
    if content:
        lease = writers.take(arrival, 0, clock=timezone.now)
        blocks = [content[at : at + MIB] for at in range(0, len(content), MIB)]
        arrivals.append(lease, blocks, whole=lambda whole: steps.arrival_whole(whole, at=timezone.now()))
        lease.release()
        work_off()
    arrival.refresh_from_db()
    return arrival


def work_off(kind="take in"):
    for job in Job.objects.filter(kind=kind, state=Job.State.DUE).order_by("pk"):
        work.run(job.pk, steps.STEPS[kind])


def lying():
    return storages["masters"].listdir(stores.ARRIVING)[1]


def address(arrival, page="workroom:aside_file"):
    return reverse(page, args=[arrival.interview.public_id, arrival.code])


def decide(client, arrival, do, reason="", **more):
    return client.post(address(arrival, "workroom:decide_aside"), {"do": do, "reason": reason, **more})


def give_reason(client, interview, action="refused_file"):
    url = reverse("workroom:reason", args=[interview.public_id])
    return client.post(f"{url}?for={action}", {"reason": "To hear what is left of it"})


def body(answer):
    return b"".join(answer.streaming_content)


def happened(interview, *kinds):
    return list(Event.objects.filter(subject=interview.code, kind__in=kinds).order_by("pk"))


# Fetched back.


@pytest.mark.usefixtures("anywhere")
def test_u15_who_sent_it_fetches_it_back_and_no_browser_shows_it(world, interview, at_the_desk_of):
    arrival = sent(interview, world.interviewer)

    answer = at_the_desk_of(world.interviewer).get(address(arrival))

    assert (answer.status_code, body(answer)) == (200, PAGE)
    assert {header: answer.headers[header] for header in SAVED} == SAVED
    name = f"{interview.public_id}-{arrival.code}.bin"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "Elena" not in f"{address(arrival)}{answer.headers}"
    (event,) = happened(interview, reasons.FETCHED)
    assert (event.agent, event.outcome, event.reason) == (str(world.interviewer.agent), arrival.code, "")


@pytest.mark.usefixtures("anywhere")
def test_a_large_one_is_streamed_and_goes_on_where_it_was_cut_off(world, interview, at_the_desk_of):
    content = np.random.default_rng(7).bytes(9 * MIB)  # in S3 a part and a rest
    arrival = sent(interview, world.interviewer, content)
    client = at_the_desk_of(world.interviewer)
    digest = hashlib.sha256()

    answer = client.get(address(arrival))
    tracemalloc.start()
    for block in answer.streaming_content:
        digest.update(block)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert digest.hexdigest() == hashlib.sha256(content).hexdigest()
    assert answer.headers["Content-Length"] == str(len(content))
    assert peak < 3 * MIB
    went_on = {"Range": f"bytes={8 * MIB}-", "If-Range": answer.headers["ETag"]}
    rest = client.get(address(arrival), headers=went_on)
    assert (rest.status_code, body(rest)) == (206, content[8 * MIB :])
    assert rest.headers["Content-Disposition"] == answer.headers["Content-Disposition"]


def test_an_archivist_fetches_it_for_a_reason(world, interview, sound, at_the_desk_of):
    arrival = sent(interview, world.interviewer, sound, OTHER)
    client = at_the_desk_of(world.archivist)

    asked = client.get(address(arrival))
    assert (asked.status_code, "reason" in asked.headers["Location"]) == (302, True)
    assert give_reason(client, interview).status_code == 302
    answer = client.get(address(arrival))

    assert (answer.status_code, body(answer)) == (200, sound)
    assert answer.headers["Content-Disposition"].endswith(f'-{arrival.code}.wav"')
    opened, fetched = happened(interview, reasons.OPENED, reasons.FETCHED)
    assert (opened.outcome, opened.reason) == ("refused_file", "To hear what is left of it")
    assert fetched.agent == str(world.archivist.agent)


def test_whoever_may_not_gets_what_an_id_that_never_existed_gets(world, interview, at_the_desk_of):
    arrival = sent(interview, world.interviewer)
    never = Arrival(code="zzzzzzzzzzzz", interview=interview)

    for name in STAFF:
        client = at_the_desk_of(getattr(world, name))
        there, not_there = client.get(address(arrival)), client.get(address(never))
        assert there.status_code in (403, 404), name
        assert (there.status_code, there.content) == (not_there.status_code, not_there.content), name
        decided = decide(client, arrival, "throw_away", "why"), decide(client, never, "throw_away", "why")
        assert decided[0].status_code == decided[1].status_code == there.status_code
    assert Client().get(address(arrival)).status_code == 302  # the log-in page

    arrival.refresh_from_db()
    assert arrival.state == Arrival.State.REFUSED
    assert happened(interview, reasons.FETCHED) == []


def test_what_somebody_else_sent_to_ones_own_interview_is_not_there(world, interview, at_the_desk_of):
    arrival = sent(interview, world.interviewer)
    interview.created_by = world.other_interviewer
    interview.save()
    client = at_the_desk_of(world.other_interviewer)

    assert client.get(address(arrival)).status_code == 404
    assert decide(client, arrival, "throw_away").status_code == 404
    page = client.get(reverse("workroom:interview", args=[interview.public_id]))
    assert arrival.code not in page.content.decode()


def test_nobody_who_sent_it_reaches_it_while_the_interview_is_on_the_moderators_table(
    world, interview, at_the_desk_of
):
    arrival = sent(interview, world.interviewer)
    interview.state = State.IN_REVIEW
    interview.save()

    assert at_the_desk_of(world.interviewer).get(address(arrival)).status_code == 409
    archivist = at_the_desk_of(world.archivist)
    give_reason(archivist, interview)
    assert archivist.get(address(arrival)).status_code == 200


def test_what_the_storage_has_lost_is_said_before_the_answer_begins(world, interview, at_the_desk_of):
    arrival = sent(interview, world.interviewer)
    Path(storages["masters"].path(arrival.parts["key"])).unlink()

    assert at_the_desk_of(world.interviewer).get(address(arrival)).status_code == 503
    assert happened(interview, reasons.FETCHED) == []


# Thrown away.


@pytest.mark.usefixtures("anywhere")
def test_who_sent_it_throws_it_away(world, interview, at_the_desk_of):
    arrival = sent(interview, world.interviewer)
    assert len(lying()) == 1

    assert decide(at_the_desk_of(world.interviewer), arrival, "throw_away").status_code == 302

    arrival.refresh_from_db()
    assert (arrival.state, lying()) == (Arrival.State.ENDED, [])
    (event,) = happened(interview, arrivals.THROWN_AWAY)
    assert (event.agent, event.outcome, event.reason) == (str(world.interviewer.agent), arrival.code, "")
    assert at_the_desk_of(world.interviewer).get(address(arrival)).status_code == 404


def test_an_archivist_throws_it_away_for_a_reason_only(world, interview, at_the_desk_of):
    arrival = sent(interview, world.interviewer)
    client = at_the_desk_of(world.archivist)

    decide(client, arrival, "throw_away", " ")
    assert list(aside.of([interview])) == [arrival]
    answer = decide(client, arrival, "throw_away", "A shopping list", list="1")

    assert answer.headers["Location"] == reverse("workroom:aside")
    assert list(aside.of([interview])) == []
    assert happened(interview, arrivals.THROWN_AWAY)[0].reason == "A shopping list"


# Taken in after all.


@pytest.mark.usefixtures("anywhere")
def test_what_differs_from_what_was_announced_is_taken_in_by_an_archivist_who_answers_for_it(
    world, interview, sound, at_the_desk_of
):
    arrival = sent(interview, world.interviewer, sound, OTHER)
    assert arrival.state == Arrival.State.REFUSED

    answer = decide(at_the_desk_of(world.archivist), arrival, "take_up", "Heard from end to end")
    work_off()

    assert answer.status_code == 302
    recording = Recording.objects.of(interview).get()
    arrival.refresh_from_db()
    assert (arrival.state, arrival.recording) == (Arrival.State.KEPT, recording)
    assert stores.digest(storages["masters"], recording.master.key) == hashlib.sha256(sound).hexdigest()
    assert lying() == []
    (event,) = happened(interview, aside.TAKEN_ALL_THE_SAME)
    assert (event.agent, event.reason) == (str(world.archivist.agent), "Heard from end to end")
    assert event.outcome == f"{arrival.code}: {OTHER}"
    assert Job.objects.get(kind="ingest").subject == recording.subject


def test_who_sent_it_cannot_have_it_taken_in_and_nobody_can_without_a_reason(
    world, interview, sound, at_the_desk_of
):
    arrival = sent(interview, world.interviewer, sound, OTHER)

    assert decide(at_the_desk_of(world.interviewer), arrival, "take_up", "It is fine").status_code == 403
    decide(at_the_desk_of(world.archivist), arrival, "take_up", "  ")
    with pytest.raises(reasons.NeedsAReason):
        aside.take_up(arrival, whole=print, reason=" ", by=world.archivist.agent, at=timezone.now())
    assert decide(at_the_desk_of(world.archivist), arrival, "anything", "why").status_code == 400

    arrival.refresh_from_db()
    assert (arrival.state, arrival.declared_sha256) == (Arrival.State.REFUSED, OTHER)


def test_other_bytes_than_those_that_somebody_answered_for_are_refused(
    world, interview, sound, at_the_desk_of
):
    arrival = sent(interview, world.interviewer, sound, OTHER)
    decide(at_the_desk_of(world.archivist), arrival, "take_up", "Heard from end to end")
    path = Path(storages["masters"].path(arrival.parts["key"]))
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))

    work_off()

    arrival.refresh_from_db()
    assert (arrival.state, arrival.differs) == (Arrival.State.REFUSED, True)
    assert not Recording.objects.exists()


def test_what_is_no_recording_is_refused_again_and_kept_for_another_week(world, interview, at_the_desk_of):
    arrival = sent(interview, world.interviewer, PAGE, OTHER)
    Arrival.objects.update(expires_at=timezone.now() + DAY)
    archivist = at_the_desk_of(world.archivist)

    decide(archivist, arrival, "take_up", "The checksum does not matter")
    work_off()
    decide(archivist, arrival, "take_up", "The archive knows more kinds now")
    work_off()

    arrival.refresh_from_db()
    assert arrival.state == Arrival.State.REFUSED
    assert arrival.refusal == Notice.objects.filter(user=world.interviewer).latest("pk").text != ""
    assert arrival.expires_at - timezone.now() > 6 * DAY
    assert len(happened(interview, aside.TAKEN_ALL_THE_SAME)) == 1
    assert len(happened(interview, aside.LOOKED_AT_AGAIN)) == 1
    assert Job.objects.filter(kind="take in", state=Job.State.DONE).count() == 3
    assert not Recording.objects.exists()


def test_what_could_not_be_read_then_is_taken_in_when_it_can(world, interview, sound, at_the_desk_of):
    arrival = sent(interview, world.interviewer, sound, OTHER)
    path = Path(storages["masters"].path(arrival.parts["key"]))
    path.rename(path.with_suffix(".away"))  # a disk that was not mounted
    Arrival.objects.update(declared_sha256="", sha256="")

    decide(at_the_desk_of(world.archivist), arrival, "take_up", "The disk was mounted again")
    work_off()
    assert aside.of([interview]).get().refusal
    path.with_suffix(".away").rename(path)
    decide(at_the_desk_of(world.archivist), arrival, "take_up", "The disk was mounted again")
    work_off()

    assert Recording.objects.of(interview).get().master.size == len(sound)


def test_what_is_over_is_not_taken_up_again(world, interview, sound, at_the_desk_of):
    arrival = sent(interview, world.interviewer, sound, OTHER)
    Arrival.objects.update(expires_at=timezone.now() - DAY)

    decide(at_the_desk_of(world.archivist), arrival, "take_up", "Late")

    assert arrivals.end_expired(at=timezone.now()) == 1
    assert happened(interview, aside.TAKEN_ALL_THE_SAME) == []


def test_u24_what_is_taken_in_after_all_counts_for_the_quota(
    world, interview, sound, at_the_desk_of, settings
):
    arrival = sent(interview, world.interviewer, sound, OTHER)
    settings.UPLOAD_QUOTA_BYTES = len(sound) - 1

    decide(at_the_desk_of(world.archivist), arrival, "take_up", "Heard")

    assert list(aside.of([interview])) == [arrival]


# Seen.


def test_who_sent_it_reads_what_came_of_it_and_what_can_be_done(world, interview, at_the_desk_of):
    arrival = sent(interview, world.interviewer)

    page = at_the_desk_of(world.interviewer).get(reverse("workroom:interview", args=[interview.public_id]))

    text = page.content.decode()
    assert NAME not in text
    assert "&lt;b&gt;.wav" in text
    assert arrival.refusal in text
    assert address(arrival) in text
    assert address(arrival, "workroom:decide_aside") in text
    assert 'value="take_up"' not in text


def test_of_what_nothing_is_kept_nothing_is_shown(world, interview, sound):
    empty = sent(interview, world.interviewer, b"")
    sent(interview, world.interviewer, sound)
    twice = sent(interview, world.interviewer, sound)

    assert [each.state for each in (empty, twice)] == [Arrival.State.REFUSED] * 2
    assert empty.refusal != twice.refusal != ""
    assert list(aside.of([interview])) == []
    assert arrivals.end_expired(at=timezone.now() + 8 * DAY) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_archivists_see_all_of_them_and_how_many(world, at_the_desk_of, number, django_assert_num_queries):
    for _each in range(number):
        sent(worlds.draft(world), world.interviewer)
    client = at_the_desk_of(world.archivist)
    list_ = reverse("workroom:aside")

    assert list_ in client.get(reverse("workroom:desk")).content.decode()
    with django_assert_num_queries(7):
        page = client.get(list_)

    assert page.content.decode().count('value="take_up"') == number
    for name in ("interviewer", *STAFF):
        other = at_the_desk_of(getattr(world, name))
        assert other.get(list_).status_code == 403
        assert list_ not in other.get(reverse("workroom:desk")).content.decode()


def test_an_archivist_with_a_conflict_of_interest_sees_none_of_it(world, interview, at_the_desk_of):
    arrival = sent(interview, world.interviewer)
    Assignment.objects.create(interview=interview, user=world.archivist, conflicted=True)
    client = at_the_desk_of(world.archivist)

    assert "Elena" not in client.get(reverse("workroom:aside")).content.decode()
    assert client.get(address(arrival)).status_code == 404


# Masters.


@pytest.fixture
def unreadable(world, interview, tmp_path):
    """It has the beginning of a recording, and no decoder makes a sound of it."""
    path = tmp_path / "cut.wav"
    path.write_bytes(worlds.sound(tmp_path).read_bytes()[:50])
    recording = uploads.receive(interview, path, name=NAME, by=world.interviewer, at=NOON)
    steps.recording_arrived(recording, at=timezone.now())
    work_off("ingest")
    recording.refresh_from_db()
    assert recording.state == Recording.State.REFUSED
    return recording


def original(interview, recording):
    return reverse("workroom:original", args=[interview.public_id, recording.code])


def test_who_sent_what_nobody_can_read_fetches_it_back(world, interview, unreadable, at_the_desk_of):
    url = original(interview, unreadable)
    client = at_the_desk_of(world.interviewer)

    page = client.get(reverse("workroom:interview", args=[interview.public_id])).content.decode()
    answer = client.get(url)

    assert url in page
    assert unreadable.refusal in page
    assert (answer.status_code, len(body(answer))) == (200, 50)
    assert {header: answer.headers[header] for header in SAVED} == SAVED
    assert answer.headers["Content-Disposition"].endswith(f'-{unreadable.code}.wav"')
    assert happened(interview, reasons.FETCHED)[0].outcome == unreadable.code
    for name in STAFF:
        assert at_the_desk_of(getattr(world, name)).get(url).status_code in (403, 404), name


def test_an_archivist_fetches_it_for_a_reason_or_has_it_read_again(
    world, interview, unreadable, at_the_desk_of
):
    client = at_the_desk_of(world.archivist)
    job = Job.objects.get(kind="ingest")

    assert client.get(original(interview, unreadable)).status_code == 302
    give_reason(client, interview)
    assert client.get(original(interview, unreadable)).status_code == 200

    page = client.get(reverse("workroom:interview", args=[interview.public_id])).content.decode()
    again = reverse("workroom:try_again", args=[job.pk])
    assert again in page
    client.post(again)
    unreadable.refresh_from_db()
    assert unreadable.state == Recording.State.ARRIVED


def test_u16_a_master_is_handed_out_to_be_saved_and_to_no_interviewer(world, tmp_path, at_the_desk_of):
    interview = worlds.draft(world)
    path = worlds.sound(tmp_path)
    with path.open("ab") as end:
        end.write(PAGE)
    recording = uploads.receive(interview, path, name=NAME, by=world.interviewer, at=NOON)
    renditions.make(recording, at=NOON)
    client = at_the_desk_of(world.archivist)
    assert client.get(original(interview, recording)).status_code == 409
    Interview.objects.filter(pk=interview.pk).update(state=State.UPLOADED)
    give_reason(client, interview, "get_original")

    answer = client.get(original(interview, recording))

    assert {header: answer.headers[header] for header in SAVED} == SAVED
    assert body(answer).endswith(PAGE)
    assert at_the_desk_of(world.interviewer).get(original(interview, recording)).status_code == 403
