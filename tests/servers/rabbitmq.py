"""RabbitMQ: the system's, on loopback, in a folder of its own. It can be killed, and started again with what it kept."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from kombu import Connection
from kombu.exceptions import OperationalError

from tests.servers.process import Server, folder, free_port, unprivileged

# Of Debian: the command on the path becomes the user `rabbitmq`; the script beneath it stays who it is.
BENEATH = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def program() -> str | None:
    return str(BENEATH) if BENEATH.exists() else shutil.which("rabbitmq-server")


class RabbitMQ:
    """One address behind which a broker runs, is killed, and runs again."""

    def __init__(self, here: Path, consumer_timeout_ms: int) -> None:
        self.here, port = here, free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{port}//"
        # The timeout is looked at once a minute, unless it is told otherwise.
        (here / "advanced.config").write_text(
            f"[{{rabbit, [{{consumer_timeout, {consumer_timeout_ms}}}, {{channel_tick_interval, 500}}]}}].\n"
        )
        (here / "plugins").write_text("[].\n")
        self.mapper_port = free_port()
        self.environment = {
            **os.environ,
            "HOME": str(here),  # of the cookie that Erlang's nodes know each other by
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.mapper_port),
            "RABBITMQ_NODENAME": f"test{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(here / "advanced.config"),
            "RABBITMQ_CONFIG_FILES": str(here / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(here / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(here / "kept"),
            "RABBITMQ_LOG_BASE": str(here / "logs"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(here / "pid"),
        }
        # It would start one itself that nobody ends.
        self.mapper = self._started(shutil.which("epmd") or "epmd", "-port", str(self.mapper_port))
        self.server: Server | None = None

    def start(self) -> None:
        """Return when it takes connections. Raises DidNotStart."""
        self.server = self._started(program() or "rabbitmq-server")
        self.server.wait_until(self._accepts)

    def kill(self) -> None:
        """A power cut."""
        if self.server is not None:
            self.server.kill()

    def close(self) -> None:
        self.kill()
        self.mapper.kill()

    def messages(self, queue: str) -> int:
        """How many it holds that no worker has."""
        with Connection(self.url) as connection, connection.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).message_count)

    def purge(self, queue: str) -> int:
        """How many were thrown away."""
        with Connection(self.url) as connection, connection.channel() as channel:
            return int(channel.queue_purge(queue))

    def _started(self, *arguments: str) -> Server:
        return Server(
            arguments, log=self.here / "log", cwd=self.here, env=self.environment, user=unprivileged()
        )

    def _accepts(self) -> bool:
        try:
            with Connection(self.url, connect_timeout=1) as connection:
                connection.ensure_connection(max_retries=0, timeout=1)
        except (OperationalError, OSError):
            return False
        return True


@contextlib.contextmanager
def running(*, consumer_timeout_ms: int = 1_800_000) -> Iterator[RabbitMQ]:
    """Start one. Takes some 5 s. `consumer_timeout_ms`: how long a worker may have a message; half an hour is its own."""
    with folder("rabbitmq") as here:
        broker = RabbitMQ(here, consumer_timeout_ms)
        try:
            broker.start()
            yield broker
        finally:
            broker.close()
