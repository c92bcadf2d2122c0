"""Writing authority records: exactly as described, every change kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oralhistory.lib.agents import MACHINE
from oralhistory.lib.partial_dates import NotADate, PartialDate, parse
from oralhistory.organizations import cataloging, descriptions, entries, importing, learned, public
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.models import Organization, Relation, Revision
from oralhistory.provenance import events
from tests.clock import NOON

FMLN = Description(
    id="fmln-sv",
    names=(
        NameForm(
            "Frente Farabundo Martí para la Liberación Nacional", "authorized", "es", 1980, None, "acta"
        ),
        NameForm("Farabundo Martí National Liberation Front", "parallel", "en"),
        NameForm("FMLN", "acronym"),
        NameForm("efe eme ele ene", "heard_as"),
    ),
    kind="armed",
    country="SV",
    founded=PartialDate(1980, 10, 10),
    dissolved=PartialDate(1992, certainty="approximate"),
    history="Cinco organizaciones.",
    mandate="Acuerdo de unidad",
    places=(Place("Morazán", "SV", "activity", 1981, 1991), Place(country="MX", role="seat")),
    identifiers=(("wikidata", "Q917209"), ("viaf", "139534267")),
    ties=(Tie("has_part", "erp-sv", "desde 1980", 1980, 1995, "comunicado"), Tie("opposed", "arena-sv")),
    sources=(Citation("Comunicado de 1980", "https://example.org/1", ("names", "dates")),),
    keywords=("Morazán",),
    note="solo aquí",
    status="revised",
    level="full",
)


def named(slug, **options):
    return Description(id=slug, names=(NameForm(slug.upper(), "authorized"),), **options)


def save(description, **options):
    return cataloging.save(description, by=MACHINE, at=NOON, **options)


@pytest.fixture
def fmln(db):
    save(named("erp-sv"))
    save(named("arena-sv"))
    save(FMLN)
    return Organization.objects.get(slug="fmln-sv")


def described(slug):
    return descriptions.describe(Organization.objects.filter(slug=slug))[0]


def test_a_record_is_as_it_was_described(fmln):
    assert described("fmln-sv") == FMLN


def test_a_relation_is_seen_from_both_its_records(fmln):
    assert described("erp-sv").ties == (Tie("part_of", "fmln-sv", "desde 1980", 1980, 1995, "comunicado"),)
    assert described("arena-sv").tied("opposed") == ("fmln-sv",)
    assert Relation.objects.count() == 2


@pytest.mark.parametrize("kind", descriptions.TIES)
def test_every_kind_of_tie_comes_back_as_it_was_stated(db, kind):
    save(named("b"))
    save(named("a", ties=(Tie(kind, "b"),)))
    assert described("a").ties == (Tie(kind, "b"),)
    save(described("b"))
    assert described("a").ties == (Tie(kind, "b"),)


def test_who_changed_a_record_and_how_it_stood_is_kept(fmln):
    save(Description(**{**_fields(FMLN), "history": "Otra."}), why="leído de nuevo")

    revisions = list(Revision.objects.filter(organization=fmln))
    assert [each.number for each in revisions] == [1, 2]
    assert descriptions.from_json(revisions[0].content) == FMLN
    assert descriptions.from_json(revisions[1].content).history == "Otra."
    assert (revisions[1].why, revisions[1].agent) == ("leído de nuevo", str(MACHINE))
    assert [each.outcome for each in events.of(fmln)] == ["edited", "edited"]


def test_a_tie_that_goes_is_gone_from_both_and_both_know_when(fmln):
    before = Organization.objects.get(slug="erp-sv").version

    save(Description(**{**_fields(FMLN), "ties": ()}))

    assert described("erp-sv").ties == ()
    assert Organization.objects.get(slug="erp-sv").version == before + 1


def test_saying_the_same_again_changes_nothing(fmln):
    assert save(described("fmln-sv")).names_added == ()
    assert Revision.objects.filter(organization=fmln).count() == 1


def test_the_names_that_came_and_went_are_told(fmln):
    changed = save(
        Description(**{**_fields(FMLN), "names": (*FMLN.names[:2], NameForm("el Frente Farabundo", "other"))})
    )

    assert changed.names_added == (("other", "el Frente Farabundo"),)
    assert set(changed.names_removed) == {("acronym", "FMLN"), ("heard_as", "efe eme ele ene")}


def test_of_two_hands_at_once_the_second_is_refused(fmln):
    save(Description(**{**_fields(FMLN), "history": "una"}), expected=1)
    with pytest.raises(cataloging.Overtaken):
        save(Description(**{**_fields(FMLN), "history": "otra"}), expected=1)
    assert described("fmln-sv").history == "una"


def test_a_relation_to_nobody_is_refused_whole(db):
    with pytest.raises(cataloging.NoSuchRecord, match="nadie"):
        save(named("a", ties=(Tie("ally", "nadie"),)))
    assert not Organization.objects.exists()


def test_a_record_without_its_authorized_name_is_refused(db):
    with pytest.raises(cataloging.Unnamed):
        save(Description(id="a", names=(NameForm("A", "other"),)))


def test_a_rehearsal_tells_what_would_change_and_changes_nothing(fmln):
    theirs = [named("fmln-sv", history="De la lista."), named("nueva", ties=(Tie("ally", "nadie"),))]

    told = importing.bring_in(theirs, by=MACHINE, at=NOON, rehearse=True)

    assert (told.created, told.updated, told.unknown_relations) == (1, 1, ("nueva → nadie",))
    assert described("fmln-sv") == FMLN
    assert not Organization.objects.filter(slug="nueva").exists()


def test_a_list_from_before_a_merge_does_not_bring_back_what_was_merged(fmln):
    save(named("c"))
    erp, arena = Organization.objects.get(slug="erp-sv"), Organization.objects.get(slug="arena-sv")
    Organization.objects.filter(pk=arena.pk).update(merged_into=erp)
    before = described("arena-sv")
    theirs = [
        named("arena-sv", history="Otra.", ties=(Tie("ally", "c"),)),
        named("c", ties=(Tie("opposed", "arena-sv"),)), named("erp-sv", ties=(Tie("related", "arena-sv"),)),
    ]  # fmt: skip

    told = importing.bring_in(theirs, by=MACHINE, at=NOON)

    assert told.merged == ("arena-sv → erp-sv",)
    assert described("arena-sv") == before
    assert described("c").ties == (Tie("opposed", "erp-sv"),)
    assert "arena-sv" not in str(described("erp-sv").ties)


def test_a_list_adds_to_a_record_and_takes_nothing_away(fmln):
    importing.bring_in([named("fmln-sv", history="De la lista.")], by=MACHINE, at=NOON)

    now = described("fmln-sv")
    assert now.history == "De la lista."
    assert now.name == "FMLN-SV"
    assert FMLN.names[0].text in now.of_kind("other")
    assert (now.mandate, now.sources, now.ties, now.founded) == (
        FMLN.mandate, FMLN.sources, FMLN.ties, FMLN.founded,
    )  # fmt: skip


def test_what_is_public_of_a_record_leaves_out_notes_and_forms_heard():
    hidden = NameForm("La Interna", "other", learned_from="abcdefghijk2", withheld=True)
    seen = descriptions.public(Description(**{**_fields(FMLN), "names": (*FMLN.names, hidden)}))
    assert seen.note == ""
    assert "efe eme ele ene" not in str(seen)
    assert "La Interna" not in str(seen)


@given(st.dates(), st.integers(0, 2), st.sampled_from(["certain", "approximate", "uncertain"]))
def test_a_date_is_read_as_it_is_written(day, parts, certainty):
    if day.year < 1000 or day.year > 2999:
        return
    date = PartialDate(day.year, day.month if parts else None, day.day if parts > 1 else None, certainty)
    assert parse(str(date)) == date


@pytest.mark.parametrize(
    "text", ["", "80", "1980-13", "1980-00", "1980-02-30", "1980-", "c. 1980", "3980", "1980?~"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(NotADate):
        parse(text)


def _fields(description):
    return {name: getattr(description, name) for name in Description.__slots__}


def test_what_was_learned_from_an_interview_is_public_only_while_that_is(db):
    hidden = {"learned_from": "abcdefghijk2", "withheld": True}
    save(
        Description(
            id="copesal",
            names=(NameForm("Comité", "authorized"), NameForm("Los de la calle Uno", "other", **hidden)),
            sources=(Citation("Volante"), Citation("dicho por ella", **hidden)),
        )
    )
    Organization.objects.update(publication="public")
    (record,) = public.listing()

    def cited():
        return [each.citation for each in entries.find("copesal").description.sources]

    assert (record.other_names, cited()) == ((), ["Volante"])
    learned.release("abcdefghijk2")
    (record,) = public.listing()
    assert [each.text for each in record.other_names] == ["Los de la calle Uno"]
    assert cited() == ["Volante", "dicho por ella"]
    learned.withhold("abcdefghijk2")
    assert public.listing(q="calle uno") == []
