"""Find and replace over the texts of interviews: first shown, place by place, then done as corrections like any other.

Nothing is replaced unseen: each place is taken or left by a person, and one whose passage somebody has changed since is
left and told of. The whole can be taken back, as far as nobody has worked on it since.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.lib.folding import fold, fold_with_offsets
from oralhistory.recordings.models import Recording
from oralhistory.review import corrections
from oralhistory.review.models import Replaced, Replacement
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript

MOST = 300  # places at once: nobody looks through more
AROUND = 60  # characters that are shown before and after


class NothingToFind(Exception):
    """There is no letter or digit in what should be found."""


@dataclass(frozen=True, slots=True)
class Search:
    find: str
    whole_words: bool = True
    forgiving: bool = False  # case and accents


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where it stands. Characters of the passage, half-open; `start_ms` on the interview's time line."""

    interview: Interview
    recording: Recording
    cue_id: str
    start_ms: int
    text: str
    start: int
    end: int

    @property
    def token(self) -> str:
        """Names the place and the text that was seen there."""
        return f"{self.recording.code}:{self.cue_id}:{self.start}:{self.end}:{_seen(self.text)}"

    @property
    def found(self) -> str:
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        cut = self.text[max(0, self.start - AROUND) : self.start]
        return f"…{cut}" if self.start > AROUND else cut

    @property
    def after(self) -> str:
        cut = self.text[self.end : self.end + AROUND]
        return f"{cut}…" if self.end + AROUND < len(self.text) else cut


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it. `left`: passages that were changed meanwhile, or would have been left empty."""

    replacement: Replacement | None
    passages: int
    left: int


def hits(interviews: Iterable[Interview], search: Search) -> list[Hit]:
    """In the texts that count, at most one more than `MOST`. Raises NothingToFind."""
    pattern = _pattern(search)
    found: list[Hit] = []
    for interview in interviews:
        recordings = list(Recording.objects.of(interview).filter(state=Recording.State.READY))
        current = versions.current_of(recordings)
        for recording in recordings:
            rows = Segment.objects.filter(transcript=current.get(recording.pk)).order_by("index")
            for cue_id, start_ms, text in rows.values_list("cue_id", "start_ms", "text"):
                at = start_ms + recording.offset_ms
                found += [
                    Hit(interview, recording, cue_id, at, text, *span)
                    for span in _spans(text, pattern, search)
                ]
                if len(found) > MOST:
                    return found[: MOST + 1]
    return found


def _pattern(search: Search) -> re.Pattern[str]:
    wanted = " ".join(search.find.split())
    if not any(character.isalnum() for character in wanted):
        raise NothingToFind
    escaped = re.escape(fold(wanted) if search.forgiving else wanted)
    return re.compile(rf"(?<!\w){escaped}(?!\w)" if search.whole_words else escaped)


def _spans(text: str, pattern: re.Pattern[str], search: Search) -> Iterator[tuple[int, int]]:
    if not search.forgiving:
        yield from (match.span() for match in pattern.finditer(text))
    elif pattern.search(fold(text)):
        folded = fold_with_offsets(text)
        yield from (folded.original_span(*match.span()) for match in pattern.finditer(folded.text))


def _seen(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@transaction.atomic
def replace(
    interviews: Iterable[Interview],
    tokens: Iterable[str],
    search: Search,
    replacement: str,
    *,
    by: Agent,
    at: datetime,
) -> Done:
    """Replace what was chosen, in these interviews alone. Raises NothingToFind."""
    _pattern(search)
    allowed = {each.pk: each for each in interviews}
    chosen = _by_passage(tokens)
    kept = Replacement.objects.create(
        find=search.find[:200], replacement=replacement[:200], by_agent=str(by), at=at
    )
    done = left = 0
    for (code, cue_id, seen), spans in chosen.items():
        recording = Recording.objects.filter(code=code, session__interview__in=allowed).first()
        row = _row(recording, cue_id)
        if recording is None or row is None or _seen(row.text) != seen:
            left += 1
            continue
        text = _with(row.text, spans, replacement)
        if _correct(recording, row, text, kept, by=by, at=at):
            done += 1
        else:
            left += 1
    if not done:
        kept.delete()
    return Done(kept if done else None, done, left)


def _by_passage(tokens: Iterable[str]) -> dict[tuple[str, str, str], list[tuple[int, int]]]:
    chosen: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for token in tokens:
        if match := re.fullmatch(r"(\w+):(\w+):(\d{1,6}):(\d{1,6}):([0-9a-f]{12})", token):
            code, cue_id, start, end, seen = match.groups()
            chosen[code, cue_id, seen].append((int(start), int(end)))
    return chosen


def _row(recording: Recording | None, cue_id: str) -> Segment | None:
    current = versions.current(recording) if recording else None
    return current.segments.filter(cue_id=cue_id).first() if current else None


def _with(text: str, spans: Iterable[tuple[int, int]], replacement: str) -> str:
    """From the last to the first, so that no place moves before its turn."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + replacement + text[end:]
    return " ".join(text.split())


def _correct(
    recording: Recording, row: Segment, text: str, kept: Replacement, *, by: Agent, at: datetime
) -> bool:
    current: Transcript = row.transcript
    interview = recording.session.interview
    try:
        with transaction.atomic():
            corrections.correct(interview, current, row.cue_id, text, seen=row.text, by=by, at=at)
    except (versions.Overtaken, versions.NothingLeft, Segment.DoesNotExist):
        return False
    Replaced.objects.create(
        replacement=kept, recording=recording, cue_id=row.cue_id, before=row.text, after=text
    )
    return True


@transaction.atomic
def take_back(replacement: Replacement, interviews: Iterable[Interview], *, by: Agent, at: datetime) -> Done:
    """Put back what stood there, wherever the passage still reads as it was left; in these interviews alone."""
    replacement = Replacement.objects.select_for_update().get(pk=replacement.pk)
    if replacement.taken_back_at:
        return Done(replacement, 0, 0)
    allowed = {each.pk for each in interviews}
    done = left = 0
    passages = replacement.passages.select_related("recording__session__interview").order_by("pk")
    for each in passages:
        interview = each.recording.session.interview
        row = _row(each.recording, each.cue_id) if interview.pk in allowed else None
        if row is None or row.text != each.after:
            left += 1
            continue
        corrections.correct(interview, row.transcript, each.cue_id, each.before, seen=row.text, by=by, at=at)
        done += 1
    replacement.taken_back_at, replacement.taken_back_by_agent = at, str(by)
    replacement.save(update_fields=["taken_back_at", "taken_back_by_agent"])
    return Done(replacement, done, left)
