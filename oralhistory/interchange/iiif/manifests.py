"""The manifest of a testimony: one canvas, which is its time line."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from oralhistory.editions import public
from oralhistory.editions.public import PublicEdition
from oralhistory.interchange import labels
from oralhistory.interchange.contents import titled
from oralhistory.interchange.formats import FORMATS
from oralhistory.interchange.iiif import names, wording
from oralhistory.lib import media_types

# What people read and what programs read, of the formats that there are.
_FOR_PEOPLE, _FOR_PROGRAMS = ("pdf", "docx", "txt"), ("tei", "ohms", "json")
_PROFILES = {"tei": "http://www.tei-c.org/ns/1.0", "ohms": "https://www.weareavp.com/nunncenter/ohms"}


def is_given(edition: PublicEdition) -> bool:
    """Whether others may show it, and there is something to show."""
    return "embed" in edition.uses and (public.has_sound(edition) or "text" in edition.uses)


def is_searchable(edition: PublicEdition) -> bool:
    return {"embed", "text", "search_in_text", "quote"} <= set(edition.uses)


def manifest(edition: PublicEdition) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@context": names.PRESENTATION,
        "id": names.manifest(edition),
        "type": "Manifest",
        "label": wording.in_one(edition.title),
        "metadata": list(_metadata(edition)),
        "requiredStatement": {
            "label": wording.in_languages(lambda: _("Rights")),
            "value": wording.in_languages(lambda: _statement(edition)),
        },
        "rights": labels.RIGHTS,
        "provider": wording.provider(),
        "homepage": wording.homepages(edition),
        "items": [_canvas(edition)],
    }
    if edition.summary:
        found["summary"] = wording.in_one(edition.summary, _spoken(edition))
    if edition.photographs:
        found["thumbnail"] = [wording.picture(edition, 1, "small")]
    if {"text", "download"} <= set(edition.uses):
        found["rendering"] = [_file(edition, code, "Text") for code in _FOR_PEOPLE]
        found["seeAlso"] = [_file(edition, code, "Dataset") for code in _FOR_PROGRAMS]
    if is_searchable(edition):
        words = {"id": names.autocomplete(edition), "type": "AutoCompleteService2"}
        found["service"] = [{"id": names.search(edition), "type": "SearchService2", "service": [words]}]
    if ranges := list(_ranges(edition)):
        contents = wording.in_languages(lambda: _("Table of contents"))
        whole = {"id": names.within(edition, "contents"), "type": "Range", "label": contents, "items": ranges}
        found["structures"] = [whole]
    return found


def _spoken(edition: PublicEdition) -> str:
    return edition.languages[0] if edition.languages else "none"


def _statement(edition: PublicEdition) -> str:
    parts = [labels.edition_and_day(edition), labels.making(edition), labels.rights()]
    if public.sound_is_withheld(edition):
        said = _(
            "The sound of this testimony is withheld while a passage is taken out of it. The text can be read."
        )
        parts.insert(0, said)
    return " · ".join(parts)


def _metadata(edition: PublicEdition) -> Iterator[dict[str, Any]]:
    def named(code: str) -> str:
        return wording.language_name(code)

    rows: list[tuple[Callable[[], str], Callable[[], str]]] = [
        (lambda: _("Narrator"), lambda: ", ".join(edition.narrators)),
        (lambda: _("Collection"), lambda: edition.collection),
        (lambda: _("Place"), lambda: edition.place),
        (lambda: _("Date"), lambda: edition.held_on),
        (lambda: _("Language"), lambda: ", ".join(named(code) for code in edition.languages)),
        (lambda: _("Edition"), lambda: labels.edition_and_day(edition)),
        (lambda: _("Text"), lambda: labels.making(edition) if "text" in edition.uses else ""),
        (lambda: _("Before you listen."), lambda: edition.warnings),
    ]
    for label, value in rows:
        if value():
            yield {"label": wording.in_languages(label), "value": wording.in_languages(value)}


def _file(edition: PublicEdition, code: str, kind: str) -> dict[str, Any]:
    form = next(each for each in FORMATS if each.code == code)
    name = f"{edition.public_id}-edition-{edition.number}.{form.ending}"
    found = {
        "id": f"{labels.address(edition)}transcript.{code}",
        "type": kind,
        # Ramp takes the word of no language for the name of the file, and fails where there is none.
        "label": wording.in_languages(lambda: str(form.label)) | wording.in_one(name),
        "format": form.content_type.partition(";")[0],
    }
    return found | ({"profile": _PROFILES[code]} if code in _PROFILES else {})


def _canvas(edition: PublicEdition) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": names.canvas(edition),
        "type": "Canvas",
        "label": wording.in_one(edition.title),
        "duration": edition.duration_ms / 1000,
        "items": [],
    }
    if body := _body(edition):
        if "width" in body:
            found |= {"width": body["width"], "height": body["height"]}
        found["items"] = [_painted(edition, names.canvas(edition), "sound", body)]
    if pages := list(_annotation_pages(edition)):
        found["annotations"] = pages
    if public.has_video(edition) and edition.video.get("poster"):
        found["placeholderCanvas"] = _poster(edition)
    elif edition.photographs:
        found["accompanyingCanvas"] = _photograph(edition)
    return found


def _body(edition: PublicEdition) -> dict[str, Any] | None:
    """What is heard, or seen and heard; None where it is withheld or not given."""
    length = {"duration": edition.duration_ms / 1000}
    if public.has_video(edition):
        size = {"width": edition.video["width"], "height": edition.video["height"]}
        kind = media_types.of(edition.video["key"])
        return {"id": f"{labels.address(edition)}video", "type": "Video", "format": kind, **length, **size}
    if public.has_sound(edition):
        kind = media_types.of(edition.audio_key)
        return {"id": f"{labels.address(edition)}sound", "type": "Sound", "format": kind, **length}
    return None


def _painted(edition: PublicEdition, canvas: str, part: str, body: dict[str, Any]) -> dict[str, Any]:
    annotation = {
        "id": names.within(edition, f"{part}/painting"), "type": "Annotation", "motivation": "painting",
        "body": body, "target": canvas,
    }  # fmt: skip
    return {"id": names.within(edition, part), "type": "AnnotationPage", "items": [annotation]}


def _annotation_pages(edition: PublicEdition) -> Iterator[dict[str, Any]]:
    """The text as captions, for viewers that show a transcript; and passage by passage, by reference."""
    if "text" not in edition.uses:
        return
    others = list(edition.making.get("translations", {}))
    captions = [_captions(edition, language) for language in ("", *others)]
    if items := [each for each in captions if each]:
        yield {"id": names.within(edition, "captions"), "type": "AnnotationPage", "items": items}
    for language in ("", *others):
        page: dict[str, Any] = {"id": names.annotations(edition, language), "type": "AnnotationPage"}
        yield page | {"label": _title(edition, language)}


def _title(edition: PublicEdition, language: str) -> wording.Words:
    said = language or _spoken(edition)
    return wording.in_languages(
        lambda: (_("Translation") if language else _("Transcript")) + f" ({wording.language_name(said)})"
    )


def _captions(edition: PublicEdition, language: str) -> dict[str, Any] | None:
    """A WebVTT file, where there is a video to read it under, or files may be taken."""
    if "download" not in edition.uses and not public.has_video(edition):
        return None
    file = f"captions.{language}.vtt" if language else "captions.vtt"
    body = {
        "id": f"{labels.address(edition)}{file}", "type": "Text", "format": "text/vtt",
        "label": _title(edition, language), "language": language or _spoken(edition),
    }  # fmt: skip
    return {
        "id": names.within(edition, f"captions/{language or 'said'}"), "type": "Annotation",
        "motivation": "supplementing", "body": body, "target": names.canvas(edition),
    }  # fmt: skip


def _photograph(edition: PublicEdition) -> dict[str, Any]:
    row, body = edition.photographs[0], wording.picture(edition, 1, "large")
    canvas = names.within(edition, "photograph")
    said = " · ".join(filter(None, [row.get("caption", ""), row.get("credit", "")]))
    label = wording.in_one(said) if said else wording.in_languages(lambda: _("Photograph"))
    return {
        "id": canvas, "type": "Canvas", "label": label, "width": body["width"], "height": body["height"],
        "items": [_painted(edition, canvas, "photograph/page", body)],
    }  # fmt: skip


def _poster(edition: PublicEdition) -> dict[str, Any]:
    canvas = names.within(edition, "poster")
    size = {"width": edition.video["width"], "height": edition.video["height"]}
    kind = media_types.of(edition.video["poster"]["key"])
    body = {"id": f"{labels.address(edition)}poster", "type": "Image", "format": kind, **size}
    page = _painted(edition, canvas, "poster/page", body)
    return {"id": canvas, "type": "Canvas", "label": wording.in_one(edition.title), **size, "items": [page]}


def _ranges(edition: PublicEdition) -> Iterator[dict[str, Any]]:
    for number, chapter in enumerate(titled(edition), 1):
        end = min(chapter.end_ms, edition.duration_ms)
        if chapter.start_ms >= end:
            continue
        found: dict[str, Any] = {
            "id": names.within(edition, f"chapter/{number}"),
            "type": "Range",
            "label": wording.in_one(chapter.title, _spoken(edition)),
            "items": [{"type": "Canvas", "id": names.canvas(edition, chapter.start_ms, end)}],
        }
        if chapter.synopsis:
            found["summary"] = wording.in_one(chapter.synopsis, _spoken(edition))
        if subjects := [names_of for names_of in chapter.subjects if names_of]:
            label = wording.in_languages(lambda: _("Subjects"))
            found["metadata"] = [{"label": label, "value": _by_language(subjects)}]
        yield found


def _by_language(subjects: Any) -> wording.Words:
    """Those that are not translated are called in every language as the archive calls them."""
    return {
        language: [each.get(language) or each.get("es", "") for each in subjects]
        for language in wording.in_languages(str)
    }
