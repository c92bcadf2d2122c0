"""What agreements allow, said plainly: never the same of two different promises."""

import re
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from oralhistory.consent import grants, sentences
from oralhistory.consent.models import Agreement, Audience, Embargo, Grant, Theme, Use
from oralhistory.lib import days
from oralhistory.people.models import Person
from tests.clock import NOON

LANGUAGES = ["es", "en", "pt"]
CODES = [*Use.values, *Audience.values, *Theme.values, *Person.Attribution.values]
NAMES = {1: "Elena", 2: "Luz"}
MEXICO = "America/Mexico_City"
JULY = days.opens(date(2027, 7, 1), MEXICO)

zones = st.sampled_from([MEXICO, "America/Tijuana", "America/Santiago"])
dated = st.one_of(
    st.tuples(st.none(), st.just("")),
    st.builds(
        lambda day, zone: (days.opens(day, zone), zone), st.dates(date(2027, 1, 1), date(2027, 1, 4)), zones
    ),
)
spans = st.tuples(st.integers(0, 4), st.integers(1, 3)).map(lambda each: (each[0] * 500, sum(each) * 500))
parts = st.one_of(
    st.just(("whole", None, "")),
    spans.map(lambda span: ("span", span, "")),
    st.sampled_from(["violence", "family"]).map(lambda theme: ("theme", None, theme)),
)
papers = st.builds(
    lambda person, kind, attribution, tombstone: Agreement(
        person_id=person, kind=kind, attribution=attribution, tombstone=tombstone
    ),
    st.sampled_from([None, 1, 2]), st.sampled_from(["recording", "narrowing"]),
    st.sampled_from(Person.Attribution.values), st.booleans(),
)  # fmt: skip


def row(paper, use, audience, denied, part, when, condition):
    kind, span, theme = part
    start, end = span or (None, None)
    return Grant(
        agreement=paper, use=use, audience=audience, denied=denied or kind != "whole", part=kind, start_ms=start,
        end_ms=end, theme=theme, valid_until=when[0], zone=when[1], condition=condition,
    )  # fmt: skip


rows = st.lists(
    st.builds(
        row, papers, st.sampled_from(["text", "audio", "still", "video"]), st.sampled_from(Audience.values),
        st.booleans(), parts, dated, st.sampled_from(["", "", "hasta que muera"]),
    ),
    max_size=6,
)  # fmt: skip
theme_spans = st.dictionaries(st.sampled_from(["violence", "family"]), st.lists(spans, max_size=2))
narrators = st.sets(st.sampled_from([1, 2]))


def terms_of(who):
    return st.builds(
        lambda lines, spoken: grants.terms(who, [line.agreement for line in lines], lines, spoken),
        rows,
        theme_spans,
    )


# Of one interview: who is shown by a code alone is told from nobody else's.
two_terms = narrators.flatmap(lambda who: st.tuples(terms_of(who), terms_of(who)))


@given(two_terms)
@hypothesis_settings(max_examples=200)
def test_two_different_sets_of_terms_never_give_the_same_sentences(both):
    one, other = both
    for language in LANGUAGES:
        with translation.override(language):
            said = [sentences.of_terms(terms, NAMES) for terms in (one, other)]

        assert (said[0] == said[1]) == (one == other)


@given(narrators, rows, theme_spans, st.data())
def test_one_line_more_or_less_is_heard_wherever_it_changes_anything(who, lines, spoken, data):
    """Neighbors, which two sets drawn apart hardly are."""
    fewer = [line for line in lines if data.draw(st.booleans())]
    agreements = [line.agreement for line in lines]
    one, other = (grants.terms(who, agreements, each, spoken) for each in (lines, fewer))

    with translation.override("en"):
        said = [sentences.of_terms(terms, NAMES) for terms in (one, other)]

    assert (said[0] == said[1]) == (one == other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_is_ever_shown(language):
    everything = [
        Grant(agreement=Agreement(), use=use, audience=audience, part="whole", denied=denied)
        for use in Use.values for audience in Audience.values for denied in (True, False)
    ]  # fmt: skip
    about = [
        Grant(agreement=Agreement(), use="text", audience="public", part="theme", theme=theme, denied=True)
        for theme in Theme.values
    ]
    with translation.override(language):
        said = [
            *sentences.of_grants([*everything, *about]),
            *sentences.of_terms(grants.terms({1}, [], about), NAMES),
            *(sentences.named("x", attribution, "Elena") for attribution in Person.Attribution.values),
        ]
    words = set(re.findall(r"\w+", " ".join(said)))

    assert not words & {code for code in CODES if "_" in code}
    assert all(sentence.endswith(".") and "%" not in sentence for sentence in said)


def public(use, **fields):
    return Grant(
        agreement=Agreement(kind="recording"), use=use, **({"audience": "public", "part": "whole"} | fields)
    )


CLOSED = [
    public(use, part="span", start_ms=760_000, end_ms=785_000, denied=True) for use in sentences.WHAT_IS_SAID
]


def of(lines, **options):
    paper = Agreement(person_id=1, kind="recording", attribution="pseudonym")
    with translation.override("en"):
        return sentences.of_terms(grants.terms({1}, [paper], lines, **options), NAMES)


def test_the_sentences_say_who_may_what_stays_closed_and_under_which_name():
    for line in CLOSED:
        line.valid_until, line.zone = JULY, MEXICO
    said = of([public(Use.TEXT), public(Use.AUDIO, audience="archive_team"), *CLOSED])

    assert said[:2] == ["Anyone may read the text.", "Nobody outside the archive may hear the voice."]
    assert said[2].startswith("Nobody, not even the archive, may see the photographs, see the video,")
    assert said[3:] == [
        "The passage from 12:40 to 13:05 stays closed until July 1, 2027 (Mexico City).",
        "The narrator may be shown under a pseudonym: Elena.",
        "Should it be withdrawn one day, the archive may say so.",
        "One paper in force says so.",
    ]


def test_a_theme_is_said_with_the_passages_that_it_closes():
    said = of([public(Use.TEXT), public(Use.TEXT, part="theme", theme="violence", denied=True)],
              theme_spans={"violence": [(1_000, 2_500)]})  # fmt: skip

    assert "What speaks of violence (0:01–0:02.5): nobody outside the archive may read the text." in said


def test_what_is_allowed_until_a_day_says_so():
    said = of([public(Use.TEXT, valid_until=JULY, zone=MEXICO)])

    assert said[0] == "Anyone may read the text until July 1, 2027 (Mexico City)."


def test_the_lines_of_a_paper_are_said_as_they_stand_in_it():
    later = days.opens(date(2030, 1, 1), "America/Santiago")
    lines = [
        public(Use.TEXT), public(Use.QUOTE), public(Use.AUDIO, condition="after my death"),
        public(Use.EMBED, denied=True), public(Use.STILL, valid_from=later, zone="America/Santiago"),
    ]  # fmt: skip
    with translation.override("en"):
        said = sentences.of_grants(lines)

    assert said == [
        "Anyone may read the text and quote it.",
        "Not before “after my death”, at which a person looks each year: anyone may hear the voice.",
        "Only researchers who have signed an agreement may show it within other pages.",
        "Anyone may see the photographs from Jan. 1, 2030 (Santiago de Chile) on.",
    ]


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (JULY, "It stays closed until July 1, 2027 (Mexico City)."),
        (NOON, "It stays closed until March 12, 2026, 06:00:00 (Mexico City)."),
        (None, "It stays closed until a person opens it."),
    ],
)
def test_an_embargo_is_said_with_its_day_and_its_place(until, said):
    with translation.override("en"):
        spoken = sentences.of_embargo(Embargo(until=until))

    assert spoken == said
