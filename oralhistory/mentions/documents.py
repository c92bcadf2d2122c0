"""Texts as people keep them, read for the matcher: plain text, WebVTT, our transcripts in JSON, JSON lines."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMING = re.compile(r"^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})\s+-->\s+(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}")
TAG = re.compile(r"<[^>]*>")
NO_CUES = ("NOTE", "STYLE", "REGION")


class UnreadableDocument(ValueError):
    """The text is not what it seems to be; says where and why."""


@dataclass(frozen=True, slots=True)
class Document:
    """One transcript. starts_ms: when each segment begins, where the text says so."""

    id: str
    segments: list[str]
    country: str | None = None
    starts_ms: list[int] | None = None


def read(path: Path) -> Iterator[Document]:
    """The documents of a file, whatever kind it is. Raises UnreadableDocument or OSError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as refusal:
        raise UnreadableDocument(f"is not UTF-8 text (byte {refusal.start})") from refusal
    yield from parse(text, name=path.stem)


def parse(text: str, *, name: str) -> Iterator[Document]:
    """The documents of a text; name is the id of a document that has none."""
    begin = text.lstrip()
    if begin.startswith("WEBVTT"):
        yield _webvtt(begin, name)
    elif begin.startswith(("{", "[")):
        yield from _json(begin, name)
    else:
        yield Document(name, text.splitlines())


def _webvtt(text: str, name: str) -> Document:
    """A segment per cue, without tags; its lines are joined by a space."""
    segments, starts = [], []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith(NO_CUES):
            continue
        for index, line in enumerate(lines):
            timing = TIMING.match(line)
            if timing:
                said = " ".join(part.strip() for part in lines[index + 1 :])
                segments.append(html.unescape(TAG.sub("", said)).strip())
                starts.append(_milliseconds(timing.group(1)))
                break
    return Document(name, segments, None, starts)


def _milliseconds(clock: str) -> int:
    seconds, thousandths = clock.replace(",", ".").split(".")
    total = 0
    for part in seconds.split(":"):
        total = total * 60 + int(part)
    return total * 1000 + int(thousandths)


def _json(text: str, name: str) -> Iterator[Document]:
    """One object over the whole text, or one on each line."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as refusal:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) < 2:
            raise UnreadableDocument(f"is not JSON: {refusal}") from refusal
        for number, line in lines:
            try:
                value = json.loads(line)
            except json.JSONDecodeError as broken:
                raise UnreadableDocument(f"line {number} is not JSON: {broken}") from broken
            yield _document(value, f"{name}-{number}", f"line {number}")
    else:
        yield _document(whole, name, "the text")


def _document(value: Any, name: str, where: str) -> Document:
    if not isinstance(value, dict) or not isinstance(value.get("segments"), list):
        raise UnreadableDocument(f"{where} is not an object with a list of segments")
    country = value.get("country")
    if country is not None and not isinstance(country, str):
        raise UnreadableDocument(f"{where}: country is not text")
    texts: list[str] = []
    starts: list[int] = []
    for number, segment in enumerate(value["segments"]):
        said = segment.get("text") if isinstance(segment, dict) else segment
        if not isinstance(said, str):
            raise UnreadableDocument(f"{where}: segment {number} has no text")
        texts.append(said)
        start = segment.get("start_ms") if isinstance(segment, dict) else None
        if isinstance(start, int | float):
            starts.append(int(start))
    return Document(str(value.get("id", name)), texts, country, starts if len(starts) == len(texts) else None)
