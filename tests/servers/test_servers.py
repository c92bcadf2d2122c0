"""The servers that the other tests lean on start, do what is asked of them, and are gone afterwards."""

from dataclasses import replace

import psycopg
import pytest
import redis
from botocore.exceptions import ClientError

from tests.servers import postgres, valkey


def test_postgres_has_the_extensions_that_search_needs_and_folds_accented_letters():
    with postgres.running() as url, psycopg.connect(url) as connection:
        for name in postgres.EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {name}")
        assert connection.execute("SELECT lower('ÁÑO'), unaccent('pasó')").fetchone() == ("áño", "paso")

    assert not postgres.accepts(url)


@pytest.mark.skipif(not postgres.system_binaries(), reason="the test before has started it")
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


def test_s3_returns_ranges_and_refuses_a_wrong_signature(s3):
    s3.make_bucket("ranges")
    client = s3.client()
    client.put_object(Bucket="ranges", Key="a/b.flac", Body=b"0123456789")

    part = client.get_object(Bucket="ranges", Key="a/b.flac", Range="bytes=2-4")["Body"].read()
    stranger = replace(s3, secret_key="not the secret").client()

    assert part == b"234"
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        stranger.get_object(Bucket="ranges", Key="a/b.flac")
