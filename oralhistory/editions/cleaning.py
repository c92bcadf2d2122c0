"""After a withdrawal, whole or of some uses: what is hidden already is now also removed."""

from datetime import datetime

from oralhistory.editions import copies, facts
from oralhistory.editions.models import Edition, EditionSegment, PreparedSound, Standing
from oralhistory.search import index


def after_withdrawal(public_id: str, *, at: datetime) -> None:
    """Erase the public files and words of a withdrawn testimony, and what is left of it in the index's bytes.

    The rows of its editions keep their numbers, days and hashes. Does nothing to a testimony that is public again.
    """
    standing = Standing.objects.filter(public_id=public_id).exclude(withdrawn_at=None).first()
    if standing is None:
        return
    facts.erase(public_id)
    index.remove_edition(public_id)
    index.purge()
    for edition in Edition.objects.filter(standing=standing):
        copies.erase(edition, at=at)
    EditionSegment.objects.filter(edition__standing=standing).delete()
    Edition.objects.filter(standing=standing).update(
        title="", pull_quote="", summary="", warnings="", narrators=[], place="", held_on="",
        chapters=[], photographs=[], making={}, peaks=[], audio_key="", audio_size=0, video={},
    )  # fmt: skip
    for sound in PreparedSound.objects.filter(interview_id=standing.interview_id):
        copies.erase_prepared(sound)


def is_public(public_id: str) -> bool:
    return Edition.objects.public().filter(standing__public_id=public_id).exists()


def after_narrowing(public_id: str, *, at: datetime) -> None:
    """Erase the files that a testimony has public no more, though it is public itself. Does nothing to what is withdrawn."""
    present = Edition.objects.public().filter(standing__public_id=public_id).first()
    if present is None:
        return
    index.purge()
    for edition in Edition.objects.filter(standing=present.standing):
        gone = _seen(edition) if not {"audio", "video"} <= set(present.uses) else set()
        gone |= {edition.audio_key} - {""} if "audio" not in present.uses else set()
        pictures = "still" not in present.uses and bool(edition.photographs)
        gone |= copies.pictures_of(edition) if pictures else set()
        copies.erase_keys(edition, gone, at=at)
        if "audio" not in present.uses:
            edition.audio_key, edition.audio_size, edition.peaks = "", 0, []
        if gone & _seen(edition):
            edition.video = {}
        if pictures:
            edition.photographs = []
        edition.save(update_fields=["audio_key", "audio_size", "peaks", "video", "photographs"])


def _seen(edition: Edition) -> set[str]:
    files = (edition.video, edition.video.get("poster", {}))
    return {key for file in files if (key := file.get("key"))}
