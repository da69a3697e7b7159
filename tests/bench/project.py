"""Opening and counting what waits, beside opening alone and one multi-row INSERT of the same rows."""

import sqlite3
from collections.abc import Iterator
from time import perf_counter, process_time

from nacl.public import PrivateKey, SealedBox

from sync.district.ingest.accept import accept
from sync.district.projection.project import MOST_BATCHES, project
from sync.seal import seal
from tests.bench.databases import KINDS, District, databases, district
from tests.bench.options import Options
from tests.bench.senders import body
from tests.bench.table import Figure, Row, Target, summed

BOXES = 8


def measure(options: Options) -> Iterator[Row]:
    for kind in KINDS:
        for size, burst in ((500, options.burst), (50, options.burst // 8)):
            folder = options.folder / f"project-{kind}-{size}"
            with databases(kind, folder, ["district"]) as (url,), district(url, folder / "data", BOXES) as at:
                sealed = _arrive(at, burst, size)
                yield from _drain(f"{kind}, batches of {size}", at, sealed)


def _arrive(at: District, burst: int, size: int) -> list[bytes]:
    """Everything the projector will find: each entry of another dossier."""
    sealed = [seal(body(number), at.services.sealing_public_key) for number in range(burst)]
    for number, sender in enumerate(at.senders):
        sender.reuse_once(sealed[number :: len(at.senders)])
    for number in range(burst // size):
        sender = at.senders[number % len(at.senders)]
        accept(at.services.engine, at.services.receipt_key, sender.public_key, sender.batch(size), at.services.now())
    return sealed


def _drain(what: str, at: District, sealed: list[bytes]) -> Iterator[Row]:
    """A step of the projector and the floor for as many entries take turns until nothing waits."""
    floor, rates, cores, floors, done = _Floor(next(iter(at.keys.values()))), [], [], [], 0
    while True:
        wall, cpu = perf_counter(), process_time()
        n = project(at.services.engine, at.keys, MOST_BATCHES)
        if not n:
            break
        rates.append(n / (perf_counter() - wall))
        cores.append(n / (process_time() - cpu))
        floors.append(floor.rate(sealed[done : done + n]))
        done += n
    beside, target = "open, insert", Target("median", "≥", 4_000)
    yield Row("project", what, "entries/s", summed(rates), beside, summed(floors))
    yield Row("project", f"{what}: per core", "entries/s", summed(cores), beside, summed(floors), target)
    first, last = Figure(1, rates[-1]), Figure(1, rates[0])
    yield Row("project", f"{what}: last step of {done:,}", "entries/s", first, "first step", last)


class _Floor:
    """The least a projector could do with an entry: open the sealed box, keep the bytes under a key, commit."""

    def __init__(self, key: PrivateKey) -> None:
        self._box = SealedBox(key)
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.execute("CREATE TABLE opened (id INTEGER PRIMARY KEY, body BLOB)")

    def rate(self, sealed: list[bytes]) -> float:
        begun = perf_counter()
        rows = [(self._box.decrypt(each),) for each in sealed]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO opened (body) VALUES (?)", rows)
        self._connection.execute("COMMIT")
        return len(rows) / (perf_counter() - begun)
