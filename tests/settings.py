"""The program's settings, in folders of the tests' own.

Set in the environment, as anybody would, before the program's settings read it: no test may reach
what lies in `var/`. Processes that tests start read `oralhistory.settings` itself.
"""

import os
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = tempfile.mkdtemp(prefix="archive-test-")  # conftest removes it

# Whisper's weights take a while to put together: kept from run to run.
os.environ.setdefault("MODEL_CACHE", str(PROJECT / "var" / "models"))
for name in (
    "PRODUCTION",
    "DEBUG",
    "MASTERS_STORAGE",
    "ACCESS_STORAGE",
    "MASTERS_REPLICA",
    "BROKER_URL",
    "ACCEL_REDIRECT",
    "SITE_URL",
):
    os.environ.pop(name, None)
os.environ["DATA_DIR"] = FOLDER
os.environ["PROGRAM_REQUESTS_PER_MINUTE"] = "1000000"  # all tests come from one place
# The processes of `tests.run` are named for their databases.
if os.environ.get("PYTEST_XDIST_WORKER") == "postgresql":
    os.environ["DATABASE_URL"] = os.environ["TEST_POSTGRESQL_URL"]

from oralhistory.settings import *  # noqa: E402, F403
from oralhistory.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, where Django would take memory: workers and web servers that tests start share it.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(FOLDER) / "test.sqlite3")}
# The slow ones are slow on purpose; a test makes many users.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Every client of a test would look through all static files before its first request: 30 ms each, some thousand times.
WHITENOISE_AUTOREFRESH = True
