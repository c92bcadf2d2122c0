"""Mentions found in what Whisper itself hears of the demo's recording, before and after names are told to it.

    python -m tests.benchmarks.demo_mentions [--model base]

The text is cut at the turns of the recording, whose mentions are known. A mention is found where one of its organization
is proposed within its turn; of several the same number. After: what was heard first is judged, and what only the second
reading says is proposed too, as in the archive. Read `surface → what stands there` for each miss.
"""

from tests.benchmarks import django_ready  # noqa: F401  # isort: skip  # first: what follows reads models
import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from oralhistory.mentions import heard_first, second_pass
from oralhistory.mentions.bands import PROPOSED
from oralhistory.mentions.heard_first import HeardFirst
from oralhistory.mentions.matching import Found, Matcher
from oralhistory.mentions.near_names import NearNames
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Spec
from oralhistory.transcripts.second_readings import Place
from oralhistory.transcripts.sound import milliseconds
from oralhistory.transcripts.words import text_of
from tests.benchmarks.names import DEMO, audio_of, heard, the_glossary, the_list
from tests.benchmarks.speakers import say

LETTER = 4  # characters of the name of a letter


@dataclass
class Turn:
    """One turn of the recording: what is spoken of in it, and what was heard."""

    start_ms: int
    end_ms: int
    gold: list[tuple[str, str]]  # organization, as it is said
    words: list[tuple[str, str]] = field(
        default_factory=list
    )  # as written; what was heard first, or the same

    def text(self) -> HeardFirst:
        """Neighboring words that were written for one thing are one place."""
        parts: list[str] = []
        places: list[Place] = []
        at = 0
        for written, first in self.words:
            piece = written if not parts else f" {written}"
            start = at + len(piece) - len(written)
            at += len(piece)
            parts.append(piece)
            if written != first:
                places.append(Place(start, at, first))
        return HeardFirst("".join(parts), places)


def turns() -> list[Turn]:
    rows = json.loads(DEMO.with_suffix(".json").read_text(encoding="utf-8"))["turns"]
    return [
        Turn(row["start_ms"], row["end_ms"], [(each["org_id"], each["surface"]) for each in row["mentions"]])
        for row in rows
    ]


def put(into: Sequence[Turn], at_ms: float, word: tuple[str, str]) -> None:
    min(into, key=lambda turn: max(turn.start_ms - at_ms, at_ms - turn.end_ms, 0)).words.append(word)


def kind_of(surface: str) -> str:
    if " " in surface and all(len(word) <= LETTER for word in surface.split()):
        return "letters by name"
    if surface.isupper() and " " not in surface:
        return "acronym"
    return "short form" if " " not in surface else "name"


def score(reference: Sequence[Turn], found: Sequence[Found], texts: Sequence[str]) -> None:
    by_turn: dict[int, Counter[str]] = {}
    for each in found:
        if each.organization and each.score >= PROPOSED:
            by_turn.setdefault(each.segment, Counter())[each.organization] += 1
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    missed = []
    for number, turn in enumerate(reference):
        left = by_turn.get(number, Counter())
        for organization, surface in turn.gold:
            kind = kind_of(surface)
            total[kind] += 1
            if left[organization]:
                left[organization] -= 1
                right[kind] += 1
            else:
                missed.append(f"{surface} ({organization}) → {texts[number]}")
    wrong = [
        f"{each.surface} → {each.organization} {each.score:.2f}: {texts[each.segment]}"
        for each in found
        if each.organization and each.score >= PROPOSED
        and each.organization not in {organization for organization, _surface in reference[each.segment].gold}
    ]  # fmt: skip
    hits, misses = sum(right.values()), sum(total.values()) - sum(right.values())
    spare = sum(sum(each.values()) for each in by_turn.values())
    say(
        f"F1 {2 * hits / (2 * hits + misses + spare):.3f}: {hits} right, {misses} missed, {spare} wrong or twice"
    )
    for kind in sorted(total):
        say(f"  {kind}: {right[kind]} of {total[kind]}")
    for title, lines in (("missed", missed), ("wrong", wrong)):
        for line in lines:
            say(f"  {title}: {line}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default="base")
    asked = parser.parse_args()
    spec = Spec(engine="faster-whisper", model=asked.model, languages=("es", "en"))
    engine = registry.get(spec.engine)
    engine.load(spec)
    listed, audio = the_list(), audio_of(DEMO)
    names, matcher = NearNames(the_glossary(listed)), Matcher(listed)
    windows, _cpu = heard(engine, spec, audio)
    reference = turns()
    for again in second_pass.over(engine, lambda start, end: audio[start:end], windows, names):
        first = next(each for each in windows if each.start_sample == again.window.start_sample)
        start_ms = milliseconds(first.start_sample)
        at = 0
        for renamed in (*again.renamed, None):
            until = renamed.first if renamed else len(first.result.words)
            for word in first.result.words[at:until]:
                text = word.text.strip()
                put(reference, start_ms + (word.start_ms + word.end_ms) / 2, (text, text))
            if renamed:
                was = text_of(first.result.words[renamed.first : renamed.last]).strip()
                middle = (renamed.words[0].start_ms + renamed.words[-1].end_ms) / 2
                put(reference, start_ms + middle, (text_of(renamed.words).strip(), was))
                at = renamed.last
    texts = [turn.text() for turn in reference]
    interview = json.loads(DEMO.with_name("interview.json").read_text(encoding="utf-8"))["interview"]
    countries, starts = interview["countries"], [turn.start_ms for turn in reference]
    before = matcher.find([text.heard for text in texts], country=countries, starts_ms=starts)
    written = matcher.find([text.text for text in texts], country=countries, starts_ms=starts)
    after = heard_first.with_those_written(
        [heard_first.moved(each, texts) for each in before], written, texts
    )
    said = json.loads(DEMO.with_suffix(".json").read_text(encoding="utf-8"))["turns"]
    as_said = [turn["text"] for turn in said]
    say("As it is said:")
    score(reference, matcher.find(as_said, country=countries, starts_ms=starts), as_said)
    say(f"\nWhat Whisper {asked.model} heard first:")
    score(reference, before, [text.heard for text in texts])
    say("\nWith what it heard when told names:")
    score(reference, after, [text.text for text in texts])


if __name__ == "__main__":
    main()
