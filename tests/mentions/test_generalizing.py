"""The matcher on interviews that it was not made on, and on texts without organizations."""

import pytest

from oralhistory.mentions import evaluation
from oralhistory.mentions.bands import PROPOSED
from oralhistory.mentions.evaluation import Gold
from oralhistory.mentions.matching import Matcher
from tests.mentions.conftest import DATA, OWN, authorities
from tests.mentions.made_interviews import made

QUIET = sorted((DATA / "quiet").glob("*.txt"))
# Made by chance, a part of them cannot be known: namesakes that nothing tells apart.
LEAST = {"clean": (0.94, 0.94), "mild": (0.93, 0.93), "heavy": (0.90, 0.90)}


@pytest.mark.parametrize("level", LEAST)
def test_made_interviews_of_other_organizations_are_understood(level):
    listed, golds = made(authorities(OWN), level, interviews=40, seed=7)
    find = evaluation.by_matcher(Matcher(listed))

    pairs = [(gold, find(gold)) for gold in golds]

    tally = evaluation.total([evaluation.strict(gold, found, short_forms=True) for gold, found in pairs])
    details = evaluation.details(pairs, frozenset())
    assert (tally.f1, tally.precision) >= LEAST[level]
    assert tally.precision >= LEAST[level][1]
    assert details.unlisted.precision >= 0.7
    assert details.calibration_error <= 0.05


def test_the_same_seed_makes_the_same_interviews():
    assert made(authorities(OWN), "heavy", interviews=2, seed=5) == made(
        authorities(OWN), "heavy", interviews=2, seed=5
    )


@pytest.mark.parametrize("path", QUIET, ids=lambda path: path.stem)
def test_lives_without_organizations_have_none(matcher, path):
    lines = path.read_text(encoding="utf-8").splitlines()

    found = [each for each in matcher.find(lines, country="MX") if each.score >= PROPOSED]

    assert [(each.surface, each.organization) for each in found] == []


def test_texts_without_mentions_can_be_measured(matcher):
    golds = [Gold(path.stem, "MX", path.read_text(encoding="utf-8").splitlines(), {}) for path in QUIET]
    pairs = [(gold, evaluation.by_matcher(matcher)(gold)) for gold in golds]

    assert sum(gold.words for gold in golds) > 3000
    assert evaluation.details(pairs, frozenset()).wrong_per_10000 <= 1
