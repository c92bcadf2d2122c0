"""The glossary of an interview: from what the archive's records say of it and of its collection (likely_names).

A person stands in it only by a real name that they chose to be shown under: whoever is shown by a code, by initials or
by a pseudonym stands in it not at all, and the vault is not asked. Names that a machine misheard (`heard_as`) are none.
"""

from collections import Counter
from collections.abc import Sequence

from oralhistory.interviews.models import Chapter, Interview, Session, State
from oralhistory.mentions import likely_names
from oralhistory.mentions.likely_names import Glossary
from oralhistory.mentions.models import Mention
from oralhistory.organizations import registry
from oralhistory.organizations.authorities import Authority
from oralhistory.people.models import Person
from oralhistory.places.models import Place

SHOWN = (Person.Attribution.REAL_NAME, Person.Attribution.FIRST_NAME)


def of(interview: Interview) -> Glossary:
    """The glossary of an interview as its records are now."""
    here, elsewhere = _spoken_of(interview)
    others = _others(interview)
    return likely_names.made(
        registry.authorities(), _description(interview), interview.countries, here=here, elsewhere=elsewhere,
        own=[*_people(interview), *_places([interview])], theirs=_places(others),
        collection=[interview.collection.title, interview.collection.description],
    )  # fmt: skip


def _others(interview: Interview) -> list[Interview]:
    """Of a collection's interviews those that were not withdrawn."""
    same = Interview.objects.filter(collection=interview.collection_id).exclude(pk=interview.pk)
    return list(same.exclude(state=State.WITHDRAWN).order_by("pk"))


def _spoken_of(interview: Interview) -> tuple[list[str], list[str]]:
    """Organizations that people found in this interview, and in others of its collection: the most often first."""
    here: Counter[str] = Counter()
    elsewhere: Counter[str] = Counter()
    accepted = Mention.objects.accepted().filter(
        transcript__recording__session__interview__in=[interview, *_others(interview)]
    )
    rows = accepted.values_list(
        "transcript__recording__session__interview", "organization__slug", "transcript__recording", "start_ms"
    )
    for found_in, slug, _recording, _start in set(rows):  # a version that was copied has its mentions again
        (here if found_in == interview.pk else elsewhere)[slug] += 1
    return _ranked(here), _ranked(elsewhere)


def _ranked(counted: Counter[str]) -> list[str]:
    return sorted(counted, key=lambda slug: (-counted[slug], slug))


def _description(interview: Interview) -> list[str]:
    chapters = Chapter.objects.filter(interview=interview).order_by("start_ms")
    return [
        interview.title,
        interview.summary,
        interview.pull_quote,
        *(text for chapter in chapters for text in (chapter.title, chapter.synopsis)),
    ]


def _people(interview: Interview) -> list[Authority]:
    people = Person.objects.filter(participations__interview=interview, attribution__in=SHOWN)
    named = people.exclude(shown_name="").distinct().order_by("pk")
    return [Authority(f"person:{each.code}", each.shown_name) for each in named]


def _places(interviews: Sequence[Interview]) -> list[Authority]:
    met = Session.objects.filter(interview__in=interviews).exclude(place=None).values("place")
    told = Chapter.objects.filter(interview__in=interviews).exclude(places=None).values("places")
    found = Place.objects.filter(pk__in=met) | Place.objects.filter(pk__in=told)
    return [Authority(f"place:{each.slug}", each.name) for each in found.distinct().order_by("slug")]
