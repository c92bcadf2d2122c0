"""XML that we write: text with what XML 1.0 has no room for taken out."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# Controls, halves of pairs, and the two that are no characters: no escape makes them legal.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def add(parent: Element, tag: str, text: str = "", attributes: dict[str, str] | None = None) -> Element:
    """A new last child."""
    element = SubElement(parent, tag, attributes or {})
    element.text = text or None
    return element


def written(root: Element) -> bytes:
    text = ElementTree.tostring(root, encoding="unicode")
    return DECLARATION + _ILLEGAL.sub("", text).encode()
