"""What was signed, part by part, and which parts are no longer so.

A signature keeps hashes of the parts of its manifest: enough to name what changed, and no word of a narrator's twice.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from oralhistory.editions.manifest import Manifest

SHORT = 16  # hexadecimal digits: to tell two versions of a part apart, not to prove anything
TEXT, MENTIONS, SPEAKER, NEW, GONE = "text", "mentions", "speaker", "new", "gone"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that is not what was signed. `start_ms` is unknown of one that is gone."""

    cue_id: str
    what: str
    start_ms: int | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since a signature: fields of the record by their names, passages, the sound."""

    fields: list[str]
    passages: list[Passage]
    sound: bool

    def __bool__(self) -> bool:
        return bool(self.fields or self.passages or self.sound)


def parts(built: Manifest) -> dict[str, Any]:
    """The parts of a manifest as hashes, to be kept with the signature."""
    return {
        "record": {name: _short(value) for name, value in built.record.items()},
        "segments": {entry["cue_id"]: _of(entry) for entry in built.segments},
        "sound": _short(built.sound),
    }


def since(signed: dict[str, Any], built: Manifest) -> Since | None:
    """What is not as it was signed; None of a signature from before parts were kept."""
    if not signed:
        return None
    now = parts(built)
    fields = sorted(
        name
        for name in {*signed["record"], *now["record"]}
        if signed["record"].get(name) != now["record"].get(name)
    )
    passages = [
        Passage(entry["cue_id"], what, entry["start_ms"], entry["withheld"])
        for entry in built.segments
        if (what := _changed(signed["segments"].get(entry["cue_id"]), now["segments"][entry["cue_id"]]))
    ]
    gone = [Passage(cue_id, GONE) for cue_id in signed["segments"] if cue_id not in now["segments"]]
    return Since(fields, passages + gone, signed["sound"] != now["sound"])


def _of(entry: dict[str, Any]) -> dict[str, str]:
    apart = ("mentions", "speaker", "asks")
    return {
        TEXT: _short({name: value for name, value in entry.items() if name not in apart}),
        MENTIONS: _short(entry["mentions"]),
        SPEAKER: _short([entry["speaker"], entry["asks"]]),
    }


def _changed(before: dict[str, str] | None, now: dict[str, str]) -> str:
    if before is None:
        return NEW
    return next((what for what in (TEXT, MENTIONS, SPEAKER) if before.get(what) != now[what]), "")


def _short(value: Any) -> str:
    content = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:SHORT]
