"""After a withdrawal: gone from every exit at the next request, and the page of the interview says so."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from oralhistory.consent import links
from oralhistory.consent.models import NarratorLink
from oralhistory.editions import cascade as exits
from oralhistory.editions import publishing
from oralhistory.editions.models import Standing
from oralhistory.interviews.models import State
from oralhistory.jobs import work
from oralhistory.jobs.models import Job
from oralhistory.people.models import Person
from oralhistory.pipeline import steps
from oralhistory.search import index
from oralhistory.workroom import cascade
from tests import world as worlds
from tests.clock import NOON
from tests.editions.test_canaries import crawl, every_address
from tests.editions.test_hidden_interviews import ASKED, answers, teach

SAYS = (
    "Elena",
    "llenábamos",
    "compañera",
    "preso muerto",
)  # words of the testimony, its title and its summary


def by_staff(world, interview):
    browser = worlds.signed_in(world.archivist)
    address = reverse("workroom:withdraw", args=[interview.public_id])
    return lambda: browser.post(address, {"reason": ""})


def by_the_narrator(world, interview):
    person = Person.objects.get(participations__interview=interview, participations__role="narrator")
    token, secret = links.make(interview, person, by=world.archivist, at=NOON, valid_days=20_000)
    browser = Client()
    browser.post(f"/en/narrator/{token}/", {"secret": secret})
    assert NarratorLink.objects.filter(interview=interview).exists()
    return lambda: browser.post(f"/en/narrator/{token}/withdraw/")


@pytest.mark.django_db
@pytest.mark.parametrize("hand", [by_staff, by_the_narrator])
def test_it_is_gone_from_every_public_address_at_the_next_request(world, tmp_path, hand, record_property):
    interview = worlds.in_review(world, tmp_path)
    worlds.accept_everything(world, interview)
    teach(interview)
    worlds.publish_from_review(world, interview)
    everywhere = hand is by_staff  # following every link takes its time: once is enough
    before = (crawl(Client()) if everywhere else answers(every_address())) | answers(ASKED)
    named = {address for address, body in before.items() if tells(interview, address, body)}
    withdraw = hand(world, interview)
    assert all(is_open(interview.public_id) for is_open in exits.EXITS.values())

    begun = time.process_time()  # of this process: what else the machine does is no part of it
    answer = withdraw()
    took = time.process_time() - begun

    assert answer.status_code == 302
    after = answers(before)
    assert {address for address, body in after.items() if tells(interview, address, body)} == set()
    assert not any(is_open(interview.public_id) for is_open in exits.EXITS.values())
    assert len(named) > (20 if everywhere else 10)
    assert took < 1
    record_property("withdrawal_ms", round(took * 1000))


def tells(interview, address: str, body: bytes) -> bool:
    """Whether an answer has something of the testimony; one that repeats the address it was asked at tells nothing."""
    own = interview.public_id in address
    return (not own and f"/testimonies/{interview.public_id}".encode() in body) or any(
        word.encode() in body for word in SAYS if word not in address
    )


@pytest.mark.django_db(transaction=True)
def test_the_page_of_the_interview_says_what_became_of_it(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    browser = worlds.signed_in(world.archivist)
    page = reverse("workroom:interview", args=[interview.public_id])
    assert "cascade" not in browser.get(page).context or browser.get(page).context["cascade"] is None
    by_staff(world, interview)()

    told = browser.get(page).context["cascade"]

    hidden_at = Standing.objects.get().withdrawn_at
    assert not told["open"]
    assert {line.closed_at for line in told["exits"][:-1]} == {hidden_at}
    assert told["exits"][-1].closed_at is None  # the worker has not come yet
    assert told["files"] > 0

    job = Job.objects.get(kind="clean up")
    work.run(job.pk, steps.STEPS["clean up"])
    job.refresh_from_db()
    assert browser.get(page).context["cascade"]["exits"][-1].closed_at == job.finished_at


@pytest.mark.django_db
def test_an_exit_that_stays_open_is_said_aloud(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    edition = Standing.objects.get().current
    by_staff(world, interview)()
    index.replace_edition(publishing.indexing._document(edition))  # as a fault would leave it

    found = exits.of(interview)

    assert [each.code for each in found.open if each.code != exits.CLEANED] == ["search"]
    interview.refresh_from_db()
    assert cascade.of(interview, frozenset())["open"]


@pytest.mark.django_db
def test_what_had_left_before_is_listed_and_names_are_for_those_who_may_read_the_events(world, tmp_path):
    interview = worlds.published(world, tmp_path)
    browser = worlds.signed_in(world.archivist)
    (code,) = interview.sessions.values_list("recordings__code", flat=True)
    browser.post(
        reverse("workroom:reason", args=[interview.public_id]) + "?for=get_original", {"reason": "x"}
    )
    browser.get(reverse("workroom:original", args=[interview.public_id, code]))
    by_staff(world, interview)()
    interview.refresh_from_db()

    for may, name in ((frozenset({"audit"}), world.archivist.name), (frozenset(), "")):
        (copy,) = cascade.of(interview, may)["copies"]
        assert copy.name == name


@pytest.mark.django_db
def test_what_was_never_public_has_no_exits(world, tmp_path):
    interview = worlds.approved(world, tmp_path)
    by_staff(world, interview)()
    interview.refresh_from_db()

    assert interview.state == State.WITHDRAWN
    assert cascade.of(interview, frozenset())["exits"] == []


def test_every_exit_has_a_name():
    assert set(cascade.EXITS) == {*exits.EXITS, exits.CLEANED}
