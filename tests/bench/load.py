"""Clients that send what was made beforehand, all at once, over connections that stay open."""

import http.client
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from tests.bench.processes import cpu_seconds
from tests.bench.servers import Server


@dataclass(frozen=True, slots=True)
class Parcel:
    """One client's requests."""

    headers: dict[str, str]
    bodies: Sequence[bytes]
    path: str = "/v1/batches"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the wall, and the server's on its processor."""

    wall: float
    cpu: float


def send_all(server: Server, parcels: Sequence[Parcel]) -> Spent:
    """Raises ``RuntimeError`` when a request was not answered with 200."""
    ready = threading.Barrier(len(parcels) + 1)
    troubles: list[str] = []
    clients = [threading.Thread(target=_client, args=(server, parcel, ready, troubles)) for parcel in parcels]
    for client in clients:
        client.start()
    ready.wait()
    wall, cpu = perf_counter(), cpu_seconds(server.pid)
    for client in clients:
        client.join()
    spent = Spent(perf_counter() - wall, cpu_seconds(server.pid) - cpu)
    if troubles:
        raise RuntimeError(f"{len(troubles)} requests failed, the first: {troubles[0]}")
    return spent


def _client(server: Server, parcel: Parcel, ready: threading.Barrier, troubles: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.connect()
    ready.wait()
    try:
        for body in parcel.bodies:
            connection.request("POST", parcel.path, body, parcel.headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                troubles.append(f"{answer.status} {said[:300]!r}")
    except OSError as error:
        troubles.append(repr(error))
    finally:
        connection.close()
