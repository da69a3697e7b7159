"""The least an endpoint can do: decode JSON, one multi-row INSERT … ON CONFLICT DO NOTHING, commit, acknowledge.

``python -m tests.bench.floor URL`` serves it on a free port of loopback and says which. No identity, no signature, no
chain, no receipt: this is what the rest is measured against.
"""

import base64
import json
import queue
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

NAMES = ("device_id", "epoch", "seq", "entry_id", "type", "day", "key_id", "sealed", "hash")
CONNECTIONS = 40
Keep = Callable[[list[dict[str, Any]]], None]


def main() -> None:
    keep = _postgresql(sys.argv[1]) if sys.argv[1].startswith("postgresql") else _sqlite(sys.argv[1])
    app = FastAPI()

    @app.post("/v1/batches")
    async def batches(request: Request) -> JSONResponse:
        return await run_in_threadpool(_accept, keep, await request.body())

    listener = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # named, or asyncio leaves Nagle on
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    print(f"The floor listens on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)).run(
        sockets=[listener]
    )


def _accept(keep: Keep, body: bytes) -> JSONResponse:
    rows = json.loads(body)
    keep(rows)
    return JSONResponse({"stored": [row["entry_id"] for row in rows]})


def _sqlite(url: str) -> Keep:
    path = url.removeprefix("sqlite:///")
    idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
    for _ in range(CONNECTIONS):
        connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        idle.put(connection)
    connection.execute(
        "CREATE TABLE entries (device_id TEXT, epoch INTEGER, seq INTEGER, entry_id TEXT, type TEXT, day TEXT, "
        "key_id TEXT, sealed BLOB, hash BLOB, PRIMARY KEY (device_id, epoch, seq))"
    )
    places, turn = ", ".join(["?"] * len(NAMES)), threading.Lock()  # SQLite's own waiting sleeps: no floor would

    def keep(rows: list[dict[str, Any]]) -> None:
        values = [
            (*(row[name] for name in NAMES[:-2]), base64.b64decode(row["sealed"]), bytes.fromhex(row["hash"]))
            for row in rows
        ]
        connection = idle.get()
        try:
            with turn:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(f"INSERT INTO entries VALUES ({places}) ON CONFLICT DO NOTHING", values)
                connection.execute("COMMIT")
        finally:
            idle.put(connection)

    return keep


def _postgresql(url: str) -> Keep:
    idle: queue.LifoQueue[psycopg.Connection[Any]] = queue.LifoQueue()
    for _ in range(CONNECTIONS):
        idle.put(psycopg.connect(url))
    types = ("text", "bigint", "bigint", "text", "text", "date", "text", "bytea", "bytea")
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(NAMES, types, strict=True))
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE entries ({columns}, PRIMARY KEY (device_id, epoch, seq))")
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    statement = f"INSERT INTO entries SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"

    def keep(rows: list[dict[str, Any]]) -> None:
        columns: list[list[Any]] = [[row[name] for row in rows] for name in NAMES]
        columns[5] = [date.fromisoformat(value) for value in columns[5]]
        columns[7] = [base64.b64decode(value) for value in columns[7]]
        columns[8] = [bytes.fromhex(value) for value in columns[8]]
        connection = idle.get()
        try:
            connection.execute(statement, columns)
            connection.commit()
        finally:
            idle.put(connection)

    return keep


if __name__ == "__main__":
    main()
