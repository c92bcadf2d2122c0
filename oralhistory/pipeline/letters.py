"""E-mails of the outbox: what is due becomes jobs, and a job tries one letter once.

A letter says how much waits, and where; what it is about is read behind the log-in. Who takes one over from a worker
that ended between the server's answer and the row sends it again under the same Message-ID.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oralhistory.accounts.models import User
from oralhistory.consent import lists
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.notices import outbox
from oralhistory.notices.models import Letter, Notice, Preference
from oralhistory.pipeline import dispatcher

Clock = Callable[[], datetime]

SEND = "send letter"
AT_ONCE = 100  # letters made due by one look
NO_SERVER = ("console", "locmem", "dummy", "filebased")  # of Django's ways to send: those that send nothing

log = logging.getLogger(__name__)


def send_due(*, at: datetime) -> int:
    """A job for each letter that is due and has none; one whose job a person must look at waits for that."""
    held = Job.objects.filter(kind=SEND, state__in=[Job.State.DUE, Job.State.RUNNING, Job.State.DEAD])
    busy = set(held.values_list("subject", flat=True))
    letters = [letter for letter in outbox.due(at=at)[: AT_ONCE + len(busy)] if letter.subject not in busy]
    for letter in letters[:AT_ONCE]:
        tried = Job.objects.about(letter.subject).count()
        job = leases.enqueue(SEND, letter.subject, queue="io", at=at, generation=tried + 1)
        dispatcher.send(job, at=at)
    return len(letters)


def send(job: Job, clock: Clock = timezone.now) -> None:
    letter = Letter.objects.select_related("user").get(code=job.subject.partition(":")[2])
    if not outbox.take(letter, at=clock()):
        return
    message = written(letter, at=clock())
    if message is None:
        outbox.needless(letter)
        return
    try:
        message.send()
    except SMTPRecipientsRefused as refusal:
        for_good = all(500 <= code < 600 for code, _said in refusal.recipients.values())
        (outbox.refused if for_good else outbox.later)(letter, type(refusal).__name__, at=clock())
    except (SMTPException, OSError) as failure:
        log.warning("letter %s cannot be sent now", letter.pk)
        outbox.later(letter, type(failure).__name__, at=clock())
    else:
        outbox.sent(letter, at=clock())


STEPS: dict[str, Callable[[Job], None]] = {SEND: send}


def written(letter: Letter, *, at: datetime) -> EmailMessage | None:
    """The letter in its reader's language; None if nothing waits any more, or they want none."""
    user = letter.user
    preference = Preference.objects.filter(user=user).first()
    unread = Notice.objects.filter(user=user, read_at=None)
    unwanted = preference and preference.mail == Preference.Mail.NEVER and not letter.urgent
    said = unread.filter(urgent=True) if letter.urgent else unread
    if unwanted or not user.is_active or not said.exists():
        return None
    language = (preference.language if preference else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        subject, body = _urgent() if letter.urgent else _digest(user, unread.count(), at=at)
    return EmailMessage(
        subject, body, settings.DEFAULT_FROM_EMAIL, [user.email],
        headers={
            "Message-ID": f"<{letter.code}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )  # fmt: skip


def _urgent() -> tuple[str, str]:
    lines = [
        _("Something urgent waits for you in the workroom. Look at it as soon as you can:"),
        "",
        _address(),
    ]
    return _("Urgent: the workroom needs you"), _letter(lines)


def _digest(user: User, notices: int, *, at: datetime) -> tuple[str, str]:
    counts = Counter(each.action for each in lists.waiting_for(user, at=at))
    said = [_counted(action, count) for action, count in sorted(counts.items())]
    news = ngettext("%(count)d notice", "%(count)d notices", notices) % {"count": notices}
    lines = [_("Something waits for you in the workroom:"), "", *(f"- {each}" for each in (*said, news))]
    return _("Something waits for you in the workroom"), _letter([*lines, "", _address()])


def _counted(action: str, count: int) -> str:
    sentences = {
        "upload": ngettext("%(count)d interview that has no recording yet", "%(count)d interviews that have no recording yet", count),
        "submit": ngettext("%(count)d interview to read and send to review", "%(count)d interviews to read and send to review", count),
        "approve": ngettext("%(count)d interview to review", "%(count)d interviews to review", count),
        "publish": ngettext("%(count)d interview to publish", "%(count)d interviews to publish", count),
        "open": ngettext("%(count)d interview whose embargo has passed", "%(count)d interviews whose embargo has passed", count),
        "assign": ngettext("%(count)d interview to give to a moderator", "%(count)d interviews to give to a moderator", count),
    }  # fmt: skip
    return sentences[action] % {"count": count}


def _letter(lines: list[str]) -> str:
    end = _("No letter says what it is about. How often they come is chosen on the page of your account.")
    return "\n".join([*lines, "", "--", end, ""])


def _address() -> str:
    return f"{settings.SITE_URL}{reverse('workroom:desk')}"


# For whoever keeps the machines.


def is_printed() -> bool:
    """Whether letters are printed or kept here, because no server is set."""
    return str(settings.EMAIL_BACKEND).split(".")[-2] in NO_SERVER


def trouble() -> dict[str, object]:
    """Letters that could not be sent: how many, since when, the kind of error; and those that were refused for good."""
    failing = Letter.objects.filter(state__in=outbox.OPEN, attempts__gt=0)
    last = failing.order_by("-due_at").values_list("failure", flat=True).first()
    return {
        **failing.aggregate(count=Count("pk"), since=Min("failed_since")),
        "failure": last or "",
        "refused": Letter.objects.filter(state=Letter.State.REFUSED).count(),
        "printed": is_printed(),
    }
