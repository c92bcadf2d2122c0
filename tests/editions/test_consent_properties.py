"""Over the manifest of a real interview of two narrators: a narrowing never adds anything to an edition."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from oralhistory.consent import agreements, themes
from oralhistory.consent.agreements import FOR_THE_ARCHIVE, OPEN_TO_ALL, Line
from oralhistory.consent.models import Agreement, Audience, Theme, Use
from oralhistory.editions import manifest
from oralhistory.interviews.models import Participation
from oralhistory.people.models import Person
from tests import world as worlds
from tests.clock import DAY, NOON

pytestmark = pytest.mark.django_db
SHOWN = [Use.TEXT, Use.AUDIO, Use.STILL, Use.SUMMARY, Use.QUOTE, Use.EMBED]
instants = st.one_of(st.none(), st.sampled_from([NOON - DAY, NOON, NOON + DAY]))
some = hypothesis_settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # fmt: skip


@st.composite
def denials(draw):
    part = draw(st.sampled_from(["whole", "span", "theme"]))
    start = draw(st.integers(0, 16)) * 500
    return Line(
        draw(st.sampled_from(SHOWN)), draw(st.sampled_from(Audience.values)), denied=True,
        start_ms=start if part == "span" else None,
        end_ms=start + draw(st.integers(1, 8)) * 500 if part == "span" else None,
        theme=draw(st.sampled_from([Theme.FAMILY, Theme.WEAPONS])) if part == "theme" else "",
        valid_from=draw(instants), valid_until=draw(instants), condition=draw(st.sampled_from(["", "mientras viva"])),
    )  # fmt: skip


permissions = st.builds(
    Line, st.sampled_from(SHOWN), st.sampled_from([*Audience.values, Audience.PUBLIC, Audience.PUBLIC]),
    valid_until=instants,
)  # fmt: skip
attributions = st.sampled_from(Person.Attribution.values)
# (whose: of the first, the second, both; what stands in it; how they may be named)
papers = st.tuples(st.sampled_from([0, 1, None]), st.lists(permissions, max_size=8), attributions)
narrowings = st.tuples(
    st.sampled_from([0, 1, None]), st.lists(denials(), min_size=1, max_size=3), attributions
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("consent")


@pytest.fixture
def interview(folder, private_storages):
    """Of two narrators, with passages that speak of themes, and no paper."""
    world = worlds.build()
    made = worlds.in_review(world, folder)
    made.agreements.all().delete()
    second = Person.objects.create(shown_name="Luz", attribution=Person.Attribution.FIRST_NAME)
    Participation.objects.create(interview=made, person=second, role=Participation.Role.NARRATOR)
    worlds.accept_everything(world, made)
    for start, theme in ((1_000, Theme.FAMILY), (4_500, Theme.WEAPONS)):
        themes.mark(made, start, start + 1_000, theme, by=world.moderator.agent, at=NOON)
    made.archivist = world.archivist
    return made


def people(interview):
    rows = Participation.objects.filter(interview=interview, role="narrator").order_by("pk")
    return [each.person for each in rows.select_related("person")]


def record(interview, paper):
    whose, lines, attribution = paper
    person = None if whose is None else people(interview)[whose]
    agreements.add(
        interview, lines, kind=Agreement.Kind.RECORDING, signed_on=NOON.date(), person=person,
        attribution=attribution, by=interview.archivist, at=NOON,
    )  # fmt: skip


def narrow(interview, narrowing):
    whose, lines, attribution = narrowing
    person = None if whose is None else people(interview)[whose]
    agreements.narrow(
        interview, lines, person=person, attribution=attribution, by=interview.archivist.agent, at=NOON
    )


OPEN = (None, [*FOR_THE_ARCHIVE, *OPEN_TO_ALL], "real_name")


def given_out(interview, *, at=NOON):
    """Everything that an edition would give, as a set: words at their times, tenths of heard seconds, other leaves."""
    try:
        built = manifest.build(interview, at=at)
    except manifest.NotReleased:
        return set()
    found = {("word", *word) for segment in built.segments for word in segment["words"]}
    found |= {("text", word) for segment in built.segments for word in segment["text"].split()} - {
        ("text", "[…]")
    }
    found |= {("speaker", segment["speaker"]) for segment in built.segments if segment["speaker"]}
    # By its times: where it stands in a text moves when the text before it goes.
    found |= {
        ("mention", each["start_ms"], each["end_ms"], each["organization"])
        for segment in built.segments
        for each in segment["mentions"]
    }
    if built.sound:
        closed = built.sound["silences"]
        moments = range(0, built.record["duration_ms"], 100)
        found |= {("heard", at) for at in moments if not any(start <= at < end for start, end in closed)}
    for key, value in built.record.items():
        if key != "tombstone":
            found |= {(key, leaf) for leaf in leaves(value)}
    return found


def leaves(value):
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list | tuple):
        return [leaf for each in value for leaf in leaves(each)]
    return [value] if value else []


@given(st.lists(papers, max_size=2), st.booleans(), narrowings, st.sampled_from([NOON, NOON + 2 * DAY]))
@some
def test_a_narrowing_never_adds_a_byte_to_an_edition(interview, rows, opened, narrowing, at):
    with transaction.atomic():
        for paper in [*rows, *([OPEN] if opened else [])]:
            record(interview, paper)
        before = given_out(interview, at=at)
        narrow(interview, narrowing)
        after = given_out(interview, at=at)
        transaction.set_rollback(True)

    assert after <= before


@given(st.lists(papers, max_size=2), st.lists(narrowings, max_size=2), st.randoms())
@some
def test_the_order_of_events_with_the_same_time_does_not_matter(interview, rows, less, random):
    acts = [(record, each) for each in [*rows, OPEN]] + [(narrow, each) for each in less]
    results = []
    for _ in range(2):
        random.shuffle(acts)
        with transaction.atomic():
            for act, what in acts:
                act(interview, what)
            results.append(given_out(interview))
            transaction.set_rollback(True)

    assert results[0] == results[1]


@given(st.lists(narrowings, max_size=2))
@some
def test_no_consent_gives_an_empty_edition(interview, less):
    with transaction.atomic():
        for narrowing in less:
            narrow(interview, narrowing)
        nothing = given_out(interview, at=NOON + timedelta(days=3))
        transaction.set_rollback(True)

    assert nothing == set()


@given(papers, papers)
@some
def test_a_group_interview_gives_no_more_than_either_alone(interview, one, other):
    both = [(0, *one[1:]), (1, *other[1:])]
    found = []
    for rows in ([both[0], (1, *OPEN[1:])], [(0, *OPEN[1:]), both[1]], both):
        with transaction.atomic():
            for paper in rows:
                record(interview, paper)
            found.append(given_out(interview))
            transaction.set_rollback(True)
    first, second, together = found

    assert together <= first & second


@given(st.lists(papers, max_size=2), narrowings)
@some
def test_what_is_refused_is_refused_whatever_else_allows_it(interview, rows, narrowing):
    """A denial beats a permission of the same instant, recorded before or after it."""
    refused = {
        line.use
        for line in narrowing[1]
        if line.part == "whole" and not line.valid_from and not line.valid_until
    }
    with transaction.atomic():
        narrow(interview, narrowing)
        for paper in [*rows, OPEN]:
            record(interview, paper)
        uses = {value for key, *rest in given_out(interview) if key == "uses" for value in rest}
        transaction.set_rollback(True)

    assert not refused & uses
