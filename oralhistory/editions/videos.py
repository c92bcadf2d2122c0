"""The video of an edition to be: only of what is shown whole, because pictures cannot be redacted yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from oralhistory.consent.grants import Terms
from oralhistory.consent.models import Use
from oralhistory.editions import copies
from oralhistory.files.models import MediaFile
from oralhistory.jobs.models import Job
from oralhistory.recordings import renditions, videos
from oralhistory.recordings.models import Recording, Rendition

_USES = (Use.AUDIO, Use.VIDEO)  # the voice, and the moving pictures: photographs are another promise


def released(recordings: Sequence[Recording], terms: Terms, *, redacted: bool) -> Rendition | None:
    """The rendition whose video everybody may see, if there is one."""
    if not _may_be_seen(recordings, terms, redacted=redacted):
        return None
    rendition = renditions.current(recordings[0])
    whole = rendition is not None and rendition.staff_video is not None and rendition.poster is not None
    return rendition if whole else None


def is_awaited(recordings: Sequence[Recording], terms: Terms, *, redacted: bool) -> bool:
    """Whether a video that everybody may see is still being made: what is signed now would not be what comes."""
    if not _may_be_seen(recordings, terms, redacted=redacted):
        return False
    return Job.objects.about(recordings[0].subject).open().filter(kind=videos.JOB).exists()


def _may_be_seen(recordings: Sequence[Recording], terms: Terms, *, redacted: bool) -> bool:
    """Nothing is redacted, no passage is closed in words, sound or pictures, the papers give the public both the
    sound and the video, and one recording is the whole time line.
    """
    closed = any(terms.closed_spans.get(use) for use in (Use.TEXT, *_USES))
    return (
        not redacted
        and not closed
        and all(terms.allows(use) for use in _USES)
        and len(recordings) == 1
        and recordings[0].offset_ms == 0
    )


def entry(rendition: Rendition) -> dict[str, Any]:
    """What the manifest says of it: the bytes that will be shown, and their size in pixels."""
    width, height = rendition.decode_report.get("video_size", (16, 9))
    assert rendition.staff_video is not None and rendition.poster is not None  # noqa: S101, PT018  (see `released`)
    return {
        "sha256": rendition.staff_video.sha256,
        "poster": rendition.poster.sha256,
        "width": width,
        "height": height,
    }


def find(sha256: str, use: str) -> MediaFile | None:
    """The file of the workroom that a manifest names."""
    return MediaFile.objects.filter(storage=MediaFile.Storage.MASTERS, use=use, sha256=sha256).first()


def to_access(named: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Copy the video and its poster into the access storage, and name them by their keys there."""
    video, poster = (
        MediaFile.objects.filter(storage=MediaFile.Storage.MASTERS, use=use, sha256=sha256)[0]
        for use, sha256 in (
            (MediaFile.Use.STAFF_VIDEO, named["sha256"]),
            (MediaFile.Use.POSTER, named["poster"]),
        )
    )
    return {
        **copies.of(video, MediaFile.Use.ACCESS_VIDEO, suffix=".mp4", at=at),
        "poster": copies.of(poster, MediaFile.Use.POSTER, suffix=".jpg", at=at),
        "width": named["width"],
        "height": named["height"],
    }
