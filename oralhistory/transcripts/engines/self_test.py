"""Can this worker hear? Some builds of native libraries return empty text and no error."""

from pathlib import Path

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.jobs.sentences import Sentence
from oralhistory.transcripts import sound
from oralhistory.transcripts.engines.base import CannotHear, Engine, WindowResult
from oralhistory.transcripts.words import folded

# The first words of every Spanish LibriVox reading (public domain).
CLIP = Path(__file__).parent / "self_test.flac"
SAID = "esta es una grabación de librivox todas las grabaciones de librivox son del dominio público"
ENOUGH = 0.6  # of the words: the smallest models mishear “LibriVox”
UNSPOKEN = "fake"  # its words have nothing to do with what is said
NOTHING = N_("%(engine)s finds no words in a clip of speech: install it anew.")
NONSENSE = N_(
    "%(engine)s hears “%(heard)s” in a clip that says “%(said)s”: install it anew, or take other weights."
)


def check(engine: Engine) -> WindowResult:
    """Decode a known clip of eight seconds with a loaded engine. Raises CannotHear."""
    clip = sound.reader(CLIP)(0, sound.samples_in(CLIP))
    heard: list[WindowResult] = []
    engine.transcribe([clip], heard.append, languages=["es"])
    if not heard or not heard[0].words:
        raise CannotHear(Sentence(NOTHING, {"engine": engine.name}))
    expected = {folded(word) for word in SAID.split()}
    found = expected & {folded(word.text) for word in heard[0].words}
    if engine.name != UNSPOKEN and len(found) < ENOUGH * len(expected):
        words = {"engine": engine.name, "heard": heard[0].text, "said": SAID}
        raise CannotHear(Sentence(NONSENSE, words))
    return heard[0]
