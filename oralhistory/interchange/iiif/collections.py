"""The archive as IIIF collections: its collections, each in pages of testimonies.

It is a list for catalogs of others: a testimony stands in it where the narrator allows that (`harvest`).
"""

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from oralhistory.editions import public
from oralhistory.interchange import labels
from oralhistory.interchange.iiif import manifests, names, wording

PER_PAGE = 200
_USES = ("embed", "harvest")


def everything() -> dict[str, Any]:
    """All pages of all collections, by reference. One query."""
    items = [
        {"id": names.collection(slug, page), "type": "Collection", "label": _label(title, page, len(pks))}
        for slug, (title, pks) in _collections().items()
        for page in range(1, _pages(pks) + 1)
    ]
    return _described(names.everything(), wording.in_one(labels.ARCHIVE), items)


def one(slug: str, page: int) -> dict[str, Any] | None:
    """A page of a collection; None where there is none. Three queries."""
    title, pks = _collections().get(slug, ("", []))
    if not 1 <= page <= _pages(pks):
        return None
    shown = public.in_order(pks[(page - 1) * PER_PAGE : page * PER_PAGE])
    items = [
        {"id": names.manifest(edition), "type": "Manifest", "label": wording.in_one(edition.title)}
        | ({"thumbnail": [wording.picture(edition, 1, "small")]} if edition.photographs else {})
        for edition in shown
        if manifests.is_given(edition)
    ]
    found = _described(names.collection(slug, page), _label(title, page, len(pks)), items)
    return found | {"partOf": [{"id": names.everything(), "type": "Collection"}]}


def _collections() -> Mapping[str, tuple[str, list[int]]]:
    """By slug, the title and the testimonies, in the order of the titles; newest first within each."""
    found: dict[str, tuple[str, list[int]]] = {}
    for pk, title in public.granting(_USES):
        found.setdefault(slugify(title)[:70] or "collection", (title, []))[1].append(pk)
    return dict(sorted(found.items(), key=lambda pair: pair[1][0]))


def _pages(pks: list[int]) -> int:
    return -(-len(pks) // PER_PAGE)


def _label(title: str, page: int, number: int) -> wording.Words:
    if number <= PER_PAGE:
        return wording.in_one(title)
    values = {"title": title, "first": (page - 1) * PER_PAGE + 1, "last": min(page * PER_PAGE, number)}
    return wording.in_languages(lambda: _("%(title)s, %(first)d to %(last)d") % values)


def _described(address: str, label: wording.Words, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "@context": names.PRESENTATION, "id": address, "type": "Collection", "label": label,
        "provider": wording.provider(), "items": items,
    }  # fmt: skip
