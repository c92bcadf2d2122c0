"""What follows when authority records change: editions that speak of them are found by their new names."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from oralhistory.editions import indexing
from oralhistory.editions.models import EditionMention
from oralhistory.jobs import leases
from oralhistory.jobs.models import Job
from oralhistory.organizations import public
from oralhistory.organizations.models import Organization
from oralhistory.pipeline import dispatcher
from oralhistory.review import findable

INDEX = "index organization"


@transaction.atomic
def records_changed(slugs: Iterable[str], *, at: datetime) -> None:
    """Names or standing of records changed: put the public editions that speak of them into the index anew, if any; and
    have working texts read again."""
    slugs = set(slugs)
    findable.records_changed(slugs)
    for organization in Organization.objects.filter(slug__in=_spoken_of(slugs)).order_by("pk"):
        subject = f"organization:{organization.pk}"
        number = Job.objects.about(subject).filter(kind=INDEX).count() + 1
        job = leases.enqueue(INDEX, subject, queue="link", at=at, generation=number)
        dispatcher.send(job, at=at)


def index(job: Job) -> None:
    """The work itself: one edition after the other."""
    organization = Organization.objects.get(pk=int(job.subject.partition(":")[2]))
    indexing.refresh([organization.slug])


def _spoken_of(slugs: set[str]) -> set[str]:
    """Those that an edition names, by their own slug or by that of a record that went into them. Three queries."""
    named = EditionMention.objects.filter(organization__in=public.with_merged(slugs)).order_by()
    merged = dict(Organization.objects.exclude(merged_into=None).values_list("slug", "merged_into__slug"))
    found = set()
    for slug in named.values_list("organization", flat=True).distinct():
        while slug not in slugs:
            slug = merged[slug]
        found.add(slug)
    return found
