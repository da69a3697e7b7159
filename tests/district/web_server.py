"""A real district server on loopback, with figures put straight into its projections."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import requests
import uvicorn
from nacl.signing import SigningKey
from sqlalchemy import func, insert, select

from sync.district.accounts.passwords import Passwords
from sync.district.app import create_app
from sync.district.domain.people import Role
from sync.district.services import Services
from sync.district.settings import Settings
from sync.district.store import tables
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import Engine, writing
from sync.district.web.routes import web_router
from tests.district.web_fixtures import NOW

PASSWORD = "một câu dễ nhớ"
TODAY = date(2026, 11, 20)


class StillClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@cache
def hash_of_password() -> str:
    return Passwords().hash(PASSWORD)


def add_people(engine: Engine, *people: tuple[str, Role, str | None]) -> None:
    with writing(engine) as connection:
        for name, role, unit_id in people:
            add_user(connection, UserRow(name, hash_of_password(), role, unit_id, False, None, True), NOW)


def rate(engine: Engine, unit_id: str, counter_id: str, scores: dict[int, int], day: date = TODAY) -> None:
    rows = [
        {
            "day": day,
            "unit_id": unit_id,
            "counter_id": counter_id,
            "question_id": "overall",
            "answer": str(score),
            "n": n,
        }
        for score, n in scores.items()
    ]
    with writing(engine) as connection:
        connection.execute(insert(tables.tallies), rows)


def explain(engine: Engine, unit_id: str, counter_id: str, reasons: dict[tuple[str, str], int], hard: int = 0) -> None:
    """Ratings with one reason each (question, answer), and ``hard`` answers to the private question at the unit."""
    told = [(question, answer) for (question, answer), n in reasons.items() for _ in range(n)]
    with writing(engine) as connection:
        for number, (question, answer) in enumerate(told):
            key = f"{counter_id}-{number}"
            entry = {"device_id": "box", "epoch": 1, "seq": number, "batch_id": 1, "questionnaire": "mot-cua/2",
                     "language": "vi", "recorded_at": NOW, "received_at": NOW}  # fmt: skip
            rating = {"entry_id": key, "unit_id": unit_id, "counter_id": counter_id, "stage": "return", "score": 2,
                      "flags": [], "input": "scan", "day": TODAY, "counted": True}  # fmt: skip
            added = {"entry_id": f"+{key}", "rating_entry_id": key, "spent_ms": {}, "presses": 1, "scans_again": 0}
            connection.execute(insert(tables.ratings).values(**entry, **rating))
            connection.execute(insert(tables.answer_entries).values(**entry, **added))
            row = {"entry_id": f"+{key}", "question_id": question, "answer": answer}
            connection.execute(insert(tables.answers).values(**row))
        for number in range(hard):
            row = {"entry_id": f"!{counter_id}-{number}", "question_id": "hard_to_say", "answer": "money", "day": TODAY,
                   "rating_entry_id": f"{number}", "unit_id": unit_id, "questionnaire": "mot-cua/2"}  # fmt: skip
            connection.execute(insert(tables.sensitive_answers).values(**row))


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


@contextmanager
def serving(engine: Engine, folder: Path, clock: StillClock) -> Iterator[str]:
    """Serves the district on a free port and gives its address."""
    services = Services(
        engine=engine,
        settings=Settings(data=folder, database_url=""),
        receipt_key=SigningKey.generate(),
        sealing_public_key=b"s" * 32,
        now=clock,
    )
    app = create_app(services, pages=[web_router(services)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
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
