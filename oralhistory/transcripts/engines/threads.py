"""How many threads an engine may use, and on what device."""

import os

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.jobs.sentences import Sentence
from oralhistory.transcripts.engines.base import DeviceMissing

MOST = 4  # more threads than this hardly help one decoder


def count() -> int:
    """ASR_THREADS, else min(4, cores / worker processes): ASR_PROCESSES says how many of those there are."""
    if configured := os.environ.get("ASR_THREADS"):
        return max(1, int(configured))
    processes = max(1, int(os.environ.get("ASR_PROCESSES", "1")))
    return max(1, min(MOST, len(os.sched_getaffinity(0)) // processes))


def device() -> str:
    """ASR_DEVICE: `cpu`, `cuda`, or `auto`, which takes a GPU if there is one."""
    return os.environ.get("ASR_DEVICE", "cpu")


def refuse_missing(engine: str, *, has_gpu: bool) -> None:
    """Raises DeviceMissing if the settings want a GPU that is not there: nothing falls back to a CPU unasked."""
    if device() == "cuda" and not has_gpu:
        said = N_(
            "ASR_DEVICE is cuda, and %(engine)s finds no GPU. See whether nvidia-smi shows one there, whether the container"
            " was given it, and whether its driver is new enough; or set ASR_DEVICE=cpu."
        )
        raise DeviceMissing(Sentence(said, {"engine": engine}))
