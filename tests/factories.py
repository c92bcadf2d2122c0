"""Records for tests. One section for each part of the house."""

from datetime import datetime, timedelta
from typing import Any

import factory
from django.utils import timezone

from oralhistory.editions.models import Edition, EditionMention, EditionSegment, Standing, Veil
from oralhistory.lib import ids
from oralhistory.organizations.models import Name, Organization

PUBLISHED = datetime(2026, 3, 12, 18, 0, tzinfo=timezone.get_fixed_timezone(0))
ALL_USES = [
    "text", "audio", "still", "video", "summary", "search_in_text", "quote", "download", "embed", "harvest", "search_engines",
]  # fmt: skip


# Organizations


class OrganizationFactory(factory.django.DjangoModelFactory[Organization]):
    """A public record. `name`, `acronyms` and `heard_as` become its names."""

    class Meta:
        model = Organization
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda number: f"organization-{number}")
    kind = "party"
    country = "MX"
    founded = 1968
    publication = Organization.Publication.PUBLIC

    @factory.post_generation
    def name(self: Any, create: bool, extracted: str | None, **kwargs: Any) -> None:
        text = extracted or f"Organización {self.slug}"
        Name.objects.create(organization=self, kind=Name.Kind.AUTHORIZED, text=text, language="es")

    @factory.post_generation
    def acronyms(self: Any, create: bool, extracted: list[str] | None, **kwargs: Any) -> None:
        for text in extracted or []:
            Name.objects.create(organization=self, kind=Name.Kind.ACRONYM, text=text)

    @factory.post_generation
    def heard_as(self: Any, create: bool, extracted: list[str] | None, **kwargs: Any) -> None:
        for text in extracted or []:
            Name.objects.create(organization=self, kind=Name.Kind.HEARD_AS, text=text)


# Editions


class StandingFactory(factory.django.DjangoModelFactory[Standing]):
    class Meta:
        model = Standing

    public_id = factory.LazyFunction(ids.public_id)
    interview_id = factory.Sequence(lambda number: number + 1)


class EditionFactory(factory.django.DjangoModelFactory[Edition]):
    """An edition that is public now, heard and read by everybody.

    `segments` are texts, or dicts of a segment's fields; each lasts ten seconds unless it says
    otherwise. In a dict, `mentions` is a list of (words in the text, slug of an organization).
    """

    class Meta:
        model = Edition
        skip_postgeneration_save = True

    standing = factory.SubFactory(StandingFactory)
    number = 1
    published_at = factory.Sequence(lambda number: PUBLISHED + timedelta(days=number))
    manifest_sha256 = "0" * 64
    title = factory.Sequence(lambda number: f"Testimonio {number}")
    collection = "Memoria de la solidaridad"
    narrators = ["Elena"]
    languages = ["es"]
    countries = ["MX"]
    uses = ALL_USES
    making = {"engine": "faster-whisper", "model": "base", "checked": True}
    duration_ms = 60_000
    audio_key = "audio/elena.m4a"
    audio_sha256 = "a" * 64
    audio_size = 1000
    peaks = [10, 50, 90, 50, 10]

    @factory.post_generation
    def segments(
        self: Any, create: bool, extracted: list[str | dict[str, Any]] | None, **kwargs: Any
    ) -> None:
        for index, given in enumerate(extracted or []):
            fields = {"text": given} if isinstance(given, str) else dict(given)
            mentions = fields.pop("mentions", [])
            segment = EditionSegment.objects.create(
                edition=self, index=index, **(plain_segment(index, fields.get("text", "")) | fields)
            )
            for words, slug in mentions:
                add_mention(segment, words, slug)

    @factory.post_generation
    def public(self: Any, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if extracted is not False:
            self.standing.current = self
            self.standing.save(update_fields=["current"])


def plain_segment(index: int, text: str) -> dict[str, Any]:
    """Ten seconds, with the words spread evenly over them."""
    start, words = index * 10_000, text.split()
    step = 9_500 // max(1, len(words))
    return {
        "cue_id": ids.cue_id(),
        "start_ms": start,
        "end_ms": start + 9_500,
        "text": text,
        "language": "es",
        "speaker": "Elena",
        "words": [[start + at * step, start + (at + 1) * step, word] for at, word in enumerate(words)],
    }


def add_mention(segment: EditionSegment, words: str, slug: str) -> EditionMention:
    start = segment.text.index(words)
    return EditionMention.objects.create(
        segment=segment,
        start=start,
        end=start + len(words),
        start_ms=segment.start_ms + 1_000,
        end_ms=segment.start_ms + 2_000,
        organization=slug,
    )


class VeilFactory(factory.django.DjangoModelFactory[Veil]):
    class Meta:
        model = Veil

    edition = factory.SubFactory(EditionFactory)
    start_ms = 0
    end_ms = 5_000
    by_agent = "test"
    at = PUBLISHED


# The working side (interviews, recordings, transcripts …) comes below.
