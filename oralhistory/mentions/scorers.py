"""Which calibration is in force: the one that was adopted last, or the one set by hand."""

from oralhistory.mentions.calibration import BY_HAND, Calibration
from oralhistory.mentions.matching import MATCHER_VERSION
from oralhistory.mentions.models import Scorer


def in_force() -> Calibration:
    """The calibration that suggestions are scored by now."""
    scorer = Scorer.objects.order_by("-version").first()
    if scorer is None:
        return BY_HAND
    return Calibration(**scorer.parameters, version=scorer.version)


def version_of(calibration: Calibration) -> str:
    """What a suggestion keeps of who scored it: "2", or "2+s3" with a scorer that was learned."""
    return MATCHER_VERSION if calibration.version is None else f"{MATCHER_VERSION}+s{calibration.version}"
