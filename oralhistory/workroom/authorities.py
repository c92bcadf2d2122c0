"""The list of authority records, and a record's page: what everybody here may read, and what only archivists may."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role
from oralhistory.consent import lists
from oralhistory.editions import indexing
from oralhistory.interviews.models import Interview
from oralhistory.mentions.models import Mention
from oralhistory.organizations import descriptions, duplicates, formats, labels, learned, listing, opening
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.models import Merge, Name, Organization, Revision
from oralhistory.web import vocabularies
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import showing
from oralhistory.workroom.doors import for_roles

READERS = (Role.INTERVIEWER, Role.MODERATOR, Role.ARCHIVIST)
OFFERED = ("q", "publication", "standing", "kind", "country")


@for_roles(*READERS)
@require_GET
def register(request: StaffRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip()[:80] for name in OFFERED}
    may = _may_change(request)
    hidden = set() if may else _not_seen_by(request)
    page = showing.page_of(listing.find(**asked, hidden_from=hidden), request.GET.get("page", ""))
    countries, kinds = listing.choices()
    context = {
        "page": page,
        "records": listing.load(list(page.object_list), hidden),
        "asked": asked,
        "may_change": may,
        "countries": sorted(countries, key=lambda code: str(vocabularies.country(code))),
        "kinds": sorted(kinds, key=lambda code: str(vocabularies.organization_kind(code))),
        "standings": listing.STANDINGS,
        "formats": [(code, formats.FORMATS[code].label) for code in formats.writable()],
    }
    return render(request, "workroom/organizations.html", context)


@for_roles(Role.ARCHIVIST)
@require_POST
def publication(request: StaffRequest) -> HttpResponse:
    organization = get_object_or_404(
        Organization.objects.current(), slug=request.POST.get("organization", "")
    )
    wanted = request.POST.get("publication", "")
    if wanted in Organization.Publication.values:
        with transaction.atomic():  # no search finds a testimony by a record that was just closed
            opening.set_publication(organization, wanted, by=request.agent, at=timezone.now())
            indexing.refresh([organization.slug])
    if request.headers.get("HX-Request"):
        (each,) = listing.load([listing.Found(organization.pk, "")])
        return render(
            request, "workroom/components/organization_row.html", {"each": each, "may_change": True}
        )
    if request.POST.get("back") == "record":
        return redirect("workroom:organization", organization.slug)
    return redirect("workroom:organizations")


@for_roles(*READERS)
@require_GET
def record(request: StaffRequest, slug: str) -> HttpResponse:
    organization = get_object_or_404(Organization.objects.select_related("merged_into"), slug=slug)
    may = _may_change(request)
    if not may and organization.learned_from in _not_seen_by(request) and organization.withheld:
        return render(request, "404.html", status=404)
    (description,) = descriptions.describe([organization])
    seen = description if may else _as_seen(description, _not_seen_by(request))
    revisions = Revision.objects.filter(organization=organization).order_by("number")
    agents = [each.agent for each in revisions]
    context = {
        "organization": organization,
        "record": seen,
        "may_change": may,
        "others": labels.labels(tie.other for tie in seen.ties),
        "homonyms": labels.labels(duplicates.homonyms(organization)),
        "spoken": _spoken_of(request, organization),
        "revisions": revisions,
        "names": showing.agent_names(agents),
        "merged": Merge.objects.filter(target=organization, undone_at=None).select_related("source"),
        "merge": Merge.objects.filter(source=organization, undone_at=None).first(),
        "interviews": _interviews_it_was_learned_from(request, organization, seen),
    }
    return render(request, "workroom/organization.html", context)


@dataclass(frozen=True, slots=True)
class Spoken:
    """How often one interview speaks of a record."""

    interview: Interview
    accepted: int
    undecided: int


def _spoken_of(request: StaffRequest, organization: Organization) -> list[Spoken]:
    """By interview: those that this person may know of, the most spoken in first."""
    rows = (
        Mention.objects.filter(organization=organization)
        .seen()
        .order_by()
        .values_list("transcript__recording__session__interview", "state")
        .annotate(number=Count("pk"))
    )
    counts: dict[int, dict[str, int]] = {}
    for interview, state, number in rows:
        counts.setdefault(interview, {})[state] = number
    seen = lists.visible_to(request.user).filter(pk__in=counts).distinct()
    found = [
        Spoken(each, counts[each.pk].get(Mention.State.ACCEPTED, 0), counts[each.pk].get(Mention.State.SUGGESTED, 0))
        for each in seen
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.accepted, -each.undecided, each.interview.title))


def _may_change(request: StaffRequest) -> bool:
    return Role.ARCHIVIST in roles.held_by(request.user)


def _not_seen_by(request: StaffRequest) -> set[str]:
    """Interviews that something was learned from and that this person may not know of. Five queries."""
    codes = learned.interviews()
    return codes - set(_visible(request, codes).values_list("public_id", flat=True))


def _visible(request: StaffRequest, codes: Iterable[str]) -> QuerySet[Interview]:
    return lists.visible_to(request.user).filter(public_id__in=set(codes))


def _as_seen(description: Description, not_seen: set[str]) -> Description:
    """Without the archive's note, and without what was learned from an interview that is hidden from this person."""

    def open_to_them(rows: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(
            each
            for each in rows
            if each.learned_from not in not_seen
            or not (each.withheld or getattr(each, "kind", "") == Name.Kind.HEARD_AS)
        )

    return replace(
        description,
        names=open_to_them(description.names),
        ties=open_to_them(description.ties),
        sources=open_to_them(description.sources),
        note="",
    )


def _interviews_it_was_learned_from(
    request: StaffRequest, organization: Organization, seen: Description
) -> dict[str, Interview]:
    parts: tuple[Iterable[Any], ...] = (seen.names, seen.ties, seen.sources)
    codes = {organization.learned_from, *(each.learned_from for part in parts for each in part)} - {""}
    return {each.public_id: each for each in _visible(request, codes)}
