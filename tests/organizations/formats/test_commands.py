"""Records in and out by command."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from oralhistory.lib.agents import MACHINE
from oralhistory.organizations import cataloging, checking, descriptions, formats
from oralhistory.organizations.descriptions import Description, NameForm, Tie
from oralhistory.organizations.models import Organization, Relation
from oralhistory.pipeline import sample
from tests.clock import NOON
from tests.organizations.test_cataloging import FMLN, named

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
HEADER = "id,preferred_name,language,country,type,founded,dissolved,acronyms,other_names,predecessors\n"


def run(command, *arguments):
    out, err = StringIO(), StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def fmln():
    for each in (named("erp-sv"), named("arena-sv"), FMLN):
        cataloging.save(each, by=MACHINE, at=NOON)
    return Organization.objects.get(slug="fmln-sv")


def described(slug="fmln-sv"):
    return descriptions.describe(Organization.objects.filter(slug=slug))[0]


def test_files_of_all_formats_come_in_together():
    out, err = run("import_organizations", DATA / "others" / "atom.xml", DATA / "others" / "schema_org.json")

    assert out == "2 organizations added, 0 brought up to date.\n"
    assert Organization.objects.count() == 2
    assert "cl-leu-12 → frente-amplio-estudiantil" in err


def test_the_list_that_comes_with_the_program_loads_without_a_warning():
    out, err = run("import_organizations", "--dry-run", sample.ORGANIZATIONS)

    assert err == ""
    assert out.endswith("428 organizations added, 0 brought up to date.\n")


def test_a_folder_stands_for_the_files_in_it(tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "a.csv").write_text(f"{HEADER}a,Uno,es,MX,party,,,,,\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")

    run("import_organizations", tmp_path)

    assert Organization.objects.get().slug == "a"


def test_a_dry_run_names_every_name_and_changes_nothing(fmln, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        f"{HEADER}fmln-sv,El FMLN,es,SV,armed,,,FMLN,,\nb,Dos,es,MX,party,,,D|DD,,nadie\n", encoding="utf-8"
    )

    out, err = run("import_organizations", "--dry-run", path)

    assert "changed: fmln-sv\n  + other: Frente Farabundo" in out
    assert "  + authorized: El FMLN\n" in out
    assert "new: b\n  + authorized: Dos\n  + acronym: D\n  + acronym: DD\n" in out
    assert "Nothing was changed." in out
    assert err == "left out, since one of the two is not known: b → nadie\n"
    assert described() == FMLN
    assert Organization.objects.count() == 3


def test_of_several_files_one_that_is_wrong_stops_all(tmp_path):
    path = tmp_path / "good.csv"
    path.write_text(f"{HEADER}a,Uno,es,MX,party,,,,,\n", encoding="utf-8")

    with pytest.raises(CommandError, match=r"person\.xml: line 6, entityType: .* Nothing was changed"):
        run("import_organizations", path, DATA / "malformed" / "person.xml")

    assert not Organization.objects.exists()


def test_a_record_may_stand_in_one_file_only(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"{HEADER}a,Uno,es,MX,party,,,,,\n", encoding="utf-8")

    with pytest.raises(CommandError, match=r"b\.csv: a stands in .*a\.csv already"):
        run("import_organizations", tmp_path)


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("import_organizations", tmp_path / "none.csv")


def test_a_table_of_relationships_alone_speaks_of_the_records_that_are_called_so(tmp_path):
    for id_, name in (("union-1920", "Unión Obrera"), ("liga-mx", "Liga Roja")):
        cataloging.save(Description(id_, (NameForm(name, "authorized"),)), by=MACHINE, at=NOON)
    path = tmp_path / "relations.csv"
    path.write_text(
        "subjectAuthorizedFormOfName,relationType,objectAuthorizedFormOfName\n"
        "Unión Obrera,is the predecessor of,Liga Roja\n",
        encoding="utf-8",
    )

    out, err = run("import_organizations", path)

    assert (out, err) == ("0 organizations added, 1 brought up to date.\n", "")
    assert described("liga-mx").ties == (Tie("predecessor", "union-1920"),)


def test_what_looks_wrong_is_said_when_it_is_asked_for(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        f"{HEADER}a,Uno,es,MX,party,1980,1990,U,,b\nb,Dos,es,MX,party,1985,,U,Dos,\nc,Uno,es,MX,party,1985,,,,\n",
        encoding="utf-8",
    )

    _out, quiet = run("import_organizations", "--dry-run", path)
    _out, told = run("import_organizations", "--dry-run", "--check", path)

    assert quiet == ""
    assert told.splitlines() == [
        "a: founded in 1980, before its predecessor b was (1985)",
        "b: «Dos» stands among its names twice (as other and as authorized)",
        "c: has the name, country and years of a; are they one?",
        "b: has the acronym U, the country and years of a",
    ]


def test_a_record_that_is_here_under_another_id_is_noticed(tmp_path):
    cataloging.save(
        Description("uno-mx", (NameForm("Uno", "authorized"),), country="MX"), by=MACHINE, at=NOON
    )
    path = tmp_path / "list.csv"
    path.write_text(f"{HEADER}a,UNO,es,MX,party,,,,,\n", encoding="utf-8")

    _out, told = run("import_organizations", "--dry-run", "--check", path)

    assert told == "a: has the name, country and years of uno-mx; are they one?\n"


def test_years_between_an_organization_and_its_predecessor_are_noticed():
    listed = formats.read(
        "csv", f"{HEADER}a,Uno,es,MX,party,1950,1960,,,\nb,Dos,es,MX,party,1970,,,,a\n".encode()
    )

    assert checking.warnings(listed) == ["b: founded in 1970, 10 years after its predecessor a ended (1960)"]


@pytest.mark.parametrize("code", formats.writable())
def test_what_goes_out_for_others_keeps_what_is_for_the_archive_only(fmln, tmp_path, code):
    target = tmp_path / "out"
    out, _err = run("export_organizations", "--format", code, "--output", target)

    assert out.startswith("3 organizations in ")
    (back,) = (each for each in formats.read(code, target.read_bytes()) if each.id == "fmln-sv")
    assert (back.note, back.keywords, back.of_kind("heard_as")) == ("", (), ())
    assert back.history == FMLN.history


def test_everything_goes_out_and_comes_back_as_it_was(fmln, tmp_path):
    for code in ("csv", "jsonld"):
        target = tmp_path / code
        run("export_organizations", "--format", code, "--all", "--output", target)
        before = {slug: described(slug) for slug in ("fmln-sv", "erp-sv", "arena-sv")}
        Relation.objects.all().delete()
        Organization.objects.all().delete()

        run("import_organizations", target)

        assert {slug: described(slug) for slug in before} == before


def test_the_public_gets_public_records_and_nothing_tied_to_others(fmln):
    Organization.objects.filter(slug__in=("fmln-sv", "erp-sv")).update(publication="public")

    out, _err = run("export_organizations", "--format", "csv", "--public")

    exported = {each.id: each for each in formats.read("csv", out.encode())}
    assert set(exported) == {"fmln-sv", "erp-sv"}
    assert [tie.other for tie in exported["fmln-sv"].ties] == ["erp-sv"]
    assert "arena-sv" not in out
    assert "efe eme ele ene" not in out


def test_records_withheld_for_an_interview_go_out_only_with_everything(fmln):
    Organization.objects.filter(slug="erp-sv").update(learned_from="abcdefghijk2", withheld=True)

    out, _err = run("export_organizations", "--format", "jsonld")
    assert "erp-sv" not in out
    out, _err = run("export_organizations", "--format", "jsonld", "--all")
    assert "erp-sv" in out


def test_one_record_may_be_asked_for_and_names_what_it_is_tied_to(fmln):
    out, _err = run("export_organizations", "--format", "eac2", "fmln-sv")

    assert "<part>ERP-SV</part>" in out


def test_a_record_that_is_not_to_be_given_out_is_refused(fmln):
    with pytest.raises(CommandError, match="fmln-sv"):
        run("export_organizations", "--format", "csv", "--public", "fmln-sv")


def test_a_package_is_not_written_to_a_screen(fmln):
    with pytest.raises(CommandError, match="--output"):
        run("export_organizations", "--format", "eac2")


def test_relations_by_name_are_led_to_a_record_that_is_called_so():
    listed = [
        Description("a", (NameForm("A", "authorized"),), ties=(Tie("ally", "liga-roja"), Tie("ally", "b")))
    ]

    (found,) = checking.connected(listed, {"Liga Roja": "lr-mx"})

    assert found.tied("ally") == ("lr-mx", "b")
