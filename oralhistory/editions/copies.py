"""Copies for the public, in the access storage: made when an edition is, erased after a withdrawal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from oralhistory.editions.models import PICTURE_SIZES, Edition, PreparedSound
from oralhistory.files import handling, stores
from oralhistory.files.models import MediaFile

_ACCESS = MediaFile.Storage.ACCESS


def of(file: MediaFile, use: str, *, suffix: str, at: datetime) -> dict[str, Any]:
    """Copy one of our files as it is: {"key", "sha256", "size"} in the access storage."""
    return make(
        file.key,
        use,
        suffix=suffix,
        media_type=file.media_type,
        recipe="a copy of its parent",
        parent=file,
        at=at,
    )


def make(
    key: str,
    use: str,
    *,
    suffix: str,
    media_type: str,
    recipe: str,
    at: datetime,
    parent: MediaFile | None = None,
) -> dict[str, Any]:
    """Copy what lies under a key among the masters, and keep what it was made from.

    Raises stores.KeyIsDamaged when its bytes are not those that the key names: nothing damaged is published.
    """
    with stores.open_local("masters", key) as path:
        stored = stores.store("access", path, suffix=suffix)
    if stored.sha256 not in key:
        raise stores.KeyIsDamaged(f"the file stored under {key} is damaged")
    if not MediaFile.objects.present().filter(storage=_ACCESS, key=stored.key, use=use).exists():
        MediaFile.objects.create(
            storage=_ACCESS, use=use, key=stored.key, sha256=stored.sha256, size=stored.size,
            media_type=media_type, parent=parent, recipe=recipe, created_at=at,
        )  # fmt: skip
    return {"key": stored.key, "sha256": stored.sha256, "size": stored.size}


def keys_of(edition: Edition) -> set[str]:
    """Every file in the access storage that an edition names."""
    named = [{"key": edition.audio_key}, edition.video, edition.video.get("poster", {})]
    return {key for file in named if (key := file.get("key"))} | pictures_of(edition)


def pictures_of(edition: Edition) -> set[str]:
    """Those of its photographs."""
    named = [picture.get(size, {}) for picture in edition.photographs for size in PICTURE_SIZES]
    return {key for file in named if (key := file.get("key"))}


def erase(edition: Edition, *, at: datetime) -> None:
    """Remove an edition's files, but for those that another testimony has too: the same bytes have one key."""
    erase_keys(edition, keys_of(edition), at=at)


def erase_keys(edition: Edition, keys: set[str], *, at: datetime) -> None:
    """Remove some of them."""
    others = Edition.objects.exclude(standing=edition.standing)
    for key in keys:
        named = Q(audio_key=key) | Q(photographs__icontains=key) | Q(video__icontains=key)
        if not others.filter(named).exists():
            # The word that it is gone comes first: nobody repairs what is not there any more.
            MediaFile.objects.present().filter(storage=_ACCESS, key=key).update(removed_at=at)
            handling.erase("access", key)


def named(storage: str) -> Iterator[str]:
    """Every key that an edition, or the sound of one to be, names in a storage."""
    if storage == _ACCESS:
        for edition in Edition.objects.only("audio_key", "photographs", "video").iterator(chunk_size=200):
            yield from keys_of(edition)
    else:
        yield from PreparedSound.objects.values_list("key", flat=True).iterator(chunk_size=2000)


def erase_prepared(sound: PreparedSound) -> None:
    """Remove a prepared sound, and its file unless another record names the same bytes."""
    others = PreparedSound.objects.exclude(pk=sound.pk).filter(key=sound.key)
    kept = MediaFile.objects.present().filter(storage=MediaFile.Storage.MASTERS, key=sound.key)
    if not others.exists() and not kept.exists():
        handling.erase(MediaFile.Storage.MASTERS, sound.key)
    sound.delete()
