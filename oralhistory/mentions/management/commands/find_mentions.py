"""Find where texts speak of organizations. Needs no database; scripts rely on what it prints."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oralhistory.mentions import documents
from oralhistory.mentions.documents import Document, UnreadableDocument
from oralhistory.mentions.matching import PROPOSED, Found, Matcher
from oralhistory.organizations.authorities import Authority, MalformedAuthorities, read_csv

ORGANIZATIONS = Path(__file__).parents[3] / "organizations" / "data" / "organizations.csv"


class Command(BaseCommand):
    help = "Find where a text, a WebVTT file, a transcript in JSON or JSON lines speaks of organizations."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--organizations", type=Path, default=ORGANIZATIONS, metavar="ORGANIZATIONS.csv")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--country", help="ISO 3166 code, for documents that do not say their own")

    def handle(self, *args: Any, **options: Any) -> None:
        matcher = Matcher(read_authorities(options["organizations"]))
        show = _as_json if options["format"] == "json" else _as_text
        for document in read_documents(options["file"]):
            country = document.country or options["country"]
            found = matcher.find(document.segments, country=country, starts_ms=document.starts_ms)
            proposed = [mention for mention in found if mention.score >= PROPOSED]
            for line in show(document, proposed):
                self.stdout.write(line)


def read_authorities(path: Path) -> list[Authority]:
    """The list in a file, or a sentence that says why not."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return read_csv(stream, ignore_unknown_columns=True)
    except OSError as refusal:
        raise CommandError(f"{path} can't be read: {refusal.strerror}.") from refusal
    except UnicodeDecodeError as refusal:
        raise CommandError(f"{path} is not UTF-8 text (byte {refusal.start}).") from refusal
    except MalformedAuthorities as refusal:
        raise CommandError(f"{path}, {refusal}.") from refusal


def read_documents(path: Path) -> list[Document]:
    """The documents in a file, all or none, or a sentence that says why not."""
    try:
        return list(documents.read(path))
    except OSError as refusal:
        raise CommandError(f"{path} can't be read: {refusal.strerror}.") from refusal
    except UnreadableDocument as refusal:
        raise CommandError(f"{path}: {refusal}.") from refusal


def _as_json(document: Document, found: Sequence[Found]) -> list[str]:
    mentions = [_mention(document, mention) for mention in found]
    return [json.dumps({"id": document.id, "mentions": mentions}, ensure_ascii=False)]


def _mention(document: Document, mention: Found) -> dict[str, Any]:
    """As promised; a name over the edge of segments ends with its first, and "continues" says where it goes on."""
    within = mention.end_segment == mention.segment
    end = mention.end if within else len(document.segments[mention.segment])
    value: dict[str, Any] = {
        "segment": mention.segment,
        "start": mention.start,
        "end": end,
        "surface": document.segments[mention.segment][mention.start : end],
        "organization": mention.organization,
        "score": mention.score,
        "kind": mention.kind,
        "evidence": [{"reason": reason.reason, "weight": reason.weight} for reason in mention.evidence],
        "alternatives": [
            {"organization": other.organization, "score": other.score} for other in mention.alternatives
        ],
    }
    if not within:
        value["continues"] = {"segment": mention.end_segment, "end": mention.end}
    return value


def _as_text(document: Document, found: Sequence[Found]) -> list[str]:
    lines = [f"{document.id}: {len(found)} mentions"]
    for mention in found:
        surface = " ".join(mention.surface.split())
        lines.append(
            f"  {mention.segment}:{mention.start}  «{surface}»  →  {mention.organization or '(not in the list)'}"
            f"  {mention.score:.0%}  {mention.kind}"
        )
        for reason in sorted(mention.evidence, key=lambda reason: -abs(reason.weight))[:4]:
            lines.append(f"      {reason.weight:+.1f}  {reason.reason}")
    return lines
