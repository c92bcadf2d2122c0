"""The table of contents of an edition: chapters with their subjects and places, as plain data."""

from typing import Any

from oralhistory.interviews.models import Chapter, Interview


def of(interview: Interview) -> list[dict[str, Any]]:
    """Those that have a title. What a chapter has none of is not named, so that a manifest from before stays the same."""
    chapters = interview.chapters.exclude(title="").prefetch_related("subjects", "places")
    return [_entry(chapter) for chapter in chapters]


def _entry(chapter: Chapter) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "start_ms": chapter.start_ms,
        "title": chapter.title,
        "synopsis": chapter.synopsis,
    }
    if chapter.warning:
        entry["warning"] = chapter.warning
    # Subjects by language: an edition is read in three, and the register may change.
    subjects = [each.names for each in sorted(chapter.subjects.all(), key=lambda each: each.name)]
    places = sorted(chapter.places.all(), key=lambda each: (each.name, each.country))
    if subjects:
        entry["subjects"] = subjects
    if places:
        entry["places"] = [{"name": each.name, "country": each.country} for each in places]
    return entry
