"""The forms by which the organizations of a list may be spoken of."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from oralhistory.lib.folding import fold, tokens
from oralhistory.mentions import phonetics
from oralhistory.mentions.common_words import JOINING, word_set, zipf
from oralhistory.mentions.letters import NAMES
from oralhistory.mentions.years import spoken
from oralhistory.organizations.authorities import Authority

ARTICLES = word_set("el la los las the o os as")
QUALIFIER = re.compile(r"\s*\([^)]*\)")
INITIALS = re.compile(r"(?=(?:.*[A-ZÁÉÍÓÚÑ]){2})[\w.'-]{2,}$")
FEMININE = word_set(
    "accion agrupacion alianza asamblea asociacion brigada casa causa central coalicion comision confederacion "
    "convencion coordinadora corriente cooperativa direccion escuela federacion frecuencia fuerza guardia iglesia "
    "internacional junta juventud liga linea mision oficina organizacion politica radio red resistencia secretaria "
    "sociedad tendencia triple unidad union universidad vanguardia vicaria agencia prensa revista"
)
MASCULINE = word_set(
    "bloque bureau centro circulo comando comite congreso consejo ejercito frente grupo instituto movimiento "
    "organismo partido poder programa sindicato socorro servicio tribunal"
)

ENDINGS = (
    ("as", "fp"), ("os", "mp"), ("ciones", "fp"), ("dades", "fp"), ("a", "fs"), ("cion", "fs"), ("dad", "fs"), ("o", "ms"),
)  # fmt: skip


@dataclass(slots=True)
class Form:
    """One way to name organizations. owners are places in the list."""

    words: tuple[str, ...]  # folded
    kind: str  # name, acronym or heard
    surface: str  # as the list writes it, without its article
    short: bool = False  # the list gives it with an article: "la Liga"
    article: str = ""  # the one that an authorized name begins with, folded: "El Yunque"
    owners: list[int] = field(default_factory=list)

    @property
    def content(self) -> int:
        """How many of its words carry a meaning."""
        return sum(word not in JOINING for word in self.words)

    @property
    def common(self) -> float:
        """How common the form is as a word of the language; names of several words are not."""
        return zipf(self.words[0]) if len(self.words) == 1 else 0.0


def squash(text: str) -> str:
    """An acronym without dots, hyphens, case and accents: "LC-23S" gives "LC23S"."""
    return re.sub(r"[^0-9A-Z]", "", fold(text).upper().replace("Ñ", "N"))


class Lexicon:
    """Every form of every organization of a list."""

    def __init__(self, authorities: Sequence[Authority]) -> None:
        self.authorities = authorities
        self.index = {authority.id: number for number, authority in enumerate(authorities)}
        self.forms: list[Form] = []
        self.acronyms: dict[str, list[int]] = defaultdict(list)  # squashed, with owners
        self.word_forms: dict[str, list[int]] = defaultdict(list)  # key of an acronym said as a word
        self._by_words: dict[tuple[tuple[str, ...], str], Form] = {}
        for number, authority in enumerate(authorities):
            for text in (authority.preferred_name, *authority.other_names):
                self._add_name(text, number)
            for text in authority.acronyms:
                self._add_acronym(text, number)
            for text in authority.heard_as:
                self._add(text, number, "heard")
        self.vocabulary = frozenset(
            word for form in self.forms if form.kind == "name" for word in form.words if word not in JOINING
        )
        self.usual = [frozenset(squash(text) for text in authority.acronyms[:1]) for authority in authorities]
        self.genders = [gender(authority) for authority in authorities]
        self.related = [self._related(authority) for authority in authorities]
        self.keywords = [frozenset(fold(word) for word in authority.keywords) for authority in authorities]

    def _add_name(self, text: str, owner: int) -> None:
        if INITIALS.match(text):
            self._add_acronym(text, owner)
            return
        self._add(text, owner, "name")
        bare = QUALIFIER.sub("", text)
        if bare != text:
            self._add(bare, owner, "name")

    def _add_acronym(self, text: str, owner: int) -> None:
        self._add(text, owner, "acronym")
        letters = squash(text)
        if len(letters) < 2:
            return
        self._add(letters, owner, "acronym")
        if owner not in self.acronyms[letters]:
            self.acronyms[letters].append(owner)
        for key in said_as_word(letters):
            if owner not in self.word_forms[key]:
                self.word_forms[key].append(owner)

    def _add(self, text: str, owner: int, kind: str) -> None:
        parts = tokens(text)
        short = len(parts) > 1 and parts[0].text in ARTICLES
        article = parts[0].text if short and parts[0].surface[0].isupper() else ""
        parts = parts[1:] if short else parts
        if not parts or sum(len(part.text) for part in parts) < 2:
            return
        if kind == "name" and all(part.text in JOINING for part in parts):
            return  # a magazine may be called "¿Por qué?", but nobody could tell
        surface = text[parts[0].start : parts[-1].end]
        for words in _with_numbers_said(tuple(part.text for part in parts)):
            form = self._by_words.get((words, kind))
            if form is None:
                form = Form(words, kind, surface, short and len(parts) == 1, article)
                self._by_words[words, kind] = form
                self.forms.append(form)
            if owner not in form.owners:
                form.owners.append(owner)

    def _related(self, authority: Authority) -> frozenset[int]:
        ids = (*authority.related, *authority.predecessors, *authority.successors)
        return frozenset(self.index[other] for other in ids if other in self.index)


def _with_numbers_said(words: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    yield words
    if any(word.isdigit() and len(word) < 3 for word in words) and len(words) > 2:
        said: list[str] = []
        for word in words:
            said.extend(spoken(int(word)).split() if word.isdigit() and len(word) < 3 else [word])
        yield tuple(said)


def said_as_word(letters: str) -> set[str]:
    """Keys of how an acronym sounds as a word: itself, or its first letters by name and the rest as a word."""
    if len(letters) < 4 or not letters.isalpha():
        return set()
    low = letters.lower()
    names = {"w": "dobleve"} | {letters_of[0].lower(): name for name, letters_of in reversed(NAMES.items())}
    keys = set()
    for spelled in range(3):
        rest = low[spelled:]
        if len(rest) >= 3 and re.fullmatch(r"([^aeiou]?[^aeiou]?[aeiou]+)+[^aeiou]{0,2}", rest):
            keys.add(phonetics.key("".join(names[letter] for letter in low[:spelled]) + rest))
    return {key for key in keys if len(key) >= 4}


def gender(authority: Authority) -> str:
    """The article its head noun takes, as two letters: f or m, s or p; empty where the head tells nothing."""
    first = next((token.text for token in tokens(authority.preferred_name)), "")
    for number, word in (("s", first), ("p", first.removesuffix("s")), ("p", first.removesuffix("es"))):
        if word in FEMININE:
            return "f" + number
        if word in MASCULINE:
            return "m" + number
    for ending, letters in ENDINGS:
        if first.endswith(ending):
            return letters
    return ""
