"""What harvesters were given, and since when it is as it is now.

What is public of a testimony or an organization changes in a dozen ways: a next edition, a veil, a use that is taken
back, a name or relation that is opened, a record it is tied to that is closed. A day of change kept by each of these
would be forgotten by the thirteenth. So nobody tells this journal anything: it compares what may be given out now with a
digest of what was given out before, whenever somebody collects. The datestamp is when a change was noticed, which is
what incremental harvesting needs: it lies behind every harvest that did not see the change, however long the transaction
took that made it.

What is gone stays as an empty row, tombstone or not: whoever collected a description must learn to take it out. The row
says nothing else; what was never given out has none. An interview that is hidden changes nothing that anybody may read,
so it leaves no trace here either.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from oralhistory.interchange.models import Compared, Harvested
from oralhistory.interchange.oai import contents
from oralhistory.interchange.oai.contents import Content, Mark
from oralhistory.lib import ids

Kind = Harvested.Kind
GONE = Mark("")
Clock = Callable[[], datetime]
Found = dict[tuple[str, str], Content]


def notice(kinds: Iterable[str], *, clock: Clock = timezone.now) -> None:
    """Compare everything of these kinds; what cannot have changed since it was last compared is not read again."""
    state = contents.state()
    compared = dict(Compared.objects.values_list("kind", "state"))
    for kind in kinds:
        if kind == Kind.TESTIMONY:
            _notice_testimonies(all_of_them=compared.get(kind) != state, clock=clock)
        elif compared.get(kind) != state:
            _bring_up(kind, contents.marks(kind), _rows(kind), clock=clock)
        if compared.get(kind) != state:
            Compared.objects.update_or_create(kind=kind, defaults={"state": state})


def _notice_testimonies(*, all_of_them: bool, clock: Clock) -> None:
    now, rows = contents.outlines(), _rows(Kind.TESTIMONY)
    if all_of_them:
        _bring_up(Kind.TESTIMONY, contents.marks(Kind.TESTIMONY), rows, clock=clock)
        return
    changed = [key for key in now if key not in rows or not rows[key].digest.startswith(now[key])]
    marks = contents.marks(Kind.TESTIMONY, changed) if changed else {}
    touched = {key: row for key, row in rows.items() if key in marks or key not in now}
    _bring_up(Kind.TESTIMONY, marks, touched, clock=clock)


def _rows(kind: str) -> dict[str, Harvested]:
    return {row.key: row for row in Harvested.objects.filter(kind=kind)}


def _bring_up(kind: str, now: Mapping[str, Mark], rows: Mapping[str, Harvested], *, clock: Clock) -> None:
    """Of `rows`, what is not there now is gone."""
    _add(kind, {key: mark for key, mark in now.items() if key not in rows}, clock=clock)
    _compare(rows.values(), now, clock=clock)


def notice_new(kinds: Iterable[str], *, clock: Clock = timezone.now) -> None:
    """Only what was never given out: cheap, for every page of a long harvest."""
    for kind in kinds:
        known = set(Harvested.objects.filter(kind=kind).values_list("key", flat=True))
        new = [key for key in contents.keys(kind) if key not in known]
        if new:
            _add(kind, contents.marks(kind, new), clock=clock)


def look_again(rows: Sequence[Harvested], *, clock: Clock = timezone.now) -> Found:
    """Of these rows, by kind and key, what may be given out now; the rows are brought to that state."""
    found: Found = {}
    for kind in Kind:
        mine = {row.key: row for row in rows if row.kind == kind}
        now = contents.present(kind, list(mine)) if mine else {}
        _compare(mine.values(), {key: content.mark for key, content in now.items()}, clock=clock)
        found |= {(kind.value, key): content for key, content in now.items()}
    return found


@transaction.atomic
def _add(kind: str, new: Mapping[str, Mark], *, clock: Clock = timezone.now) -> None:
    if not new:
        return
    at = _noticed(clock)
    rows = [
        Harvested(
            kind=kind, key=key, digest=mark.digest, collection=mark.collection, changed_at=at,
            # The id of a testimony is random already; whoever reads its page finds its record by it.
            code=key if kind == Kind.TESTIMONY else ids.public_id(),
        )
        for key, mark in sorted(new.items())
    ]  # fmt: skip
    # Of two harvesters that notice the same at once, one writes it.
    Harvested.objects.bulk_create(rows, ignore_conflicts=True)


def _compare(rows: Iterable[Harvested], now: Mapping[str, Mark], *, clock: Clock = timezone.now) -> None:
    for row in rows:
        mark = now.get(row.key, GONE)
        if row.digest == mark.digest:
            continue
        at = _noticed(clock)
        # By one conditional write: whoever comes second finds it done, and leaves the earlier datestamp.
        Harvested.objects.filter(pk=row.pk, digest=row.digest).update(
            digest=mark.digest, collection=mark.collection, changed_at=at
        )
        row.digest, row.collection, row.changed_at = mark.digest, mark.collection, at


def _noticed(clock: Clock) -> datetime:
    """Now, and not when the request began: what is read later may have changed later."""
    return clock().replace(microsecond=0)
