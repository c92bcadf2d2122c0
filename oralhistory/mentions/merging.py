"""Making one record of two, and two again.

The record that goes keeps its own rows, as a picture of how it stood, and leads to the one that remains; what works
(mentions, refused forms, relations) moves. Nobody's decision is lost: a merge remembers what it moved, and undoing it
gives back all that is still where it went.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast

from oralhistory.lib.agents import Agent
from oralhistory.mentions.models import Mention, NegativeForm
from oralhistory.organizations import cataloging, descriptions, joining, learned
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.models import Merge, Organization, Revision
from oralhistory.provenance import events


class NotTheSame(Exception):
    """A record cannot be merged into itself."""


class NotCurrent(Exception):
    """One of the two was merged or deprecated already."""


class MergedOnward(Exception):
    """The record that remained was itself merged since: that must be undone first."""


class Overtaken(Exception):
    """One of the two was changed since it was shown."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge would do, for whoever is to say yes."""

    source: Description
    target: Description
    joined: joining.Joined
    mentions: dict[str, int]  # by state
    interviews: int  # in how many
    negative_forms: int
    collapsed: tuple[str, ...]  # slugs of those merged into the source before
    versions: tuple[int, int]
    closes: bool  # what the public reads of the source would be closed with the target
    opens: bool  # names that nobody outside has read would be


def plan(source: Organization, target: Organization, *, taken: Collection[str] = ()) -> Plan:
    """What would move; `taken` are fields in which the source's statement shall stand. Raises NotTheSame, NotCurrent."""
    _check(source, target)
    ours, theirs = descriptions.describe([target, source])
    mentions = Mention.objects.filter(organization=source)
    seen = {each.pk: Organization.objects.public().filter(pk=each.pk).exists() for each in (source, target)}
    return Plan(
        source=theirs,
        target=ours,
        joined=joining.join(ours, theirs, taken=taken, hidden_by=_hidden_by(source, target)),
        mentions=dict(mentions.order_by().values_list("state").annotate(Count("pk"))),
        interviews=mentions.order_by().values("transcript__recording__session__interview").distinct().count(),
        negative_forms=NegativeForm.objects.filter(organization=source).count(),
        collapsed=tuple(source.merged.order_by("slug").values_list("slug", flat=True)),
        versions=(source.version, target.version),
        closes=seen[source.pk] and not seen[target.pk],
        opens=seen[target.pk] and not seen[source.pk],
    )


@transaction.atomic
def merge(
    source: Organization,
    target: Organization,
    *,
    by: Agent,
    at: datetime,
    why: str = "",
    taken: Collection[str] = (),
    expected: tuple[int, int] | None = None,
) -> Merge:
    """Make the source part of the target. Once more, it moves what has come to the source since.

    `expected` are the versions of source and target that were shown.
    Raises NotTheSame, NotCurrent, Overtaken.
    """
    locked = {
        each.pk: each
        for each in Organization.objects.select_for_update()
        .filter(pk__in=[source.pk, target.pk])
        .order_by("pk")
    }
    source, target = locked[source.pk], locked[target.pk]
    done = Merge.objects.filter(source=source, target=target, undone_at=None).first()
    if done and source.merged_into_id == target.pk:
        return _move_what_came_since(done, source, target)
    _check(source, target)
    if expected is not None and expected != (source.version, target.version):
        raise Overtaken
    ours, theirs = descriptions.describe([target, source])
    joined = joining.join(ours, theirs, taken=taken, hidden_by=_hidden_by(source, target))
    _write([joined.record, replace(theirs, ties=())], Revision.Action.MERGED, by=by, at=at, why=why)
    collapsed = list(source.merged.values_list("slug", flat=True))
    source.merged.update(merged_into=target)
    Organization.objects.filter(pk=source.pk).update(merged_into=target)
    events.record("organization merged", source, at=at, agent=by, outcome=target.code)
    return Merge.objects.create(
        source=source, target=target, at=at, agent=str(by), why=why,
        before={"source": descriptions.to_json(theirs), "target": descriptions.to_json(ours)},
        after=descriptions.to_json(joined.record),
        moved={"collapsed": collapsed} | _move(source, target),
    )  # fmt: skip


@transaction.atomic
def unmerge(merge: Merge, *, by: Agent, at: datetime, why: str = "") -> Organization:
    """Two records again: what the merge moved and is still there goes back, what it added is taken away.

    What people did since stays with the record that remained. Undoing it once more changes nothing.
    Raises MergedOnward.
    """
    merge = Merge.objects.select_for_update().select_related("source", "target").get(pk=merge.pk)
    source, target = merge.source, merge.target
    if merge.undone_at:
        return source
    if target.merged_into_id:
        raise MergedOnward
    Organization.objects.filter(pk=source.pk).update(merged_into=None)
    Organization.objects.filter(slug__in=merge.moved["collapsed"], merged_into=target).update(
        merged_into=source
    )
    _move_back(merge.moved, source, target)
    now, own = descriptions.describe([target, source])
    before = {name: descriptions.from_json(content) for name, content in merge.before.items()}
    remaining = joining.without(now, before=before["target"], after=descriptions.from_json(merge.after))
    ties = descriptions.where_they_lead(learned.as_of_now(before["source"]))
    _write([remaining, replace(own, ties=ties)], Revision.Action.RESTORED, by=by, at=at, why=why)
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    events.record("organization unmerged", source, at=at, agent=by, outcome=target.code)
    return Organization.objects.get(pk=source.pk)


def _check(source: Organization, target: Organization) -> None:
    if source.pk == target.pk:
        raise NotTheSame
    if any(each.merged_into_id or each.deprecated_at for each in (source, target)):
        raise NotCurrent


def _hidden_by(source: Organization, target: Organization) -> str:
    """The interview that keeps the whole source from everybody, if the target is not kept by it too."""
    if not source.withheld or (target.withheld and target.learned_from == source.learned_from):
        return ""
    return source.learned_from


def _write(wanted: Sequence[Description], action: str, *, by: Agent, at: datetime, why: str) -> None:
    """Both records, and a revision of each, also of one whose description stays the same."""
    changed = cataloging.save_all(wanted, by=by, at=at, action=action, why=why)
    written = {each.organization.slug for each in changed}
    for each in Organization.objects.filter(slug__in={each.id for each in wanted} - written):
        cataloging.note_revision(each, action, by=by, at=at, why=why)


def _move(source: Organization, target: Organization) -> dict[str, Any]:
    mentions = Mention.objects.filter(organization=source)
    moved = list(mentions.order_by("pk").values_list("pk", flat=True))
    mentions.update(organization=target)
    proposed = list(Mention.objects.filter(proposed=source.slug).order_by("pk").values_list("pk", flat=True))
    Mention.objects.filter(proposed=source.slug).update(proposed=target.slug)
    alternatives = _rename_alternatives(source.slug, target.slug)
    forms = list(
        NegativeForm.objects.filter(organization=source).values_list("interview_code", "folded", "times")
    )
    for interview_code, folded, times in forms:
        _add_refusals(target, interview_code, folded, times)
    NegativeForm.objects.filter(organization=source).delete()
    return {
        "mentions": moved, "proposed": proposed, "alternatives": alternatives,
        "negative_forms": [list(each) for each in forms],
    }  # fmt: skip


def _move_what_came_since(done: Merge, source: Organization, target: Organization) -> Merge:
    """A worker that knew the source still may have kept a suggestion for it."""
    more = _move(source, target)
    for name, rows in more.items():
        done.moved[name] = [*done.moved[name], *rows]
    done.save(update_fields=["moved"])
    return done


def _move_back(moved: dict[str, Any], source: Organization, target: Organization) -> None:
    _in_batches(
        moved["mentions"],
        lambda pks: Mention.objects.filter(pk__in=pks, organization=target).update(organization=source),
    )
    _in_batches(
        moved["proposed"],
        lambda pks: Mention.objects.filter(pk__in=pks, proposed=target.slug).update(proposed=source.slug),
    )
    for interview_code, folded, times in moved["negative_forms"]:
        _add_refusals(source, interview_code, folded, times)
        _add_refusals(target, interview_code, folded, -times)
    NegativeForm.objects.filter(organization=target, times=0).delete()
    for pk, before, after in moved["alternatives"]:
        Mention.objects.suggested().filter(pk=pk, alternatives=after).update(alternatives=before)


def _add_refusals(organization: Organization, interview_code: str, folded: str, times: int) -> None:
    form, _made = NegativeForm.objects.get_or_create(
        interview_code=interview_code, folded=folded, organization=organization, defaults={"times": 0}
    )
    NegativeForm.objects.filter(pk=form.pk).update(times=max(0, form.times + times))


def _rename_alternatives(source: str, target: str) -> list[list[Any]]:
    """Of what is undecided: the source is no longer to be chosen. Gives [mention, before, after]."""
    # JSON cannot be asked for a value inside a list on SQLite; the text of it can.
    naming = (
        Mention.objects.suggested()
        .annotate(text=Cast("alternatives", TextField()))
        .filter(Q(text__contains=f'"{source}"') | Q(text__contains=f'"{target}"', organization__slug=target))
    )
    changed = []
    for mention in naming.select_related("organization"):
        before = mention.alternatives
        standing = {mention.organization.slug} if mention.organization else set()
        mention.alternatives = _renamed(before, source, target, standing)
        if mention.alternatives != before:
            mention.save(update_fields=["alternatives"])
            changed.append([mention.pk, before, mention.alternatives])
    return changed


def _renamed(
    alternatives: Iterable[dict[str, Any]], source: str, target: str, standing: set[str]
) -> list[dict[str, Any]]:
    seen, kept = set(standing), []
    for each in alternatives:
        slug = target if each["organization"] == source else str(each["organization"])
        if slug not in seen:
            seen.add(slug)
            kept.append({**each, "organization": slug})
    return kept


def _in_batches(pks: Sequence[int], do: Any, size: int = 5_000) -> None:
    for start in range(0, len(pks), size):
        do(pks[start : start + size])
