"""The parts of the one machine that ``test_everything_at_once`` runs: a wire with mishaps, and a kiosk's two processes.

Real files, real agents, real HTTP to a real server. Only what goes wrong is ours.
"""

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import event

from kiosk.box import keys
from kiosk.box.box import Box
from kiosk.box.opening import open_or_mend
from kiosk.box.recovery.rescue import check
from kiosk.clock import Moment
from kiosk.desk.desk import KioskDesk
from kiosk.store import outbox
from kiosk.store.engine import CannotRead, Damaged, Store
from kiosk.store.verify import LedgerCheck, verify
from sync.agent.agent import Agent, Schedule
from sync.agent.transport import Transport
from sync.district.store.engine import Engine
from sync.protocol.chain import Envelope
from sync.protocol.seal import unseal
from tests.district.conftest import NOON, District
from tests.district.hostile import PORTAL
from tests.store.conftest import PATTERN

MISHAPS = (
    *("request_lost", "request_cut", "request_of_another_type", "district_dies", "repeated"),
    *("answer_lost", "answer_cut", "answer_of_another_type", "somebody_else_answers", "box_dies_before", "box_dies"),
)


class Crash(BaseException):
    """The process is gone: nothing catches this on the way."""


class Wire(HTTPAdapter):
    """Carries requests. ``mishaps`` is a queue of what happens to the next ones; empty means well. ``taken`` are the
    batches that the district took."""

    def __init__(self, kill_district: Callable[[], None]) -> None:
        super().__init__()
        self._kill_district = kill_district
        self.mishaps: list[str] = []
        self.taken: list[bytes] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        mishap = self.mishaps.pop(0) if self.mishaps else ""
        whole = request.body
        match mishap:
            case "request_lost":
                raise requests.ConnectionError("lost on the way there")
            case "box_dies_before":
                raise Crash
            case "request_cut" if isinstance(whole, bytes):
                request.body = whole[: len(whole) // 2]
                request.headers["Content-Length"] = str(len(request.body))
            case "request_of_another_type":
                request.headers["Content-Type"] = "text/html"
            case "district_dies":
                self._kill_district()
            case "repeated":
                super().send(request, *args, **options)
        response = super().send(request, *args, **options)
        if request.method == "POST" and response.status_code == 200 and str(request.url).endswith("batches"):
            self.taken.append(whole if isinstance(whole, bytes) else b"")
        return self._back(mishap, response)

    def _back(self, mishap: str, response: requests.Response) -> requests.Response:
        match mishap:
            case "answer_lost":
                raise requests.ConnectionError("lost on the way back")
            case "box_dies":
                raise Crash
            case "answer_cut":
                response._content = response.content[: len(response.content) // 2]
            case "answer_of_another_type":
                response.headers["Content-Type"] = "text/html"
            case "somebody_else_answers":
                response.status_code, response._content = 200, PORTAL.encode()
                response.headers["Content-Type"] = "text/html"
        return response


class Mortal:
    """A district's SQLite that dies before every COMMIT from ``die`` to ``revive``: nothing of those is kept."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._dying, self.deaths = engine, False, 0
        event.listen(engine, "connect", lambda connection, _: connection.set_authorizer(self._judge))

    def die(self) -> None:
        self._dying = True
        self._engine.dispose()  # SQLite asks once for each statement of a connection

    def revive(self) -> None:
        self._dying = False

    def _judge(self, action: int, said: str | None, *_: object) -> int:
        if self._dying and action == sqlite3.SQLITE_TRANSACTION and said == "COMMIT":
            self.deaths += 1
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK


@dataclass
class Kiosk:
    """One folder with a box in it, and its two processes, each with the file open for itself."""

    folder: Path
    url: str
    wire: Wire
    district: District
    seconds: float = 0.0
    at: datetime = NOON
    starts: int = 0
    ails: str = ""
    thanked: set[str] = field(default_factory=set)
    apologised: set[str] = field(default_factory=set)
    backup: tuple[Path, set[str]] | None = None

    def clock(self) -> Moment:
        return Moment(self.at, 1_000_000, f"{self.starts:04x}")

    def start(self) -> None:
        """As after a reboot with room on the disk. The daily look at the file comes first."""
        self.starts, self.ails = self.starts + 1, ""
        self.store, self.desk_store = self._store(), self._store()
        self.open()
        mended = partial(open_or_mend, self.desk_store, self.folder / "keys", self.clock)
        self.desk = KioskDesk(mended, PATTERN, self.clock)
        assert self.desk.probe() == ""

    def open(self) -> None:
        """The agent's process, opened anew."""
        try:
            check(self.store)
        except CannotRead:
            assert self.store.damaged
        box = open_or_mend(self.store, self.folder / "keys", self.clock)
        assert box is not None
        self.box: Box = box
        transport = Transport(self.url, box.keys.token)
        transport._session.mount("http://", self.wire)
        pace = Schedule(snapshot_seconds=2500, longest_wait_seconds=900)
        dice = random.Random(7)
        self.agent = Agent(box, transport, pace, self.clock, lambda: self.seconds, dice, "test/1")

    def close(self) -> None:
        self.store.close()
        self.desk_store.close()

    def restart(self) -> None:
        self.close()
        self.start()

    def work(self) -> None:
        """The agent's turn: ticks while there is more to do at once."""
        self.seconds += 1000
        try:
            for _ in range(20):
                if not self.agent.tick():
                    break
        except Crash:
            self.restart()
        except Damaged:
            self.open()

    def fall_ill(self, ails: str) -> None:
        """The disk is ``full`` or ``read_only`` from now on; empty: it is well again."""
        self.ails = ails
        for store in (self.store, self.desk_store):
            store._engine.dispose()

    def waiting(self) -> dict[str, Envelope]:
        """What waits, by the entry's id."""
        with self.store.read() as tx:
            return {kept.envelope.entry_id: kept.envelope for kept in outbox.next_run(tx, 10_000)}

    def codes(self, envelopes: dict[str, Envelope]) -> set[str]:
        """The dossiers of the ratings among entries, opened as the district does."""
        found = set()
        for one in envelopes.values():
            key = self.district.keys.get(one.key_id)
            assert key is not None
            if one.type == "rating":
                found.add(unseal(one.sealed, key)["dossier_code"])
        return found

    def verdict(self) -> LedgerCheck:
        with self.store.read() as tx:
            key = bytes(keys.load(self.folder / "keys").device.verify_key)
            return verify(tx, self.box.identity.device_id, key, self.box.identity.receipt_public_key)

    def is_refused(self) -> bool:
        """Whether the district will not have this box, and it says so: another with its keys rolled them first."""
        return self.agent.trouble.startswith("refused: ")

    def _store(self) -> Store:
        store = Store(self.folder)
        event.listen(store._engine, "connect", self._ail)
        return store

    def _ail(self, connection: Any, _record: object) -> None:
        if self.ails == "full":
            connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size
        if self.ails == "read_only":
            connection.execute("PRAGMA query_only = ON")


YEARS = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2019, 5, 1, tzinfo=UTC),
    NOON,
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(2099, 12, 31, tzinfo=UTC),
)
