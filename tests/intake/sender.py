"""Sends files in pieces, as a browser of somebody who has logged in does."""

import base64
import http.client
import json
import ssl
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client

from oralhistory.accounts.models import User

TOKEN = "n" * 32
PIECE = "application/offset+octet-stream"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes = b""

    def __getitem__(self, header: str) -> str | None:
        return self.headers[header]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Sender:
    """One person's way to one server: `address` of the server, without a slash at the end."""

    address: str
    user: User | None
    trust: ssl.SSLContext | None = None  # over TLS, where the server is set up as in production
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.user is not None:
            client = Client()
            client.force_login(self.user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            names = ("__Host-session", "__Host-csrf") if self.trust else ("sessionid", "csrftoken")
            self.cookies = dict(zip(names, (session, TOKEN), strict=True))

    @property
    def credentials(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        said = {"Cookie": cookies, "X-CSRFToken": TOKEN, "Accept-Language": "en"}
        return {**said, "Origin": self.address} if self.trust else said

    def connect(self) -> http.client.HTTPConnection:
        place = urllib.parse.urlsplit(self.address).netloc
        if self.trust:
            return http.client.HTTPSConnection(place, timeout=30, context=self.trust)
        return http.client.HTTPConnection(place, timeout=30)

    def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request on a connection of its own, with the headers given and what proves who asks."""
        connection = self.connect()
        path = urllib.parse.urlsplit(url).path
        try:
            connection.request(method, path, body=body, headers={**self.credentials, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def tus(self, method: str, url: str, body: bytes | None = None, **headers: object) -> Answer:
        """The same in the protocol: `Upload_Length=12` is the header Upload-Length."""
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        return self.ask(method, url, {"Tus-Resumable": "1.0.0", **named}, body)

    def begin(self, collection: str, size: int | None, **metadata: str) -> Answer:
        length = {"Upload_Defer_Length": 1} if size is None else {"Upload_Length": size}
        return self.tus("POST", collection, Upload_Metadata=encoded(metadata), **length)

    def patch(self, url: str, offset: int, body: bytes, **headers: object) -> Answer:
        return self.tus("PATCH", url, body, Upload_Offset=offset, Content_Type=PIECE, **headers)


def encoded(metadata: Mapping[str, str]) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
