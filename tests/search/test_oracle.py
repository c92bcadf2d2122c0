"""The index against a reading of every passage, on small corpora made of few words."""

import random

import pytest

from oralhistory.search import index
from oralhistory.search.analysis import fold, key, plain
from tests.search.documents import document, segment

pytestmark = pytest.mark.django_db

WORDS = [
    "año",
    "ano",
    "casa",
    "casas",
    "liberación",
    "liberaciones",
    "mañana",
    "de",
    "la",
    "paz",
    "pasó",
    "paso",
    "niño",
    "nino",
]


def corpus(chance: random.Random) -> dict[str, list[list[str] | None]]:
    """Testimonies of one to fourteen segments of one to three words, or None where one is withheld."""
    return {
        name: [
            None if chance.random() < 0.1 else chance.choices(WORDS, k=chance.randint(1, 3))
            for _ in range(chance.randint(1, 14))
        ]
        for name in "abc"
    }


def typed(word: str, chance: random.Random) -> str:
    return chance.choice([word, word.upper(), plain(word), fold(word)])


def query(chance: random.Random) -> list[tuple[str, list[str], bool]]:
    terms = []
    for _ in range(chance.randint(1, 3)):
        kind = chance.choice(["word", "word", "phrase", "prefix"])
        words = [
            typed(word, chance)
            for word in chance.choices(WORDS, k=chance.randint(1, 3) if kind == "phrase" else 1)
        ]
        if kind == "prefix":
            words = [words[0][: chance.randint(2, 4)]]
        terms.append((kind, words, bool(terms) and chance.random() < 0.3))
    return terms


def written(terms) -> str:
    forms = {"word": "{}", "phrase": '"{}"', "prefix": "{}*"}
    return " ".join(
        ("-" if negated else "") + forms[kind].format(" ".join(words)) for kind, words, negated in terms
    )


def meant(kind: str, asked: str, said: str, known: set[str]) -> bool:
    """Whether this word was meant, by the rules and not by the tables."""
    asked = asked.lower()
    alike = fold(asked) == fold(said) or ("ñ" not in asked and plain(asked) == plain(said))
    if kind == "phrase":
        return alike
    if kind == "prefix":
        return fold(said).startswith(fold(asked)) or (
            "ñ" not in asked and plain(said).startswith(plain(asked))
        )
    keys = {fold(asked), *(key(asked, language) for language in ("es", "en", "pt"))}
    keys |= {
        key(word, "es")
        for word in known
        if fold(word) == fold(asked) or ("ñ" not in asked and plain(word) == asked)
    }
    return key(said, "es") in keys


def holds(term, words: list[str], known: set[str]) -> list[int]:
    kind, asked, _ = term
    return [
        start
        for start in range(len(words) - len(asked) + 1)
        if all(meant(kind, one, words[start + n], known) for n, one in enumerate(asked))
    ]


def expected(testimonies, terms) -> set[str]:
    """Testimonies with a passage of six spoken segments in which every term holds."""
    known = {word for segments in testimonies.values() for words in segments if words for word in words}
    found = set()
    for name, segments in testimonies.items():
        spoken = [number for number, words in enumerate(segments) if words is not None]
        for first in range(0, max(len(spoken) - 1, 1), 5):
            passage = spoken[first : first + 6]
            words: list[str] = []
            for earlier, number in zip([None, *passage], passage, strict=False):
                if earlier is not None and number - earlier > 1:
                    words.append("#")
                words += segments[number]
            if all(bool(holds(term, words, known)) != term[2] for term in terms):
                found.add(name)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_finds_what_reading_every_passage_finds(seed, of):
    chance = random.Random(seed)
    testimonies = corpus(chance)
    for name, segments in testimonies.items():
        parts = [
            segment("secreto", number, withheld=True) if words is None else segment(" ".join(words), number)
            for number, words in enumerate(segments)
        ]
        index.replace_edition(document(name, *parts), of=of)

    for _ in range(60):
        terms = query(chance)
        found = {group.document_id for group in index.search(written(terms), of=of).groups}
        assert found == expected(testimonies, terms), written(terms)
