"""What the public index is given of an edition: what can be read in it, and nothing else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch

from oralhistory.editions import facts
from oralhistory.editions.models import Edition, EditionMention, EditionSegment
from oralhistory.lib.timeline import Span, overlaps
from oralhistory.organizations import public, registry
from oralhistory.organizations.registry import Findable
from oralhistory.search import documents, index
from oralhistory.search.documents import Lead

_SEARCHED = frozenset(("text", "search_in_text"))  # the uses that an edition needs to be found


@transaction.atomic
def replace(edition: Edition) -> None:
    """Put an edition in the place of its predecessor, if it may be searched; its veiled passages are gaps.

    What it is listed by is gathered anew with it, whether it may be searched or not.
    """
    index.lock()
    facts.write(edition)
    if _may_be_searched(edition):
        index.replace_edition(_document(edition))
    else:
        index.remove_edition(edition.public_id)


def remove(public_id: str) -> None:
    facts.erase(public_id)
    index.remove_edition(public_id)


@transaction.atomic
def refresh(slugs: Iterable[str]) -> int:
    """Records were opened, closed, renamed, merged or taken apart: let editions that name them be found as they are now.

    Whoever changes a record calls it in the same transaction, with the slugs of all that took part. How many editions
    were put in anew; each takes what publishing it took.
    """
    speaking = EditionMention.objects.filter(organization__in=public.with_merged(slugs))
    editions = Edition.objects.public().filter(pk__in=speaking.order_by().values("segment__edition"))
    public_ids = list(editions.order_by("pk").values_list("standing__public_id", flat=True))
    for public_id in public_ids:
        _put_in_order(public_id)
    return len(public_ids)


@dataclass(frozen=True, slots=True)
class Step:
    """How far a rebuild has come: testimonies done of all that are searched, and how many were put in anew."""

    done: int
    of: int
    replaced: int


def rebuild(*, older_than: datetime | None = None) -> Iterator[Step]:
    """Make the index what it should be, testimony by testimony, while it is searched and published to.

    What stands in it as it should is left as it is, so that a rebuild that was broken off goes on where it was;
    `older_than`: unless it was put in before that; words are then counted anew, too. What is not public, or may not be searched, is taken out.
    """
    indexed = index.fingerprints()
    searched = _searched()
    for public_id in sorted(indexed.keys() - searched.keys()):
        _put_in_order(public_id)
    replaced = 0
    for done, public_id in enumerate(searched, start=1):
        made_of, at = indexed.get(public_id, ("", None))
        is_old = at is not None and older_than is not None and at < older_than
        if is_old or made_of != _fingerprint(searched[public_id]):
            _put_in_order(public_id)
            replaced += 1
        yield Step(done, len(searched), replaced)
    if older_than is not None:
        index.recount()


def check() -> list[str]:
    """Every difference between what is public and what can be found; empty if there is none."""
    made_of = {public_id: _fingerprint(pk) for public_id, pk in _searched().items()}
    return index.check({public_id: print_ for public_id, print_ in made_of.items() if print_})


def _searched() -> dict[str, int]:
    """By public id, the present editions that may be searched."""
    rows = Edition.objects.public().order_by("pk").values_list("standing__public_id", "pk", "uses")
    return {public_id: pk for public_id, pk, uses in rows if set(uses) >= _SEARCHED}


def _fingerprint(pk: int) -> str:
    """Empty where there is nothing to be found any more."""
    edition = Edition.objects.public().select_related("standing").filter(pk=pk).first()
    return index.fingerprint(_document(edition)) if edition and _may_be_searched(edition) else ""


@transaction.atomic
def _put_in_order(public_id: str) -> None:
    """As it is at this moment: while the others were done it may have been withdrawn or veiled, or have a next edition."""
    index.lock()  # before the edition is read
    edition = (
        Edition.objects.public().filter(standing__public_id=public_id).select_related("standing").first()
    )
    if edition:
        replace(edition)
    else:
        remove(public_id)


def _may_be_searched(edition: Edition) -> bool:
    return set(edition.uses) >= _SEARCHED


def _document(edition: Edition) -> documents.Document:
    mentions = Prefetch("mentions", EditionMention.objects.all())
    segments = list(EditionSegment.objects.filter(edition=edition).prefetch_related(mentions))
    veils: list[Span] = list(edition.veils.values_list("start_ms", "end_ms"))
    open_segments = [
        each for each in segments if not each.withheld and not overlaps((each.start_ms, each.end_ms), veils)
    ]
    named = registry.findable(
        mention.organization for segment in open_segments for mention in segment.mentions.all()
    )
    visible = {segment.pk for segment in open_segments}
    return documents.Document(
        id=edition.public_id,
        title=edition.title,
        collection=edition.collection,
        languages=tuple(edition.languages),
        countries=tuple(edition.countries),
        organizations=tuple(sorted({each.slug for each in named.values()})),
        # A year that is carried on may have been named in a passage that is veiled now.
        years=() if veils else tuple(sorted({each.year for each in open_segments if each.year})),
        segments=tuple(_segment(segment, named, withheld=segment.pk not in visible) for segment in segments),
        held_on=edition.held_on,
        published_at=edition.published_at,
    )


def _segment(segment: EditionSegment, named: dict[str, Findable], *, withheld: bool) -> documents.Segment:
    mentions = [] if withheld else [each for each in segment.mentions.all() if each.organization in named]
    return documents.Segment(
        cue_id=segment.cue_id,
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        text="" if withheld else segment.text,
        language=segment.language,
        speaker=segment.speaker,
        words=[] if withheld else [(start, end, text) for start, end, text in segment.words],
        withheld=withheld,
        asks=segment.asks,
        also=tuple(
            Lead(term, mention.start, mention.end)
            for mention in mentions
            for term in named[mention.organization].terms
        ),
    )
