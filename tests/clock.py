"""Instants that tests name."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
