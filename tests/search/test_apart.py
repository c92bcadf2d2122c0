"""Two indexes: what is in the staff's is in no answer to the public, nor to who may not read it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oralhistory.search import finding, index, vocabulary
from oralhistory.search.documents import Lead
from oralhistory.search.queries import BadQuery, Order, parse
from oralhistory.search.tables import PUBLIC, STAFF, NotNarrowed
from tests.search.documents import document, moments, segment
from tests.search.test_purge import bytes_of_the_index

pytestmark = pytest.mark.django_db

HIDDEN = "quetzalcanario"
OPEN = document("abierta", "Nos reunimos en la plaza.", "La efe habló con la eme de la ele.")
KEPT = document(
    "oculta",
    f"El {HIDDEN} de la plaza.",
    segment("Lo dijo el FEM en la plaza.", 1, also=(Lead("Frente Canario", 3, 7),)),
    collection=HIDDEN,
    organizations=(HIDDEN,),
    countries=("XX",),
)


def everything_asked(of, text: str) -> str:
    """All answers that can be had about a text, as one string."""
    answers = [index.search(text, of=of, order=order) for order in Order]
    answers += [index.facets(asked, of=of) for asked in (text, "")]
    answers += [index.search(f"{text[:4]}*", of=of), index.search(f'"{text} de la"', of=of)]
    return f"{answers}"


@pytest.mark.django_db(transaction=True)
def test_what_only_the_staff_has_is_in_no_answer_to_the_public_and_in_none_of_its_bytes():
    index.replace_edition(OPEN)
    before = [
        [everything_asked(PUBLIC, text) for text in (HIDDEN, "plaza", "FEM", "frente")],
        [index.suggest(text) for text in (HIDDEN[:4], "pla", "can")],
        index.search("quetzalcanari").did_you_mean,
        index.search(f"plasa collection:{HIDDEN}").did_you_mean,
    ]

    index.replace_edition(KEPT, of=STAFF)

    after = [
        [everything_asked(PUBLIC, text) for text in (HIDDEN, "plaza", "FEM", "frente")],
        [index.suggest(text) for text in (HIDDEN[:4], "pla", "can")],
        index.search("quetzalcanari").did_you_mean,
        index.search(f"plasa collection:{HIDDEN}").did_you_mean,
    ]
    assert after == before
    assert HIDDEN not in f"{after}"
    assert not index.has("oculta")
    assert index.check({"abierta": index.fingerprint(OPEN)}) == []
    if connection.vendor == "postgresql":  # on SQLite all tables share one file
        assert HIDDEN.encode() not in bytes_of_the_index("search_public")
        assert HIDDEN.encode() in bytes_of_the_index("search_staff")
    with connection.cursor() as cursor:
        for table in [each for each in connection.introspection.table_names() if "search_public" in each]:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            assert HIDDEN not in f"{cursor.fetchall()}"


@pytest.mark.parametrize("ask", ["search", "facets", "suggest", "has", "check"])
def test_no_question_of_the_public_reads_a_table_of_the_staff(ask):
    index.replace_edition(OPEN)
    given = {"check": [{}]}.get(ask, ["plaza"])
    with CaptureQueriesContext(connection) as asked:
        getattr(index, ask)(*given)

    tables = {name for query in asked for name in re.findall(r"search_\w+?_\w+", query["sql"])}
    assert tables
    assert not [name for name in tables if name.startswith("search_staff")]


def test_the_staffs_cannot_be_asked_without_saying_who_asks():
    index.replace_edition(KEPT, of=STAFF)
    for ask in (
        lambda: index.search("plaza", of=STAFF),
        lambda: index.facets("plaza", of=STAFF),
        lambda: index.facets("", of=STAFF),
        lambda: index.answer(parse("plaza"), of=STAFF),
        lambda: finding.tally_of(["oculta"], STAFF),
        lambda: vocabulary.expand(parse("plaza"), STAFF),
        lambda: finding.any_passage((), parse("plaza"), STAFF),
    ):
        with pytest.raises(NotNarrowed):
            ask()


@pytest.mark.parametrize(
    "text",
    [
        *(HIDDEN, f"{HIDDEN[:5]}*", f'"{HIDDEN} de la plaza"', "plaza", "plaza -canario", "frente", "FEM", "efe eme"),
        *("efe e eme", "efe eme ele", "quetzalcanari", "plazas testimony:oculta", f"plaza collection:{HIDDEN}"),
        *("plaza country:XX", f"plaza organization:{HIDDEN}", "plaza speaker:narrator", "habló -plaza", "hablo"),
    ],
)  # fmt: skip
def test_what_somebody_may_not_read_changes_no_answer(text):
    """Not a moment, a count, a facet, a correction, nor what a word is taken for."""
    index.replace_edition(OPEN, of=STAFF)
    of = STAFF.within(["abierta"])
    before = everything_asked(of, text), vocabulary.expand(parse(text), of)

    index.replace_edition(KEPT, of=STAFF)
    for number in range(20):
        index.replace_edition(
            document(f"otra{number}", "FEM " * 9, HIDDEN, "habló háblo hablô", collection=HIDDEN), of=STAFF
        )

    after = everything_asked(of, text), vocabulary.expand(parse(text), of)
    assert after == before
    assert "oculta" not in f"{after}".replace("testimony:oculta", "").replace("'oculta'", "")


def test_who_may_read_nothing_finds_nothing():
    index.replace_edition(KEPT, of=STAFF)

    assert index.search("plaza", of=STAFF.within([])) == index.Page()
    assert index.facets("plaza", of=STAFF.within([])).documents == 0
    assert index.facets("", of=STAFF.within(["no such"])).counts == {}
    assert moments(index.search("plaza", of=STAFF.within(["oculta", "no such"]))) == [("oculta", "cue0")]


def test_a_limit_is_one_of_what_somebody_may_read(monkeypatch):
    """Not of all that matches, from which the rest would then be taken away."""
    monkeypatch.setattr(finding, "RANKED", 3)
    for number in range(5):
        index.replace_edition(document(f"oculta{number}", "plaza"), of=STAFF)
    index.replace_edition(OPEN, of=STAFF)

    found = index.search("plaza", of=STAFF.within(["abierta"]))
    assert moments(found) == [("abierta", "cue0")]


def test_a_testimony_may_be_in_both_and_leaves_each_by_itself():
    index.replace_edition(OPEN)
    index.replace_edition(document("abierta", "Lo que todavía no se publica en la plaza."), of=STAFF)
    staff = STAFF.within(["abierta"])

    index.remove_edition("abierta", of=STAFF)

    assert index.search("plaza").total == 1
    assert index.search("plaza", of=staff).total == 0
    with pytest.raises(BadQuery):
        index.search("-plaza", of=staff)
