from pathlib import Path

import pytest

import oralhistory.organizations
from oralhistory.mentions.matching import Matcher
from oralhistory.organizations.authorities import read_csv

DATA = Path(__file__).parent / "data"
OWN = Path(oralhistory.organizations.__file__).parent / "data" / "organizations.csv"


def authorities(path: Path):
    with path.open(encoding="utf-8", newline="") as stream:
        return read_csv(stream)


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    """A matcher over the project's own list."""
    return Matcher(authorities(OWN))
