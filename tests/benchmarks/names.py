"""Names that survive, before and after windows are heard once more by an engine that is told names; and what it costs.

    python -m tests.benchmarks.names [MANIFEST.csv] [--model base] [--copies all]

The demo's recording has its organizations marked. A name survives where the text, within its turn and a second around,
says it: as it is said, or in another form of the record ("FMLN" for "efe eme ele ene"), whatever the capitals; one
passage of the text for one name. The glossary is that of the demo's interview as its records give it: its description
and its countries, and the list that comes with the program; nothing is decided in it yet. Its copies are degraded:
GSM at 8 kHz between 300 and 3,400 Hz, pink noise 10 and 5 dB below the speech, and MP3 at 16 kbit/s.

Written otherwise than said: names that the second pass wrote where the turn has none of that form. Clips of the manifest
(columns file, seconds, language, as in `word_errors`; those in Spanish) hold no organization: each name that is written
there is invented. They are heard as an interview would be (told what sounds near, which is hardly ever something), and
once more with names forced on every window: the first of the glossary as they come, whatever is said. So is the demo's.

Time is processor time of this process. Set ASR_THREADS=1 on a machine that does other work.
"""

from tests.benchmarks import django_ready  # noqa: F401  # isort: skip  # first: what follows reads models
import argparse
import csv
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import soundfile

from oralhistory.lib.folding import tokens
from oralhistory.mentions import likely_names, second_pass
from oralhistory.mentions.common_words import JOINING
from oralhistory.mentions.lexicon import Lexicon
from oralhistory.mentions.likely_names import Glossary
from oralhistory.mentions.near_names import NearNames
from oralhistory.organizations import authorities
from oralhistory.organizations.authorities import Authority
from oralhistory.transcripts import whole
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Engine, Spec
from oralhistory.transcripts.joining import HeardWindow
from oralhistory.transcripts.sound import SAMPLE_RATE, Audio, milliseconds
from oralhistory.transcripts.words import Word, text_of
from tests.benchmarks.speakers import DEMO, audio_of, noisy, say, telephone

LIST = Path(authorities.__file__).with_name("data") / "organizations.csv"
AROUND = 1_000  # ms of a turn, in which its names may stand
MP3_16_KBPS = (160 - 16) / (160 - 8)  # as libsndfile counts, of a file at 16 kHz
FORCED, SETS = 8, 5  # names at once, and how often others
Form = tuple[str, ...]


def mp3(audio: Audio) -> Audio:
    file = io.BytesIO()
    soundfile.write(
        file, audio, SAMPLE_RATE, format="MP3", bitrate_mode="CONSTANT", compression_level=MP3_16_KBPS
    )
    file.seek(0)
    return soundfile.read(file, dtype="float32")[0]


COPIES: dict[str, Callable[[Audio], Audio]] = {
    "as it is": lambda audio: audio,
    "telephone (GSM)": telephone,
    "pink noise, 10 dB": noisy,
    "pink noise, 5 dB": lambda audio: noisy(audio, 5),
    "MP3, 16 kbit/s": mp3,
}


@dataclass(frozen=True)
class Gold:
    """Names of one turn, each with the forms in which it may be written."""

    start_ms: int
    end_ms: int
    names: list[list[Form]]


@dataclass
class Second:
    """What a second pass made of a recording."""

    windows: list[HeardWindow]
    names: list[tuple[Word, ...]] = field(default_factory=list)  # in the recording's time
    told: int = 0  # windows
    cpu: float = 0.0


def the_list() -> list[Authority]:
    with LIST.open(encoding="utf-8", newline="") as stream:
        return authorities.read_csv(stream)


def the_glossary(listed: Sequence[Authority]) -> Glossary:
    data = json.loads(DEMO.with_name("interview.json").read_text(encoding="utf-8"))
    told, collection = data["interview"], data["collection"]
    description = [told["title"], told["summary"], told["pull_quote"]]
    description += [text for each in data["chapters"] for text in (each["title"], each["synopsis"])]
    description += [collection["title"], collection["description"]]
    return likely_names.made(listed, description, told["countries"])


def gold(listed: Sequence[Authority]) -> list[Gold]:
    lexicon = Lexicon(listed)
    forms: dict[str, list[Form]] = {}
    for form in lexicon.forms:
        for owner in form.owners:
            if form.content and (len(form.words) > 1 or form.kind == "acronym"):
                forms.setdefault(listed[owner].id, []).append(form.words)
    found = []
    for turn in json.loads(DEMO.with_suffix(".json").read_text(encoding="utf-8"))["turns"]:
        names = [[folded(each["surface"]), *forms.get(each["org_id"], [])] for each in turn["mentions"]]
        found.append(Gold(turn["start_ms"], turn["end_ms"], names))
    return found


def folded(text: str) -> Form:
    return tuple(token.text for token in tokens(text))


def survivors(reference: Iterable[Gold], windows: Sequence[HeardWindow]) -> tuple[int, list[str]]:
    """How many names are there, and those that are not."""
    said = [word.moved(milliseconds(each.start_sample)) for each in windows for word in each.result.words]
    there, missing = 0, []
    for turn in reference:
        row = [
            token.text
            for word in said
            if turn.start_ms - AROUND <= (word.start_ms + word.end_ms) / 2 <= turn.end_ms + AROUND
            for token in tokens(word.text)
        ]
        for forms in sorted(turn.names, key=lambda forms: -len(forms[0])):
            if taken_out(row, forms):
                there += 1
            else:
                missing.append(" ".join(forms[0]))
    return there, missing


def taken_out(row: list[str], forms: Sequence[Form]) -> bool:
    """Whether one of the forms stands in a row of words; it counts for no other name."""
    for form in sorted(forms, key=len, reverse=True):
        for at in range(len(row) - len(form) + 1):
            if tuple(row[at : at + len(form)]) == form:
                row[at : at + len(form)] = ["·"]
                return True
    return False


def once_more(
    engine: Engine,
    audio: Audio,
    windows: Sequence[HeardWindow],
    names: NearNames,
    tell: Callable[[str], Sequence[str]] | None = None,
) -> Second:
    begun = time.process_time()
    made = Second([])
    for each in second_pass.over(engine, lambda start, end: audio[start:end], windows, names, tell=tell):
        start_ms = milliseconds(each.window.start_sample)
        made.names += [tuple(word.moved(start_ms) for word in one.words) for one in each.renamed]
        made.windows.append(each.window)
        made.told += each.told
    made.cpu = time.process_time() - begun
    return made


def heard(engine: Engine, spec: Spec, audio: Audio) -> tuple[list[HeardWindow], float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hearing.flac"
        soundfile.write(path, audio, SAMPLE_RATE)
        begun = time.process_time()
        windows = whole.transcribe(engine, spec, path, on_progress=lambda done, samples: None).windows
        return windows, time.process_time() - begun


def elsewhere(reference: Sequence[Gold], second: Second) -> list[str]:
    """Names that were written in turns that do not say them."""
    found = []
    for words in second.names:
        at = words[0].start_ms
        near = [turn for turn in reference if turn.start_ms - AROUND <= at <= turn.end_ms + AROUND]
        written = {token.text for word in words for token in tokens(word.text)} - JOINING
        known = {part for turn in near for forms in turn.names for form in forms for part in form}
        if written and not written & known:
            found.append(text_of(words))
    return found


def under_pressure(
    engine: Engine, audio: Audio, windows: Sequence[HeardWindow], known: Glossary, names: NearNames
) -> list[Second]:
    """Told the first names of the glossary with every window, whatever is said in it."""
    sets = [known.texts[at : at + FORCED] for at in range(0, SETS * FORCED, FORCED)]
    return [once_more(engine, audio, windows, names, tell=lambda _text, told=told: told) for told in sets]  # type: ignore[misc]


def measure_demo(
    engine: Engine, spec: Spec, copies: Sequence[str], known: Glossary, names: NearNames
) -> None:
    reference = gold(the_list())
    total = sum(len(turn.names) for turn in reference)
    audio = audio_of(DEMO)
    say(f"{total} names are said.\n")
    say(
        "| copy | names before | after | points | windows told | written otherwise than said | CPU s, first + second |"
    )
    say("| --- | --- | --- | --- | --- | --- | --- |")
    missing = {}
    for copy in copies:
        degraded = COPIES[copy](audio)
        windows, cpu = heard(engine, spec, degraded)
        second = once_more(engine, degraded, windows, names)
        before, _ = survivors(reference, windows)
        after, missing[copy] = survivors(reference, second.windows)
        wrong = elsewhere(reference, second)
        say(
            f"| {copy} | {before / total:.1%} | {after / total:.1%} | {100 * (after - before) / total:+.1f} "
            f"| {second.told} of {len(windows)} | {', '.join(wrong) or '—'} | {cpu:.1f} + {second.cpu:.1f} |"
        )
    for copy, names_missing in missing.items():
        say(f"\n{copy}: still missing: {'; '.join(names_missing)}")
    windows, _cpu = heard(engine, spec, audio)
    pressed = under_pressure(engine, audio, windows, known, names)
    wrong = [name for each in pressed for name in elsewhere(reference, each)]
    told = sum(each.told for each in pressed)
    say(
        f"\nNames forced on every window: {told} windows, {len(wrong)} names that are not said {', '.join(wrong)}"
    )


def measure_invention(engine: Engine, spec: Spec, manifest: Path, known: Glossary, names: NearNames) -> None:
    say("\n| clip without names | s | windows told | invented | windows forced | invented |")
    say("| --- | --- | --- | --- | --- | --- |")
    sums = [0.0, 0, 0, 0, 0]
    with manifest.open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["language"] == "es"]
    for row in rows:
        audio = audio_of(manifest.parent / row["file"])
        windows, _cpu = heard(engine, spec, audio)
        usual = once_more(engine, audio, windows, names)
        pressed = under_pressure(engine, audio, windows, known, names)
        invented = [text_of(words) for words in usual.names]
        forced = [text_of(words) for each in pressed for words in each.names]
        values = [len(audio) / SAMPLE_RATE, usual.told, len(invented)]
        values += [sum(each.told for each in pressed), len(forced)]
        sums = [a + b for a, b in zip(sums, values, strict=True)]
        shown = (f"{len(each)} {', '.join(each)}".strip() for each in (invented, forced))
        first, then = shown
        say(
            f"| {row['file']} | {values[0]:.0f} | {values[1]} of {len(windows)} | {first} | {values[3]} | {then} |"
        )
    say(f"| all | {sums[0]:.0f} | {sums[1]} | {sums[2]} | {sums[3]} | {sums[4]} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("manifest", type=Path, nargs="?")
    parser.add_argument("--model", default="base")
    parser.add_argument("--copies", default="all", help=", ".join(COPIES))
    asked = parser.parse_args()
    spec = Spec(engine="faster-whisper", model=asked.model, languages=("es", "en"))
    engine = registry.get(spec.engine)
    engine.load(spec)
    known = the_glossary(the_list())
    names = NearNames(known)
    say(
        f"glossary: {len(known.entries)} entries, {len(known.texts)} names, {known.sha256[:12]}; model {asked.model}"
    )
    measure_demo(
        engine, spec, list(COPIES) if asked.copies == "all" else asked.copies.split(","), known, names
    )
    if asked.manifest:
        measure_invention(engine, spec, asked.manifest, known, names)


if __name__ == "__main__":
    main()
