"""Organizations that are not in the list: acronyms and names that nobody has made a record for yet."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.mentions import letters, whole_names
from oralhistory.mentions.common_words import is_common, is_known, word_set, zipf
from oralhistory.mentions.company import is_said_as_member
from oralhistory.mentions.evidence import ARTICLES, Evidence, Parameters
from oralhistory.mentions.existence import is_shouted
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.spans import UNLISTED, Span

# Capitals that name no organization of the kind that records are made of: countries, titles, things, what everybody
# has a number of; and Roman numerals, and the call signs of radio stations.
NO_ORGANIZATION = word_set(
    "aa ac adn am api cd cv dc df dif dj dni dr dra dvd ee eeuu eua ff fifa gps hd html http id ife imss ine issste iva "
    "km lic mr mrs msnm nba nn nro ok pc pdf pib pm ps rda rfa rfc sa sida sms sos sr sra srta tv uefa ufo uk urss usa "
    "usb vhs vih vip wer wifi www xml"
)
ROMAN = re.compile(r"x{0,3}(ix|iv|v?i{0,3})$")  # as they are said: to 39
CALL_SIGN = re.compile(r"x[eh][a-z]{1,4}$")
NUMBERED = re.compile(r"[a-z]{1,6}\d{1,3}[a-z]?$")  # M19, LC23S
RATHER_RARE = 5.0  # zipf of one word at least of a name in small letters
VOWEL = re.compile("[aeiou]")


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
        if taken[index] or index in covered or not _may_be_acronym(reading, index):
            continue
        capitals = reading.cased and word.surface.isupper() and not is_shouted(reading, index)
        mute = not is_common(word.text) and not VOWEL.search(word.text) and len(word.text) <= 6
        article = index > 0 and reading.words[index - 1].text in ARTICLES
        if capitals or (mute and article) or (word.text.upper() in said and not is_known(word.text)):
            last = _joined(reading, index, taken) if capitals else index + 1
            if last - index == 1 and len(word.text) < 2:
                continue
            covered.update(range(index, last))
            text = "".join(each.text for each in reading.words[index:last])
            yield Span(index, last, UNLISTED, letters=text.upper())


def _may_be_acronym(reading: Reading, index: int) -> bool:
    text = reading.words[index].text
    if len(text) > 12 or not (text.isalpha() or NUMBERED.match(text)):
        return False
    if index + 1 < len(reading.words) and reading.words[index + 1].gap in ("", "-") and text.isalpha():
        return True
    return not (text in NO_ORGANIZATION or ROMAN.match(text) or CALL_SIGN.match(text))


def _joined(reading: Reading, index: int, taken: Sequence[bool]) -> int:
    """After the last part that a hyphen or a dot without a blank joins: "FP-31", "MLN-T", "Co.Co"."""
    last = index + 1
    while last < len(reading.words) and not taken[last] and last < index + 3:
        word = reading.words[last]
        part = word.surface.isupper() or (word.text.isdigit() and len(word.text) <= 3)
        if word.gap not in ("", "-", "–") or not part:
            break
        last += 1
    return last


def _spelled(reading: Reading, run: letters.Run, taken: Sequence[bool]) -> Iterator[Span]:
    """The longest part of a run that is free, without the small words at its ends that may be no letters."""
    places = len(run.options)
    start, stop = 0, places
    while start < stop and _doubtful(reading, run, start):
        start += 1
    while stop > start and letters.is_doubtful_end(reading.words, run.words(stop - 1, stop)[0]):
        stop -= 1
    if start == stop:
        return
    first, last = run.words(start, stop)
    words = reading.words[first:last]
    if any(taken[first:last]) or not letters.tells(words) or _is_glued(reading, first, last):
        return
    spelling = next(run.spellings(start, stop))
    if sum(map(str.isalpha, spelling)) >= 2 and len(spelling) <= 12:
        yield Span(first, last, UNLISTED, letters=spelling)


def _is_glued(reading: Reading, first: int, last: int) -> bool:
    """Is it a piece of something longer: "7f3a" in a code?"""
    after = last < len(reading.words) and reading.words[last].gap == ""
    return after or (first > 0 and reading.words[first].gap == "")


def _doubtful(reading: Reading, run: letters.Run, place: int) -> bool:
    at = run.words(place, place + 1)[0]
    word = reading.words[at]
    if at and reading.words[at - 1].text in ARTICLES:
        return False  # after an article no small word stands
    if word.surface.isupper() and len(word.surface) == 1:
        return False
    return word.text in ("de", "a", "y", "e", "o", "te")


def names(
    reading: Reading, taken: Sequence[bool], vocabulary: AbstractSet[str] = frozenset()
) -> Iterator[Span]:
    """A head noun and what follows it in capitals: "Unión Patriótica", "Partido de los Pobres".

    In small letters, and misheard, only where what follows are words that names are made of.
    """
    words = reading.words
    small = whole_names.is_name_word(reading, vocabulary)
    after = -1
    for index, word in enumerate(words):
        if taken[index] or index < after or len(word.text) < 4:
            continue
        head = whole_names.head_heard(word.text)
        if not head:
            continue
        capital = reading.cased and whole_names.is_capital(word)
        belongs = whole_names.is_capital if capital else small
        last = whole_names.reach_after(reading, index + 1, taken, belongs)
        last = _with_acronym(reading, last, taken) if capital else last
        said = [each for each in words[index + 1 : last] if belongs(each)]
        content = len(said)
        glued = word.text != head and len(word.text) > len(head) + 4
        if capital and (content + glued >= (1 if head in whole_names.HEADS else 2)):
            yield Span(index, last, UNLISTED)
        elif (
            not capital
            and _is_name_in_small(
                reading,
                index,
                head,
                content + glued,
                misheard=any(not is_known(w.text) for w in words[index:last]),
            )
            and (glued or any(zipf(each.text) < RATHER_RARE for each in said))
        ):
            yield Span(index, last, UNLISTED, similarity=0.8)
        else:
            continue
        after = last


def _with_acronym(reading: Reading, last: int, taken: Sequence[bool]) -> int:
    """After the initials of whose a name says it is: "Sindicato del Personal Académico de la UNAM"."""
    for at in (last + 1, last + 2):
        if at >= len(reading.words) or reading.crosses_stop(last, at + 1) or "," in reading.words[at].gap:
            return last
        links = [word.text for word in reading.words[last:at]]
        if reading.words[at].surface.isupper() and links in (["de"], ["del"], ["de", "la"]) and not taken[at]:
            return at + 1
    return last


def _is_name_in_small(reading: Reading, index: int, head: str, content: int, *, misheard: bool) -> bool:
    """Enough words of names, an article, and a head that is not everybody's, or a membership told."""
    article = index > 0 and reading.words[index - 1].text in ARTICLES and not reading.stops[index]
    member = is_said_as_member(reading, index)
    return (
        article
        and (member or misheard)
        and content >= (1 if member and head in whole_names.HEADS_IN_SMALL else 2)
    )


def reasons(span: Span, reading: Reading, counts: Counter[str], company: bool) -> list[Evidence]:
    """Why an unlisted span may be an organization. counts: how often each acronym is said; company: are others."""
    found = []
    opening = reading.words[span.first]
    article = span.first > 0 and reading.words[span.first - 1].text in ARTICLES
    member = is_said_as_member(reading, span.first)
    spelled: Parameters = {"letters": "·".join(span.letters)}
    sure = not span.letters or (len(span.letters) > 2 and opening.surface.isupper())
    if not span.letters and span.similarity < 1:
        found.append(Evidence(N_("words of an unlisted name, without capitals"), 0.2))
    elif not span.letters:
        found.append(Evidence(N_("head noun and capitals of an unlisted name"), 1.4))
    elif span.size == 1 and not opening.surface.isupper():
        found.append(Evidence(N_("letters %(letters)s that are no word"), -0.7, spelled))
    else:
        found.append(Evidence(N_("acronym %(letters)s that is not in the list"), 0.8, spelled))
        if span.size == 1 and is_known(opening.text):
            weight = -0.8 if article else -2.0
            found.append(Evidence(N_("common word «%(word)s»"), weight, {"word": opening.text}))
    if article:
        found.append(Evidence(N_("article before"), 0.6))
    else:
        weight = -0.5 if not span.letters or member else -1.4
        found.append(Evidence(N_("no article before"), weight))
    if member:
        found.append(Evidence(N_("said as of an organization"), 1.0))
    if counts[span.letters] > 1 and span.letters and (article or member):
        found.append(Evidence(N_("said %(count)d times"), 0.7, {"count": counts[span.letters]}))
    if len(span.letters) == 2:
        found.append(Evidence(N_("only two letters"), -1.4 if sure or not member else -0.9))
    if not company:
        found.append(Evidence(N_("no organization of the list is spoken of"), -2.5))
    return found
