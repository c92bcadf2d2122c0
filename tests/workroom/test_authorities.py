"""Authority records in the workroom: who reads and who changes them, and that no hand's work is lost."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from oralhistory.jobs.models import Job
from oralhistory.mentions.models import Mention
from oralhistory.organizations import cataloging, descriptions, formats, histories
from oralhistory.organizations.descriptions import Citation, NameForm, Tie
from oralhistory.organizations.models import BroughtList, Merge, Name, Organization, Revision
from oralhistory.pipeline import authorities as following
from oralhistory.search import index
from tests import world as worlds
from tests.clock import NOON

PAGES = ("", "_edit", "_history", "_merge", "_split", "_deprecate")
STAFF = ("interviewer", "moderator", "archivist", "sysadmin")
HIDDEN = {"learned_from": "abcdefghijk2", "withheld": True}


def at(name, slug="fmln-sv"):
    return reverse(f"workroom:organization{name}", args=[slug])


def now(slug="fmln-sv"):
    return Organization.objects.get(slug=slug)


def described(slug="fmln-sv"):
    return descriptions.describe([now(slug)])[0]


def change(world, slug="fmln-sv", **changes):
    cataloging.save(replace(described(slug), **changes), by=world.moderator.agent, at=NOON)


@pytest.fixture
def archivist(world, at_the_desk_of):
    return at_the_desk_of(world.archivist)


def filled(browser, address):
    """What the form of a page sends if nothing is changed in it."""
    form = browser.get(address).context["form"]
    data = {}
    for part in (form.statements, *form.lists.values()):
        forms = part.forms if hasattr(part, "forms") else [part]
        if hasattr(part, "management_form"):
            forms = [*forms, part.management_form]
        for each in forms:
            for field in each:
                value = field.value()
                if value is not None and value is not False:
                    data[field.html_name] = value
    return data


# Who may


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", STAFF)
def test_archivists_change_records_and_who_works_on_interviews_reads_them(world, at_the_desk_of, page, who):
    answer = at_the_desk_of(getattr(world, who)).get(at(page))

    allowed = who == "archivist" or (page == "" and who != "sysadmin")
    assert answer.status_code == (200 if allowed else 403)


@pytest.mark.parametrize("page", [*PAGES, "_unmerge", "_reinstate"])
def test_nobody_else_gets_a_byte_of_them(world, client, page):
    answer = client.get(at(page))
    assert answer.status_code == 302
    assert reverse("account_login") in answer.headers["Location"]


@pytest.mark.parametrize(
    "page", ["_edit", "_merge", "_split", "_deprecate", "_unmerge", "_reinstate", "_history"]
)
@pytest.mark.parametrize("who", ["interviewer", "moderator", "sysadmin"])
def test_no_form_of_somebody_else_is_taken(world, at_the_desk_of, page, who):
    before = Revision.objects.count()
    answer = at_the_desk_of(getattr(world, who)).post(
        at(page), {"into": "copesal-mx", "because": "x", "why": "x"}
    )
    assert answer.status_code == 403
    assert Revision.objects.count() == before


def test_notes_and_what_a_hidden_interview_taught_are_not_for_everybody(world, at_the_desk_of, tmp_path):
    interview = worlds.draft(world)
    code = {"learned_from": interview.public_id, "withheld": True}
    change(world, names=(*described().names, NameForm("La Calle Uno", "other", **code)))

    def page(user):
        return at_the_desk_of(user).get(at("")).content.decode()

    assert "La Calle Uno" in page(world.archivist)
    assert "La Calle Uno" in page(world.interviewer)  # whose interview it is
    assert "La Calle Uno" not in page(world.other_interviewer)
    assert f"{worlds.CANARY}-note" in page(world.archivist)
    assert f"{worlds.CANARY}-note" not in page(world.moderator)


def test_a_record_that_a_hidden_interview_taught_is_not_there_for_others(world, at_the_desk_of):
    interview = worlds.draft(world)
    Organization.objects.filter(slug="copesal-mx").update(learned_from=interview.public_id, withheld=True)
    other = at_the_desk_of(world.other_interviewer)

    assert other.get(at("", "copesal-mx")).status_code == 404
    assert "COPESAL" not in other.get(reverse("workroom:organizations")).content.decode()
    assert at_the_desk_of(world.interviewer).get(at("", "copesal-mx")).status_code == 200


# Reading


def test_a_record_shows_what_it_says_and_where_it_is_spoken_of(world, archivist, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    worlds.accept_everything(world, interview)
    change(
        world,
        ties=(Tie("ally", "copesal-mx", "desde 1981"),),
        sources=(Citation("Comunicado de 1980", "https://example.org/", ("names",)),),
    )
    page = archivist.get(at("")).content.decode()

    for said in ("FMLN", "desde 1981", "Comunicado de 1980", "Comité Permanente", f"{worlds.CANARY}-heard"):
        assert said in page
    assert reverse("workroom:transcript", args=[interview.public_id]) in page


def test_who_may_not_know_of_an_interview_does_not_learn_of_it_from_a_record(world, at_the_desk_of, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    assert Mention.objects.filter(organization=now()).exists()
    page = at_the_desk_of(world.other_interviewer).get(at("")).content.decode()
    assert interview.public_id not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "fmln"}, {"fmln-sv"}),
        ({"q": "comite permanente"}, {"copesal-mx"}),
        ({"country": "MX"}, {"copesal-mx"}),
        ({"country": "M\x00X"}, {"copesal-mx"}),
        ({"standing": "deprecated"}, {"gone"}),
        ({"standing": "draft"}, {"fmln-sv", "copesal-mx"}),
        ({"publication": "internal"}, set()),
        ({}, {"fmln-sv", "copesal-mx"}),
    ],
)
def test_the_list_is_narrowed_to_what_was_asked(world, archivist, asked, found):
    worlds.organizations([worlds.Authority(id="gone", preferred_name="Ya no")])
    archivist.post(at("_deprecate", "gone"), {"because": "Es una invención."})

    page = archivist.get(reverse("workroom:organizations"), asked)

    assert {each.slug for each in page.context["records"]} == found


# Editing


def test_a_form_that_nobody_touched_changes_nothing(world, archivist):
    change(
        world,
        names=(*described().names, NameForm("La Calle Uno", "other", "es", 1980, 1981, "acta", **HIDDEN)),
        ties=(Tie("ally", "copesal-mx", "pacto", 1980, 1990, "acta"),),
        places=(descriptions.Place("Morazán", "SV", "seat", 1981, 1982),),
        sources=(Citation("Acta", "https://example.org/", ("names", "dates"), **HIDDEN),),
        identifiers=(("wikidata", "Q1"),), keywords=("Morazán", "Chalatenango"),
        founded=descriptions.PartialDate(1980, 10, 10, "approximate"), history="Una.\r\n\r\nDos.",
    )  # fmt: skip
    before = described()
    archivist.post(at("_edit"), filled(archivist, at("_edit")))

    assert described() == before


def test_what_was_learned_from_a_hidden_interview_stays_so_when_it_is_spelled_better(world, archivist):
    change(world, names=(*described().names, NameForm("La Caye Uno", "other", **HIDDEN)))
    data = filled(archivist, at("_edit"))
    (field,) = [name for name, value in data.items() if value == "La Caye Uno"]
    answer = archivist.post(at("_edit"), {**data, field: "La Calle Uno"})

    assert answer.status_code == 302
    name = Name.objects.get(text="La Calle Uno")
    assert (name.learned_from, name.withheld) == ("abcdefghijk2", True)


def test_rows_come_go_and_lead_to_the_record_that_was_typed(world, archivist):
    data = filled(archivist, at("_edit"))
    empty = int(data["names-TOTAL_FORMS"]) - 1
    data |= {
        f"names-{empty}-text": "el Farabundo", f"names-{empty}-kind": "other", f"names-{empty}-language": "es",
        "ties-0-kind": "ally", "ties-0-other": "copesal", "ties-0-valid_from": "1981",
        "record-founded": "1980-10?", "record-why": "leído en el acta",
        "record-heard_as": "efe eme ele ene",
    }  # fmt: skip
    (acronym,) = [name for name, value in data.items() if value == "FMLN"]
    data[acronym.replace("-text", "-DELETE")] = "on"

    assert archivist.post(at("_edit"), data).status_code == 302
    record = described()
    assert record.of_kind("other") == ("el Farabundo",)
    assert record.of_kind("acronym") == ()
    assert record.of_kind("heard_as") == ("efe eme ele ene",)
    assert record.ties == (Tie("ally", "copesal-mx", valid_from=1981),)
    assert str(record.founded) == "1980-10?"
    last = Revision.objects.filter(organization=now()).last()
    assert (last.why, last.agent) == ("leído en el acta", str(world.archivist.agent))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"record-founded": "hacia 1980"}, "1971-06-10"),
        ({"record-founded": "1990", "record-dissolved": "1980"}, "antes de empezar"),
        ({"ties-0-kind": "ally", "ties-0-other": "nadie"}, "siglas"),
        ({"ties-0-kind": "ally", "ties-0-other": "fmln-sv"}, "mismo"),
        ({"names-0-kind": "other"}, "autorizado"),
        ({"identifiers-0-scheme": "wikidata", "identifiers-0-value": "648924"}, "Wikidata"),
        ({"names-1-text": ""}, "obligatorio"),
    ],
)
def test_what_is_not_well_formed_is_said_and_nothing_typed_is_lost(world, archivist, wrong, said):
    before = described()
    data = {**filled(archivist, at("_edit")), "record-history": "Escrito con paciencia.", **wrong}

    answer = archivist.post(at("_edit"), data)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert "Escrito con paciencia." in page
    for value in wrong.values():
        assert escape(value) in page
    assert described() == before


def test_a_name_that_two_records_have_asks_which(world, archivist):
    worlds.organizations(
        [worlds.Authority(id="otro", preferred_name="Otro", country="AR", acronyms=("COPESAL",))]
    )
    data = filled(archivist, at("_edit")) | {"ties-0-kind": "ally", "ties-0-other": "copesal"}

    page = archivist.post(at("_edit"), data).content.decode()

    assert "[copesal-mx]" in page
    assert "[otro]" in page
    offered = archivist.get(reverse("workroom:organization_suggest"), {"q": "copesal"}).content.decode()
    assert offered.count("<option") == 2


def test_one_more_row_is_given_without_javascript_and_keeps_what_was_typed(world, archivist):
    data = filled(archivist, at("_edit")) | {"record-history": "A medias."}
    answer = archivist.post(at("_edit"), {**data, "more": "names"})

    form = answer.context["form"]
    assert answer.status_code == 200
    assert len(form.lists["names"].forms) == int(data["names-TOTAL_FORMS"]) + 1
    assert "A medias." in answer.content.decode()
    assert described().history == ""


def test_the_second_of_two_hands_sees_what_the_first_changed_and_loses_nothing(world, archivist):
    data = filled(archivist, at("_edit")) | {"record-history": "La mía.", "record-mandate": "Mi mandato."}
    change(world, history="La suya.", country="HN", names=(*described().names, NameForm("Suyo", "other")))

    answer = archivist.post(at("_edit"), data)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert described().history == "La suya."
    for text in ("La suya.", "La mía.", "Mi mandato.", "Suyo"):
        assert text in page
    again = {**data, **_sent(answer)}
    assert archivist.post(at("_edit"), again).status_code == 302
    record = described()
    assert (record.history, record.mandate, record.country) == ("La mía.", "Mi mandato.", "HN")
    assert "Suyo" in record.of_kind("other")


def _sent(answer):
    """What the form of an answer sends."""
    return filled(type("Page", (), {"get": lambda _self, _address: answer})(), "")


def test_a_form_remembered_meanwhile_is_kept(world, archivist):
    data = filled(archivist, at("_edit")) | {"record-history": "Otra."}
    heard = NameForm("femelene", "heard_as", source="decided", learned_from="abcdefghijk2")
    change(world, names=(*described().names, heard))

    assert archivist.post(at("_edit"), data).status_code == 302
    assert heard in described().names
    assert described().history == "Otra."


def test_a_new_record_gets_its_slug_from_acronym_and_country(world, archivist):
    address = reverse("workroom:organization_new")
    data = filled(archivist, address) | {
        "names-0-text": "Bloque Popular Revolucionario", "names-0-kind": "authorized", "names-1-text": "BPR",
        "names-1-kind": "acronym", "record-country": "SV",
    }  # fmt: skip
    assert archivist.post(address, {**data, "more": "names"}).status_code == 200
    assert not Organization.objects.filter(slug="bpr-sv").exists()
    answer = archivist.post(address, {**data, "names-TOTAL_FORMS": "2"})

    assert answer.headers["Location"] == at("", "bpr-sv")
    assert (now("bpr-sv").publication, described("bpr-sv").of_kind("acronym")) == ("internal", ("BPR",))
    taken = archivist.post(address, {**data, "names-TOTAL_FORMS": "2", "record-slug": "bpr-sv"})
    assert taken.status_code == 400


# History


def test_a_state_is_brought_back_with_its_reason(world, archivist):
    before = described()
    change(world, history="Otra.")
    form = {"number": now().version - 1, "version": now().version, "why": "se leyó mal"}

    assert archivist.post(at("_history"), {**form, "why": ""}).status_code == 409
    assert archivist.post(at("_history"), form).status_code == 302
    assert described() == before
    step = histories.steps(now())[0].revision
    assert (step.action, step.why) == ("restored", "se leyó mal")
    assert "se leyó mal" in archivist.get(at("_history")).content.decode()


# Merging, splitting, taking out of use


def test_a_merge_is_shown_before_it_is_done_and_can_be_undone(world, archivist, tmp_path):
    worlds.in_review(world, tmp_path)
    shown = archivist.get(at("_merge", "copesal-mx"), {"into": "fmln"})
    versions = " ".join(map(str, shown.context["plan"].versions))
    assert "Comité Permanente de Solidaridad" in shown.content.decode()
    assert now("copesal-mx").merged_into is None

    answer = archivist.post(
        at("_merge", "copesal-mx"), {"into": "fmln-sv", "versions": versions, "why": "una"}
    )

    assert answer.headers["Location"] == at("")
    assert set(Mention.objects.values_list("organization__slug", flat=True)) == {"fmln-sv"}
    public = archivist.get(reverse("reading_room:organization", args=["copesal-mx"]))
    assert (public.status_code, public.headers["Location"]) == (301, reverse("reading_room:organization", args=["fmln-sv"]))  # fmt: skip
    archivist.post(at("_unmerge", "copesal-mx"))
    assert set(Mention.objects.values_list("organization__slug", flat=True)) == {"fmln-sv", "copesal-mx"}


def test_a_merge_of_what_was_changed_meanwhile_is_shown_again(world, archivist):
    shown = archivist.get(at("_merge", "copesal-mx"), {"into": "fmln-sv"})
    versions = " ".join(map(str, shown.context["plan"].versions))
    change(world, "copesal-mx", history="Otra.")

    answer = archivist.post(at("_merge", "copesal-mx"), {"into": "fmln-sv", "versions": versions})

    assert answer.status_code == 409
    assert not Merge.objects.exists()


@pytest.mark.parametrize("into", ["copesal-mx", "nadie", ""])
def test_a_record_is_not_merged_into_itself_or_nothing(world, archivist, into):
    assert archivist.post(at("_merge", "copesal-mx"), {"into": into}).status_code == 400
    assert not Merge.objects.exists()


def test_a_split_is_shown_and_then_done(world, archivist, tmp_path):
    interview = worlds.in_review(world, tmp_path)
    mention = Mention.objects.get(organization=now())
    key = archivist.get(at("_split")).context["groups"][0].key
    names = described().names
    data = {
        "name": "Frente Dos", "acronym": "F2", "country": "SV", "version": now().version, "why": "eran dos",
        "names": [str(index) for index, each in enumerate(names) if each.kind == "acronym"], "mentions": [key],
    }  # fmt: skip
    shown = archivist.post(at("_split"), {**data, "look": "1"})
    assert "Frente Dos" in shown.content.decode()
    assert not Organization.objects.filter(slug="f2-sv").exists()

    assert archivist.post(at("_split"), data).headers["Location"] == at("", "f2-sv")
    mention.refresh_from_db()
    assert mention.organization.slug == "f2-sv"
    assert described("f2-sv").of_kind("acronym") == ("F2", "FMLN")
    assert interview.public_id in archivist.get(at("", "f2-sv")).content.decode()


def test_a_record_out_of_use_says_so_to_everybody_and_comes_back(world, archivist, client):
    address = reverse("reading_room:organization", args=["fmln-sv"])
    assert archivist.post(at("_deprecate"), {"because": "  "}).status_code == 400
    archivist.post(at("_deprecate"), {"because": "Fue un error.", "first": "copesal-mx"})

    gone = client.get(address)
    assert gone.status_code == 410
    page = gone.content.decode()
    assert "Fue un error." in page
    assert reverse("reading_room:organization", args=["copesal-mx"]) in page
    Organization.objects.filter(slug="fmln-sv").update(publication="internal")
    assert client.get(address).status_code == 404
    Organization.objects.filter(slug="fmln-sv").update(publication="public")
    archivist.post(at("_reinstate"))
    assert client.get(address).status_code == 200


def test_a_record_that_is_tied_to_one_out_of_use_can_be_edited_still(world, archivist):
    archivist.post(at("_deprecate"), {"because": "Fue un error.", "first": "copesal-mx"})
    data = filled(archivist, at("_edit", "copesal-mx")) | {"record-history": "Otra."}

    assert archivist.post(at("_edit", "copesal-mx"), data).status_code == 302
    assert described("copesal-mx").tied("predecessor") == ("fmln-sv",)
    assert described("copesal-mx").history == "Otra."


def test_a_pair_that_was_told_apart_is_not_shown_again(world, archivist):
    worlds.organizations(
        [worlds.Authority(id="otra", preferred_name="COPESAL", country="MX", acronyms=("COPESAL",))]
    )
    address = reverse("workroom:organization_doubles")
    (pair,) = archivist.get(address).context["page"].object_list
    assert at("_merge", "otra") in archivist.get(address).content.decode()

    archivist.post(reverse("workroom:organization_apart"), {"first": pair.first, "second": pair.second})

    assert not archivist.get(address).context["page"].object_list
    archivist.post(
        reverse("workroom:organization_apart"),
        {"first": pair.first, "second": pair.second, "do": "take back"},
    )
    assert len(archivist.get(address).context["page"].object_list) == 1


# Lists

HEADER = "id,preferred_name,language,country,type,founded,dissolved,acronyms,other_names,related\n"
LIST = HEADER + "fmln-sv,Frente Farabundo Martí,es,SV,armed,1980,,FMLN,el Farabundo,\nbpr-sv,Bloque Popular,es,SV,front,1975,,BPR,,nadie-sv\n"  # fmt: skip


def bring(browser, text, name="lista.csv"):
    content = text.encode() if isinstance(text, str) else text
    return browser.post(
        reverse("workroom:organization_import"), {"file": SimpleUploadedFile(name, content), "form": "auto"}
    )


def test_a_list_shows_what_it_would_do_and_does_it_when_told(world, archivist):
    address = bring(archivist, LIST).headers["Location"]
    shown = archivist.get(address)
    page = shown.content.decode()
    for said in ("el Farabundo", "bpr-sv", "nadie-sv"):
        assert said in page
    assert not Organization.objects.filter(slug="bpr-sv").exists()

    archivist.post(address, {"seen": shown.context["found"].word})

    assert now("bpr-sv").publication == "internal"
    assert "el Farabundo" in described().of_kind("other")
    assert not BroughtList.objects.exists()


def test_a_list_whose_effect_is_not_what_was_seen_is_shown_again(world, archivist):
    address = bring(archivist, LIST).headers["Location"]
    seen = archivist.get(address).context["found"].word
    change(world, names=(*described().names, NameForm("el Farabundo", "other")))

    answer = archivist.post(address, {"seen": seen})

    assert answer.status_code == 409
    assert not Organization.objects.filter(slug="bpr-sv").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER + "a,,es,SV,armed,,,,,\n", "line 2"), ("a,b\n", "line 1"),
        (HEADER + "a,A,es,SV,armed,1990,1980,,,\n", "1980"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_says_where_and_leaves_nothing(world, archivist, text, said):
    answer = bring(archivist, text)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not BroughtList.objects.exists()


def test_a_list_is_for_the_one_who_brought_it_and_for_a_day(world, archivist, at_the_desk_of):
    address = bring(archivist, LIST).headers["Location"]
    BroughtList.objects.update(agent="user:somebody")
    assert archivist.get(address).headers["Location"] == reverse("workroom:organization_import")
    BroughtList.objects.update(agent=str(world.archivist.agent), at=NOON)
    assert archivist.get(address).status_code == 302


@pytest.mark.parametrize("code", formats.writable())
def test_what_the_list_shows_goes_out_and_comes_back_in_every_format(world, archivist, code):
    answer = archivist.get(reverse("workroom:organization_export"), {"format": code, "country": "MX"})

    assert "attachment" in answer.headers["Content-Disposition"]
    assert worlds.CANARY.encode() not in answer.content
    (record,) = formats.read(code, answer.content)
    assert (record.id, record.name) == ("copesal-mx", described("copesal-mx").name)
    assert bring(archivist, answer.content, f"x.{code}").status_code == 302


def test_what_is_for_this_archive_only_goes_out_when_it_is_asked_for(world, archivist):
    answer = archivist.get(reverse("workroom:organization_export"), {"format": "csv", "all": "on"})
    assert f"{worlds.CANARY}-note" in answer.content.decode()


def test_no_file_goes_out_to_others(world, at_the_desk_of, archivist):
    address = reverse("workroom:organization_export")
    assert at_the_desk_of(world.moderator).get(address, {"format": "csv"}).status_code == 403
    assert archivist.get(address, {"format": "nothing"}).status_code == 404


# What follows


def test_testimonies_are_found_by_the_names_that_their_organizations_have_now(world, archivist, tmp_path):
    worlds.published(world, tmp_path)
    data = filled(archivist, at("_edit"))
    empty = int(data["names-TOTAL_FORMS"]) - 1

    def found(query):
        return index.search(query).total

    assert found("zapotlan") == 0
    archivist.post(at("_edit"), {**data, f"names-{empty}-text": "Zapotlán", f"names-{empty}-kind": "other"})
    follow()
    assert found("zapotlan") == 1
    archivist.post(
        reverse("workroom:organization_publication"), {"organization": "fmln-sv", "publication": "internal"}
    )
    follow()
    assert found("zapotlan") == 0


def follow():
    for job in Job.objects.filter(kind=following.INDEX, state="due"):
        following.index(job)
        Job.objects.filter(pk=job.pk).update(state="done")


def test_pages_of_a_record_are_not_found_where_there_is_none(world, archivist):
    for page in PAGES:
        assert archivist.get(at(page, "nadie")).status_code == 404


def test_a_page_takes_no_more_queries_for_more_names(world, archivist, django_assert_max_num_queries):
    change(
        world, names=(*described().names, *(NameForm(f"Nombre {number}", "other") for number in range(30)))
    )
    with django_assert_max_num_queries(40):
        archivist.get(at(""))
