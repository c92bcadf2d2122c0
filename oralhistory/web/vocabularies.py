"""Codes as words: languages, countries, kinds of organization, dates.

The countries are those of the archive's authority records and their neighbors, so that their names
are translated with the rest of the texts and need no table of all countries in three languages.
"""

from datetime import date

from django.conf import settings
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEFAULT: str = settings.LANGUAGE_CODE

LANGUAGES: dict[str, str | Promise] = {
    "es": _("Spanish"), "en": _("English"), "pt": _("Portuguese"), "fr": _("French"), "de": _("German"),
    "it": _("Italian"), "ca": _("Catalan"), "nah": _("Nahuatl"), "yua": _("Yucatec Maya"), "tzo": _("Tzotzil"),
    "qu": _("Quechua"), "gn": _("Guarani"), "ay": _("Aymara"), "ht": _("Haitian Creole"), "ru": _("Russian"),
}  # fmt: skip

COUNTRIES: dict[str, str | Promise] = {
    "AR": _("Argentina"), "BO": _("Bolivia"), "BR": _("Brazil"), "CA": _("Canada"), "CL": _("Chile"),
    "CO": _("Colombia"), "CR": _("Costa Rica"), "CU": _("Cuba"), "DE": _("Germany"), "DO": _("Dominican Republic"),
    "EC": _("Ecuador"), "ES": _("Spain"), "FR": _("France"), "GB": _("United Kingdom"), "GT": _("Guatemala"),
    "HN": _("Honduras"), "HT": _("Haiti"), "IT": _("Italy"), "MX": _("Mexico"), "NI": _("Nicaragua"),
    "NL": _("Netherlands"), "PA": _("Panama"), "PE": _("Peru"), "PR": _("Puerto Rico"), "PT": _("Portugal"),
    "PY": _("Paraguay"), "SE": _("Sweden"), "SU": _("Soviet Union"), "SV": _("El Salvador"),
    "DZ": _("Algeria"), "MQ": _("Martinique"), "PS": _("Palestine"), "VN": _("Vietnam"), "US": _("United States"), "UY": _("Uruguay"), "VE": _("Venezuela"), "INT": _("International"),
}  # fmt: skip

ORGANIZATION_KINDS: dict[str, str | Promise] = {
    "party": _("Party"), "armed": _("Armed organization"), "front": _("Front"), "union": _("Union"),
    "student": _("Student movement"), "peasant": _("Peasant movement"), "solidarity": _("Solidarity"),
    "human_rights": _("Human rights"), "women": _("Women’s movement"), "press": _("Press"),
    "state": _("State body"), "other": _("Other kind"), "guerrilla": _("Armed organization"),
    "human-rights": _("Human rights"), "committee": _("Solidarity committee"), "church": _("Church"),
    "international": _("International body"), "refugee": _("Refugees’ organization"),
}  # fmt: skip


def language(code: str) -> str | Promise:
    return LANGUAGES.get(code, code)


def country(code: str) -> str | Promise:
    return COUNTRIES.get(code, code)


def organization_kind(kind: str) -> str | Promise:
    return ORGANIZATION_KINDS.get(kind, kind)


def decade(first: str) -> str:
    """`1970–1979`; what is no year, as it is."""
    return f"{first}–{int(first) + 9}" if first.isascii() and first.isdigit() else first


def day(value: str) -> str:
    """`12 March 2024`, `March 2024`, `1979`: as precise as what was given, and no more."""
    parts = value.split("-")
    try:
        if len(parts) == 3:
            return formats.date_format(date.fromisoformat(value), "DATE_FORMAT")
        if len(parts) == 2:
            return formats.date_format(date(int(parts[0]), int(parts[1]), 1), "YEAR_MONTH_FORMAT")
    except ValueError:
        pass
    return value
