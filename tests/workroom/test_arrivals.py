"""Sending a file in pieces from the workroom, one request at a time."""

import base64
import hashlib
import json

import pytest
from django.core.files.storage import storages
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from oralhistory.consent import access
from oralhistory.files import stores
from oralhistory.intake import arrivals, aside
from oralhistory.intake.models import Arrival, Upload
from oralhistory.interviews.models import State
from oralhistory.jobs import work
from oralhistory.jobs.models import Job
from oralhistory.notices.models import Notice
from oralhistory.pipeline import steps
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording, Transfer
from tests import world as worlds
from tests.clock import DAY, NOON, SECOND
from tests.files.keeping import full_beyond
from tests.intake.sender import PIECE, encoded

TUS = {"Tus-Resumable": "1.0.0"}
VERBS = ["OPTIONS", "GET", "HEAD", "PATCH", "DELETE"]


class Desk:
    """Somebody's browser, sending to one interview."""

    def __init__(self, client, interview):
        self.client, self.interview = client, interview
        self.collection = reverse("workroom:arrivals", args=[interview.public_id])

    def ask(self, method, url, body=b"", content_type="", **headers):
        named = TUS | {name.replace("_", "-"): str(value) for name, value in headers.items()}
        if content_type and not body:  # the test client leaves both out
            named |= {"Content-Type": content_type, "Content-Length": "0"}
        return self.client.generic(method, url, body, content_type=content_type, headers=named)

    def begin(self, size=None, **metadata):
        length = {"Upload_Defer_Length": 1} if size is None else {"Upload_Length": size}
        return self.ask("POST", self.collection, Upload_Metadata=encoded(metadata), **length)

    def patch(self, url, offset, body, **headers):
        return self.ask("PATCH", url, body, PIECE, Upload_Offset=offset, **headers)

    def send(self, content, **metadata):
        """The whole file in two pieces; its address."""
        url = self.begin(len(content), **metadata).headers["Location"]
        half = len(content) // 2
        assert self.patch(url, 0, content[:half]).status_code == 204
        assert self.patch(url, half, content[half:]).status_code == 204
        return url

    def state(self, url):
        return self.client.get(url).json()


@pytest.fixture
def desk(world, at_the_desk_of):
    return Desk(at_the_desk_of(world.interviewer), worlds.draft(world))


@pytest.fixture
def sound(tmp_path):
    return worlds.sound(tmp_path).read_bytes()


def work_off(kind="take in"):
    """Do what waits for a worker."""
    for job in Job.objects.filter(kind=kind, state=Job.State.DUE).order_by("pk"):
        work.run(job.pk, steps.STEPS[kind])


def lying():
    """What lies in the storage and is no master."""
    try:
        return storages["masters"].listdir(stores.ARRIVING)[1]
    except FileNotFoundError:
        return []


def of(url):
    return Arrival.objects.get(code=url.rpartition("/")[2])


def test_a_file_sent_in_pieces_becomes_a_recording(desk, world, sound):
    url = desk.send(
        sound, filename="Elena.wav", channels="two_microphones", sha256=hashlib.sha256(sound).hexdigest()
    )
    assert desk.state(url)["state"] == "whole"

    work_off()

    recording = Recording.objects.of(desk.interview).get()
    state = desk.state(url)
    assert (state["state"], state["recording"], state["refusal"]) == ("kept", recording.code, "")
    assert (recording.original_name, recording.channels) == ("Elena.wav", "two_microphones")
    assert recording.master.sha256 == hashlib.sha256(sound).hexdigest()
    assert stores.digest(storages["masters"], recording.master.key) == recording.master.sha256
    assert recording.master.key.endswith(".wav")
    assert Upload.objects.get().sent_by == world.interviewer
    assert Event.objects.filter(kind=access.UPLOADED, outcome=recording.code).count() == 1
    assert Job.objects.get(kind="ingest").subject == recording.subject
    assert lying() == []


def test_a_file_is_whole_when_its_checksum_has_come_if_that_was_said(desk, sound):
    url = desk.send(sound, sha256="later")
    assert desk.state(url)["state"] == "coming"
    assert desk.state(url)["checksum"] == "awaited"
    assert not Job.objects.filter(kind="take in").exists()

    answer = desk.client.post(f"{url}/checksum", {"sha256": hashlib.sha256(sound).hexdigest()})

    assert answer.status_code == 204
    work_off()
    assert desk.state(url)["state"] == "kept"


def test_the_checksum_may_come_before_the_last_byte(desk, sound):
    url = desk.begin(len(sound), sha256="later").headers["Location"]
    desk.client.post(f"{url}/checksum", {"sha256": hashlib.sha256(sound).hexdigest()})

    assert desk.state(url)["state"] == "coming"
    desk.patch(url, 0, sound)
    assert desk.state(url)["state"] == "whole"


@pytest.mark.parametrize("said", ["", "later", "ab" * 31, "zz" * 32])
def test_a_checksum_that_is_none_is_refused(desk, said):
    url = desk.begin(10, sha256="later").headers["Location"]

    assert desk.client.post(f"{url}/checksum", {"sha256": said}).status_code == 422
    assert of(url).declared_sha256 == arrivals.LATER


def test_u22_wrong_offsets_are_refused_with_the_right_one(desk):
    url = desk.begin(30).headers["Location"]
    desk.patch(url, 0, b"0123456789")

    for offset in (0, 5, 20):  # a piece twice, one that overlaps, one that comes too early
        answer = desk.patch(url, offset, b"0123456789")
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "10")

    assert of(url).offset == 10


def test_u22_another_persons_file_is_not_there(desk, world, at_the_desk_of):
    url = desk.begin(10).headers["Location"]
    # Somebody else who may send to this very interview.
    desk.interview.created_by = world.other_interviewer
    desk.interview.save()
    other = Desk(at_the_desk_of(world.other_interviewer), desk.interview)
    never = url.replace(url.rpartition("/")[2], "zzzzzzzzzzzz")

    for verb in VERBS:
        theirs, nobodys = (other.ask(verb, each, PIECE if verb == "PATCH" else "") for each in (url, never))
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.content == nobodys.content
    assert other.client.post(f"{url}/checksum", {"sha256": "0" * 64}).status_code == 404
    assert other.client.get(other.collection).json() == []
    assert of(url).state == Arrival.State.COMING


def test_u22_a_file_that_is_not_what_was_sent_is_refused_and_kept_aside(desk, world, sound):
    url = desk.send(sound, sha256="0" * 64)

    work_off()

    state = desk.state(url)
    assert state["state"] == "refused"
    assert state["refusal"]
    assert Notice.objects.get(user=world.interviewer).text == state["refusal"]
    assert not Recording.objects.exists()
    assert len(lying()) == 1
    assert list(aside.of([desk.interview])) == [of(url)]
    assert of(url).expires_at - timezone.now() > 6 * DAY


def test_u22_a_file_that_is_made_final_twice_is_one_recording(desk, sound):
    url = desk.send(sound)
    assert desk.patch(url, len(sound), b"").status_code == 204
    arrival = of(url)
    work_off()

    again = arrivals.take_in(arrival, at=NOON)

    assert again == Recording.objects.get()
    assert desk.state(url)["recording"] == again.code
    assert Job.objects.filter(kind="take in").count() == 1
    assert desk.patch(url, 0, sound).status_code == 409


def test_u13_what_is_no_recording_is_refused_in_the_language_of_its_sender(desk, world):
    with translation.override("en"):
        english = Desk(desk.client, desk.interview)
    url = english.send(b"no sound at all")

    work_off()

    assert desk.state(url)["refusal"] == "This is a document or a text, not a recording."
    assert len(lying()) == 1


def test_an_empty_file_is_refused_with_a_sentence(desk):
    url = desk.begin(0).headers["Location"]

    assert desk.ask("HEAD", url).headers["Upload-Offset"] == "0"
    assert desk.state(url)["state"] == "refused"
    assert desk.state(url)["refusal"]


def test_u21_the_same_file_twice_is_refused_with_the_recording_that_it_is(desk, sound):
    first, second = desk.send(sound), desk.send(sound)

    work_off()

    recording = Recording.objects.get()
    state = desk.state(second)
    assert desk.state(first)["recording"] == recording.code
    assert (state["state"], state["recording"]) == ("refused", recording.code)
    assert state["refusal"]
    assert lying() == []


def test_u21_a_file_that_another_interview_has_is_taken_like_any_other(desk, world, sound):
    other = Desk(desk.client, worlds.draft(world))
    states = []
    for each in (desk, other):
        url = each.send(sound)
        work_off()
        states.append(each.state(url))

    assert [state["state"] for state in states] == ["kept", "kept"]
    assert states[0]["recording"] != states[1]["recording"]
    assert len({recording.master.key for recording in Recording.objects.all()}) == 1


def test_u23_nothing_comes_into_an_interview_that_is_on_the_moderators_table_and_nothing_is_lost(desk, sound):
    url = desk.begin(len(sound)).headers["Location"]
    whole = desk.send(sound)
    desk.interview.state = State.IN_REVIEW
    desk.interview.save()

    assert desk.patch(url, 0, sound).status_code == 409
    assert desk.begin(10).status_code == 409
    work_off()

    waiting = Job.objects.get(kind="take in")
    assert (of(whole).state, waiting.state) == (Arrival.State.WHOLE, Job.State.DUE)
    assert waiting.reason
    assert not Recording.objects.exists()

    desk.interview.state = State.UPLOADED
    desk.interview.save()
    Job.objects.filter(pk=waiting.pk).update(due_at=waiting.created_at)
    work_off()
    assert of(whole).state == Arrival.State.KEPT


# Before bytes are taken.


def test_u19_more_than_the_archive_takes_is_refused_before_a_byte_is_taken(desk, settings):
    settings.UPLOAD_MAX_BYTES = 100

    answer = desk.begin(101)

    assert answer.status_code == 413
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.content
    assert not Arrival.objects.exists()


def test_u19_more_than_was_announced_is_refused_before_a_byte_is_taken(desk):
    url = desk.begin(10).headers["Location"]

    assert desk.patch(url, 0, b"12345678901").status_code == 413
    assert desk.ask("POST", desk.collection, b"12345", PIECE, Upload_Length=4).status_code == 413

    assert of(url).offset == 0
    assert lying() == []


def test_u19_a_file_whose_length_is_not_known_cannot_grow_for_ever(desk, settings):
    settings.UPLOAD_DEFERRED_BYTES = 10
    url = desk.begin().headers["Location"]
    assert desk.patch(url, 0, b"12345678").status_code == 204

    assert desk.patch(url, 8, b"901").status_code == 413

    assert of(url).offset == 8


def test_u24_an_interview_never_holds_more_than_its_quota(desk, settings, sound):
    settings.UPLOAD_QUOTA_BYTES = len(sound) + 100
    desk.send(sound)
    work_off()

    assert desk.begin(60).status_code == 201
    assert desk.begin(41).status_code == 413
    assert desk.begin(40).status_code == 201
    assert desk.begin(1).status_code == 413


def test_u24_what_is_given_up_counts_no_more(desk, settings):
    settings.UPLOAD_QUOTA_BYTES = 100
    url = desk.begin(100).headers["Location"]
    assert desk.begin(1).status_code == 413

    desk.ask("DELETE", url)

    assert desk.begin(1).status_code == 201


def test_u24_nobody_has_more_files_on_their_way_than_allowed(desk, settings):
    settings.UPLOAD_MOST_OPEN = 2
    desk.begin(1)
    desk.begin(1)

    answer = desk.begin(1)

    assert answer.status_code == 429
    assert "2" in answer.content.decode()


def test_d07_a_disk_that_could_not_hold_it_refuses_before_a_byte_is_taken(desk, settings):
    settings.UPLOAD_RESERVE_BYTES = 1 << 60

    assert desk.begin(1).status_code == 507
    assert not Arrival.objects.exists()


def test_d07_a_disk_that_fills_up_meanwhile_keeps_what_it_took_and_goes_on_when_there_is_room(desk, sound):
    content = sound + bytes(9 << 20)
    url = desk.begin(len(content)).headers["Location"]
    full = 8 << 20  # more than a database of the tests

    with full_beyond(full):
        answer = desk.patch(url, 0, content)

    assert answer.status_code == 507
    assert "lleno" in answer.content.decode()
    assert desk.ask("HEAD", url).headers["Upload-Offset"] == str(full)
    assert desk.patch(url, full, content[full:]).status_code == 204
    work_off()
    assert Recording.objects.get().master.sha256 == hashlib.sha256(content).hexdigest()


# The protocol, where the conformance cases say nothing.


def test_whoever_has_not_logged_in_is_told_so_and_not_sent_to_a_page(desk):
    url = desk.begin(10).headers["Location"]
    nobody = Desk(Client(enforce_csrf_checks=True), desk.interview)

    answers = [nobody.ask(verb, url) for verb in VERBS]
    answers += [nobody.ask("POST", nobody.collection), nobody.ask("GET", nobody.collection)]
    answers += [nobody.ask("POST", f"{url}/checksum")]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["Content-Type"] for answer in answers} == {"text/plain; charset=utf-8"}


def test_a_request_from_another_site_is_refused(desk, world):
    url = desk.begin(10).headers["Location"]
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.interviewer)
    forged = Desk(client, desk.interview)

    assert forged.begin(10).status_code == 403
    assert forged.patch(url, 0, b"1").status_code == 403
    assert forged.ask("DELETE", url).status_code == 403

    assert of(url).offset == 0


def test_u18_a_piece_without_a_length_is_refused(desk):
    url = desk.begin(10).headers["Location"]

    chunked = desk.patch(url, 0, b"12345", Transfer_Encoding="chunked")
    lying_length = desk.patch(url, 0, b"12345", Content_Length="many")

    assert chunked.status_code == 411
    assert lying_length.status_code == 400
    assert of(url).offset == 0


@pytest.mark.parametrize(
    "header",
    [
        "filename not-base64!",
        "filename dGVzdA==,filename dGVzdA==",
        ",",
        f"session {base64.b64encode(b'7').decode()}",
        f"session {base64.b64encode(b'-1').decode()}",
        f"channels {base64.b64encode(b'seven').decode()}",
        f"replaces {base64.b64encode(b'zzzz').decode()}",
        f"sha256 {base64.b64encode(b'abc').decode()}",
    ],
)
def test_what_is_said_of_a_file_must_be_well_formed(desk, header):
    answer = desk.ask("POST", desk.collection, Upload_Length=10, Upload_Metadata=header)

    assert answer.status_code == 400
    assert not Arrival.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../x", "..%2fx", "a\x00.mp3", 'a"\r\nX-Inj: 1.mp3', "n" * 300, "-i.wav", "$(touch x).wav", "CON.wav",
        "\u202egpj.wav", "n\u0303.wav", "🎙.wav", "",
    ],
)  # fmt: skip
def test_u17_a_name_is_kept_for_the_staff_and_used_for_nothing(desk, name):
    answer = desk.begin(10, filename=name)
    url = answer.headers["Location"]
    desk.patch(url, 0, b"1")

    assert answer.status_code == 201
    assert "X-Inj" not in answer.headers
    assert not any(ord(letter) < 32 for letter in of(url).name)
    assert len(of(url).name) <= 255
    (key,) = lying()
    assert set(key) <= set("0123456789abcdef-")
    assert json.loads(desk.client.get(url).content)["name"] == of(url).name


def test_the_length_of_a_recording_that_is_being_made_comes_at_its_end(desk, sound):
    url = desk.begin().headers["Location"]
    desk.patch(url, 0, sound)
    assert desk.ask("HEAD", url).headers["Upload-Defer-Length"] == "1"

    assert desk.patch(url, len(sound), b"", Upload_Length=len(sound)).status_code == 204

    work_off()
    assert desk.state(url)["state"] == "kept"


def test_a_length_that_is_too_short_or_said_twice_is_refused(desk):
    url = desk.begin().headers["Location"]
    desk.patch(url, 0, b"12345")

    assert desk.patch(url, 5, b"", Upload_Length=4).status_code == 400
    assert desk.patch(url, 5, b"", Upload_Length=8).status_code == 204
    assert desk.patch(url, 5, b"", Upload_Length=9).status_code == 400

    assert of(url).size == 8


def test_a_new_sitting_is_begun_with_its_file_and_goes_with_it(desk):
    url = desk.begin(10, session="new").headers["Location"]
    assert desk.state(url)["session"] == 2
    second = desk.begin(10, session="2").headers["Location"]

    desk.ask("DELETE", url)
    assert desk.interview.sessions.count() == 2  # the second file still wants it
    desk.ask("DELETE", second)

    third = desk.begin(10, session="new").headers["Location"]
    desk.ask("DELETE", third)
    assert sorted(desk.interview.sessions.values_list("number", flat=True)) == [1, 2]


def test_a_better_copy_becomes_a_transfer_and_waits_to_be_compared(desk, sound, tmp_path):
    desk.send(sound)
    work_off()
    recording = Recording.objects.get()
    better = worlds.sound(tmp_path).read_bytes()

    url = desk.send(better, replaces=recording.code, filename="better.wav")
    assert desk.begin(10, replaces=recording.code).status_code == 409  # one at a time
    work_off()
    assert desk.state(url)["state"] == "whole"  # what it is compared with was not read yet: nothing is lost

    Recording.objects.update(state=Recording.State.READY, duration_ms=1000)
    Job.objects.filter(kind="take in").update(due_at=F("created_at"))
    work_off()

    transfer = Transfer.objects.get()
    assert (transfer.recording, transfer.original_name) == (recording, "better.wav")
    assert transfer.master.sha256 == hashlib.sha256(better).hexdigest()
    assert (desk.state(url)["state"], desk.state(url)["transfer"]) == ("kept", transfer.code)
    assert Job.objects.get(kind="compare transfer").subject == transfer.subject
    assert Recording.objects.count() == 1


def test_a_file_that_is_given_up_leaves_nothing(desk, sound):
    url = desk.begin(len(sound)).headers["Location"]
    desk.patch(url, 0, sound[:1000])
    assert len(lying()) == 1

    assert desk.ask("DELETE", url).status_code == 204

    assert lying() == []
    assert desk.ask("HEAD", url).status_code == 410
    assert desk.patch(url, 1000, sound[1000:]).status_code == 410


def test_a_whole_file_that_is_given_up_is_not_made_a_recording(desk, sound):
    url = desk.send(sound)

    assert desk.ask("DELETE", url).status_code == 204
    work_off()

    assert not Recording.objects.exists()
    assert Job.objects.get(kind="take in").state == Job.State.CANCELLED


def test_a_recording_is_not_given_up_like_a_file_on_its_way(desk, sound):
    url = desk.send(sound)
    work_off()

    assert desk.ask("DELETE", url).status_code == 409
    assert Recording.objects.exists()


def test_d11_what_nothing_came_of_is_given_up_and_its_bytes_are_deleted(desk):
    url = desk.begin(100).headers["Location"]
    desk.patch(url, 0, b"12345")
    arrival = of(url)

    assert arrivals.end_expired(at=arrival.expires_at - SECOND) == 0
    assert len(lying()) == 1
    assert arrivals.end_expired(at=arrival.expires_at) == 1

    assert lying() == []
    assert desk.ask("HEAD", url).status_code == 410


def test_what_is_whole_waits_for_its_worker_however_long_that_takes(desk, sound):
    url = desk.send(sound)

    assert arrivals.end_expired(at=timezone.now() + 1000 * DAY) == 0
    work_off()

    assert desk.state(url)["state"] == "kept"


def test_what_was_refused_is_deleted_after_a_week(desk, sound):
    url = desk.send(sound, sha256="0" * 64)
    work_off()

    assert arrivals.end_expired(at=timezone.now() + 6 * DAY) == 0
    assert arrivals.end_expired(at=timezone.now() + 8 * DAY) == 1

    assert lying() == []
    assert of(url).state == Arrival.State.ENDED


def test_one_sees_what_one_has_on_its_way(desk, sound):
    url = desk.begin(100, filename="Elena.wav").headers["Location"]
    desk.patch(url, 0, b"12345")
    desk.ask("DELETE", desk.begin(100).headers["Location"])
    desk.send(sound)
    work_off()

    (mine,) = desk.client.get(desk.collection).json()

    assert mine["url"] == url
    assert (mine["name"], mine["offset"], mine["size"], mine["state"]) == ("Elena.wav", 5, 100, "coming")


def test_a_file_in_several_uploads_is_refused_before_its_pieces_become_recordings(desk):
    answer = desk.ask("POST", desk.collection, Upload_Length=10, Upload_Concat="partial")

    assert answer.status_code == 400
    assert not Arrival.objects.exists()


def test_a_client_behind_an_old_proxy_says_what_it_means(desk):
    url = desk.begin(5).headers["Location"]

    answer = desk.ask("POST", url, b"12345", PIECE, Upload_Offset=0, X_HTTP_Method_Override="PATCH")

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "5")
    assert desk.ask("POST", url).status_code == 405
