"""Codes of the working side as words that people read."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.accounts.models import Role
from oralhistory.consent.models import Audience
from oralhistory.interviews.models import State
from oralhistory.workroom.forms import AGREEMENT_KINDS, ARCHIVE_USES, OTHER_USES, PUBLIC_USES

Words = dict[str, str | Promise]

STATES: Words = {
    State.DRAFT: _("Draft"),
    State.UPLOADED: _("Being transcribed"),
    State.TRANSCRIBED: _("Transcribed"),
    State.IN_REVIEW: _("In review"),
    State.APPROVED: _("Approved"),
    State.EMBARGOED: _("Under embargo"),
    State.PUBLISHED: _("Public"),
    State.REVISING: _("Public, being revised"),
    State.WITHDRAWN: _("Withdrawn"),
}
# What a state means for the next hand, in a sentence.
NEXT: Words = {
    State.DRAFT: _("It waits for a recording."),
    State.UPLOADED: _("A recording has come; a machine writes down what it hears."),
    State.TRANSCRIBED: _("The text is there. The interviewer reads it, then sends it to review."),
    State.IN_REVIEW: _("A moderator listens, corrects, decides on mentions, redacts, and signs."),
    State.APPROVED: _("Signed by one person. An archivist publishes it."),
    State.EMBARGOED: _("It stays closed until the embargo has passed and a person opens it."),
    State.PUBLISHED: _("Everybody can read and hear it."),
    State.REVISING: _("The present edition is public while the next one is made."),
    State.WITHDRAWN: _("Nobody outside can see or hear it."),
}
ROLES: Words = {
    Role.INTERVIEWER: _("Interviewer"),
    Role.MODERATOR: _("Moderator"),
    Role.ARCHIVIST: _("Archivist"),
    Role.SYSADMIN: _("System administrator"),
}
WAITS: Words = {
    "upload": _("waits for its recording"),
    "submit": _("is transcribed: read it, then send it to review"),
    "approve": _("waits to be reviewed and signed"),
    "publish": _("is signed and waits to be published"),
    "assign": _("has been sent to review and waits for a moderator"),
}
STEPS: Words = {
    "read": _("Read and measured"),
    "plan": _("Cut into pieces at silences"),
    "hear": _("Heard"),
    "join": _("Put together"),
    "find mentions": _("Searched for organizations"),
}
STEP_STATES: Words = {
    "waiting": _("waits"),
    "running": _("at work"),
    "done": _("done"),
    "failed": _("failed"),
}
JOBS: Words = {
    "ingest": _("Reading a recording"),
    "plan": _("Preparing a transcription"),
    "hear": _("Transcribing"),
    "join": _("Putting a transcript together"),
    "find mentions": _("Looking for organizations"),
    "prepare sound": _("Preparing the redacted sound"),
    "clean up": _("Cleaning up after a withdrawal"),
}
FLAGS: Words = {
    "low_probability": _("The machine was not sure"),
    "repetitive": _("The machine repeats itself"),
    "too_fast": _("More words than anybody says in this time"),
    "sparse": _("Fewer words than the sound has"),
    "phantom": _("A sentence that machines invent"),
    "no_speech": _("Perhaps nobody speaks here"),
    "other_language": _("Perhaps another language"),
    "times_guessed": _("Word times are guessed"),
    "dropped_over_silence": _("Words over silence were left out"),
}
SPEAKERS: Words = {
    "narrator": _("Narrator"),
    "interviewer": _("Interviewer"),
    "interpreter": _("Interpreter"),
}
USES: Words = {**dict(ARCHIVE_USES), **dict(PUBLIC_USES), **dict(OTHER_USES)}
PAPERS: Words = dict(AGREEMENT_KINDS)
AUDIENCES: Words = {
    Audience.NOBODY: _("nobody"),
    Audience.ARCHIVE_TEAM: _("the archive’s team"),
    Audience.READING_ROOM: _("readers on site"),
    Audience.RESEARCHER_AGREEMENT: _("researchers with an agreement"),
    Audience.PUBLIC: _("everybody"),
}
EVENTS: Words = {
    "interview begun": _("Interview begun"),
    "description changed": _("Description changed"),
    "recording added": _("Recording added"),
    "photograph added": _("Photograph added"),
    "chapter written": _("Chapter written"),
    "chapter removed": _("Chapter removed"),
    "state change": _("State changed"),
    "text corrected": _("Text corrected"),
    "redaction marked": _("Redaction marked"),
    "redaction lifted": _("Redaction lifted"),
    "agreement recorded": _("Agreement recorded"),
    "agreement withdrawn": _("Agreement withdrawn"),
    "embargo set": _("Embargo set"),
    "approved": _("Approved"),
    "published": _("Published"),
    "veil laid": _("Passage hidden at once"),
    "given to a moderator": _("Given to a moderator"),
    "conflict of interest marked": _("Conflict of interest marked"),
    "assignment ended": _("Taken back from a moderator"),
    "opened for a reason": _("Unredacted material opened"),
    "unredacted sound opened": _("Unredacted sound opened"),
}
EVIDENCE_STATES: Words = {"suggested": _("Undecided"), "accepted": _("Accepted"), "rejected": _("Refused")}


def speaker(label: str) -> str:
    """ "narrator 2" → "Narrator 2" in the page's language; what people typed stays as it is."""
    role, _space, number = label.partition(" ")
    return f"{SPEAKERS[role]} {number}".strip() if role in SPEAKERS else label
