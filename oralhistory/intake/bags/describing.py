"""What a package says in plain formats, for people and programs that know nothing of this one.

`metadata.json` has stable names: fields are added, never renamed or taken away; `metadata.schema.json` says what each
means. Transcripts lie beside it as text and WebVTT, every version.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from oralhistory.consent.models import Agreement
from oralhistory.editions.models import Edition, Standing
from oralhistory.files.models import MediaFile
from oralhistory.intake.bags.gathering import Gathered
from oralhistory.interviews.models import Chapter, Interview, Participation, Photograph, Session
from oralhistory.mentions.models import Mention
from oralhistory.organizations.models import Name, Organization
from oralhistory.people.models import Identity
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.formats import plain, webvtt
from oralhistory.transcripts.models import Transcript
from oralhistory.transcripts.segments import TimedSegment

FORMAT = "oralhistory-package"
VERSION = 1
SCHEMA = Path(__file__).with_name("metadata.schema.json")


def in_bag(storage: str, key: str) -> str:
    """Where a stored file lies in the package: its name is its SHA-256."""
    return f"data/{storage}/{key.rpartition('/')[2]}"


def metadata(gathered: Gathered) -> dict[str, Any]:
    interview = gathered.interview
    return {
        "format": FORMAT,
        "format_version": VERSION,
        "sealed_identities": Identity._meta.label_lower not in gathered.left,
        "interview": _interview(interview),
        "people": [
            {"code": each.person.code, "role": each.role, "shown_as": each.person.shown_name}
            for each in Participation.objects.filter(interview=interview).select_related("person").order_by("pk")
        ],
        "sittings": [
            {
                "number": each.number,
                "held_on": _iso(each.held_on),
                "place": each.place.name if each.place else None,
                "country": each.place.country if each.place else None,
            }
            for each in Session.objects.filter(interview=interview).select_related("place").order_by("number")
        ],
        "recordings": [_recording(each) for each in Recording.objects.of(interview)],
        "transcripts": [_transcript(each) for each in _transcripts(interview)],
        "chapters": list(Chapter.objects.filter(interview=interview).values("start_ms", "title", "synopsis", "warning")),
        "photographs": [
            {"file": in_bag(each.large.storage, each.large.key), "caption": each.caption, "credit": each.credit}
            for each in Photograph.objects.filter(interview=interview).select_related("large").order_by("pk")
        ],
        "agreements": [
            _agreement(each) for each in Agreement.objects.filter(interview=interview).order_by("pk")
        ],
        "organizations": [
            _organization(each, interview)
            for each in Organization.objects.filter(pk__in=gathered.named[Organization]).order_by("slug")
        ],
        "editions": _editions(interview),
        "files": [_file(each) for each in files(gathered)],
    }  # fmt: skip


def files(gathered: Gathered) -> list[MediaFile]:
    return list(MediaFile.objects.filter(pk__in=gathered.named[MediaFile]).order_by("pk"))


def _iso(value: Any) -> str | None:
    return value.isoformat() if value else None


def _interview(interview: Interview) -> dict[str, Any]:
    return {
        "id": interview.public_id,
        "identifier": interview.identifier,
        "state": interview.state,
        "collection": interview.collection.title,
        "title": interview.title,
        "summary": interview.summary,
        "warnings": interview.warnings,
        "languages": interview.languages,
        "countries": interview.countries,
        "created_at": _iso(interview.created_at),
    }


def _recording(recording: Recording) -> dict[str, Any]:
    rendition = renditions.current(recording)
    return {
        "code": recording.code,
        "sitting": recording.session.number,
        "original_name": recording.original_name,
        "offset_ms": recording.offset_ms,
        "duration_ms": recording.duration_ms,
        "master": in_bag(recording.master.storage, recording.master.key),
        "listening": in_bag(rendition.listening.storage, rendition.listening.key) if rendition else None,
    }


def _transcripts(interview: Interview) -> list[Transcript]:
    rows = Transcript.objects.filter(recording__session__interview=interview).select_related("recording")
    return list(rows.order_by("recording__session__number", "recording__position", "version"))


def _transcript(transcript: Transcript) -> dict[str, Any]:
    name = _name(transcript)
    return {
        "recording": transcript.recording.code,
        "version": transcript.version,
        "kind": transcript.kind,
        "checked": transcript.audited,
        "made_by": transcript.made_by,
        "text": f"{name}.txt",
        "webvtt": f"{name}.vtt",
    }


def _name(transcript: Transcript) -> str:
    return f"data/transcripts/{transcript.recording.code}-v{transcript.version}"


def transcripts(interview: Interview) -> Iterator[tuple[str, str]]:
    """Every version as (name in the package, text), twice: to read, and as WebVTT."""
    for transcript in _transcripts(interview):
        segments = [
            TimedSegment(
                each.start_ms, each.end_ms, each.text, each.speaker, each.language, cue_id=each.cue_id
            )
            for each in transcript.segments.defer("words")
        ]
        yield f"{_name(transcript)}.txt", plain.write(segments, times=True)
        yield f"{_name(transcript)}.vtt", webvtt.write(segments)


def _agreement(agreement: Agreement) -> dict[str, Any]:
    withdrawal = getattr(agreement, "withdrawal", None)
    return {
        "kind": agreement.kind,
        "person": agreement.person.code if agreement.person else None,
        "signed_on": _iso(agreement.signed_on),
        "attribution": agreement.attribution,
        "heard_first": agreement.heard_first,
        "scan": in_bag(agreement.scan.storage, agreement.scan.key) if agreement.scan else None,
        "withdrawn_at": _iso(withdrawal.at) if withdrawal else None,
        "grants": [
            {
                "use": each.use, "audience": each.audience, "denied": each.denied, "part": each.part,
                "start_ms": each.start_ms, "end_ms": each.end_ms, "theme": each.theme,
                "valid_from": _iso(each.valid_from), "valid_until": _iso(each.valid_until),
                "zone": each.zone, "condition": each.condition,
            }
            for each in agreement.grants.order_by("pk")
        ],
    }  # fmt: skip


def _organization(organization: Organization, interview: Interview) -> dict[str, Any]:
    named: dict[str, list[str]] = {}
    for name in organization.names.order_by("pk"):
        named.setdefault(name.kind, []).append(name.text)
    spoken = Mention.objects.accepted().filter(
        organization=organization, transcript__recording__session__interview=interview
    )
    return {
        "id": organization.slug,
        "name": (named.get(Name.Kind.AUTHORIZED) or [organization.slug])[0],
        "acronyms": named.get(Name.Kind.ACRONYM, []),
        "other_names": named.get(Name.Kind.OTHER, []) + named.get(Name.Kind.FORMER, []),
        "kind": organization.kind,
        "country": organization.country,
        "founded": organization.founded,
        "dissolved": organization.dissolved,
        "accepted_mentions": spoken.count(),
    }


def _editions(interview: Interview) -> list[dict[str, Any]]:
    standing = Standing.objects.filter(public_id=interview.public_id).first()
    return [
        {
            "number": each.number,
            "published_at": _iso(each.published_at),
            "manifest_sha256": each.manifest_sha256,
            "current": standing is not None and standing.current_id == each.pk,
            "withdrawn_at": _iso(standing.withdrawn_at) if standing else None,
            "sound": in_bag("access", each.audio_key) if each.audio_key else None,
        }
        for each in Edition.objects.filter(standing=standing).order_by("number")
        if standing
    ]


def _file(file: MediaFile) -> dict[str, Any]:
    return {
        "path": in_bag(file.storage, file.key),
        "use": file.use,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "made_from": in_bag(file.parent.storage, file.parent.key) if file.parent else None,
        "recipe": file.recipe,
    }


def readme(described: dict[str, Any]) -> str:
    """What is what, for whoever opens the package in twenty years."""
    listed = "".join(
        f"  {each['path']}\n      {each['use']}, {each['media_type']}, {each['size']} bytes\n"
        for each in described["files"]
    )
    sealed = described["sealed_identities"]
    return _README.format(
        id=described["interview"]["id"],
        version=VERSION,
        listed=listed,
        es_sealed=_SEALED["es"] if sealed else _NOT_SEALED["es"],
        en_sealed=_SEALED["en"] if sealed else _NOT_SEALED["en"],
    )


_SEALED = {
    "es": "Los nombres reales y los contactos van cifrados (Fernet) en people.identity.jsonl.\n"
    "La clave NO está en este paquete: la guarda el archivo de donde viene (IDENTITY_KEY).",
    "en": "Real names and contacts are encrypted (Fernet) in people.identity.jsonl.\n"
    "The key is NOT in this package: the archive it comes from keeps it (IDENTITY_KEY).",
}
_NOT_SEALED = {
    "es": "Los nombres reales y los contactos no van en este paquete.",
    "en": "Real names and contacts are not in this package.",
}
_README = """\
PAQUETE DE PRESERVACIÓN de una entrevista de historia oral: {id}
(English below)

ATENCIÓN. Este paquete contiene la grabación íntegra y transcripciones sin censurar, también lo que
quien narró pidió que no se publique. Qué permite cada acuerdo está en data/metadata.json, bajo
"agreements", con sus retiros. Guárdelo cerrado.

Es una bolsa BagIt 1.0 (RFC 8493). Se comprueba con: python -m bagit --validate CARPETA
Se devuelve a una instalación del programa con: manage.py import_bag CARPETA

  data/metadata.json          la entrevista en pocas palabras; data/metadata.schema.json explica cada campo
  data/transcripts/           cada versión de la transcripción, como texto y como WebVTT
  data/masters/               los archivos guardados: el máster tal como llegó, el FLAC para escuchar,
                              copias de trabajo, fotografías, acuerdos escaneados
  data/access/                lo que se publicó: sonido e imágenes de cada edición
  data/records/               todas las filas de la base de datos, un archivo por tabla, una fila JSON por
                              línea, en el orden en que se hicieron. Una fila nombra a otra por su código;
                              donde no hay código, por su número de línea. Formato, versión {version}.
  data/records/provenance.event.jsonl  lo que pasó, cuándo y por mano de quién (códigos, sin nombres);
                              sha256 encadena cada evento con el anterior de toda la instalación
  data/events/                si la entrevista ya vino antes en un paquete: sus eventos de entonces

El nombre de cada archivo es su SHA-256. Los nombres originales están solo en los metadatos.
{es_sealed}
De las cuentas del personal va solo el código.

Archivos:
{listed}

PRESERVATION PACKAGE of an oral history interview: {id}

CAUTION. This package holds the whole recording and uncensored transcripts, also what the narrator asked
not to publish. What each agreement allows is in data/metadata.json under "agreements", with their
withdrawals. Keep it closed.

It is a BagIt 1.0 bag (RFC 8493). Check it with: python -m bagit --validate FOLDER
Bring it back into an installation of the program with: manage.py import_bag FOLDER

  data/metadata.json          the interview in few words; data/metadata.schema.json explains every field
  data/transcripts/           every version of the transcript, as text and as WebVTT
  data/masters/               the files that were kept: the master as it came, the FLAC to listen to,
                              working copies, photographs, scans of agreements
  data/access/                what was published: sound and pictures of each edition
  data/records/               every row of the database, one file a table, one JSON row a line, in the
                              order in which they were made. A row names another by its code; where there
                              is no code, by its line number. Format, version {version}.
  data/records/provenance.event.jsonl  what happened, when, by whose hand (codes, no names); sha256 chains
                              each event to the one before it in the whole installation
  data/events/                if the interview came in a package before: its events of that time

The name of each file is its SHA-256. Original names are in the metadata only.
{en_sealed}
Of staff accounts only the code is here.

Files:
{listed}"""
