"""Letters on their way: when one is due, who has it, what became of it.

A letter is a row, written with what it is about. Whoever leaves a notice while a letter waits goes with that one; the
row is touched, so that a worker who takes it at the same moment waits until the notice can be read. So nothing is lost;
and a letter is taken by one conditional UPDATE, so that none goes out twice while a server is away.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Max, QuerySet, Value, When
from django.utils import timezone

from oralhistory.accounts.models import User
from oralhistory.notices.models import Letter, Preference

PAUSE = timedelta(hours=1)  # between two letters to one person
DAILY_AT = time(8)
LONGEST_PAUSE = timedelta(hours=1)  # between two tries
OPEN = (Letter.State.WAITING, Letter.State.SENDING)


def want(users: Iterable[User], *, urgent: bool, at: datetime) -> None:
    """A letter for each who wants any; urgent ones go to everybody."""
    people = [user for user in users if user.is_active]
    wanted = dict(Preference.objects.filter(user__in=people).values_list("user", "mail"))
    for user in people:
        mail = wanted.get(user.pk, Preference.Mail.AT_ONCE)
        if urgent or mail != Preference.Mail.NEVER:
            _ask(user, urgent=urgent, due=at if urgent else _due(user, mail, at=at), at=at)


def _due(user: User, mail: str, *, at: datetime) -> datetime:
    if mail == Preference.Mail.DAILY:
        return _next_morning(at)
    last = last_sent(user)
    return max(at, last + PAUSE) if last else at


def last_sent(user: User) -> datetime | None:
    found: datetime | None = Letter.objects.filter(user=user).aggregate(last=Max("sent_at"))["last"]
    return found


def _next_morning(at: datetime) -> datetime:
    """Eight o'clock where the archive is."""
    here = timezone.localtime(at)
    day = here.date() if here.time() < DAILY_AT else here.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, DAILY_AT))


def _ask(user: User, *, urgent: bool, due: datetime, at: datetime) -> None:
    waiting = Letter.objects.filter(user=user, urgent=urgent, state=Letter.State.WAITING)
    while not waiting.update(due_at=Case(When(due_at__gt=due, then=Value(due)), default=F("due_at"))):
        try:
            with transaction.atomic():
                Letter.objects.create(user=user, urgent=urgent, created_at=at, due_at=due)
        except IntegrityError:  # somebody else has just written one: go with that
            continue
        return


def due(*, at: datetime) -> QuerySet[Letter]:
    """What is to be sent now, what a worker had when it ended among it; what is urgent first."""
    return Letter.objects.filter(state__in=OPEN, due_at__lte=at).order_by("-urgent", "due_at", "pk")


def take(letter: Letter, *, at: datetime) -> bool:
    """Whether it is to be sent now, by whoever has its job. What comes from now on waits for another letter."""
    last = last_sent(letter.user)
    if not letter.urgent and last and last + PAUSE > at:
        _put_back(letter, due_at=last + PAUSE)
        return False
    return bool(Letter.objects.filter(pk=letter.pk, state__in=OPEN).update(state=Letter.State.SENDING))


def sent(letter: Letter, *, at: datetime) -> None:
    Letter.objects.filter(pk=letter.pk).update(
        state=Letter.State.SENT, sent_at=at, failure="", failed_since=None
    )


def needless(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.NEEDLESS)


def refused(letter: Letter, failure: str, *, at: datetime) -> None:
    """Its address takes no mail, and will not tomorrow."""
    Letter.objects.filter(pk=letter.pk).update(
        state=Letter.State.REFUSED, failure=failure, failed_since=letter.failed_since or at
    )


def later(letter: Letter, failure: str, *, at: datetime) -> None:
    """It could not be sent: again after a pause that doubles."""
    pause = min(timedelta(minutes=2**letter.attempts), LONGEST_PAUSE)
    tried = {
        "attempts": letter.attempts + 1,
        "failure": failure,
        "failed_since": letter.failed_since or at,
    }
    _put_back(letter, due_at=at + pause, **tried)


def _put_back(letter: Letter, *, due_at: datetime, **tried: object) -> None:
    try:
        with transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(state=Letter.State.WAITING, due_at=due_at, **tried)
    except IntegrityError:  # another one waits by now, and says all that this one would
        needless(letter)
        others = Letter.objects.filter(user=letter.user, urgent=letter.urgent, state=Letter.State.WAITING)
        others.update(due_at=due_at, **tried)
