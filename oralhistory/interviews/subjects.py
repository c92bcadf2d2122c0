"""The register of subjects: what chapters are about, under names that are the same everywhere."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from oralhistory.interviews.models import Chapter, Interview
from oralhistory.lib.agents import Agent
from oralhistory.lib.folding import fold
from oralhistory.places import gazetteer
from oralhistory.places.models import Subject
from oralhistory.provenance import events


class NameTaken(Exception):
    """Another subject is called so: the two can be merged."""

    def __init__(self, other: Subject) -> None:
        super().__init__(other.slug)
        self.other = other


class NotMerged(Exception):
    """A subject is not merged into itself, nor into one that leads elsewhere."""


def standing() -> QuerySet[Subject]:
    """Those that are in use."""
    return Subject.objects.filter(merged_into=None)


def register(asked: str, *, in_interviews: QuerySet[Interview]) -> list[Subject]:
    """Subjects by their names, each with `told`: how many chapters of these interviews are about it. One query."""
    counted = Count("chapter", filter=Q(chapter__interview__in=in_interviews), distinct=True)
    wanted = fold(asked.strip())
    rows = [
        each
        for each in standing().annotate(told=counted)
        if any(wanted in fold(name) for name in each.names.values())
    ]
    return sorted(rows, key=lambda each: fold(each.name))


def suggestions(typed: str, *, at_most: int = 8) -> list[Subject]:
    """What is called like what was typed, those that begin so first."""
    wanted = fold(typed.strip())
    found = [each for each in standing() if any(wanted in fold(name) for name in each.names.values())]
    return sorted(found, key=lambda each: (not fold(each.name).startswith(wanted), fold(each.name)))[:at_most]


@transaction.atomic
def rename(subject: Subject, names: Mapping[str, str], *, by: Agent, at: datetime) -> None:
    """Call it otherwise, in the languages that there are: "es" at least. Raises NameTaken."""
    for name in filter(None, names.values()):
        other = gazetteer.known_subject(name)
        if other and other.pk != subject.pk:
            raise NameTaken(other)
    subject.name, subject.name_en, subject.name_pt = (
        names.get(language, "") for language in ("es", "en", "pt")
    )
    subject.save(update_fields=["name", "name_en", "name_pt"])
    events.record("subject renamed", subject, at=at, agent=by)


@transaction.atomic
def merge(subject: Subject, into: Subject, *, by: Agent, at: datetime) -> None:
    """Both were the same: its chapters are about the other from now on, and its name leads there. Raises NotMerged."""
    locked = {
        each.pk: each for each in Subject.objects.select_for_update().filter(pk__in=[subject.pk, into.pk])
    }
    if len(locked) < 2 or any(each.merged_into_id for each in locked.values()):
        raise NotMerged
    for chapter in Chapter.objects.filter(subjects=subject):
        chapter.subjects.add(into)
        chapter.subjects.remove(subject)
    Subject.objects.filter(merged_into=subject).update(merged_into=into)
    Subject.objects.filter(pk=subject.pk).update(merged_into=into)
    events.record("subject merged", subject, at=at, agent=by, outcome=into.code)
