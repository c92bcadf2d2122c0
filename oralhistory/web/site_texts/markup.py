"""The small markup of the site's texts, as HTML that is safe by construction.

Only what is switched on below exists: paragraphs, headings of the second and third level, lists, quotations, emphasis
and links. HTML that is typed is text, and there are no pictures. `[[address]]` stands for what the archive has said once
for all texts; whatever it has not said yet is marked, so that nobody overlooks it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

_RULES = [
    "heading", "list", "blockquote", "emphasis", "link", "autolink", "escape", "entity", "newline", "backticks",
]  # fmt: skip
_TO_FILL = re.compile(r"\[\[\s*([^\[\]]{1,120}?)\s*\]\]")
_MAIL = re.compile(r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$", re.ASCII)
_WAYS = re.compile(r"^(https?://[^/]|mailto:[^/]|/(?![/\\])|#)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A text as HTML, its headings of the second level, and what is left to be filled in."""

    html: SafeString
    headings: tuple[Heading, ...]
    to_fill: tuple[str, ...]


def draw(source: str, facts: Mapping[str, str] | None = None) -> Drawn:
    """A text in blocks. `facts`: what stands for `[[name]]`, by name; under `?name`, what is to be written there."""
    tokens = _PARSER.parse(source.replace("\x00", ""))
    headings = _settle(tokens)
    given = facts or {}
    html = str(_PARSER.renderer.render(tokens, _PARSER.options, {"facts": given}))
    return Drawn(mark_safe(html), headings, left_to_fill(source, given))  # noqa: S308  # see the module's first lines


def left_to_fill(source: str, facts: Mapping[str, str]) -> tuple[str, ...]:
    """What stands in double brackets and is not known yet, each once."""
    return tuple(dict.fromkeys(name for name in _TO_FILL.findall(source) if not facts.get(name)))


def _settle(tokens: Sequence[Token]) -> tuple[Heading, ...]:
    """Headings begin at the second level and have names to lead to; links outside know nothing of this page."""
    headings: list[Heading] = []
    taken: set[str] = set()
    for index, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h2" if token.tag in ("h1", "h2") else "h3"
        if token.type == "heading_open":
            text = _plain(tokens[index + 1])
            name = _free(f"s-{slugify(text) or 'part'}", taken)
            token.attrSet("id", name)
            if token.tag == "h2":
                headings.append(Heading(name, text))
        for child in token.children or ():
            if child.type == "link_open" and re.match(r"https?:", str(child.attrs.get("href", "")), re.I):
                child.attrSet("rel", "noopener")
    return tuple(headings)


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))


def _free(name: str, taken: set[str]) -> str:
    number, wanted = 1, name
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name)
    return name


def _text(_self: Any, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    """Text, escaped, with what the archive has said in place of double brackets."""

    pieces, at, text = [], 0, tokens[index].content
    for found in _TO_FILL.finditer(text):
        pieces += [escape(text[at : found.start()]), _said(found[1], env["facts"])]
        at = found.end()
    return "".join([*pieces, escape(text[at:])])


def _said(name: str, facts: Mapping[str, str]) -> str:
    fact = facts.get(name)
    if not fact:
        return f'<mark class="to-fill">{escape(facts.get(f"?{name}", name))}</mark>'
    return f'<a href="mailto:{escape(fact)}">{escape(fact)}</a>' if _MAIL.match(fact) else escape(fact)


def _make() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False}).enable(_RULES)
    # A link leads to the web, to an address for mail, or within this site.
    parser.validateLink = lambda url: bool(_WAYS.match(url.strip()))  # type: ignore[method-assign]
    parser.add_render_rule("text", _text)
    return parser


_PARSER = _make()
