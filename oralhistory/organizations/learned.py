"""What was learned only from an interview is kept from the public until that interview is.

Records, names, sources and relations that somebody wrote down from an interview carry its public id. They are withheld
until an edition of it is published, and again when it is withdrawn: so nothing public tells of a hidden interview.
"""

from django.db import transaction

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
