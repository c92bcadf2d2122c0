"""What is written is what the standards ask for, by their own schemas and by programs that are not ours."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyshacl
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from pyld import jsonld
from rdflib import SKOS, Graph, URIRef

from oralhistory.organizations import authorities, formats
from oralhistory.organizations.descriptions import Description, NameForm, Tie
from oralhistory.organizations.formats import atom, packages, recognizing, skos
from tests.organizations.formats import records
from tests.organizations.test_cataloging import FMLN

DATA = Path(__file__).parent / "data"
LISTED = Path(authorities.__file__).with_name("data") / "organizations.csv"
# pyshacl asks rdflib for what rdflib is about to rename.
OLD_NAMES = pytest.mark.filterwarnings("ignore::DeprecationWarning")
CONTEXT = formats.Context(
    at=datetime(2026, 11, 29, 12, tzinfo=UTC), agency="Archivo & Voces", base="https://archive.example/organizations/",
    names={"erp-sv": "Ejército <Revolucionario>"},
)  # fmt: skip
SCHEMAS = {"eac2010": "cpf-2010.xsd", "eac2": "eac.xsd"}


@pytest.fixture(scope="module")
def listed():
    return formats.read("csv", LISTED.read_bytes())


def documents(code, given_):
    data = formats.write(code, given_, CONTEXT)
    return [content for _name, content in packages.files(data)] if packages.is_package(data) else [data]


def schema(name):
    path = str(DATA / "schemas" / name)
    return etree.RelaxNG(file=path) if name.endswith(".rng") else etree.XMLSchema(file=path)


def wrong(judge, document):
    return [] if judge.validate(etree.fromstring(document)) else [str(each) for each in judge.error_log]


@pytest.mark.parametrize(("code", "name"), [*SCHEMAS.items(), ("eac2", "eac.rng")])
def test_the_list_that_comes_with_the_program_is_valid_eac(listed, code, name):
    judge = schema(name)
    written = documents(code, listed)

    assert len(written) == 428
    assert [found for document in written for found in wrong(judge, document)] == []


@pytest.mark.parametrize(("code", "name"), SCHEMAS.items())
def test_any_record_is_valid_eac(code, name):
    judge = schema(name)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(records.lists())
    def is_valid(given_):
        for document in documents(code, given_):
            assert wrong(judge, document) == []

    is_valid()


def test_eac_says_relations_in_its_own_words_and_exactly_in_ours():
    (document,) = documents("eac2010", [FMLN])
    (part,) = etree.fromstring(document).xpath(
        "//*[local-name()='cpfRelation'][@cpfRelationType='hierarchical-child']"
    )

    assert dict(part.attrib)["{http://www.w3.org/1999/xlink}arcrole"] == "urn:oralhistory:has_part"
    assert part.xpath("string(*[local-name()='relationEntry'])") == "Ejército <Revolucionario>"


def test_json_ld_says_to_others_what_it_says_to_us(listed):
    document = json.loads(formats.write("jsonld", [*listed[:20], FMLN], CONTEXT))

    expanded = jsonld.expand(document)

    assert len(expanded) == 21
    fmln = next(each for each in expanded if each["@id"].endswith("/fmln-sv/"))
    assert fmln["@type"] == ["https://schema.org/Organization"]
    assert fmln["https://schema.org/name"] == [{"@value": FMLN.name, "@language": "es"}]
    assert fmln["https://schema.org/foundingDate"] == [{"@value": "1980-10-10"}]
    assert {"@id": "http://www.wikidata.org/entity/Q917209"} in fmln["https://schema.org/sameAs"]
    (ties,) = fmln["urn:oralhistory:ties"]
    assert ties["@list"][0]["urn:oralhistory:other"] == [
        {"@id": "https://archive.example/organizations/erp-sv/"}
    ]


def test_no_word_of_our_json_ld_is_lost_by_a_processor_that_knows_only_the_context():
    def strings(value):
        if isinstance(value, dict):
            return [text for key, each in value.items() if key != "@context" for text in strings(each)]
        return [text for each in value for text in strings(each)] if isinstance(value, list) else [str(value)]

    document = json.loads(formats.write("jsonld", [FMLN], CONTEXT))
    expanded = set(strings(jsonld.expand(document)))

    assert {
        text for text in strings(document) if text != "Organization" and text != "PropertyValue"
    } <= expanded


@OLD_NAMES
def test_our_vocabulary_keeps_to_the_shapes_of_skos(listed):
    heard = Description(
        "x", (NameForm("Equis", "authorized"), NameForm("Equis", "acronym"), NameForm("equis", "heard_as")),
        ties=(Tie("part_of", "fmln-sv"), Tie("ally", "fmln-sv")),
    )  # fmt: skip
    graph = Graph().parse(data=formats.write("skos", [*listed[:60], FMLN, heard], CONTEXT), format="turtle")

    fits, _graph, told = pyshacl.validate(graph, shacl_graph=str(DATA / "shapes.ttl"))

    assert fits, told


@OLD_NAMES
def test_a_shape_that_is_broken_is_noticed():
    broken = """
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <https://a.example/uno> a skos:Concept ; skos:prefLabel "Uno"@es, "Una"@es ; skos:altLabel "Uno"@es .
    """
    fits, _graph, told = pyshacl.validate(
        Graph().parse(data=broken, format="turtle"), shacl_graph=str(DATA / "shapes.ttl")
    )

    assert not fits
    assert "UniqueLangConstraint" in told
    assert "DisjointConstraint" in told


@pytest.mark.parametrize("syntax", ["xml", "json-ld", "turtle"])
def test_a_vocabulary_says_the_same_in_every_syntax_that_is_read(syntax):
    data = formats.write("skos", [FMLN], CONTEXT)
    other = Graph().parse(data=data, format="turtle").serialize(format=syntax, encoding="utf-8")

    assert recognizing.recognize(other) == "skos"
    assert formats.read("skos", other) == [skos.kept(FMLN)]


def test_skos_has_part_and_whole_as_narrower_and_broader():
    graph = Graph().parse(data=formats.write("skos", [FMLN], CONTEXT), format="turtle")
    fmln, erp, arena = (
        URIRef(f"https://archive.example/organizations/{slug}/") for slug in ("fmln-sv", "erp-sv", "arena-sv")
    )

    assert (fmln, SKOS.narrower, erp) in graph
    assert (fmln, SKOS.related, arena) in graph
    assert {str(label) for label in graph.objects(fmln, SKOS.hiddenLabel)} == {"efe eme ele ene"}


def test_the_tables_for_atom_have_its_columns_and_each_relation_once():
    erp = Description(
        "erp-sv", (NameForm("ERP", "authorized"),), ties=(Tie("part_of", "fmln-sv", "desde 1980", 1980),)
    )
    tables = dict(packages.files(formats.write("atom", [FMLN, erp], CONTEXT)))

    header, *_rows = tables["authority_records.csv"].decode().splitlines()
    assert header == ",".join(atom.RECORDS)
    relationships = tables["authority_record_relationships.csv"].decode().splitlines()
    assert relationships[1:] == [
        "ERP,is the subordinate of,Frente Farabundo Martí para la Liberación Nacional,desde 1980,1980–1995,1980,1995,es",
        "arena-sv,associative,Frente Farabundo Martí para la Liberación Nacional,opposed:,,,,es",
    ]


def test_homonyms_are_told_apart_for_atom_and_come_back_as_they_are():
    both = [Description(id_, (NameForm("ERP", "authorized", "es"),)) for id_ in ("erp-ar", "erp-sv")]
    data = formats.write("atom", both, CONTEXT)

    assert b"ERP (erp-ar)" in dict(packages.files(data))["authority_records.csv"]
    assert [each.name for each in formats.read("atom", data)] == ["ERP", "ERP"]


@pytest.mark.parametrize("code", ["atom", "eac2010", "eac2", "skos"])
def test_what_an_interview_withholds_goes_out_in_no_format_that_cannot_say_so(code):
    hidden = {"learned_from": records.INTERVIEW, "withheld": True}
    record = Description(
        "a", (NameForm("A", "authorized"), NameForm("La Oculta", source="voz", **hidden)),
        ties=(Tie("ally", "b-oculta", "con la Oculta", source="Oculta", **hidden),),
    )  # fmt: skip

    for document in documents(code, [record]):
        assert b"culta" not in document
    for document in documents("csv", [record]) + documents("jsonld", [record]):
        assert formats.read("csv" if document.startswith(b"id,") else "jsonld", document) == [record]
