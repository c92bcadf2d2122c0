"""Photographs of an interview: drawn anew in two sizes, kept private until an edition copies them."""

import tempfile
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from oralhistory.files import replicas, stores
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview, Photograph
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.recordings import pictures

_SUFFIXES = {"image/jpeg": ".jpg", "image/webp": ".webp"}
_FILES = ("small", "large", "small_webp", "large_webp")
# All that a photograph is, but for its place among the others: that is its number.
_CONTENT = (*_FILES, "width", "height", "small_width", "caption", "credit", "of_narrator", "added_at")


def add(
    interview: Interview,
    source: Path,
    *,
    caption: str,
    credit: str,
    by: Agent,
    at: datetime,
    of_narrator: bool = True,
) -> Photograph:
    """Keep a picture in two sizes without what the camera wrote into it. Raises pictures.NotAPicture."""
    with tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder:
        drawn = pictures.prepare(source, Path(folder))
        stored = [
            (each, stores.store("masters", each.path, suffix=_SUFFIXES[each.media_type]))
            for each in drawn.copies
        ]
    return _keep(interview, stored, caption=caption, credit=credit, of_narrator=of_narrator, by=by, at=at)


@transaction.atomic
def _keep(
    interview: Interview,
    stored: list[tuple[pictures.Picture, stores.Stored]],
    *,
    caption: str,
    credit: str,
    of_narrator: bool,
    by: Agent,
    at: datetime,
) -> Photograph:
    files: dict[str, list[MediaFile]] = {"image/jpeg": [], "image/webp": []}  # narrow before wide
    for drawn, kept in stored:
        files[drawn.media_type].append(
            MediaFile.objects.create(
                storage=MediaFile.Storage.MASTERS, use=MediaFile.Use.PHOTOGRAPH, key=kept.key, sha256=kept.sha256,
                size=kept.size, media_type=drawn.media_type, recipe="re-encoded without metadata", created_at=at,
            )
        )  # fmt: skip
    jpeg, webp = files["image/jpeg"], files["image/webp"]
    small, large = stored[0][0], stored[-1][0]
    photograph = Photograph.objects.create(
        interview=interview, small=jpeg[0], large=jpeg[-1], small_webp=webp[0], large_webp=webp[-1],
        width=large.width, height=large.height, small_width=small.width,
        caption=caption, credit=credit, of_narrator=of_narrator, added_at=at,
    )  # fmt: skip
    events.record("photograph added", interview, at=at, agent=by, outcome=jpeg[-1].code)
    return photograph


@transaction.atomic
def describe(
    photograph: Photograph, *, caption: str, credit: str, of_narrator: bool, by: Agent, at: datetime
) -> None:
    """Change what is said of a photograph. Editions keep what was said when they were made."""
    photograph.caption, photograph.credit, photograph.of_narrator = caption, credit, of_narrator
    photograph.save(update_fields=["caption", "credit", "of_narrator"])
    _changed(photograph, by=by, at=at)


@transaction.atomic
def move_up(photograph: Photograph, *, by: Agent, at: datetime) -> None:
    """Put a photograph before the one that it follows; the first stays where it is."""
    mine = Photograph.objects.select_for_update().get(pk=photograph.pk)
    before = (
        Photograph.objects.select_for_update()
        .filter(interview=mine.interview, pk__lt=mine.pk)
        .order_by("pk")
        .last()
    )
    if before is None:
        return
    # Their order is that of their numbers: what stands in the two rows is exchanged.
    for name in _CONTENT:
        theirs, ours = getattr(before, name), getattr(mine, name)
        setattr(before, name, ours)
        setattr(mine, name, theirs)
    for each in (before, mine):
        each.save(update_fields=_CONTENT)
    _changed(before, by=by, at=at)


@transaction.atomic
def remove(photograph: Photograph, *, by: Agent, at: datetime) -> None:
    """Take a photograph out of the archive, with its files. Editions have copies of their own."""
    interview, code = photograph.interview, photograph.large.code
    files = MediaFile.objects.filter(pk__in=[getattr(photograph, f"{name}_id") for name in _FILES])
    photograph.delete()
    keys = list(files.values_list("key", flat=True))
    files.update(removed_at=at)
    for key in keys:
        # The same bytes have one key: somebody else's photograph may be the same.
        if not MediaFile.objects.present().filter(storage=MediaFile.Storage.MASTERS, key=key).exists():
            transaction.on_commit(partial(stores.delete, "masters", key))
            transaction.on_commit(partial(replicas.forget, key))
    events.record("photograph removed", interview, at=at, agent=by, outcome=code)


def _changed(photograph: Photograph, *, by: Agent, at: datetime) -> None:
    events.record("photograph changed", photograph.interview, at=at, agent=by, outcome=photograph.large.code)
