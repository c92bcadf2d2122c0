"""Organizations that are not in the list: acronyms and names that nobody has made a record for yet."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.mentions import letters
from oralhistory.mentions.common_words import JOINING, is_common, word_set
from oralhistory.mentions.evidence import ARTICLES, Evidence, Parameters
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.spans import UNLISTED, Span

# Capitals that name no organization: countries, titles, things; and Roman numerals.
NO_ORGANIZATION = word_set(
    "aa ac adn am api cd cv dc df dj dni dr dra dvd ee eeuu eua ff gps hd html http id iva km lic mr mrs nn nro ok pc "
    "pdf pib pm ps rda rfa sa sida sms sos sr sra srta tv ufo uk urss usa usb vhs vih vip wer wifi www xml"
)
ROMAN = re.compile(r"[ivxlcdm]+$")
VOWEL = re.compile("[aeiou]")
HEADS = word_set(
    "alianza asamblea asociacion bloque brigada brigadas central coalicion comando comision comite comites "
    "confederacion congreso coordinadora corriente ejercito federacion frente fuerza fuerzas grupo juventud "
    "juventudes liga ligas movimiento organizacion partido resistencia sindicato unidad union vanguardia"
)
LINKS = word_set("de del de la las los y e para por pro en con a al contra")
# Words by which an interview shows that it speaks of organized life; stems of folded words.
ORGANIZED_LIFE = re.compile(
    r"(militan|guerrill|clandestin|companer[oa]s|comunis|socialis|sindical|sindicat|revolucion|represion|dictadura|"
    r"exili|solidari|huelg|presos|desaparecid|torturad|comunicado|fundador|dirigente|comandante|organice|organizac|"
    r"partido|movimiento|golpe|toque$|asamblea|campesin|obrer)"
)
LEAST_ORGANIZED = 3  # such words before an unknown acronym is taken for an organization


def speaks_of_organized_life(reading: Reading) -> bool:
    """Does the text have the words of people who organize? Else capitals are brands and measures."""
    return sum(bool(ORGANIZED_LIFE.match(word.text)) for word in reading.words) >= LEAST_ORGANIZED


def acronyms(reading: Reading, taken: Sequence[bool]) -> Iterator[Span]:
    """What looks like an acronym and was not found in the list. taken tells words already matched."""
    covered: set[int] = set()
    said: set[str] = set()
    for run in letters.runs(reading.words):
        for span in _spelled(reading, run, taken):
            covered.update(range(span.first, span.last))
            said.add(span.letters)
            yield span
    said |= {word.surface for word in reading.words if reading.cased and word.surface.isupper()}
    for index, word in enumerate(reading.words):
        if taken[index] or index in covered or not 2 <= len(word.text) <= 12 or not word.text.isalpha():
            continue
        if word.text in NO_ORGANIZATION or ROMAN.match(word.text):
            continue
        capitals = reading.cased and word.surface.isupper()
        mute = not is_common(word.text) and not VOWEL.search(word.text) and len(word.text) <= 6
        article = index > 0 and reading.words[index - 1].text in ARTICLES
        if capitals or (mute and article) or (word.text.upper() in said and not is_common(word.text)):
            yield Span(index, index + 1, UNLISTED, letters=word.text.upper())


def _spelled(reading: Reading, run: letters.Run, taken: Sequence[bool]) -> Iterator[Span]:
    """The longest part of a run that is free, without the small words at its ends that may be no letters."""
    places = len(run.options)
    start, stop = 0, places
    while start < stop and _doubtful(reading, run, start, opening=True):
        start += 1
    while stop > start and _doubtful(reading, run, stop - 1, opening=False):
        stop -= 1
    if start == stop:
        return
    first, last = run.words(start, stop)
    words = reading.words[first:last]
    if any(taken[first:last]) or not letters.tells(words):
        return
    spelling = next(run.spellings(start, stop))
    if sum(map(str.isalpha, spelling)) >= 2 and len(spelling) <= 12:
        yield Span(first, last, UNLISTED, letters=spelling)


def _doubtful(reading: Reading, run: letters.Run, place: int, *, opening: bool) -> bool:
    word = reading.words[run.words(place, place + 1)[0]]
    if word.surface.isupper() and len(word.surface) == 1:
        return False
    return word.text in (("de", "a", "y", "e", "o", "te") if opening else ("y", "o", "a", "de"))


def names(reading: Reading, taken: Sequence[bool]) -> Iterator[Span]:
    """A head noun and what follows it in capitals: "Unión Patriótica", "Partido de los Pobres"."""
    if not reading.cased:
        return
    words = reading.words
    for index, word in enumerate(words):
        if taken[index] or word.text not in HEADS or not word.surface[0].isupper():
            continue
        last, end = index + 1, index + 1
        while end < len(words) and end < index + 12 and not reading.stops[end] and not taken[end]:
            following = words[end]
            if "," in following.gap:
                break
            if following.surface[0].isupper() and following.text not in JOINING:
                last = end + 1
            elif following.text not in LINKS and not following.text.isdigit():
                break
            end += 1
        if last > index + 1:
            yield Span(index, last, UNLISTED)


def reasons(span: Span, reading: Reading, counts: Counter[str], company: bool) -> list[Evidence]:
    """Why an unlisted span may be an organization. counts: how often each acronym is said; company: are others."""
    found = []
    sure = not span.letters or (len(span.letters) > 2 and reading.words[span.first].surface.isupper())
    article = span.first > 0 and reading.words[span.first - 1].text in ARTICLES
    spelled: Parameters = {"letters": "·".join(span.letters)}
    if not span.letters:
        found.append(Evidence(N_("head noun and capitals of an unlisted name"), 1.0))
    elif span.size == 1 and not reading.words[span.first].surface.isupper():
        found.append(Evidence(N_("letters %(letters)s that are no word"), -0.7, spelled))
    else:
        found.append(Evidence(N_("acronym %(letters)s that is not in the list"), 0.4, spelled))
    found.append(
        Evidence(N_("article before"), 0.6)
        if article
        else Evidence(N_("no article before"), -0.5 if sure else -1.4)
    )
    if counts[span.letters] > 1 and span.letters:
        found.append(Evidence(N_("said %(count)d times"), 0.7, {"count": counts[span.letters]}))
    if len(span.letters) == 2:
        found.append(Evidence(N_("only two letters"), -1.4))
    if not company:
        found.append(Evidence(N_("no organization of the list is spoken of"), -2.5))
    return found
