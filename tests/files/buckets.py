"""One S3 storage for many tests: a client of boto3 takes longer to make than most of them."""

from functools import cache
from typing import Any

from oralhistory.files.s3 import S3Storage


@cache
def _bucket(endpoint_url: str, **options: Any) -> S3Storage:
    storage = S3Storage(endpoint_url=endpoint_url, **options)
    storage.connection.meta.client.create_bucket(Bucket=options["bucket_name"])
    return storage


def place(*, location: str, **options: Any) -> S3Storage:
    """A storage backend, by its shape: the same storage each time, at another place in its bucket."""
    storage = _bucket(**options)
    storage.location = location
    return storage


def masters(server: Any, location: str) -> dict[str, Any]:
    """An entry of STORAGES on an S3 server of the tests."""
    options = {
        "bucket_name": "many-tests",
        "location": location,
        "endpoint_url": server.endpoint,
        "region_name": "us-east-1",
        "access_key": server.access_key,
        "secret_key": server.secret_key,
        "file_overwrite": False,
        "default_acl": None,
        "addressing_style": "path",
    }
    return {"BACKEND": "tests.files.buckets.place", "OPTIONS": options}
