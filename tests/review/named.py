"""An interview in which people are named, and what is done with them."""

from oralhistory.editions import manifest, publishing
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections
from oralhistory.review.models import NamedPerson
from oralhistory.review.people_named import decisions, register
from oralhistory.review.people_named.decisions import Verdict
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import spread
from tests.clock import NOON

TOLD = [
    "El que nos avisó fue Ramiro Beltrán Osuna, que vivía en la calle Colima.",
    "Ramiro trabajaba con doña Rosario en Hermosillo.",
    "Después supimos que Beltrán estaba preso.",
    "Y el Chino también estaba.",
]


def say(interview, *texts):
    """Another text of the recording: what each segment says, two seconds each."""
    segments = [
        TimedSegment(n * 2000, (n + 1) * 2000, text, language="es", words=tuple(spread(text.split(), n * 2000, (n + 1) * 2000)))
        for n, text in enumerate(texts)
    ]  # fmt: skip
    recording = Recording.objects.of(interview).get()
    return versions.add(
        recording, segments, kind=Transcript.Kind.WORKING, made_by={"languages": ["es"]}, at=NOON
    )


def told(world, interview, *texts):
    say(interview, *(texts or TOLD))
    register.follow(interview, at=NOON)


def called(name):
    return NamedPerson.objects.get(name=name)


def decide(world, name, decision, **more):
    shown = list(called(name).occurrences.values_list("spelling", flat=True))
    given = {key: more.pop(key) for key in ("theirs", "seen") if key in more}
    decisions.decide(
        called(name), Verdict(decision, **more), by=world.moderator.agent, at=NOON,
        **{"shown": shown, "theirs": shown, **given},
    )  # fmt: skip


def built(interview):
    return manifest.build(interview, at=NOON)


def texts_of(interview):
    return [each["text"] for each in built(interview).segments]


def edit(world, interview, text, new):
    segment = Segment.objects.filter(text=text).order_by("-transcript__version").first()
    corrections.correct(
        interview, segment.transcript, segment.cue_id, new, seen=text, by=world.moderator.agent, at=NOON
    )


def sign(world, interview):
    seen = publishing.preview(interview, at=NOON)
    publishing.approve(
        interview, seen_sha256=seen.sha256, by=world.moderator, at=NOON, unheard_reason="no sound here"
    )
