"""XML that strangers wrote, read without entities and network, and by lines; XML that we write.

Names are read without their namespaces: real files have the right one, an older one, or none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, ParseError, SubElement

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from oralhistory.organizations.formats import malformed
from oralhistory.organizations.formats.malformed import Malformed

MOST_ELEMENTS = 1_000_000  # a record has some forty; so many take 300 MB
MOST_DEEP = 60  # the deepest record of the field has some ten levels


@dataclass(frozen=True, slots=True)
class Document:
    """A file's root with local names, the namespace it had, and the line that each element begins on."""

    root: Element
    namespace: str
    lines: dict[Element, int]

    def wrong(self, element: Element, reason: str) -> Malformed:
        return malformed.by_element(self.lines.get(element, 1), element.tag, reason)


class _Builder:
    """What the parser calls: makes elements, and looks at its depth while there is still time."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.namespace = ""
        self.open: list[Element] = []
        self.lines: dict[Element, int] = {}
        self.last: Element | None = None
        self.parser: XMLParser = XMLParser(target=self)

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        line = self.parser.parser.CurrentLineNumber
        namespace, _brace, name = tag.rpartition("}")
        element = Element(name, {key.rpartition("}")[2]: value for key, value in attributes.items()})
        if self.open:
            self.open[-1].append(element)
        else:
            self.root, self.namespace = element, namespace.lstrip("{")
        self.open.append(element)
        self.lines[element] = line
        self.last = None
        if len(self.lines) > MOST_ELEMENTS:
            raise malformed.by_element(line, name, f"is one of more than {MOST_ELEMENTS} elements")
        if len(self.open) > MOST_DEEP:
            raise malformed.by_element(line, name, f"stands more than {MOST_DEEP} levels deep")
        return element

    def end(self, tag: str) -> None:
        self.last = self.open.pop()

    def data(self, text: str) -> None:
        if self.last is not None:
            self.last.tail = (self.last.tail or "") + text
        elif self.open:
            self.open[-1].text = (self.open[-1].text or "") + text

    def close(self) -> None:
        return None


def parse(data: bytes) -> Document:
    """Raises Malformed."""
    builder = _Builder()
    try:
        builder.parser.feed(data)
        builder.parser.close()
    except ParseError as refusal:
        line, _column = refusal.position
        raise malformed.at(line, "", f"not XML: {str(refusal).split(':')[0]}") from refusal
    except DefusedXmlException as refusal:
        line = builder.parser.parser.CurrentLineNumber
        raise malformed.at(
            line, "", "declares entities, which are not read from files of others"
        ) from refusal
    except (LookupError, ValueError) as refusal:
        if isinstance(refusal, Malformed):
            raise
        raise malformed.at(1, "", f"not XML: {refusal}") from refusal
    if builder.root is None:
        raise malformed.at(1, "", "not XML: nothing in it")
    return Document(builder.root, builder.namespace, builder.lines)


def one_line(text: str) -> str:
    """Without the line ends and indents of the file, as XML means text."""
    return " ".join(
        part for part in text.replace("\t", " ").replace("\n", " ").replace("\r", " ").split(" ") if part
    )


def text(element: Element | None) -> str:
    """All that stands in an element, on one line."""
    return "" if element is None else one_line("".join(element.itertext()))


def child(element: Element | None, *path: str) -> Element | None:
    """The first at the end of a path of names."""
    for name in path:
        element = None if element is None else element.find(name)
    return element


def children(element: Element | None, *names: str) -> list[Element]:
    return [] if element is None else [each for each in element if each.tag in names]


_BLOCKS = frozenset(("p", "abstract", "head", "item", "citation", "event", "addressLine", "chronItem"))


def lines(element: Element | None) -> str:
    """The paragraphs and list items in an element, a line each; its text, where it has none."""
    return "" if element is None else "\n".join(_lines(element)).strip("\n")


def _lines(element: Element) -> Iterator[str]:
    if element.tag == "chronItem":
        yield ": ".join(filter(None, (text(part) for part in element)))
    elif element.tag in _BLOCKS or not any(each.tag in _BLOCKS for each in element.iter()):
        yield text(element)
    else:
        for part in element:
            yield from _lines(part)


def add(parent: Element, tag: str, content: str = "", **attributes: str) -> Element:
    """A new last child. Attributes that say nothing are left out; in their names _ stands for : where there is one."""
    said = {name.replace("_", ":"): value for name, value in attributes.items() if value}
    element = SubElement(parent, tag, said)
    element.text = content or None
    return element


def add_lines(parent: Element, tag: str, content: str) -> None:
    """A child for each line of a text."""
    for line in content.split("\n"):
        add(parent, tag, one_line(line))


def written(root: Element) -> bytes:
    ElementTree.indent(root)
    content = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{content}\n'.encode()


def kept_lines(content: str) -> str:
    """A text of several lines as it comes back: blanks that follow each other are one."""
    return "\n".join(one_line(line) for line in content.split("\n")).strip("\n")
