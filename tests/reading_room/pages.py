"""Every public page and file of a small archive, and how a visitor asks for them."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from oralhistory.editions import indexing
from oralhistory.editions.models import Edition
from tests.factories import EditionFactory, OrganizationFactory, StandingFactory

SOUND = bytes(range(256)) * 8
PICTURE = {"key": "aa/small.jpg", "sha256": "b" * 64, "size": len(SOUND)}


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
        audio_size=len(SOUND),
        photographs=[
            {"small": PICTURE, "large": PICTURE, "width": 4, "height": 5, "caption": "", "credit": ""}
        ],
        chapters=[{"start_ms": 0, "title": "Comienzos", "synopsis": "De dónde venía."}],
        segments=[
            {"text": "¿Cómo empezó?", "asks": True, "speaker": "", "cue_id": f"cue{number:03}aa"},
            {
                "text": "Con el FMLN marchamos juntos.",
                "mentions": [("FMLN", "fmln-sv")],
                "cue_id": f"cue{number:03}bb",
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
        "/reconcile/flyout/entity?id=fmln-sv", "/reconcile/preview?id=fmln-sv", "/search/", "/search/?q=marchamos", "/search/?q=FMLN",
        "/search/?q=xilofono", "/about/", "/robots.txt", "/nothing/", "/testimonies/neverexisted/", *of(one, edition),
    ]  # fmt: skip


def of(one: str, edition: Edition) -> list[str]:
    cue = edition.segments.get(index=1).cue_id
    names = ("sound", "waveform.json", "words.json", "transcript.vtt", "transcript.txt", "transcript.json")
    files = [f"{one}{name}" for name in (*names, "citation.bib", "citation.ris", "photographs/1/small")]
    return [one, f"{one}m/{cue}/", *files]
