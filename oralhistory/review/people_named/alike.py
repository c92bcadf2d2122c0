"""When two spellings may be one person's: part of the name, another spelling, or what a machine misheard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from oralhistory.lib.folding import tokens
from oralhistory.mentions.phonetics import key
from oralhistory.review.people_named.finding import Found
from oralhistory.review.people_named.vocabulary import PARTICLES, SHORT_TITLES, TITLES

NEAR, NEAR_IN_SOUND = 84, 86  # per cent
SHORTEST = 4  # letters: of less, only the same is the same

Form = tuple[str, ...]  # the folded words of a spelling, all of them


def form_of(spelling: str) -> Form:
    return tuple(token.text for token in tokens(spelling))


def meaning(form: Form) -> Form:
    """The words that tell who it is: without particles, titles and initials."""
    small = PARTICLES | TITLES | SHORT_TITLES
    return tuple(word for word in form if len(word) > 1 and word not in small) or form


def words_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST:
        return False
    return (
        key(one) == key(other)
        or fuzz.ratio(one, other) >= NEAR
        or (
            min(len(key(one)), len(key(other))) >= SHORTEST
            and fuzz.ratio(key(one), key(other)) >= NEAR_IN_SOUND
        )
    )


def is_part(short: Form, long: Form, *, exactly: bool = False) -> bool:
    """Whether the words of one stand in the other, in their order."""
    rest = iter(meaning(long))
    return all(
        any(word == other if exactly else words_alike(word, other) for other in rest)
        for word in meaning(short)
    )


def may_be_one(one: Form, other: Form) -> bool:
    return is_part(one, other) or is_part(other, one)


@dataclass(slots=True)
class Group:
    """Names that are likely one person's. `owner`: who is in the register already."""

    forms: list[Form]
    owner: int | None = None
    members: list[Found] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The fullest spelling; of equals the most frequent, then the first."""
        spellings = [each.spelling for each in self.members]
        return max(
            dict.fromkeys(spellings), key=lambda each: (len(meaning(form_of(each))), spellings.count(each))
        )


def grouped(found: Sequence[Found], known: Iterable[tuple[int, list[Form]]] = ()) -> list[Group]:
    """One group for each person, as far as names tell; those of the register first, each with what joins it.

    The longest names make groups, and shorter ones join where only one group has them: who is called Ramiro alone may
    be either of two of that name, and stands for himself.
    """
    groups = [Group(list(forms), owner) for owner, forms in known]
    by_form: dict[Form, list[Found]] = {}
    for each in found:
        by_form.setdefault(form_of(each.spelling), []).append(each)
    for form in sorted(by_form, key=lambda form: (-len(meaning(form)), -len(by_form[form]))):
        same = [group for group in groups if form in group.forms]
        fitting = same or [group for group in groups if any(may_be_one(form, other) for other in group.forms)]
        if len(fitting) == 1:
            fitting[0].forms.append(form)
            fitting[0].members += by_form[form]
        else:
            groups.append(Group([form], members=list(by_form[form])))
    return groups
