"""Names that are kept out of text and sound, and still stand in what is written about an interview.

Nothing is replaced there: whoever wrote the description mends it. Nothing is signed before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from oralhistory.interviews.models import Interview
from oralhistory.mentions.phonetics import key
from oralhistory.review import footnotes
from oralhistory.review.models import NamedPerson
from oralhistory.review.people_named import alike, register, scanning
from oralhistory.review.people_named.finding import Text
from oralhistory.review.people_named.vocabulary import is_given
from oralhistory.transcripts.models import TranslatedLine


@dataclass(frozen=True, slots=True)
class Standing:
    """A name of `person` stands in `field`; `start_ms` where the field is of a moment."""

    person: NamedPerson
    field: str
    start_ms: int | None = None


class Names:
    """The names of an interview that are kept out."""

    def __init__(self, interview: Interview) -> None:
        kept_out = NamedPerson.objects.filter(interview=interview).kept_out()
        self._people = {each.pk: each for each in kept_out}
        self._forms = [(each.form, each.owner) for each in register.spellings(self._people.values())]

    def __bool__(self) -> bool:
        return bool(self._people)

    def within(self, text: str) -> NamedPerson | None:
        """Somebody whose name a text says: a whole spelling, as written or as it sounds, or their surname."""
        words = scanning.words_of(text)
        for at, word in enumerate(words):
            for form, owner in self._forms:
                said = [each.text for each in words[at : at + len(form)]]
                whole = len(said) == len(form) and all(map(_sounds_like, said, form))
                if whole and (len(form) > 1 or word.surface[0].isupper()):
                    return self._people[owner]
                if word.surface[0].isupper() and any(
                    _sounds_like(word.text, part) and not is_given(part) for part in alike.meaning(form)
                ):
                    return self._people[owner]
        return None


def _sounds_like(one: str, other: str) -> bool:
    return one == other or (len(other) >= alike.SHORTEST and key(one) == key(other))


def standing(interview: Interview) -> list[Standing]:
    """Every field of the description in which somebody is still named."""
    names = Names(interview)
    if not names:
        return []
    return [
        Standing(person, field, start_ms)
        for field, text, start_ms in _written(interview)
        if (person := names.within(text))
    ]


def _written(interview: Interview) -> Iterator[tuple[str, str, int | None]]:
    for field in ("title", "pull_quote", "summary", "warnings"):
        yield field, getattr(interview, field), None
    for chapter in interview.chapters.prefetch_related("subjects"):
        yield "chapter_title", chapter.title, chapter.start_ms
        yield "chapter_synopsis", chapter.synopsis, chapter.start_ms
        yield "chapter_warning", chapter.warning, chapter.start_ms
        for subject in chapter.subjects.all():
            yield "subject", " ".join(subject.names.values()), chapter.start_ms
    for photograph in interview.photographs.order_by("pk"):
        yield "caption", photograph.caption, None
        yield "credit", photograph.credit, None
    for note in footnotes.of(interview):
        yield "footnote", f"{note.about} {note.text}", None
    ready = TranslatedLine.objects.filter(
        translation__recording__session__interview=interview, translation__ready_at__isnull=False
    )
    for text in ready.values_list("text", flat=True):
        yield "translation", text, None


# Of an edition to be: whoever chose to be named, where they sat down, and what made the text.
_NO_TEXTS = frozenset({"narrators", "place", "making", "languages", "countries", "uses", "video"})
_BESIDE = ("notes", "translations")  # what people wrote beside a passage


def is_said_in(interview: Interview, record: dict[str, Any], segments: list[dict[str, Any]]) -> bool:
    """Whether an edition to be says a name that is kept out, in whatever it holds: the proof, after all that was done."""
    names = Names(interview)
    if not names:
        return False
    beside = [{name: entry[name] for name in _BESIDE if name in entry} for entry in segments]
    if any(names.within(text) for text in _texts([record, beside])):
        return True
    said = [Text(each["cue_id"], each["text"]) for each in segments]
    people = {each.pk: each for each in NamedPerson.objects.filter(interview=interview)}
    found = scanning.exactly(said, register.spellings(people.values()))
    return any(people[each.owner].decision in NamedPerson.KEPT_OUT for each in found)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NO_TEXTS:
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
