"""The register of an interview's people named, kept in step with its text.

What a text says now is compared with what the register knows: names that were decided on are looked for in every
passage, what is near them is offered, what is new is proposed. Edits lose no decision: it stays with the name. Where the
words of a name that is kept out were changed in the text, the place stays, since the sound still says it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.review.models import NamedPerson, Occurrence
from oralhistory.review.people_named import alike, effects, finding, scanning, spoken
from oralhistory.review.people_named.finding import Found
from oralhistory.review.people_named.scanning import Known, Match
from oralhistory.review.people_named.spoken import Spoken
from oralhistory.transcripts.models import Segment


@dataclass(slots=True)
class Plan:
    """What the register comes to with the text as it is. `new`: people that it does not have yet."""

    spoken: Spoken
    people: dict[int, NamedPerson]
    theirs: list[Match] = field(default_factory=list)
    likely: list[Match] = field(default_factory=list)
    new: list[list[Found]] = field(default_factory=list)

    @property
    def in_the_way(self) -> int:
        """People without whom nothing is signed: undecided, or with a place of which nobody said whether it is they."""
        named = {each.owner for each in self.theirs}
        waiting = {each.owner for each in self.likely}
        waiting |= {
            pk for pk, each in self.people.items() if _is_in_the_way(each) and (pk in named or each.by_hand)
        }
        return len(waiting) + len(self.new)


def _is_in_the_way(person: NamedPerson) -> bool:
    """As NamedPersonQuerySet.in_the_way asks it of the database."""
    public = person.kind in (NamedPerson.Kind.PUBLIC, NamedPerson.Kind.NOBODY)
    undecided = person.decision == NamedPerson.Decision.UNDECIDED
    return undecided and not public and person.living != NamedPerson.Living.NO


def plan(interview: Interview) -> Plan:
    """Compare; nothing is written."""
    people = {each.pk: each for each in NamedPerson.objects.filter(interview=interview)}
    said = spoken.of(interview)
    known = spellings(people.values())
    found = finding.find(said.texts)
    made = Plan(said, people)
    made.theirs = scanning.exactly(said.texts, known)
    kept_out = [each for each in known if people[each.owner].decision in NamedPerson.KEPT_OUT]
    made.likely = scanning.nearly(said.texts, kept_out, made.theirs)
    _place(made, found, known)
    return made


def spellings(people: Iterable[NamedPerson]) -> list[Known]:
    """Every spelling of these people that is theirs for sure."""
    by_pk = {each.pk: each for each in people}
    found = {scanning.known(each.name, pk, by_hand=each.by_hand): None for pk, each in by_pk.items()}
    rows = Occurrence.objects.filter(person__in=by_pk, likely=False)
    for spelling, pk, by_hand in rows.order_by("pk").values_list("spelling", "person", "by_hand").distinct():
        found[scanning.known(spelling, pk, by_hand=by_hand)] = None
    return list(found)


def _place(made: Plan, found: list[Found], known: list[Known]) -> None:
    """Give what looks like a name to somebody of the register, or to somebody new."""
    forms: dict[int, list[alike.Form]] = {}
    for spelling in known:
        forms.setdefault(spelling.owner, []).append(spelling.form)
    left, said = [], _by_cue(made)
    for name in found:
        inside = [
            each for each in said.get(name.cue_id, ()) if each.start < name.end and name.start < each.end
        ]
        if any(each.start <= name.start and name.end <= each.end for each in inside):
            continue
        owner = next((each.owner for each in inside if _may_be(name, forms[each.owner])), None)
        for each in inside:  # "Ramiro", and it goes on: "Ramiro López"
            (made.theirs if each in made.theirs else made.likely).remove(each)
        if owner is None:
            left.append(name)
        else:
            _give(made, owner, name)
    undecided = NamedPerson.Decision.UNDECIDED
    standing = [(pk, own) for pk, own in forms.items() if made.people[pk].decision == undecided]
    kept = [(pk, own) for pk, own in forms.items() if made.people[pk].decision == NamedPerson.Decision.KEEP]
    for group in alike.grouped(_by_surname(made, left, kept), standing):
        if group.owner is None:
            made.new.append(group.members)
        else:
            made.theirs += [_match(each, group.owner) for each in group.members]


def _by_surname(made: Plan, found: list[Found], kept: list[tuple[int, list[alike.Form]]]) -> list[Found]:
    """Who is kept is named by a surname too: "Allende" after "Salvador Allende". A given name alone may be anybody's."""
    left = []
    for name in found:
        form = alike.form_of(name.spelling)
        owners = [
            pk
            for pk, forms in kept
            if made.people[pk].kind == NamedPerson.Kind.PUBLIC
            and any(alike.is_part(form, own, exactly=True) and form[-1] == own[-1] for own in forms)
        ]
        if len(owners) == 1:
            made.theirs.append(_match(name, owners[0]))
        else:
            left.append(name)
    return left


def _give(made: Plan, owner: int, name: Found) -> None:
    decided = made.people[owner].decision != NamedPerson.Decision.UNDECIDED
    (made.likely if decided else made.theirs).append(_match(name, owner))


def _may_be(name: Found, forms: list[alike.Form]) -> bool:
    form = alike.form_of(name.spelling)
    return any(alike.may_be_one(form, own) for own in forms)


def _match(name: Found, owner: int) -> Match:
    return Match(name.cue_id, name.start, name.end, name.spelling, owner)


def _by_cue(made: Plan) -> dict[str, list[Match]]:
    found: dict[str, list[Match]] = {}
    for each in [*made.theirs, *made.likely]:
        found.setdefault(each.cue_id, []).append(each)
    return found


def in_the_way(interview: Interview) -> int:
    """How many people keep the interview from being signed, with its text as it is now."""
    return plan(interview).in_the_way


# Writing it down.


@transaction.atomic
def follow(interview: Interview, *, at: datetime, by: Agent = MACHINE) -> Plan:
    """Bring the register and the redactions of its decisions in step with the text. Running it again changes nothing."""
    Interview.objects.select_for_update().get(pk=interview.pk)
    made = plan(interview)
    for members in made.new:
        person = _add(interview, members)
        made.people[person.pk] = person
        made.theirs += [_match(each, person.pk) for each in members]
    _keep_places(made)
    _forget_the_unnamed(interview)
    effects.follow(made.people.values(), made.spoken, by=by, at=at)
    return made


def follow_edit(interview: Interview, segment: Segment, *, by: Agent, at: datetime) -> None:
    """After an edit: a name that is kept out and was written anew in a segment is kept out at once."""
    people = {each.pk: each for each in NamedPerson.objects.filter(interview=interview)}
    if not any(each.decision in NamedPerson.KEPT_OUT for each in people.values()):
        return
    said = spoken.just(segment)
    there = set(
        Occurrence.objects.filter(person__in=people, cue_id=segment.cue_id).values_list("start", "end")
    )
    new = [
        _row(each, False, said)
        for each in scanning.exactly(said.texts, spellings(people.values()))
        if people[each.owner].decision in NamedPerson.KEPT_OUT and (each.start, each.end) not in there
    ]
    Occurrence.objects.bulk_create(new)
    effects.follow([people[pk] for pk in {row.person_id for row in new}], said, by=by, at=at)


def _add(interview: Interview, members: list[Found]) -> NamedPerson:
    name = alike.Group([], members=members).name
    narrators = interview.participations.filter(role="narrator").values_list("person__shown_name", flat=True)
    form = alike.form_of(name)
    is_narrator = any(form == alike.form_of(each) for each in narrators)
    kind = NamedPerson.Kind.NARRATOR if is_narrator else NamedPerson.Kind.UNKNOWN
    return NamedPerson.objects.create(interview=interview, name=name[:200], kind=kind)


def _keep_places(made: Plan) -> None:
    """The rows as the plan has them; what is unchanged stays, with who marked it."""
    wanted = {(each.cue_id, each.start, each.end): (each, False) for each in made.theirs}
    wanted |= {(each.cue_id, each.start, each.end): (each, True) for each in made.likely}
    rows = Occurrence.objects.filter(person__in=made.people, gone=False).order_by("pk")
    there, lost = set(), []
    for row in rows:
        place = (row.cue_id, row.start, row.end)
        match, likely = wanted.get(place, (None, False))
        if match is None or (match.owner, match.spelling) != (row.person_id, row.spelling) or place in there:
            lost.append(row)
            continue
        there.add(place)
        _bring_up_to_date(row, likely, made.spoken)
    fresh = {place: each for place, each in wanted.items() if place not in there}
    _lose(lost, Counter((match.owner, match.cue_id) for match, _likely in fresh.values()), made)
    Occurrence.objects.bulk_create(_row(match, likely, made.spoken) for match, likely in fresh.values())


def _bring_up_to_date(row: Occurrence, likely: bool, said: Spoken) -> None:
    span = said.passages[row.cue_id].span(row.start, row.end)
    if (row.start_ms, row.end_ms) != span or row.likely != likely:
        (row.start_ms, row.end_ms), row.likely = span, likely
        row.save(update_fields=["start_ms", "end_ms", "likely"])


def _row(match: Match, likely: bool, said: Spoken) -> Occurrence:
    start_ms, end_ms = said.passages[match.cue_id].span(match.start, match.end)
    return Occurrence(
        person_id=match.owner, cue_id=match.cue_id, start=match.start, end=match.end, start_ms=start_ms,
        end_ms=end_ms, spelling=match.spelling[:200], likely=likely,
    )  # fmt: skip


def _lose(rows: list[Occurrence], fresh: Counter[tuple[int, str]], made: Plan) -> None:
    """What the text no longer says so: a name that is kept out is still heard where it was, unless it only moved."""
    for row in rows:
        kept_out = made.people[row.person_id].decision in NamedPerson.KEPT_OUT and not row.likely
        if kept_out and not fresh[row.person_id, row.cue_id]:
            Occurrence.objects.filter(pk=row.pk).update(gone=True)
            continue
        fresh[row.person_id, row.cue_id] -= 1
        row.delete()


def _forget_the_unnamed(interview: Interview) -> None:
    """Proposals of a machine that the text no longer supports."""
    unnamed = NamedPerson.objects.filter(interview=interview, by_hand=False, occurrences=None)
    unnamed.undecided().filter(note="").delete()
