"""An archive with one interview in which something of everything hangs, and a second one that stays at home."""

import hashlib
import io
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import serializers
from django.test import Client
from PIL import Image

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import agreements, holds, links, themes
from oralhistory.consent.models import Agreement, Audience, Theme, Use
from oralhistory.editions import cleaning, publishing
from oralhistory.files import fixity, stores
from oralhistory.files.models import MediaFile
from oralhistory.intake.bags import writing
from oralhistory.intake.models import Arrival
from oralhistory.interviews.models import Chapter, Interview, Participation, Session
from oralhistory.jobs import leases
from oralhistory.lib.agents import Agent
from oralhistory.mentions import decisions, suggesting
from oralhistory.mentions.models import Mention
from oralhistory.organizations.models import Identifier, Location, Organization, Relation, Source
from oralhistory.people import vault
from oralhistory.people.models import Person
from oralhistory.places import gazetteer
from oralhistory.provenance.models import Event
from oralhistory.recordings import photographs, renditions
from oralhistory.recordings.models import Recording, Transfer
from oralhistory.review import (
    corrections,
    footnotes,
    redactions,
    remarks,
    sending_back,
    suggestions,
    translating,
    verdicts,
)
from oralhistory.review.models import DoubtSettled
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import (
    Chunk,
    SecondReading,
    Segment,
    Transcript,
    TranscriptionJob,
    Voices,
    VoicesSoFar,
    Window,
)
from tests import world as worlds
from tests.clock import DAY, MINUTE, NOON
from tests.review import rerun

REAL_NAME = "Ramira Verdadera"
SCAN = b"%PDF-1.4 a signed paper"
LATER = NOON + DAY


@dataclass
class Taken:
    public_id: str
    published: Path  # the package of the public testimony
    withdrawn: Path  # and of the same interview after it was withdrawn and its public files were erased
    without_identities: Path
    rows: dict[str, list[dict[str, Any]]]  # what was in the database, without its own ids
    events: list[tuple[str, ...]]
    answers: dict[str, tuple[int, str]]  # what the public was answered: status, SHA-256 of the body


def take(folder: Path) -> Taken:
    world = worlds.build()
    second = roles.create_account("second@example.org", "second", [Role.ARCHIVIST])
    worlds.draft(world)
    interview = rich(world, folder)
    package = folder / "published"
    without = folder / "without"
    rows, events, answers = snapshot(interview), events_of(interview), public_answers(interview.public_id)
    write(interview, package, by=world.archivist, second=second)
    write(interview, without, by=world.archivist, second=second, identities=False)
    publishing.withdraw(interview, by=world.archivist.agent, at=LATER, reason="asked for")
    cleaning.after_withdrawal(interview.public_id, at=LATER)
    write(interview, folder / "withdrawn", by=world.archivist, second=second)
    return Taken(
        interview.public_id, package, folder / "withdrawn", without, rows, events, answers,
    )  # fmt: skip


def write(interview: Interview, folder: Path, *, by: User, second: User, **options: Any) -> writing.Written:
    return writing.export(
        interview.public_id, folder, by=by, second=second, reason="A second copy.", at=LATER, **options
    )


def rich(world: worlds.World, folder: Path) -> Interview:
    """Two editions of an interview, a withdrawn paper, corrections, a veil, a picture, and what else there is."""
    interview = worlds.in_review(world, folder)
    interview.identifier = "AHO-7"
    interview.save()
    recording = Recording.objects.of(interview).get()
    _describe(world, interview, folder)
    _papers(world, interview)
    _heard(world, recording)
    _arrived(world, interview, recording)
    transcript = versions.current(recording)
    assert transcript is not None
    segment = transcript.segments.get(index=1)
    corrections.correct(
        interview, transcript, segment.cue_id, segment.text.replace("Yo milité", "Milité"),
        seen=segment.text, by=world.moderator.agent, at=NOON,
    )  # fmt: skip
    rerun.again(recording, [*worlds.TEXTS[:1], "Yo me limité.", *worlds.TEXTS[2:]])
    counts = versions.current(recording)
    assert counts is not None
    suggesting.suggest(counts)
    for mention in Mention.objects.undecided().order_by("-pk")[:1]:
        decisions.reject(mention, by=world.moderator.agent, at=NOON, why="another one")
    weighed = Mention.objects.undecided().order_by("pk")[0]
    weighed.alternatives = [{"organization": "old-copesal", "score": 0.25}]
    weighed.save()
    worlds.accept_everything(world, interview)
    _translated(world, recording)
    _reviewed(world, interview)
    worlds.publish_from_review(world, interview)
    publishing.veil(interview, 0, 500, by=world.archivist.agent, at=NOON, reason="asked for")
    publishing.revise(interview, by=world.archivist.agent, at=NOON + MINUTE)
    Interview.objects.filter(pk=interview.pk).update(title="Elena, segunda edición")
    interview.refresh_from_db()
    worlds.publish_from_review(world, interview)
    interview.refresh_from_db()
    for file in MediaFile.objects.all():
        fixity.check(file, at=LATER)
    return interview


def _translated(world: worlds.World, recording: Recording) -> None:
    by = world.moderator.agent
    translation = translating.begin(recording, "en", by=by, at=NOON)
    translating.take_in(translation, ["Good afternoon.", "", "He lived there."], by=by, at=NOON)
    translating.name_translator(translation, "Lucy Gray")
    translating.mark(translation, ready=True, by=by, at=NOON)


def _describe(world: worlds.World, interview: Interview, folder: Path) -> None:
    vault.seal(narrator(interview), {"name": REAL_NAME, "contact": "555"}, at=NOON)
    Session.objects.create(interview=interview, number=2)
    chapter = Chapter.objects.create(
        interview=interview, start_ms=4000, title="Después", synopsis="Lo que siguió."
    )
    chapter.subjects.set([gazetteer.subject("Exilio"), gazetteer.subject("Solidaridad")])
    chapter.places.set([gazetteer.place("Managua", country="NI")])
    picture = folder / "picture.png"
    Image.new("RGB", (600, 400), "gray").save(picture)
    photographs.add(interview, picture, caption="1979", credit="", by=world.interviewer.agent, at=NOON)
    old = Organization.objects.create(slug="old-copesal", kind="solidarity")
    copesal = Organization.objects.get(slug="copesal-mx")
    Relation.objects.create(
        subject=copesal, object=Organization.objects.get(slug="fmln-sv"), kind=Relation.Kind.ALLY
    )
    Location.objects.create(organization=copesal, name="Ciudad de México", country="MX", role="seat")
    Identifier.objects.create(organization=copesal, scheme="viaf", value="139534267")
    Source.objects.create(organization=copesal, citation="Volante de 1981", supports=["names"])
    old.merged_into = copesal
    old.save()


def narrator(interview: Interview) -> Person:
    return Person.objects.get(
        participations__interview=interview, participations__role=Participation.Role.NARRATOR
    )


def kept(content: bytes, use: str, *, suffix: str, media_type: str) -> MediaFile:
    stored = stores.store("masters", io.BytesIO(content), suffix=suffix)
    return MediaFile.objects.create(
        storage="masters", use=use, key=stored.key, sha256=stored.sha256, size=stored.size, media_type=media_type,
        created_at=NOON,
    )  # fmt: skip


def _papers(world: worlds.World, interview: Interview) -> None:
    scan = kept(SCAN, MediaFile.Use.PAPER, suffix=".pdf", media_type="application/pdf")
    lines = [
        agreements.Line(Use.TEXT, Audience.PUBLIC),
        agreements.Line(Use.AUDIO, Audience.PUBLIC, denied=True, start_ms=7800, end_ms=7900),
    ]
    paper = agreements.add(
        interview, lines, kind=Agreement.Kind.PARTICIPATION, signed_on=date(1979, 5, 1), person=narrator(interview),
        scan=scan, by=world.archivist, at=NOON,
    )  # fmt: skip
    agreements.withdraw(paper, by=world.archivist.agent, at=NOON, reason="asked for")
    agreements.set_embargo(interview, NOON - DAY, by=world.archivist, at=NOON, reason="until yesterday")
    links.make(interview, narrator(interview), by=world.archivist, at=NOON)


def _heard(world: worlds.World, recording: Recording) -> None:
    rendition = renditions.current(recording)
    assert rendition is not None
    asked = TranscriptionJob.objects.create(
        rendition=rendition, spec={"engine": "fake"}, spec_sha256="a" * 64, state=TranscriptionJob.State.JOINED,
        generation=1, requested_by_agent=str(world.interviewer.agent), requested_at=NOON, joined_at=NOON,
    )  # fmt: skip
    job = leases.enqueue("hear", "chunk:1", queue="asr", at=NOON)
    chunk = Chunk.objects.create(
        transcription=asked, job=job, index=0, start_sample=0, end_sample=128_000, cache_key="b" * 64
    )
    window = Window.objects.create(
        chunk=chunk, index=0, start_sample=0, end_sample=128_000, speech_samples=64_000, heard=True,
        language="es", result={"text": "Buenas tardes", "no_speech_probability": 0.125, "words": [[0, 400, "Buenas", 1.0]]},
    )  # fmt: skip
    SecondReading.objects.create(
        window=window, glossary_sha256="c" * 64, names=["Buenos Aires"], prompt="Se habla de Buenos Aires.", heard=True,
        result={"text": "Buenos Aires"}, taken=[[0, 1, [[0, 400, "Buenos", 0.5]]]],
    )  # fmt: skip
    Transcript.objects.filter(recording=recording).update(transcription=asked)
    Voices.objects.create(rendition=rendition, recipe="resemblyzer-1", turns=[[0, 8000, "A"]], made_at=NOON)
    VoicesSoFar.objects.create(
        rendition=rendition, recipe="resemblyzer-2", part=0, heard=b"what a voice is like"
    )
    Segment.objects.filter(transcript__recording=recording, index=0).update(
        voice="A", speaker_from_voice=True
    )


def _arrived(world: worlds.World, interview: Interview, recording: Recording) -> None:
    copy = kept(b"another copy", MediaFile.Use.PRESERVATION_MASTER, suffix=".wav", media_type="audio/wav")
    Transfer.objects.create(
        recording=recording,
        master=copy,
        original_name="better.wav",
        state=Transfer.State.REFUSED,
        arrived_at=NOON,
    )
    for state in (Arrival.State.KEPT, Arrival.State.COMING):
        Arrival.objects.create(
            interview=interview, session=recording.session, sent_by=world.interviewer, name="tape.wav", state=state,
            declared_sha256="c" * 64, begun_at=NOON, moved_at=NOON, expires_at=NOON + DAY, parts={"one": "two"},
        )  # fmt: skip


def _reviewed(world: worlds.World, interview: Interview) -> None:
    worlds.redact_the_secret(world, interview)
    again = redactions.mark(interview, 100, 200, reason="a mistake", by=world.moderator.agent, at=NOON)
    redactions.lift(again, by=world.moderator.agent, at=NOON)
    themes.mark(interview, 300, 900, Theme.WEAPONS, by=world.moderator.agent, at=NOON)
    themes.looked_through(interview, Theme.WEAPONS, by=world.moderator.agent, at=NOON)
    narrowing = agreements.narrow(
        interview, [agreements.Line(Use.AI_TRAINING, denied=True, condition="while I live")],
        by=world.archivist.agent, at=NOON,
    )  # fmt: skip
    holds.looked_at(narrowing.grants.get(), by=world.archivist, at=NOON)
    cue = Segment.objects.filter(transcript__recording__session__interview=interview).latest("pk").cue_id
    suggestions.suggest(interview, cue, "De ahí nació.", by=Agent("narrator", "abc"), at=NOON)
    verdicts.give(interview, narrator(interview), "d" * 64, agrees=True, by=Agent("narrator", "abc"), at=NOON)
    sending_back.keep(
        interview, "Falta un nombre.", ["El nombre de la imprenta"], came_from="in_review", role="moderator",
        by=world.moderator.agent, at=NOON,
    )  # fmt: skip
    remark = remarks.leave(interview, "¿Se oye bien?", by=world.moderator.agent, at=NOON, start_ms=1000)
    remarks.answer(remark, "Muy bien.", by=world.interviewer.agent, at=NOON)
    recording = Recording.objects.of(interview).get()
    row = Segment.objects.filter(transcript=versions.current(recording)).order_by("-index")[0]
    footnotes.write(interview, row.cue_id, "Un comité de México.", by=world.moderator.agent, at=NOON)
    DoubtSettled.objects.create(
        recording=recording,
        kind="text",
        key="d" * 32,
        cue_id=row.cue_id,
        by_agent=str(world.moderator.agent),
        at=NOON,
    )


# What there is to compare.

# Of this installation alone, or made again; of an account the code comes along.
NOT_COMPARED = {
    "accounts.user", "accounts.roleheld", "consent.narratorlink", "consent.proposal", "jobs.ability", "jobs.job", "mentions.scorer", "notices.notice", "provenance.event",
    "provenance.chainhead", "search.publicstate", "search.publicfacet", "search.publicword", "search.staffdocument", "search.stafffacet",
    "search.staffpassage", "search.staffword", "search.staffstate", "files.replica", "interchange.harvested", "interchange.compared",
    "transcripts.voicessofar", "transcripts.presence", "organizations.revision", "organizations.broughtlist", "organizations.distinctpair",
    "organizations.merge", "mentions.knownform", "mentions.nameschanged", "mentions.transcriptwords",
    "notices.letter", "notices.preference", "review.recusal",
    "web.textversion", "consent.petition", "consent.petitionnote",
    "review.replacement", "review.replaced",
}  # fmt: skip


# Columns that say when or where a row was written, and not what.
NOT_OF_IT = ("interview_id", "parts", "indexed_at", "mark")


def snapshot(interview: Interview) -> dict[str, list[dict[str, Any]]]:
    """Every row of the project's models with its plain columns, by Django's own serializer and not by ours."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if not model.__module__.startswith("oralhistory.") or label in NOT_COMPARED:
            continue
        plain = [
            each.name
            for each in model._meta.concrete_fields
            if not each.is_relation and not each.primary_key and each.name not in NOT_OF_IT
        ]
        rows = serializers.serialize("python", model._default_manager.order_by("pk"), fields=plain)
        found[label] = [row["fields"] for row in rows if _is_of(interview, label, row["pk"])]
    return found


def _is_of(interview: Interview, label: str, pk: Any) -> bool:
    """Not of the other interview, and not on its way."""
    model = apps.get_model(label)
    if label == "interviews.interview":
        return bool(pk == interview.pk)
    if label == "intake.arrival":
        return bool(model._default_manager.get(pk=pk).state == Arrival.State.KEPT)
    for path in ("interview", "agreement__interview"):
        field = path.split("__")[0]
        if any(each.name == field and each.is_relation for each in model._meta.concrete_fields):
            return model._default_manager.filter(pk=pk, **{path: interview.pk}).exists()
    if label in ("people.person", "people.identity"):
        person = "pk" if label == "people.person" else "person"
        own = Person.objects.filter(participations__interview=interview).values("pk")
        return model._default_manager.filter(pk=pk, **{f"{person}__in": own}).exists()
    return True


def events_of(interview: Interview) -> list[tuple[str, ...]]:
    """What happened, without the links of the chain."""
    rows = Event.objects.filter(subject=interview.code).order_by("pk")
    return [(e.at.isoformat(), e.kind, e.subject, e.agent, e.outcome, e.reason) for e in rows]


def public_answers(public_id: str) -> dict[str, tuple[int, str]]:
    """What the public gets: pages, sound, pictures, text, a search for what is said and one for an acronym."""
    one = f"/testimonies/{public_id}/"
    paths = [
        *(one + each for each in ("", "sound", "waveform.json", "words.json", "photographs/1/small")),
        *(one + each for each in ("transcript.vtt", "transcript.txt", "transcript.json", "citation.bib")),
        "/en/testimonies/", "/search/?q=Farabundo", "/search/?q=COPESAL", "/organizations/fmln-sv/",
    ]  # fmt: skip
    return {path: _answer(path) for path in paths}


def _answer(path: str) -> tuple[int, str]:
    answer = Client().get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if path.startswith("/organizations/"):
        # When a record was last changed here is of this installation: a package carries records and no revisions.
        body = re.sub(rb" \xc2\xb7 [^<\xc2]*<time datetime=[^>]*>[^<]*</time>(?=</p>\s*<p)", b"", body)
    return answer.status_code, hashlib.sha256(body).hexdigest()


def record_files(package: Path) -> dict[str, bytes]:
    """The rows of a package, without the events."""
    files = sorted((package / "data" / "records").iterdir())
    return {each.name: each.read_bytes() for each in files if each.name != "provenance.event.jsonl"}


def payload(package: Path, folder: str) -> list[str]:
    return sorted(each.name for each in (package / "data" / folder).iterdir())


def close_again(package: Path) -> None:
    """Make the manifests right after a file was changed: what a forger would do."""
    files = sorted(each for each in (package / "data").rglob("*") if each.is_file())
    (package / "manifest-sha256.txt").write_text("".join(_line(package, each) for each in files))
    info = (package / "bag-info.txt").read_text().splitlines()
    oxum = f"Payload-Oxum: {sum(each.stat().st_size for each in files)}.{len(files)}"
    (package / "bag-info.txt").write_text(
        "\n".join(oxum if line.startswith("Payload-Oxum") else line for line in info) + "\n"
    )
    close_tags(package)


def close_tags(package: Path) -> None:
    tags = sorted(
        each for each in package.iterdir() if each.suffix == ".txt" and each.name != "tagmanifest-sha256.txt"
    )
    (package / "tagmanifest-sha256.txt").write_text("".join(_line(package, each) for each in tags))


def _line(package: Path, file: Path) -> str:
    return f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(package).as_posix()}\n"


def edit(package: Path, label: str, number: int = 0, **fields: Any) -> None:
    """Change a row and make the package whole again."""
    path = package / "data" / "records" / f"{label}.jsonl"
    lines = path.read_text().splitlines()
    lines[number] = json.dumps({**json.loads(lines[number]), **fields})
    path.write_text("\n".join(lines) + "\n")
    close_again(package)
