"""Which rows a package carries, and by what they are known outside this database.

The fields of a model are not listed: every column is carried unless `without` names it, so that a column that is
added later comes along by itself. A model that is added later must be put into `KINDS` or `LEFT_OUT`: a test fails
until it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db import models

from oralhistory.accounts.models import User
from oralhistory.consent.models import Agreement, Embargo, Grant, HoldLook, ThemeLook, ThemeSpan, Withdrawal
from oralhistory.editions.models import Edition, EditionMention, EditionSegment, PreparedSound, Standing, Veil
from oralhistory.files.models import FixityCheck, MediaFile
from oralhistory.intake.models import Arrival, Upload
from oralhistory.interviews.models import (
    Assignment,
    Chapter,
    Collection,
    Interview,
    Participation,
    Photograph,
    Session,
)
from oralhistory.mentions.models import Mention, NegativeForm
from oralhistory.organizations.models import Identifier, Location, Name, Organization, Relation, Source
from oralhistory.people.models import Identity, Person
from oralhistory.places.models import Place, Subject
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording, Rendition, Transfer
from oralhistory.review.models import (
    Answer,
    DoubtSettled,
    Footnote,
    Heard,
    NamedPerson,
    Occurrence,
    PointToSettle,
    Redaction,
    Remark,
    SentBack,
    Signature,
    Suggestion,
    Verdict,
)
from oralhistory.transcripts.models import (
    Chunk,
    Correction,
    Edit,
    OtherReading,
    SecondReading,
    Segment,
    Transcript,
    TranscriptionJob,
    TranslatedLine,
    Translation,
    Voices,
    Window,
)

Key: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Kind:
    """One model of a package.

    Its rows are those that lead to the interview (`of`, or `of_public_id` where only its public id is kept), those
    that belong to carried rows (`on`), or, with neither, those that carried rows name.
    """

    model: type[models.Model]
    of: str = ""
    of_public_id: str = ""
    on: tuple[str, ...] = ()
    key: tuple[str, ...] = ()  # what names a row; none: its place in its file, counted from 1
    shared: bool = False  # other interviews may name it too: what is there already stays as it is
    only: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    # Columns that hold another row's database id as plain data.
    plain: dict[str, type[models.Model]] = field(default_factory=dict)
    storage: str = ""  # where the files are that its values name; "*": its column `storage` says so

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def named(self) -> bool:
        """Carried because a carried row names it."""
        return not (self.of or self.of_public_id or self.on)


# In the order in which rows can be made: a row names rows of lines above it, or waits until the end.
KINDS: tuple[Kind, ...] = (
    # Of an account its code alone: who it is is known where it works. A password has no place outside.
    Kind(User, key=("code",), shared=True,
         without=("password", "last_login", "email", "name", "is_active", "created_at", "sessions_ended_at")),
    Kind(Collection, key=("slug",), shared=True),
    Kind(Place, key=("slug",), shared=True),
    Kind(Subject, key=("slug",), shared=True),
    Kind(Person, key=("code",), shared=True),
    Kind(Identity, on=("person",)),  # sealed; the key is not in the package
    Kind(Organization, key=("slug",), shared=True),
    Kind(Name, on=("organization",)),
    Kind(Location, on=("organization",)),
    Kind(Identifier, on=("organization",)),
    Kind(Source, on=("organization",)),
    Kind(Relation, on=("subject", "object")),
    Kind(MediaFile, key=("code",), shared=True, storage="*"),
    Kind(FixityCheck, on=("file",)),
    Kind(Interview, of="pk", key=("public_id",)),
    Kind(Session, of="interview", key=("interview", "number")),
    Kind(Participation, of="interview"),
    Kind(Assignment, of="interview"),
    Kind(Chapter, of="interview", key=("interview", "start_ms")),
    Kind(Photograph, of="interview"),
    Kind(Agreement, of="interview"),
    Kind(Grant, of="agreement__interview"),
    Kind(HoldLook, of="grant__agreement__interview"),
    Kind(Withdrawal, of="agreement__interview"),
    Kind(Embargo, of="interview"),
    Kind(Recording, of="session__interview", key=("code",)),
    Kind(Rendition, of="recording__session__interview", key=("recording", "master", "channels", "shift_ms", "pcm_sha256")),
    Kind(Transfer, of="recording__session__interview", key=("code",)),
    Kind(Upload, of="interview", key=("code",)),
    # What arrived whole, with what its sender said of it. What is still coming is not the archive's yet.
    Kind(Arrival, of="interview", key=("code",), only={"state": Arrival.State.KEPT},
         without=("parts", "lease_token", "lease_until", "lease_asked")),
    Kind(TranscriptionJob, of="rendition__recording__session__interview", key=("code",)),
    Kind(Chunk, of="transcription__rendition__recording__session__interview", key=("transcription", "index"),
         without=("job",)),
    Kind(Window, of="chunk__transcription__rendition__recording__session__interview", key=("chunk", "index")),
    Kind(SecondReading, of="window__chunk__transcription__rendition__recording__session__interview"),
    Kind(Voices, of="rendition__recording__session__interview"),
    Kind(Transcript, of="recording__session__interview", key=("recording", "version")),
    Kind(Segment, of="transcript__recording__session__interview", key=("transcript", "cue_id")),
    Kind(Correction, of="segment__transcript__recording__session__interview"),
    Kind(Edit, of="transcript__recording__session__interview", key=("code",)),
    Kind(OtherReading, of="segment__transcript__recording__session__interview"),
    Kind(Translation, of="recording__session__interview", key=("recording", "language")),
    Kind(TranslatedLine, of="translation__recording__session__interview"),
    Kind(Mention, of="transcript__recording__session__interview"),
    Kind(NegativeForm, of_public_id="interview_code"),
    Kind(NamedPerson, of="interview", key=("code",)),
    Kind(Occurrence, of="person__interview"),
    Kind(Redaction, of="interview"),
    Kind(Remark, of="interview"),
    Kind(Answer, of="remark__interview"),
    Kind(Footnote, of="interview"),
    Kind(Signature, of="interview"),
    Kind(ThemeSpan, of="interview"),
    Kind(ThemeLook, of="interview"),
    Kind(Suggestion, of="interview"),
    Kind(Verdict, of="interview"),
    Kind(DoubtSettled, of="recording__session__interview"),
    Kind(Heard, of="recording__session__interview"),
    Kind(SentBack, of="interview"),
    Kind(PointToSettle, of="sent_back__interview"),
    Kind(Standing, of_public_id="public_id", key=("public_id",), plain={"interview_id": Interview}),
    Kind(Edition, of_public_id="standing__public_id", key=("standing", "number"), storage="access"),
    Kind(EditionSegment, of_public_id="edition__standing__public_id", key=("edition", "cue_id")),
    Kind(EditionMention, of_public_id="segment__edition__standing__public_id"),
    Kind(Veil, of_public_id="edition__standing__public_id"),
    Kind(PreparedSound, of="interview_id", plain={"interview_id": Interview}, storage="masters"),
)  # fmt: skip

# Selected and brought back in its own way: history.py.
EVENTS = Kind(Event)

# Models that no package carries, and why.
LEFT_OUT: dict[str, str] = {
    "editions.editionfacts": "gathered again from the edition",
    "accounts.roleheld": "what somebody may do is decided where they work",
    "files.replica": "where the second copies of this installation are",
    "consent.proposal": "what two people of this installation agreed on; what came of it is carried, with its events",
    "consent.petition": "what somebody outside wrote to this archive; what was done about it is the interview's",
    "consent.petitionnote": "as the petition",
    "consent.narratorlink": "a way in, with hashed secrets: a new one is made where the interview lives on",
    "mentions.knownform": "what this installation has looked through its archive for",
    "mentions.nameschanged": "work of this installation; what it suggests is carried",
    "mentions.transcriptwords": "made again from the transcript",
    "interchange.compared": "how far this installation has looked for what changed in what catalogs collected",
    "interchange.harvested": "what catalogs collected from this installation, by addresses of this installation",
    "jobs.ability": "what the machines of this installation can do",
    "jobs.job": "work of this installation; what it made is carried",
    "mentions.scorer": "learned from all decisions of this installation, not from one interview's",
    "notices.letter": "an e-mail to somebody here",
    "notices.notice": "on the desk of somebody here",
    "notices.preference": "how somebody here wants their e-mails",
    "organizations.broughtlist": "a list on its way into this archive",
    "organizations.distinctpair": "a judgment on two records of this archive",
    "organizations.merge": "how a merge of this archive can be undone; where the record leads is carried with it",
    "organizations.revision": "who changed a record here, and how it stood: the record itself is carried",
    "provenance.chainhead": "the end of this installation's chain",
    "transcripts.presence": "who has a page open here, now",
    "transcripts.voicessofar": "prints of voices, while they are told apart: no package carries what a voice is like",
    "review.replacement": "how a replace over this archive can be taken back; its corrections are carried",
    "review.replaced": "how a replace over this archive can be taken back; its corrections are carried",
    "review.recusal": "why somebody here stays away; that they do is carried",
    "search.publicdocument": "the index is made again from the edition",
    "search.publicfacet": "the index is made again from the edition",
    "search.publicpassage": "the index is made again from the edition",
    "search.publicstate": "the index is made again from the edition",
    "search.publicword": "the index is made again from the edition",
    "search.staffdocument": "the index is made again from the transcript",
    "search.stafffacet": "the index is made again from the transcript",
    "search.staffpassage": "the index is made again from the transcript",
    "search.staffstate": "the index is made again from the transcript",
    "search.staffword": "the index is made again from the transcript",
    "web.textversion": "what this archive says of itself, of no interview",
}

BY_MODEL = {kind.model: kind for kind in KINDS}


def columns(kind: Kind) -> list[Any]:
    """The fields that are carried: every column but the database's own id, and lists of named rows."""
    fields = [*kind.model._meta.concrete_fields, *kind.model._meta.local_many_to_many]
    return [each for each in fields if not each.primary_key and each.name not in kind.without]


def target(kind: Kind, column: Any) -> type[models.Model] | None:
    """The model of the row that a column names, by a key or by a plain id."""
    named: type[models.Model] | None = kind.plain.get(column.name) or column.related_model
    return named


def files_of(kind: Kind, record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(storage, key) of every file that a record says is there."""
    if kind.storage and not record.get("removed_at"):
        storage = record["storage"] if kind.storage == "*" else kind.storage
        for key in _stored_keys(record):
            yield storage, key


def _stored_keys(value: Any, name: str = "") -> Iterator[str]:
    """Whatever is called `key` or `…_key`, at any depth."""
    if isinstance(value, dict):
        for inner, content in value.items():
            yield from _stored_keys(content, inner)
    elif isinstance(value, list):
        for content in value:
            yield from _stored_keys(content, name)
    elif isinstance(value, str) and value and (name == "key" or name.endswith("_key")):
        yield value
