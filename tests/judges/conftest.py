"""Where the judges are. One that is not here is said, and its tests are skipped."""

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import browser, new_context

__all__ = ["browser", "new_context"]  # fixtures

FOLDER = Path(__file__).parent
DATA = FOLDER / "data"
PACKAGES = FOLDER / "node_modules"


@pytest.fixture
def program() -> Callable[[str, str], str]:
    """Where a program is; its Debian package is named to who has not got it."""

    def find(name: str, package: str) -> str:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"there is no {name} here (on Debian: apt install {package})")
        return found

    return find


@pytest.fixture
def packages() -> Path:
    """The judges that come from npm."""
    if not PACKAGES.exists():
        pytest.skip("the judges from npm are not here (make judges installs them)")
    return PACKAGES


@pytest.fixture(scope="session")
def tei_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tei") / "tei_all.rng"
    path.write_bytes(gzip.decompress((DATA / "tei_all.rng.gz").read_bytes()))
    return path


@pytest.fixture(scope="session")
def iiif_schema() -> Path:
    """Its authors state no license, so that it cannot lie here."""
    path = Path(os.environ.get("IIIF_SCHEMA") or DATA / "iiif_3_0.json")
    if not path.is_file():
        pytest.skip(
            "IIIF_SCHEMA names no file (schema/iiif_3_0.json of github.com/IIIF/presentation-validator)"
        )
    return path
