"""What the public index is given of an edition: what can be read in it, and nothing else."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Prefetch

from oralhistory.editions.models import Edition, EditionMention, EditionSegment
from oralhistory.lib.timeline import Span, overlaps
from oralhistory.organizations import public, registry
from oralhistory.organizations.registry import Findable
from oralhistory.search import documents, index


def replace(edition: Edition) -> None:
    """Put an edition in the place of its predecessor, if it may be searched; its veiled passages are gaps."""
    if not {"text", "search_in_text"} <= set(edition.uses):
        index.remove_edition(edition.public_id)
        return
    index.replace_edition(_document(edition))


def remove(public_id: str) -> None:
    index.remove_edition(public_id)


@transaction.atomic
def refresh(slugs: Iterable[str]) -> int:
    """Records were opened, closed, renamed, merged or taken apart: let editions that name them be found as they are now.

    Whoever changes a record calls it in the same transaction, with the slugs of all that took part. How many editions
    were put in anew; each takes what publishing it took.
    """
    speaking = EditionMention.objects.filter(organization__in=public.with_merged(slugs))
    editions = list(
        Edition.objects.public()
        .filter(pk__in=speaking.order_by().values("segment__edition"))
        .select_related("standing")
        .order_by("pk")
    )
    for edition in editions:
        replace(edition)
    return len(editions)


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
        years=(),
        segments=tuple(_segment(segment, named, withheld=segment.pk not in visible) for segment in segments),
    )


def _segment(segment: EditionSegment, named: dict[str, Findable], *, withheld: bool) -> documents.Segment:
    slugs = [] if withheld else [mention.organization for mention in segment.mentions.all()]
    return documents.Segment(
        cue_id=segment.cue_id,
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        text="" if withheld else segment.text,
        language=segment.language,
        speaker=segment.speaker,
        words=[] if withheld else [(start, end, text) for start, end, text in segment.words],
        withheld=withheld,
        also=tuple(
            dict.fromkeys(
                term for slug in dict.fromkeys(slugs) if slug in named for term in named[slug].terms
            )
        ),
    )
