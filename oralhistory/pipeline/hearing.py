"""Whether a machine can hear: found out with a known clip before its workers take what is to be transcribed.

Some builds of native libraries return empty text and no error. A worker that is deaf, or has no model, would take one
message after the other from those that hear; so it takes none, says why, and tries again.
"""

import logging
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from typing import Any

from celery import bootsteps
from django.conf import settings

from oralhistory.jobs import abilities
from oralhistory.jobs.models import Ability, Job
from oralhistory.jobs.sentences import Sentence
from oralhistory.lib import logs
from oralhistory.pipeline import causes
from oralhistory.transcripts import transcribing

QUEUE = "asr"
LONGEST = 900  # seconds; a large model takes a minute to load from a slow disk
FORGOTTEN = timedelta(days=30)  # containers change their names

log = logging.getLogger(__name__)


def check(*, at: datetime) -> Sentence | None:
    """Try what the settings name, here and now, and note it. Returns why not; none if it can hear."""
    reason: Sentence | None = None
    abilities.forget(transcribing.HEARS)
    try:
        transcribing.prepare(transcribing.spec_for([]), at=at)
    except Exception as error:
        reason = causes.waits_for(error) or causes.of(error)
        abilities.note(f"{transcribing.HEARS} {settings.ASR_ENGINE} {settings.ASR_MODEL}", reason, at=at)
    _tell_those_who_wait(reason, at=at)
    return reason


def _tell_those_who_wait(reason: Sentence | None, *, at: datetime) -> None:
    """Where no machine can hear, that is why nothing moves; work that nobody takes could not say so itself."""
    Ability.objects.filter(what__startswith=transcribing.HEARS, checked_at__lt=at - FORGOTTEN).delete()
    waiting = Job.objects.filter(queue=QUEUE, state=Job.State.DUE, attempts=0)
    if reason is None:
        waiting.update(reason="")
    elif not Ability.objects.filter(what__startswith=transcribing.HEARS, reason="").exists():
        waiting.update(reason=reason)


class Ears(bootsteps.StartStopStep):
    """Part of a worker's start. It takes nothing from `asr` until another process has shown that it can hear.

    In another process, since a model that was loaded here would be copied into every child; in the background, since
    a worker may serve other queues meanwhile.
    """

    requires = ("celery.worker.components:Pool",)

    def include_if(self, parent: Any) -> bool:
        return QUEUE in parent.app.amqp.queues.consume_from and settings.ASR_ENGINE != "fake"

    def create(self, parent: Any) -> Any:
        parent.app.amqp.queues.deselect(QUEUE)
        self._over = threading.Event()
        self._trying: subprocess.Popen[str] | None = None
        return self

    def start(self, parent: Any) -> None:
        threading.Thread(target=self._until_it_hears, args=(parent,), daemon=True).start()

    def stop(self, parent: Any) -> None:
        self._over.set()
        if self._trying is not None:
            self._trying.kill()

    terminate = stop

    def _until_it_hears(self, worker: Any) -> None:
        while not self._over.is_set():
            try:
                reason = self._try()
            except Exception as error:  # a thread that dies would leave the worker deaf without a word
                reason = logs.place(error)
            if self._over.is_set():
                return
            if not reason:
                log.info("this worker can hear; it takes what is to be transcribed")
                worker.consumer.call_soon(_take, worker.consumer)
                return
            log.warning("this worker cannot hear and takes nothing to transcribe: %s", logs.Own(reason))
            self._over.wait(settings.HEARING_SECONDS)

    def _try(self) -> str:
        """Why it cannot hear, in one sentence; empty if it can."""
        command = [sys.executable, "-m", "django", "can_hear"]
        with subprocess.Popen(
            command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            self._trying = process
            try:
                said, _ = process.communicate(timeout=LONGEST)
            except subprocess.TimeoutExpired:
                process.kill()
                return f"The test took longer than {LONGEST} s."
        if process.returncode == 0:
            return ""
        return said.strip() or f"The test ended with {process.returncode} and said nothing."


def _take(consumer: Any) -> None:
    """In the worker's own thread: begin to take from the queue, and do so after every new connection."""
    queues = consumer.app.amqp.queues
    queues.select_add(queues[QUEUE])
    if consumer.task_consumer is not None:
        consumer.add_task_queue(QUEUE)
