"""A folder that a recorder fills: which of its files have stopped growing, and which were taken before.

The folder is asked every few seconds. The kernel's own messages (inotify, and `watchfiles` on top of it) say nothing of
what another machine writes to a shared folder, end when a card is pulled out, and do not say that a copy is complete.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from oralhistory.accounts.models import User
from oralhistory.consent import access
from oralhistory.intake.models import Upload
from oralhistory.interviews import describing
from oralhistory.interviews.models import Interview
from oralhistory.provenance import events

MOST_FILES = 20_000  # a folder with more is no recorder's

Stamp = tuple[int, int]  # size in bytes, modification time in ns


class NotAFolder(Exception):
    """There is nothing that can be watched; the message says why."""


@dataclass
class Watch:
    """What is known of a folder's files. Nothing in the folder is ever changed: a recorder is not ours."""

    folder: Path
    quiet_seconds: float  # unchanged for so long, a file is complete
    seen: dict[str, tuple[Stamp, float]] = field(default_factory=dict)  # as it was, and since when
    done: dict[str, Stamp] = field(default_factory=dict)  # taken, or refused and said

    def __post_init__(self) -> None:
        try:
            kept = json.loads(self._memory.read_text(encoding="utf-8"))
            self.done = {str(name): (int(size), int(changed)) for name, (size, changed) in kept.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self.done = {}

    @property
    def _memory(self) -> Path:
        """Spares reading every file again after a start. Losing it costs time: what was taken is known by its bytes."""
        name = hashlib.sha256(str(self.folder.absolute()).encode()).hexdigest()[:32]
        return Path(settings.DATA_DIR) / "watched" / f"{name}.json"

    def complete(self, *, now: float) -> list[Path]:
        """Files that have not changed for the quiet time, oldest first. `now`: a clock in seconds that never goes back.

        A folder that has vanished has no files; it is looked for again the next time.
        """
        ready = []
        there = dict(self._files())
        self.seen = {name: known for name, known in self.seen.items() if name in there}
        for name, stamp in there.items():
            if self.done.get(name) == stamp:
                continue
            before = self.seen.get(name)
            if before is None or before[0] != stamp:
                self.seen[name] = (stamp, now)
            elif stamp[0] and now - before[1] >= self.quiet_seconds:
                ready.append((stamp[1], name))
        return [self.folder / name for _changed, name in sorted(ready)]

    def settled_long_ago(self, *, now: datetime) -> list[Path]:
        """For a single look: files whose own time says that they are complete."""
        latest = (now.timestamp() - self.quiet_seconds) * 1e9
        there = [
            (stamp[1], name)
            for name, stamp in self._files()
            if stamp[0] and stamp[1] <= latest and self.done.get(name) != stamp
        ]
        return [self.folder / name for _changed, name in sorted(there)]

    def is_as_it_was(self, path: Path) -> bool:
        """Whether a file is still what was seen: it may have been pulled out, or grow again."""
        known = self.seen.get(str(path.relative_to(self.folder)))
        return known is None or _stamp(path) == known[0]

    def forget(self, path: Path) -> None:
        """Look at it again from the beginning."""
        self.seen.pop(str(path.relative_to(self.folder)), None)

    def remember(self, path: Path) -> None:
        """Taken or refused: not to be looked at again unless it changes."""
        stamp = _stamp(path)
        if stamp is None:
            return
        self.done[str(path.relative_to(self.folder))] = stamp
        self._memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self._memory.with_suffix(".new")
        half.write_text(json.dumps(self.done), encoding="utf-8")
        half.replace(self._memory)

    def _files(self) -> Iterator[tuple[str, Stamp]]:
        """Every file below the folder by its name in it; no links, nothing hidden."""
        count = 0
        for place, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith((".", "$")))
            for name in sorted(names):
                path = Path(place, name)
                if name.startswith((".", "~")) or path.is_symlink() or not path.is_file():
                    continue
                count += 1
                if count > MOST_FILES:
                    raise NotAFolder(
                        f"There are more than {MOST_FILES} files in {self.folder}: is it a recorder's?"
                    )
                if stamp := _stamp(path):
                    yield str(path.relative_to(self.folder)), stamp


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def taken_before(path: Path, *, by: User) -> Upload | None:
    """The same bytes from the same person, in whichever interview. The file is read only if the size fits."""
    alike = Upload.objects.filter(sent_by=by, size=path.stat().st_size)
    if not alike.exists():
        return None
    with path.open("rb") as stream:
        return alike.filter(sha256=hashlib.file_digest(stream, "sha256").hexdigest()).first()


def day_of(path: Path) -> date:
    """The day on which the recorder wrote it, by its own clock."""
    return timezone.localdate(
        datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())
    )


def interview_of_day(day: date, collection: str, *, by: User, at: datetime) -> Interview:
    """The draft that takes this person's recordings of a day; another one if the first has gone on to review."""
    shelf = describing.collection(collection)
    for number in range(1, 1000):
        identifier = f"recorder {by.code} {day.isoformat()}" + (f" {number}" if number > 1 else "")
        found = Interview.objects.filter(collection=shelf, identifier=identifier).first()
        if found is None:
            return _begin(day, identifier, number, collection, by=by, at=at)
        if access.decide(by, "upload", found, at=at).allowed:
            return found
    raise NotAFolder(f"There are a thousand interviews of {day.isoformat()}.")


def _begin(day: date, identifier: str, number: int, collection: str, *, by: User, at: datetime) -> Interview:
    interview = describing.begin(
        describing.collection(collection),
        describing.Description(title=day.isoformat() + (f" ({number})" if number > 1 else ""), languages=["es"], countries=[]),
        describing.Narrator("", "code"), describing.Sitting(held_on=day), by=by, at=at,
    )  # fmt: skip
    interview.identifier = identifier
    interview.save(update_fields=["identifier"])
    events.record("begun from a watched folder", interview, at=at, agent=by.agent)
    return interview
