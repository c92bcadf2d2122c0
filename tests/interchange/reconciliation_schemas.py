"""What the answers of a reconciliation service look like, after the text of the specification (version 0.2).

In our own words, since the community group's schemas come without a license to pass them on; ours are stricter, because
they need to know this service only. Whoever has the group's own says where: RECONCILIATION_SCHEMAS=…/0.2/schemas; then
every answer is held against both.
"""

import json
import os
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": "^https?://"}
CODE = {"type": "string", "pattern": "^[^\\s/?#]+$"}


def thing(**more: Any) -> dict[str, Any]:
    """What has an id and a name, perhaps more, and nothing else."""
    return closed({"id": CODE, "name": TEXT, **more}, needed=("id", "name"))


def closed(properties: dict[str, Any], needed: tuple[str, ...] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if needed is None else needed),
        "additionalProperties": False,
    }


def every(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


TYPE = thing(broader=every(thing()))
SERVICE = closed(
    {
        "service_url": URI,
        "service_path": {"type": "string", "pattern": "^/"},
        "flyout_service_url": URI,
        "flyout_service_path": {"type": "string", "pattern": "^/.*\\$\\{id\\}"},
    },
    needed=("service_url", "service_path"),
)
VIEW = {"type": "string", "pattern": "^https?://.*\\{\\{id\\}\\}"}
CANDIDATE = closed(
    {
        "id": CODE,
        "name": TEXT,
        "description": {"type": "string"},
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
        "type": {**every(thing()), "minItems": 1},
        "features": every(closed({"id": CODE, "value": {"type": ["number", "boolean"]}})),
    }
)
VALUE = {
    "oneOf": [thing(), closed({"str": TEXT}), closed({"int": {"type": "integer"}})],
}
OURS: dict[str, dict[str, Any]] = {
    "manifest": {
        "type": "object",
        "properties": {
            "versions": {"const": ["0.2"]},
            "name": TEXT,
            "identifierSpace": URI,
            "schemaSpace": URI,
            "documentation": URI,
            "logo": URI,
            "view": closed({"url": VIEW}),
            "defaultTypes": {**every(TYPE), "minItems": 1, "uniqueItems": True},
            "preview": closed({"url": VIEW, "width": {"type": "integer"}, "height": {"type": "integer"}}),
            "suggest": closed({"entity": SERVICE, "property": SERVICE, "type": SERVICE}),
            "extend": closed({"propose_properties": SERVICE, "property_settings": every({"type": "object"})}),
        },
        "required": [
            "versions", "name", "identifierSpace", "schemaSpace", "view", "defaultTypes", "preview", "suggest", "extend",
        ],
    },
    "reconciliation-result-batch": {
        "type": "object",
        "additionalProperties": closed({"result": every(CANDIDATE)}),
    },
    "suggest-entities-response": closed(
        {"result": every(thing(description={"type": "string"}, notable=every(thing())))}
    ),
    "suggest-properties-response": closed({"result": every(thing())}),
    "suggest-types-response": closed({"result": every(TYPE)}),
    "data-extension-property-proposal": closed(
        {"properties": every(thing()), "type": CODE, "limit": {"type": "integer"}}
    ),
    "data-extension-response": closed(
        {
            "meta": every(thing(type=thing())),
            "rows": {
                "type": "object",
                "additionalProperties": {"type": "object", "additionalProperties": every(VALUE)},
            },
        }
    ),
}  # fmt: skip


def complaints(name: str, answer: Any) -> list[str]:
    """What is wrong with an answer, by our schema of that name and by the group's where it is at hand."""
    found = [f"ours: {error.message}" for error in Draft7Validator(OURS[name]).iter_errors(answer)]
    if folder := os.environ.get("RECONCILIATION_SCHEMAS"):
        theirs = {path.stem: json.loads(path.read_text()) for path in Path(folder).glob("*.json")}
        registry: Registry[Any] = Registry().with_resources(
            (schema["$id"], Resource(schema, DRAFT7)) for schema in theirs.values() if "$id" in schema
        )
        validator = Draft7Validator(theirs[name], registry=registry)
        found += [f"theirs: {error.message}" for error in validator.iter_errors(answer)]
    return found
