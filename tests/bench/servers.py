"""Real server processes on loopback."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.rig import Process


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int


@contextmanager
def district_server(url: str, data: Path) -> Iterator[Server]:
    """``district serve`` without its projector, which would share the processor."""
    environment = {"DISTRICT_DATA": str(data), "DISTRICT_DATABASE_URL": url, "DISTRICT_PORT": "0"}
    with _server("district", ["-m", "sync.district", "serve", "--no-project"], environment, data) as server:
        yield server


@contextmanager
def floor_server(url: str, folder: Path) -> Iterator[Server]:
    with _server("floor", ["-m", "tests.bench.floor", url], {}, folder) as server:
        yield server


@contextmanager
def _server(name: str, command: list[str], environment: dict[str, str], folder: Path) -> Iterator[Server]:
    process = Process(name, command, {**os.environ, **environment}, folder / f"{name}.log")
    process.start()
    try:
        address = re.search(r"http://\S+", process.wait_for("listens on"))
        assert address is not None
        yield Server(urlsplit(address[0]).port or 0, process.pid)
    finally:
        process.stop()
