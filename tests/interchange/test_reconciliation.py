"""Tables of others find our records: the reconciliation service, as programs ask it."""

import json
import time

import pytest
from django.test import Client

from oralhistory.interchange.reconciliation import known, matching, queries
from oralhistory.interchange.reconciliation.queries import Query
from oralhistory.organizations.models import Identifier, Location, Name, Organization, Relation
from tests.factories import OrganizationFactory
from tests.interchange.reconciliation_schemas import complaints

pytestmark = pytest.mark.django_db


@pytest.fixture
def records():
    """Six organizations, among them homonyms, one that is not public, and one that went into another."""
    fmln = OrganizationFactory(
        slug="fmln-sv", name="Frente Farabundo Martí para la Liberación Nacional", acronyms=["FMLN"], country="SV",
        kind="armed", founded=1980, history="Se fundó en 1980.", heard_as=["efe emele ene"], note="dudoso",
    )  # fmt: skip
    erp_sv = OrganizationFactory(
        slug="erp-sv", name="Ejército Revolucionario del Pueblo", acronyms=["ERP"], country="SV", kind="armed",
        founded=1972, dissolved=1992,
    )  # fmt: skip
    OrganizationFactory(
        slug="erp-ar", name="Ejército Revolucionario del Pueblo", acronyms=["ERP"], country="AR", kind="armed",
        founded=1970, dissolved=1977,
    )  # fmt: skip
    OrganizationFactory(
        slug="pcm-mx", name="Partido Comunista Mexicano", acronyms=["PCM", "PC"], founded=1919
    )
    secret = OrganizationFactory(
        slug="secreta-mx", name="Liga Secreta", acronyms=["LS"], publication="internal"
    )
    old = OrganizationFactory(slug="old-sv", name="Antiguo nombre")
    Organization.objects.filter(pk=old.pk).update(merged_into=fmln)
    Identifier.objects.create(organization=fmln, scheme="wikidata", value="Q917209")
    Location.objects.create(organization=fmln, name="Morazán", country="SV")
    for other in (erp_sv, secret):
        Relation.objects.create(subject=other, object=fmln, kind=Relation.Kind.PREDECESSOR)


def ask(batch, language=""):
    """As OpenRefine does: a form with one field."""
    answer = Client().post(f"{language}/reconcile", {"queries": json.dumps(batch)})
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert complaints("reconciliation-result-batch", found) == []
    return found


def first(text, **more):
    found = ask({"q0": {"query": text, **more}})["q0"]["result"]
    return (found[0]["id"], found[0]["match"]) if found else None


def get(path, schema, **parameters):
    answer = Client().get(path, parameters)
    assert answer.status_code == 200
    assert complaints(schema, answer.json()) == []
    return answer.json()


@pytest.mark.parametrize("language", ["", "/en", "/pt"])
def test_the_manifest_says_what_there_is_and_every_address_of_it_answers(records, language, settings):
    settings.SITE_URL = "http://testserver"
    manifest = get(f"{language}/reconcile", "manifest")
    client = Client()

    def answers(address, schema=None):
        answer = client.get(address.replace("{{id}}", "fmln-sv").replace("${id}", "fmln-sv"))
        assert answer.status_code == 200, address
        assert schema is None or complaints(schema, answer.json()) == []
        assert "/organizations/" in address or answer.headers["Access-Control-Allow-Origin"] == "*"

    suggest = manifest["suggest"]
    for name, schema in (("entity", "entities"), ("property", "properties"), ("type", "types")):
        service = suggest[name]
        answers(service["service_url"] + service["service_path"] + "?prefix=f", f"suggest-{schema}-response")
    answers(suggest["entity"]["flyout_service_url"] + suggest["entity"]["flyout_service_path"])
    answers(manifest["preview"]["url"])
    answers(manifest["view"]["url"])
    propose = manifest["extend"]["propose_properties"]
    answers(
        propose["service_url"] + propose["service_path"] + "?type=org", "data-extension-property-proposal"
    )
    assert suggest["entity"]["service_url"] == f"http://testserver{language}/reconcile"


def test_the_language_is_that_of_the_address_and_never_of_the_browser(records):
    client = Client(headers={"Accept-Language": "en"})
    batch = json.dumps({"q": {"query": "FMLN"}})
    plain = client.get("/reconcile", {"queries": batch})
    assert plain.content == Client().get("/reconcile", {"queries": batch}).content
    assert plain.json()["q"]["result"][0]["type"][0]["name"] == "Organización"
    assert ask({"q": {"query": "FMLN"}}, "/en")["q"]["result"][0]["type"][0]["name"] == "Organization"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Frente Farabundo Martí para la Liberación Nacional", ("fmln-sv", True)),
        ("frente farabundo marti para la liberacion nacional", ("fmln-sv", True)),
        ("Frente Farabundo Martí para la Liberación Nacional (FMLN)", ("fmln-sv", True)),
        ("F.M.L.N.", ("fmln-sv", True)),
        ("fmln", ("fmln-sv", True)),
        ("Frente Farabundo Martí", ("fmln-sv", False)),  # not its whole name
        ("Frente Farabumdo Marti de Liberasion", ("fmln-sv", False)),  # misspelled: a person decides
        ("PC", ("pcm-mx", False)),  # two letters are nobody's alone
        ("ERP (Argentina)", ("erp-ar", True)),
        ("ERP, El Salvador", ("erp-sv", True)),
        ("efe emele ene", None),  # what a machine heard is nobody's name
        ("Liga Secreta", None),
        ("Antiguo nombre", None),
        ("Rotary Club", None),
        ("…", None),
    ],
)
def test_names_lead_to_records_and_are_a_match_only_where_they_are_sure(records, text, expected):
    assert first(text) == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ([], False),
        ([("country", "AR")], "erp-ar"),
        ([("country", "El Salvador")], "erp-sv"),
        ([("country", {"id": "SV"})], "erp-sv"),
        ([("country", ["Chile", "Argentina"])], "erp-ar"),
        ([("founded", 1972)], "erp-sv"),
        ([("founded", "1972-03-02")], "erp-sv"),
        ([("dissolved", 1977.0)], "erp-ar"),
        ([("active", "1985")], "erp-sv"),
        ([("active", "1975")], False),  # both were there
        ([("nothing that we know", "x")], False),
        ([("country", "Atlantis")], False),
    ],
)
def test_homonyms_are_told_apart_by_properties(records, properties, expected):
    asked = {"query": "ERP", "properties": [{"pid": name, "v": value} for name, value in properties]}
    found = ask({"q": asked})["q"]["result"]
    assert [each["id"] for each in found if each["match"]] == ([expected] if expected else [])
    assert {each["id"] for each in found} >= {"erp-ar", "erp-sv"}


def test_an_identifier_alone_is_enough_and_says_so(records):
    [found] = ask(
        {"q": {"properties": [{"pid": "wikidata", "v": "http://www.wikidata.org/entity/Q917209"}]}}
    )["q"]["result"]
    assert (found["id"], found["match"]) == ("fmln-sv", True)
    assert {"id": "wikidata", "value": True} in found["features"]


def test_types_narrow_and_limits_cut(records):
    def ids(**more):
        return [each["id"] for each in ask({"q": {"query": "Partido Comunista", **more}})["q"]["result"]]

    assert ids(type="party") == ["pcm-mx"]
    assert ids(type=["armed", "org"], type_strict="any") == ["pcm-mx"]
    assert ids(type=["armed", "org"], type_strict="all") == []
    assert ids(type="armed") == []
    assert ids(type="armed", type_strict="should") == ["pcm-mx"]  # better than nothing
    assert len(ask({"q": {"query": "ERP", "limit": 1}})["q"]["result"]) == 1
    [one] = ask({"q": {"query": "ERP", "limit": 1}})["q"]["result"]
    assert one["match"] is False  # the other is not shown, and counts


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("queries", "no", "JSON"),
        ("queries", "[]", "object"),
        ("queries", '{"q1": {"properties": []}}', "q1: it needs a query or properties"),
        ("queries", '{"q1": {"limit": 1}}', "q1: it needs a query or properties"),
        ("queries", '{"q0": {"query": "a", "props": []}}', "q0: 'props'"),
        ("queries", '{"q0": {"query": 7}}', "q0.query"),
        ("queries", '{"q0": {"query": "a", "limit": "x"}}', "q0.limit"),
        ("queries", '{"q0": {"query": "a", "type_strict": "maybe"}}', "q0.type_strict"),
        ("queries", '{"q0": {"query": "a", "properties": [{"pid": "x"}]}}', "q0.properties[0]"),
        ("queries", json.dumps({"q0": {"query": "a" * 401}}), "401 characters; at most 400"),
        ("queries", json.dumps({f"q{i}": {"query": "a"} for i in range(51)}), "51 at once; at most 50"),
        ("queries", "[" * 50_000, "JSON"),
        ("extend", '{"ids": "fmln-sv", "properties": []}', "extend.ids: a list is needed"),
        ("extend", '{"ids": [], "properties": [{}]}', "extend.properties[0].id"),
        ("extend", json.dumps({"ids": ["a"] * 201, "properties": []}), "201 of them; at most 200"),
        ("extend", '{"ids": ["\\ud800"], "properties": []}', "half of a character"),
        ("other", "x", "queries or extend is needed"),
    ],
)
def test_what_is_not_of_the_specification_is_refused_with_where_and_why(records, field, value, said):
    answer = Client().post("/reconcile", {field: value})
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"
    assert said in answer.json()["message"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"  # a browser may read why


def test_a_zero_in_a_text_finds_nothing_and_breaks_nothing(records):
    client = Client()
    assert client.get("/reconcile/preview?id=fmln-sv%00x").status_code == 404
    assert client.get("/reconcile/flyout/entity?id=%00").status_code == 404
    assert client.get("/reconcile/suggest/entity?prefix=%00").json() == {"result": []}
    assert client.get("/organizations/?q=%00&country=%00&kind=%00").status_code == 200
    extended = client.post("/reconcile", {"extend": '{"ids": ["\\u0000"], "properties": []}'}).json()
    assert extended == {"meta": [], "rows": {"": {}}}


def test_a_request_that_is_too_long_is_not_read(records):
    answer = Client().post("/reconcile", {"queries": " " * (queries.LARGEST + 1)})
    assert answer.status_code == 413


def test_browsers_of_other_sites_may_ask_without_a_token(records):
    client = Client(enforce_csrf_checks=True)
    answer = client.options("/reconcile", headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Methods"]) == (204, "GET, POST, OPTIONS")
    answer = client.post(
        "/reconcile", {"queries": '{"q": {"query": "FMLN"}}'}, headers={"Origin": "https://x.example"}
    )
    assert answer.status_code == 200
    assert not answer.cookies


def test_a_preview_may_stand_in_others_pages_and_no_other_page_may(records):
    preview = Client().get("/reconcile/preview?id=fmln-sv")
    assert "frame-ancestors *" in preview.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in preview.headers
    assert "dudoso" not in preview.content.decode()
    page = Client().get("/organizations/fmln-sv/")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert Client().get("/reconcile/preview?id=secreta-mx").status_code == 404
    assert Client().get("/reconcile/preview?id=old-sv").headers["Location"] == "/reconcile/preview?id=fmln-sv"


def test_a_table_is_extended_by_what_is_public(records):
    asked = {
        "ids": ["fmln-sv", "old-sv", "secreta-mx", "nobody"],
        "properties": [
            {"id": "acronym"}, {"id": "country"}, {"id": "founded"}, {"id": "predecessor"}, {"id": "wikidata"},
            {"id": "other_name", "settings": {"limit": "1"}}, {"id": "unheard of"},
        ],
    }  # fmt: skip
    answer = Client().post("/en/reconcile", {"extend": json.dumps(asked)}).json()
    assert complaints("data-extension-response", {**answer, "meta": answer["meta"][:-1]}) == []
    fmln = {
        "acronym": [{"str": "FMLN"}],
        "country": [{"str": "El Salvador"}],
        "founded": [{"int": 1980}],
        "predecessor": [
            {"id": "erp-sv", "name": "Ejército Revolucionario del Pueblo"}
        ],  # and not the secret one
        "wikidata": [{"str": "Q917209"}],
        "other_name": [],
        "unheard of": [],
    }
    nothing = {name: [] for name in fmln}
    assert answer["rows"] == {"fmln-sv": fmln, "old-sv": fmln, "secreta-mx": nothing, "nobody": nothing}
    assert [each["id"] for each in answer["meta"]] == list(fmln)


def test_suggestions_begin_as_typed(records):
    def suggested(what, prefix):
        schema = {"entity": "entities", "property": "properties", "type": "types"}[what]
        found = get(f"/en/reconcile/suggest/{what}", f"suggest-{schema}-response", prefix=prefix)
        return [each["id"] for each in found["result"]]

    assert suggested("entity", "frente fara") == ["fmln-sv"]
    assert suggested("entity", "farabundo") == ["fmln-sv"]
    assert suggested("entity", "ERP") == ["erp-sv", "erp-ar"]
    assert suggested("entity", "Frente Farabumdo") == ["fmln-sv"]
    assert suggested("entity", "liga sec") == suggested("entity", "") == []
    assert suggested("property", "found") == ["founded", "founded_date"]
    assert "org" in suggested("type", "")
    assert Client().get("/reconcile/suggest/entity", {"prefix": "a" * 401}).status_code == 400


def test_what_changes_is_seen_by_the_next_question(records):
    assert first("Liga Secreta") is None
    Organization.objects.filter(slug="secreta-mx").update(publication="public")
    assert first("Liga Secreta") == ("secreta-mx", True)
    name = Name.objects.get(text="Liga Secreta")
    Name.objects.filter(pk=name.pk).update(text="Liga Abierta")
    assert first("Liga Abierta") == ("secreta-mx", True)
    Organization.objects.filter(slug="secreta-mx").update(publication="internal")
    assert first("Liga Abierta") is None


def test_what_memory_still_has_is_not_shown_when_the_record_is_closed(records, monkeypatch):
    """Even if the change went unnoticed."""
    matching.answer({"q": Query("FMLN")})
    state = known.public.state()
    monkeypatch.setattr(known.public, "state", lambda: state)
    Organization.objects.filter(slug="fmln-sv").update(publication="internal")
    assert known.now().near(known.take_apart("FMLN"))
    assert matching.answer({"q": Query("FMLN")}) == {"q": []}


@pytest.mark.parametrize("queries_asked", [1, 3, 10])
def test_a_batch_asks_the_database_as_often_as_one_query(records, django_assert_num_queries, queries_asked):
    batch = {f"q{number}": Query(text) for number, text in enumerate(["FMLN", "ERP", "PCM"] * 4)}
    matching.answer({"q": Query("FMLN")})
    with django_assert_num_queries(6):
        matching.answer(dict(list(batch.items())[:queries_asked]))


def test_ten_queries_over_two_thousand_records_take_no_second(records):
    words = [
        "frente",
        "partido",
        "liga",
        "unión",
        "comité",
        "obrero",
        "popular",
        "nacional",
        "campesino",
        "estudiantil",
        "rojo",
        "libre",
        "sur",
    ]
    made = [
        Organization(slug=f"made-{n}", kind="party", country="MX", publication="public") for n in range(2000)
    ]
    Organization.objects.bulk_create(made)
    Name.objects.bulk_create(
        Name(
            organization=each,
            kind="authorized",
            text=" ".join(words[(n * k + n // 13) % 13] for k in (1, 3, 5, 7)) + f" {n}",
        )
        for n, each in enumerate(Organization.objects.filter(slug__startswith="made-"))
    )
    batch = {f"q{n}": Query(f"frente popular nasional {n}") for n in range(10)}
    matching.answer(batch)
    began = time.process_time()  # of this process: the machine may be busy with something else
    matching.answer(batch)
    assert time.process_time() - began < 1
