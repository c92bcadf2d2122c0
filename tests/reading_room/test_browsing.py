"""The public lists, counts and pictures: what they show is what is public at this moment."""

import random
import re
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.utils import timezone

from oralhistory.editions import catalog, facts, indexing, narrowing, publishing
from oralhistory.editions.models import Edition, EditionFacts, Standing
from oralhistory.organizations import public as organizations
from oralhistory.organizations.models import Name, Organization
from tests import many_editions
from tests import world as worlds
from tests.clock import DAY, NOON
from tests.factories import EditionFactory, OrganizationFactory, VeilFactory
from tests.reading_room import pages

pytestmark = pytest.mark.django_db

WAYS = (
    "/people/elena/",
    "/places/managua-ni/",
    "/subjects/exilio/",
    "/collections/memoria-de-la-solidaridad/",
)


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer)
    return answer.content.decode()


def status(client, *addresses):
    return {client.get(address).status_code for address in addresses}


def test_every_count_is_the_number_of_testimonies_that_the_choice_shows():
    many_editions.make(40, organizations=12, seed=3)
    chance = random.Random(3)
    first = catalog.browse({})
    for _ in range(8):
        chosen = {
            facet.name: chance.choice(facet.choices).value
            for facet in chance.sample([each for each in first.facets if each.choices], 2)
        }
        found = catalog.browse(chosen)
        for facet in found.facets:
            for choice in facet.choices:
                shown = catalog.browse({**chosen, facet.name: choice.value}).pks
                assert len(shown) == choice.testimonies, (chosen, facet.name, choice)


def test_what_is_kept_in_facts_is_what_is_gathered_at_the_moment():
    many_editions.make(20, organizations=8, seed=5)
    kept = [catalog.browse({}), catalog.browse({"decade": "1970"}, order="title")]
    EditionFacts.objects.all().delete()

    assert [catalog.browse({}), catalog.browse({"decade": "1970"}, order="title")] == kept


def test_facts_are_gathered_for_editions_that_have_none_by_a_command(capsys):
    many_editions.make(3, organizations=2)
    EditionFacts.objects.order_by("pk").first().delete()
    for arguments, written in (([], 1), ([], 0), (["--all"], 3)):
        call_command("gather_facts", *arguments)
        assert capsys.readouterr().out == f"{written} editions\n"
    assert EditionFacts.objects.count() == 3


def test_what_changes_in_an_edition_that_is_listed_is_listed_at_the_next_request(client):
    edition = pages.publish(0, place="Managua")
    assert "Managua" in page(client, "/places/")
    edition.chapters = []
    edition.place = "León"
    edition.save()
    indexing.replace(edition)
    text = page(client, "/places/")
    assert "Managua" not in text
    assert "León" in text


@pytest.mark.parametrize(
    ("order", "first"), [("newest", "Corto"), ("oldest", "Árbol"), ("title", "Árbol"), ("longest", "Largo")]
)
def test_testimonies_are_put_in_order(client, order, first):
    for title, minutes in (("Árbol", 5), ("Largo", 90), ("Corto", 1)):
        EditionFactory(title=title, duration_ms=minutes * 60_000, segments=["Hola."])
    text = page(client, f"/testimonies/?order={order}")
    assert re.findall(r'<h3 id="testimony[^>]*><a[^>]*>(\w+)', text)[0] == first


def test_each_chosen_value_is_taken_away_by_one_link(client):
    pages.archive(2)
    text = page(
        client, "/testimonies/?" + urlencode({"country": "MX", "decade": "1970", "place": "managua-ni"})
    )
    links = re.findall(r'<a href="\?([^"]*)" aria-label="', text)
    assert sorted(link.replace("&amp;", "&") for link in links) == [
        "country=MX&decade=1970",
        "country=MX&place=managua-ni",
        "decade=1970&place=managua-ni",
    ]
    assert text.count('<li class="testimony">') == 2


def test_a_value_that_nothing_has_says_what_can_be_done(client):
    pages.archive()
    for facet in catalog.FACETS:
        for value in ("nobody", "-1", "%", "9" * 30):
            text = page(client, f"/testimonies/?{urlencode({facet: value})}")
            assert '<li class="testimony">' not in text, (facet, value)
            assert 'href="/search/"' in text
        assert '<li class="testimony">' in page(client, f"/testimonies/?{facet}=%00")


def test_a_card_says_what_is_spoken_of(client):
    pages.archive()
    card = page(client, "/testimonies/").split('<li class="testimony">')[1]
    for said in ('href="/organizations/fmln-sv/">FMLN', 'href="/places/managua-ni/">Managua', "1979"):
        assert said in card


def test_a_place_and_a_subject_play_the_chapters_that_are_about_them(client):
    pages.archive(2)
    for address in ("/places/managua-ni/", "/en/subjects/exilio/"):
        text = page(client, address)
        assert text.count('data-start="0" data-end="60000"') == 2
        assert "De dónde venía." in text
        assert 'href="/organizations/fmln-sv/"' in text.replace("/en/", "/")  # spoken of beside it
    assert ">Exile</h1>" in text  # as the language of the page says it


def test_where_a_testimony_was_recorded_leads_to_it(client):
    pages.publish(0, place="Managua")
    pages.publish(1, place="Xochimilco")
    assert "testimony000" in page(client, "/places/managua-ni/")
    assert "testimony001" in page(client, "/places/xochimilco/")


def test_narrators_are_listed_by_the_names_that_they_chose_and_nobody_else_is(client):
    EditionFactory(
        narrators=["Elena Pérez"], segments=[{"text": "Con Ramiro Colima.", "speaker": "Elena Pérez"}]
    )
    EditionFactory(narrators=["Elena Perez"], segments=["Hola."])
    EditionFactory(narrators=[], segments=["Nadie."])
    text = page(client, "/people/")
    assert re.findall(r'<li><a href="(/people/[^"]+)"', text) == ["/people/elena-perez/"]
    assert "Colima" not in text
    assert page(client, "/people/elena-perez/").count('<li class="testimony">') == 2


def test_what_is_withdrawn_is_gone_from_every_list_at_the_next_request(client):
    pages.archive()
    assert status(client, *WAYS) == {200}
    Standing.objects.update(withdrawn_at=timezone.now())
    assert status(client, *WAYS) == {404}
    for address in ("/", "/explore/", "/people/", "/places/", "/subjects/", "/timeline/", "/map/"):
        text = page(client, address)
        assert not re.search(r"Managua|Exilio|Elena|Comienzos", text), address


def test_a_veil_counts_at_once_though_nothing_was_gathered_anew(client):
    """A row alone: nobody has told the lists."""
    edition, *_ = pages.archive()
    assert "fmln-sv" in page(client, "/testimonies/")
    VeilFactory(edition=edition, start_ms=12_000, end_ms=12_500)
    assert status(client, "/places/managua-ni/", "/subjects/exilio/") == {404}
    text = page(client, "/testimonies/")
    assert "fmln-sv" not in text
    assert "copesal-mx" in text
    assert "1979" not in text


def test_a_record_that_is_not_public_is_no_choice_and_one_that_was_merged_counts_as_the_other(client):
    pages.archive(2)
    into = OrganizationFactory(slug="frente-sv", name="El Frente")
    Organization.objects.filter(slug="fmln-sv").update(merged_into=into)
    Organization.objects.filter(slug="copesal-mx").update(publication="internal")
    for slug, number in (("frente-sv", 2), ("fmln-sv", 2), ("copesal-mx", 0)):
        assert len(catalog.browse({"organization": slug}).pks) == number, slug
    assert catalog.spoken_of() == {"frente-sv": (2, 2)}


def test_counts_that_are_kept_follow_the_records_at_once(client):
    """Of the testimonies nothing changes: what was counted of them is not believed when the records lead elsewhere."""
    pages.archive(2)
    into = OrganizationFactory(slug="frente-sv", name="El Frente")
    fmln = Organization.objects.filter(slug="fmln-sv")

    def seen():
        home, listed = page(client, "/"), page(client, "/testimonies/")
        return [
            slug
            for slug in ("fmln-sv", "frente-sv", "copesal-mx")
            if all(f"/organizations/{slug}/" in text for text in (home, listed))
            and slug in catalog.spoken_of()
        ]

    assert seen() == ["fmln-sv", "copesal-mx"]
    for change, expected in (
        ({"publication": "internal"}, ["copesal-mx"]),
        ({"publication": "public", "merged_into": into}, ["frente-sv", "copesal-mx"]),
        ({"merged_into": into, "withheld": True, "learned_from": "x"}, ["copesal-mx"]),
        ({"merged_into": None, "withheld": False}, ["fmln-sv", "copesal-mx"]),
        ({"deprecated_at": NOON}, ["copesal-mx"]),
        ({"deprecated_at": None}, ["fmln-sv", "copesal-mx"]),
    ):
        fmln.update(**change)
        assert seen() == expected, change
    Name.objects.filter(organization__slug="fmln-sv", kind="authorized").update(text="Otro nombre")
    assert "Otro nombre" in page(client, "/")


def test_slugs_lead_where_the_mentions_of_editions_lead():
    targets = {
        name: OrganizationFactory(slug=f"target-{name}", **given)
        for name, given in {
            "open": {}, "closed": {"publication": "internal"}, "old": {"deprecated_at": NOON},
            "kept": {"withheld": True, "learned_from": "x"},
        }.items()
    }  # fmt: skip
    for name, target in [("none", None), *targets.items()]:
        for at, given in enumerate(
            (
                {},
                {"publication": "internal"},
                {"deprecated_at": NOON},
                {"withheld": True, "learned_from": "x"},
            )
        ):
            OrganizationFactory(slug=f"{name}-{at}", merged_into=target, **given)
    OrganizationFactory(slug="twice", merged_into=Organization.objects.get(slug="open-0"))

    somewhere = organizations.leading_somewhere().select_related("merged_into")
    leads = organizations.leading_to()
    assert leads == {each.slug: (each.merged_into or each).slug for each in somewhere}
    assert leads == {
        "target-open": "target-open",
        "none-0": "none-0",
        "open-0": "target-open",
        "open-2": "target-open",
    }
    every = list(Organization.objects.values_list("slug", flat=True))
    assert organizations.by_slug(every, leads=leads) == organizations.by_slug(every)


def test_a_next_edition_takes_the_place_of_the_one_before():
    edition = pages.publish(0, place="Managua")
    later = EditionFactory(
        standing=edition.standing, number=2, place="León", countries=["NI"], segments=["Hola."]
    )
    indexing.replace(later)
    assert [each.facts.held_at for each in catalog.of_today().testimonies] == ["León"]
    assert list(EditionFacts.objects.values_list("edition", flat=True)) == [later.pk]


@pytest.mark.parametrize(
    ("lost", "gone"),
    [("summary", ["/places/managua-ni/", "/subjects/exilio/"]), ("name", ["/people/elena/"])],
)
def test_what_a_narrator_takes_back_is_in_no_list(client, tmp_path, lost, gone):
    world = worlds.build()
    interview = worlds.published(world, tmp_path, tombstone=False)
    edition = Edition.objects.public().get()
    edition.chapters = [
        {
            "start_ms": 0,
            "title": "Comienzos",
            "synopsis": "",
            "subjects": [{"es": "Exilio"}],
            "places": [{"name": "Managua", "country": "NI"}],
        }
    ]
    edition.narrators = ["Elena"]
    edition.save()
    indexing.replace(edition)
    assert status(client, *gone) == {200}

    by = world.archivist.agent
    if lost == "name":
        narrowing.lose_names(edition, interview, ["Elena"], by=by, at=NOON)
    else:
        narrowing.lose_uses(edition, interview, {lost}, by=by, at=NOON)

    assert status(client, *gone) == {404}
    kept = EditionFacts.objects.get().content
    assert not {"summary": {"places", "subjects"}, "name": {"narrators"}}[lost] & kept.keys()

    publishing.withdraw(interview, by=by, at=NOON + DAY, reason="x")
    assert not EditionFacts.objects.exists()


def test_moments_of_an_organization_are_narrowed_to_a_year_that_is_spoken_of(client):
    said = {"text": "Con el FMLN.", "mentions": [("FMLN", "fmln-sv")]}
    EditionFactory(segments=[{**said, "year": year} for year in (1981, 1979, None, 1979)])
    OrganizationFactory(slug="fmln-sv", name="Frente Farabundo Martí")
    for asked, shown in (
        ("by=year", 4),
        ("by=year&year=1979", 2),
        ("by=year&year=1981", 1),
        ("by=year&year=1975", 0),
    ):
        text = page(client, f"/organizations/fmln-sv/?{asked}")
        assert text.count("<archive-moment") == shown, asked
    assert re.findall(r'id="of-(\w+)"', page(client, "/organizations/fmln-sv/?by=year")) == [
        "1979",
        "1981",
        "none",
    ]


def test_the_time_line_has_organizations_by_their_years_and_testimonies_by_those_they_speak_of(client):
    pages.archive()
    OrganizationFactory(slug="never-heard", name="Nadie Habla de Ella", country="SV", founded=1901)
    text = page(client, "/timeline/")
    assert re.findall(r'<th scope="row"><a href="/organizations/([^/]+)/', text) == ["copesal-mx", "fmln-sv"]
    assert "<title>1979: 1</title>" in text
    assert "copesal-mx" not in page(client, "/timeline/?country=SV")
    assert "never-heard" in page(client, "/timeline/?all=1")
    text = page(client, "/timeline/?show=testimonies")
    assert re.search(r'/testimonies/testimony000/">[^<]*</a></th><td class="figures">1979</td>', text)


def test_the_map_draws_towns_and_never_puts_a_whole_country_on_its_capital(client):
    places = [
        {"name": "Managua", "country": "NI"}, {"name": "El Salvador", "country": "SV"}, {"name": "Estocolmo", "country": "SE"},
    ]  # fmt: skip
    chapters = [{"start_ms": 0, "title": "a", "synopsis": "", "places": places}]
    EditionFactory(chapters=chapters, segments=["Hola."])
    text = page(client, "/map/")
    circles = re.findall(r'<a href="/places/([^/]+)/"[^>]*><circle cx="([^"]+)" cy="([^"]+)"', text)
    assert [(key, round(float(x)), round(float(y))) for key, x, y in circles] == [
        ("managua-ni", -86, -12),
        ("estocolmo-se", 18, -59),
        ("managua-ni", -86, -12),
    ]  # Latin America, then the world
    assert text.count("maps/latin_america.svg") == text.count("maps/world.svg") == 1
    rows = re.findall(r'<th scope="row"><a href="/places/([^/]+)/', text)
    assert sorted(rows) == ["el-salvador-sv", "estocolmo-se", "managua-ni"]


@pytest.mark.parametrize(
    "address", ["/", "/en/people/", "/places/managua-ni/", "/pt/testimonies/?country=MX"]
)
def test_every_page_says_where_it_is_in_the_other_languages(client, address):
    pages.archive()
    text = page(client, address)
    links = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="https?://[^/"]+([^"]*)"', text))
    bare = re.sub(r"^/(en|pt)(?=/)", "", address)
    assert links == {"es": bare, "x-default": bare, "en": f"/en{bare}", "pt": f"/pt{bare}"}
    assert len(re.findall('rel="canonical"', text)) == 1


def test_what_is_not_there_says_nothing_of_its_address(client):
    for way in ("people", "places", "subjects", "collections"):
        first, second = (client.get(f"/{way}/{name}/") for name in ("nobody", "somebody"))
        assert first.status_code == 404
        assert first.content == second.content


def test_a_name_that_no_address_can_say_has_one_all_the_same():
    assert facts.key_of("Ñandú, Ígor") == "nandu-igor"
    assert facts.key_of("…") == facts.key_of("…") != facts.key_of("!")
