"""XML that we write: nothing in it but what its formats allow, and no blank between words that was not said."""

import re
from collections.abc import Collection
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

# What XML 1.0 has no way to say.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def add(parent: Element, tag: str, content: str = "", **attributes: str) -> Element:
    """A new last child. Attributes that say nothing are left out; in their names _ stands for : ("xml_id")."""
    said = {name.replace("_", ":", 1): clean(value) for name, value in attributes.items() if value}
    element = SubElement(parent, tag, said)
    element.text = clean(content) or None
    return element


def write(root: Element, *, mixed: Collection[str] = ()) -> bytes:
    """A file with a line for each element; within `mixed` ones nothing is added."""
    _indent(root, frozenset(mixed), "\n")
    content = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{content}\n'.encode()


def _indent(element: Element, mixed: frozenset[str], line: str) -> None:
    if element.tag in mixed or not len(element):
        return
    element.text = f"{line} "
    for child in element:
        _indent(child, mixed, f"{line} ")
        child.tail = f"{line} "
    element[-1].tail = line
