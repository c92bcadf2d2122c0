"""Learn from decisions how sure the matcher may be. Prints a report; writes nothing unless told to adopt."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oralhistory.accounts.models import User
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.mentions import refitting, scorers
from oralhistory.mentions.refitting import LEAST_DECISIONS, Fit, NotBetter, TooFewDecisions


class Command(BaseCommand):
    help = (
        "Fit how sure the matcher is to what moderators decided, and measure it on interviews set aside. "
        "Nothing changes without --adopt."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--adopt", action="store_true", help="score suggestions so from now on")
        parser.add_argument("--by", default="", metavar="EMAIL", help="whose decision the adoption is")

    def handle(self, *args: Any, **options: Any) -> None:
        by = _agent(options["by"])
        in_force = scorers.in_force()
        try:
            fit = refitting.fit(refitting.decided(), in_force=in_force)
        except TooFewDecisions as refusal:
            raise CommandError(f"{refusal}: {LEAST_DECISIONS} decisions are needed.") from refusal
        self._report(fit, scorers.version_of(in_force))
        if not options["adopt"]:
            self.stdout.write("Nothing was changed. --adopt takes it into force.")
            return
        try:
            scorer = refitting.adopt(fit, by=by, at=timezone.now())
        except NotBetter as refusal:
            raise CommandError("It is no better than what is in force, and was not adopted.") from refusal
        self.stdout.write(f"Adopted as scorer {scorer.version}: texts that are matched from now on have it.")

    def _report(self, fit: Fit, version: str) -> None:
        report = fit.report
        self.stdout.write(
            f"{report.decisions} decisions, fitted on {report.fitted_on}, measured on {report.measured_on} of other "
            f"interviews; in force: {version}"
        )
        self.stdout.write(f"{'':28}{'before':>16}{'after':>16}")
        for label, before, after in (
            ("calibration error", report.before.error, report.after.error),
            ("Brier", report.before.brier, report.after.brier),
        ):
            self.stdout.write(f"{label:28}{before:>16.4f}{after:>16.4f}")
        for band, (count, share) in report.before.bands.items():
            later, after_share = report.after.bands[band]
            label = f"right, {band}"
            self.stdout.write(f"{label:28}{share:>8.3f} of {count:<4}{after_share:>8.3f} of {later:<4}")
        calibration = fit.calibration
        self.stdout.write(f"slope {calibration.slope:+.3f}, offset {calibration.offset:+.3f}")
        for kind, shift in calibration.shifts.items():
            self.stdout.write(f"  {kind:20}{shift:+.3f}")


def _agent(email: str) -> Agent:
    if not email:
        return MACHINE
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise CommandError(f"There is no account {email}.")
    return user.agent
