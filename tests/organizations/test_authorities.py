import io
from pathlib import Path

import pytest

import oralhistory.organizations
from oralhistory.organizations.authorities import MalformedAuthorities, read_csv

OWN = Path(oralhistory.organizations.__file__).parent / "data" / "organizations.csv"
MADE = Path(__file__).parents[1] / "mentions" / "data" / "organizations_made.csv"
HEADER = "id,preferred_name,language,country,type,founded,dissolved,acronyms,other_names"


def read(*lines: str, **options: bool):
    return read_csv(io.StringIO("\n".join((HEADER, *lines)) + "\n"), **options)


def test_the_archives_own_list_is_read_whole():
    with OWN.open(encoding="utf-8", newline="") as stream:
        authorities = {authority.id: authority for authority in read_csv(stream)}

    assert len(authorities) == 428
    fmln = authorities["fmln-sv"]
    assert fmln.preferred_name == "Frente Farabundo Martí para la Liberación Nacional"
    assert (fmln.country, fmln.founded, fmln.dissolved) == ("SV", 1980, None)
    assert "FMLN" in fmln.acronyms


def test_the_layout_with_related_and_keywords_is_read_too():
    with MADE.open(encoding="utf-8", newline="") as stream:
        authorities = {authority.id: authority for authority in read_csv(stream)}

    assert authorities["erp_sv"].related == ("fmln", "lp28", "rn")
    assert "Perquín" in authorities["erp_sv"].keywords


def test_forms_once_heard_are_read_where_the_list_has_them():
    stream = io.StringIO(f"{HEADER},heard_as\nx,Equis,es,MX,party,,,,,copesal|coppesal\n")

    assert read_csv(stream)[0].heard_as == ("copesal", "coppesal")


def test_a_record_over_several_lines_counts_them_all():
    with pytest.raises(MalformedAuthorities) as refusal:
        read('a,"Uno\ndos",es,MX,party,,,,', "b,Otro,es,Mexico,party,,,,")

    assert (refusal.value.line, refusal.value.column) == (4, "country")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",Sin id,es,MX,party,,,,", "id", "empty"),
        ("x y,Con espacio,es,MX,party,,,,", "id", "identifier"),
        ("x,,es,MX,party,,,,", "preferred_name", "empty"),
        ("x,Equis,Spanish,MX,party,,,,", "language", "code"),
        ("x,Equis,es,Mexico,party,,,,", "country", "capital"),
        ("x,Equis,es,MX,party,hacia 1970,,,", "founded", "year"),
        ("x,Equis,es,MX,party,1980,1975,,", "dissolved", "before"),
        ("x,Equ\x00is,es,MX,party,,,,", "preferred_name", "control"),
        ("x,Equis,es,MX", "", "values"),
        ('x,"Equis"y,es,MX,party,,,,', "", "CSV"),
    ],
)
def test_a_wrong_value_is_refused_with_line_column_and_reason(row, column, reason):
    with pytest.raises(MalformedAuthorities, match=reason) as refusal:
        read("bien,Bien,es,MX,party,,,,", row)

    assert refusal.value.line == 3
    assert refusal.value.column == column
    assert "line 3" in str(refusal.value)


def test_an_id_may_stand_only_once():
    with pytest.raises(MalformedAuthorities, match="stands on line 2 already"):
        read("x,Equis,es,MX,party,,,,", "x,Otra,es,MX,party,,,,")


def test_a_list_without_a_column_it_needs_is_refused():
    with pytest.raises(MalformedAuthorities, match="no such column") as refusal:
        read_csv(io.StringIO("id,preferred_name\nx,Equis\n"))

    assert (refusal.value.line, refusal.value.column) == (1, "language")


def test_an_empty_file_is_refused():
    with pytest.raises(MalformedAuthorities):
        read_csv(io.StringIO(""))


def test_a_column_that_is_not_known_is_refused_unless_it_may_be_ignored():
    text = f"{HEADER},color\nx,Equis,es,MX,party,,,,,rojo\n"

    with pytest.raises(MalformedAuthorities, match="not known"):
        read_csv(io.StringIO(text))
    assert read_csv(io.StringIO(text), ignore_unknown_columns=True)[0].id == "x"


def test_a_byte_order_mark_and_empty_lines_do_no_harm():
    assert len(read_csv(io.StringIO("\ufeff" + HEADER + "\n\nx,Equis,es,MX,party,,,,\n\n"))) == 1
