"""What is answered to a request: always a whole document of OAI-PMH."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.conf import settings
from django.db.models import Min, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from oralhistory.interchange import labels
from oralhistory.interchange.models import Harvested
from oralhistory.interchange.oai import contents, journal, records, requests
from oralhistory.interchange.oai.contents import Content
from oralhistory.interchange.oai.journal import Clock, Found
from oralhistory.interchange.oai.requests import Error, Harvest
from oralhistory.interchange.xml_texts import add, written

Kind = Harvested.Kind
NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
PER_PAGE = 100
# Which kinds are in a set; a collection is a set within that of the testimonies.
SETS: dict[str, Kind] = {"testimonies": Kind.TESTIMONY, "organizations": Kind.ORGANIZATION}
_IDENTIFIER = re.compile(r"oai:[^:]+:(testimony|organization)-([a-z0-9]{12})")


def answer(given: QueryDict, *, clock: Clock = timezone.now) -> bytes:
    """To a request that comes now."""
    at = clock()
    attributes: dict[str, str] = {}
    try:
        verb, arguments = requests.read(given)
        attributes = requests.shown(verb, arguments)
        said = [_SAY[verb](arguments, clock)]
    except Error as error:
        if error.code in ("badVerb", "badArgument"):
            attributes = {}
        said = [Element("error", {"code": error.code})]
        said[0].text = error.why
    root = Element(
        "OAI-PMH",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": records.XSI,
            "xsi:schemaLocation": f"{NAMESPACE} {NAMESPACE}OAI-PMH.xsd",
        },
    )
    add(root, "responseDate", _instant(at))
    add(root, "request", address(), attributes)
    root.extend(said)
    return written(root)


def address() -> str:
    return f"{settings.SITE_URL}/oai"


def _identify(arguments: Mapping[str, str], clock: Clock) -> Element:
    """`persistent`: what was given out once is remembered for ever, and nothing that was not."""
    first = Harvested.objects.aggregate(first=Min("changed_at"))["first"]
    said = Element("Identify")
    add(said, "repositoryName", labels.ARCHIVE)
    add(said, "baseURL", address())
    add(said, "protocolVersion", "2.0")
    add(said, "adminEmail", _address_of_the_archive())
    add(said, "earliestDatestamp", _instant(first or clock()))
    add(said, "deletedRecord", "persistent")
    add(said, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    return said


def _address_of_the_archive() -> str:
    """The schema wants a dot in it, which the demo's `localhost` has not."""
    _name, found = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return found if "." in found.partition("@")[2] else f"{found or 'archive@localhost'}.invalid"


def _formats(arguments: Mapping[str, str], clock: Clock) -> Element:
    row = _find(arguments["identifier"], clock) if "identifier" in arguments else None
    said = Element("ListMetadataFormats")
    for each in records.FORMATS.values():
        if row is None or row.kind in each.kinds:
            form = add(said, "metadataFormat")
            add(form, "metadataPrefix", each.prefix)
            add(form, "schema", each.schema)
            add(form, "metadataNamespace", each.namespace)
    return said


def _sets(arguments: Mapping[str, str], clock: Clock) -> Element:
    if "resumptionToken" in arguments:
        raise Error("badResumptionToken", "The sets are given at once, so there is none.")
    said = Element("ListSets")
    names = {"testimonies": "Testimonies", "organizations": "Organizations"}
    names |= {f"testimonies:{code}": title for code, title in contents.collections().items()}
    for spec, name in names.items():
        each = add(said, "set")
        add(each, "setSpec", spec)
        add(each, "setName", name)
    return said


def _record(arguments: Mapping[str, str], clock: Clock) -> Element:
    form = _format(arguments["metadataPrefix"])
    row = _find(arguments["identifier"], clock)
    if row.kind not in form.kinds:
        raise Error("cannotDisseminateFormat", f"This record has no {form.prefix}.")
    content = journal.look_again([row], clock=clock).get((row.kind, row.key))
    said = Element("GetRecord")
    _add_record(said, row, content, form)
    return said


def _list(arguments: Mapping[str, str], clock: Clock, verb: str) -> Element:
    asked = requests.harvest(verb, arguments)
    form = _format(asked.prefix)
    kinds = [kind for kind in form.kinds if kind in _kinds_of(asked.set)]
    if asked.after:
        journal.notice_new(kinds, clock=clock)
    else:
        journal.notice(kinds, clock=clock)
    rows, found, more = _page(asked, kinds, clock)
    if not rows:
        raise Error("noRecordsMatch", "There is nothing of this kind in this time.")
    said = Element(verb)
    for row in rows:
        if verb == "ListRecords":
            _add_record(said, row, found.get((row.kind, row.key)), form, asked.set)
        else:
            _add_header(said, row, found.get((row.kind, row.key)), asked.set)
    if more or asked.after:
        token = asked.token(after=rows[-1].pk, given=asked.given + len(rows)) if more else ""
        add(said, "resumptionToken", token, {"cursor": str(asked.given)})
    return said


def _page(asked: Harvest, kinds: Sequence[str], clock: Clock) -> tuple[list[Harvested], Found, bool]:
    """The next records, what may be given of them, and whether more follow.

    A list goes by the order in which records were first given out, which nothing changes: what changes meanwhile keeps
    its place, what is added comes at the end. Each row is compared once more before it is given; one that changed just
    now, behind `until`, is not of this list any more but of the next.
    """
    _since, until = asked.period
    after, found, kept = asked.after, Found(), list[Harvested]()
    while True:
        rows = list(_rows(asked, kinds).filter(pk__gt=after).order_by("pk")[: PER_PAGE + 1])
        page = rows[: PER_PAGE - len(kept)]
        found |= journal.look_again(page, clock=clock)
        kept += [row for row in page if until is None or row.changed_at <= until]
        more = len(rows) > len(page)
        if not more or len(kept) >= PER_PAGE:
            return kept, found, more
        after = page[-1].pk


def _rows(asked: Harvest, kinds: Sequence[str]) -> "QuerySet[Harvested]":
    since, until = asked.period
    rows = Harvested.objects.filter(kind__in=kinds)
    if since:
        rows = rows.filter(changed_at__gte=since)
    if until:
        rows = rows.filter(changed_at__lte=until)
    _kind, _colon, collection = asked.set.partition(":")
    # What is gone is told to whoever collects any collection: which it was in, nobody needs to learn who does not know.
    return rows.filter(Q(collection=collection) | Q(digest="")) if collection else rows


def _kinds_of(spec: str) -> list[str]:
    """Raises Error where there is no such set."""
    if not spec:
        return list(Kind)
    top, _colon, collection = spec.partition(":")
    if top not in SETS or (collection and (top != "testimonies" or ":" in collection)):
        raise Error("noRecordsMatch", "There is no such set.")
    return [SETS[top]]


def _format(prefix: str) -> records.Format:
    if prefix not in records.FORMATS:
        raise Error("cannotDisseminateFormat", f"There is no format {prefix}.")
    return records.FORMATS[prefix]


def _find(identifier: str, clock: Clock) -> Harvested:
    """Raises Error. What was never given out is noticed now."""
    known = _IDENTIFIER.fullmatch(identifier)
    if known is not None and identifier == f"oai:{_domain()}:{known[1]}-{known[2]}":
        kind, code = known.groups()
        row = Harvested.objects.filter(kind=kind, code=code).first()
        if row is None:
            journal.notice_new([kind], clock=clock)
            row = Harvested.objects.filter(kind=kind, code=code).first()
        if row is not None:
            return row
    raise Error("idDoesNotExist", "There is no such record.")


def _add_record(
    parent: Element, row: Harvested, content: Content | None, form: records.Format, asked_for: str = ""
) -> None:
    record = add(parent, "record")
    _add_header(record, row, content, asked_for)
    if content is not None:
        add(record, "metadata").append(form.write(content, row.changed_at))


def _add_header(parent: Element, row: Harvested, content: Content | None, asked_for: str) -> None:
    """Of what is gone: that it is gone, and since when."""
    header = add(parent, "header", attributes={} if content is not None else {"status": "deleted"})
    add(header, "identifier", f"oai:{_domain()}:{row.kind}-{row.code}")
    add(header, "datestamp", _instant(row.changed_at))
    top = next(spec for spec, kind in SETS.items() if kind == row.kind)
    add(header, "setSpec", top)
    collection = f"{top}:{content.mark.collection}" if content and content.mark.collection else ""
    if content is None and ":" in asked_for:
        collection = asked_for
    if collection:
        add(header, "setSpec", collection)


def _domain() -> str:
    """As in identifiers: what this archive is called in the net."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_SAY: dict[str, Callable[[Mapping[str, str], Clock], Element]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _record,
    "ListIdentifiers": lambda arguments, clock: _list(arguments, clock, "ListIdentifiers"),
    "ListRecords": lambda arguments, clock: _list(arguments, clock, "ListRecords"),
}
