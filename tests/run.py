"""`make test`: one pytest run in two processes at a time, one on SQLite, one on PostgreSQL.

    python -m tests.run [what pytest takes]

The SQLite process runs everything, the other what touches a database (`tests/conftest.py` chooses). Both report to the same
summary, each failure under the name of its database.
"""

import os
import subprocess
import sys

from tests.servers import postgres

# Two processes that decode speech with two threads each spend their time waiting for each other.
ONE_THREAD_EACH = {"ASR_THREADS": "1", "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
# openai-whisper's aligner is compiled when it is first called: that takes longer than all that the tests ask of it.
UNCOMPILED = {"NUMBA_DISABLE_JIT": "1"}


def main(arguments: list[str]) -> int:
    with postgres.running() as url:
        environment = {**os.environ, **ONE_THREAD_EACH, **UNCOMPILED, "TEST_POSTGRESQL_URL": url}
        environment.pop("DATABASE_URL", None)
        # Some forty programs are started: each would compile the whole house again.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        pytest = [sys.executable, "-m", "pytest", "--durations=10", "--override-ini=faulthandler_timeout=600"]
        pytest += ["--override-ini=console_output_style=classic"]  # a percentage of two runs in one misleads
        pytest += ["--ignore=tests/judges"]  # which need programs of others: `make judges`
        processes = ["--dist=each", "--tx=popen//id=sqlite", "--tx=popen//id=postgresql"]
        return subprocess.run([*pytest, *processes, *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
