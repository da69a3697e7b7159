"""Real server processes on loopback."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.rig import Process


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int


@contextmanager
def district_server(url: str, data: Path) -> Iterator[Server]:
    """``district serve`` without its projector, which would share the processor, and without limits: here a box sends
    more in a second than elsewhere in a month."""
    config = data / "bench.toml"
    config.write_text("[limits]\nper_device_minute = 0\nin_flight = 0\nwaiting_batches = 0\n", encoding="utf-8")
    environment = {
        "DISTRICT_DATA": str(data),
        "DISTRICT_DATABASE_URL": url,
        "DISTRICT_PORT": "0",
        "DISTRICT_CONFIG": str(config),
    }
    with _server("district", ["-m", "sync.district", "serve", "--no-project"], environment, data) as server:
        yield server


@contextmanager
def floor_server(url: str, folder: Path) -> Iterator[Server]:
    with _server("floor", ["-m", "tests.bench.floor", url], {}, folder) as server:
        yield server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


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
