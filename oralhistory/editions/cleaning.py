"""After a withdrawal: what is hidden already is now also removed."""

from datetime import datetime

from oralhistory.editions import copies
from oralhistory.editions.models import Edition, EditionSegment, PreparedSound, Standing
from oralhistory.search import index


def after_withdrawal(public_id: str, *, at: datetime) -> None:
    """Erase the public files and words of a withdrawn testimony, and what is left of it in the index's bytes.

    The rows of its editions keep their numbers, days and hashes. Does nothing to a testimony that is public again.
    """
    standing = Standing.objects.filter(public_id=public_id).exclude(withdrawn_at=None).first()
    if standing is None:
        return
    index.remove_edition(public_id)
    index.purge()
    for edition in Edition.objects.filter(standing=standing):
        copies.erase(edition, at=at)
    EditionSegment.objects.filter(edition__standing=standing).delete()
    Edition.objects.filter(standing=standing).update(
        title="", pull_quote="", summary="", warnings="", narrators=[], place="", held_on="",
        chapters=[], photographs=[], peaks=[], audio_key="", audio_size=0, video={},
    )  # fmt: skip
    for sound in PreparedSound.objects.filter(interview_id=standing.interview_id):
        copies.erase_prepared(sound)
