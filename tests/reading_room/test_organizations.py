"""What the public gets of an organization: its page, its pictures, its files, its place in the register."""

import io
import re
import zipfile

import pytest
from django.utils import timezone

from oralhistory.editions import facts, indexing
from oralhistory.editions.models import Edition
from oralhistory.lib.agents import MACHINE
from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations import cataloging, formats
from oralhistory.organizations.descriptions import Citation, Description, NameForm, Place, Tie
from oralhistory.organizations.models import Name, Organization
from tests.clock import NOON
from tests.factories import EditionFactory, OrganizationFactory, VeilFactory
from tests.reading_room import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def frente():
    """A record with all that a record can have."""
    for slug, acronym in (("fpl-sv", "FPL"), ("rn-sv", "RN"), ("arena-sv", "ARENA")):
        OrganizationFactory(
            slug=slug, name=f"Nombre de {slug}", acronyms=[acronym], country="SV", founded=1970
        )
    OrganizationFactory(slug="closed-sv", name="Cerrada", publication="internal")
    OrganizationFactory(slug="fmln-gt", name="Otro Frente", acronyms=["FMLN"], country="GT")
    cataloging.save(
        Description(
            id="fmln-sv",
            names=(
                NameForm("Frente Farabundo Martí", "authorized", "es"),
                NameForm("FMLN", "acronym"),
                NameForm("Dirección Unificada", "former", "es", 1979, 1980),
                NameForm("Farabundo Martí Front", "parallel", "en"),
            ),
            kind="armed", country="SV", founded=PartialDate(1980, 10, 10),
            dissolved=PartialDate(1992, certainty="approximate"), history="Nació en octubre.", mandate="Liberar.",
            structure="Cinco organizaciones.", places=(Place("Morazán", "SV"), Place(country="NI", role="seat")),
            identifiers=(("wikidata", "Q917209"), ("viaf", "139534267")),
            ties=(
                Tie("predecessor", "fpl-sv"),
                Tie("predecessor", "closed-sv"),
                Tie("ally", "rn-sv", description="Desde el principio"),
                Tie("opposed", "arena-sv"),
            ),
            sources=(Citation("Comunicado de 1980", "https://example.org/c", ("dates", "names")),),
            status="revised", level="full", note="no lo digas",
        ),
        by=MACHINE, at=NOON,
    )  # fmt: skip
    Organization.objects.filter(slug="fmln-sv").update(publication="public")
    edition = EditionFactory(
        title="Elena",
        segments=[
            {"text": "En 1981 el FMLN y COPESAL.", "mentions": [("FMLN", "fmln-sv"), ("COPESAL", "copesal-mx")], "year": 1981},
            {"text": "Otra vez el FMLN.", "mentions": [("FMLN", "fmln-sv")], "year": 1979},
            {"text": "Y el FMLN, sin año.", "mentions": [("FMLN", "fmln-sv")]},
        ],
    )  # fmt: skip
    OrganizationFactory(slug="copesal-mx", name="Comité Permanente", acronyms=["COPESAL"])
    indexing.replace(edition)
    return edition


def text_of(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_page_says_all_that_is_public_of_the_record(client, frente):
    page = text_of(client, "/en/organizations/fmln-sv/")
    said = words(page)
    for each in (
        "Oct. 10, 1980 – about 1992", "dates to be verified", "Dirección Unificada", "1979–1980", "Farabundo Martí Front",
        "Nació en octubre.", "Liberar.", "Cinco organizaciones.", "Morazán, El Salvador", "Nicaragua seat",
        "Came from Nombre de fpl-sv", "Allies Nombre de rn-sv", "Desde el principio", "Opposed to Nombre de arena-sv",
        "Not to be confused with Otro Frente FMLN · Guatemala",
        "Spoken of beside it Comité Permanente 1 testimony", "Revised · full description · ISAAR(CPF)", "March 12, 2026",
    ):  # fmt: skip
        assert each in said, each
    assert "Comunicado de 1980 (for dates, names)" in re.sub(r" ([,)])", r"\1", said)
    assert 'href="https://www.wikidata.org/wiki/Q917209"' in page
    assert 'href="https://viaf.org/viaf/139534267"' in page
    assert 'lang="es">Frente Farabundo Martí</h1>' in page
    for never in ("no lo digas", "Cerrada", "closed-sv", "machine"):
        assert never not in page.replace("A machine wrote", ""), never


def test_the_pictures_have_everybody_whom_the_lists_have(client, frente):
    page = text_of(client, "/organizations/fmln-sv/")
    picture = page[page.index('<figure class="network">') : page.index("</figure>")]
    assert re.findall(r'<text class="(?:left|right)"[^>]*>([^<]+)<title>', picture) == [
        "FPL", "RN", "ARENA", "COPESAL",
    ]  # fmt: skip
    lists = page[page.index("</figure>") :]
    for slug in ("fpl-sv", "rn-sv", "arena-sv", "copesal-mx"):
        assert f'href="/organizations/{slug}/"' in lists


def test_the_life_line_has_names_predecessors_and_the_years_spoken_of(client, frente):
    page = text_of(client, "/en/organizations/fmln-sv/")
    line = words(page[page.index('<div class="life">') : page.index('id="moments-heading"')])
    for each in ("Came from FPL 1970–", "FMLN 1980–1992", "as Dirección Unificada 1979–1980", "1979 , 1981"):
        assert each in line.replace("1979, ", "1979 , "), (each, line)
    bars = [float(each) for each in re.findall(r'<rect class="bar[^"]*" x="([\d.]+)%"', page)]
    assert len(bars) == 3
    assert bars[0] < bars[2] < bars[1]  # FPL 1970, the name 1979, FMLN 1980
    assert re.search(
        r'x="\d+\.\d+%"', text_of(client, "/organizations/fmln-sv/")
    )  # no decimal comma in Spanish


def test_many_years_are_drawn_for_the_eye_and_listed_for_the_ear(client, frente):
    years = range(1970, 1984)
    EditionFactory(
        segments=[
            {"text": f"El FMLN, en {year}.", "mentions": [("FMLN", "fmln-sv")], "year": year}
            for year in years
        ]
    )
    page = text_of(client, "/organizations/fmln-sv/")
    spoken = page[page.index('<li class="spoken">') :]
    assert re.search(r'aria-hidden="true">1970–1983<', spoken)
    listed = re.search(r'class="visually-hidden">([^<]+)<', spoken)
    assert [int(each) for each in re.findall(r"\d{4}", listed[1])] == list(years)


def test_moments_come_by_testimony_or_by_the_year_that_they_speak_of(client, frente):
    told = text_of(client, "/organizations/fmln-sv/")
    assert told.index("En 1981") < told.index("Otra vez el") < told.index("Y el ")
    dated = text_of(client, "/en/organizations/fmln-sv/?by=year")
    assert (
        dated.index("Otra vez el")
        < dated.index("En 1981")
        < dated.index("No year is named")
        < dated.index("Y el ")
    )


def test_a_veil_takes_the_years_of_a_testimony_as_well(client, frente):
    VeilFactory(edition=frente, start_ms=20_000, end_ms=20_500)
    page = text_of(client, "/en/organizations/fmln-sv/?by=year")
    assert 'id="of-1981"' not in page
    assert "No year is named" in page


def unpacked(content):
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "".join(package.read(name).decode() for name in package.namelist())


@pytest.mark.parametrize("code", sorted(formats.FORMATS))
def test_a_record_and_the_list_are_had_as_files_with_what_is_public(client, frente, code):
    if formats.FORMATS[code].write is None:
        assert client.get(f"/organizations/fmln-sv/{code}").status_code == 404
        return
    for address in (f"/organizations/fmln-sv/{code}", f"/organizations.{code}"):
        answer = client.get(address)
        if not zipfile.is_zipfile(io.BytesIO(answer.content)):
            assert answer.headers["Content-Type"].startswith(formats.FORMATS[code].media_type)
        else:
            assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        whole = unpacked(answer.content)
        assert "Frente Farabundo Martí" in whole
        assert "no lo digas" not in whole
        assert "closed-sv" not in whole
        assert answer.content == client.get(address).content
        assert f'href="{address}"' in text_of(
            client, address.rsplit("/" if "fmln" in address else ".", 1)[0] + "/"
        )
    assert client.get(f"/organizations/closed-sv/{code}").status_code == 404


def test_a_merged_record_leads_to_the_other_as_page_and_as_file(client, frente):
    Organization.objects.filter(slug="rn-sv").update(merged_into=Organization.objects.get(slug="fmln-sv"))
    for path in ("", "csv"):
        answer = client.get(f"/organizations/rn-sv/{path}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/organizations/fmln-sv/{path}")


@pytest.mark.parametrize(
    "closing",
    [
        {"publication": "internal"},
        {"deprecated_at": timezone.now()},  # its address says why it is gone: test_authorities
        {"withheld": True, "learned_from": "x"},
    ],
)
def test_a_record_that_is_not_open_is_not_there_and_was_never_in_a_testimony(client, frente, closing):
    Organization.objects.filter(slug="fmln-sv").update(**closing)
    indexing.refresh(["fmln-sv"])
    gone = 410 if "deprecated_at" in closing else 404
    assert client.get("/organizations/fmln-sv/").status_code == gone
    assert client.get("/organizations/fmln-sv/csv").status_code == 404
    for address in (
        "/", "/organizations/", "/organizations/copesal-mx/", "/testimonies/", "/search/?q=vez",
        f"/testimonies/{frente.public_id}/", f"/testimonies/{frente.public_id}/transcript.json",
    ):  # fmt: skip
        assert "fmln-sv" not in text_of(client, address), address


def test_the_register_is_narrowed_by_years_and_shows_who_shares_an_acronym(client, frente):
    def found(query):
        return set(
            re.findall(r'<li><a href="/organizations/([^"/]+)/"', text_of(client, f"/organizations/?{query}"))
        )

    assert found("from=1993") == {"fpl-sv", "rn-sv", "arena-sv", "copesal-mx", "fmln-gt"}
    assert found("to=1969") == {"copesal-mx", "fmln-gt"}
    assert found("from=1985&to=1990&country=SV") == {"fmln-sv", "fpl-sv", "rn-sv", "arena-sv"}
    assert found("from=abc&to=19") == found("")
    page = text_of(client, "/organizations/")
    assert re.findall(r'<a class="shared" href="\?q=(\w+)"', page) == ["FMLN", "FMLN"]
    assert found("q=FMLN") == {"fmln-sv", "fmln-gt"}


def test_what_a_record_is_called_now_is_what_finds_its_moments(client, frente):
    def finds(word):
        return "archive-moment" in text_of(client, f"/search/?q={word}")

    assert (finds("Unificada"), finds("Coordinadora")) == (True, False)
    Name.objects.filter(text="Dirección Unificada").update(text="Coordinadora Guerrillera")
    assert indexing.refresh(["fmln-sv"]) == 1
    assert (finds("Unificada"), finds("Coordinadora")) == (False, True)


def test_a_merged_record_is_found_and_narrowed_by_the_one_it_went_into(client, frente):
    into = OrganizationFactory(slug="whole-sv", name="Partido Entero", acronyms=["PEN"])
    Organization.objects.filter(slug="fmln-sv").update(merged_into=into)
    indexing.refresh(["whole-sv"])
    assert "archive-moment" in text_of(client, "/search/?q=Entero")
    assert "archive-moment" in text_of(client, "/search/?q=vez&organization=whole-sv")


@pytest.mark.parametrize("moments", [1, 60])
def test_a_page_asks_thirteen_questions_and_stays_light_whatever_it_shows(
    client, frente, django_assert_num_queries, moments
):
    for number in range(moments // 2):
        other = OrganizationFactory(slug=f"other-{number}", name=f"Otra {number}", acronyms=[f"O{number}"])
        Organization.objects.filter(slug=f"merged-{number}").update(merged_into=other)
        merged = OrganizationFactory(slug=f"merged-{number}", name=f"Ida {number}")
        Organization.objects.filter(pk=merged.pk).update(merged_into=other)
        EditionFactory(
            segments=[
                {
                    "text": f"El FMLN, COPESAL y O{number}.",
                    "mentions": [("FMLN", "fmln-sv"), (f"O{number}", merged.slug)],
                }
            ]
            * 2
        )
    facts.write_all(Edition.objects.values_list("pk", flat=True))
    client.get("/organizations/fmln-sv/")
    with django_assert_num_queries(13):
        page = client.get("/organizations/fmln-sv/")
    assert len(page.content) < 100_000  # uncompressed
    if moments > 1:
        assert b"Otra 0" in page.content  # by the slug of the record that went into it


def test_pages_of_the_archive_have_the_new_addresses_in_every_language(client):
    pages.archive()
    for prefix in ("", "/en", "/pt"):
        assert client.get(f"{prefix}/organizations/fmln-sv/csv").status_code == 200
        assert client.get(f"{prefix}/reconcile").status_code == 200
