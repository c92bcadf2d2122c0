"""Interviews in an archive that say what a test wants said, without any sound."""

from collections.abc import Sequence

from oralhistory.accounts.models import User
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Collection, Interview, Session
from oralhistory.lib import ids
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Transcript
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import spread
from tests.clock import NOON


def transcript(
    by: User, texts: Sequence[str], *, seconds: int = 10, countries: Sequence[str] = ()
) -> Transcript:
    """A machine's transcript of an interview of its own; `seconds` are those of each text."""
    collection, _made = Collection.objects.get_or_create(slug="told", defaults={"title": "Told"})
    interview = Interview.objects.create(
        collection=collection, title="E", countries=list(countries), created_by=by, created_at=NOON
    )
    code = ids.public_id()
    master = MediaFile.objects.create(
        storage="masters", use=MediaFile.Use.PRESERVATION_MASTER, key=code, sha256=code.ljust(64, "0"), size=1,
        media_type="audio/wav", created_at=NOON,
    )  # fmt: skip
    recording = Recording.objects.create(
        session=Session.objects.create(interview=interview, number=1), position=1, master=master,
        original_name="a.wav", arrived_at=NOON, code=code,
    )  # fmt: skip
    each = seconds * 1000
    segments = [
        TimedSegment(
            at * each, (at + 1) * each, text, words=tuple(spread(text.split(), at * each, (at + 1) * each))
        )
        for at, text in enumerate(texts)
    ]
    return versions.add(
        recording, segments, kind=Transcript.Kind.MACHINE, made_by={"engine": "fake"}, at=NOON
    )
