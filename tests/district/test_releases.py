"""A district's file of every release opens in this one, and the figures are still the same."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from sync.district.store.engine import open_engine, reading
from sync.district.store.schema import upgrade

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sql"))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_file_of_this_release_opens_in_the_newest_with_everything_in_it(release: Path, tmp_path: Path):
    with sqlite3.connect(tmp_path / "district.sqlite") as connection:
        connection.executescript(release.read_text(encoding="utf-8"))
    connection.close()
    engine = open_engine(f"sqlite:///{tmp_path / 'district.sqlite'}")

    upgrade(engine)

    with reading(engine) as connection:
        rated = connection.execute(text("SELECT answer, n FROM tallies ORDER BY answer")).all()
        names = connection.execute(text("SELECT name FROM units")).scalars().all()
        held = connection.execute(text("SELECT count(*) FROM ledger")).scalar()
    engine.dispose()
    assert ([tuple(row) for row in rated], names, held) == ([("1", 1), ("4", 1), ("5", 1)], ["Phường Thử"], 3)
