"""What can't be read is refused with line, part and reason, and nothing of it is taken."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from oralhistory.organizations import formats
from oralhistory.organizations.formats import Malformed, jsonld, packages, recognizing, registry, skos, xml

DATA = Path(__file__).parent / "data" / "malformed"
MINIMAL = b"<eac-cpf><cpfDescription><identity><nameEntry><part>%s</part></nameEntry></identity></cpfDescription></eac-cpf>"

CASES = [
    ("laughs.xml", 3, "", "entities"),
    ("external.xml", 3, "", "entities"),
    ("laughs.rdf", 3, "", "entities"),
    ("truncated.xml", 6, "", "not XML: no element found"),
    ("latin1_called_utf8.xml", 3, "", "not XML"),
    ("person.xml", 6, "entityType", "is of a person"),
    ("nameless.xml", 4, "identity", "has no name"),
    ("long_name.xml", 1, "eac", "longer than 250"),
    ("several_identities.xml", 1, "eac-cpf", "several identities"),
    ("page.xml", 1, "html", "neither EAC-CPF nor SKOS"),
    ("latin1.csv", 3, "", "not text in UTF-8"),
    ("braces.csv", 3, "other_names", "«since» in braces"),
    ("role.csv", 2, "places", "«Puebla»"),
    ("year.csv", 2, "part_of", "«siempre» is not a year"),
    ("backwards.csv", 2, "former_names", "before it begins"),
    ("date.csv", 2, "founded", "1971-13"),
    ("verified.csv", 2, "dates_verified", "neither yes nor no"),
    ("other_table.csv", 1, "", "a table without the columns"),
    ("people.csv", 1, "typeOfEntity", "people and families only"),
    ("nameless_atom.csv", 3, "authorizedFormOfName", "is empty"),
    ("twice_atom.csv", 3, "descriptionIdentifier", "A-1 stands on line 2 already"),
    ("longer_row_atom.csv", 2, "", "5 values where the header has 3"),
    ("comma.jsonld", 4, "", "not JSON"),
    ("names_as_text.jsonld", 3, "names", "is not a list"),
    ("year_as_text.jsonld", 1, "names", '"1970" is not a year'),
    ("kind.jsonld", 1, "names", "«Uno»"),
    ("nothing.jsonld", 1, "", "holds no organization"),
    ("remote_context.jsonld", 1, "@context", "nothing is fetched"),
    ("syntax.ttl", 4, "", "not Turtle"),
    ("date.ttl", 3, "founded", "«hace mucho»"),
    ("unlabelled.ttl", 2, "skos:prefLabel", "has no label"),
]  # fmt: skip


def read(data: bytes):
    return formats.read(recognizing.recognize(data), data)


@pytest.mark.parametrize(("name", "line", "part", "reason"), CASES)
def test_what_is_wrong_is_told_by_line_and_part(name, line, part, reason):
    with pytest.raises(Malformed) as refusal:
        read((DATA / name).read_bytes())

    assert reason in str(refusal.value)
    assert (refusal.value.line, refusal.value.column) == (line, part)


def test_every_malformed_file_is_looked_at():
    assert {name for name, *_rest in CASES} == {path.name for path in DATA.iterdir()}


def test_a_document_type_that_stands_elsewhere_is_not_fetched():
    declared = b'<!DOCTYPE eac-cpf PUBLIC "x" "http://127.0.0.1:1/ead.dtd">' + MINIMAL % b"Uno"
    assert [each.name for each in read(declared)] == ["Uno"]


def test_elements_without_end_in_elements_are_refused():
    with pytest.raises(Malformed, match="levels deep"):
        read(b"<eac-cpf>" + b"<p>" * 100_000)


@pytest.mark.parametrize("document", ["[" * 100_000, '{"a":' * 100_000, "[1" + "0" * 5000 + "]"])
@pytest.mark.parametrize("code", ["jsonld", "skos"])
def test_json_that_is_too_deep_or_a_number_without_end_is_refused(code, document):
    with pytest.raises(Malformed):
        formats.read(code, document.encode())


@pytest.mark.parametrize(
    "document", ["(" * 50_000, "<a:b> <a:c> " + "[" * 50_000, "\x00", '<a:b> <a:c> "\\u12"']
)
def test_turtle_that_goes_wrong_is_refused(document):
    with pytest.raises(Malformed):
        formats.read("skos", document.encode())


@pytest.mark.parametrize("code", formats.readable())
@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff\xfe\x00", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"\xff\xfe"]
)
def test_what_is_no_text_at_all_is_refused(code, data):
    with pytest.raises(Malformed):
        formats.read(code, data)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(registry, "MOST_BYTES", 1000)

    with pytest.raises(Malformed, match="larger than"):
        formats.read("csv", BytesIO(b"x" * 1001))


def test_rdf_has_a_smaller_limit(monkeypatch):
    monkeypatch.setattr(skos, "MOST_BYTES", 1000)

    with pytest.raises(Malformed, match="give it in parts"):
        formats.read("skos", b"#" * 1001)


def test_elements_without_number_are_refused(monkeypatch):
    monkeypatch.setattr(xml, "MOST_ELEMENTS", 1000)

    with pytest.raises(Malformed, match="more than 1000 elements"):
        read(b"<eac-cpf>" + b"<p/>" * 2000)


def test_json_has_a_smaller_limit(monkeypatch):
    monkeypatch.setattr(jsonld, "MOST_BYTES", 1000)

    with pytest.raises(Malformed, match="give it in parts"):
        formats.read("jsonld", b"[" * 1001)


def package(**content: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in content.items():
            written.writestr(f"{name}.xml", data)
    return stream.getvalue()


def test_in_a_package_the_file_is_told_too():
    with pytest.raises(Malformed, match=r"b\.xml, line 6, entityType: is of a person"):
        read(package(a=MINIMAL % b"Uno", b=(DATA / "person.xml").read_bytes()))


def test_a_record_that_stands_in_two_files_of_a_package_is_refused():
    with pytest.raises(Malformed, match=r"b\.xml: the record uno stands in a\.xml already"):
        read(package(a=MINIMAL % b"Uno", b=MINIMAL % b"Uno"))


def test_a_package_that_unpacks_to_more_than_it_may_is_refused(monkeypatch):
    monkeypatch.setattr(packages, "MOST_BYTES", 10_000)

    with pytest.raises(Malformed, match="unpacks to more"):
        read(package(a=b" " * 1_000_000))


def test_a_package_that_is_broken_is_refused():
    whole = package(a=MINIMAL % b"Uno")

    with pytest.raises(Malformed, match="cannot be unpacked"):
        read(whole[: len(whole) // 2])


def test_a_package_without_records_is_refused():
    with pytest.raises(Malformed, match="no file in the package"):
        read(packages.packed([("leeme.txt", b"nada")]))


def test_every_part_of_our_json_is_looked_at_for_its_type():
    names = [{"text": "Uno", "kind": "authorized"}]
    for part in (
        "places",
        "ties",
        "sources",
        "keywords",
        "dates_verified",
        "history",
        "founded",
        "identifier",
    ):
        for value in (7, [7], {"@value": 7}):
            document = {"@type": "Organization", "@id": "a:uno", "names": names, part: value}
            try:
                read_back = formats.read("jsonld", json.dumps(document).encode())
            except Malformed as refusal:
                assert refusal.column == part  # noqa: PT017
            else:
                assert part == "identifier"
                assert read_back[0].identifiers == ()
