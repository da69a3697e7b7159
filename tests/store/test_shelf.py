"""``kiosk shelve``: a former ledger is put aside whole, whatever interrupts it, and the kiosk can be enrolled anew."""

import ast
import re
import sqlite3
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box import keys, shelf
from kiosk.box.box import Box, open_box
from kiosk.box.opening import open_or_mend, remembered
from kiosk.box.shelf import NothingToShelve, open_shelved, shelve, shelved, waiting
from kiosk.desk.desk import KioskDesk
from kiosk.shell import CannotSave
from kiosk.store import identity, outbox
from kiosk.store.engine import CannotWrite, Store
from kiosk.store.verify import verify
from tests.store.conftest import PATTERN, Clock
from tests.store.test_record import draft

ROOT = Path(__file__).parents[2]


@pytest.fixture
def rated(box: Box) -> Path:
    """The folder of an enrolled kiosk with three entries that wait."""
    remembered(box, box.keys.folder)
    desk = KioskDesk(lambda: box, PATTERN, Clock())
    assert desk.probe() == ""
    desk.save(draft(1))
    desk.save(draft(2))
    box.store.close()
    return box.store.folder


def holds(folder: Path) -> tuple[str, int, str]:
    """Who a shelved ledger is of, how many entries wait in it, and what is wrong with its chain."""
    box = open_shelved(folder)
    assert box is not None
    with box.store.read() as tx:
        who = box.identity
        verdict = verify(tx, who.device_id, bytes(box.keys.device.verify_key), who.receipt_public_key)
        found = who.device_id, outbox.backlog(tx).pending, verdict.flaw
    box.store.close()
    return found


def test_the_ledger_lies_on_the_shelf_whole_and_the_kiosk_is_new(rated: Path):
    where = shelve(rated)

    assert (where, shelved(rated)) == (rated / "shelf" / "kiosk-1", [where])
    assert holds(where) == ("kiosk-1", 3, "")
    assert open_or_mend(Store(rated), rated / "keys", Clock()) is None


def test_what_the_log_still_holds_goes_along(rated: Path):
    other = sqlite3.connect(rated / "kiosk.sqlite3")  # keeps the log from being folded in by whoever closes last
    other.execute("SELECT 1 FROM ledger").fetchall()
    box = open_box(Store(rated), lambda: keys.load(rated / "keys"))
    desk = KioskDesk(lambda: box, PATTERN, Clock())
    assert desk.probe() == ""
    desk.save(draft(3))
    assert (rated / "kiosk.sqlite3-wal").stat().st_size > 0

    assert holds(shelve(rated))[1:] == (5, "")


def test_two_ledgers_of_one_name_lie_side_by_side(rated: Path, tmp_path: Path):
    first = shelve(rated)
    for path in list(first.iterdir()):
        (rated / path.name).write_bytes(path.read_bytes()) if path.is_file() else path.rename(rated / path.name)

    assert shelve(rated) == rated / "shelf" / "kiosk-1-2"


def test_an_empty_folder_has_nothing_to_shelve(tmp_path: Path):
    with pytest.raises(NothingToShelve):
        shelve(tmp_path)


class PowerCut(BaseException):
    """The machine stops here."""


@pytest.mark.parametrize("steps", range(8))
def test_a_power_cut_at_any_step_loses_nothing(rated: Path, steps: int, monkeypatch: pytest.MonkeyPatch):
    """Whatever starts in between may begin an empty file; the shelving is then finished by the next call."""
    done, rename = [0], Path.rename

    def until_the_cut(path: Path, target: Path) -> Path:
        if done[0] == steps:
            raise PowerCut
        done[0] += 1
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", until_the_cut)
        try:
            where = shelve(rated)
        except PowerCut:
            where = None
    if where is None:
        try:
            still = open_or_mend(Store(rated), rated / "keys", Clock())
            assert still is None or still.identity.device_id == "kiosk-1"
        except keys.NoKeys as error:
            assert "kiosk shelve" in str(error)  # noqa: PT017 - both ends are right
        assert all(waiting(folder)[1] == 3 for folder in shelved(rated))
        where = shelve(rated)

    assert holds(where) == ("kiosk-1", 3, "")


def test_a_running_kiosk_notices_and_takes_the_new_ledger(rated: Path, box: Box):
    store = Store(rated)
    desk = KioskDesk(lambda: open_or_mend(store, rated / "keys", Clock()), PATTERN, Clock())
    assert desk.probe() == ""

    where = shelve(rated)

    with pytest.raises(CannotSave):
        desk.save(draft(4))
    assert holds(where)[1:] == (4, "")
    new = Store(rated)
    open_or_mend(new, rated / "keys", Clock())
    keys.make(rated / "keys")
    keys.write_secret(rated / "keys" / keys.TOKEN, b"other")
    with new.write() as tx:
        identity.keep(tx, box.identity)
    assert desk.probe() == ""
    desk.save(draft(5))
    with sqlite3.connect(new.file) as connection:
        types = [row[0] for row in connection.execute("SELECT type FROM ledger ORDER BY seq")]
    assert types == ["boot", "device_back", "rating"]
    assert holds(where)[1:] == (4, "")


def test_a_file_in_use_is_not_torn_away(rated: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shelf, "BUSY_MILLISECONDS", 10)
    writer = sqlite3.connect(rated / "kiosk.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")

    with pytest.raises(CannotWrite, match="try again"):
        shelve(rated)

    writer.rollback()
    writer.close()
    assert holds(shelve(rated)) == ("kiosk-1", 3, "")


def test_the_command_says_where_it_is_and_that_it_is_still_delivered(
    rated: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("KIOSK_DATA", str(rated))

    assert main(["shelve"]) == 0
    assert "3 entries wait and go on being delivered" in capsys.readouterr().out
    assert main(["shelve"]) == 1
    assert "nothing to put on the shelf" in capsys.readouterr().out


WORDS_OF_LOSS = re.compile(r"delete (them|it|the)|afresh, empty|enrol(led)? (it |this box |the box )?(again|anew)")
SAYING = [*(ROOT / "kiosk").rglob("*.py"), *(ROOT / "sync" / "agent").rglob("*.py"), *(ROOT / "sync").glob("*.py")]


@pytest.mark.parametrize("path", sorted(SAYING), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_advises_what_would_lose_something(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documentation]

    assert [text for text in said if isinstance(text, str) and WORDS_OF_LOSS.search(text)] == []
