"""After a withdrawal: what is hidden already is now also removed."""

from oralhistory.editions.models import Edition, EditionSegment, PreparedSound, Standing
from oralhistory.files import stores
from oralhistory.search import index


def after_withdrawal(public_id: str) -> None:
    """Erase the public files and words of a withdrawn testimony, and what is left of it in the index's bytes.

    The rows of its editions keep their numbers, days and hashes. Does nothing to a testimony that is public again.
    """
    standing = Standing.objects.filter(public_id=public_id).exclude(withdrawn_at=None).first()
    if standing is None:
        return
    index.remove_edition(public_id)
    index.purge()
    for edition in Edition.objects.filter(standing=standing):
        _erase_files(edition)
    EditionSegment.objects.filter(edition__standing=standing).delete()
    Edition.objects.filter(standing=standing).update(
        title="", pull_quote="", summary="", warnings="", narrators=[], place="", held_on="",
        chapters=[], photographs=[], peaks=[], audio_key="", audio_size=0,
    )  # fmt: skip
    for sound in PreparedSound.objects.filter(interview_id=standing.interview_id):
        stores.delete("masters", sound.key)
        sound.delete()


def _erase_files(edition: Edition) -> None:
    keys = [edition.audio_key] if edition.audio_key else []
    keys += [picture[size]["key"] for picture in edition.photographs for size in ("small", "large")]
    for key in keys:
        # The same bytes have one key: another testimony that was made of them keeps its file.
        if not Edition.objects.filter(audio_key=key).exclude(standing=edition.standing).exists():
            stores.delete("access", key)
