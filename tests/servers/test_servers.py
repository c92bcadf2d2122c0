"""The servers that the other tests lean on start, do what is asked of them, and are gone afterwards."""

import psycopg
import pytest
import redis
from botocore.exceptions import ClientError

from tests.servers import postgres, s3, valkey


def test_postgres_has_the_extensions_that_search_needs_and_folds_accented_letters():
    with postgres.running() as url, psycopg.connect(url) as connection:
        for name in postgres.EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {name}")
        assert connection.execute("SELECT lower('ÁÑO'), unaccent('pasó')").fetchone() == ("áño", "paso")

    assert not postgres.accepts(url)


def test_the_postgres_of_the_wheel_starts_where_the_system_has_none(monkeypatch):
    monkeypatch.setattr(postgres, "system_binaries", lambda: None)

    with postgres.running() as url, psycopg.connect(url) as connection:
        assert connection.info.server_version >= 180000
        connection.execute("CREATE EXTENSION pg_trgm")


def test_valkey_keeps_what_it_is_given_until_it_stops():
    with valkey.running() as url, redis.Redis.from_url(url) as client:
        client.set("segment", "palabra")
        assert client.get("segment") == b"palabra"

    with redis.Redis.from_url(url) as client, pytest.raises(redis.ConnectionError):
        client.ping()


def test_s3_returns_ranges_and_refuses_a_wrong_signature():
    with s3.running() as store:
        store.make_bucket("masters")
        client = store.client()
        client.put_object(Bucket="masters", Key="a/b.flac", Body=b"0123456789")

        part = client.get_object(Bucket="masters", Key="a/b.flac", Range="bytes=2-4")["Body"].read()
        stranger = s3.S3(store.endpoint, store.access_key, "not the secret").client()

        assert part == b"234"
        with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
            stranger.get_object(Bucket="masters", Key="a/b.flac")
