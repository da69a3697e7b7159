"""A district with years of work in it, written straight into its tables: what was released, and dossiers.

Every counter has one group of ratings a day and one for each of its reasons, as a busy counter has. Members of groups
are not written: no page reads them.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import insert, text

from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.reference_tables import counters, procedures, units
from sync.district.store.release_tables import releases
from sync.district.store.rollup_tables import rollup_fills
from sync.district.store.rollups import Rollup
from sync.district.store.tables import devices
from sync.district.times import utc_now

TOP, COUNTERS = "H35", 5
ANSWERS = {
    "why_better": ("clearer_guidance", "fewer_papers", "faster", "attitude", "one_visit", "space"),
    "why_good": ("fast", "clear", "kind", "one_visit", "simple", "space"),
}
QUESTIONNAIRE = "mot-cua/2"
FIELDS, PROCEDURES = ("Đất đai", "Hộ tịch", "Chứng thực", "Lao động", "Xây dựng"), 60
LAGS = (0, 0, 0, 0, 1, 1, 2, 3, 5, 9, 20)
"""After how many days dossiers are returned: a third on the same day, as at a commune."""
DUE, SHORT, SHORT_EACH = 20, 5, 7
"""After how many days they were promised; one in seven sooner, so that 2.6 % are late."""


class Size(Struct, frozen=True):
    """How much work: ratings in all, over how many communes and days."""

    ratings: int
    communes: int
    days: int = 365

    @property
    def dossiers(self) -> int:
        return 2 * self.ratings

    @property
    def a_day(self) -> int:
        """Ratings of one counter."""
        return max(1, round(self.ratings / (self.communes * COUNTERS * self.days)))


def fill(engine: Engine, size: Size, last: date) -> None:
    """Writes it all, up to and including the day ``last``."""
    with writing(engine) as connection:
        _organisation(connection, size)
        _kiosks(connection, size)
        _days(connection, size, last)
        for statement in _statements(size):
            connection.execute(text(statement))
        unfilled = [{"name": str(rollup), "up_to": ""} for rollup in Rollup]  # as after the migration
        connection.execute(insert(rollup_fills), unfilled)
        connection.execute(insert(releases).values(day=last + timedelta(days=1), made_at=utc_now()))
    with writing(engine) as connection:
        for table in ("bench_days", "bench_counters", "bench_numbers", "bench_answers", "bench_procedures"):
            connection.execute(text(f"DROP TABLE {table}"))
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # not inside a transaction
            connection.exec_driver_sql("VACUUM ANALYZE")


def communes(size: Size) -> list[str]:
    """The ids of their units."""
    return [f"{TOP}.{number:02}" for number in range(1, size.communes + 1)]


def _organisation(connection: Connection, size: Size) -> None:
    row = {"valid_from": None, "valid_to": None, "successor_id": None, "revision": 1, "removed": False}
    listed = {"valid_from": None, "valid_to": None, "revision": 1, "removed": False}
    connection.execute(
        insert(procedures),
        [{"procedure_id": f"1.{n:06}", "name": f"Thủ tục số {n}", "field": FIELDS[n % len(FIELDS)], **listed}
         for n in range(PROCEDURES)],
    )  # fmt: skip
    names = {TOP: "UBND tỉnh", **{unit: f"UBND xã số {n}" for n, unit in enumerate(communes(size), 1)}}
    rows = [
        {"unit_id": unit, "name": name, "level": "Tỉnh" if unit == TOP else "Xã",
         "parent_id": None if unit == TOP else TOP, **row}
        for unit, name in names.items()
    ]  # fmt: skip
    connection.execute(insert(units), rows)
    row.pop("successor_id")
    desks = [
        {"counter_id": counter, "unit_id": unit, "name": f"Quầy {counter[-1]}", "field": "Đất đai", **row}
        for unit, counter in _places(size)
    ]
    connection.execute(insert(counters), desks)


def _kiosks(connection: Connection, size: Size) -> None:
    """One at each counter."""
    now = utc_now()
    rows = [
        {"device_id": f"bench-{n}", "unit_id": unit, "counter_id": counter, "public_key": b"k" * 32, "state": "active",
         "token_hash": f"bench-{n}".encode().ljust(32, b"."), "enrolled_at": now, "last_contact_at": now,
         "health": {"pending": 0}, "box_number": 20_000 + n}
        for n, (unit, counter) in enumerate(_places(size))
    ]  # fmt: skip
    connection.execute(insert(devices), rows)


def _places(size: Size) -> list[tuple[str, str]]:
    return [(unit, f"{unit}-Q{n}") for unit in communes(size) for n in range(1, COUNTERS + 1)]


def _days(connection: Connection, size: Size, last: date) -> None:
    """Days, counters, numbers and answers as tables, so that the same statements fill both databases."""
    connection.execute(text("CREATE TABLE bench_days (i INTEGER PRIMARY KEY, day DATE)"))
    connection.execute(text("CREATE TABLE bench_counters (i INTEGER PRIMARY KEY, unit_id TEXT, counter_id TEXT)"))
    connection.execute(text("CREATE TABLE bench_numbers (k INTEGER PRIMARY KEY)"))
    connection.execute(text("CREATE TABLE bench_answers (i INTEGER PRIMARY KEY, question_id TEXT, answer TEXT)"))
    connection.execute(text("CREATE TABLE bench_procedures (i INTEGER PRIMARY KEY, procedure_id TEXT)"))
    for table, values, rows in (
        ("bench_days", ":i, :day", _dates(size, last)),
        ("bench_counters", ":i, :unit_id, :counter_id", _desks(size)),
        ("bench_numbers", ":k", [{"k": k} for k in range(2 * size.a_day)]),
        ("bench_procedures", ":i, :procedure_id", _procedures()),
        ("bench_answers", ":i, :question_id, :answer", _answers()),
    ):
        connection.execute(text(f"INSERT INTO {table} VALUES ({values})"), list(rows))


def _dates(size: Size, last: date) -> Iterator[dict[str, object]]:
    """Day 0 is the first of the figures; some after the last, on which dossiers are returned."""
    for i in range(size.days + max(LAGS) + 1):
        yield {"i": i, "day": (last - timedelta(days=size.days - 1 - i)).isoformat()}


def _desks(size: Size) -> Iterator[dict[str, object]]:
    yield from ({"i": i, "unit_id": unit, "counter_id": counter} for i, (unit, counter) in enumerate(_places(size)))


def _procedures() -> Iterator[dict[str, object]]:
    yield from ({"i": n, "procedure_id": f"1.{n:06}"} for n in range(PROCEDURES))


def _answers() -> Iterator[dict[str, object]]:
    pairs = [(question, answer) for question, answers in ANSWERS.items() for answer in answers]
    yield from ({"i": i, "question_id": q, "answer": a} for i, (q, a) in enumerate(pairs, 1))


def _statements(size: Size) -> list[str]:
    """Groups are numbered by day, counter and answer (0: the ratings)."""
    n, all_counters, kinds = size.a_day, size.communes * COUNTERS, 1 + sum(map(len, ANSWERS.values()))
    group = f"1 + (d.i * {all_counters} + c.i) * {kinds}"
    days = f"bench_days d CROSS JOIN bench_counters c WHERE d.i < {size.days}"
    answered = f"bench_days d CROSS JOIN bench_counters c CROSS JOIN bench_answers a WHERE d.i < {size.days}"
    dossier = "d.i * 3 + c.i * 7 + k.k * 5"
    lag = "CASE (" + dossier + f") % {len(LAGS)} " + " ".join(f"WHEN {i} THEN {x}" for i, x in enumerate(LAGS)) + " END"
    due = f"CASE WHEN (d.i * 5 + c.i + k.k * 3) % {SHORT_EACH} = 0 THEN {SHORT} ELSE {DUE} END"
    groups = "INSERT INTO released_groups (group_id, released_on, stream, unit_id, counter_id, counted_on, "
    groups += "questionnaire, question_id, n, field, stage) "
    scores = ((5, n - n // 3 - n // 8), (4, n // 3), (3, n // 8))
    return [
        f"{groups} SELECT {group}, d.day, 'rating', c.unit_id, c.counter_id, d.day, '', '', {n}, "
        f"'Đất đai', CASE WHEN d.i % 3 = 0 THEN 'hand_in' ELSE 'return' END FROM {days}",
        *(
            f"INSERT INTO released_counts SELECT {group}, '{score}', {many} FROM {days}"
            for score, many in scores
            if many
        ),
        f"{groups} SELECT {group} + a.i, d.day, 'reason', c.unit_id, c.counter_id, d.day, '{QUESTIONNAIRE}', "
        f"a.question_id, {max(5, n // 4)}, '', '' FROM {answered}",
        f"INSERT INTO released_counts SELECT {group} + a.i, a.answer, {max(5, n // 4)} FROM {answered}",
        "INSERT INTO dossiers (dossier_code, procedure_id, counter_id, officer_number, received_on, due_on, "
        "returned_on, received_time, due_time, returned_time, revision, removed) "
        f"SELECT c.unit_id || '-' || d.i || '-' || c.i || '-' || k.k, p.procedure_id, c.counter_id, "
        "'CB-' || (c.i * 3 + k.k % 3), d.day, due.day, back.day, NULL, NULL, NULL, 1, FALSE "
        "FROM bench_days d CROSS JOIN bench_counters c CROSS JOIN bench_numbers k "
        f"JOIN bench_days back ON back.i = d.i + ({lag}) JOIN bench_days due ON due.i = d.i + ({due}) "
        f"JOIN bench_procedures p ON p.i = (c.i * 13 + k.k * 7 + d.i) % {PROCEDURES} "
        f"WHERE d.i < {size.days}",
    ]
