"""What the tests of imports, accounts and pages share: an empty district in a real file, and the catalogue."""

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.paths import shared
from sync.district.measures.index import Counts
from sync.district.measures.organisation import DayView
from sync.district.measures.placed import placed_counts
from sync.district.reference.columns import load_catalogue
from sync.district.reference.importing import Outcome, import_file
from sync.district.store.engine import Engine, open_engine, reading
from sync.district.store.figures import handled_by_era, released_by_era
from sync.district.store.organisation import organisation
from sync.district.store.schema import upgrade

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CATALOGUE = load_catalogue(shared("config") / "schemes" / "import-columns.toml")
SAMPLES = shared("config") / "samples"


def empty_district(folder: Path) -> Engine:
    path = folder / "district.sqlite"
    path.write_bytes(_migrated())
    return open_engine(f"sqlite:///{path}")


@cache
def _migrated() -> bytes:
    """A migrated SQLite file: the migrations take longer than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "district.sqlite"
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()
        assert not path.with_name(f"{path.name}-wal").exists()
        return path.read_bytes()


def bring(
    engine: Engine,
    kind: str,
    data: bytes | str,
    *,
    check: bool = False,
    may_empty: bool = False,
    full: bool = False,
    may_close: bool = False,
    person: str | None = None,
    holds_from: date | None = None,
    now: datetime = NOW,
    **fixed: str,
) -> Outcome:
    raw = data.encode("utf-8") if isinstance(data, str) else data
    return import_file(
        engine,
        CATALOGUE,
        kind,
        raw,
        f"{kind}.csv",
        now,
        fixed=fixed,
        check=check,
        may_empty=may_empty,
        full=full,
        may_close=may_close,
        person=person,
        holds_from=holds_from,
    )


def bring_samples(engine: Engine) -> list[Outcome]:
    files = {
        "units": "units.csv",
        "counters": "counters.csv",
        "officers": "officers.csv",
        "procedures": "procedures.xlsx",
        "dossiers": "dossiers.csv",
    }
    return [bring(engine, kind, (SAMPLES / name).read_bytes()) for kind, name in files.items()]


def counts_between(engine: Engine, first: date | None, last: date) -> dict[tuple[str, str], Counts]:
    """What was counted in a period, by unit and counter of the day."""
    with reading(engine) as connection:
        view = DayView(organisation(connection), first, last, last)
        span = (first, last, view.bounds)
        found = placed_counts(view, released_by_era(connection, *span), handled_by_era(connection, *span))
    return {(path[-1], counter_id): counts for (path, counter_id), counts in found.items()}
