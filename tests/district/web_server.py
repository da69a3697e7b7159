"""A real district server on loopback, with figures put straight into its projections."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import requests
import uvicorn
from nacl.pwhash import argon2id
from nacl.signing import SigningKey
from sqlalchemy import func, insert, select

from sync.district.app import create_app
from sync.district.cli.serving import PAGES
from sync.district.domain.people import Role
from sync.district.keys.files import load_receipt_key
from sync.district.projection.release import release_each_stream
from sync.district.services import Services
from sync.district.settings import Settings
from sync.district.store import tables
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.releases import is_released, note_release
from sync.district.web.error_pages import error_pages
from tests.district.web_fixtures import NOW

PASSWORD = "một câu dễ nhớ"
TODAY = date(2026, 11, 20)
NUMBERS = count(1)


class StillClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@cache
def hash_of_password() -> str:
    """A hash of the product's kind that is cheap to check: it names its own cost. A tenth of a second behind every
    other process, for each of some thousand sign-ins, would be a good part of all tests."""
    cheap = {"opslimit": argon2id.OPSLIMIT_MIN, "memlimit": argon2id.MEMLIMIT_MIN}
    return argon2id.str(PASSWORD.encode(), **cheap).decode("ascii").rstrip("\0")


def add_people(engine: Engine, *people: tuple[str, Role, str | None]) -> None:
    with writing(engine) as connection:
        for name, role, unit_id in people:
            add_user(connection, UserRow(name, hash_of_password(), role, unit_id, False, None, True), NOW)


def rate(engine: Engine, unit_id: str, counter_id: str, scores: dict[int, int], day: date = TODAY) -> None:
    """Ratings of as many dossiers, of which everything that makes a group is released."""
    given = [score for score, n in scores.items() for _ in range(n)]
    keep_ratings(engine, [rating(unit_id, counter_id, score, day) for score in given])


def rating(unit_id: str, counter_id: str, score: int, day: date = TODAY, **more) -> dict:
    """The row of a rating of a dossier of its own."""
    number = next(NUMBERS)
    return {"entry_id": f"e{number}", "device_id": "box", "epoch": 1, "seq": number, "batch_id": 1,
            "unit_id": unit_id, "counter_id": counter_id or None, "dossier_code": f"{unit_id}-{number}",
            "stage": "return", "questionnaire": "mot-cua/2", "score": score, "flags": [], "language": "vi",
            "input": "scan", "day": day, "recorded_at": NOW, "received_at": NOW, "counted": True} | more  # fmt: skip


def keep_ratings(engine: Engine, rows: list[dict]) -> None:
    """Keeps ratings as the projector does, and releases as when the next day has begun."""
    with writing(engine) as connection:
        if rows:
            connection.execute(insert(tables.ratings), rows)
        release_all(connection)


def release_all(connection: Connection) -> None:
    """What the next day's release would release by now; the pages then tell about today."""
    release_each_stream(connection, NOW + timedelta(days=1))
    tomorrow = TODAY + timedelta(days=1)
    if not is_released(connection, tomorrow):
        note_release(connection, tomorrow, NOW)


def explain(
    engine: Engine,
    unit_id: str,
    counter_id: str,
    reasons: dict[tuple[str, str], int],
    hard: int = 0,
    day: date = TODAY,
) -> None:
    """Ratings with one reason each (question, answer), and ``hard`` answers to the private question at the unit."""
    told = [answered for answered, n in reasons.items() for _ in range(n)] + [("hard_to_say", "money")] * hard
    with writing(engine) as connection:
        for question, answer in told:
            row = rating(unit_id, counter_id, 2, day)
            key = row["entry_id"]
            same = ("device_id", "epoch", "seq", "batch_id", "questionnaire", "language", "recorded_at", "received_at")
            added = {"entry_id": f"+{key}", "rating_entry_id": key, "spent_ms": {}, "presses": 1, "scans_again": 0}
            said = {"entry_id": f"+{key}", "question_id": question, "answer": answer}
            connection.execute(insert(tables.ratings).values(**row))
            connection.execute(insert(tables.answer_entries).values(**{name: row[name] for name in same}, **added))
            if question == "hard_to_say":
                private = {"rating_entry_id": key, "unit_id": unit_id, "questionnaire": "mot-cua/2", "day": day}
                connection.execute(insert(tables.sensitive_answers).values(**said, **private))
            else:
                connection.execute(insert(tables.answers).values(**said))
        release_all(connection)


def enrol(engine: Engine, device_id: str, unit_id: str, counter_id: str | None, **more) -> None:
    silent = more.pop("silent", timedelta(minutes=3))
    values = {
        "device_id": device_id,
        "unit_id": unit_id,
        "counter_id": counter_id,
        "public_key": b"k" * 32,
        "token_hash": device_id.encode().ljust(32, b"."),
        "state": "active",
        "enrolled_at": NOW - timedelta(days=30),
        "last_contact_at": None if silent is None else NOW - silent,
        "health": {"pending": 0},
        **more,
    }
    with writing(engine) as connection:
        values["box_number"] = 10_000 + connection.scalar(select(func.count()).select_from(tables.devices))
        connection.execute(insert(tables.devices).values(values))


def find(engine: Engine, device_id: str, kind: str, times: int = 1) -> None:
    rows = [
        {
            "device_id": device_id,
            "epoch": 1,
            "seq": seq,
            "kind": kind,
            "found_at": NOW - timedelta(hours=5),
        }
        for seq in range(1, times + 1)
    ]
    with writing(engine) as connection:
        connection.execute(insert(tables.findings), rows)


def wait_for_opening(engine: Engine, batches: int, since: timedelta) -> None:
    rows = [{"batch_id": number, "queued_at": NOW - since} for number in range(1, batches + 1)]
    with writing(engine) as connection:
        connection.execute(insert(tables.projection_queue), rows)


def _receipt_key(folder: Path) -> SigningKey:
    """That of the district whose data stands there: it opens the contacts that this district has sealed."""
    made = [data for data in (folder, folder / "data") if (data / "receipt.key").exists()]
    return load_receipt_key(made[0]) if made else SigningKey.generate()


@contextmanager
def serving(engine: Engine, folder: Path, clock: StillClock, **more: Any) -> Iterator[str]:
    """Serves the district on a free port, with ``more`` settings, and gives its address."""
    services = Services(
        engine=engine,
        settings=Settings(data=folder, database_url="", **more),
        receipt_key=_receipt_key(folder),
        sealing_public_key=b"s" * 32,
        now=clock,
    )
    app = create_app(services, [page(services) for page in PAGES], error_pages(services))
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off", timeout_keep_alive=600)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


class Browser:
    """A person's browser as far as HTTP is concerned: it keeps cookies and follows nowhere by itself."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy, and no look into the environment for each request

    def get(self, path: str, **more) -> requests.Response:
        return self.session.get(self._address + path, allow_redirects=False, timeout=20, **more)

    def post(self, path: str, fields: dict[str, str], **more) -> requests.Response:
        return self.session.post(self._address + path, data=fields, allow_redirects=False, timeout=20, **more)

    def sign_in(self, user_name: str, password: str = PASSWORD) -> requests.Response:
        return self.post("/sign-in", {"user_name": user_name, "password": password})

    def figures(self, query: str = "") -> dict:
        answer = self.get(f"/figures.json{query}")
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text)
