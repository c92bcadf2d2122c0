"""Records as an archive may hold them, for tests of formats: every kind, every date, and nasty texts."""

from dataclasses import replace

from hypothesis import strategies as st

from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations.descriptions import TIES, Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.formats import storing
from oralhistory.organizations.models import Location, Name, Organization, Source

OTHER_KINDS = [each for each in Name.Kind.values if each != "authorized"]
INTERVIEW = "abcdefghijk2"
NASTY = st.sampled_from(
    [
        '"', "'", "|", "||", "{", "}", "{lang: es}", "\\", "\\|", ";", ":", " ; ", "a\nb", "a\n\nb", "\t", "<b>&amp;",
        "]]>", "&", "=1+1", "@es", "^^", "​", "é", "é", "«", "漢字", "🎙", "ش", "#", "--", "https://x.org/?a=1&b=2",
        "%20", "\u2028", "\u00a0x", "null", "0", ",", "//", "[]", "()", "PCM | PC",
    ]
)  # fmt: skip
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\x85\ufffe\uffff")


def texts(most: int, *, empty: bool = False):
    pieces = st.lists(st.one_of(st.text(CHARACTERS, max_size=8), NASTY), max_size=6).map("".join)
    return pieces.map(lambda text: text[:most].strip()).filter(lambda text: empty or text)


def slugs():
    return st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)


def years():
    year = st.none() | st.integers(1000, 2999)
    return st.tuples(year, year).map(lambda pair: tuple(sorted(pair)) if None not in pair else pair)


def dates():
    return st.builds(
        lambda day, parts, certainty: PartialDate(
            day.year, day.month if parts else None, day.day if parts > 1 else None, certainty
        ),
        st.dates().filter(lambda day: 1000 <= day.year <= 2999),
        st.integers(0, 2),
        st.sampled_from(["certain", "approximate", "uncertain"]),
    )


def learned():
    return st.sampled_from([("", False), (INTERVIEW, False), (INTERVIEW, True)])


languages = st.sampled_from(["", "es", "en", "pt", "pt-BR", "nah", "zh-Hant"])
countries = st.sampled_from(["", "SV", "MX", "INT"])


@st.composite
def names(draw, *kinds):
    since, until = draw(years())
    # A record that may be seen has a name that may be seen.
    from_, withheld = ("", False) if kinds else draw(learned())
    return NameForm(
        draw(texts(60)),
        draw(st.sampled_from(kinds or OTHER_KINDS)),
        draw(languages), since, until, draw(texts(30, empty=True)), from_, withheld,
    )  # fmt: skip


@st.composite
def places(draw):
    name, country = draw(texts(30, empty=True)), draw(countries)
    since, until = draw(years())
    return Place(
        name, country or ("" if name else "SV"), draw(st.sampled_from(Location.Role.values)), since, until
    )


@st.composite
def ties(draw):
    since, until = draw(years())
    from_, withheld = draw(learned())
    return Tie(
        draw(st.sampled_from(TIES)), draw(slugs()), draw(texts(40, empty=True)), since, until,
        draw(texts(30, empty=True)), from_, withheld,
    )  # fmt: skip


@st.composite
def sources(draw):
    from_, withheld = draw(learned())
    supports = draw(st.lists(st.sampled_from(Source.Part.values), unique=True))
    url = draw(st.sampled_from(["", "https://example.org/a?b=c&d=%20é|;{}"]))
    return Citation(draw(texts(60)), url, tuple(supports), from_, withheld)


def identifiers():
    known = st.tuples(
        st.sampled_from(["wikidata", "viaf", "isni", "lcnaf", "otro-archivo"]),
        st.from_regex(r"Q[1-9][0-9]{0,8}|[1-9][0-9]{0,12}", fullmatch=True),
    )
    return known | st.tuples(st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True), texts(30))


@st.composite
def descriptions(draw):
    """A record that the archive can keep."""
    since, until = draw(st.tuples(st.none() | dates(), st.none() | dates()))
    if since and until and until.year < since.year:
        since, until = until, since
    long = texts(200, empty=True)
    found = Description(
        id=draw(slugs()),
        names=(draw(names("authorized")), *draw(st.lists(names(), max_size=6))),
        kind=draw(st.sampled_from(["", "guerrilla", *Organization.Kind.values])),
        country=draw(countries),
        founded=since,
        dissolved=until,
        dates_verified=draw(st.booleans()),
        history=draw(long), mandate=draw(long), functions=draw(long), structure=draw(long),
        legal_status=draw(long), context=draw(long),
        places=tuple(draw(st.lists(places(), max_size=3))),
        identifiers=tuple(draw(st.lists(identifiers(), max_size=4))),
        ties=tuple(draw(st.lists(ties(), max_size=4))),
        sources=tuple(draw(st.lists(sources(), max_size=3))),
        keywords=tuple(draw(st.lists(texts(12).filter(lambda text: "|" not in text), max_size=3))),
        note=draw(long),
        status=draw(st.sampled_from(Organization.Status.values)),
        level=draw(st.sampled_from(Organization.Level.values)),
        language=draw(st.sampled_from(["es", "en", "pt-BR"])),
        rules=draw(st.sampled_from(["ISAAR(CPF)", "DACS & más", "RDA; ISAAR"])),
    )  # fmt: skip
    return storing.storable(found, lambda part, reason: AssertionError(f"{part}: {reason}"))


@st.composite
def lists(draw):
    """Some records with ids of their own."""
    return draw(st.lists(descriptions(), min_size=1, max_size=3, unique_by=lambda each: each.id))


def without_ties_by_name(given):
    """AtoM knows the ends of a relation by name alone: both records state it, and a name that is an id is its record."""
    taken = {text for each in given for text in (each.id, each.name)}
    return [replace(each, ties=tuple(tie for tie in each.ties if tie.other not in taken)) for each in given]
