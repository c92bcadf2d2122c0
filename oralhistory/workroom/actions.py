"""Where each action of consent/access.yaml is taken over HTTP: one address and one method for each.

The tests ask every cell of the table here. Signed out, every address of the workroom answers with the
log-in page; what the public may do is asked of the reading room.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oralhistory.interviews.models import Interview
from oralhistory.recordings.models import Recording
from oralhistory.review.models import Redaction


def _recording(interview: Interview) -> dict[str, str]:
    first = Recording.objects.of(interview).first()
    return {"code": first.code if first else "nothing"}


def _redaction(interview: Interview) -> dict[str, str]:
    first = Redaction.objects.standing().filter(interview=interview).first()
    return {"number": str(first.pk if first else 0)}


@dataclass(frozen=True, slots=True)
class Action:
    """`data` is a form that is well formed; `more` gives what the address needs besides the interview's id."""

    method: str
    url: str
    data: Mapping[str, Any] = field(default_factory=dict)
    more: Callable[[Interview], dict[str, str]] = lambda _interview: {}


ACTIONS: dict[str, Action] = {
    "exists": Action("GET", "workroom:interview"),
    "read_meta": Action("GET", "workroom:record"),
    "play_master": Action("GET", "workroom:sound", more=_recording),
    "get_original": Action("GET", "workroom:original", more=_recording),
    "read_raw_text": Action("GET", "workroom:transcript"),
    "edit_meta": Action("POST", "workroom:description", {"title": "A title", "main_language": "es"}),
    "upload": Action("POST", "workroom:upload", {"sitting": "new"}),
    "edit_text": Action("POST", "workroom:text", {"recording": "", "cue": "", "seen": "", "text": "Words"}),
    "redact": Action(
        "POST", "workroom:redact", {"start": "0:01", "end": "0:02", "kind": "cut", "reason": "Asked for"}
    ),
    "comment": Action("POST", "workroom:remarks", {"text": "Listen again"}),
    "submit": Action("POST", "workroom:submit"),
    "approve": Action("POST", "workroom:approve", {"manifest": "0" * 64}),
    "publish": Action("POST", "workroom:publish"),
    "revise": Action("POST", "workroom:revise"),
    "set_embargo": Action("POST", "workroom:embargo", {"until": "", "reason": "Asked for"}),
    "transcribe": Action("POST", "workroom:transcribe", {"recording": "", "do": "start"}),
    "decide": Action("POST", "workroom:decide", {"mention": "0", "verdict": "accept"}),
    "assign": Action("POST", "workroom:assignments", {"user": "nobody", "do": "give"}),
    "preview": Action("GET", "workroom:sign"),
    "suppress": Action("POST", "workroom:withdraw", {"reason": ""}),
    "send_back": Action("POST", "workroom:send_back", {"reason": "A name to be checked"}),
    "consent": Action(
        "POST",
        "workroom:agreements",
        {"kind": "recording", "signed_on": "2024-01-01", "attribution": "code", "reason": "On paper"},
    ),
    "birth": Action("GET", "workroom:birth"),
    "audit": Action("GET", "workroom:events"),
    "lift_redaction": Action("POST", "workroom:lift_redaction", {"reason": "Agreed on"}, more=_redaction),
    "shorten_embargo": Action(
        "POST", "workroom:shorten_embargo", {"until": "2100-01-01", "reason": "Agreed on"}
    ),
    "reinstate": Action("POST", "workroom:reinstate", {"reason": "Agreed on"}),
    "identity": Action("POST", "workroom:identity", {"person": "", "reason": "To call them"}),
    "export": Action("POST", "workroom:export", {"reason": "For the family"}),
    "purge": Action("POST", "workroom:purge", {"reason": "Asked for"}),
}
# At addresses that serve who sent the file too: tests/workroom/test_aside.py asks them.
ASIDE = frozenset({"refused_file"})
