"""HTTPS to the district. Every failure becomes Unreachable, Refused or Misunderstood."""

import ssl
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urljoin

import requests
from msgspec import Struct
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from sync.agent.policy import Misunderstood, Refused, Unreachable
from sync.protocol.batch import Batch, BatchResponse, decode_response, encode_batch
from sync.protocol.enrolment import Enrolment, Welcome
from sync.protocol.fields import Malformed
from sync.protocol.key_rotation import KeyRotation, taken
from sync.protocol.message import UnknownVersion, content_digest
from sync.protocol.snapshot import SnapshotPage, decode_page

Decoded = TypeVar("Decoded")

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0
TRUSTED = str(DEFAULT_CA_BUNDLE_PATH)
"""The authorities that are believed when the settings name none (PEM)."""

PROBLEM_TYPE = "urn:lang-nghe:problem:"
"""The types of our district's problem details. A gateway may speak RFC 9457 too, and knows nothing of our entries."""

OCTETS = "application/octet-stream"

DAMAGED_ON_THE_WAY = frozenset({"cut-short", "too-slow", "digest-mismatch", "not-json", "wrong-encoding"})
"""A box always says what it sends: when the district heard otherwise, somebody in between unpacked or relabelled it."""

_CERTIFICATE = {
    9: "its certificate is not valid yet; check this box's clock",
    10: "its certificate has expired; check this box's clock, else the district has to renew it",
    18: "its certificate is signed by itself; name its authority in [sync] ca_file",
    19: "its certificate is of an unknown authority; name it in [sync] ca_file",
    20: "its certificate is of an unknown authority; name it in [sync] ca_file",
    62: "its certificate is for another host; check the address",
    64: "its certificate is for another host; check the address",
}
"""OpenSSL's verification errors (X509_verify_cert_error_string) and what to do about them."""
MALFORMED_CERTIFICATE = range(85, 95)
"""Those of a certificate, mostly of an office's own authority, that lacks what RFC 5280 demands of it. Python checks
it from 3.13 on: a kiosk on Debian 12 takes such a certificate, one on Debian 13 does not."""


class Exchange(Struct, frozen=True):
    """A successful exchange. ``district_time_ms`` is the ``Date`` of the answer, milliseconds since 1970 UTC."""

    district_time_ms: int | None


class Transport:
    """Speaks to one district. ``token`` is empty before enrolment. ``ca_file`` holds the authorities (PEM) that vouch
    for the district; empty: those the public web trusts."""

    def __init__(self, district_url: str, token: str = "", ca_file: str = "") -> None:
        self._url = district_url.rstrip("/")
        self._trusted = ca_file or None
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "lang-nghe"
        if token:
            self.use_token(token)
        self.last_contact: Exchange | None = None

    def at(self, district_url: str, ca_file: str) -> "Transport":
        """A line to another address, with the same token."""
        token = str(self._session.headers.get("Authorization", "")).removeprefix("Bearer ")
        return type(self)(district_url, token, ca_file)

    def use_token(self, token: str) -> None:
        """From here on the calls carry this token."""
        self._session.headers["Authorization"] = f"Bearer {token}"

    def enrol(self, enrolment: Enrolment) -> Welcome:
        """Redeems a one-time code. Raises ``Refused`` when the code is unknown, used or expired."""
        return _understood(Welcome.decode, self._call("POST", "/v1/enrolment", json=enrolment.encode()))

    def send(self, batch: Batch) -> BatchResponse:
        """Delivers a batch. The receipt's signature is for the caller to check."""
        body = encode_batch(batch)
        headers = {
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Content-Digest": content_digest(body),
        }
        return _understood(decode_response, self._call("POST", "/v1/batches", data=body, headers=headers))

    def snapshot(self, since: str) -> SnapshotPage | None:
        """The next page of reference data after the cursor ``since``; ``None`` when nothing has changed."""
        answer = self._call("GET", "/v1/snapshot", params={"since": since})
        return None if answer is None else _understood(decode_page, answer)

    def rotate_key(self, rotation: KeyRotation) -> None:
        """Tells the district the box's next device key. It holds when this returns; repeat it when it did not."""
        answer = self._call("POST", "/v1/device-key", json=rotation.encode())
        _understood(lambda received: taken(received, rotation.device_id), answer)

    def release_manifest(self, version: str) -> bytes:
        """The manifest of a release of the software, as its holders signed it."""
        return self._octets(f"/v1/releases/{version}", {})

    def release_piece(self, version: str, platform: str, first: int, size: int) -> bytes:
        """At most ``size`` bytes of a release's payload, from byte ``first`` on."""
        headers = {"Range": f"bytes={first}-{first + size - 1}", "Accept-Encoding": "identity"}
        return self._octets(f"/v1/releases/{version}/{platform}", headers)

    def greet(self) -> dict[str, Any]:
        """Asks whether the district is there and speaks our version."""
        answer = self._call("GET", "/v1/health")
        return answer if isinstance(answer, dict) else {}

    def _octets(self, path: str, headers: dict[str, str]) -> bytes:
        response = self._asked("GET", path, headers=headers)
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if response.status_code in (200, 206) and kind == OCTETS:
            return response.content
        raise _failure(response, kind)

    def _call(self, method: str, path: str, **kwargs: Any) -> object:
        response = self._asked(method, path, **kwargs)
        if response.status_code in (204, 304):
            return None
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if response.status_code == 200 and kind == "application/json":
            return _json(response)
        raise _failure(response, kind)

    def _asked(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        try:
            response = self._session.request(
                method,
                self._url + path,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                verify=self._trusted,
                **kwargs,
            )
        except requests.exceptions.SSLError as error:
            raise Unreachable(f"{self._url} cannot be trusted: {_distrust(error)}") from error
        except requests.exceptions.ConnectTimeout as error:
            raise Unreachable(f"no answer from {self._url} (ConnectTimeout)") from error
        except (requests.exceptions.Timeout, requests.exceptions.ConnectionError) as error:
            raise Unreachable(
                f"no answer from {self._url} ({type(error).__name__})", smaller=_is_slow(error)
            ) from error
        except (requests.RequestException, ValueError, OSError) as error:
            raise Unreachable(f"no answer from {self._url} ({type(error).__name__}: {error})") from error
        self.last_contact = Exchange(_date(response.headers.get("Date", "")))
        return response


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
    except (ValueError, RecursionError) as error:
        raise Unreachable("the answer was cut short or is not JSON") from error


def _failure(response: requests.Response, kind: str) -> Exception:
    status, asked, smaller = response.status_code, _retry_after(response), response.status_code == 413
    problem = _json(response) if kind == "application/problem+json" else None
    name = str(problem.get("type", "")) if isinstance(problem, dict) else ""
    if not isinstance(problem, dict) or not name.startswith(PROBLEM_TYPE):
        return Unreachable(_sent_on(response) or _something_else(status, kind), asked, smaller=smaller)
    reason = f"the district said {status}: {problem.get('title', '')}"
    if status in (408, 429) or status >= 500 or name.removeprefix(PROBLEM_TYPE) in DAMAGED_ON_THE_WAY:
        return Unreachable(reason, asked, smaller=status == 408)
    if status in (401, 403, 404, 409, 410, 426):
        return Refused(reason)
    return Misunderstood(reason)


def _sent_on(response: requests.Response) -> str:
    """Where the answer wants the box to go instead, which it never does by itself; empty when nowhere."""
    if response.status_code not in (301, 302, 303, 307, 308):
        return ""
    place = urljoin(response.url, response.headers.get("Location", ""))[:200]
    named = "".join(character if character.isprintable() else "?" for character in place)
    return (
        f"{response.url.partition('/v1/')[0]} sends on to {named} (HTTP {response.status_code}); a box follows nobody:"
        " if that is the district, enrol with its address, else it is a proxy or a sign-in page"
    )


def _something_else(status: int, kind: str) -> str:
    return f"something else answered (HTTP {status}, {kind or 'no type'}): a proxy or a sign-in page"


def _retry_after(response: requests.Response) -> float | None:
    """The seconds of ``Retry-After`` (RFC 9110 section 10.2.3). A date is measured from the ``Date`` of the same
    answer and never from this box's clock, which may be years off; without one it says nothing."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    until, now = _date(value), _date(response.headers.get("Date", ""))
    return None if until is None or now is None else max(0.0, (until - now) / 1000)


def _distrust(error: BaseException) -> str:
    """Why a certificate was not believed: OpenSSL's verdict, wherever it hangs in the chain of errors."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _about_certificate(cause)
    return "there is no private line to it; check the address and whether something stands in between"


def _about_certificate(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in MALFORMED_CERTIFICATE:
        return (
            f"its certificate or its authority's lacks what RFC 5280 demands ({error.verify_message}); "
            "the office has to make it anew, see 'The proxy' in operations.md"
        )
    return _CERTIFICATE.get(error.verify_code, f"its certificate: {error.verify_message}")


def _is_slow(error: BaseException) -> bool:
    return any(isinstance(cause, TimeoutError | requests.exceptions.ReadTimeout) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it was made from; requests and urllib3 wrap in arguments and in ``reason``."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]


def _date(value: str) -> int | None:
    try:
        return round(parsedate_to_datetime(value).timestamp() * 1000)
    except (TypeError, ValueError):
        return None
