"""A narrator's link: two secrets, few tries, an end."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from oralhistory.consent import access, links
from oralhistory.consent.models import NarratorLink
from oralhistory.people.models import Person
from oralhistory.provenance import events
from tests import world as worlds
from tests.clock import DAY, MINUTE, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def interview(world):
    return worlds.draft(world)


@pytest.fixture
def narrator(interview):
    return Person.objects.get(participations__interview=interview, participations__role="narrator")


@pytest.fixture
def made(world, interview, narrator):
    return links.make(interview, narrator, by=world.interviewer, at=NOON)


def test_a_link_opens_with_its_secret_however_it_is_typed(made):
    token, secret = made

    for typed in (secret, secret.replace(" ", ""), secret.replace(" ", "-"), f" {secret} "):
        assert links.open_link(token, typed, at=NOON + MINUTE).token_sha256 == links.token_sha256(token)


def test_neither_the_token_nor_the_secret_is_kept(made):
    token, secret = made

    kept = str(NarratorLink.objects.values().get()) + str(
        [vars(event) for event in events.Event.objects.all()]
    )

    assert len(token) >= 22  # 128 bits
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", secret)
    for part in (token, secret, secret.replace(" ", "")):
        assert part not in kept


@pytest.mark.parametrize("wrong", ["", "0000", "0000 0000 0000 0000", "x" * 40, "٠٠٠٠"])
def test_a_wrong_secret_does_not_open_it(made, wrong):
    with pytest.raises(links.NotOpened):
        links.open_link(made[0], wrong, at=NOON)


def test_a_token_that_never_was_opens_nothing(made):
    with pytest.raises(links.NotOpened):
        links.open_link("x" * 32, made[1], at=NOON)


def test_it_opens_until_it_expires(made):
    links.open_link(*made, at=NOON + 60 * DAY - MINUTE)

    with pytest.raises(links.NotOpened):
        links.open_link(*made, at=NOON + 60 * DAY)


def test_a_revoked_link_opens_no_more_and_decides_no_more(world, interview, made):
    link = links.open_link(*made, at=NOON)

    links.revoke(link, by=world.interviewer, at=NOON)

    with pytest.raises(links.NotOpened):
        links.open_link(*made, at=NOON)
    link.refresh_from_db()
    assert not access.decide(link, "read_meta", interview, at=NOON).allowed


def test_after_ten_wrong_tries_the_right_secret_does_not_open_it_either(made):
    for _ in range(links.MAX_WRONG_TRIES):
        with pytest.raises(links.NotOpened):
            links.open_link(made[0], "0", at=NOON)

    with pytest.raises(links.NotOpened):
        links.open_link(*made, at=NOON)


def test_a_right_secret_forgets_the_wrong_tries_before_it(made):
    for _ in range(3):
        for _ in range(links.MAX_WRONG_TRIES - 1):
            with pytest.raises(links.NotOpened):
                links.open_link(made[0], "0", at=NOON)
        links.open_link(*made, at=NOON)


def test_the_events_say_why_by_code(made, interview, narrator):
    with pytest.raises(links.NotOpened):
        links.open_link(made[0], "0", at=NOON)
    links.open_link(*made, at=NOON)

    told = [(event.kind, event.agent, event.outcome) for event in events.of(interview)][-2:]
    assert told == [
        ("narrator link refused", "machine:archive", f"{narrator.code}: wrong secret"),
        ("narrator link opened", f"narrator:{narrator.code}", ""),
    ]
    events.verify()


def test_only_somebody_who_speaks_in_the_interview_gets_a_link(world, interview):
    with pytest.raises(links.NotANarrator):
        links.make(interview, Person.objects.create(), by=world.interviewer, at=NOON)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("make_narrator_link", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_command_prints_a_link_and_a_secret_that_open(interview):
    address, secret = run(interview.public_id).splitlines()

    token = address.rstrip("/").rpartition("/")[2]
    assert address.startswith("http://127.0.0.1:8000/narrator/")
    opened = links.open_link(token, secret, at=timezone.now() + timedelta(days=59))
    assert opened.interview == interview


def test_the_command_refuses_an_id_that_is_none():
    with pytest.raises(CommandError, match="no interview"):
        run("nothing")


def test_the_command_refuses_who_may_not_record_consent(world, interview):
    with pytest.raises(CommandError, match="archivist"):
        run(interview.public_id, "--by", world.other_interviewer.email)


def test_the_command_takes_an_archivist(world, interview):
    assert run(interview.public_id, "--by", world.archivist.email, "--reason", "asked by letter")
