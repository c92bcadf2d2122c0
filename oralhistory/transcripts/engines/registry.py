"""Engines by name. An engine's packages are imported only when it is chosen."""

import importlib
from functools import cache

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.jobs.sentences import Sentence
from oralhistory.transcripts.engines.base import Engine, EngineMissing

MODULES = {
    "faster-whisper": "oralhistory.transcripts.engines.faster_whisper",
    "openai-whisper": "oralhistory.transcripts.engines.openai_whisper",
    "fake": "oralhistory.transcripts.engines.fake",
}
EXTRAS = {"openai-whisper": "openai"}


def get(name: str) -> Engine:
    """A new engine, nothing loaded yet. Raises EngineMissing."""
    if name not in MODULES:
        values = {"name": name, "names": ", ".join(MODULES)}
        raise EngineMissing(Sentence(N_("There is no engine “%(name)s”. There are: %(names)s."), values))
    try:
        module = importlib.import_module(MODULES[name])
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(name)
        how = f"pip install 'oralhistory[{extra}]'" if extra else f"pip install {error.name}"
        raise EngineMissing(
            Sentence(
                N_("The engine “%(name)s” is not installed (%(package)s): %(how)s"),
                {"name": name, "package": str(error.name), "how": how},
            )
        ) from error
    engine: Engine = module.ENGINE()
    return engine


@cache
def available() -> tuple[str, ...]:
    """Names of the engines whose packages can be imported here."""
    found = []
    for name in MODULES:
        try:
            get(name)
        except EngineMissing:
            continue
        found.append(name)
    return tuple(found)
