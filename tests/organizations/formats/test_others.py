"""Files as other programs write them: as much as our records can hold is understood."""

from pathlib import Path

import pytest

from oralhistory.lib.partial_dates import parse
from oralhistory.organizations import formats
from oralhistory.organizations.descriptions import Citation, NameForm, Place, Tie
from oralhistory.organizations.formats import packages, recognizing, said

DATA = Path(__file__).parent / "data" / "others"


def read(name, code):
    data = (DATA / name).read_bytes()
    assert recognizing.recognize(data) == code
    return formats.read(code, data)


def test_an_authority_record_of_atom_is_read():
    (record,) = read("atom.xml", "eac2010")

    assert record.id == "cl-leu-12"
    assert record.names == (
        NameForm("Liga de Estudiantes & Universitarios", "authorized"),
        NameForm("Liga de Estudiantes y Universitarios (Concepción)", "standardized"),
        NameForm("LEU"),
        NameForm("League of Students", "parallel", "en"),
    )
    assert (record.founded, record.dissolved) == (parse("1968"), parse("1974~"))
    assert record.functions == "Reunía a los delegados de las facultades"
    assert record.history == "Primera parte.\nSegunda parte."
    assert record.places == (Place("Concepción"),)
    assert record.ties == (Tie("part_of", "frente-amplio-estudiantil", "Entró como grupo.", 1970, 1972),)
    assert record.sources == (Citation("Volantes de 1972; entrevista al impresor"),)
    assert (record.level, record.rules, record.language) == ("full", "ISAAR (CPF), 2.ª edición", "es")


def test_a_record_of_snac_is_read_without_the_people_in_it():
    (record,) = read("snac.xml", "eac2010")

    assert record.names[0] == NameForm("Committee in Solidarity with the People", "authorized", "en")
    assert ("viaf", "123456789") in record.identifiers
    assert ("wikidata", "Q42") in record.identifiers
    assert record.founded == parse("1980")
    assert record.ties == (Tie("related", "frente-farabundo-marti"),)
    assert record.sources[0].url == "http://www.worldcat.org/oclc/1"
    assert record.language == "en"


def test_a_record_of_archivesspace_has_hardly_a_control_and_is_read():
    (record,) = read("archivesspace.xml", "eac2010")

    assert record.name == "Unión de Campesinos Comité de Mujeres"
    assert record.id == "union-de-campesinos-comite-de-mujeres"
    assert (record.founded, record.dissolved, record.language) == (parse("1972"), None, "en")
    assert record.history == "Founded in 1972 by the women of the union."


def test_a_record_of_eac_2_is_read():
    (record,) = read("eac2.xml", "eac2")

    assert record.names == (
        NameForm("Llaqta Huñunakuy", "authorized", "qu"),
        NameForm("Asamblea del Pueblo", "parallel", "es"),
        NameForm("AP", "acronym", "", 1976, 2000),
    )
    assert (record.founded, record.dissolved) == (parse("1970-05-01"), parse("2000~"))
    assert record.places == (Place("Cusco", "PE", "seat"),)
    assert record.history == "1970: It began.\n2000: It ended."
    assert record.functions == "community development\nIt housed people."
    assert record.identifiers == (("wikidata", "Q7"),)
    assert record.ties == (Tie("predecessor", "central-sindical"),)
    assert (record.status, record.level, record.language) == ("final", "full", "qu")


def test_a_text_where_the_name_of_a_place_belongs_is_kept_as_context():
    text = "Trabajó en los barrios del sur y, desde 1972, en las comunas del valle: " * 3
    document = f"""<eac-cpf><cpfDescription><identity><nameEntry><part>Uno</part></nameEntry></identity>
      <description><place><placeEntry>{text}</placeEntry></place></description></cpfDescription></eac-cpf>"""

    (record,) = formats.read("eac2010", document.encode())

    assert (record.places, record.context) == ((), text.strip())


def test_an_end_in_2099_is_none_and_a_file_beside_is_the_record_in_it():
    document = """<eac-cpf xmlns:xlink="http://www.w3.org/1999/xlink"><cpfDescription>
      <identity><nameEntry><part>Uno</part></nameEntry></identity>
      <description><existDates><dateRange><fromDate>2008</fromDate><toDate>2099</toDate></dateRange></existDates></description>
      <relations><cpfRelation cpfRelationType="temporal-later" xlink:href="FR_00003.xml">
        <relationEntry>Otro nombre</relationEntry></cpfRelation></relations>
    </cpfDescription></eac-cpf>"""

    (record,) = formats.read("eac2010", document.encode())

    assert (record.founded, record.dissolved) == (parse("2008"), None)
    assert record.ties == (Tie("successor", "FR_00003"),)


def test_a_table_of_atom_is_read_with_translations_blank_lines_and_people_between():
    union, party, other = read("atom_2.8.csv", "atom")

    assert union.of_kind("authorized", "parallel") == (
        "Unión Obrera", "Workers' Union", "Union ouvrière", "Labour Union",
    )  # fmt: skip
    assert union.history == "Primera línea.\nSegunda línea."
    assert union.places == (Place("Lima"), Place("Callao"))
    assert union.sources == (Citation("Actas"), Citation("Prensa"))
    assert (union.status, union.level) == ("final", "full")
    assert (party.id, other.id) == ("partido-obrero", "partido-obrero-2")
    assert party.founded == parse("1931~")
    assert other.note == "a fines de los treinta"


def test_relationships_of_atom_are_seen_from_both_their_records():
    union, party, _other = formats.read(
        "atom",
        packages.packed(
            [(name, (DATA / name).read_bytes()) for name in ("atom_2.8.csv", "atom_relationships.csv")]
        ),
    )

    assert union.ties == (
        Tie("successor", "partido-obrero", "", 1931),
        Tie("opposed", "otra-central", "por la huelga", 1925, 1930),
    )
    assert party.ties == (Tie("predecessor", "PE-1", "", 1931),)


def test_the_older_tables_of_atom_are_read():
    (union,) = read("atom_2.3_relationships.csv", "atom")
    assert union.ties == (Tie("related", "central-unica", "Se unió en 1929.", 1929, 1930),)
    (named,) = read("atom_2.3_aliases.csv", "atom")
    assert named.names[1:] == (NameForm("Workers' Union", "parallel"), NameForm("UO"))


def test_a_table_that_excel_wrote_is_read():
    text = "id;preferred_name;language;country;type;founded;dissolved;acronyms;other_names\nx;Uno, dos;es;MX;party;1970;;UD;\n"

    for encoding in ("utf-8-sig", "utf-16"):
        (record,) = formats.read("csv", text.replace("\n", "\r\n").encode(encoding))
        assert (record.name, record.of_kind("acronym")) == ("Uno, dos", ("UD",))


def test_a_vocabulary_in_rdf_xml_is_read():
    top, league = read("vocabulary.rdf", "skos")

    assert top.name == "Movimentos"
    assert league.names == (
        NameForm("Liga Camponesa", "authorized", "pt"),
        NameForm("Peasant League", "parallel", "en"),
        NameForm("Ligas", "other", "pt"),
    )
    assert league.ties == (Tie("part_of", top.id),)
    assert league.identifiers == (("wikidata", "Q5"),)


def test_an_organization_of_schema_org_is_read_and_its_context_is_not_fetched():
    (record,) = read("schema_org.json", "jsonld")

    assert record.id == "comite"
    assert record.names[1:] == (NameForm("Las Madres"), NameForm("Mothers' Committee", "other", "en"))
    assert record.founded == parse("1977-04-30")
    assert record.ties == (Tie("part_of", "federacion-de-familiares"),)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("1970-1985", "1970", "1985"), ("1970–", "1970", None), ("–1985", None, "1985"), ("1970", "1970", None),
        ("1970-05-01/1985", "1970-05-01", "1985"), ("ca. 1970 - 1985?", "1970~", "1985?"), ("[1970?]", "1970?", None),
        ("fundada en 1970", "1970", None), ("until 1985", None, "1985"), ("1970 to 1985", "1970", "1985"),
        ("de 1970 a 1985", "1970", "1985"), ("siglo XX", None, None), ("1985-1970", "1985", None),
        ("1970-05", "1970-05", None), ("1970-13", "1970", None), ("", None, None), ("hacia 1970", "1970~", None), ("a small group of 1970", "1970", None), ("? - 1985", None, "1985"),
    ],
)  # fmt: skip
def test_years_that_others_write_in_words_are_understood(text, since, until):
    assert tuple(str(day) if day else None for day in said.span(text)) == (since, until)
