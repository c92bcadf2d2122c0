"""A small archive: people, and an interview carried by the program's own rules to the state a test asks for.

Every private field of it holds a canary, so that a test can sweep what the public sees.
"""

import io
import time
import wave
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import numpy as np
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import agreements, workflow
from oralhistory.consent.models import Agreement
from oralhistory.editions import publishing
from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.intake import uploads
from oralhistory.interviews.models import (
    Assignment,
    Chapter,
    Collection,
    Interview,
    Participation,
    Session,
    State,
)
from oralhistory.lib.agents import MACHINE
from oralhistory.mentions import decisions, suggesting
from oralhistory.mentions.models import Mention
from oralhistory.organizations import importing
from oralhistory.organizations.authorities import Authority, description
from oralhistory.people.models import Person
from oralhistory.places import gazetteer
from oralhistory.recordings import renditions
from oralhistory.recordings.models import Recording
from oralhistory.review import hearing, redactions
from oralhistory.review.models import NamedPerson
from oralhistory.review.people_named import decisions as decisions_on_people
from oralhistory.review.people_named import register
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Transcript
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import spread
from tests import kept_sounds
from tests.clock import MINUTE, NOON

PASSWORD = "correcto-caballo-pila"
CANARY = "cnry7f3a"  # in every private field and in the redacted passage
SECRET = f"Ramiro {CANARY} vivía en la calle Colima."
TEXTS = [
    "Buenas tardes, compañera Elena.",
    "Yo milité en el Frente Farabundo Martí para la Liberación Nacional.",
    SECRET,
    "De ahí salió el Copesal y llenábamos las calles.",
]
SECONDS_EACH = 2
SOUND_SECONDS = len(TEXTS) * SECONDS_EACH
TONE_HZ = 2000  # in the redacted passage
ORGANIZATIONS = [
    Authority(
        id="fmln-sv", preferred_name="Frente Farabundo Martí para la Liberación Nacional", language="es",
        country="SV", kind="armed", founded=1980, acronyms=("FMLN",), note=f"{CANARY}-note", heard_as=(f"{CANARY}-heard",),
    ),
    Authority(
        id="copesal-mx", preferred_name="Comité Permanente de Solidaridad con América Latina", language="es",
        country="MX", kind="solidarity", founded=1980, acronyms=("COPESAL",),
    ),
]  # fmt: skip


@dataclass
class World:
    """The people of the archive, by what they are to the interview."""

    interviewer: User
    other_interviewer: User
    moderator: User
    other_moderator: User  # not assigned
    conflicted: User
    archivist: User
    sysadmin: User
    collection: Collection
    interviews: list[Interview] = field(default_factory=list)


def organizations(authorities: Iterable[Authority], *, publish: bool = False) -> importing.Imported:
    """Bring a list of organizations in."""
    return importing.bring_in(map(description, authorities), by=MACHINE, at=NOON, publish=publish)


def build() -> World:
    def person(name: str, role: Role) -> User:
        return roles.create_account(f"{name}@example.org", f"{CANARY}-{name}", [role], password=PASSWORD)

    organizations(ORGANIZATIONS, publish=True)
    return World(
        interviewer=person("interviewer", Role.INTERVIEWER),
        other_interviewer=person("other-interviewer", Role.INTERVIEWER),
        moderator=person("moderator", Role.MODERATOR),
        other_moderator=person("other-moderator", Role.MODERATOR),
        conflicted=person("conflicted", Role.MODERATOR),
        archivist=person("archivist", Role.ARCHIVIST),
        sysadmin=person("sysadmin", Role.SYSADMIN),
        collection=Collection.objects.create(slug="solidaridad", title="Solidaridad"),
    )


def signed_in(account: User, *, minutes_ago: float = 0) -> Client:
    """A browser in which somebody has said who they are, a moment ago or longer."""
    client = Client()
    client.force_login(account)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time() - 60 * minutes_ago}
    ]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(account.pk)
    session.save()
    return client


def sound(folder: Path, *, seed: int | None = None) -> Path:
    """A recording with a low hum, and a canary tone where the secret is told; the same again with the same seed."""
    rate = 16_000
    at = np.arange(SOUND_SECONDS * rate) / rate
    samples = 0.1 * np.sin(2 * np.pi * 220 * at)
    secret = slice(2 * SECONDS_EACH * rate, 3 * SECONDS_EACH * rate)
    samples[secret] = 0.5 * np.sin(2 * np.pi * TONE_HZ * at[secret])
    # Two recordings with the same bytes would be one file to the store.
    samples += np.random.default_rng(seed).normal(0, 0.001, samples.shape)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((samples * 32767).astype("<i2").tobytes())
    path = folder / f"{CANARY}-name.wav"
    path.write_bytes(buffer.getvalue())
    return path


def draft(
    world: World,
    *,
    tombstone: bool = True,
    lines: list[agreements.Line] | None = None,
    described: tuple[str, str] | None = None,
) -> Interview:
    """An interview with its people and its paper, and no recording yet. `described`: place and subject of its chapter."""
    interview = Interview.objects.create(
        collection=world.collection, title="Elena", pull_quote="Un preso solo es un preso muerto.",
        summary="Tradujo e imprimió.", warnings="Se habla de una detención.", languages=["es"], countries=["SV", "MX"],
        notes=f"{CANARY}-notes", created_by=world.interviewer, created_at=NOON,
    )  # fmt: skip
    narrator = Person.objects.create(shown_name="Elena", attribution=Person.Attribution.PSEUDONYM)
    Participation.objects.create(interview=interview, person=narrator, role=Participation.Role.NARRATOR)
    Participation.objects.create(
        interview=interview, person=Person.objects.create(), role=Participation.Role.INTERVIEWER
    )
    Session.objects.create(
        interview=interview,
        number=1,
        held_on=date(1979, 5, 17),
        place=gazetteer.place("Ciudad de México", country="MX"),
    )
    chapter = Chapter.objects.create(interview=interview, start_ms=0, title="El principio")
    if described:
        chapter.places.add(gazetteer.place(described[0], country="MX"))
        chapter.subjects.add(gazetteer.subject(described[1]))
    Assignment.objects.create(interview=interview, user=world.moderator)
    Assignment.objects.create(interview=interview, user=world.conflicted, conflicted=True)
    agreements.add(
        interview,
        [*agreements.FOR_THE_ARCHIVE, *agreements.OPEN_TO_ALL] if lines is None else lines,
        kind=Agreement.Kind.RECORDING, signed_on=date(1979, 5, 17), person=narrator, tombstone=tombstone,
        attribution=Person.Attribution.PSEUDONYM, by=world.interviewer, at=NOON, reason=f"{CANARY}-reason",
    )  # fmt: skip
    world.interviews.append(interview)
    return interview


def agree_again(world: World, interview: Interview, *, at: datetime = NOON + 2 * MINUTE) -> Agreement:
    """Its narrator signs another paper."""
    narrator = Person.objects.get(
        participations__interview=interview, participations__role=Participation.Role.NARRATOR
    )
    return agreements.add(
        interview, agreements.OPEN_TO_ALL, kind=Agreement.Kind.RECORDING, signed_on=date(1979, 5, 18), person=narrator,
        attribution=Person.Attribution.PSEUDONYM, by=world.archivist, at=at,
    )  # fmt: skip


def uploaded(world: World, folder: Path, **options: object) -> Interview:
    """… with a recording that was read."""
    interview = draft(world, **options)  # type: ignore[arg-type]
    path = sound(folder, seed=len(world.interviews))
    recording = uploads.receive(interview, path, name=path.name, by=world.interviewer, at=NOON)
    kept_sounds.read(recording, at=NOON)
    return workflow.advance(interview, State.UPLOADED, action="machine", by=MACHINE, at=NOON)


def transcribed(world: World, folder: Path, **options: object) -> Interview:
    """… with a transcript, and suggestions in it."""
    interview = uploaded(world, folder, **options)
    transcript = versions.add(
        Recording.objects.of(interview).get(), _segments(), kind=Transcript.Kind.MACHINE,
        made_by={"engine": "fake", "model": "none", "languages": ["es"]}, at=NOON,
    )  # fmt: skip
    suggesting.suggest(transcript)
    return workflow.advance(interview, State.TRANSCRIBED, action="machine", by=MACHINE, at=NOON)


def _segments() -> list[TimedSegment]:
    result = []
    for index, text in enumerate(TEXTS):
        start, end = index * SECONDS_EACH * 1000, (index + 1) * SECONDS_EACH * 1000
        result.append(
            TimedSegment(
                start, end, text, language="es", speaker="interviewer" if index == 0 else "narrator",
                words=tuple(spread(text.split(), start, end)),
            )
        )  # fmt: skip
    return result


def in_review(world: World, folder: Path, **options: object) -> Interview:
    interview = transcribed(world, folder, **options)
    return workflow.advance(interview, State.IN_REVIEW, action="submit", by=world.interviewer.agent, at=NOON)


def redact_the_secret(world: World, interview: Interview) -> None:
    redactions.mark(
        interview, 2 * SECONDS_EACH * 1000, 3 * SECONDS_EACH * 1000,
        reason=f"{CANARY}-why", by=world.moderator.agent, at=NOON,
    )  # fmt: skip


def accept_everything(world: World, interview: Interview) -> None:
    for mention in Mention.objects.filter(transcript__recording__session__interview=interview).undecided():
        decisions.accept(mention, by=world.moderator.agent, at=NOON)
    decide_on_everybody(world, interview)


def approved(world: World, folder: Path, **options: object) -> Interview:
    """… redacted and signed, its sound prepared."""
    interview = in_review(world, folder, **options)
    redact_the_secret(world, interview)
    accept_everything(world, interview)
    return sign(world, interview)


def decide_on_everybody(world: World, interview: Interview) -> None:
    """Whoever is named stays named."""
    register.follow(interview, at=NOON)
    keep = decisions_on_people.Verdict(NamedPerson.Decision.KEEP, kind=NamedPerson.Kind.PUBLIC)
    for person in NamedPerson.objects.filter(interview=interview).undecided():
        decisions_on_people.decide(person, keep, by=world.moderator.agent, at=NOON)


def hear_everything(world: World, interview: Interview) -> None:
    """The moderator listens to all of it: nothing is signed unheard."""
    for recording in Recording.objects.of(interview):
        hearing.note(recording, [(0, recording.duration_ms or 0)], by=world.moderator, at=NOON)


def sign(world: World, interview: Interview) -> Interview:
    hear_everything(world, interview)
    decide_on_everybody(world, interview)
    seen = publishing.preview(interview, at=NOON)
    publishing.approve(interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON)
    kept_sounds.prepare(interview, at=NOON)
    interview.refresh_from_db()
    return interview


def film(interview: Interview, video: bytes, poster: bytes, *, size: tuple[int, int]) -> None:
    """It was filmed, too: the video that staff see, and a picture of it."""
    rendition = renditions.current(Recording.objects.of(interview).get())
    assert rendition is not None
    rendition.staff_video = _master(video, MediaFile.Use.STAFF_VIDEO, "video/mp4", ".mp4")
    rendition.poster = _master(poster, MediaFile.Use.POSTER, "image/jpeg", ".jpg")
    rendition.decode_report |= {"has_video": True, "video_size": list(size)}
    rendition.save()


def _master(content: bytes, use: MediaFile.Use, media_type: str, suffix: str) -> MediaFile:
    stored = stores.store("masters", io.BytesIO(content), suffix=suffix)
    return MediaFile.objects.create(
        storage="masters", use=use, key=stored.key, sha256=stored.sha256, size=stored.size, media_type=media_type,
        created_at=NOON,
    )  # fmt: skip


def publish_from_review(world: World, interview: Interview) -> Interview:
    """Signed and published as it stands, with nothing redacted."""
    publishing.publish(sign(world, interview), by=world.archivist, at=NOON)
    return interview


def embargoed(world: World, folder: Path, **options: object) -> Interview:
    interview = approved(world, folder, **options)
    agreements.set_embargo(interview, None, by=world.archivist, at=NOON, reason=f"{CANARY}-embargo")
    publishing.publish(interview, by=world.archivist, at=NOON)
    interview.refresh_from_db()
    return interview


def published(world: World, folder: Path, **options: object) -> Interview:
    interview = approved(world, folder, **options)
    publishing.publish(interview, by=world.archivist, at=NOON)
    interview.refresh_from_db()
    return interview


def revising(world: World, folder: Path, **options: object) -> Interview:
    interview = published(world, folder, **options)
    publishing.revise(interview, by=world.archivist.agent, at=NOON + MINUTE)
    interview.refresh_from_db()
    return interview


def withdrawn(world: World, folder: Path, **options: object) -> Interview:
    """Once public, taken down."""
    interview = published(world, folder, **options)
    publishing.withdraw(interview, by=world.archivist.agent, at=NOON + MINUTE, reason=f"{CANARY}-withdrawn")
    interview.refresh_from_db()
    return interview


CARRY = {
    State.DRAFT: lambda world, folder, **options: draft(world, **options),
    State.UPLOADED: uploaded,
    State.TRANSCRIBED: transcribed,
    State.IN_REVIEW: in_review,
    State.APPROVED: approved,
    State.EMBARGOED: embargoed,
    State.PUBLISHED: published,
    State.REVISING: revising,
    State.WITHDRAWN: withdrawn,
}
