"""`manage.py reset_second_factor EMAIL`: for whom nobody can let in on the page of their account."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oralhistory.accounts import second_factor
from oralhistory.accounts.models import User
from oralhistory.lib.agents import MACHINE


class Command(BaseCommand):
    help = "Take somebody's second factor away, who lost it, where no archivist or sysadmin is left to do it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError("There is no account of this address.")
        try:
            second_factor.reset(user, by=MACHINE, at=timezone.now(), reason="by command")
        except second_factor.HasNone:
            raise CommandError("This account has no second factor.") from None
        self.stdout.write("Taken away: the next log-in asks for the password alone.")
