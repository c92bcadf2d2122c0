"""Small testimonies for the tests of the index."""

from oralhistory.search.documents import Document, Lead, Segment

SECONDS = 8_000  # how long each segment lasts, in ms


def segment(text: str, number: int = 0, **other) -> Segment:
    """A segment whose words lie evenly in it."""
    start = number * SECONDS
    words = text.split()
    step = SECONDS // max(len(words), 1)
    values = {
        "cue_id": f"cue{number}",
        "start_ms": start,
        "end_ms": start + SECONDS,
        "text": text,
        "language": "es",
        "speaker": "Rosa",
        "words": [(start + i * step, start + (i + 1) * step, word) for i, word in enumerate(words)],
    }
    also = tuple(Lead(each, 0, 0) if isinstance(each, str) else each for each in other.pop("also", ()))
    return Segment(**{**values, **other, "also": also})


def document(id_: str, *texts: str | Segment, **other) -> Document:
    segments = tuple(
        text if isinstance(text, Segment) else segment(text, number) for number, text in enumerate(texts)
    )
    values = {
        "title": f"Testimony {id_}",
        "collection": "talleres",
        "languages": ("es",),
        "countries": ("SV",),
        "organizations": (),
        "years": (1980,),
        "segments": segments,
    }
    return Document(id=id_, **{**values, **other})


def moments(page) -> list[tuple[str, str]]:
    """(testimony, cue) of every hit of a page, in its order."""
    return [(group.document_id, hit.cue_id) for group in page.groups for hit in group.hits]


def quoted(hit) -> str:
    """A hit's quotation with its matches in brackets."""
    return "".join(f"<{text}>" if is_match else text for text, is_match in hit.quotation)
