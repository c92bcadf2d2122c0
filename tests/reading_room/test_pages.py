"""What a reader finds on the pages."""

import re

import pytest

from oralhistory.organizations.models import Organization
from tests.factories import EditionFactory, OrganizationFactory
from tests.reading_room import pages

pytestmark = pytest.mark.django_db


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_a_testimony_links_each_name_to_its_organization_in_time(client):
    edition, *_ = pages.archive()
    text = page(client, f"/testimonies/{edition.public_id}/")
    assert '<a class="mention" href="/organizations/fmln-sv/"' in text
    assert 'data-start="11000"' in text
    assert '<h2 class="chapter" id="chapter-1"' in text


def test_a_name_of_an_organization_that_is_not_public_is_plain_text(client):
    edition, *_ = pages.archive()
    Organization.objects.filter(slug="fmln-sv").update(publication="internal")
    text = page(client, f"/testimonies/{edition.public_id}/")
    assert "Con el FMLN marchamos juntos." in text
    assert "fmln-sv" not in text
    assert client.get("/organizations/fmln-sv/").status_code == 404


def test_another_language_says_that_it_is_one(client):
    edition = EditionFactory(languages=["es"], segments=[{"text": "They would say so.", "language": "en"}])
    assert '<p lang="en" class="other-language">' in page(client, f"/testimonies/{edition.public_id}/")


def test_withheld_passages_are_shown_as_one_gap(client):
    withheld = {"text": "", "words": [], "withheld": True}
    edition = EditionFactory(segments=["Antes.", withheld, withheld, "Después."])
    text = page(client, f"/testimonies/{edition.public_id}/")
    assert text.count('class="withheld"') == 1
    assert 'data-start="10000" data-end="29500"' in text


def test_an_organization_has_every_moment_that_speaks_of_it(client):
    pages.archive(2)
    text = page(client, "/organizations/fmln-sv/")
    assert text.count("Con el <mark>FMLN</mark> marchamos juntos.") == 2
    assert "/testimonies/testimony000/m/cue000bb/" in text
    assert "Comité Permanente de Solidaridad" in text  # spoken of beside it


def test_an_organization_that_was_merged_leads_to_the_other_with_its_moments(client):
    pages.archive()
    into = OrganizationFactory(slug="frente-sv", name="El Frente")
    Organization.objects.filter(slug="fmln-sv").update(merged_into=into)
    answer = client.get("/organizations/fmln-sv/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/organizations/frente-sv/")
    assert "<mark>FMLN</mark>" in page(client, "/organizations/frente-sv/")
    assert 'href="/organizations/frente-sv/"' in page(client, "/testimonies/testimony000/")


def test_what_a_machine_made_of_a_name_and_the_note_are_never_shown(client):
    OrganizationFactory(slug="mir-cl", name="MIR de Chile", heard_as=["la emé yere"], note="dudoso")
    for address in ("/organizations/", "/organizations/mir-cl/", "/organizations/?q=eme+yere"):
        text = page(client, address)
        assert "emé yere" not in text
        assert "dudoso" not in text


def test_homonyms_are_named_beside_each_other(client):
    OrganizationFactory(
        slug="erp-ar", name="Ejército Revolucionario del Pueblo", acronyms=["ERP"], country="AR"
    )
    OrganizationFactory(
        slug="erp-sv", name="Ejército Revolucionario del Pueblo", acronyms=["ERP"], country="SV"
    )
    assert 'href="/organizations/erp-sv/"' in page(client, "/organizations/erp-ar/")


def test_search_leads_to_the_moment_and_to_the_organization(client):
    pages.archive()
    text = page(client, "/search/?q=FMLN")
    assert "/testimonies/testimony000/m/cue000bb/" in text
    assert 'href="/organizations/fmln-sv/"' in text


def test_a_search_that_makes_no_sense_says_so(client):
    pages.archive()
    assert 'role="alert"' in page(client, "/search/?q=" + "a+" * 600)


def test_facets_count_what_they_will_show(client):
    pages.archive(2)
    EditionFactory(countries=["CL"], audio_key="", segments=["Nada."])
    assert page(client, "/testimonies/").count('<li class="testimony">') == 3
    assert page(client, "/testimonies/?country=MX").count('<li class="testimony">') == 2
    assert page(client, "/testimonies/?country=MX&sound=text").count('<li class="testimony">') == 0
    assert page(client, "/testimonies/?organization=fmln-sv").count('<li class="testimony">') == 2


def test_languages_are_named_in_the_language_of_the_page_also_those_that_few_programs_know(client):
    EditionFactory(languages=["nah", "es"], segments=["Hola."])
    assert re.search(r">\s*náhuatl\s+<span>1<", page(client, "/testimonies/"))
    assert re.search(r">\s*Nahuatl\s+<span>1<", page(client, "/en/testimonies/"))


def test_warnings_stand_before_the_sound(client):
    edition = EditionFactory(warnings="Se habla de una detención.", segments=["Hola."])
    text = page(client, f"/testimonies/{edition.public_id}/")
    assert text.index("Se habla de una detención.") < text.index("<audio")
    assert '<dialog class="first"' in text


def test_a_text_cannot_put_markup_on_a_page(client):
    edition = EditionFactory(title="<script>x</script>", segments=["<script>alert(1)</script>"])
    assert "<script>alert" not in page(client, f"/testimonies/{edition.public_id}/")
