"""A page of the windows with the most errors: their sound, what was heard, and the reference, for a reader to judge."""

import base64
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

import jiwer

from oralhistory.lib import ffmpeg, timecodes
from oralhistory.transcripts import sound
from oralhistory.transcripts.joining import HeardWindow
from oralhistory.transcripts.sound import Audio
from tests.benchmarks.word_errors import Clip, normalized

FEW = 8  # words: fewer than these do not make a window worse than others

STYLE = """
:root { color-scheme: light dark; --back: light-dark(#fbfaf7, #16181b); --text: light-dark(#1d1f22, #e6e4df);
  --quiet: light-dark(#5d6066, #a2a5aa); --line: light-dark(#d9d6ce, #363a40); --heard: light-dark(#9b1c1c, #ff9d93);
  --said: light-dark(#155e38, #86d9a8); }
body { background: var(--back); color: var(--text); font: 1rem/1.6 system-ui, sans-serif; max-width: 48rem;
  margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
p.quiet, dt, .quiet { color: var(--quiet); }
section { border-top: 1px solid var(--line); padding: 1.25rem 0 .5rem; }
audio { width: 100%; margin: .25rem 0 .5rem; } dl { margin: 0; } dt { font-size: .85rem; } dd { margin: 0 0 .75rem; }
ins { color: var(--heard); text-decoration: underline; text-decoration-thickness: 2px; }
del { color: var(--said); text-decoration: none; font-weight: 650; border-bottom: 2px dotted; }
"""


@dataclass
class Judged:
    """A window beside its part of the reference: words, and whether they agree."""

    clip: Clip
    window: HeardWindow
    heard: list[tuple[str, bool]] = field(default_factory=list)
    reference: list[tuple[str, bool]] = field(default_factory=list)
    errors: int = 0

    @property
    def rate(self) -> float:
        return self.errors / max(FEW, len(self.reference))


def judged(clip: Clip, windows: Sequence[HeardWindow]) -> list[Judged]:
    """The windows of a clip in order. What was left out belongs to the window of the next word that was heard."""
    found = [Judged(clip, window) for window in sorted(windows, key=lambda each: each.start_sample)]
    heard = [
        (token, at)
        for at, each in enumerate(found)
        for word in each.window.result.words
        for token in normalized(word.text, digits=clip.script).split()
    ]
    reference = normalized(clip.reference, digits=clip.script).split()
    if not reference or not heard:
        for token, at in heard:
            found[at].heard.append((token, False))
            found[at].errors += 1
        return found
    aligned = jiwer.process_words(" ".join(reference), " ".join(token for token, _ in heard))
    for chunk in aligned.alignments[0]:
        agree = chunk.type == "equal"
        ours = range(chunk.hyp_start_idx, chunk.hyp_end_idx)
        theirs = range(chunk.ref_start_idx, chunk.ref_end_idx)
        for at in ours:
            found[heard[at][1]].heard.append((heard[at][0], agree))
        for step, at in enumerate(theirs):
            beside = min(chunk.hyp_start_idx + (step if ours else 0), len(heard) - 1)
            found[heard[beside][1]].reference.append((reference[at], agree))
        for step in range(0 if agree else max(len(ours), len(theirs))):
            beside = min(chunk.hyp_start_idx + (step if ours else 0), len(heard) - 1)
            found[heard[beside][1]].errors += 1
    return found


def page(windows: Sequence[Judged], *, most: int, model: str) -> str:
    worst = sorted((each for each in windows if each.errors), key=lambda each: -each.rate)[:most]
    return "".join(_page(worst, of=len(windows), model=model))


def _page(worst: Sequence[Judged], *, of: int, model: str) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The worst windows</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{STYLE}</style></head><body><h1>The worst windows</h1>"
    yield (
        f"<p>{len(worst)} of {of} windows, heard by Whisper {escape(model)}; the most wrong one first. Words are"
        " compared without accents, capitals and punctuation. <ins>Underlined</ins>: heard, and not so in the"
        " reference. <del>Dotted</del>: in the reference, and not so heard. A reference may be wrong, too: listen.</p>"
    )
    for each in worst:
        yield from _section(each)
    yield "</body></html>\n"


def _section(each: Judged) -> Iterator[str]:
    start, end = each.window.start_sample, each.window.end_sample
    times = "–".join(timecodes.clock(sound.milliseconds(at)) for at in (start, end))
    result = each.window.result
    told = [
        f"{each.errors} errors, {len(each.reference)} words",
        result.language or "no language",
        *result.flags,
    ]
    yield f'<section><h2>{escape(each.clip.file)} <span class="quiet">{times}</span></h2>'
    yield f'<p class="quiet">{escape(" · ".join(told))}</p>'
    yield f'<audio controls preload="none" src="{_sound(sound.reader(each.clip.hearing)(start, end))}"></audio>'
    language = escape(result.language or each.clip.language)
    yield f'<dl lang="{language}"><dt lang="en">Heard</dt><dd>{_marked(each.heard, "ins") or "—"}</dd>'
    yield f'<dt lang="en">Reference</dt><dd>{_marked(each.reference, "del") or "—"}</dd></dl></section>'


def _marked(words: Sequence[tuple[str, bool]], mark: str) -> str:
    return " ".join(escape(word) if agree else f"<{mark}>{escape(word)}</{mark}>" for word, agree in words)


def _sound(audio: Audio) -> str:
    """Opus inside the page itself."""
    told = ["-f", "f32le", "-ar", str(sound.SAMPLE_RATE), "-ac", "1", "-i", "-"]
    opus = ["-c:a", "libopus", "-b:a", "24k", "-f", "ogg", "-"]
    command = [str(ffmpeg.binary()), "-v", "error", *told, *opus]
    made = subprocess.run(
        command, input=audio.astype("<f4").tobytes(), capture_output=True, check=True
    ).stdout
    return f"data:audio/ogg;base64,{base64.b64encode(made).decode()}"
