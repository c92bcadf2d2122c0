"""Codes of the working side as words that people read."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oralhistory.accounts.models import Role
from oralhistory.consent import proposals, sentences
from oralhistory.consent.models import Agreement, Audience
from oralhistory.interviews.models import State
from oralhistory.lib import timecodes
from oralhistory.web import vocabularies
from oralhistory.workroom import fields, people_forms, two_people_words
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
LINKS: Words = {
    "open": _("opens"),
    "revoked": _("revoked"),
    "expired": _("expired"),
    "locked": _("locked: too many wrong secrets"),
}
WAITS: Words = {
    "upload": _("waits for its recording"),
    "submit": _("is transcribed: read it, then send it to review"),
    "approve": _("waits to be reviewed and signed"),
    "publish": _("is signed and waits to be published"),
    "assign": _("has been sent to review and waits for a moderator"),
    "open": _("is signed, and its embargo has passed: look at it once more and open it"),
}
STEPS: Words = {
    "read": _("Read and measured"),
    "make video": _("Its video made"),
    "plan": _("Cut into pieces at silences"),
    "hear": _("Heard"),
    "tell voices apart": _("Voices told apart"),
    "hear names": _("Heard once more for names"),
    "join": _("Put together"),
    "fit times": _("Times of the text found"),
    "find mentions": _("Searched for organizations"),
}
STEP_STATES: Words = {
    "waiting": _("waits"),
    "running": _("at work"),
    "done": _("done"),
    "failed": _("failed"),
}
PIECES: Words = {
    "heard": _("heard"),
    "running": _("being heard"),
    "waiting": _("waits"),
    "dead": _("failed"),
    "cancelled": _("stopped"),
}
JOBS: Words = {
    "take in": _("Taking a file in"),
    "ingest": _("Reading a recording"),
    "decode again": _("Taking the channels of a recording anew"),
    "compare transfer": _("Comparing a better transfer"),
    "put transfer in place": _("Putting a better transfer in its place"),
    "make video": _("Making the video of a recording"),
    "transcribe": _("Asking for a transcription"),
    "plan": _("Preparing a transcription"),
    "hear": _("Transcribing"),
    "tell voices apart": _("Telling voices apart"),
    "hear names": _("Hearing names once more"),
    "join": _("Putting a transcript together"),
    "fit times": _("Finding the times of a text"),
    "find mentions": _("Looking for organizations"),
    "follow names": _("Looking through the archive for changed names"),
    "find names": _("Looking for changed names in transcripts"),
    "prepare sound": _("Preparing the redacted sound"),
    "clean up": _("Cleaning up after a withdrawal"),
    "index text": _("Finding what is said in a transcript"),
    "index organization": _("Finding testimonies by the names of an organization"),
    "write package": _("Writing a full package"),
    "purge": _("Erasing an interview"),
    "check fixity": _("Checking that a file is still what it was"),
    "replicate": _("Making the second copy of a file"),
    "sweep storage": _("Comparing a storage with the records"),
    "clear up": _("Clearing away what was never finished"),
    "send letter": _("Sending an e-mail"),
}
FILES: Words = {
    "preservation_master": _("Preservation master"),
    "listening": _("Working copy (FLAC)"),
    "hearing": _("Working copy for the transcription"),
    "staff_copy": _("Working copy for listening"),
    "access_copy": _("Public sound"),
    "staff_video": _("Working copy of a video"),
    "access_video": _("Public video"),
    "poster": _("Still of a video"),
    "photograph": _("Photograph"),
    "paper": _("Scan of an agreement"),
}
TRANSFERS: Words = {
    "arrived": _("A better transfer has come and is being compared."),
    "compared": _("A better transfer was compared: listen to both and decide."),
    "unlike": _("What came as a better transfer seems to be another recording."),
    "confirmed": _("A better transfer was confirmed."),
    "refused": _("A transfer was refused; it is kept, and heard by nobody."),
}
FLAGS: Words = {
    "low_probability": _("The machine was not sure"),
    "repetitive": _("The machine repeats itself"),
    "too_fast": _("More words than anybody says in this time"),
    "sparse": _("Fewer words than the sound has"),
    "phantom": _("A sentence that machines invent"),
    "left_out": _("Somebody speaks longer here than the words last"),
    "improbable": _("The machine hardly believes these words itself"),
    "no_speech": _("Perhaps nobody speaks here"),
    "other_language": _("Perhaps another language"),
    "times_guessed": _("Word times are guessed"),
    "dropped_over_silence": _("Words over silence were left out"),
}
GAPS: Words = {
    "other_language": _("Another language, not transcribed."),
    "unwritten": _("Somebody speaks here, and nothing is written."),
    "dropped_over_silence": _("The machine wrote words where nobody speaks; they were left out."),
}
SPEAKERS: Words = {
    "narrator": _("Narrator"),
    "interviewer": _("Interviewer"),
    "interpreter": _("Interpreter"),
}
USES: Words = {**dict(ARCHIVE_USES), **dict(PUBLIC_USES), **dict(OTHER_USES)}
PAPERS: Words = {**dict(AGREEMENT_KINDS), Agreement.Kind.NARROWING: _("Narrowing, without a paper")}
ATTRIBUTIONS: Words = dict(fields.ATTRIBUTIONS)
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
    "participant added": _("Somebody added who took part"),
    "participant removed": _("Somebody taken out who did not take part"),
    "birth kept": _("Day and place of birth sealed"),
    "birth read": _("Day and place of birth opened"),
    "recording added": _("Recording added"),
    "transcript brought": _("Transcript brought"),
    "translation begun": _("Translation begun"),
    "text translated": _("Text translated"),
    "translation ready": _("Translation said to be ready"),
    "translation not ready": _("Translation taken from the editions to come"),
    "typing begun": _("Typing of a text begun"),
    "times fitted": _("Times of a text found by what a machine heard"),
    "brought from a list": _("Brought from a list"),
    "begun from a watched folder": _("Begun from a watched folder"),
    "recording placed": _("Recording placed on the time line"),
    "recording follows": _("Recording follows the one before it"),
    "recording moved": _("Recording put in another order"),
    "recording replaced": _("Recording replaced by a better transfer"),
    "sitting added": _("Sitting added"),
    "channels said": _("Channels of a recording chosen"),
    "time line changed": _("Passages and chapters moved with their recording"),
    "transfer compared": _("Better transfer compared"),
    "transfer confirmed": _("Better transfer confirmed"),
    "transfer refused": _("Better transfer refused"),
    "photograph added": _("Photograph added"),
    "photograph changed": _("Photograph changed"),
    "photograph removed": _("Photograph removed"),
    "paper kept": _("Signed paper kept"),
    "paper read": _("Signed paper opened"),
    "unredacted video opened": _("Unredacted video opened"),
    "chapter written": _("Chapter written"),
    "chapter removed": _("Chapter removed"),
    "chapter moved": _("Chapter moved"),
    "subject renamed": _("Subject renamed"),
    "subject merged": _("Subject merged"),
    "state change": _("State changed"),
    "text corrected": _("Text corrected"),
    "text merged": _("Heard again by a machine, under what people wrote"),
    "other reading refused": _("What was heard anew was not taken"),
    "doubt settled": _("Doubtful place found right as it stands"),
    "doubted again": _("Place doubted again"),
    "footnote written": _("Footnote written"),
    "footnote removed": _("Footnote removed"),
    "signed unheard": _("Signed although not all was listened to"),
    "redaction marked": _("Redaction marked"),
    "redaction lifted": _("Redaction lifted"),
    "person named decided on": _("Person named decided on"),
    "agreement recorded": _("Agreement recorded"),
    "agreement withdrawn": _("Agreement withdrawn"),
    "embargo set": _("Embargo set"),
    "consent narrowed": _("Consent narrowed"),
    "edition narrowed": _("Taken from the present edition"),
    "condition looked at": _("Condition looked at: it still holds"),
    "theme marked": _("Passage marked for a theme"),
    "theme unmarked": _("Mark of a theme taken back"),
    "looked through for a theme": _("Looked through for a theme"),
    "correction suggested": _("Correction suggested by the narrator"),
    "correction not taken": _("Suggested correction not taken"),
    "narrator agreed": _("The narrator agrees"),
    "narrator refused": _("The narrator refuses"),
    "name chosen": _("Name chosen by the narrator"),
    "approved": _("Approved"),
    "published": _("Published"),
    "veil laid": _("Passage hidden at once"),
    "given to a moderator": _("Given to a moderator"),
    "conflict of interest marked": _("Conflict of interest marked"),
    "invited": _("Invited"),
    "role given": _("Role given"),
    "role taken": _("Role taken"),
    "account closed": _("Account closed"),
    "account reopened": _("Account opened again"),
    "second factor set up": _("Second factor set up"),
    "second factor reset": _("Second factor reset"),
    "other sessions ended": _("Other sessions ended"),
    "assignment ended": _("Taken back from a moderator"),
    "offered to review": _("A moderator could take it"),
    "signature refused": _("Tried to sign or publish, and was refused"),
    "package exported": _("Preservation package written"),
    "package imported": _("Brought in with a preservation package"),
    "opened for a reason": _("Unredacted material opened"),
    "unredacted sound opened": _("Unredacted sound opened"),
    "original fetched": _("Original fetched"),
    "refused file looked at again": _("Refused file looked at again"),
    "refused file taken all the same": _("Refused file taken all the same"),
    "refused file thrown away": _("Refused file thrown away"),
    "asked of a second person": _("Asked for: it takes a second person"),
    "agreed by a second person": _("Agreed to by a second person"),
    "refused by a second person": _("Refused by a second person"),
    "taken back by who asked": _("Taken back by the person who asked"),
    "settled by nobody in time": _("Settled by nobody in time"),
    "identity sealed": _("Who a person is: written down, sealed"),
    "identity opened": _("Who a person is: read"),
    "package fetched": _("Preservation package fetched"),
    "file erased": _("File erased"),
    "interview erased": _("Interview erased"),
    "narrator link made": _("Narrator’s link made"),
    "narrator link opened": _("Narrator’s link opened"),
    "narrator link refused": _("Narrator’s link refused"),
    "narrator link revoked": _("Narrator’s link revoked"),
}
TWO_PEOPLE = (proposals.ASKED, proposals.AGREED, proposals.REFUSED, proposals.TAKEN_BACK, proposals.LAPSED)
# By which action of the table (or the machine) an interview came into a state.
MOVES: Words = {
    "submit": _("sent to review"),
    "approve": _("signed"),
    "publish": _("published"),
    "revise": _("revision begun"),
    "send_back": _("sent back"),
    "suppress": _("taken down"),
    "consent": _("consent withdrawn"),
    "reinstate": _("taken up again"),
    "machine": _("by the machine"),
}
EDITS: Words = {
    "text": pgettext_lazy("an edit", "written"),
    "split": pgettext_lazy("an edit", "split"),
    "merge": pgettext_lazy("an edit", "joined"),
    "insert": pgettext_lazy("an edit", "put in"),
    "delete": pgettext_lazy("an edit", "taken out"),
    "undo": pgettext_lazy("an edit", "taken back"),
}
VERSIONS: Words = {
    "machine": _("A machine wrote it"),
    "imported": _("It was brought from elsewhere"),
    "working": _("People work on it"),
    "merged": _("A machine’s newer words, under what people had written"),
    "restored": _("An earlier version, taken up again"),
}
OPENED: Words = {
    "play_master": _("The unredacted sound"),
    "get_original": _("The originals"),
    "refused_file": _("The refused files"),
    "read_raw_text": _("The unredacted text"),
}
REDACTIONS: Words = {"cut": _("cut"), "role_word": _("a role word"), "pseudonym": _("a pseudonym")}
PEOPLE_KINDS: Words = dict(people_forms.KINDS)
PEOPLE_DECISIONS: Words = dict(people_forms.DECISIONS)
REFUSALS: Words = {
    "not an organization": _("It is no organization"),
    "not in the archive": _("It is one that the archive does not know"),
    "misheard": _("This was not said: the machine misheard"),
    "unclear": _("It cannot be told which one is meant"),
}
EVIDENCE_STATES: Words = {"suggested": _("Undecided"), "accepted": _("Accepted"), "rejected": _("Refused")}


def flag(code: str) -> str:
    """Why a segment looks wrong; of a code that is not known here, that it does."""
    return str(FLAGS.get(code, gettext("Something looks wrong here")))


def speaker(label: str) -> str:
    """ "narrator 2" → "Narrator 2" in the page's language; what people typed stays as it is."""
    role, _space, number = label.partition(" ")
    return f"{SPEAKERS[role]} {number}".strip() if role in SPEAKERS else label


def reason(template: str, parameters: Mapping[str, str | int | None]) -> str:
    """A reason for a mention in the page's language, with countries by their names."""
    shown = {name: "" if value is None else value for name, value in parameters.items()}
    for name in ("country", "other_country"):
        if name in shown:
            shown[name] = str(vocabularies.country(str(shown[name])))
    return gettext(template) % shown


def outcome(kind: str, code: str) -> str:
    """What an event came to, in words where there are any; else as it is written in the chain."""
    first, _colon, rest = code.partition(": ")
    if kind == "state change" and rest in STATES:
        return f"{STATES[rest]} ({MOVES.get(first, first)})"
    if kind == "embargo set":
        return _until(code)
    if kind in ("chapter written", "chapter removed") and code.isdecimal():
        return timecodes.clock(int(code))
    if kind == "refused file taken all the same":
        return gettext("%(file)s, announced as %(checksum)s…") % {"file": first, "checksum": rest[:8]}
    if kind == "chapter moved" and first.isdecimal() and rest.isdecimal():
        return f"{timecodes.clock(int(first))} → {timecodes.clock(int(rest))}"
    if kind == "text corrected" and first.startswith("voice "):
        said = gettext("Voice %(letter)s") % {"letter": first.removeprefix("voice ")}
        return f"{said}: {speaker(rest) if rest else gettext('Who?')}"
    if kind == "person named decided on" and rest in PEOPLE_DECISIONS:
        return f"{first}: {PEOPLE_DECISIONS[rest]}"
    if kind in TWO_PEOPLE and first in two_people_words.ASKING:
        return str(two_people_words.ASKING[first].title)
    if kind == "text corrected" and first.startswith("version "):
        return gettext("As in version %(number)s") % {"number": first.removeprefix("version ")}
    number = first.removeprefix("edition ")
    if kind in ("published", "veil laid") and number.isdecimal():
        edition = gettext("Edition %(number)s") % {"number": number}
        return f"{edition} · {rest[:8]}" if rest else edition
    if kind in ("narrator agreed", "narrator refused"):
        return rest or first[:8]
    themes = dict.fromkeys(("theme marked", "theme unmarked", "looked through for a theme"), sentences.THEMES)
    known = {"agreement recorded": PAPERS, "opened for a reason": OPENED, **themes}.get(kind, {})
    if kind == "consent narrowed":
        return ", ".join(str(sentences.USES.get(use, use)) for use in code.split(", ") if use)
    return str(known.get(code, code))


def _until(code: str) -> str:
    try:
        until = timezone.localtime(datetime.fromisoformat(code))
    except ValueError:  # "no day"
        return gettext("Closed until a person opens it.")
    return gettext("Closed until %(day)s.") % {"day": formats.date_format(until, "DATE_FORMAT")}
