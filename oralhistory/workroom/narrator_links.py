"""A narrator's private links, as the page of the interview's agreements lists them and asks for new ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from oralhistory.consent import links
from oralhistory.consent.models import NarratorLink
from oralhistory.interviews.models import Interview, Participation
from oralhistory.people.models import Person
from oralhistory.provenance.models import Event
from oralhistory.web.middleware import StaffRequest


class LinkForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("For"), queryset=Person.objects.none(), to_field_name="code", empty_label=None
    )
    days = forms.IntegerField(
        label=_("Opens for so many days"), min_value=1, max_value=365, initial=links.VALID_DAYS
    )
    reason = forms.CharField(
        label=_("What for, without names"),
        max_length=200,
        help_text=_("For instance: to hear the edition before it is published."),
    )

    def __init__(self, *args: Any, interview: Interview, **kwargs: Any) -> None:
        # A page has this form and that of a paper.
        kwargs["auto_id"] = "link_%s"
        super().__init__(*args, **kwargs)
        narrates = {"participations__role": Participation.Role.NARRATOR}
        field = cast(Any, self.fields["person"])
        field.queryset = Person.objects.filter(participations__interview=interview, **narrates).distinct()
        field.label_from_instance = lambda person: person.shown_name or person.code


@dataclass(frozen=True, slots=True)
class Listed:
    """`what_for` and `opened_at` stand in the events: a link itself says nothing of what was done with it."""

    link: NarratorLink
    what_for: str
    opened_at: datetime | None
    state: str  # open, revoked, expired, locked


def of(interview: Interview, *, at: datetime) -> list[Listed]:
    """Every link of an interview, the newest first."""
    happened = list(Event.objects.filter(subject=interview.code, kind__startswith="narrator link"))
    found = NarratorLink.objects.filter(interview=interview).select_related("person", "made_by")
    return [_listed(link, happened, at=at) for link in found.order_by("-made_at", "-pk")]


def _listed(link: NarratorLink, happened: list[Event], *, at: datetime) -> Listed:
    made = [each for each in happened if each.kind == "narrator link made" and each.at == link.made_at]
    opened = [
        each.at
        for each in happened
        if each.kind == "narrator link opened"
        and each.agent == str(links.agent_of(link))
        and link.made_at <= each.at <= (link.revoked_at or link.expires_at)
    ]
    what_for = next((each.reason for each in made if each.outcome == link.person.code), "")
    return Listed(link, what_for, max(opened, default=None), _state(link, at))


def _state(link: NarratorLink, at: datetime) -> str:
    if link.revoked_at is not None:
        return "revoked"
    if link.expires_at <= at:
        return "expired"
    return "locked" if link.wrong_tries >= links.MAX_WRONG_TRIES else "open"


def address(request: StaffRequest, interview: Interview, token: str) -> str:
    """What is sent to the narrator: in the language of the interview, where the pages speak it."""
    spoken = next(iter(interview.languages), "")
    known = spoken if spoken in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(known):
        return request.build_absolute_uri(reverse("narrator_room:door", args=[token]))
