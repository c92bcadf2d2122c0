"""What agreements allow, as properties over any set of papers."""

from hypothesis import given
from hypothesis import strategies as st

from oralhistory.consent import grants
from oralhistory.consent.models import Agreement, Audience, Grant, Use
from oralhistory.people.models import Person

PEOPLE = [1, 2]
WIDTH = {audience: width for width, audience in enumerate(Audience.values)}

papers = st.builds(
    lambda person, attribution: Agreement(person_id=person, attribution=attribution),
    st.sampled_from([None, *PEOPLE]),
    st.sampled_from(Person.Attribution.values),
)


def lines(denied):
    return st.builds(
        lambda agreement, use, audience, denied, part, start, length: Grant(
            agreement=agreement, use=use, audience=audience, denied=denied, part=part,
            start_ms=start if part == "span" else None, end_ms=start + length if part == "span" else None,
        ),
        papers, st.sampled_from([Use.TEXT, Use.STILL, Use.VIDEO]), st.sampled_from(Audience.values), denied,
        st.sampled_from(["whole", "span"]), st.integers(0, 1000), st.integers(1, 1000),
    )  # fmt: skip


any_lines = st.lists(lines(st.booleans()), max_size=8)
narrators = st.sets(st.sampled_from(PEOPLE))


def terms(who, rows):
    return grants.terms(who, [row.agreement for row in rows], rows)


@given(narrators, any_lines, lines(st.just(True)))
def test_a_denial_never_widens_anything(who, rows, denial):
    before, after = terms(who, rows), terms(who, [*rows, denial])

    for use in Use.values:
        assert WIDTH[after.audiences[use]] <= WIDTH[before.audiences[use]]
        closed = [moment for start, end in before.closed_spans[use] for moment in range(start, end)]
        assert all(any(s <= moment < e for s, e in after.closed_spans[use]) for moment in closed)


@given(narrators, any_lines, st.randoms())
def test_the_order_of_papers_does_not_matter(who, rows, random):
    shuffled = rows[:]
    random.shuffle(shuffled)

    assert terms(who, rows) == terms(who, shuffled)


@given(any_lines)
def test_a_group_interview_takes_the_strictest(rows):
    together = terms(set(PEOPLE), rows)

    for use in Use.values:
        alone = [WIDTH[terms({person}, rows).audiences[use]] for person in PEOPLE]
        assert WIDTH[together.audiences[use]] == min(alone)


def public(use, **fields):
    return Grant(agreement=Agreement(), use=use, audience=Audience.PUBLIC, part="whole", **fields)


def test_no_grant_gives_another_use():
    for use in Use.values:
        assert terms(set(), [public(use)]).public_uses() == [use]


def test_who_refused_photographs_refused_the_video_and_not_the_other_way_round():
    """A refusal from when the word stood for both is kept whole."""
    both = [public(Use.STILL), public(Use.VIDEO)]

    assert terms(set(), [*both, public(Use.STILL, denied=True)]).public_uses() == []
    assert terms(set(), [*both, public(Use.VIDEO, denied=True)]).public_uses() == [Use.STILL]


def test_no_paper_allows_nothing():
    nothing = terms({1}, [])

    assert nothing.public_uses() == []
    assert not any(nothing.allows(use, audience) for use in Use.values for audience in Audience.values)


def test_a_grant_to_the_team_is_not_one_to_the_public():
    row = Grant(agreement=Agreement(), use=Use.TEXT, audience=Audience.ARCHIVE_TEAM, part="whole")

    given_terms = terms(set(), [row])

    assert given_terms.allows(Use.TEXT, Audience.ARCHIVE_TEAM)
    assert not given_terms.allows(Use.TEXT)


def test_a_grant_to_nobody_allows_not_even_nobody():
    row = Grant(agreement=Agreement(), use=Use.TEXT, audience=Audience.NOBODY, part="whole")

    assert not terms(set(), [row]).allows(Use.TEXT, Audience.NOBODY)


def test_a_condition_that_no_program_can_check_holds_the_grant_back():
    row = Grant(
        agreement=Agreement(),
        use=Use.TEXT,
        audience=Audience.PUBLIC,
        part="whole",
        condition="hasta que muera",
    )

    assert not terms(set(), [row]).allows(Use.TEXT)


def test_the_most_reserved_attribution_counts():
    rows = [
        Grant(
            agreement=Agreement(person_id=1, attribution=name),
            use=Use.TEXT,
            audience=Audience.PUBLIC,
            part="whole",
        )
        for name in ("real_name", "pseudonym")
    ]

    assert terms({1}, rows).attributions == {1: "pseudonym"}
