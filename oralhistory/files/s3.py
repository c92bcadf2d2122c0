"""An S3 storage that waits for so long and tries so often, and not longer."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

from boto3.exceptions import Boto3Error
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends import s3

from oralhistory.files.objects import translated


class S3Storage(s3.S3Storage):  # type: ignore[misc]  # django-storages has no types
    """django-storages' own, where botocore's defaults (a minute to connect, no end in sight) are not right.

    `tries`: of every single call, with pauses that grow at random up to 20 s, and that stop being made when too
    many calls fail (botocore's retry quota). What fails after that is StorageFails, as in `objects`.
    """

    # Each session reads the description of S3 anew: 0.2 s and some megabytes for every thread of a server. One may
    # be shared as long as no two threads make a client of it at once.
    _sessions: ClassVar[dict[tuple[str | None, str | None], Session]] = {}
    _making: ClassVar[threading.RLock] = threading.RLock()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        patience = Config(
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            retries={"mode": "standard", "total_max_attempts": self.tries},
        )
        self.client_config: Config = vars(self)["client_config"].merge(patience)

    def get_default_settings(self) -> dict[str, Any]:
        patience = {"connect_timeout": 5, "read_timeout": 60, "tries": 5}
        # What django-storages reads for whoever opens a file goes to the disk when it is large.
        return {**super().get_default_settings(), "max_memory_size": 16 << 20, **patience}

    @property
    def connection(self) -> Any:
        """This thread's."""
        with self._making:
            return super().connection

    def _create_session(self) -> Session:
        account = (self.access_key, self.secret_key)
        if account not in self._sessions:
            self._sessions[account] = super()._create_session()
        return self._sessions[account]

    def _save(self, name: str, content: Any) -> str:
        with _translating("storing"):
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        with _translating("looking"):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _translating("deleting"):
            super().delete(name)

    def listdir(self, path: str) -> Any:
        with _translating("listing"):
            return super().listdir(path)

    def get_modified_time(self, name: str) -> Any:
        with _translating("looking"):
            return super().get_modified_time(name)


@contextlib.contextmanager
def _translating(doing: str) -> Iterator[None]:
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise translated(error, doing) from error
