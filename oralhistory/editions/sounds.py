"""The sound of an edition to be: cut from the full-band decode, with the closed spans overwritten."""

import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from django.conf import settings

from oralhistory.editions import manifest
from oralhistory.editions.models import PreparedSound
from oralhistory.files import stores
from oralhistory.interviews.models import Interview
from oralhistory.recordings import access_copies


def find(built: manifest.Manifest) -> PreparedSound | None:
    """The sound that was prepared for this manifest, if it was."""
    return PreparedSound.objects.filter(recipe_sha256=built.sound_sha256).first()


def prepare(interview: Interview, *, at: datetime) -> PreparedSound | None:
    """Make the sound of the edition to be, once for each recipe; None for an edition of text only."""
    built = manifest.build(interview, at=at)
    if built.sound is None:
        return None
    if ready := find(built):
        return ready
    files = manifest.listening_files(interview)
    with ExitStack() as stack:
        parts = [
            access_copies.Part(
                stack.enter_context(stores.open_local(files[sha256].storage, files[sha256].key)), offset_ms
            )
            for sha256, offset_ms in built.sound["parts"]
        ]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR)))
        out = folder / "access.m4a"
        encoded = access_copies.encode(parts, [(start, end) for start, end in built.sound["silences"]], out)
        stored = stores.store("masters", out, suffix=".m4a")
    return PreparedSound.objects.get_or_create(
        recipe_sha256=built.sound_sha256,
        defaults={
            "interview_id": interview.pk, "key": stored.key, "sha256": stored.sha256, "size": stored.size,
            "duration_ms": encoded.duration_ms, "peaks": encoded.peaks, "made_at": at,
        },
    )[0]  # fmt: skip
