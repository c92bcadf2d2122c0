"""Our own JSON. Others script it: fields are added, never renamed or taken away."""

import json
from collections.abc import Sequence
from typing import Any

from oralhistory.transcripts.segments import TimedSegment


def write(
    segments: Sequence[TimedSegment], *, engine: str, model: str, language: str, duration_ms: int
) -> str:
    """Times are milliseconds of the recording; `language` is the one most of it is in."""
    document = {
        "engine": engine,
        "model": model,
        "language": language,
        "duration_ms": duration_ms,
        "segments": [as_dict(segment) for segment in segments],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_dict(segment: TimedSegment) -> dict[str, Any]:
    return {
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "text": segment.text,
        "speaker": segment.speaker,
        "flags": list(segment.flags),
        "words": [
            {
                "start_ms": word.start_ms,
                "end_ms": word.end_ms,
                "text": word.text,
                "probability": word.probability,
            }
            for word in segment.words
        ],
    }
