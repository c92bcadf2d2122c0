"""What the service answers, as the specification writes it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from oralhistory.interchange import labels
from oralhistory.interchange.reconciliation.queries import MOST_QUERIES, Extension
from oralhistory.interchange.reconciliation.scoring import ANYTHING, Candidate
from oralhistory.interchange.reconciliation.values import PROPERTIES, Value, Words
from oralhistory.lib.folding import fold
from oralhistory.organizations.public import Facts

Json = dict[str, Any]
PREVIEW = {"width": 420, "height": 260}  # pixels


def manifest(base: str) -> Json:
    """What the service can do; `base` is its address, in one of the languages."""
    return {
        "versions": ["0.2"],
        "name": _("%(archive)s: organizations") % {"archive": labels.ARCHIVE},
        "identifierSpace": f"{settings.SITE_URL}/organizations/",
        "schemaSpace": f"{settings.SITE_URL}/reconcile/properties/",
        "documentation": f"{settings.SITE_URL}/about/",
        "logo": f"{settings.SITE_URL}/static/mark.svg",
        "view": {"url": f"{settings.SITE_URL}/organizations/{{{{id}}}}/"},
        "defaultTypes": [{"id": ANYTHING, "name": _("Organization")}],
        "batchSize": MOST_QUERIES // 2,
        "preview": {"url": f"{base}/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": {
            "entity": {
                "service_url": base,
                "service_path": "/suggest/entity",
                "flyout_service_url": base,
                "flyout_service_path": "/flyout/entity?id=${id}",
            },
            "property": {"service_url": base, "service_path": "/suggest/property"},
            "type": {"service_url": base, "service_path": "/suggest/type"},
        },
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": _("Most values"),
                    "type": "number",
                    "default": 0,
                    "help_text": _("How many values of a property at most; 0 for all"),
                }
            ],
        },
    }


def results(found: Mapping[str, Iterable[Candidate]], words: Words) -> Json:
    return {
        key: {"result": [_candidate(each, words) for each in candidates]} for key, candidates in found.items()
    }


def _candidate(candidate: Candidate, words: Words) -> Json:
    record = candidate.record
    return {
        "id": record.slug,
        "name": record.name,
        "description": in_a_line(record, words),
        "score": candidate.score,
        "match": candidate.match,
        "type": types_of(record, words),
        "features": [
            {"id": "name", "value": candidate.by_name},
            *({"id": name, "value": verdict} for name, verdict in candidate.agrees),
        ],
    }


def types_of(record: Facts, words: Words) -> list[Json]:
    kinds = [{"id": record.kind, "name": words.kind(record.kind)}] if record.kind else []
    # The general one first: clients guess the type of a column from what stands first.
    return [{"id": ANYTHING, "name": _("Organization")}, *kinds]


def in_a_line(record: Facts, words: Words) -> str:
    """What tells it from its homonyms: acronyms, country, years."""
    years = f"{record.founded or ''}–{record.dissolved or ''}" if record.founded or record.dissolved else ""
    country = words.country(record.country) if record.country else ""
    return " · ".join(part for part in (*record.acronyms[:2], country, years) if part)


def suggested_records(found: Iterable[Facts], words: Words) -> Json:
    return {
        "result": [
            {
                "id": record.slug,
                "name": record.name,
                "description": in_a_line(record, words),
                "notable": types_of(record, words),
            }
            for record in found
        ]
    }


def suggested_properties(prefix: str) -> Json:
    return {
        "result": [
            {"id": name, "name": str(each.name)}
            for name, each in PROPERTIES.items()
            if _begins(prefix, name, str(each.name))
        ]
    }


def suggested_types(prefix: str, kinds: Iterable[str], words: Words) -> Json:
    everything: Json = {"id": ANYTHING, "name": _("Organization")}
    types: list[Json] = [
        everything,
        *({"id": kind, "name": words.kind(kind), "broader": [everything]} for kind in kinds),
    ]
    return {"result": [each for each in types if _begins(prefix, str(each["id"]), str(each["name"]))]}


def proposed(kind: str, most: int) -> Json:
    """The properties that a table may be extended by. All records have the same."""
    properties = [{"id": name, "name": str(each.name)} for name, each in PROPERTIES.items() if each.asked]
    return {
        "type": kind or ANYTHING,
        "properties": properties[: most or len(properties)],
        "limit": most or len(properties),
    }


def extended(asked: Extension, rows: Mapping[str, Mapping[str, list[Value]]]) -> Json:
    meta: list[Json] = []
    for name, _most in asked.properties:
        known = PROPERTIES.get(name)
        one: Json = {"id": name, "name": str(known.name) if known else name}
        if known and known.tie:
            one["type"] = {"id": ANYTHING, "name": _("Organization")}
        meta.append(one)
    return {"meta": meta, "rows": rows}


def flyout(record: Facts, words: Words) -> Json:
    return {
        "id": record.slug,
        "html": format_html("<p><strong>{}</strong></p><p>{}</p>", record.name, in_a_line(record, words)),
    }


def _begins(prefix: str, *names: str) -> bool:
    asked = fold(prefix.strip())
    return any(f" {fold(name)}".find(f" {asked}") >= 0 for name in names) if asked else True
