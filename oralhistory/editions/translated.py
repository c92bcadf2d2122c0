"""What of a translation goes into an edition: lines of which the original is whole, and reads as it did when they were made.

A passage that is redacted or closed loses its translation wholly: nobody can tell which of its words stand for which.
"""

from collections.abc import Iterable
from typing import Any

from oralhistory.editions.passages import Passage
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Segment, TranslatedLine, Translation

InOthers = dict[str, dict[str, TranslatedLine]]  # cue id → language → line


def ready(recording: Recording) -> InOthers:
    """The lines of the translations that a person said are ready."""
    found: InOthers = {}
    lines = TranslatedLine.objects.filter(
        translation__recording=recording, translation__ready_at__isnull=False
    )
    for line in lines.select_related("translation").order_by("translation__language"):
        found.setdefault(line.cue_id, {})[line.translation.language] = line
    return found


def beside(passage: Passage, segment: Segment, in_others: InOthers) -> dict[str, Any]:
    """{"translations": {language: text}}, or nothing at all: an edition without any has the manifest that it had."""
    if passage.withheld or passage.text != segment.text:
        return {}
    lines = in_others.get(segment.cue_id, {})
    texts = {language: line.text for language, line in lines.items() if line.original == segment.text}
    return {"translations": texts} if texts else {}


def making(recordings: Iterable[Recording]) -> dict[str, Any]:
    """Who translated, by language."""
    rows = Translation.objects.filter(recording__in=list(recordings), ready_at__isnull=False)
    names: dict[str, list[str]] = {}
    for row in rows.order_by("language", "recording__offset_ms", "pk"):
        known = names.setdefault(row.language, [])
        if row.translator and row.translator not in known:
            known.append(row.translator)
    return {"translations": names} if names else {}
