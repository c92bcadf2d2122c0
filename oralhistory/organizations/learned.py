"""What was learned only from an interview is kept from the public until that interview is.

Records, names, sources and relations that somebody wrote down from an interview carry its public id. They are withheld
until an edition of it is published, and again when it is withdrawn: so nothing public tells of a hidden interview.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction

from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.models import Name, Organization, Relation, Source

_KEPT = (Organization, Name, Relation, Source)


def records_of(interview_code: str) -> set[str]:
    """The slugs of the records that an interview taught, wholly or a name of them."""
    return {
        *Organization.objects.filter(learned_from=interview_code).values_list("slug", flat=True),
        *Name.objects.filter(learned_from=interview_code).values_list("organization__slug", flat=True),
    }


@transaction.atomic
def release(interview_code: str) -> None:
    """The interview has an edition now: what was learned from it may be seen, as far as its records are open."""
    for model in _KEPT:
        model._default_manager.filter(learned_from=interview_code).update(withheld=False)


@transaction.atomic
def withhold(interview_code: str) -> None:
    """The interview has no edition any more."""
    for model in _KEPT:
        model._default_manager.filter(learned_from=interview_code).update(withheld=True)


def interviews() -> set[str]:
    """The public ids of all interviews that something was learned from. Four queries."""
    return {
        code
        for model in _KEPT
        for code in model._default_manager.exclude(learned_from="")
        .order_by()
        .values_list("learned_from", flat=True)
        .distinct()
    }


def as_of_now(description: Description) -> Description:
    """An earlier state of a record, with each part withheld if its interview keeps it from everybody today.

    What was learned from an interview of which nothing else is left is withheld: nobody here knows better. Forms that
    were heard are never public, and say nothing of whether their interview is.
    """
    written = [each for each in description.names if each.kind != Name.Kind.HEARD_AS]
    parts = (written, description.ties, description.sources)
    hidden = _hidden({each.learned_from for part in parts for each in part if each.learned_from})

    def now(rows: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(
            replace(each, withheld=hidden[each.learned_from]) if each.learned_from in hidden else each
            for each in rows
        )

    names = (each if each.kind == Name.Kind.HEARD_AS else now([each])[0] for each in description.names)
    return replace(
        description, names=tuple(names), ties=now(description.ties), sources=now(description.sources)
    )


def _hidden(codes: set[str]) -> dict[str, bool]:
    hidden: dict[str, bool] = {}
    for model in _KEPT:
        manager: Any = (
            Name.objects.exclude(kind=Name.Kind.HEARD_AS) if model is Name else model._default_manager
        )
        rows = manager.filter(learned_from__in=codes)
        for code, withheld in rows.order_by().values_list("learned_from", "withheld").distinct():
            hidden[code] = hidden.get(code, False) or withheld
    return {code: hidden.get(code, True) for code in codes}
