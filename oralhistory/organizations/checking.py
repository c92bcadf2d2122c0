"""What looks wrong in a list of records though it can be read: said to whoever imports it, who decides."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from oralhistory.lib.folding import fold
from oralhistory.organizations import descriptions
from oralhistory.organizations.descriptions import Description, NameForm
from oralhistory.organizations.formats import storing
from oralhistory.organizations.models import Name

# Parties and unions go on under an old name for a while, and years are often those of a congress.
YEARS_OF_GRACE = 2


def warnings(listed: Sequence[Description], others: Sequence[Description] = ()) -> list[str]:
    """Sentences about the list that begin with the id that they are about; `others` are records that are here already."""
    ids = {each.id for each in listed}
    whole = [*(each for each in others if each.id not in ids), *listed]
    by_id = {each.id: each for each in whole}
    succession = _succession(whole)
    found: list[str] = []
    for each in listed:
        found += _within(each)
        found += _in_time(each, by_id, succession)
    return [*found, *(sentence for id_, sentence in _alike(whole) if id_ in ids)]


def _within(each: Description) -> Iterator[str]:
    """Names that a record has twice. Another case or accent is another form: "Morena" is said, "MORENA" spelled."""
    seen: dict[str, str] = {}
    for name in each.names:
        key = " ".join(name.text.split())
        if key in seen:
            yield f"{each.id}: «{name.text}» stands among its names twice (as {name.kind} and as {seen[key]})"
        else:
            seen[key] = name.kind


def _in_time(
    each: Description, by_id: Mapping[str, Description], succession: Mapping[str, set[str]]
) -> Iterator[str]:
    for other in map(by_id.get, sorted(succession.get(each.id, ()))):
        if not other or not each.founded:
            continue
        # Whoever follows may well be founded while the other still exists; not before it began.
        if other.founded and each.founded.year < other.founded.year:
            yield (
                f"{each.id}: founded in {each.founded.year}, before its predecessor {other.id} "
                f"was ({other.founded.year})"
            )
        elif other.dissolved and each.founded.year - other.dissolved.year > YEARS_OF_GRACE:
            yield (
                f"{each.id}: founded in {each.founded.year}, {each.founded.year - other.dissolved.year} years after "
                f"its predecessor {other.id} ended ({other.dissolved.year})"
            )
        if each.dissolved and other.founded and each.dissolved.year < other.founded.year:
            yield f"{each.id}: ended in {each.dissolved.year}, before its predecessor {other.id} began"
    if each.id in succession.get(each.id, ()):
        yield f"{each.id}: is its own predecessor"
    for other_id in sorted(succession.get(each.id, ())):
        if each.id in succession.get(other_id, ()) and each.id < other_id:
            yield f"{each.id}: is both predecessor and successor of {other_id}"


def _succession(listed: Iterable[Description]) -> dict[str, set[str]]:
    """The predecessors of each, whichever of the two says so."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in listed:
        for tie in each.ties:
            subject, object_, kind = descriptions.ends(each.id, tie)
            if kind == "predecessor":
                found[object_].add(subject)
    return found


def _alike(listed: Sequence[Description]) -> Iterator[tuple[str, str]]:
    """Records that may be one: same name, same country, and years that do not exclude each other."""
    same: dict[tuple[str, str], list[Description]] = defaultdict(list)
    for each in listed:
        same[" ".join(fold(each.name).split()), each.country].append(each)
    for group in same.values():
        for number, each in enumerate(group):
            for other in group[number + 1 :]:
                if not _apart(each, other):
                    yield other.id, f"{other.id}: has the name, country and years of {each.id}; are they one?"
    shared: dict[tuple[str, str], list[Description]] = defaultdict(list)
    for each in listed:
        for acronym in dict.fromkeys(each.of_kind(Name.Kind.ACRONYM)):
            shared[acronym, each.country].append(each)
    for (acronym, country), group in shared.items():
        for number, each in enumerate(group):
            for other in group[number + 1 :]:
                if country and not _apart(each, other):
                    yield (
                        other.id,
                        f"{other.id}: has the acronym {acronym}, the country and years of {each.id}",
                    )


def _apart(each: Description, other: Description) -> bool:
    ends = [
        (one.founded.year if one.founded else 0, one.dissolved.year if one.dissolved else 9999)
        for one in (each, other)
    ]
    return ends[0][1] < ends[1][0] or ends[1][1] < ends[0][0]


def connected(listed: Sequence[Description], names: Mapping[str, str]) -> list[Description]:
    """The list with what is known by name only led to the record that is called so.

    That are relations whose other end other archives named, and records of which a list says no more than the name:
    a table of relationships that came alone. `names` are ids by authorized name, of those that only one record has.
    """
    renamed = {
        each.id: names[each.name] for each in listed if _says_no_more_than_a_name(each) and each.name in names
    }
    known = {each.id for each in listed}
    by_slug = {
        storing.slug(name): id_ for name, id_ in {**names, **{each.name: each.id for each in listed}}.items()
    }

    def led(other: str) -> str:
        other = other if other in known else by_slug.get(other, other)
        return renamed.get(other, other)

    return [
        replace(
            each,
            id=renamed.get(each.id, each.id),
            ties=tuple(replace(tie, other=led(tie.other)) for tie in each.ties),
        )
        for each in listed
    ]


def _says_no_more_than_a_name(each: Description) -> bool:
    return each == Description(each.id, (NameForm(each.name, "authorized"),), ties=each.ties)
