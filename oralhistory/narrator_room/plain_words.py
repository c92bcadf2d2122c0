"""What the archive may do, and where a testimony stands, in words that need no explaining."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.consent.grants import Terms
from oralhistory.consent.models import Agreement, Audience, Use
from oralhistory.editions.manifest import Manifest
from oralhistory.interviews.models import State

# Said after "Everybody may:", "Nobody may:".
_USES: dict[str, str | Promise] = {
    Use.TEXT: _("read the text"),
    Use.AUDIO: _("hear the recording, in your own voice"),
    Use.STILL: _("see the photographs"),
    Use.VIDEO: _("see you in the video, where it was filmed"),
    Use.SUMMARY: _("read the summary"),
    Use.SEARCH_IN_TEXT: _("find it by the words that are said in it"),
    Use.QUOTE: _("quote from it"),
    Use.DOWNLOAD: _("download it"),
    Use.EMBED: _("show it within other pages"),
    Use.HARVEST: _("list it in other catalogs"),
    Use.SEARCH_ENGINES: _("find it with a search engine"),
    Use.TEACHING: _("use it in teaching"),
    Use.EXHIBITION: _("show it in an exhibition"),
    Use.RESEARCH_COMPUTING: _("study it with computers"),
    Use.AI_TRAINING: _("train artificial intelligence with it"),
    Use.PRESERVE: _("keep the recording safe"),
    Use.TRANSCRIBE_LOCAL: _("have a machine of the archive write down what is said"),
    Use.TRANSCRIBE_REMOTE: _("send it to a machine elsewhere to be written down"),
    Use.RECONTACT: _("get in touch with you again"),
}

_AUDIENCES: dict[str, str | Promise] = {
    Audience.PUBLIC: _("Everybody may:"),
    Audience.RESEARCHER_AGREEMENT: _("Only researchers who have signed an agreement may:"),
    Audience.READING_ROOM: _("Only visitors in the archive’s own rooms may:"),
    Audience.ARCHIVE_TEAM: _("Only the archive’s team may:"),
    Audience.NOBODY: _("Nobody may:"),
}

_PAPERS: dict[str, str | Promise] = {
    Agreement.Kind.PARTICIPATION: _("The paper signed before the recording"),
    Agreement.Kind.RECORDING: _("The paper signed after hearing or reading the result"),
    Agreement.Kind.HEIRS: _("The paper signed by the heirs"),
    Agreement.Kind.ARCHIVE_RULE: _("The archive’s own rule, since there is no paper"),
}

_STANDING: dict[State, str | Promise] = {
    State.DRAFT: _("Nobody outside the archive can see it."),
    State.UPLOADED: _("Nobody outside the archive can see it."),
    State.TRANSCRIBED: _("Nobody outside the archive can see it."),
    State.IN_REVIEW: _("It is being checked. Nobody outside the archive can see it."),
    State.APPROVED: _("It has been checked and is not public yet."),
    State.EMBARGOED: _("It has been checked and stays closed for a time."),
    State.PUBLISHED: _("It is public."),
    State.REVISING: _("It is public. A corrected edition is being made."),
    State.WITHDRAWN: _("It is withdrawn. Nobody outside the archive can see it."),
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """Who may, and what they may do."""

    who: str | Promise
    what: list[str | Promise]


def allowances(terms: Terms) -> list[Allowance]:
    """Every use, from what everybody may do to what nobody may: silence is a no, and is said."""
    by_audience: dict[str, list[str | Promise]] = {audience: [] for audience in _AUDIENCES}
    for use, words in _USES.items():
        by_audience[terms.audiences.get(use, Audience.NOBODY)].append(words)
    return [Allowance(_AUDIENCES[audience], uses) for audience, uses in by_audience.items() if uses]


def shown(built: Manifest) -> list[str | Promise]:
    """What there will be to read, hear and see."""
    parts: list[tuple[str | Promise, Any]] = [
        (_("text"), built.segments),
        (_("sound"), built.sound),
        (_("video"), built.record.get("video")),
        (_("photographs"), built.record["photographs"]),
    ]
    return [word for word, there in parts if there]


def paper(agreement: Agreement) -> str | Promise:
    return _PAPERS[agreement.kind]


def standing(state: State) -> str | Promise:
    return _STANDING[state]
