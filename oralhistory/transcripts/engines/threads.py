"""How many threads an engine may use, and on what device."""

import os

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
