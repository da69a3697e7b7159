"""Take events by HTTP POST from a ticket system on this machine, signed with a secret that both know.

One request after the other in one thread, each bounded in size and time; a flood is slowed down, not served. The
signature is that of Stripe's and Qminder's webhooks: HMAC-SHA256 over the time and the body, or the body alone.
"""

import hashlib
import hmac
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer
from typing import Any

from kiosk.domain.declared_settings import BadSettings
from kiosk.queue.book import Taken
from kiosk.queue.event import QueueEvent
from kiosk.queue.files import RefusedFile, events_in_lines
from kiosk.queue.mapping import EventMap
from kiosk.queue.reading import Refusal
from kiosk.settings import QueueOptions

log = logging.getLogger(__name__)

MAX_BODY = 65_536
WINDOW_S = 300
"""A signature with a time holds for so long, on both sides of now."""
MIN_SECRET = 32
DEADLINE_S = 10.0
BURST, PAUSE_S = 50, 0.05
"""So many requests at once, then twenty a second."""
_TIMED = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def read_secret(path: Path) -> bytes:
    """The secret in a file, without the end of the line. Raises ``BadSettings``."""
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise BadSettings(f"[queue] http_secret_file {path} cannot be read: {error.strerror}") from error
    if len(secret) < MIN_SECRET:
        raise BadSettings(f"[queue] http_secret_file {path} must hold at least {MIN_SECRET} characters")
    return secret


def signed(secret: bytes, body: bytes, at_s: int) -> str:
    """The value of the header for a body sent at ``at_s`` (seconds since 1970)."""
    return f"t={at_s},v1={hmac.new(secret, f'{at_s}.'.encode() + body, hashlib.sha256).hexdigest()}"


def is_signed(secret: bytes, body: bytes, header: str, now_s: int, way: str) -> bool:
    """Whether the header is this body's; compared in constant time. ``way``: ``timed`` or ``body``."""
    if way == "body":
        expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), header.strip().lower().removeprefix("sha256=").encode())
    found = _TIMED.fullmatch(header.strip())
    at_s = int(found[1]) if found else 0
    matches = hmac.compare_digest(signed(secret, body, at_s).encode(), header.strip().encode())
    return matches and abs(now_s - at_s) <= WINDOW_S


class QueueHttp(TCPServer):
    """Listens from the moment it is made; raises ``OSError`` where the port is taken. ``take`` gets all events of a
    request, ``refuse`` the first row of one that is wrong."""

    allow_reuse_address = True
    request_queue_size = 16

    def __init__(
        self,
        options: QueueOptions,
        secret: bytes,
        used: EventMap,
        take: Callable[[list[QueueEvent]], Taken],
        refuse: Callable[[Refusal], None],
        clock_s: Callable[[], float] = time.time,
    ) -> None:
        self.options, self.secret, self.used = options, secret, used
        self.take, self.refuse, self.clock_s = take, refuse, clock_s
        self._allowance, self._asked_s = float(BURST), time.monotonic()
        if ":" in options.http_address:
            self.address_family = socket.AF_INET6
        super().__init__((options.http_address, options.http_port), _Request)

    def start(self) -> None:
        """Serves in a thread of its own until ``shutdown``."""
        threading.Thread(target=self.serve_forever, name="queue-http", daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is no news."""
        log.info("a request of the ticket system was broken off")

    def slow_down(self) -> None:
        """Waits where more came than may."""
        now = time.monotonic()
        self._allowance = min(BURST, self._allowance + (now - self._asked_s) / PAUSE_S) - 1
        self._asked_s = now
        if self._allowance < 0:
            time.sleep(PAUSE_S)


class _Request(BaseHTTPRequestHandler):
    server: QueueHttp
    timeout = 5.0
    server_version, sys_version = "queue", ""

    def handle(self) -> None:
        """One request a connection, closed when it takes too long."""
        end = threading.Timer(DEADLINE_S, self._give_up)
        end.daemon = True
        end.start()
        try:
            self.server.slow_down()
            self.handle_one_request()
        finally:
            end.cancel()

    def _give_up(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)  # closing it would wait for whoever still reads

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or self.headers.get("Transfer-Encoding"):
            self._answer(411, {"error": "say the body's length"})
        elif int(length) > MAX_BODY:
            self._answer(413, {"error": f"at most {MAX_BODY} bytes"})
        else:
            self._take(self.rfile.read(int(length)))

    def _take(self, body: bytes) -> None:
        server = self.server
        header = self.headers.get(server.options.http_header, "")
        if not is_signed(server.secret, body, header, int(server.clock_s()), server.options.http_signature):
            server.refuse(Refusal(0, "not_signed"))
            self._answer(401, {"error": "not signed with our secret, or not now"})
            return
        try:
            events = [event for row in events_in_lines(as_lines(body), server.used) for event in row]
        except RefusedFile as refused:
            found = refused.refusal
            server.refuse(found)
            self._answer(400, {"row": found.row, "error": found.word, "field": found.field})
            return
        taken = server.take(events)
        if taken.full:
            self._answer(503, {"error": "no room for more events today"})
        else:
            self._answer(200, {"new": len(taken.new), "known": taken.doubled, "left_out": taken.foreign})

    def _answer(self, status: int, content: Mapping[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        """Requests are not logged: only what was refused is, without its content."""


def as_lines(body: bytes) -> bytes:
    """A body of one JSON object that stands on several lines as one line; everything else as it is."""
    if body.count(b"\n") <= 1:
        return body
    try:
        return json.dumps(json.loads(body)).encode()
    except (ValueError, RecursionError):
        return body
