"""The way to the district over real HTTP, with everything that can answer in its place."""

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sync.agent.policy import Misunderstood, Refused, Unreachable
from sync.agent.transport import PROBLEM_TYPE, Transport
from sync.protocol.enrolment import Enrolment
from sync.protocol.message import VERSION, content_digest
from tests.support.factories import Box

PROBLEM = "application/problem+json"
PROBLEMS = json.loads((Path(__file__).parents[1] / "protocol/vectors.json").read_text(encoding="utf-8"))["problems"]
BOX = {"stops": Refused, "waits": Unreachable, "sets aside": Misunderstood}
"""What becomes of what was sent, by the word of a vector."""


@dataclass
class Reply:
    status: int = 200
    kind: str = "application/json"
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0


@dataclass
class Stand:
    """Answers as it is told and remembers what it was asked."""

    url: str = ""
    reply: Reply = field(default_factory=Reply)
    asked: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def stand() -> Iterator[Stand]:
    stand = Stand()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            stand.asked.append((self.command, self.path, self.rfile.read(length), dict(self.headers)))
            reply = stand.reply
            self.send_response_only(reply.status)
            if "Date" not in reply.headers:
                self.send_header("Date", self.date_time_string())
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) - reply.cut])
            self.close_connection = True

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield stand
    server.shutdown()
    server.server_close()
    thread.join(5)


def problem(status: int, title: str, **headers: str) -> Reply:
    kind = f"{PROBLEM_TYPE}{title.replace(' ', '-')}"
    body = json.dumps({"type": kind, "title": title, "status": status}).encode()
    return Reply(status, PROBLEM, body, {name.replace("_", "-"): value for name, value in headers.items()})


def batch():
    box = Box()
    box.rate()
    return box.batch()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(200, "text/html", b"<html>Sign in to Wi-Fi</html>"), "sign-in page"),
        (Reply(302, "text/html", b"", {"Location": "http://portal.invalid/"}), "sign-in page"),
        (Reply(301, "", b"", {"Location": "https://district.invalid/v1/health"}), "to https://district.invalid/v1"),
        (Reply(308, "", b"", {"Location": "/elsewhere"}), "to http://127.0.0.1:.*/elsewhere.* follows nobody"),
        (Reply(502, "text/html", b"<h1>Bad gateway</h1>"), "HTTP 502"),
        (Reply(403, "text/html", b"blocked by the proxy"), "HTTP 403"),
        (Reply(200, body=b'{"v": 1, "results": ['), "cut short"),
        (Reply(200, body=b'{"v": 1, "results": []}', cut=5), "no answer"),
        (Reply(200, body=b"[" * 100_000), "cut short or is not JSON"),
        (Reply(200, body=b'{"v":' * 50_000 + b"1" + b"}" * 50_000), "not JSON|not the district's"),
        (Reply(403, PROBLEM, b"[" * 100_000), "cut short or is not JSON"),
        (Reply(200, body=b"[]"), "not the district's"),
        (Reply(200, body=b'{"v": 1}'), "not the district's"),
        (problem(500, "broken"), "500"),
        (problem(408, "too slow"), "408"),
        (problem(503, "busy", Retry_After="120"), "503"),
    ],
)
def test_what_is_not_the_districts_answer_is_waited_out(stand: Stand, reply: Reply, reason: str):
    stand.reply = reply

    with pytest.raises(Unreachable, match=reason):
        Transport(stand.url, "t").send(batch())


def test_retry_after_is_heard(stand: Stand):
    stand.reply = problem(429, "too many", Retry_After="77")

    with pytest.raises(Unreachable) as waiting:
        Transport(stand.url, "t").send(batch())

    assert waiting.value.retry_after == 77


@pytest.mark.parametrize(
    ("date", "until", "seconds"),
    [
        ("Sat, 21 Nov 2026 03:00:00 GMT", "Sat, 21 Nov 2026 03:02:00 GMT", 120.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 03:00:00 GMT", "Sat, 21 Nov 2026 02:00:00 GMT", 0.0),
        ("no date", "Sat, 21 Nov 2026 03:02:00 GMT", None),
        ("Sat, 21 Nov 2026 03:00:00 GMT", "soon", None),
    ],
)
def test_a_date_to_return_is_measured_from_the_answers_own_clock(
    stand: Stand, date: str, until: str, seconds: float | None
):
    stand.reply = problem(503, "busy", Date=date, Retry_After=until)

    with pytest.raises(Unreachable) as waiting:
        Transport(stand.url, "t").send(batch())

    assert waiting.value.retry_after == seconds


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_gateways_problem_detail_is_not_the_districts_word(stand: Stand, status: int):
    body = json.dumps({"type": "about:blank", "title": "Blocked", "status": status}).encode()
    stand.reply = Reply(status, PROBLEM, body)

    with pytest.raises(Unreachable, match="something else answered") as waiting:
        Transport(stand.url, "t").send(batch())

    assert waiting.value.smaller == (status == 413)


@pytest.mark.parametrize(
    ("status", "word"),
    [
        *((400, "digest mismatch"), (400, "cut short"), (408, "too slow")),
        *((415, "not json"), (415, "wrong encoding")),  # a proxy that unpacks or relabels what it passes on
    ],
)
def test_what_was_damaged_on_the_way_is_never_taken_for_poison(stand: Stand, status: int, word: str):
    stand.reply = problem(status, word)

    with pytest.raises(Unreachable):
        Transport(stand.url, "t").send(batch())


def test_a_batch_carries_its_digest(stand: Stand):
    with pytest.raises(Unreachable):
        Transport(stand.url, "t").send(batch())

    _, _, body, headers = stand.asked[0]
    assert headers["Content-Digest"] == content_digest(body)


@pytest.mark.parametrize("status", [401, 403, 409])
def test_a_district_that_will_not_have_this_box_is_not_asked_again_and_again(stand: Stand, status: int):
    stand.reply = problem(status, "revoked")

    with pytest.raises(Refused, match="revoked"):
        Transport(stand.url, "t").send(batch())


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_that_was_read_and_found_wrong_is_set_aside(stand: Stand, status: int):
    stand.reply = problem(status, "malformed")

    with pytest.raises(Misunderstood, match="malformed"):
        Transport(stand.url, "t").send(batch())


def test_a_newer_wire_version_tells_the_technician(stand: Stand):
    stand.reply = Reply(body=json.dumps({"v": VERSION + 1}).encode())

    with pytest.raises(Refused, match="update this box"):
        Transport(stand.url, "t").send(batch())


def test_nobody_there_is_unreachable():
    with pytest.raises(Unreachable, match="no answer"):
        Transport("http://127.0.0.1:9", "t").greet()


def test_an_address_that_is_none_is_unreachable():
    with pytest.raises(Unreachable):
        Transport("nowhere", "t").greet()


def test_nothing_changed_is_no_page(stand: Stand):
    stand.reply = Reply(304, body=b"")

    assert Transport(stand.url, "t").snapshot("12") is None


def test_a_batch_goes_compressed_with_the_token(stand: Stand):
    with pytest.raises(Unreachable):
        Transport(stand.url, "secret").send(batch())

    method, path, body, headers = stand.asked[0]
    assert (method, path) == ("POST", "/v1/batches")
    assert headers["Authorization"] == "Bearer secret"
    assert json.loads(gzip.decompress(body))["v"] == VERSION


def test_the_districts_time_is_taken_from_its_answer(stand: Stand):
    stand.reply = problem(500, "broken", Date="Sat, 21 Nov 2026 03:00:00 GMT")
    transport = Transport(stand.url, "t")

    with pytest.raises(Unreachable):
        transport.greet()

    assert transport.last_contact is not None
    assert transport.last_contact.district_time_ms is not None


def test_enrolment_sends_the_code_and_the_public_key(stand: Stand):
    with pytest.raises(Unreachable):
        Transport(stand.url).enrol(Enrolment("AB-12", b"k" * 32, "0.1.0"))

    sent = json.loads(stand.asked[0][2])
    assert (sent["code"], "Authorization" in stand.asked[0][3]) == ("AB-12", False)


@pytest.mark.parametrize("vector", PROBLEMS, ids=lambda vector: vector["answer"]["title"])
def test_a_box_does_with_each_problem_what_the_contract_says(stand: Stand, vector):
    stand.reply = Reply(vector["status"], PROBLEM, json.dumps(vector["answer"]).encode(), {})

    with pytest.raises(BOX[vector["box"]]):
        Transport(stand.url, "t").send(batch())
