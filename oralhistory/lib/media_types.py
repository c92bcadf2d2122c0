"""What a file of ours is, by the ending that we gave it ourselves when we stored it."""

_BY_ENDING = {"m4a": "audio/mp4", "mp4": "video/mp4", "opus": "audio/ogg", "ogg": "audio/ogg", "mp3": "audio/mpeg",
              "flac": "audio/flac", "jpg": "image/jpeg", "webp": "image/webp", "png": "image/png"}  # fmt: skip


def of(key: str) -> str:
    return _BY_ENDING.get(key.rpartition(".")[2], "application/octet-stream")
