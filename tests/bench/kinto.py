"""Kinto on PostgreSQL, the nearest peer that can be installed: records created once, in batches, acknowledged each.

It is there when ``.ci/setup-peers`` was run. It gets the same fields as JSON, checks no signature and no chain.
"""

import http.client
import json
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.load import Parcel
from tests.bench.senders import Sender
from tests.bench.servers import Server, free_port

PROGRAM = Path("build/peers/bin/kinto")
HEADERS = {"Content-Type": "application/json", "Authorization": "Basic YmVuY2g6YmVuY2g="}
RECORDS = "/buckets/bench/collections/entries/records"
PATIENCE = 60.0


@contextmanager
def kinto_server(url: str, folder: Path) -> Iterator[Server | None]:
    """Kinto with an empty collection; ``None`` when it is not installed."""
    if not PROGRAM.exists():
        yield None
        return
    port, ini = free_port(), folder / "kinto.ini"
    ini.write_text(_settings(url.replace("%", "%%"), port), encoding="utf-8")
    with (folder / "kinto.log").open("w") as log:
        program = str(PROGRAM.absolute())
        subprocess.run([program, "migrate", "--ini", str(ini)], stdout=log, stderr=log, check=True)
        process = subprocess.Popen([program, "start", "--ini", str(ini), "--port", str(port)], stdout=log, stderr=log)
        try:
            _make(port, "/v1/buckets/bench")
            _make(port, "/v1/buckets/bench/collections/entries")
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def parcel(sender: Sender, size: int, batches: int) -> Parcel:
    """The same entries as Kinto takes them: each record is created once (``If-None-Match: *``)."""
    return Parcel(HEADERS, [_body(json.loads(sender.rows(size))) for _ in range(batches)], "/v1/batch")


def _body(rows: list[dict[str, Any]]) -> bytes:
    once = {"If-None-Match": "*"}
    requests = [
        {"method": "PUT", "path": f"{RECORDS}/{uuid.uuid4()}", "headers": once, "body": {"data": row}} for row in rows
    ]
    return json.dumps({"requests": requests}).encode()


def _make(port: int, path: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("PUT", path, b"{}", HEADERS)
            if connection.getresponse().status in (200, 201):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()


def _settings(url: str, port: int) -> str:
    return f"""[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {url}
kinto.cache_backend = kinto.core.cache.memory
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {url}
multiauth.policies = basicauth
kinto.userid_hmac_secret = bench
kinto.batch_max_requests = 500
kinto.bucket_create_principals = system.Everyone
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {port}
"""
