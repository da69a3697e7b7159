"""One person's session at a district, over one kept connection: for tests that ask thousands of times."""

import json
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Answer:
    """What the server said. ``headers`` are found by their names in any case."""

    status_code: int
    headers: Message
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.content)


class Session:
    """Follows no redirect and asks for nothing compressed, so that asking costs little beside answering."""

    def __init__(self, address: str) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._cookies: dict[str, str] = {}

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self._answer("GET", path, headers or {})

    def post(self, path: str, form: dict[str, str]) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._answer("POST", path, kind, urlencode(form).encode())

    def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
        if self._cookies:
            headers = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, value = cookie.split(";")[0].split("=", 1)
            self._cookies[name] = value
        return Answer(answer.status, answer.headers, answer.read())
