"""A network that means ill: a TCP proxy in front of a district that loses, repeats, cuts and replaces by a dice."""

import json
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PORTAL = "<html><body>Xin chào. Vui lòng đăng nhập mạng.</body></html>"
PATIENCE = 10.0


def answer(status: str, kind: str, body: str, *headers: str) -> bytes:
    content = body.encode()
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(content)}", "Connection: close"]
    return "\r\n".join([*head, *headers, "", ""]).encode() + content


def problem(status: int) -> str:
    return json.dumps({"type": "about:blank", "title": "Busy", "status": status})


FORGED = {
    "v": 1,
    "results": [[1, "stored", ""]],
    "receipt": {"device_id": "box-1", "epoch": 1, "seq": 9, "hash": "00" * 32, "received_at": "x", "signature": "AAAA"},
    "latest_epoch": 1,
    "latest_seq": 1,
}

REPLACEMENTS = (
    answer("200 OK", "text/html", PORTAL),
    answer("200 OK", "application/json", PORTAL),
    answer("302 Found", "text/html", "", "Location: http://127.0.0.1:9/sign-in"),
    answer("511 Network Authentication Required", "text/html", PORTAL),
    answer("400 Bad Request", "text/html", PORTAL),
    answer("403 Forbidden", "application/json", "{}"),
    answer("404 Not Found", "text/plain", "no such page"),
    answer("502 Bad Gateway", "text/html", PORTAL),
    answer("503 Service Unavailable", "application/problem+json", problem(503), "Retry-After: 120"),
    answer("429 Too Many Requests", "application/problem+json", problem(429), "Retry-After: 30"),
    answer("200 OK", "application/json", "{}"),
    answer("200 OK", "application/json", "[1, 2"),
    answer("200 OK", "application/json", '{"v": 99}'),
    answer("200 OK", "application/json", json.dumps(FORGED)),
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"",
)


@dataclass
class HostileNetwork:
    """``base`` is where a box finds the district. Every exchange has one misfortune, unless ``calm``."""

    base: str
    district: tuple[str, int]
    dice: random.Random
    calm: bool = True
    happened: Counter[str] = field(default_factory=Counter)
    answers: dict[str, bytes] = field(default_factory=dict)

    def exchange(self, client: socket.socket) -> None:
        request = _read_request(client)
        if not request:
            return
        misfortune = None if self.calm else self.dice.choice(MISFORTUNES)
        self.happened[misfortune.__name__ if misfortune else "calm"] += 1
        reply = misfortune(self, request) if misfortune else self.forward(request)
        if reply is None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            client.sendall(reply)

    def forward(self, request: bytes) -> bytes:
        """What the district answers, to the end."""
        with socket.create_connection(self.district, timeout=PATIENCE) as upstream:
            upstream.sendall(request)
            reply = b"".join(iter(lambda: upstream.recv(65536), b""))
        self.answers[_path(request)] = reply
        return reply


Misfortune = Callable[[HostileNetwork, bytes], bytes | None]


def nothing_happens(network: HostileNetwork, request: bytes) -> bytes | None:
    return network.forward(request)


def the_request_is_lost(network: HostileNetwork, request: bytes) -> bytes | None:
    return None


def the_request_is_cut(network: HostileNetwork, request: bytes) -> bytes | None:
    with socket.create_connection(network.district, timeout=PATIENCE) as upstream:
        upstream.sendall(request[: network.dice.randrange(1, len(request))])
        upstream.shutdown(socket.SHUT_WR)
        upstream.recv(65536)
    return None


def the_request_trickles(network: HostileNetwork, request: bytes) -> bytes | None:
    with socket.create_connection(network.district, timeout=PATIENCE) as upstream:
        upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        step = max(1, len(request) // 40)
        for start in range(0, len(request), step):
            upstream.sendall(request[start : start + step])
            threading.Event().wait(0.001)
        return b"".join(iter(lambda: upstream.recv(1), b""))


def the_request_is_repeated(network: HostileNetwork, request: bytes) -> bytes | None:
    replies = [network.forward(request) for _ in range(network.dice.randrange(2, 4))]
    return network.dice.choice(replies)


def the_request_is_raced(network: HostileNetwork, request: bytes) -> bytes | None:
    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(network.forward, [request] * 3))[network.dice.randrange(3)]


def the_answer_is_lost(network: HostileNetwork, request: bytes) -> bytes | None:
    network.forward(request)
    return None


def the_answer_is_cut(network: HostileNetwork, request: bytes) -> bytes | None:
    reply = network.forward(request)
    return reply[: network.dice.randrange(len(reply))]


def the_answer_is_garbled(network: HostileNetwork, request: bytes) -> bytes | None:
    reply = bytearray(network.forward(request))
    body = reply.index(b"\r\n\r\n") + 4
    if body < len(reply):
        reply[network.dice.randrange(body, len(reply))] = network.dice.randrange(256)
    return bytes(reply)


def the_answer_is_an_older_one(network: HostileNetwork, request: bytes) -> bytes | None:
    older = network.answers.get(_path(request))
    return older or network.forward(request)


def something_else_answers(network: HostileNetwork, request: bytes) -> bytes | None:
    return network.dice.choice(REPLACEMENTS)


def something_else_answers_after_the_district_took_it(network: HostileNetwork, request: bytes) -> bytes | None:
    network.forward(request)
    return network.dice.choice(REPLACEMENTS)


MISFORTUNES: tuple[Misfortune, ...] = (
    nothing_happens,
    the_request_is_lost,
    the_request_is_cut,
    the_request_trickles,
    the_request_is_repeated,
    the_request_is_raced,
    the_answer_is_lost,
    the_answer_is_cut,
    the_answer_is_garbled,
    the_answer_is_an_older_one,
    something_else_answers,
    something_else_answers_after_the_district_took_it,
)


@contextmanager
def hostile_network(district_url: str, dice: random.Random) -> Iterator[HostileNetwork]:
    """A proxy on a free port of loopback, one exchange at a time, so that the dice falls the same way each run."""
    listener = socket.create_server(("127.0.0.1", 0))
    to = urlsplit(district_url)
    network = HostileNetwork(f"http://127.0.0.1:{listener.getsockname()[1]}", (str(to.hostname), to.port or 80), dice)
    thread = threading.Thread(target=_serve, args=(listener, network), daemon=True)
    thread.start()
    yield network
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(PATIENCE)


def _serve(listener: socket.socket, network: HostileNetwork) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            client.settimeout(PATIENCE)
            with suppress(OSError):
                network.exchange(client)


def _read_request(client: socket.socket) -> bytes:
    """One whole request, asking the district to close behind its answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += client.recv(65536)
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


def _path(request: bytes) -> str:
    return request.split(b" ", 2)[1].split(b"?")[0].decode()
