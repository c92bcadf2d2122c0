"""Days as promises name them: the beginning of a day somewhere, as an instant in UTC.

Midnight may not exist there (clocks go forward over it), or exist twice (they go back to it). What opens then opens
at the later of the two, what ends then ends at the earlier: never a minute more than was allowed.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

# Where narrators of this archive live, first among them where it is itself.
ZONES = {
    "America/Mexico_City": "Mexico City",
    "America/Tijuana": "Tijuana",
    "America/Hermosillo": "Hermosillo",
    "America/Cancun": "Cancún",
    "America/Guatemala": "Guatemala",
    "America/El_Salvador": "San Salvador",
    "America/Tegucigalpa": "Tegucigalpa",
    "America/Managua": "Managua",
    "America/Costa_Rica": "San José",
    "America/Panama": "Panama",
    "America/Havana": "Havana",
    "America/Santo_Domingo": "Santo Domingo",
    "America/Bogota": "Bogotá",
    "America/Caracas": "Caracas",
    "America/Guayaquil": "Guayaquil",
    "America/Lima": "Lima",
    "America/La_Paz": "La Paz",
    "America/Santiago": "Santiago de Chile",
    "America/Asuncion": "Asunción",
    "America/Argentina/Buenos_Aires": "Buenos Aires",
    "America/Montevideo": "Montevideo",
    "America/Sao_Paulo": "São Paulo",
    "America/Los_Angeles": "Los Angeles",
    "America/New_York": "New York",
    "Europe/Madrid": "Madrid",
    "Europe/Paris": "Paris",
    "Europe/Stockholm": "Stockholm",
    "UTC": "UTC",
}


def opens(day: date, zone: str) -> datetime:
    """When something may be shown that stays closed until this day."""
    return max(_beginnings(day, zone))


def ends(day: date, zone: str) -> datetime:
    """When something may be shown no longer that was allowed until this day."""
    return min(_beginnings(day, zone))


def _beginnings(day: date, zone: str) -> list[datetime]:
    there = ZoneInfo(zone)
    midnights = [datetime.combine(day, time.min, there).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    # Of a midnight that does not exist, one reading still lies in the day before.
    return [each for each in midnights if each.astimezone(there).date() == day]


def day_of(instant: datetime, zone: str) -> date:
    """Which day it is there at an instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def place_of(zone: str) -> str:
    """A zone by the city that people know it by."""
    return ZONES.get(zone, zone.rpartition("/")[2].replace("_", " "))
