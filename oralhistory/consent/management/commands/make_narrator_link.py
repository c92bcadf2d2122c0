"""`manage.py make_narrator_link INTERVIEW_ID`: a private link for a narrator, and the secret to be told in person."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone, translation

from oralhistory.accounts.models import User
from oralhistory.consent import access, links
from oralhistory.interviews.models import Interview, Participation
from oralhistory.people.models import Person


class Command(BaseCommand):
    help = "Make a private link for a narrator of an interview. The link and its secret are printed once and not kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("interview", metavar="INTERVIEW_ID")
        parser.add_argument(
            "--person", default="", metavar="CODE", help="which narrator, where there are several"
        )
        parser.add_argument(
            "--by", default="", metavar="EMAIL", help="who makes it; else the one who made the interview"
        )
        parser.add_argument(
            "--days", type=int, default=links.VALID_DAYS, help="how long it opens (default: %(default)s)"
        )
        parser.add_argument(
            "--reason", default="", help="kept in the events; where the access table asks for one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        interview = (
            Interview.objects.select_related("created_by").filter(public_id=options["interview"]).first()
        )
        if interview is None:
            raise CommandError("There is no interview of this id.")
        maker = _maker(interview, options["by"])
        if not access.decide(maker, "consent", interview, at=at).allowed:
            raise CommandError("This account may not do that now: name an archivist with --by.")
        token, secret = links.make(
            interview, _narrator(interview, options["person"]), by=maker, at=at, valid_days=options["days"], reason=options["reason"]
        )  # fmt: skip
        with translation.override(settings.LANGUAGE_CODE):
            address = reverse("narrator_room:door", args=[token])
        self.stderr.write("Send the link; tell the secret in person. Neither can be shown again.")
        self.stdout.write(f"{settings.SITE_URL}{address}\n{secret}")


def _maker(interview: Interview, email: str) -> User:
    if not email:
        return interview.created_by
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise CommandError("There is no account of this address.")
    return user


def _narrator(interview: Interview, code: str) -> Person:
    speaking = Person.objects.filter(
        participations__interview=interview, participations__role=Participation.Role.NARRATOR
    )
    found = list(speaking.filter(code=code) if code else speaking)
    if not found:
        raise CommandError("The interview has no such narrator.")
    if len(found) > 1:
        codes = ", ".join(person.code for person in found)
        raise CommandError(f"The interview has several narrators; choose one with --person: {codes}.")
    return found[0]
