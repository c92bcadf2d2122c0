"""The description of the API in OpenAPI 3.1, written from the operations that requests are read by."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from oralhistory.interchange import labels
from oralhistory.interchange.api.operations import OPERATIONS, Operation
from oralhistory.interchange.api.schemas import SCHEMAS

BASE = "/api/v1"
PROBLEM = "application/problem+json"
# By status: a name for its address, and a title, which programs are told in English and the page about them in its own language.
PROBLEMS = {
    400: ("bad-request", gettext_noop("The request is not one that the description allows")),
    404: ("not-found", gettext_noop("There is no such thing, or it is not public")),
    405: ("read-only", gettext_noop("Nothing is changed here")),
    409: ("another-edition", gettext_noop("Another edition is public now")),
    410: ("withdrawn", gettext_noop("It was withdrawn")),
    429: ("too-many-requests", gettext_noop("Too many requests in a minute")),
    503: ("too-slow", gettext_noop("The answer took too long")),
}
_ABOUT = (
    "Testimonies of former militants and solidarity activists of Latin America, the organizations that they speak of, and"
    " every moment that does. Read only; nobody needs a key.\n\n"
    "Every record says of which edition it is and whose hand its text is. What narrators allow differs: `uses` says what"
    " for; a text that may not be downloaded, or words that may not be quoted, are not given. A testimony can be withdrawn"
    " at any time: ask again before you show a copy (`ETag`, `If-None-Match`), and delete what answers 404 or 410."
)


def problem_address(status: int) -> str:
    return f"{settings.SITE_URL}/api/#{PROBLEMS[status][0]}"


def openapi() -> dict[str, Any]:
    """For the language that is active: its texts are translated."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": labels.ARCHIVE,
            "version": "1",
            "description": _ABOUT,
            "termsOfService": f"{settings.SITE_URL}/terms/",
        },
        "externalDocs": {"url": f"{settings.SITE_URL}/api/"},
        "servers": [{"url": f"{settings.SITE_URL}{BASE}"}],
        "paths": {each.path: {"get": _operation(each)} for each in OPERATIONS},
        "components": {"schemas": SCHEMAS, "headers": _HEADERS},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    return {
        "operationId": operation.name,
        "summary": str(operation.summary),
        "parameters": [each.described() for each in operation.parameters],
        "responses": {
            "200": {
                "description": "It is here",
                "headers": _headers("ETag", *(["Link"] if _pages(operation) else [])),
                "content": {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{operation.answer}"}}
                },
            },
            "304": {"description": "It is what the ETag names"},
            **{str(status): _refusal(status) for status in operation.refusals},
            # By the web server, before the program sees it.
            "414": {"description": "The address is longer than 8 kB"},
            **({"503": _refusal(503)} if operation.name == "search" else {}),
        },
    }


def _pages(operation: Operation) -> bool:
    return "next" in SCHEMAS[operation.answer]["properties"]


def _refusal(status: int) -> dict[str, Any]:
    headers = {"headers": _headers("Retry-After")} if status in (429, 503) else {}
    return {
        "description": PROBLEMS[status][1],
        **headers,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


_HEADERS = {
    "ETag": {"description": "another for every change", "required": True, "schema": {"type": "string"}},
    "Link": {"description": "the next page, as rel=next", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "seconds",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
}
