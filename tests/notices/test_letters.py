"""E-mails: that something waits, never what; once, and never lost, whatever the mail server does."""

import logging
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from oralhistory.interviews.models import State
from oralhistory.jobs.models import Job
from oralhistory.notices import desk, outbox
from oralhistory.notices.models import Letter, Preference
from oralhistory.pipeline import handing, letters
from tests import world as worlds
from tests.clock import MINUTE, NOON
from tests.servers import smtp

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
with override("en"):
    HEALTH, ME, MAIL = (reverse(f"workroom:{name}") for name in ("health", "me", "mail"))


@pytest.fixture
def world():
    return worlds.build()


@pytest.fixture
def post(settings):
    """A mail server that the archive is told of, and that is not up yet."""
    found = smtp.Post()
    with smtp.running(found):
        pass  # it has a port now
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
    return found


def leave(user, *, at=NOON, urgent=False, text="Elena ha dicho algo."):
    desk.leave([user], "interview:abc", text, at=at, urgent=urgent)


def at_the_desk_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


def deliver(at):
    """As beat and a worker do it."""
    letters.send_due(at=at)
    for job in Job.objects.filter(kind=letters.SEND, state=Job.State.DUE):
        Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
        letters.send(job, clock=lambda: at)


def waiting(user):
    return Letter.objects.get(user=user, state=Letter.State.WAITING)


def body(letter):
    return letter.get_payload(decode=True).decode()


def test_a_letter_says_how_much_waits_and_names_nobody(world, tmp_path, post, caplog):
    worlds.in_review(world, tmp_path)
    leave(world.moderator)
    Preference.objects.create(user=world.moderator, language="en")

    with smtp.running(post), caplog.at_level(logging.DEBUG):
        deliver(NOON)

    (letter,) = post.letters
    assert str(make_header(decode_header(letter["Subject"]))) == "Something waits for you in the workroom"
    assert "- 1 interview to review\n" in body(letter).replace("\r\n", "\n")
    assert "- 1 notice\n" in body(letter).replace("\r\n", "\n")
    assert "/en/workroom/" in body(letter)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["To"] == world.moderator.email
    for name in ("Elena", "Solidaridad", worlds.CANARY):
        assert name not in letter.as_string().replace(letter["To"], "")
        assert name not in body(letter)
    assert world.moderator.email not in caplog.text


def test_letters_come_in_the_language_of_the_person(world, post):
    leave(world.moderator)

    with smtp.running(post):
        deliver(NOON)

    assert "sala de trabajo" in str(make_header(decode_header(post.letters[0]["Subject"])))


def test_while_the_server_is_down_work_goes_on_and_each_letter_comes_once(world, tmp_path, post):
    interview = worlds.in_review(world, tmp_path)
    at = timezone.now()
    handing.send_back(interview, "Falta un nombre.", role="moderator", by=world.moderator, at=at)
    interview.refresh_from_db()
    assert interview.state == State.TRANSCRIBED

    for minutes in (0, 1, 2, 3, 7):
        deliver(at + minutes * MINUTE)
    letter = waiting(world.interviewer)
    assert letter.attempts == 4  # at 0, 1, 3 and 7 minutes: the pauses double
    assert letters.trouble()["count"] == 1
    assert letters.trouble()["failure"] == "ConnectionRefusedError"
    page = at_the_desk_of(world.sysadmin).get(HEALTH).content.decode()
    assert "cannot be sent" in page
    assert "ConnectionRefusedError" in page

    with smtp.running(post):
        for minutes in (8, 15, 16, 30):
            deliver(at + minutes * MINUTE)

    assert [each["To"] for each in post.letters] == [world.interviewer.email]
    assert letters.trouble()["count"] == 0
    assert not Letter.objects.filter(state__in=outbox.OPEN).exists()


def test_many_notices_are_one_letter_and_there_is_one_an_hour(world, post):
    with smtp.running(post):
        for number in range(3):
            leave(world.moderator, at=NOON + number * MINUTE)
        deliver(NOON + 3 * MINUTE)
        leave(world.moderator, at=NOON + 4 * MINUTE)
        deliver(NOON + 5 * MINUTE)
        assert len(post.letters) == 1

        deliver(NOON + 3 * MINUTE + HOUR)
    assert len(post.letters) == 2


def test_what_is_urgent_waits_for_nothing(world, post):
    Preference.objects.create(user=world.archivist, mail=Preference.Mail.NEVER)
    with smtp.running(post):
        leave(world.archivist)
        deliver(NOON)
        assert post.letters == []

        leave(world.archivist, urgent=True)
        leave(world.archivist, urgent=True)
        deliver(NOON)
        deliver(NOON + MINUTE)
    assert len(post.letters) == 1
    assert "Urgente" in str(make_header(decode_header(post.letters[0]["Subject"])))


def test_who_wants_one_a_day_gets_it_in_the_morning(world):
    Preference.objects.create(user=world.moderator, mail=Preference.Mail.DAILY)

    leave(world.moderator)  # at six in the morning in Mexico City
    assert timezone.localtime(waiting(world.moderator).due_at).hour == 8
    assert waiting(world.moderator).due_at - NOON == timedelta(hours=2)

    Letter.objects.all().delete()
    leave(world.moderator, at=NOON + timedelta(hours=3))
    assert waiting(world.moderator).due_at - NOON == timedelta(hours=26)


def test_what_was_read_meanwhile_needs_no_letter(world, post):
    leave(world.moderator)
    desk.mark_read(world.moderator, at=NOON)

    with smtp.running(post):
        deliver(NOON)

    assert post.letters == []
    assert Letter.objects.get().state == Letter.State.NEEDLESS


def test_what_comes_while_a_letter_is_being_sent_gets_one_of_its_own(world, post):
    leave(world.moderator)
    assert outbox.take(Letter.objects.get(), at=NOON)  # a worker has it, and has read the notices

    leave(world.moderator)

    assert sorted(Letter.objects.values_list("state", flat=True)) == ["sending", "waiting"]


def test_a_worker_that_ended_while_sending_leaves_the_letter_to_the_next(world, post):
    leave(world.moderator)
    outbox.take(Letter.objects.get(), at=NOON)

    with smtp.running(post):
        deliver(NOON)
        deliver(NOON + MINUTE)

    assert len(post.letters) == 1


def test_an_address_that_takes_no_mail_is_not_tried_for_ever(world, post):
    leave(world.moderator)
    post.answer = 550

    with smtp.running(post):
        deliver(NOON)
        deliver(NOON + MINUTE)

    assert Letter.objects.get().state == Letter.State.REFUSED
    assert letters.trouble()["refused"] == 1


def test_a_closed_account_gets_none(world):
    world.moderator.is_active = False
    world.moderator.save()

    leave(world.moderator)

    assert not Letter.objects.exists()


def test_a_job_of_the_queue_sends_it(world, post):
    leave(world.moderator, at=timezone.now())
    with smtp.running(post):
        from_beat = letters.send_due(at=timezone.now())
        assert from_beat == 1
        assert letters.send_due(at=timezone.now()) == 0  # it has its job
    job = Job.objects.get(kind=letters.SEND)
    assert job.subject == Letter.objects.get().subject


def test_everybody_chooses_how_often_and_in_which_language(world):
    browser = at_the_desk_of(world.moderator)
    assert 'name="mail"' in browser.get(ME).content.decode()

    browser.post(MAIL, {"mail": "daily", "language": "pt"})
    browser.post(MAIL, {"mail": "hourly", "language": "pt"})

    kept = Preference.objects.get()
    assert (kept.user, kept.mail, kept.language) == (world.moderator, "daily", "pt")
