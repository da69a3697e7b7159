"""The way to the district over HTTPS. Every failure becomes Unreachable, Refused or Misunderstood."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import requests

from sync.policy import Misunderstood, Refused, Unreachable
from sync.snapshot import Page, decode_page
from sync.succession import Succession, taken
from sync.wire import Answer, Batch, Enrolment, Malformed, UnknownVersion, Welcome, decode_answer, encode_batch

Decoded = TypeVar("Decoded")

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0


@dataclass(frozen=True, slots=True)
class Contact:
    """A successful exchange. ``district_time_ms`` is the ``Date`` of the answer, milliseconds since 1970 UTC."""

    district_time_ms: int | None


class Transport:
    """Speaks to one district. ``token`` is empty before enrolment."""

    def __init__(self, district_url: str, token: str = "") -> None:
        self._url = district_url.rstrip("/")
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "lang-nghe"
        if token:
            self.use_token(token)
        self.last_contact: Contact | None = None

    def use_token(self, token: str) -> None:
        """From here on the calls carry this token."""
        self._session.headers["Authorization"] = f"Bearer {token}"

    def enrol(self, enrolment: Enrolment) -> Welcome:
        """Redeems a one-time code. Raises ``Refused`` when the code is unknown, used or expired."""
        return _understood(Welcome.decode, self._call("POST", "/v1/enrolment", json=enrolment.encode()))

    def send(self, batch: Batch) -> Answer:
        """Delivers a batch. The receipt's signature is for the caller to check."""
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return _understood(decode_answer, self._call("POST", "/v1/batches", data=encode_batch(batch), headers=headers))

    def snapshot(self, since: str) -> Page | None:
        """The next page of reference data after the cursor ``since``; ``None`` when nothing has changed."""
        answer = self._call("GET", "/v1/snapshot", params={"since": since})
        return None if answer is None else _understood(decode_page, answer)

    def roll_key(self, succession: Succession) -> None:
        """Tells the district the box's next device key. It holds when this returns; repeat it when it did not."""
        answer = self._call("POST", "/v1/device-key", json=succession.encode())
        _understood(lambda said: taken(said, succession.device_id), answer)

    def greet(self) -> dict[str, Any]:
        """Asks whether the district is there and speaks our version."""
        answer = self._call("GET", "/v1/health")
        return answer if isinstance(answer, dict) else {}

    def _call(self, method: str, path: str, **kwargs: Any) -> object:
        try:
            response = self._session.request(
                method, self._url + path, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, **kwargs
            )
        except requests.exceptions.SSLError as error:
            raise Unreachable(
                "the district's certificate cannot be trusted; check the address and the clock"
            ) from error
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(f"no answer from {self._url} ({type(error).__name__})") from error
        self.last_contact = Contact(_date(response.headers.get("Date", "")))
        if response.status_code in (204, 304):
            return None
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if response.status_code == 200 and kind == "application/json":
            return _json(response)
        raise _failure(response, kind)


def _understood(decode: Callable[[object], Decoded], answer: object) -> Decoded:
    try:
        return decode(answer)
    except UnknownVersion as error:
        raise Refused(f"{error}; update this box") from error
    except Malformed as error:
        raise Unreachable(f"the answer is not the district's: {error}") from error


def _json(response: requests.Response) -> object:
    try:
        return response.json()
    except ValueError as error:
        raise Unreachable("the answer was cut short or is not JSON") from error


def _failure(response: requests.Response, kind: str) -> Exception:
    status = response.status_code
    if kind != "application/problem+json":
        return Unreachable(f"something else answered (HTTP {status}, {kind or 'no type'}): a proxy or a sign-in page")
    problem = _json(response)
    title = str(problem.get("title", "")) if isinstance(problem, dict) else ""
    said = f"the district said {status}: {title}"
    if status in (408, 429) or status >= 500:
        return Unreachable(said, _seconds(response.headers.get("Retry-After", "")))
    if status in (401, 403, 404, 409, 410, 426):
        return Refused(said)
    return Misunderstood(said)


def _seconds(value: str) -> float | None:
    return float(value) if value.isdigit() else None


def _date(value: str) -> int | None:
    try:
        return round(parsedate_to_datetime(value).timestamp() * 1000)
    except (TypeError, ValueError):
        return None
