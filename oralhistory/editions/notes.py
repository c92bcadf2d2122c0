"""The notes of an edition to be: each with its passage, and out of it with its passage."""

from collections.abc import Iterable
from typing import Any

from oralhistory.interviews.models import Interview
from oralhistory.recordings.models import Recording
from oralhistory.review import footnotes
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment


def put_into(
    segments: Iterable[dict[str, Any]], interview: Interview, recordings: Iterable[Recording]
) -> None:
    """Give entries of a manifest their notes; one without any stays as it was, and so does what was signed of it.

    In a passage of which something is kept out, only notes stay that are about words which are still there.
    """
    written = footnotes.by_cue(interview)
    if not written:
        return
    current = versions.current_of(recordings).values()
    whole = dict(
        Segment.objects.filter(transcript__in=current, cue_id__in=written).values_list("cue_id", "text")
    )
    for entry in segments:
        said = entry["text"]
        untouched = not entry["withheld"] and said == whole.get(entry["cue_id"])
        kept = [
            {"about": each.about if each.about in said else "", "text": each.text}
            for each in written.get(entry["cue_id"], ())
            if untouched or (each.about and each.about in said)
        ]
        if kept:
            entry["notes"] = kept
