"""Bringing in what a list says, interview by interview. What was done stays done; what is missing is done the next time."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from oralhistory.accounts.models import User
from oralhistory.consent import agreements
from oralhistory.files import stores
from oralhistory.intake import transcripts_brought, uploads
from oralhistory.intake.batches import planning
from oralhistory.intake.batches.entries import Entry, Tape
from oralhistory.intake.batches.planning import Plan
from oralhistory.intake.batches.template import PRESETS
from oralhistory.interviews import describing
from oralhistory.interviews.models import Interview, Participation, Session
from oralhistory.people import vault
from oralhistory.people.models import Person
from oralhistory.pipeline import acts, steps
from oralhistory.recordings import photographs, sniffing
from oralhistory.recordings.models import Recording


def carry_out(plan: Plan, *, by: User, at: datetime) -> Interview:
    """Do what is missing of an interview.

    Its record is one transaction, and so is each file with its transcript: a transaction around all of them would
    hold SQLite's only lock while gigabytes are copied. Killed in between, the next run does the rest.
    Raises uploads.NotTaken, transcripts_brought.NotBrought, cues.CannotBeParsed, sniffing.NotARecording,
    pictures.NotAPicture, OSError.
    """
    interview = plan.interview or _begin(plan.entry, by=by, at=at)
    if plan.changes:
        _describe(plan, interview, by=by, at=at)
    for tape in plan.tapes:
        take_in(interview, tape, by=by, at=at)
    for recording, path in plan.transcripts:
        acts.bring_transcript(recording, planning.reading_of(path), by=by, at=at)
    for path in plan.photographs:
        photographs.add(
            interview, path, caption=plan.entry.caption, credit=plan.entry.credit, by=by.agent, at=at
        )
    return interview


@transaction.atomic
def _begin(entry: Entry, *, by: User, at: datetime) -> Interview:
    sittings = list(entry.sittings.values()) or [describing.Sitting()]
    interview = describing.begin(
        describing.collection(entry.collection),
        entry.description,
        entry.narrators[0],
        sittings[0],
        by=by,
        at=at,
    )
    interview.identifier = entry.identifier
    interview.save(update_fields=["identifier"])
    for narrator in entry.narrators[1:]:
        describing.add_narrator(interview, narrator)
    for sitting in sittings[1:]:
        describing.add_sitting(interview, sitting)
    for name in entry.interviewers:
        person = Person.objects.create(attribution=Person.Attribution.PSEUDONYM, shown_name=name)
        Participation.objects.create(interview=interview, person=person, role=Participation.Role.INTERVIEWER)
    narrators = Person.objects.filter(
        participations__interview=interview, participations__role=Participation.Role.NARRATOR
    ).order_by("pk")
    for person, real_name in zip(narrators, entry.real_names, strict=True):
        if real_name:
            vault.seal(person, {"name": real_name}, at=at)
        if entry.paper:  # each narrator's own: how they may be shown differs
            # Nothing waits for the paper of an interview that has no recording, and nothing follows from it.
            agreements.add(
                interview, PRESETS.get(entry.paper.preset, ()), kind=entry.paper.kind, signed_on=entry.paper.signed_on,
                person=person, attribution=person.attribution, by=by, at=at, reason=f"List, line {entry.line}.",
            )  # fmt: skip
    planning.remember(interview, entry.description, by=by.agent, at=at)
    return interview


@transaction.atomic
def _describe(plan: Plan, interview: Interview, *, by: User, at: datetime) -> None:
    describing.describe(interview, plan.description(), by=by.agent, at=at)
    planning.remember(interview, plan.entry.description, by=by.agent, at=at)


def take_in(interview: Interview, tape: Tape, *, by: User, at: datetime) -> Recording:
    """A recording and the transcript that came with it, in one transaction: no machine is asked to hear it first."""
    kind = sniffing.sniff(tape.path)
    reading = planning.reading_of(tape.transcript) if tape.transcript else None
    stored = stores.store("masters", tape.path, suffix=kind.suffix)
    if uploads.kept_before(interview, stored.sha256):
        raise uploads.AlreadyIngested(f"{tape.name} is in this interview already.")
    with transaction.atomic():
        recording = uploads.keep(
            interview, stored, kind.media_type, name=Path(tape.name).name, by=by, at=at,
            session=_session(interview, tape.session), channels=tape.channels,
        )  # fmt: skip
        if reading and reading.cues:
            transcripts_brought.keep(recording, reading, by=by, at=at)
        elif reading:
            transcripts_brought.keep_index(recording, reading, by=by, at=at)
        steps.recording_arrived(recording, at=at)
    return recording


def _session(interview: Interview, number: int) -> Session:
    found = Session.objects.filter(interview=interview, number=number).first()
    return found or describing.add_sitting(interview, describing.Sitting())
