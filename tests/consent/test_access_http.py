"""`access.yaml`, every cell of it, asked over HTTP.

Accounts ask in the workroom, the narrator by private link in the narrator's room, the public in the reading
room. Each answer must be the one that the table and its rules of denial give.
"""

from collections import Counter

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import reverse

from oralhistory.consent import table
from oralhistory.interviews.models import State
from oralhistory.workroom.actions import ACTIONS, ASIDE
from tests import world as worlds

pytestmark = pytest.mark.django_db

TABLE = table.load()
STAFF = {
    "interviewer_own": "interviewer",
    "interviewer_other": "other_interviewer",
    "moderator_assigned": "moderator",
    "moderator_unassigned": "other_moderator",
    "moderator_conflicted": "conflicted",
    "archivist": "archivist",
    "sysadmin": "sysadmin",
}
PUBLIC = {
    "pub_record": "reading_room:testimony",
    "play_access": "reading_room:sound",
    "read_pub_text": "reading_room:transcript_vtt",
}


@pytest.fixture
def world():
    return worlds.build()


def expected(actor: str, action: str, state: State) -> int:
    """The status that the table's `deny` gives; 200 stands for "allowed"."""
    states = TABLE.allow[actor].get(action, table.Cell()).states
    if state in states:
        return 200
    if state not in TABLE.allow[actor].get("exists", table.Cell()).states:
        return 404
    return 409 if states else 403


def ask(client: Client, action: str, interview) -> int:
    """The status of an action's own address; what an allowed but ill-formed or ill-timed request answers is 200."""
    known = ACTIONS[action]
    url = reverse(known.url, kwargs={"public_id": interview.public_id, **known.more(interview)})
    answer = client.get(url) if known.method == "GET" else client.post(url, known.data)
    return 200 if answer.status_code in (200, 206, 302, 400, 422) else answer.status_code


def test_every_action_of_the_table_has_an_address():
    assert set(ACTIONS) | ASIDE | set(PUBLIC) == set(TABLE.actions)
    assert not set(ACTIONS) & ASIDE


@pytest.mark.parametrize("state", State)
def test_every_cell_of_the_staff(world, tmp_path, state):
    interview = worlds.CARRY[state](world, tmp_path)
    assert interview.state == state
    if state == State.WITHDRAWN:
        worlds.agree_again(world, interview)  # without which nobody takes it up again
    wrong = {}
    asked: Counter[int] = Counter()
    for actor, name in STAFF.items():
        client = worlds.signed_in(getattr(world, name))  # one each: a new one loads every middleware again
        for action in ACTIONS:
            with transaction.atomic():
                status = ask(client, action, interview)
                transaction.set_rollback(True)
            asked[status] += 1
            if status != expected(actor, action, state):
                wrong[actor, action] = (status, expected(actor, action, state))
    assert wrong == {}
    assert sum(asked.values()) == len(STAFF) * len(ACTIONS)


@pytest.mark.parametrize("state", State)
def test_a_visitor_gets_the_log_in_whatever_the_id(world, tmp_path, state):
    interview = worlds.CARRY[state](world, tmp_path)
    nobody = Client()
    for known in ACTIONS.values():
        more = known.more(interview)
        answers = []
        for public_id in (interview.public_id, "zzzzzzzzzzzz"):
            url = reverse(known.url, kwargs={"public_id": public_id, **more})
            answer = nobody.get(url) if known.method == "GET" else nobody.post(url, known.data)
            answers.append((answer.status_code, answer.headers["Location"].replace(public_id, "")))
        assert answers[0] == answers[1]
        assert answers[0][0] == 302


@pytest.mark.parametrize("state", State)
def test_the_public_gets_the_same_from_the_reading_room_as_every_account(world, tmp_path, state):
    interview = worlds.CARRY[state](world, tmp_path)
    clients = [Client(), *(worlds.signed_in(getattr(world, name)) for name in STAFF.values())]
    for action, url in PUBLIC.items():
        public = state in TABLE.allow["public"][action].states
        want = 200 if public else 410 if state == State.WITHDRAWN else 404
        for client in clients:
            answer = client.get(reverse(url, kwargs={"public_id": interview.public_id}))
            assert answer.status_code == want, (action, state)


def test_an_interview_that_one_may_not_know_of_answers_as_one_that_never_existed(world, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    for client in (Client(), worlds.signed_in(world.other_interviewer)):
        for url in (*PUBLIC.values(), "workroom:interview"):
            hidden, never = (
                client.get(reverse(url, kwargs={"public_id": public_id}))
                for public_id in (interview.public_id, "zzzzzzzzzzzz")
            )
            assert hidden.status_code == never.status_code
            assert strip(hidden, interview.public_id) == strip(never, "zzzzzzzzzzzz")
            assert {**hidden.headers, "Location": ""} == {**never.headers, "Location": ""}


def strip(answer, public_id: str) -> bytes:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.replace(public_id.encode(), b"")


def test_a_testimony_without_a_tombstone_answers_as_one_that_never_existed(world, tmp_path):
    interview = worlds.withdrawn(world, tmp_path, tombstone=False)

    hidden, never = (
        Client().get(reverse("reading_room:testimony", kwargs={"public_id": public_id}))
        for public_id in (interview.public_id, "zzzzzzzzzzzz")
    )

    assert hidden.status_code == never.status_code == 404
    assert strip(hidden, interview.public_id) == strip(never, "zzzzzzzzzzzz")


def test_a_closed_account_is_a_visitor(world, tmp_path):
    interview = worlds.transcribed(world, tmp_path)
    client = worlds.signed_in(world.interviewer)
    world.interviewer.is_active = False
    world.interviewer.save()

    answer = client.get(reverse("workroom:interview", kwargs={"public_id": interview.public_id}))

    assert answer.status_code == 302
    assert isinstance(answer.wsgi_request.user, AnonymousUser)
