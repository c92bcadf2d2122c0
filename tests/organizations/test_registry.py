"""Bringing lists of organizations into the archive."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from oralhistory.organizations import authorities, registry
from oralhistory.organizations.models import Name, Organization, Relation
from oralhistory.pipeline import sample
from tests import world as worlds

pytestmark = pytest.mark.django_db

HEADER = (
    "id,preferred_name,language,country,type,founded,dissolved,acronyms,other_names,predecessors,successors\n"
)


def load(text):
    worlds.organizations(authorities.read_csv(StringIO(HEADER + text)))


def test_the_list_that_comes_with_the_program_loads_whole():
    out, err = StringIO(), StringIO()

    call_command("import_organizations", sample.ORGANIZATIONS, stdout=out, stderr=err)

    assert out.getvalue() == "428 organizations added, 0 brought up to date.\n"
    assert Organization.objects.count() == 428
    assert Relation.objects.filter(
        subject__slug="pcm-mx", object__slug="psum-mx", kind="predecessor"
    ).exists()
    assert not Organization.objects.public().exists()


def test_loading_twice_changes_nothing():
    call_command("import_organizations", sample.ORGANIZATIONS, stdout=StringIO(), stderr=StringIO())
    before = list(Name.objects.order_by("pk").values_list("organization__slug", "kind", "text"))

    call_command("import_organizations", sample.ORGANIZATIONS, stdout=StringIO(), stderr=StringIO())

    assert list(Name.objects.order_by("pk").values_list("organization__slug", "kind", "text")) == before


def test_a_new_preferred_name_keeps_the_old_one_as_another():
    load("pcm-mx,Partido Comunista Mexicano,es,MX,party,1919,1981,PCM,,,\n")
    load("pcm-mx,Partido Comunista de México,es,MX,party,1919,1981,PCM,,,\n")

    names = set(Name.objects.values_list("kind", "text"))
    assert ("authorized", "Partido Comunista de México") in names
    assert ("other", "Partido Comunista Mexicano") in names


def test_what_people_added_stays():
    load("pcm-mx,Partido Comunista Mexicano,es,MX,party,1919,1981,PCM,,,\n")
    Name.objects.create(organization=Organization.objects.get(), kind="heard_as", text="pe ese eme")

    load("pcm-mx,Partido Comunista Mexicano,es,MX,party,1919,1981,PCM,,,\n")

    assert Name.objects.filter(kind="heard_as").exists()


def test_a_malformed_list_changes_nothing(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "a,Alianza,es,MX,party,1970,,,,,\nb,Bloque,es,MX,party,when,,,,,\n")

    with pytest.raises(CommandError, match=r"line 3, column founded"):
        call_command("import_organizations", path)
    assert not Organization.objects.exists()


def test_records_come_out_as_they_went_in():
    with sample.ORGANIZATIONS.open(encoding="utf-8", newline="") as stream:
        listed = {each.id: each for each in authorities.read_csv(stream)}
    worlds.organizations(listed.values())

    for given in registry.authorities():
        was = listed[given.id]
        assert (given.preferred_name, given.country, given.founded, given.dissolved) == (
            was.preferred_name, was.country, was.founded, was.dissolved,
        )  # fmt: skip
        assert set(given.acronyms) == set(was.acronyms)
        assert set(given.other_names) == set(was.other_names)
