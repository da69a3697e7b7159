"""``python -m tests.bench [screen box wire accept project …]``: runs the measures named, or all of them."""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from tests.bench.options import MEASURES, Options
from tests.bench.table import HEADER, Row, keep

OUT = Path("build/bench")


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if unknown := set(given.measures) - set(MEASURES):
        parser.error(f"there is no measure {min(unknown)}; there are: {', '.join(MEASURES)}")
    OUT.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="work-", dir=OUT.absolute()))
    options = Options(
        work,
        given.rounds,
        given.starts,
        given.idle,
        given.journeys,
        given.soak,
        given.burst,
        given.ratings,
        given.ratings_postgresql,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # ended from outside, it still ends what it started
    rows: list[Row] = []
    print(HEADER, flush=True)
    try:
        for name in given.measures or MEASURES:
            measure: Callable[[Options], Iterator[Row]] = import_module(f"tests.bench.{name}").measure
            for row in measure(options):
                rows.append(row)
                print(row.line(), flush=True)
    finally:
        keep(rows, OUT / "bench.json")
        shutil.rmtree(work, ignore_errors=True)
    missed = [row.what for row in rows if row.met is False]
    print(f"\n{OUT}/bench.json; targets missed: {len(missed)}" + "".join(f"\n  {what}" for what in missed))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("measures", nargs="*", metavar="measure", help=f"{', '.join(MEASURES)}; all when left out")
    parser.add_argument("--rounds", type=int, default=5, help="of every cell of accept")
    parser.add_argument("--starts", type=int, default=7, help="of the kiosk and of Chromium")
    parser.add_argument("--idle", type=int, default=30, help="seconds before memory is read")
    parser.add_argument("--journeys", type=int, default=120, help="after which memory is read again; 10000 takes hours")
    parser.add_argument("--soak", type=int, default=10_000, help="journeys without waiting; 500 at least")
    parser.add_argument("--burst", type=int, default=100_000, help="entries that wait for the projector")
    parser.add_argument("--ratings", type=int, default=1_000_000, help="of figures on SQLite; twice as many dossiers")
    parser.add_argument(
        "--ratings-postgresql", type=int, default=1_000_000, help="of figures there; 10000000 takes hours"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
