"""The picture that others show beside a link: a quotation or a title, and whose archive it is.

No photograph, whatever was granted: this is the one picture that leaves for other people's pages by itself.
It is made of what it shows and kept in memory by that, so that a new edition, a veil or a grant that ended has another.
"""

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from oralhistory.interchange import labels

WIDTH, HEIGHT = 1200, 630
_EDGE = 84
_PAPER, _INK, _SOFT, _RED, _RULE = "#f6f1e7", "#211c17", "#655a4d", "#a3211b", "#d9cebb"
_FONTS = Path(settings.BASE_DIR, "oralhistory", "static", "dist", "print")
_SIZES = (66, 60, 54, 48, 44, 40)
_LEADING = 1.22
_LONGEST = 260  # characters of a quotation

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def shortened(text: str, length: int) -> str:
    """At most so many characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return f"{text[: length - 1].rsplit(' ', 1)[0].rstrip(',;:.')}…"


@lru_cache(maxsize=64)
def png(title: str, said: str, source: str, peaks: tuple[int, ...] = ()) -> bytes:
    """A quotation over its title, or the title alone; `source` is a line under it."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 12), fill=_RED)
    _wave(draw, peaks)
    large, cut = (shortened(said, _LONGEST), "400-italic") if said else (title, "700-normal")
    size, lines = _fitted(draw, large, cut)
    top = 78.0
    for line in lines:
        _write(draw, (_EDGE, top), line, cut, size, _INK)
        top += size * _LEADING
    if said:
        top += 22
        _write(draw, (_EDGE, top), shortened(title, 60), "700-normal", 36, _INK)
        top += 46
    _write(draw, (_EDGE, top + 6), source, "400-normal", 28, _SOFT)
    _write(draw, (_EDGE, HEIGHT - 74), labels.ARCHIVE, "700-normal", 32, _RED)
    out = io.BytesIO()
    # Few colors: half of the size, and nobody sees it.
    picture.quantize(64, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _wave(draw: ImageDraw.ImageDraw, peaks: tuple[int, ...]) -> None:
    """The sound itself, thin, along the foot."""
    bars = 88
    left, right, middle = 620, WIDTH - _EDGE, HEIGHT - 56
    for bar in range(bars if peaks else 0):
        first = bar * len(peaks) // bars
        peak = max(peaks[first : max(first + 1, (bar + 1) * len(peaks) // bars)])
        half = max(1.5, peak / 100 * 30)
        x = left + (right - left) * bar / (bars - 1)
        draw.line((x, middle - half, x, middle + half), fill=_RULE, width=3)


def _fitted(draw: ImageDraw.ImageDraw, text: str, cut: str) -> tuple[int, list[str]]:
    """The largest size at which the text has room."""
    for size in _SIZES:
        lines = _wrapped(draw, text, cut, size)
        if len(lines) * size * _LEADING <= 330:
            return size, lines
    return _SIZES[-1], lines[:6]


def _wrapped(draw: ImageDraw.ImageDraw, text: str, cut: str, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(draw, longer, cut, size) > WIDTH - 2 * _EDGE:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _length(draw: ImageDraw.ImageDraw, text: str, cut: str, size: int) -> float:
    return sum(draw.textlength(run, font=font) for run, font in _runs(text, cut, size))


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, cut: str, size: int, color: str
) -> None:
    left, top = at
    for run, font in _runs(text, cut, size):
        draw.text((left, top), run, font=font, fill=color)
        left += draw.textlength(run, font=font)


def _runs(text: str, cut: str, size: int) -> Iterator[tuple[str, Font]]:
    """The text by the file that has its letters: the fonts come in two."""
    run, before = "", "latin"
    for letter in text:
        script = "latin" if ord(letter) < 0x100 or 0x2000 <= ord(letter) < 0x2100 else "latin-ext"
        if script != before and run:
            yield run, _font(before, cut, size)
            run = ""
        run, before = run + letter, script
    if run:
        yield run, _font(before, cut, size)


@lru_cache(maxsize=64)
def _font(script: str, cut: str, size: int) -> Font:
    path = _FONTS / f"alegreya-{script}-{cut}.ttf"
    # Where the front end was not built, as in a checkout: readable, and not beautiful.
    return ImageFont.truetype(str(path), size) if path.exists() else ImageFont.load_default(size)
