"""From the tap to the disk: the real desk on the real file, beside a bare one-row commit with the same PRAGMAs."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, thread_time
from typing import NamedTuple

from kiosk import settings
from kiosk.box import keys
from kiosk.box.box import open_box
from kiosk.box.facts import box_fact, seal_fact
from kiosk.clock import read_clock
from kiosk.desk.desk import KioskDesk
from kiosk.domain.entry import EntryType, new_entry_id
from kiosk.domain.rating import InputMethod, Score
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from kiosk.store import ledger
from kiosk.store.engine import Store
from sync.protocol.chain import Envelope
from tests.bench.options import Options
from tests.bench.prepared import dossier_codes, prepare
from tests.bench.table import Figure, Row, Target, summed

WARM, TAPS = 1_500, 1_000
BARE = "bare one-row commit"
PENDING = 100_000
CHUNK = 2_000


class Taps(NamedTuple):
    """Milliseconds of so many saves and of the bare commits between them."""

    saves: Figure
    commits: Figure
    our_cpu: Figure
    bare_cpu: Figure


def measure(options: Options) -> Iterator[Row]:
    prepare(options.folder / "rig")
    shutil.copytree(options.folder / "rig/kiosk", options.folder / "box")
    store, desk = open_desk(options.folder / "box")
    bare = _bare(options.folder / "box/bare.sqlite3")
    few = _taps(desk, bare)
    yield Row("box", "tap to durable", "ms", few.saves, BARE, few.commits, Target("ratio", "≤", 2))
    yield Row("box", "tap to durable: processor", "ms", few.our_cpu, BARE, few.bare_cpu)
    _fill(store, desk)
    many = _taps(desk, bare)
    what = f"tap to durable with {PENDING:,} pending"
    yield Row("box", what, "ms", many.saves, "with none", few.saves, Target("ratio", "≤", 1.1))
    bare.close()
    store.close()


def open_desk(folder: Path) -> tuple[Store, KioskDesk]:
    store = Store(folder)
    box = open_box(store, lambda: keys.load(folder / "keys"))
    pattern = settings.load(environment={"KIOSK_DATA": str(folder)}).code_patterns
    desk = KioskDesk(lambda: box, pattern, read_clock)
    assert desk.probe() == "", "the prepared box does not open"
    return store, desk


def _taps(desk: KioskDesk, bare: sqlite3.Connection) -> Taps:
    """One save and one bare commit take turns, after so many of each that both logs (WAL) are written over, not grown:
    a growing file costs the bare commit twice as much."""
    drafts = _drafts(desk)
    saves, commits, our_cpu, bare_cpu = [], [], [], []
    for number in range(WARM + TAPS):
        draft = drafts[number % len(drafts)]
        begun, cpu = perf_counter(), thread_time()
        desk.save(draft)
        between, cpu_between = perf_counter(), thread_time()
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO bare (body) VALUES (?)", (bytes(300),))
        bare.execute("COMMIT")
        ended = perf_counter()
        saves.append((between - begun) * 1000)
        commits.append((ended - between) * 1000)
        our_cpu.append((cpu_between - cpu) * 1000)
        bare_cpu.append((thread_time() - cpu_between) * 1000)
    return Taps(*(summed(values[WARM:]) for values in (saves, commits, our_cpu, bare_cpu)))


def _drafts(desk: KioskDesk) -> list[RatingDraft]:
    subjects = [desk.find(code, InputMethod.SCAN) for code in dossier_codes()]
    scores = list(Score)
    return [
        RatingDraft(subject, scores[number % 5], "vi", since_ms=41_000 + number, spent_ms=2_000 + number)
        for number, subject in enumerate(subjects)
        if isinstance(subject, Subject)
    ]


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return connection


def _fill(store: Store, desk: KioskDesk) -> None:
    """A year offline: entries of the true size; what they say does not matter here, so one is used again and again."""
    box = desk.box
    assert box is not None
    moment = read_clock()
    like = seal_fact(box_fact(EntryType.BOOT, moment), box.identity.sealing_public_key)
    for _ in range(PENDING // CHUNK):
        envelopes = [
            Envelope(new_entry_id(moment.day), like.type, like.day, like.key_id, like.sealed) for _ in range(CHUNK)
        ]
        with store.write() as tx:
            ledger.append(tx, box.identity.device_id, envelopes, box.keys.device)
    os.sync()  # what is measured next does not wait for what was written here
