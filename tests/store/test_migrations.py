"""The box's schema: the steps together are the tables, and a file of every release opens in this one."""

import sqlite3
from pathlib import Path

import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey
from sqlalchemy import Connection, create_engine, inspect

from kiosk.store import box_state, identity, outbox, reference
from kiosk.store.engine import FILE_NAME, CannotOpen, Store
from kiosk.store.migrations import BREAKING, FIRST_ADDITIVE, MIGRATIONS, OLDER_WROTE, migrate
from kiosk.store.tables import metadata
from kiosk.store.verify import LedgerCheck, verify
from sync.agent.agent import CURSOR
from sync.protocol.seal import unseal

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sql"))


def shape(url: str) -> dict[str, object]:
    """Every table with its columns, keys and indexes."""
    engine = create_engine(url)
    found = inspect(engine)
    tables = {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)),
            found.get_pk_constraint(name)["constrained_columns"],
            sorted((str(i["name"]), tuple(i["column_names"]), i["unique"]) for i in found.get_indexes(name)),
        )
        for name in found.get_table_names()
        if name != "migrations"
    }
    engine.dispose()
    return tables


def test_all_steps_together_are_the_tables(tmp_path: Path):
    store = Store(tmp_path)
    migrate(store)
    store.close()
    engine = create_engine(f"sqlite:///{tmp_path}/declared")
    metadata.create_all(engine)
    engine.dispose()

    assert shape(f"sqlite:///{store.file}") == shape(f"sqlite:///{tmp_path}/declared")


def test_a_second_time_there_is_nothing_to_do(tmp_path: Path):
    store = Store(tmp_path)

    assert migrate(store) == [name for name, _ in MIGRATIONS]
    assert migrate(store) == []


def test_a_file_of_a_newer_release_that_did_more_than_add_to_it_is_left_alone(tmp_path: Path):
    store = Store(tmp_path)
    migrate(store)
    with store.write() as tx:
        tx.exec_driver_sql("INSERT INTO migrations (name) VALUES ('9999_from_the_future')")

    with pytest.raises(CannotOpen, match="9999_from_the_future"):
        migrate(store)


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_file_of_this_release_opens_in_the_newest_with_everything_in_it(release: Path, tmp_path: Path):
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.executescript(release.read_text(encoding="utf-8"))
    connection.close()
    store = Store(tmp_path)

    migrate(store)

    with store.read() as tx:
        who = identity.load(tx)
        assert who is not None
        public_key = bytes(SigningKey(b"d" * 32).verify_key)
        assert verify(tx, who.device_id, public_key, who.receipt_public_key) == LedgerCheck(7)
        assert (outbox.backlog(tx).delivered, outbox.backlog(tx).pending) == (3, 4)
        known = reference.find_dossier(tx, b"l" * 32, "H35.88.01-261102-0002")
        assert known is not None
        assert (known.procedure, known.counter) == ("Đăng ký khai tử", "Quầy 1: Tư pháp – Hộ tịch")
        run = outbox.next_run(tx, 1)
        assert unseal(run[0].envelope.sealed, PrivateKey(b"s" * 32))["score"] == 5
    store.close()


@pytest.mark.parametrize(
    ("step", "learned"),
    [
        ("0002_notices_and_hours", ("notices", "opening_hours", "holidays")),
        ("0003_complaints", ("receptions", "wordings", "complaint_answers", "this_box", "given_receipts")),
        ("0005_portraits", ("portraits",)),
    ],
)
def test_a_box_that_learns_of_new_tables_asks_for_everything_once_more(
    tmp_path: Path, step: str, learned: tuple[str, ...]
):
    store = Store(tmp_path)
    migrate(store)
    with store.write() as tx:
        tx.exec_driver_sql(f"DELETE FROM migrations WHERE name = '{step}'")
        for table in learned:
            tx.exec_driver_sql(f"DROP TABLE {table}")
        box_state.put(tx, CURSOR, "of a release without notices")

    migrate(store)

    with store.read() as tx:
        assert box_state.get(tx, CURSOR) is None
    store.close()


@pytest.mark.parametrize(
    ("step", "column"), [("0006_set_aside_there", "set_aside"), ("0015_question_days", "question_days")]
)
def test_a_box_that_learns_more_of_what_its_district_says_to_it_asks_for_everything_once_more(
    tmp_path: Path, step: str, column: str
):
    store = Store(tmp_path)
    migrate(store)
    with store.write() as tx:
        tx.exec_driver_sql(f"DELETE FROM migrations WHERE name = '{step}'")
        tx.exec_driver_sql(f"ALTER TABLE this_box DROP COLUMN {column}")
        box_state.put(tx, CURSOR, "of a release before")

    migrate(store)

    with store.read() as tx:
        assert box_state.get(tx, CURSOR) is None
        assert tx.exec_driver_sql(f"SELECT {column} FROM this_box").all() == []
    store.close()


def added(tx: Connection) -> None:
    tx.exec_driver_sql("CREATE TABLE from_the_future (name VARCHAR(8) PRIMARY KEY)")


NEWER = (*MIGRATIONS, ("9998_added", added))


def test_a_file_to_which_a_newer_release_only_added_goes_on_and_misses_nothing_when_that_one_is_back(tmp_path: Path):
    store = Store(tmp_path)
    migrate(store, NEWER)
    with store.write() as tx:
        box_state.put(tx, CURSOR, "of the newer release")

    assert migrate(store) == migrate(store) == []
    with store.write() as tx:
        box_state.put(tx, CURSOR, "moved on by the older one, which passes rows over")
    assert migrate(store, NEWER) == []

    with store.read() as tx:
        assert box_state.get(tx, CURSOR) is None
        assert box_state.get(tx, OLDER_WROTE) is None


def test_a_step_that_is_named_as_breaking_keeps_older_releases_out(tmp_path: Path):
    store = Store(tmp_path)
    migrate(store, NEWER, breaking={"9998_added"})

    with pytest.raises(CannotOpen, match="9998_added"):
        migrate(store)


def test_every_step_since_updates_may_be_taken_back_only_adds(tmp_path: Path):
    """What an older release reads and writes is as it was: its tables, columns and keys, and no new rule on them."""
    first = next(number for number, (name, _) in enumerate(MIGRATIONS) if name == FIRST_ADDITIVE)
    (tmp_path / "older").mkdir()
    (tmp_path / "newer").mkdir()
    older, newer = Store(tmp_path / "older"), Store(tmp_path / "newer")
    migrate(older, MIGRATIONS[:first])
    migrate(newer, tuple(each for each in MIGRATIONS if each[0] not in BREAKING))
    before, after = rules_of(older), rules_of(newer)

    assert before.keys() <= after.keys()
    for table, (columns, keys, unique) in before.items():
        columns_now, keys_now, unique_now = after[table]
        assert columns.items() <= columns_now.items()
        assert (keys, unique) == (keys_now, unique_now)
        new = [columns_now[name] for name in columns_now.keys() - columns.keys()]
        assert all(nullable or default is not None for _, nullable, default in new)


def rules_of(store: Store) -> dict[str, tuple[dict[str, tuple[str, bool, object]], list[str], list[str]]]:
    """By table: its columns (type, nullable, default), primary key, and whatever else may refuse a row."""
    store.close()
    engine = create_engine(f"sqlite:///{store.file}")
    found = inspect(engine)
    with sqlite3.connect(store.file) as connection:
        triggers = connection.execute("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    rules = {
        name: (
            {c["name"]: (str(c["type"]), bool(c["nullable"]), c["default"]) for c in found.get_columns(name)},
            found.get_pk_constraint(name)["constrained_columns"],
            sorted(
                [str(index["column_names"]) for index in found.get_indexes(name) if index["unique"]]
                + [str(each) for each in found.get_check_constraints(name)]
                + [str(each) for each in found.get_foreign_keys(name)]
                + [sql for table, sql in triggers if table == name]
            ),
        )
        for name in found.get_table_names()
    }
    engine.dispose()
    return rules
