"""Whatever /openapi.json lets a stranger send, and much that it does not: never a 500, and every error is a problem
detail (RFC 9457)."""

import gzip
import json
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, core, given, settings
from hypothesis.vendor import pretty

from tests.district.conftest import Client, District

PATHS = ("GET /v1/releases/{version}", "GET /v1/releases/{version}/{platform}")
CALLS = ("GET /v1/health", "POST /v1/enrolment", "POST /v1/device-key", "POST /v1/batches", "GET /v1/snapshot", *PATHS)
NOTHING_WRONG = {(call, "negative") for call in ("GET /v1/health", *PATHS)}
"""Any text is a place in a path, and the first takes nothing at all."""


def described(client: Client) -> dict[str, Any]:
    """The description, as the server gives it."""
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_every_described_call_is_fuzzed(client: Client):
    paths = described(client)["paths"]

    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} == set(CALLS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "mode"),
    [(call, mode) for call in CALLS for mode in schemathesis.GenerationMode if (call, mode.value) not in NOTHING_WRONG],
)
def test_no_described_or_misdescribed_request_gets_a_500(
    client: Client, district: District, call: str, mode: Any
) -> None:
    box = district.box()
    method, path = call.split()
    cases = schemathesis.openapi.from_dict(described(client))[path][method].as_strategy(generation_mode=mode)
    core.RepresentationPrinter = pretty.RepresentationPrinter  # type: ignore[misc]  # schemathesis prints no example
    sent = 0

    @settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def holds(case: Any) -> None:
        nonlocal sent
        body = None if method == "GET" else gzip_where_asked(path, case.body)
        headers = {"Authorization": f"Bearer {box.token}", "Content-Type": "application/json"}
        if path == "/v1/batches":
            headers["Content-Encoding"] = "gzip"
        query = {name: str(value) for name, value in dict(case.query or {}).items()}
        places = {name: quote(str(value), safe="") for name, value in dict(case.path_parameters or {}).items()}
        answer = client.session.request(
            method, client.base + path.format(**places), params=query, data=body, headers=headers, timeout=30
        )
        sent += 1
        assert answer.status_code < 500
        assert answer.status_code < 400 or answer.headers["Content-Type"] == "application/problem+json"

    holds()

    assert sent


def gzip_where_asked(path: str, body: Any) -> bytes:
    """The body as its call wants it; what is no JSON value stays as it is."""
    try:
        plain = json.dumps(body).encode()
    except (TypeError, ValueError):
        plain = body if isinstance(body, bytes) else b""
    return gzip.compress(plain) if path == "/v1/batches" else plain
