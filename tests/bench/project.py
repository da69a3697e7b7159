"""Opening and counting a burst that waits, beside opening alone and one multi-row INSERT of the same rows; and how the
lag shrinks meanwhile, beside a straight line."""

import sqlite3
from collections.abc import Iterator
from statistics import correlation
from time import perf_counter, process_time

from nacl.public import PrivateKey, SealedBox

from sync.district.ingest.accept import accept
from sync.district.projection.project import MAX_BATCHES, project
from sync.district.store.engine import reading
from sync.district.store.projections import lag
from sync.protocol.seal import seal
from tests.bench.databases import KINDS, District, databases, district
from tests.bench.options import Options
from tests.bench.senders import body
from tests.bench.table import Figure, Row, Target, summed

BOXES = 8
SHOWN = 4
"""Into so many parts the time until nothing waits is cut in the table; ``bench.json`` has every step."""


def measure(options: Options) -> Iterator[Row]:
    for kind in KINDS:
        for size, burst in ((500, options.burst), (50, options.burst // 8)):
            folder = options.folder / f"project-{kind}-{size}"
            with databases(kind, folder, ["district"]) as (url,), district(url, folder / "data", BOXES) as at:
                sealed = _arrive(at, burst, size)
                yield from _drain(f"{kind}, batches of {size}", at, sealed, size, whole=burst == options.burst)


def _arrive(at: District, burst: int, size: int) -> list[bytes]:
    """Everything the projector will find: each entry of another dossier."""
    sealed = [seal(body(number), at.services.sealing_public_key) for number in range(burst)]
    for number, sender in enumerate(at.senders):
        sender.reuse_once(sealed[number :: len(at.senders)])
    for number in range(burst // size):
        sender = at.senders[number % len(at.senders)]
        accept(at.services.engine, at.services.receipt_key, sender.public_key, sender.batch(size), at.services.now())
    return sealed


def _drain(what: str, at: District, sealed: list[bytes], size: int, *, whole: bool) -> Iterator[Row]:
    """A step of the projector and the floor for as many entries take turns until nothing waits. ``whole``: it is the
    burst itself, of which the lag is told as well."""
    floor, rates, cores, floors, done, spent = _Floor(next(iter(at.keys.values()))), [], [], [], 0, 0.0
    series = [(spent, _waiting(at) * size)]
    while True:
        wall, cpu = perf_counter(), process_time()
        n = project(at.services.engine, at.keys, MAX_BATCHES)
        if not n:
            break
        wall, cpu = perf_counter() - wall, process_time() - cpu
        rates.append(n / wall)
        cores.append(n / cpu)
        floors.append(floor.rate(sealed[done : done + n]))
        done, spent = done + n, spent + wall
        series.append((spent, _waiting(at) * size))
    beside, target = "open, insert", Target("median", "≥", 4_000)
    yield Row("project", what, "entries/s", summed(rates), beside, summed(floors))
    yield Row("project", f"{what}: per core", "entries/s", summed(cores), beside, summed(floors), target)
    if whole:
        half = len(cores) // 2
        later, earlier = summed(cores[half:]), summed(cores[:half])
        even = Target("ratio", "≥", 0.8)
        yield Row("project", f"{what}: per core, later half", "entries/s", later, "earlier half", earlier, even)
        yield from _lag(f"{what}: of {done:,} wait", series)


def _waiting(at: District) -> int:
    """Batches, as the district itself tells its lag."""
    with reading(at.services.engine) as connection:
        return lag(connection)[0]


def _lag(what: str, series: list[tuple[float, int]]) -> Iterator[Row]:
    """What waits at a few moments, beside what would if every step took as long as the others."""
    first, total = series[0][1], series[-1][0]
    for part in range(SHOWN):
        seconds, waiting = next(point for point in series if point[0] >= total * part / SHOWN)
        even = Figure(1, first * (1 - seconds / total))
        yield Row("project", f"{what} after {seconds:.1f} s", "entries", Figure(1, waiting), "straight line", even)
    straight = Figure(len(series), correlation(*zip(*series, strict=True)) ** 2)
    target = Target("median", "≥", 0.95)
    yield Row("project", f"{what}, none after {total:.1f} s", "R²", straight, target=target, series=tuple(series))


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
