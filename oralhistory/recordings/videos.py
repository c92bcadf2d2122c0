"""Moving pictures: drawn anew beside the sound that was taken already; where they cannot be, the sound stays.

What is made is for those who work on the recording. An edition shows it to everybody only where nothing is
kept out of it: pictures cannot be redacted yet.
"""

import re
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.files import sandbox, stores
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview
from oralhistory.lib import ffmpeg
from oralhistory.recordings import pictures, renditions, sniffing
from oralhistory.recordings.models import Recording, Rendition

JOB = "make video"  # the kind of the job that does it
MEDIA_TYPE = "video/mp4"
RECIPE = "H.264 CRF 25, at most 1280 pixels and 30 frames a second, with the sound of the staff copy, in MP4"
POSTER_RECIPE = "a frame at a tenth of the length, JPEG"
MOST_SIDE = 8192  # pixels of a frame as it comes
_MEMORY = 1 << 30  # bytes of address space; 3840 × 2160 takes 400 MB
_POSTER_AT = 0.1  # of the length: the first frame is often black, or a hand

_LARGE = _(
    "The pictures of this recording are too large: at most 8,192 pixels a side and 40 million in all. "
    "Its sound was taken."
)
_UNREADABLE = _("The pictures of this recording cannot be read. Its sound was taken.")
_TOO_HARD = _("Making the video takes more time or space than a video ever should. The sound was taken.")


class CannotBeShown(Exception):
    """There is no video to be had from the file. `sentence` says so; the sound is not touched."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Video:
    path: Path  # H.264 and AAC in MP4
    poster: Path  # JPEG
    width: int
    height: int


def is_filmed(interview: Interview) -> bool:
    """Whether any recording of an interview has moving pictures, made into a video or not."""
    found = (renditions.current(recording) for recording in Recording.objects.of(interview))
    return any(rendition.decode_report.get("has_video") for rendition in found if rendition)


def is_wanted(rendition: Rendition) -> bool:
    """Whether there are moving pictures of which no video was made or refused yet."""
    report = rendition.decode_report
    return bool(report.get("has_video")) and rendition.staff_video_id is None and not refusal(rendition)


def refusal(rendition: Rendition) -> str:
    """Why there is no video; "" where there is one, or nothing to make it of."""
    return str(rendition.decode_report.get("video_refusal", ""))


def make(recording: Recording, *, at: datetime) -> Rendition | None:
    """Make the video of a recording that was read; what forbids it is kept on the decode report as a sentence.

    Does nothing where there is none to be made. Raises what sandbox.run raises when it is not the file's fault.
    """
    rendition = renditions.current(recording)
    if rendition is None or not is_wanted(rendition):
        return rendition
    with tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder, ExitStack() as stack:
        source, sound = (
            stack.enter_context(stores.open_local(file.storage, file.key))
            for file in (rendition.master, rendition.staff_copy)
        )
        try:
            video = encode(
                source,
                Path(folder),
                sound=sound,
                seconds=rendition.samples / ffmpeg.HEARING_RATE,
                shift_ms=rendition.shift_ms,
                isolation=settings.MEDIA_ISOLATION,
            )
        except CannotBeShown as refused:
            return _note(rendition, {"video_refusal": str(refused.sentence)})
        return _keep(rendition, video, at=at)


def _keep(rendition: Rendition, video: Video, *, at: datetime) -> Rendition:
    kinds = (
        (video.path, ".mp4", MediaFile.Use.STAFF_VIDEO, MEDIA_TYPE, RECIPE),
        (video.poster, ".jpg", MediaFile.Use.POSTER, "image/jpeg", POSTER_RECIPE),
    )
    stored = [stores.store("masters", path, suffix=suffix) for path, suffix, *_rest in kinds]
    with transaction.atomic():
        rendition = Rendition.objects.select_for_update().get(pk=rendition.pk)
        if rendition.staff_video_id is not None:  # a worker that was thought dead came back
            return rendition
        rendition.staff_video, rendition.poster = (
            MediaFile.objects.create(
                storage=MediaFile.Storage.MASTERS, use=use, key=each.key, sha256=each.sha256, size=each.size,
                media_type=media_type, parent=rendition.master, recipe=recipe, created_at=at,
            )
            for each, (_path, _suffix, use, media_type, recipe) in zip(stored, kinds, strict=True)
        )  # fmt: skip
        rendition.save(update_fields=["staff_video", "poster"])
        return _note(rendition, {"video_size": [video.width, video.height]})


def _note(rendition: Rendition, found: dict[str, object]) -> Rendition:
    rendition.decode_report = {**rendition.decode_report, **found}
    rendition.save(update_fields=["decode_report"])
    return rendition


def encode(
    source: Path,
    folder: Path,
    *,
    sound: Path,
    seconds: float,
    shift_ms: int = 0,
    isolation: str = "preferred",
) -> Video:
    """The video of a stranger's file in `folder`, which must exist, with `sound` (.m4a of ours) for its sound.

    Raises CannotBeShown; when it is not the file's fault, what sandbox.run raises.
    """
    demuxer = sniffing.sniff(source).demuxer
    what = _look(source, folder, demuxer, isolation)
    sound = sound.resolve()
    ending = sandbox.run(
        lambda given, made: ffmpeg.encode_video(
            ffmpeg.binary(), given, demuxer, sound=sound, out=made / "video.mp4", seconds=seconds,
            shift_ms=shift_ms + what.sound_begins_later_ms(demuxer),
        ),
        source=source, folder=folder, limits=_limits(seconds), isolation=isolation, readable=[sound],
    )  # fmt: skip
    out = folder / "video.mp4"
    if ending.stopped_by or "Exiting normally, received signal" in ending.said:
        raise CannotBeShown(_TOO_HARD)
    if ending.returncode != 0 or not out.is_file() or out.is_symlink():
        raise CannotBeShown(_TOO_HARD if "Cannot allocate memory" in ending.said else _UNREADABLE)
    # It was made by a program that has read a stranger's file: looked at from inside the walls too.
    for second in (seconds * _POSTER_AT, 0):
        if poster := _poster(out, folder, second, isolation):
            return poster
    raise CannotBeShown(_UNREADABLE)


def _limits(seconds: float) -> sandbox.Limits:
    # On two cores a frame of 1280 × 720 is made in a hundredth of a second, one of a telephone's largest in
    # twenty; above all it must end before the worker's own limit.
    return sandbox.Limits(
        memory=_MEMORY,
        cpu_seconds=600 + round(8 * seconds),
        file_size=round(seconds * ffmpeg.VIDEO_BITS / 8 * 1.5) + (16 << 20),
        wall_seconds=min(600 + 4 * seconds, settings.CELERY_TASK_TIME_LIMIT - 600),
    )


def _poster(video: Path, folder: Path, second: float, isolation: str) -> Video | None:
    inner = folder / "poster"
    inner.mkdir(exist_ok=True)
    still, poster = inner / "still.png", inner / "poster.jpg"
    sandbox.run(
        lambda given, made: ffmpeg.still(ffmpeg.binary(), given, made / still.name, second=second),
        source=video, folder=inner, isolation=isolation,
        limits=sandbox.Limits(memory=_MEMORY, cpu_seconds=60, file_size=16 << 20, wall_seconds=60),
    )  # fmt: skip
    if not still.is_file() or still.is_symlink():
        return None
    try:
        width, height = pictures.draw_as_jpeg(still, poster)
    except pictures.NotAPicture:
        return None
    return Video(video, poster, width, height)


def _look(source: Path, folder: Path, demuxer: str, isolation: str) -> "_What":
    """What ffmpeg says of the streams, before a frame is decoded. Raises CannotBeShown."""
    what = _What()
    ending = sandbox.run(
        lambda given, _made: ffmpeg.describe(ffmpeg.binary(), given, demuxer),
        source=source, folder=folder, isolation=isolation, on_line=what.take,
        limits=sandbox.Limits(memory=_MEMORY, cpu_seconds=60, file_size=1 << 20, wall_seconds=120),
    )  # fmt: skip
    if ending.stopped_by:
        raise CannotBeShown(_TOO_HARD)
    if max(what.size) > MOST_SIDE or what.size[0] * what.size[1] > ffmpeg.MOST_PIXELS:
        raise CannotBeShown(_LARGE)
    return what


_STREAM = re.compile(r"^\[info\]   Stream #0:\d+.*?: (Audio|Video): (.*)$")
_SIZE = re.compile(r", (\d{1,9})x(\d{1,9})\b")
_START = re.compile(r", start (-?\d{1,9}\.\d+)")
# Where streams begin at times of their own, ffmpeg counts from the first one that is used: the sound alone
# and the pictures alone then have different zeros.
_COUNTED_APART = ("mpegts", "mpeg", "ogg")


@dataclass
class _What:
    """A file can make ffmpeg say anything: what is wrong here is a picture out of step, and no more."""

    size: tuple[int, int] = (0, 0)
    starts: dict[str, float] = field(default_factory=dict)

    def take(self, line: str) -> None:
        found = _STREAM.match(line)
        if found is None or found[1] in self.starts or "(attached pic)" in found[2]:
            return
        start = _START.search(found[2])
        self.starts[found[1]] = float(start[1]) if start else 0.0
        if found[1] == "Video" and (size := _SIZE.search(found[2])):
            self.size = int(size[1]), int(size[2])

    def sound_begins_later_ms(self, demuxer: str) -> int:
        if demuxer not in _COUNTED_APART or len(self.starts) < 2:
            return 0
        later = self.starts["Audio"] - self.starts["Video"]
        return round(max(-10.0, min(10.0, later)) * 1000)
