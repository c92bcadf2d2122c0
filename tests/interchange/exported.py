"""Testimonies as the ways out meet them: redacted, in two languages, filmed, withheld, without text, hostile."""

from typing import Any

from oralhistory.editions import indexing
from oralhistory.editions.models import Edition
from tests.factories import ALL_USES, EditionFactory, OrganizationFactory, StandingFactory, VeilFactory

SECRET = "xk4secreto"
PICTURE = {"key": "aa/small.jpg", "sha256": "b" * 64, "size": 2048}
PHOTOGRAPH = {
    "small": PICTURE, "large": PICTURE, "width": 800, "height": 1000, "small_width": 320,
    "caption": "En la imprenta, 1979", "credit": "Archivo familiar",
}  # fmt: skip
VIDEO = {
    "key": "video/ana.mp4", "sha256": "d" * 64, "size": 5000, "width": 1280, "height": 720, "poster": PICTURE,
}  # fmt: skip
CHAPTERS = [
    {
        "start_ms": 10_000, "title": "La imprenta & el exilio", "synopsis": "De dónde venía <ella>.",
        "subjects": [{"es": "Exilio", "en": "Exile", "pt": "Exílio"}, {"es": "Imprenta"}],
        "places": [{"name": "Managua", "country": "NI"}],
    },
    {"start_ms": 60_000, "title": "El regreso", "synopsis": ""},
]  # fmt: skip
WITHHELD = {"text": "", "words": [], "withheld": True}


def segments() -> list[dict[str, Any]]:
    return [
        {
            "text": "¿Cómo -->\n\nempezó?", "asks": True, "speaker": "", "cue_id": "aaaaaaaa",
            "translations": {"en": "How did it begin?"},
        },
        {
            "text": "Con el FMLN y el FMLN, <b>amigos</b> & compañeros.", "cue_id": "2bbbbbbb",
            "mentions": [("FMLN", "fmln-sv")], "translations": {"en": "With the FMLN, friends."},
            "notes": [{"about": "amigos", "text": "Así se decían."}],
        },
        {**WITHHELD, "cue_id": "cccccccc", "language": "nah", "speaker": "Quien calla"},
        {**WITHHELD, "cue_id": "dddddddd"},
        {"text": "And then we left.\x0b", "language": "en", "cue_id": "eeeeeeee"},
        {"text": "]]> Y volvimos un año después, con todo lo que teníamos.", "cue_id": "ffffffff"},
        {"text": "Eso es todo.", "cue_id": "gggggggg", "speaker": "", "start_ms": 130_000, "end_ms": 134_000,
         "words": [[130_000, 131_000, "Eso"], [131_000, 132_000, "es"], [132_500, 134_000, "todo."]]},
    ]  # fmt: skip


def publish(public_id: str = "abcdefgh2345", **fields: Any) -> Edition:
    """Elena's: a question, a gap, another language, chapters, an organization, a photograph."""
    given = {
        "number": 2, "title": "Elena {1} & <otras>", "summary": "Tradujo e imprimió.", "place": "Ciudad de México",
        "held_on": "1979", "warnings": "Se habla de una detención.", "duration_ms": 140_000, "audio_size": 2048,
        "chapters": CHAPTERS, "photographs": [PHOTOGRAPH], "segments": segments(),
        "making": {
            "engine": "faster-whisper", "model": "base", "checked": False, "translations": {"en": ["Ana"]},
        },
    } | fields  # fmt: skip
    edition: Edition = EditionFactory(standing=StandingFactory(public_id=public_id), **given)
    indexing.replace(edition)
    return edition


def organization() -> None:
    OrganizationFactory(slug="fmln-sv", name="Frente Farabundo Martí", acronyms=["FMLN"], country="SV")


def without(*uses: str) -> list[str]:
    return [use for use in ALL_USES if use not in uses]


def archive() -> dict[str, Edition]:
    """One of each kind, by what is special about it."""
    organization()
    made = {
        "elena": publish(),
        "filmed": publish("filmed234567", video=VIDEO, chapters=[], photographs=[], title="Ana"),
        "without text": publish("notext234567", uses=without("text"), segments=[]),
        "without sound": publish("nosound23456", uses=without("audio"), audio_key="", audio_sha256=""),
        "without download": publish("nodownload23", uses=without("download")),
        "not embedded": publish("noembed23456", uses=without("embed")),
        "bare": publish(
            "bare23456789", uses=["text", "audio", "download", "embed"], narrators=[], segments=["Hola.", "Sí."],
            chapters=[], photographs=[], place="", held_on="", summary="", warnings="",
        ),
        "all withheld": publish("withheld2345", segments=[{**WITHHELD, "cue_id": "hhhhhhhh"}]),
        "veiled": publish("veiled234567"),
    }  # fmt: skip
    VeilFactory(edition=made["veiled"], start_ms=11_000, end_ms=12_000)
    return made
