"""Whether a span is an organization at all: how it is written, and what stands around it."""

from bisect import bisect_left

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.mentions.common_words import is_common, is_known, zipf
from oralhistory.mentions.company import is_said_as_member
from oralhistory.mentions.evidence import Evidence, Surroundings
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.spans import Span

EVERYBODYS = 4.5
LONELY_WORDS = 400


def is_shouted(reading: Reading, index: int) -> bool:
    """Do words around it that are no initials stand in capitals too?"""
    around = reading.words[max(0, index - 2) : index] + reading.words[index + 1 : index + 3]
    return any(len(word.text) > 1 and word.surface.isupper() and is_common(word.text) for word in around)


def spelling(around: Surroundings, span: Span) -> list[Evidence]:
    """How the words are written: capitals, common words, the article before."""
    words = around.reading.words[span.first : span.last]
    article = around.article_before(span)
    found = []
    form = span.form
    if span.kind == "name" and span.size > 1 and form and form.content <= 2:
        said_small = not any(word.surface[0].isupper() for word in words)
        if said_small and all(zipf(word.text) >= EVERYBODYS for word in words):
            weight = -1.2 if around.reading.cased or form.content < 2 else 0.0
            found.append(Evidence(N_("words that everybody says, without capitals"), weight))
    if span.kind == "name" and span.size == 1:
        found += _one_word(around, span)
    elif span.kind in ("acronym", "heard") and span.size == 1:
        found += _acronym(around, span)
    if span.kind == "acronym" and span.size > 1 and sum(len(word.text) for word in words) < 3:
        found.append(Evidence(N_("only two signs"), -1.5))
    found += _lonely(around, span)
    if span.kind == "letters" and not article and _is_of_a_person(around, span):
        found.append(Evidence(N_("initials before a person's name"), -3.0))
    if span.size <= 2 and (span.kind != "name" or span.size == 1):
        capital = around.reading.cased and words[0].surface[0].isupper() and not words[0].opens
        common = span.size == 1 and is_common(words[0].text) and not capital
        if span.first and around.reading.words[span.first - 1].text in ("un", "una"):
            found.append(Evidence(N_("one of many: indefinite article"), -1.5))
        elif article:
            found.append(Evidence(N_("article before"), 0.6))
        else:
            member = span.first and around.reading.words[span.first - 1].text == "de"  # "gente de Montoneros"
            low = span.kind == "name" and not member and not words[0].surface[0].isupper()
            found.append(Evidence(N_("no article before"), -2.0 if common else -1.2 if low else -0.5))
    return found


def _is_of_a_person(around: Surroundings, span: Span) -> bool:
    """ "J. C. Mariátegui": initials with dots, and a name that is none of everybody's words."""
    words = around.reading.words
    if span.last >= len(words) or "." not in words[span.last].gap or span.size > 3:
        return False
    after = words[span.last]
    return after.gap in (".", ". ") and after.surface[0].isupper() and not is_common(after.text)


def _lonely(around: Surroundings, span: Span) -> list[Evidence]:
    """A doubtful form is an organization's where people speak of such things."""
    surface = around.reading.words[span.first].surface
    shown = span.kind == "acronym" and span.size == 1 and surface.isupper() and len(surface) > 3
    several = span.kind == "name" and span.form is not None and span.form.content > 1
    if shown or several or (span.kind == "letters" and len(span.letters) > 3):
        return []
    people = span.form is not None and span.form.surface[:1].islower()
    if not people and is_said_as_member(around.reading, span.first):
        return [Evidence(N_("said as of an organization"), 0.8)]
    at = bisect_left(around.sure, (span.first - LONELY_WORDS, -1))
    until = bisect_left(around.sure, (span.last + LONELY_WORDS, -1))
    if any(word not in range(span.first, span.last) for word, _ in around.sure[at:until]):
        return []
    if around.company.near(span.first, span.last):
        return []
    return [Evidence(N_("nothing near speaks of organizations"), -2.0)]


def _one_word(around: Surroundings, span: Span) -> list[Evidence]:
    word = around.reading.words[span.first]
    common = zipf(word.text)
    capital = word.surface[0].isupper() and around.reading.cased
    form = span.form
    found = []
    if not common:
        if capital:
            found.append(Evidence(N_("a name's capital"), 0.8))
        elif is_known(word.text):
            found.append(Evidence(N_("common word «%(word)s»"), -1.6, {"word": word.text}))
        else:
            found.append(Evidence(N_("no capital"), -1.2 if around.reading.cased else -0.6))
    elif capital and not word.opens:
        exact = form is not None and form.surface[:1].isupper()
        found.append(Evidence(N_("common word with a capital"), -1.2 if exact else -3.2))
    else:
        weight = -3.2 - max(0.0, common - 4)
        found.append(Evidence(N_("common word «%(word)s»"), weight, {"word": word.text}))
    if form is not None and form.surface[:1].islower():
        weight = -1.8 if around.reading.cased else -2.4
        found.append(Evidence(N_("its people rather than its name"), weight))
    if form is not None and form.short:
        found.append(Evidence(N_("short form"), -0.5))
    return found


def _acronym(around: Surroundings, span: Span) -> list[Evidence]:
    word = around.reading.words[span.first]
    size, common = len(word.text), is_common(word.text)
    capitals = word.surface.isupper() and size > 1 and not is_shouted(around.reading, span.first)
    found = []
    if word.surface[:-1].isupper() and word.surface[-1] == "s" and size <= 4:
        found.append(Evidence(N_("several of a thing: «%(word)s»"), -2.5, {"word": word.surface}))
    if capitals and around.reading.cased:
        if size == 2:
            found.append(Evidence(N_("only two letters"), -0.8 if around.article_before(span) else -2.2))
    elif common:
        weight = (
            -5.0
            if not around.reading.cased
            else -5.2
            if word.surface[0].isupper() and not word.opens
            else -6.2
        )
        weight -= 1.5 * max(0.0, zipf(word.text) - 4.8)
        found.append(Evidence(N_("common word «%(word)s»"), weight, {"word": word.text}))
        article, genders = (
            around.article_before(span),
            {around.lexicon.genders[owner] for owner in span.owners},
        )
        if article and "" not in genders and article not in genders:
            found.append(Evidence(N_("its article is the common word's"), -2.5))
    elif not capitals and is_known(word.text):
        found.append(Evidence(N_("common word «%(word)s»"), -4.2, {"word": word.text}))
    elif not capitals:
        found.append(Evidence(N_("no capitals"), -0.6 if size > 3 else -1.0 if size == 3 else -3.4))
    return found
