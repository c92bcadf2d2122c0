"""What `uploads.py` lets do in processes of their own, on the archive that the environment names.

python -m tests.benchmarks.upload_process prepare    an interview; prints its address for files, and a session
python -m tests.benchmarks.upload_process take CODE  takes a file in; prints SHA-256, seconds, bytes of memory
"""

import sys
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from oralhistory.intake import arrivals  # noqa: E402
from oralhistory.intake.models import Arrival  # noqa: E402
from tests import world as worlds  # noqa: E402
from tests.benchmarks.kernel import most_memory  # noqa: E402


def prepare() -> None:
    call_command("migrate", verbosity=0)
    world = worlds.build()
    client = Client()
    client.force_login(world.interviewer)
    address = reverse("workroom:arrivals", args=[worlds.draft(world).public_id])
    sys.stdout.write(" ".join(map(str, (address, client.cookies["sessionid"].value))))


def take(code: str) -> None:
    arrival = Arrival.objects.select_related("interview", "sent_by").get(code=code)
    began = time.perf_counter()
    kept = arrivals.take_in(arrival, at=timezone.now())
    seconds = time.perf_counter() - began
    sys.stdout.write(" ".join(map(str, (kept.master.sha256, seconds, most_memory()))))


if __name__ == "__main__":
    prepare() if sys.argv[1] == "prepare" else take(sys.argv[2])
