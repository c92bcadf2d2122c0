"""Every public page and file of a small archive, and how a visitor asks for them."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from oralhistory.editions import indexing
from oralhistory.editions.models import Edition
from oralhistory.interchange import formats
from tests.factories import EditionFactory, OrganizationFactory, StandingFactory

IIIF = (
    "manifest.json", "annotations.json", "annotations.en.json", "content-search?q=marchamos",
    "content-search/autocomplete?q=march",
)  # fmt: skip
SOUND = bytes(range(256)) * 8
FOR_PROGRAMS = (
    "/api/", "/en/api/", "/testimonies.atom", "/testimonies.atom?organization=fmln-sv", "/sitemap.xml",
    "/sitemaps/pages.xml", "/sitemaps/organizations.xml", "/sitemaps/testimonies-1.xml", "/api/v1/openapi.json",
    "/api/v1/testimonies", "/api/v1/testimonies?organization=fmln-sv", "/api/v1/testimonies/testimony000",
    "/api/v1/testimonies/testimony000/segments", "/api/v1/organizations", "/api/v1/organizations/fmln-sv",
    "/api/v1/organizations/fmln-sv/moments", "/api/v1/search/moments?q=FMLN", "/oai?verb=Identify", "/oai?verb=ListSets",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/oai?verb=ListRecords&metadataPrefix=eac-cpf",
)  # fmt: skip
PICTURE = {"key": "aa/small.jpg", "sha256": "b" * 64, "size": len(SOUND)}


WAYS = (
    "/explore/", "/people/", "/people/elena/", "/places/", "/places/managua-ni/", "/subjects/", "/subjects/exilio/",
    "/collections/", "/collections/memoria-de-la-solidaridad/", "/timeline/", "/timeline/?show=testimonies", "/map/",
)  # fmt: skip


def archive(testimonies: int = 1) -> list[Edition]:
    """So many public testimonies, each speaking of two organizations, indexed, with sound and a picture."""
    OrganizationFactory(slug="fmln-sv", name="Frente Farabundo Martí", acronyms=["FMLN"], country="SV")
    OrganizationFactory(slug="copesal-mx", name="Comité Permanente de Solidaridad", acronyms=["COPESAL"])
    for key in ("audio/elena.m4a", "aa/small.jpg"):
        storages["access"].save(key, ContentFile(SOUND))
    return [publish(number) for number in range(testimonies)]


def publish(number: int = 0, **fields: Any) -> Edition:
    edition: Edition = EditionFactory(
        standing=StandingFactory(public_id=f"testimony{number:03}"),
        pull_quote="«Marchamos juntos.»",
        making={
            "engine": "faster-whisper",
            "model": "base",
            "checked": True,
            "translations": {"en": ["Ana"]},
        },
        audio_size=len(SOUND),
        photographs=[
            {"small": PICTURE, "large": PICTURE, "width": 4, "height": 5, "caption": "", "credit": ""}
        ],
        chapters=[
            {
                "start_ms": 0,
                "title": "Comienzos",
                "synopsis": "De dónde venía.",
                "subjects": [{"es": "Exilio", "en": "Exile"}],
                "places": [{"name": "Managua", "country": "NI"}],
            }
        ],
        segments=[
            {
                "text": "¿Cómo empezó?",
                "asks": True,
                "speaker": "",
                "cue_id": f"cue{number:03}aa",
                "translations": {"en": "How did it begin?"},
            },
            {
                "text": "Con el FMLN marchamos juntos.",
                "mentions": [("FMLN", "fmln-sv")],
                "cue_id": f"cue{number:03}bb",
                "year": 1979,
            },
            {
                "text": "Y con el Copesal después.",
                "mentions": [("Copesal", "copesal-mx")],
                "cue_id": f"cue{number:03}cc",
            },
        ],
        **fields,
    )
    indexing.replace(edition)
    return edition


def addresses(edition: Edition) -> list[str]:
    """Every public address of an archive that has this testimony."""
    one = f"/testimonies/{edition.public_id}/"
    return [
        "/", "/en/", "/pt/", "/testimonies/", "/testimonies/?organization=fmln-sv", "/organizations/",
        "/organizations/?q=fmln", "/organizations/?from=1960&to=1980", "/organizations/fmln-sv/",
        "/organizations/fmln-sv/?by=year", "/organizations/fmln-sv/csv", "/organizations.csv", "/reconcile",
        "/reconcile?queries=%7B%22q%22%3A%7B%22query%22%3A%22FMLN%22%7D%7D", "/reconcile/suggest/entity?prefix=fm",
        "/reconcile/suggest/property?prefix=", "/reconcile/suggest/type?prefix=", "/reconcile/properties",
        "/reconcile/flyout/entity?id=fmln-sv", "/reconcile/preview?id=fmln-sv", *WAYS, "/search/", "/search/?q=marchamos", "/search/?q=FMLN",
        "/search/?q=xilofono", "/search/suggestions.json?q=march", "/search/?q=marchamos&from=1960&to=1990&order=date&speaker=narrator", "/about/", "/ethics/", "/rights/", "/privacy/", "/terms/", "/how-to-cite/", "/accessibility/", "/statistics/", "/statistics.csv", "/requests/", "/requests/take-down/",
        f"/requests/take-down/?testimony={edition.public_id}", "/requests/access/", "/robots.txt", "/iiif/collection.json", "/iiif/memoria-de-la-solidaridad/1.json", "/nothing/", *FOR_PROGRAMS, "/testimonies/neverexisted/", *of(one, edition),
    ]  # fmt: skip


def of(one: str, edition: Edition) -> list[str]:
    cue = edition.segments.get(index=1).cue_id
    texts = [f"transcript.{each.code}" for each in formats.FORMATS]
    names = ("sound", "waveform.json", "words.json", *texts, "captions.vtt", "captions.en.vtt", *IIIF)
    files = [f"{one}{name}" for name in (*names, "citation.bib", "citation.ris", "photographs/1/small")]
    cited = ["citation.json", "cite/", "cite/?t=1,2", "preview.png", f"m/{cue}/preview.png"]
    embedded = [
        f"/embed{one}",
        f"/embed{one}?t=1,2",
        f"/oembed?url=http://testserver{one}",
        f"/oembed?url=http://testserver{one}m/{cue}/&format=xml",
    ]
    return [one, f"{one}m/{cue}/", *files, *(f"{one}{each}" for each in cited), *embedded]
