"""Short forms: "el partido", "la organización", said of an organization that was just named in full."""

from collections.abc import Iterator, Mapping, Sequence

from oralhistory.lib.folding import tokens
from oralhistory.mentions.common_words import word_set
from oralhistory.mentions.evidence import ARTICLES
from oralhistory.mentions.lexicon import FEMININE, MASCULINE, Lexicon
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.spans import GENERIC, Span

WITHIN_SECONDS = 90.0
# Heads that are said short for the thing itself; "el ejército" and "las fuerzas" are mostly those of the state.
SAID_SHORT = (FEMININE | MASCULINE) - word_set(
    "accion casa causa direccion ejercito escuela frecuencia fuerza guardia iglesia internacional linea mision "
    "oficina poder politica radio red triple universidad tribunal servicio agencia prensa"
)
ARMED = word_set("ejercito fuerzas fuerza comando columna milicias")
# What may follow: the short form stands alone, so the next word is a verb, a pronoun or a joining word.
FOLLOWING = word_set(
    "a al ahi ahora antes asi aun aunque aqui ayudaba ayudo cada como con creo cuando daba decia decidio dejo despues "
    "dijo donde e empezo en entonces entro era eramos esta estaba estuvo fue fueron ganaba habia hacia hasta hay hizo "
    "iba la las le les llego lo los luego mando me mi mientras ni no nos nunca o para pedia pero perdio podia por "
    "porque puso que queria quiso quienes sabia salio se segun seguia si siempre sin sino solo su tambien tampoco "
    "tan te tenia todavia trabajaba tuvo un una va vino vivia volvio y ya yo"
)


def short_forms(reading: Reading, taken: Sequence[bool]) -> Iterator[Span]:
    """Article and head noun standing alone, article included."""
    words = reading.words
    for index in range(1, len(words)):
        head = words[index]
        article = words[index - 1]
        if head.text not in SAID_SHORT or taken[index] or reading.stops[index]:
            continue
        first = index - 1
        if ARTICLES.get(article.text, "")[1:] != "s" or article.text in ("un", "una"):
            continue
        goes_on = index + 1 < len(words) and not reading.stops[index + 1] and "," not in words[index + 1].gap
        if goes_on and words[index + 1].text not in FOLLOWING:
            continue
        # "al" and "del" hold a preposition: of them only the head is the short form.
        yield Span(first if article.text in ("el", "la") else index, index + 1, GENERIC)


def head_of(text: str) -> str:
    """The first word of a name, folded."""
    return next((token.text for token in tokens(text)), "")


def meant(
    span: Span,
    reading: Reading,
    mentions: Mapping[int, int | None],
    lexicon: Lexicon,
    heads: Mapping[int, str],
) -> tuple[int, int | None, float] | None:
    """(where it was said, who, how sure) for the organization that a short form goes back to.

    mentions: word and organization (None: unlisted) of the sure mentions so far; heads: the head noun of unlisted ones.
    """
    head = reading.words[span.last - 1].text
    before = sorted((word for word in mentions if word < span.first), reverse=True)
    for passed, word in enumerate(before):
        if reading.seconds_between(word, span.first) > WITHIN_SECONDS:
            return None
        owner = mentions[word]
        name = heads.get(word, "") if owner is None else head_of(lexicon.authorities[owner].preferred_name)
        by_initial = len(name) == 1 and passed == 0 and head[:1].upper() == name
        if name == head or by_initial or (head == "organizacion" and name in ARMED):
            return word, owner, 0.5 if passed == 0 else 0.4
    return None
