"""The records of the API as JSON Schema: what `records` writes, and nothing else."""

from typing import Any

Schema = dict[str, Any]

TEXT_STATUSES = (
    "machine-made, unchecked",
    "machine-made, checked by people",
    "brought from elsewhere, unchecked",
    "brought from elsewhere, checked by people",
)


def _object(**properties: Schema) -> Schema:
    """Every property is always there, and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_STRING: Schema = {"type": "string"}
_ADDRESS: Schema = {"type": "string", "format": "uri"}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_YEAR = _or_null({"type": "integer"})
_DATE: Schema = {"type": "string", "description": "EDTF, level 1: 1980, 1980-10, 1971~, 1971?; or nothing"}
_NEXT = _or_null({"type": "string", "format": "uri", "description": "the next page; null at the end"})
_EDITION: Schema = {"type": "integer", "minimum": 1, "description": "the number of the edition"}
_TEXT_STATUS: Schema = {
    "type": "string",
    "enum": list(TEXT_STATUSES),
    "description": "whose hand the text is",
}
_TESTIMONY: dict[str, Schema] = {
    "id": _STRING,
    "url": _ADDRESS,
    "edition": _EDITION,
    "published_at": {"type": "string", "format": "date-time"},
    "text_status": _TEXT_STATUS,
    "title": _STRING,
    "summary": _STRING,
    "warnings": _STRING,
    "narrators": {**_list(_STRING), "description": "the names that they chose, or none"},
    "collection": _STRING,
    "place": _STRING,
    "held_on": _DATE,
    "languages": _list(_STRING),
    "countries": _list(_STRING),
    "duration_ms": _NUMBER,
    "has_sound": {"type": "boolean"},
    "uses": {
        **_list(_STRING),
        "description": "what everybody may use it for; what is not here is not allowed",
    },
}
_CHAPTER = _object(
    start_ms=_NUMBER,
    title=_STRING,
    synopsis=_STRING,
    subjects={
        **_list({"type": "object", "additionalProperties": _STRING}),
        "description": "each by language",
    },
    places=_list(_object(name=_STRING, country=_STRING)),
)
_TIMES: dict[str, Schema] = {"cue": _STRING, "start_ms": _NUMBER, "end_ms": _NUMBER}
_SPOKEN: dict[str, Schema] = {
    "speaker": _STRING,
    "interviewer": {"type": "boolean"},
    "language": _STRING,
}
_MENTION = _object(
    start={**_NUMBER, "description": "in characters of the text"}, end=_NUMBER, organization=_STRING
)
_MOMENT: dict[str, Schema] = {
    "testimony": _STRING,
    "title": _STRING,
    "url": _ADDRESS,
    "edition": _EDITION,
    "text_status": _TEXT_STATUS,
    **_TIMES,
    **_SPOKEN,
    "text": _or_null({"type": "string", "description": "null where it may not be quoted"}),
}

SCHEMAS: dict[str, Schema] = {
    "Description": _object(**_TESTIMONY),
    "Testimony": _object(**_TESTIMONY, chapters=_list(_CHAPTER)),
    "Testimonies": _object(items=_list(_ref("Description")), next=_NEXT),
    "Segment": _object(
        number=_NUMBER,
        **_TIMES,
        **_SPOKEN,
        withheld={"type": "boolean", "description": "a passage that is not published: it has no text"},
        text=_STRING,
        mentions=_list(_MENTION),
    ),
    "Segments": _object(
        testimony=_STRING,
        edition=_EDITION,
        text_status=_TEXT_STATUS,
        items=_list(_ref("Segment")),
        next=_NEXT,
    ),
    "Organization": _object(
        id=_STRING,
        url=_ADDRESS,
        name=_STRING,
        names=_list(_object(text=_STRING, kind=_STRING, language=_STRING, valid_from=_YEAR, valid_to=_YEAR)),
        kind=_STRING,
        country=_STRING,
        founded=_DATE,
        dissolved=_DATE,
        dates_verified={"type": "boolean", "description": "false: general knowledge, to be checked"},
        history=_STRING,
        mandate=_STRING,
        functions=_STRING,
        structure=_STRING,
        legal_status=_STRING,
        context=_STRING,
        places=_list(_object(name=_STRING, country=_STRING, role=_STRING, valid_from=_YEAR, valid_to=_YEAR)),
        identifiers=_list(_object(scheme=_STRING, value=_STRING)),
        relations=_list(
            _object(
                kind={"type": "string", "description": "what the other one is to this one"},
                organization=_STRING,
                description=_STRING,
                valid_from=_YEAR,
                valid_to=_YEAR,
            )
        ),
        sources=_list(_object(citation=_STRING, url=_STRING, supports=_list(_STRING))),
        language={"type": "string", "description": "that the record is written in"},
    ),
    "Organizations": _object(items=_list(_ref("Organization")), next=_NEXT),
    "Moment": _object(**_MOMENT, mentions=_list(_MENTION)),
    "Moments": _object(organization=_STRING, items=_list(_ref("Moment")), next=_NEXT),
    "Hit": _object(**{name: schema for name, schema in _MOMENT.items() if name != "interviewer"}),
    "Found": _object(
        q=_STRING,
        not_understood=_or_null(
            {"type": "string", "description": "why this can be no search; null if it is one"}
        ),
        items=_list(_ref("Hit")),
        next=_NEXT,
    ),
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": _ADDRESS,
            "title": _STRING,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": _STRING,
            "errors": _list(_object(parameter=_STRING, detail=_STRING)),
        },
        "required": ["type", "title", "status"],
        "additionalProperties": False,
    },
}
