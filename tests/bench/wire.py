"""Bytes on the wire for a rating: the agent's own transport to a real server, every byte of both ways counted.

Beside it the same ratings as plain JSON objects, one request for each batch, acknowledged one by one: neither sealed
nor signed, as comparable systems send them. TLS and TCP are not counted on either side.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from sync.agent.transport import Transport
from tests.bench.databases import databases, district
from tests.bench.options import Options
from tests.bench.senders import Sender, body
from tests.bench.servers import Server, district_server, floor_server
from tests.bench.table import Figure, Row, Target

SIZES = (1, 50, 500)
TURNS = 3


@dataclass
class Counted:
    """Bytes through a port of loopback, both ways together."""

    port: int = 0
    total: int = 0


def measure(options: Options) -> Iterator[Row]:
    folder = options.folder / "wire"
    with (
        databases("sqlite", folder, ["district", "floor"]) as (url, floor_url),
        district(url, folder / "data", 1) as at,
        district_server(url, folder / "data") as server,
        floor_server(floor_url, folder) as floor,
        counting(server) as ours,
        counting(floor) as plain,
    ):
        sender, transport = at.senders[0], Transport(f"http://127.0.0.1:{ours.port}", at.senders[0].token)
        for size in SIZES:
            sizes = [_ours(ours, transport, sender, size) for _ in range(TURNS)]
            theirs = _plain(plain, size)
            target = Target("median", "≤", 160) if size == 500 else None
            figure = Figure(TURNS, sorted(sizes)[TURNS // 2])
            yield Row("wire", f"batch of {size}", "B/rating", figure, "plain JSON, unsealed", Figure(1, theirs), target)


def _ours(counted: Counted, transport: Transport, sender: Sender, size: int) -> float:
    batch, before = sender.batch(size), counted.total
    answer = transport.send(batch)
    assert [result.status for result in answer.results] == ["stored"] * size
    return (counted.total - before) / size


def _plain(counted: Counted, size: int) -> float:
    before = counted.total
    columns = {"device_id": "box-1", "epoch": 1, "type": "rating", "day": "2026-11-21", "key_id": "", "hash": ""}
    rows = [
        columns | {"seq": number, "entry_id": f"{size}-{number:034}", "sealed": ""} | body(number)
        for number in range(size)
    ]
    with requests.Session() as session:
        headers = {"Authorization": f"Bearer {'0' * 64}"}
        session.post(f"http://127.0.0.1:{counted.port}/v1/batches", json=rows, headers=headers).raise_for_status()
    assert len(json.dumps(rows)) < counted.total - before
    return (counted.total - before) / size


@contextmanager
def counting(server: Server) -> Iterator[Counted]:
    """A port that passes everything on to the server and counts it."""
    listener = socket.create_server(("127.0.0.1", 0))
    counted = Counted(listener.getsockname()[1])
    threading.Thread(target=_serve, args=(listener, server, counted), daemon=True).start()
    try:
        yield counted
    finally:
        listener.close()


def _serve(listener: socket.socket, server: Server, counted: Counted) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        upstream = socket.create_connection(("127.0.0.1", server.port))
        for source, sink in ((client, upstream), (upstream, client)):
            threading.Thread(target=_pass_on, args=(source, sink, counted), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket, counted: Counted) -> None:
    try:
        while data := source.recv(65_536):
            counted.total += len(data)  # before it is passed on: whoever has the answer sees it counted
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
