"""Can this worker hear? Some builds of native libraries return empty text and no error."""

from pathlib import Path

from oralhistory.transcripts import sound
from oralhistory.transcripts.engines.base import CannotHear, Engine, WindowResult
from oralhistory.transcripts.words import folded

# The first words of every Spanish LibriVox reading (public domain).
CLIP = Path(__file__).parent / "self_test.flac"
SAID = "esta es una grabación de librivox todas las grabaciones de librivox son del dominio público"
ENOUGH = 0.6  # of the words: the smallest models mishear “LibriVox”
UNSPOKEN = "fake"  # its words have nothing to do with what is said


def check(engine: Engine) -> WindowResult:
    """Decode a known clip of eight seconds with a loaded engine. Raises CannotHear."""
    clip = sound.reader(CLIP)(0, sound.samples_in(CLIP))
    heard: list[WindowResult] = []
    engine.transcribe([clip], heard.append, languages=["es"])
    if not heard or not heard[0].words:
        raise CannotHear(f"{engine.name} returns no words for a clip of speech.")
    expected = {folded(word) for word in SAID.split()}
    found = expected & {folded(word.text) for word in heard[0].words}
    if engine.name != UNSPOKEN and len(found) < ENOUGH * len(expected):
        raise CannotHear(f"{engine.name} hears “{heard[0].text}” in a clip that says “{SAID}”.")
    return heard[0]
