"""What is found, where, and in what order: the same on SQLite and on PostgreSQL."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oralhistory.search import finding, index
from oralhistory.search.documents import Lead
from oralhistory.search.models import PublicPassage
from oralhistory.search.queries import BadQuery, Order, parse
from oralhistory.search.tables import STAFF
from tests.search.documents import document, moments, quoted, segment

pytestmark = pytest.mark.django_db

ROSA = document(
    "rosa",
    "Nací en Chalatenango el año de la huelga.",
    "Mi papá trabajaba en la fábrica de hilados y",
    "en la plaza de",
    "mayo nos reunimos con el sindicato.",
    segment("Nos llamaban la efe eme ele ene.", 4, also=("FMLN", "Frente Farabundo Martí")),
    "Después vinieron las liberaciones de los presos.",
    segment("¿Y su hermano?", 6, asks=True),
    "Mi hermano fue desaparecido en la noche.",
    countries=("SV",),
    years=(1980, 1981),
    held_on="1994-05",
    published_at=datetime(2024, 1, 1, tzinfo=UTC),
    organizations=("fmln-sv",),
)
ANA = document(
    "ana",
    "La liberación de mi hermana llegó tarde.",
    "La cárcel, la cárcel, la cárcel: no había otra cosa.",
    segment("The strike was in nineteen eighty.", 2, language="en"),
    "Hablábamos del ano y de la salud.",
    collection="barrios",
    countries=("AR",),
    languages=("es", "en"),
    years=(1976,),
)
JOANA = document(
    "joana",
    segment("A greve dos trabalhadores começou na fábrica.", 0, language="pt"),
    segment("Minha irmã foi presa na cadeia, não no cárcere.", 1, language="pt"),
    languages=("pt",),
    countries=("BR",),
    years=(1980,),
    held_on="1992",
    published_at=datetime(2023, 1, 1, tzinfo=UTC),
)
PUBLISHED = {one.id: index.fingerprint(one) for one in (ROSA, ANA, JOANA)}


@pytest.fixture(autouse=True)
def three_testimonies(db):
    for one in (ROSA, ANA, JOANA):
        index.replace_edition(one)
        index.replace_edition(one, of=STAFF)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("huelga", [("rosa", "cue0")]),
        ("HUELGAS", [("rosa", "cue0")]),
        ("liberacion", [("ana", "cue0"), ("rosa", "cue5")]),
        ("liberación", [("ana", "cue0"), ("rosa", "cue5")]),
        ('"liberaciones"', [("rosa", "cue5")]),
        ("papa", [("rosa", "cue1")]),
        ("año", [("rosa", "cue0")]),
        ("ano", [("ana", "cue3"), ("rosa", "cue0")]),
        ('"ano de la huelga"', [("rosa", "cue0")]),
        ('"plaza de mayo"', [("rosa", "cue2")]),
        ('"mayo plaza"', []),
        ("mayo plaza", [("rosa", "cue2")]),
        ("plaza-de-mayo", [("rosa", "cue2")]),
        ("desapar*", [("rosa", "cue7")]),
        ("an*", [("ana", "cue3"), ("rosa", "cue0")]),
        ("fábrica", [("joana", "cue0"), ("rosa", "cue1")]),
        ("fábrica -greve", [("rosa", "cue1")]),
        ('fábrica -"de hilados"', [("joana", "cue0")]),
        ("fábrica -trabalh*", [("rosa", "cue1")]),
        ("trabalhador", [("joana", "cue0")]),
        ("strikes", [("ana", "cue2")]),
        ("FMLN", [("rosa", "cue4")]),
        ('"farabundo martí"', [("rosa", "cue4")]),
        ('"ene fmln"', []),
        ('"fmln frente"', []),
        ("liberaciones FMLN", [("rosa", "cue4")]),
        ("hermano fábrica", []),
        ("fábrica country:BR", [("joana", "cue0")]),
        ("fábrica year:1980 collection:talleres", [("joana", "cue0"), ("rosa", "cue1")]),
        ("fábrica organization:fmln-sv", [("rosa", "cue1")]),
        ("liberación testimony:ana", [("ana", "cue0")]),
        ('"hermano"', [("rosa", "cue6")]),
        ('"hermano" speaker:narrator', [("rosa", "cue7")]),
        ('"hermano" speaker:interviewer', [("rosa", "cue6")]),
        ("strike language:en", [("ana", "cue2")]),
        ("salud language:en", []),
        ("chalatenengo", []),
        ("fábrica year:1970-1979", []),
        ("fábrica year:1981-", [("rosa", "cue1")]),
        ("fábrica year:-1980", [("joana", "cue0"), ("rosa", "cue1")]),
        ("fábrica decade:1980", [("joana", "cue0"), ("rosa", "cue1")]),
    ],
)
def test_finds_the_moments(query, expected, of):
    page = index.search(query, of=of)

    assert moments(page) == expected
    assert (page.total, page.total_is_capped) == (len(expected), False)


def test_a_hit_begins_with_its_first_word_and_quotes_it():
    ((group,), (hit,)) = ((page := index.search('"plaza de mayo"')).groups, page.groups[0].hits)

    assert group.document_id == "rosa"
    assert (hit.cue_id, hit.start_ms, hit.end_ms) == ("cue2", 16_000 + 2 * 2_000, 24_000)
    assert quoted(hit).startswith("en la <plaza de mayo> nos reunimos")
    assert (hit.language, hit.speaker, hit.asks) == ("es", "Rosa", False)


def test_an_acronym_leads_to_where_it_is_spelled_and_marks_the_letters():
    text = "y entonces nos llamaban la efe eme ele ene siempre"
    start = text.index("efe")
    lead = Lead("PRTC", start, start + len("efe eme ele ene"))
    index.replace_edition(document("lejos", "nada", segment(text, 1, also=(lead,))))

    (hit,) = index.search("PRTC").groups[0].hits

    assert hit.start_ms == 8_000 + 5 * 800
    assert quoted(hit) == "y entonces nos llamaban la <efe eme ele ene> siempre"


def test_of_several_words_the_moment_is_where_they_are_closest():
    index.replace_edition(document("lejos", "cárcel al principio", "nada", "y otra cárcel con tortura"))

    (hit,) = index.search("tortura cárcel").groups[0].hits

    assert hit.cue_id == "cue2"
    assert quoted(hit) == "y otra <cárcel> con <tortura>"


def test_a_word_in_the_overlap_of_two_passages_is_one_moment():
    index.replace_edition(document("borde", *["nada"] * 5, "volcán", *["nada"] * 5))

    assert moments(index.search("volcán")) == [("borde", "cue5")]


def test_no_phrase_bridges_what_is_withheld_and_nothing_of_it_is_found():
    hidden = segment("Ulises", 1, withheld=True, also=("ERP",))
    index.replace_edition(document("velo", "el nombre de mi", hidden, segment("vecino era otro", 2)))

    assert moments(index.search('"mi vecino"')) == []
    assert moments(index.search("Ulises")) == moments(index.search("ERP")) == []
    assert index.suggest("uli") == []
    (hit,) = index.search("nombre vecino").groups[0].hits
    assert quoted(hit) == "el <nombre> de mi […] <vecino> era otro"


def test_what_is_said_more_often_comes_first():
    index.replace_edition(document("una", "la cárcel y nada más que la calle y la gente"))

    assert [group.document_id for group in index.search("cárcel").groups] == ["ana", "una"]


def test_in_order_of_the_interviews_or_of_publication_when_asked():
    index.replace_edition(document("eva", "La fábrica", published_at=datetime(2025, 1, 1, tzinfo=UTC)))

    found = {order: [m[0] for m in moments(index.search("fábrica", order=order))] for order in Order}

    assert found[Order.DATE] == ["joana", "rosa", "eva"]  # who has no day comes last
    assert found[Order.NEWEST] == ["eva", "rosa", "joana"]


def test_in_order_of_time_when_asked():
    assert moments(index.search("la", order=Order.TIME)) == sorted(moments(index.search("la")))


def test_pages_hold_every_moment_once():
    texts = [f"guerra número{n}" if n % 3 == 0 else "otra cosa" for n in range(200)]
    index.replace_edition(document("larga", *texts))

    pages = [index.search("guerra", page=number, per_page=10) for number in range(1, 6)]

    assert {page.total for page in pages} == {40}
    seen = [moment for page in pages for moment in moments(page)]
    assert len(seen) == len(set(seen)) == 40
    assert moments(pages[-1]) == []


def test_beyond_a_thousand_it_says_more_than(monkeypatch):
    monkeypatch.setattr(index, "COUNTED", 10)
    index.replace_edition(document("larga", *["guerra"] * 100))

    page = index.search("guerra", per_page=4)

    assert (page.total, page.total_is_capped, len(moments(page))) == (10, True, 4)
    assert page.testimonies is None


def test_facets_count_testimonies():
    found = index.facets("fábrica")
    counts = found.counts

    assert (found.documents, found.is_capped) == (2, False)
    assert {kind: [(c.value, c.documents) for c in found] for kind, found in counts.items()} == {
        "collection": [("talleres", 2)],
        "country": [("BR", 1), ("SV", 1)],
        "language": [("es", 1), ("pt", 1)],
        "organization": [("fmln-sv", 1)],
        "speaker": [("narrator", 2), ("interviewer", 1)],
        "decade": [("1980", 2)],
        "year": [("1980", 2), ("1981", 1)],
    }
    assert [c.documents for c in index.facets("").counts["country"]] == [1, 1, 1]
    assert [c.value for c in index.facets("", facets={"country": ["AR"]}).counts["collection"]] == ["barrios"]
    assert index.facets("nadie").counts == {}


def test_facets_count_what_the_words_of_one_side_are_said_in():
    """Rosa's interviewer and Rosa both speak, but only one of them of the factory."""
    assert index.facets("fábrica speaker:narrator").documents == 2
    assert index.facets("fábrica speaker:interviewer").counts == {}
    assert index.facets("hermano speaker:interviewer").documents == 1


@pytest.mark.parametrize(
    "query", ["fábrica", "hermano speaker:interviewer", "la -fábrica", "country:SV huelga"]
)
def test_what_is_asked_together_is_answered_as_apart(query):
    assert index.answer(parse(query)) == (index.search(query), index.facets(query))


def test_facets_say_when_there_may_be_more(monkeypatch):
    monkeypatch.setattr(finding, "RANKED", 3)
    index.replace_edition(document("larga", *["guerra"] * 100))

    assert index.facets("guerra").is_capped
    assert index.facets("guerra language:es").is_capped
    assert not index.facets("huelga").is_capped


def test_suggests_the_commonest_words_first_accents_forgiven():
    assert index.suggest("carc") == ["cárcel", "cárcere"]
    assert index.suggest("h") == []
    assert index.suggest("her")[:2] == ["hermana", "hermano"]
    assert index.suggest("la fabri") == ["fábrica"]
    assert index.suggest("fmln") == ["fmln"]
    assert index.suggest("x") == index.suggest("") == index.suggest("%_") == []


@pytest.mark.parametrize(
    ("query", "better"),
    [
        ("chalatenengo", "chalatenango"),
        ("huegla fabrica", "huelga fabrica"),
        ('"plasa de mayo"', '"plaza de mayo"'),
        ("chalatenengo country:AR", None),
        ("xyzzy", None),
        ("huelga", None),
    ],
)
def test_did_you_mean(query, better):
    assert index.search(query).did_you_mean == better


def test_no_words_are_no_question():
    assert index.search("") == index.search("country:SV") == index.Page()


def test_the_words_of_one_edition_take_the_place_of_the_last():
    index.replace_edition(document("rosa", "Todo lo demás se dijo en otra edición"))

    assert moments(index.search("Chalatenango")) == []
    assert moments(index.search("edición")) == [("rosa", "cue0")]
    assert index.suggest("chala") == []
    assert "organization" not in index.facets("").counts


def test_what_is_removed_leaves_no_row():
    for one in ("rosa", "ana", "joana", "never there"):
        index.remove_edition(one)

    assert moments(index.search("fábrica")) == []
    assert index.facets("").counts == {}
    with connection.cursor() as cursor:
        for table in ("document", "facet", "passage", "vocabulary"):
            cursor.execute(f"SELECT count(*) FROM search_public_{table}")  # noqa: S608
            assert cursor.fetchone() == (0,)


def test_check_names_what_is_missing_and_what_should_not_be_there():
    assert index.check(PUBLISHED) == []
    assert index.check({"rosa": PUBLISHED["rosa"], "ana": "another text", "eva": "…"}) == [
        "eva is published but cannot be found",
        "joana can be found but is not published",
        "ana is found by something else than is published",
    ]
    PublicPassage.objects.filter(document="ana").delete()
    assert index.check(PUBLISHED) == [
        "ana has lost passages",
        "23 words of the vocabulary are not counted as they occur",
    ]


def test_the_fingerprint_changes_with_whatever_is_found():
    others = [
        replace(ROSA, held_on="1995"),
        replace(ROSA, years=(1980,)),
        replace(ROSA, segments=(*ROSA.segments[:-1], replace(ROSA.segments[-1], asks=True))),
        replace(ROSA, segments=(*ROSA.segments[:-1], replace(ROSA.segments[-1], also=("ERP",)))),
    ]
    assert len({index.fingerprint(one) for one in (ROSA, *others)}) == 5
    assert index.fingerprint(ROSA) == PUBLISHED["rosa"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("efe eme ele ene", [("cifra", "cue0"), ("letras", "cue1"), ("rosa", "cue4")]),
        ('"efe eme ele ene"', [("cifra", "cue0"), ("letras", "cue1"), ("rosa", "cue4")]),
        ("Efe-eme-ele-ene huelga", [("cifra", "cue0"), ("rosa", "cue0")]),
        ("FMLN", [("cifra", "cue0"), ("letras", "cue1"), ("rosa", "cue4")]),
        ("fmln", [("cifra", "cue0"), ("letras", "cue1"), ("rosa", "cue4")]),
        ("siempre -FMLN", []),
        ('"FMLN"', [("cifra", "cue0"), ("rosa", "cue4")]),  # quoted, it is as it is written
        ("ene ele", [("letras", "cue1"), ("rosa", "cue4")]),  # no acronym: two words
        ("de a te", []),
    ],
)
def test_an_acronym_and_its_letters_lead_to_each_other(query, expected, of):
    """Also where nobody has accepted a mention."""
    index.replace_edition(document("cifra", "la huelga del FMLN", "y nada más"), of=of)
    index.replace_edition(document("letras", "hablaban", "de la efe eme ele ene siempre"), of=of)

    assert sorted(moments(index.search(query, of=of))) == expected


def test_a_search_asks_few_questions_however_much_it_finds():
    index.replace_edition(document("larga", *["guerra"] * 100))
    for query in ("guerra", "Chalatenango"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            index.search(query)
        # vocabulary, candidates, passages; on PostgreSQL also savepoint and time limit
        assert len([q for q in asked if "search_public" in q["sql"]]) == 3


@pytest.mark.parametrize(
    "query",
    [
        "x" * 10_000,
        "((((" * 200,
        '"' * 999,
        '" OR "a" NEAR("b", 5)',
        "a\0b\0",
        "\ud800 \ufffe",
        " ".join(f"w{n}" for n in range(10_000)),
        "keys : x AND exact : y",
        "'; DROP TABLE search_public_passage; --",
        "a:* & !b | (c <-> d)",
        "^fábrica {keys exact} + -",
        "* ** *a a**",
        "%s %(x)s %",
        "NOT AND OR NEAR",
        "no " * 32,
        "-".join("ab" * 15),
        "aa* " * 32,
        'country:"\0" year:1980 fábrica',
    ],
)
def test_no_query_breaks_anything(query):
    for ask in (index.search, index.facets):
        with suppress(BadQuery):
            ask(query)
    index.suggest(query)
    assert moments(index.search("huelga")) == [("rosa", "cue0")]


@pytest.mark.parametrize("page", [-5, 0, 10**9])
def test_any_page_number_is_a_page(page):
    assert index.search("huelga", page=page, per_page=page).total == 1
