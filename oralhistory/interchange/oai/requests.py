"""A request of OAI-PMH, read to the letter: everything that the protocol calls an error is one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.http import QueryDict

# By verb: arguments that must be there, and those that may be.
VERBS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
}
LISTS = ("ListIdentifiers", "ListRecords")
# As OAI-PMH.xsd has them: what does not look so could not stand in the answer.
_PREFIX = re.compile(r"[A-Za-z0-9\-_.!~*'()]+")
_SET = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_DAY, _SECOND = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_SALT = "oai"


class Error(Exception):
    """What the protocol calls an error, by its code."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a list is narrowed to, and how far it was given: all that a resumption token says."""

    verb: str
    prefix: str
    since: str = ""
    until: str = ""
    set: str = ""
    after: int = 0  # the primary key of the last record that was given
    given: int = 0  # how many were

    def token(self, *, after: int, given: int) -> str:
        """Signed, so that what comes back is what went out."""
        whole = replace(self, after=after, given=given)
        return signing.dumps(
            [whole.verb, whole.prefix, whole.since, whole.until, whole.set, whole.after, whole.given],
            salt=_SALT,
        )

    @property
    def period(self) -> tuple[datetime | None, datetime | None]:
        """From and until, both inclusive."""
        return (
            _instant(self.since) if self.since else None,
            _instant(self.until, end=True) if self.until else None,
        )


def read(given: QueryDict) -> tuple[str, dict[str, str]]:
    """Verb and arguments. Raises Error."""
    verbs = given.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise Error("badVerb", "There must be one verb, of the six of OAI-PMH 2.0.")
    verb = verbs[0]
    arguments = {name: given.getlist(name) for name in given if name != "verb"}
    if repeated := [name for name, values in arguments.items() if len(values) > 1]:
        raise Error("badArgument", f"Given more than once: {', '.join(sorted(repeated))}.")
    found = {name: values[0] for name, values in arguments.items()}
    required, optional = VERBS[verb]
    if "resumptionToken" in found and verb in (*LISTS, "ListSets"):
        if len(found) > 1:
            raise Error("badArgument", "A resumptionToken stands alone.")
        return verb, found
    if unknown := found.keys() - required - optional:
        raise Error("badArgument", f"{verb} does not take {', '.join(sorted(unknown))}.")
    if missing := required - found.keys():
        raise Error("badArgument", f"{verb} needs {', '.join(sorted(missing))}.")
    _require_forms(found)
    return verb, found


def _require_forms(arguments: Mapping[str, str]) -> None:
    forms = {"metadataPrefix": _PREFIX, "set": _SET}
    for name, form in forms.items():
        if name in arguments and not form.fullmatch(arguments[name]):
            raise Error("badArgument", f"{name} has not the form that it must have.")
    days = [arguments[name] for name in ("from", "until") if name in arguments]
    if len({len(each) for each in days}) > 1:
        raise Error("badArgument", "from and until must be of one granularity.")
    instants = [_instant(each) for each in days]
    if len(instants) == 2 and instants[0] > instants[1]:
        raise Error("badArgument", "from lies behind until.")


def _instant(text: str, *, end: bool = False) -> datetime:
    """Raises Error."""
    form = "%Y-%m-%d" if _DAY.fullmatch(text) else "%Y-%m-%dT%H:%M:%SZ" if _SECOND.fullmatch(text) else ""
    try:
        if not form or not text.isascii():
            raise ValueError(text)
        at = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError as error:
        raise Error("badArgument", "Days are 2026-03-12 or 2026-03-12T18:00:00Z.") from error
    whole_day = end and len(text) == 10
    return at + timedelta(days=1) - timedelta(seconds=1) if whole_day and at.year < 9999 else at


def harvest(verb: str, arguments: Mapping[str, str]) -> Harvest:
    """A new list, or one that goes on. Raises Error."""
    if "resumptionToken" in arguments:
        return _resumed(verb, arguments["resumptionToken"])
    return Harvest(
        verb,
        arguments["metadataPrefix"],
        arguments.get("from", ""),
        arguments.get("until", ""),
        arguments.get("set", ""),
    )


def _resumed(verb: str, token: str) -> Harvest:
    try:
        found = Harvest(*signing.loads(token, salt=_SALT))
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise Error("badResumptionToken", "It is none of ours, or of another time.") from error
    if found.verb != verb:
        raise Error("badResumptionToken", f"It belongs to {found.verb}.")
    return found


def shown(verb: str, arguments: Mapping[str, str]) -> dict[str, str]:
    """The attributes of the `request` element: those that its schema allows."""
    said = {"verb": verb, **arguments}
    if "identifier" in said and not _URI.fullmatch(said["identifier"]):
        del said["identifier"]
    return said
