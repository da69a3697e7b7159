"""The first page, its figures as JSON and the single indicators at a million ratings and twice as many dossiers: each
period alone, then 20 readers while eight boxes send. Beside it the same sums from every released group and every
dossier."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from time import perf_counter

from sync.district.accounts.passwords import Passwords
from sync.district.accounts.sign_in import sign_in
from sync.district.domain.people import Role
from sync.district.domain.release import Stream
from sync.district.measures.period import Asked, PeriodName, period
from sync.district.store import raw_sums
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.period_sums import Span, handled_sums, released_sums
from sync.district.store.releases import shown_until
from sync.district.store.rollups import fill_some
from sync.district.times import local_day
from tests.bench.accept import JSON
from tests.bench.databases import KINDS, District, databases, district
from tests.bench.figures_data import Size, fill
from tests.bench.options import Options
from tests.bench.processes import cpu_seconds
from tests.bench.senders import Sender, pool
from tests.bench.servers import Server, district_server
from tests.bench.table import Row, Target, summed

PATHS = ("/", "/?unit=H35.01", "/figures.json", "/indicators", "/causes", "/waiting", "/late", "/late?unit=H35.01")
"""Pages of the whole province, and two of one commune."""
PERIODS = (
    PeriodName.DAY,
    PeriodName.LAST_7_DAYS,
    PeriodName.MONTH,
    PeriodName.QUARTER,
    PeriodName.YEAR,
    PeriodName.ALL,
)
ALONE, READERS, WRITERS, EACH = 40, 20, 8, 20
"""Requests of one reader for each page and period; then so many readers, boxes that send, and requests of each."""
RAW_ROUNDS = 3
NAME, PASSWORD = "leader", "một câu dài và dễ nhớ"
QUICK = Target("p95", "≤", 100)
RATINGS = (Stream.RATING, Stream.CORRECTION, Stream.CONTRADICTION)


def measure(options: Options) -> Iterator[Row]:
    for kind, ratings in zip(KINDS, (options.ratings, options.ratings_postgresql), strict=True):
        size = Size(ratings, communes=20 if ratings <= 2_000_000 else 98)
        folder = options.folder / f"figures-{kind}"
        with databases(kind, folder, ["district"]) as (url,), district(url, folder / "data", WRITERS) as at:
            what = f"{kind}, {ratings:,} ratings"
            fill(at.services.engine, size, local_day(at.services.now()) - timedelta(days=1))
            pieces = list(_pieces(at.services.engine))
            yield Row("figures", f"{what}: a piece of the roll-ups is filled", "ms", summed(pieces))
            whole = sum(pieces) / 1000 / ratings * 1_000_000
            yield Row("figures", f"{what}: roll-ups filled for a million", "s", summed([whole]))
            yield from _sums(what, at)
            with district_server(url, folder / "data") as server:
                yield from _pages(what, server, _signed_in(at))
                yield from _many(what, server, _signed_in(at), at)


def _pieces(engine: Engine) -> Iterator[float]:
    while True:
        spent, filled = _timed(lambda: fill_some(engine))
        if not filled:
            return
        yield spent


def _sums(what: str, at: District) -> Iterator[Row]:
    """What a page adds up, from the roll-ups and from everything."""
    for name in PERIODS:
        with reading(at.services.engine) as connection:
            chosen = period(Asked(name), shown_until(connection, local_day(at.services.now())))
            parts, span = (chosen.first, chosen.last, ()), Span(chosen.first, chosen.last)

            def rolled() -> None:
                list(released_sums(connection, RATINGS, ("unit_id", "counter_id", "stream", "answer"), span))  # noqa: B023
                handled_sums(connection, span)  # noqa: B023

            def raw() -> None:
                by = ("unit_id", "counter_id", "stream", "answer")
                list(raw_sums.released(connection, [str(stream) for stream in RATINGS], by, *parts))  # noqa: B023
                raw_sums.handled(connection, *parts)  # noqa: B023

            ours, all_of_it = ([_timed(each)[0] for _ in range(n)] for each, n in ((rolled, ALONE), (raw, RAW_ROUNDS)))
        beside, target = "every group and dossier", Target("ratio", "≤", 0.25)
        yield Row("figures", f"{what}: sums of {name}", "ms", summed(ours), beside, summed(all_of_it), target)


def _pages(what: str, server: Server, cookie: str) -> Iterator[Row]:
    """Each page alone: on the wall, and on the server's processor."""
    for path in PATHS:
        for name in PERIODS:
            page = _of_period(path, name)
            with _reader(server, cookie) as get:
                get(page)
                cpu = cpu_seconds(server.pid)
                times = [_timed(lambda: get(page))[0] for _ in range(ALONE)]  # noqa: B023
                cpu = cpu_seconds(server.pid) - cpu
            yield Row("figures", f"{what}: {path} of {name}", "ms", summed(times), target=QUICK)
            yield Row("figures", f"{what}: {path} of {name}: processor", "ms", summed([cpu * 1000 / ALONE]))


def _many(what: str, server: Server, cookie: str, at: District) -> Iterator[Row]:
    """Twenty readers at once, each asking again as soon as it has its answer, while boxes send."""
    bodies = pool(at.services.sealing_public_key)
    for sender in at.senders:
        sender.reuse(bodies)
    times, over, sent = list[float](), threading.Event(), list[float]()
    readers = [threading.Thread(target=_read, args=(server, cookie, times)) for _ in range(READERS)]
    writers = [threading.Thread(target=_write, args=(server, sender, over, sent)) for sender in at.senders]
    for thread in (*writers, *readers):
        thread.start()
    for thread in readers:
        thread.join()
    over.set()
    for thread in writers:
        thread.join()
    yield Row("figures", f"{what}: {READERS} readers, {WRITERS} boxes: a page", "ms", summed(times), target=QUICK)
    yield Row("figures", f"{what}: {READERS} readers, {WRITERS} boxes: a batch of 50", "ms", summed(sent))


def _read(server: Server, cookie: str, times: list[float]) -> None:
    pages = cycle(_of_period(path, name) for path in PATHS for name in PERIODS)
    with _reader(server, cookie) as get:
        for _, page in zip(range(EACH), pages, strict=False):
            times.append(_timed(lambda: get(page))[0])  # noqa: B023


def _of_period(path: str, name: PeriodName) -> str:
    return f"{path}{'&' if '?' in path else '?'}period={name}"


def _write(server: Server, sender: Sender, over: threading.Event, sent: list[float]) -> None:
    headers = JSON | {"Content-Encoding": "gzip", "Authorization": f"Bearer {sender.token}"}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    while not over.is_set():
        body = sender.body(50)

        def send() -> None:
            connection.request("POST", "/v1/batches", body, headers)  # noqa: B023
            response = connection.getresponse()
            said = response.read()
            if response.status != 200:
                raise RuntimeError(f"{response.status} {said[:300]!r}")

        sent.append(_timed(send)[0])
    connection.close()


@contextmanager
def _reader(server: Server, cookie: str) -> Iterator[Callable[[str], None]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)

    def get(path: str) -> None:
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {body[:300]!r}")

    try:
        yield get
    finally:
        connection.close()


def _signed_in(at: District) -> str:
    """The cookie of somebody who may see everything."""
    passwords, now = Passwords(), at.services.now()
    with writing(at.services.engine) as connection:
        name = f"{NAME}{now.timestamp():.0f}"
        add_user(connection, UserRow(name, passwords.hash(PASSWORD), Role.LEADER, None, False, None, True), now)
    return f"session={sign_in(at.services.engine, passwords, name, PASSWORD, now)}"


def _timed(do: Callable[[], object]) -> tuple[float, object]:
    begun = perf_counter()
    found = do()
    return (perf_counter() - begun) * 1000, found
