"""A photograph of the narrator: drawn anew in two sizes, kept private until an edition copies it."""

import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview, Photograph
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.recordings import pictures


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
        # JPEG: editions name one file a size, and every browser shows it.
        sizes = sorted(
            (each for each in drawn.copies if each.media_type == "image/jpeg"), key=lambda each: each.width
        )
        stored = [stores.store("masters", each.path, suffix=".jpg") for each in sizes]
    return _keep(
        interview, sizes, stored, caption=caption, credit=credit, of_narrator=of_narrator, by=by, at=at
    )


@transaction.atomic
def _keep(
    interview: Interview,
    sizes: list[pictures.Picture],
    stored: list[stores.Stored],
    *,
    caption: str,
    credit: str,
    of_narrator: bool,
    by: Agent,
    at: datetime,
) -> Photograph:
    files = [
        MediaFile.objects.create(
            storage=MediaFile.Storage.MASTERS, use=MediaFile.Use.PHOTOGRAPH, key=each.key, sha256=each.sha256,
            size=each.size, media_type="image/jpeg", recipe="re-encoded without metadata", created_at=at,
        )
        for each in stored
    ]  # fmt: skip
    photograph = Photograph.objects.create(
        interview=interview, small=files[0], large=files[-1], width=sizes[-1].width, height=sizes[-1].height,
        small_width=sizes[0].width, caption=caption, credit=credit, of_narrator=of_narrator, added_at=at,
    )  # fmt: skip
    events.record("photograph added", interview, at=at, agent=by, outcome=files[-1].code)
    return photograph
