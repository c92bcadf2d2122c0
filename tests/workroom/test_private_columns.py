"""A canary in every private column: who has no part in an interview finds none of it, on whatever page of the workroom."""

import pytest
from django.test import Client

from oralhistory.interviews.models import State
from oralhistory.review import findable
from tests.browser import walking
from tests.editions.test_private_columns import CANARY, write_canaries

pytestmark = pytest.mark.django_db

# They log in by these, and see their own names.
OWN = frozenset({"accounts", "account", "mfa", "usersessions", "jobs"})
# Titles and chapters of what is published, names of collections, and the register of subjects from which interviewers choose.
REGISTERS = {
    "interviews.Collection.title", "interviews.Interview.title", "interviews.Chapter.title", "places.Subject.name", "places.Subject.name_en",
    "places.Subject.name_pt",
}  # fmt: skip


@pytest.fixture
def archive(tmp_path):
    archive = walking.build(tmp_path)
    ids = archive.values["public_id"]
    archive.values["public_id"] = [
        ids[walking.STATES.index(state)] for state in (State.IN_REVIEW, State.APPROVED)
    ]
    return archive


@pytest.mark.parametrize(
    ("who", "known"),
    [
        ("sysadmin", {"interviews.Collection.title", "interviews.Interview.title"}),
        ("other_interviewer", REGISTERS),
        ("other_moderator", REGISTERS),
    ],
)
def test_who_has_no_part_in_an_interview_finds_no_word_of_it(archive, who, known):
    client = Client()
    client.force_login(getattr(archive.world, who))
    paths = {
        path
        for name, converters in walking.addresses()
        if name.startswith("workroom:")
        for path in walking.filled(archive, name, converters)
    }
    for public_id in findable.due():
        findable.refresh(public_id)
    written = write_canaries(but=OWN)
    assert "search.StaffPassage.pieces" in written.values()

    seen = set()
    for path in paths:
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen |= {written[canary.decode()] for canary in CANARY.findall(body)}

    assert len(paths) > 150
    assert seen <= known, seen - known
    assert seen  # the sweep finds what may be found
