"""The schema on both databases: migrations equal the models, and nobody rewrites what arrived."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec.structs import replace
from nacl.signing import SigningKey
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from sync.district.store import all_tables
from sync.district.store.acknowledgements import AnomalyReview, keep_acknowledgement
from sync.district.store.all_tables import full_metadata
from sync.district.store.complaints import open_ids
from sync.district.store.engine import Engine, StoreUnavailable, open_engine, reading, writing
from sync.district.store.schema import MIGRATIONS, NewerSchema, _config, upgrade
from sync.district.store.tables import APPEND_ONLY
from tests.district.conftest import District, administer, changed, database
from tests.support.factories import envelope


def test_migrations_equal_the_models(engine: Engine) -> None:
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, full_metadata) == []


def test_the_whole_schema_names_every_module_that_declares_tables() -> None:
    modules = {path.stem for path in Path(all_tables.__file__).parent.glob("*tables.py")} - {"all_tables"}

    assert {module.__name__.rpartition(".")[2] for module in all_tables.DECLARED_IN} == modules


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    upgrade(engine)

    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1


def test_the_steps_are_one_line_and_their_files_are_numbered_in_its_order() -> None:
    steps = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())[::-1]

    files = [Path(step.path).stem for step in steps]
    numbers = [name.partition("_")[0] for name in files]
    assert numbers == sorted({f"{int(number):04}" for number in numbers})  # a number may be left out, none stands twice
    assert [step.revision for step in steps][9:] == files[9:]


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database as the first release left it."""
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    if request.param == "postgresql":
        administer(request.getfixturevalue("postgresql"), "CREATE DATABASE old")
        url = database(request.getfixturevalue("postgresql"), "old")
    engine = open_engine(url)
    with writing(engine) as connection:
        command.upgrade(_config(connection), "0001")
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        administer(request.getfixturevalue("postgresql"), "DROP DATABASE old")


def test_cuts_of_groups_that_an_earlier_release_divided_are_kept(old: Engine) -> None:
    """The tables of cuts are made anew with two words more."""
    with writing(old) as connection:
        command.upgrade(_config(connection), "0053_inbox")
        for number, day, assigned, answers in (
            (1, "'2026-03-09'", None, {"5": 6, "2": 2}),
            (2, "'2026-03-30'", None, {"5": 9}),
            (3, "NULL", "2026-04-02", {"4": 8}),
            (4, "NULL", None, {"4": 8}),
        ):
            work = ("", "") if number == 4 else ("Đất đai", "return")
            connection.execute(
                text(
                    "INSERT INTO released_groups (group_id, released_on, stream, unit_id, counter_id, counted_on,"
                    " questionnaire, question_id, n, field, stage)"
                    f" VALUES (:id, '2026-04-03', 'rating', 'U', 'Q', {day}, '', '', 8, :field, :stage)"
                ),
                {"id": number, "field": work[0], "stage": work[1]},
            )
            for answer, n in answers.items():
                values = {"id": number, "answer": answer, "n": n}
                connection.execute(text("INSERT INTO released_counts VALUES (:id, :answer, :n)"), values)
            if assigned:
                told = "INSERT INTO assigned_days VALUES (:id, :day, 'lan', 'sổ trực', '2026-04-03 00:00:00')"
                connection.execute(text(told), {"id": number, "day": assigned})

    upgrade(old)

    columns = "field, stage, procedure_id, language, answer, n"
    with reading(old) as connection:
        by_month = connection.execute(text(f"SELECT month, {columns} FROM cuts_by_month ORDER BY month, answer")).all()
        days = connection.execute(text("SELECT day, n FROM cuts_by_day ORDER BY day, answer")).all()
    land = ("Đất đai", "return", "", "")
    assert [(str(month), *rest) for month, *rest in by_month] == [
        ("2026-03-01", *land, "2", 2),
        ("2026-03-01", *land, "5", 15),
        ("2026-04-01", *land, "4", 8),
    ]
    assert [(str(day), n) for day, n in days] == [
        *(("2026-03-09", 2), ("2026-03-09", 6)),
        *(("2026-03-30", 9), ("2026-04-02", 8)),
    ]


def test_a_database_of_the_first_release_is_brought_along(old: Engine) -> None:
    upgrade(old)

    test_migrations_equal_the_models(old)


def test_what_one_slot_held_to_be_told_is_worked_out_anew_and_nothing_else(old: Engine) -> None:
    row = "(entry_id, state, unit_id, open, doubled, changed_at, restriction, to_inform)"
    with writing(old) as connection:
        command.upgrade(_config(connection), "0025_deputies_ended")
        for name, slot in (("told", "NULL"), ("closed", "'approve'")):
            values = f"('{name}', 'closed', 'U', false, false, '2026-11-20 03:00:00', 'none', {slot})"
            connection.execute(text(f"INSERT INTO complaint_standings {row} VALUES {values}"))
    upgrade(old)

    with reading(old) as connection:
        kept = connection.execute(text("SELECT entry_id, restriction, to_inform FROM complaint_standings"))
        assert sorted(map(tuple, kept)) == [("closed", None, None), ("told", "none", None)]
        assert open_ids(connection) == ["closed"]


def test_officers_of_ratings_from_before_rosters_are_known_by_their_dossier(old: Engine) -> None:
    said = ("device_id", "unit_id", "stage", "questionnaire", "language", "input")
    fixed = dict.fromkeys(said, "x") | {"epoch": 1, "batch_id": 1, "score": 4, "counted": True, "flags": "[]"}
    fixed |= {"day": "2026-11-20", "recorded_at": "2026-11-20 03:00:00", "received_at": "2026-11-20 03:00:00"}
    with writing(old) as connection:
        command.upgrade(_config(connection), "0042_invitations")
        for seq, (officer, known_by) in enumerate([("CB-1", None), (None, None), ("CB-1", "duty")]):
            row = fixed | {"entry_id": f"e{seq}", "seq": seq, "officer_number": officer, "officer_known_by": known_by}
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO ratings ({names}) VALUES ({values})"), row)
    upgrade(old)

    with reading(old) as connection:
        kept = connection.execute(text("SELECT entry_id, officer_known_by FROM ratings"))
        assert sorted(map(tuple, kept)) == [("e0", "dossier"), ("e1", None), ("e2", "duty")]


def test_who_sat_at_the_counter_of_a_rating_from_before_cards_is_known_by_the_roster(old: Engine) -> None:
    said = ("device_id", "unit_id", "stage", "questionnaire", "language", "input")
    fixed = dict.fromkeys(said, "x") | {"epoch": 1, "batch_id": 1, "score": 4, "counted": True, "flags": "[]"}
    fixed |= {"day": "2026-11-20", "recorded_at": "2026-11-20 03:00:00", "received_at": "2026-11-20 03:00:00"}
    with writing(old) as connection:
        command.upgrade(_config(connection), "0053_inbox")
        for seq, officer in enumerate(["CB-1", None]):
            row = fixed | {"entry_id": f"e{seq}", "seq": seq, "seated_officer": officer}
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO ratings ({', '.join(row)}) VALUES ({values})"), row)
    upgrade(old)

    with reading(old) as connection:
        kept = connection.execute(text("SELECT entry_id, seated_by FROM ratings"))
        assert sorted(map(tuple, kept)) == [("e0", "duty"), ("e1", None)]


def test_a_newer_schema_is_left_alone(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerSchema, match="9999"):
        upgrade(engine)


@pytest.fixture
def full(district: District) -> District:
    """A district with a row in each append-only table."""
    box = district.box()
    for _ in range(2):
        box.rate()
    box.record(replace(envelope(), type="sabotage"))
    district.accept(box)
    box.entries[1] = changed(box.entries[1])
    district.accept(box)
    box.open_epoch()
    box.rate()
    district.accept(box, box.batch(health={"clock": {"boot": "cafe", "up_s": 90, "at_s": 0}}), direct=True)
    old, box.key = box.key, SigningKey.generate()
    district.roll(box, old)
    with writing(district.engine) as connection:
        finding = f"{box.device_id}/1/2/entry_changed"
        keep_acknowledgement(connection, AnomalyReview(finding, "Trần Thị B", "a test", district.clock()))
    return district


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {table} SET device_id = 'other'", "DELETE FROM {table}"])
def test_the_database_refuses_to_rewrite_what_arrived(full: District, table: str, change: str) -> None:
    before = full.rows(table, "device_id")

    with pytest.raises(DatabaseError, match="append-only"), writing(full.engine) as connection:
        connection.execute(text(change.format(table=table)))

    assert before
    assert full.rows(table, "device_id") == before


def test_postgresql_refuses_to_empty_the_ledger(full: District) -> None:
    if full.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")

    with pytest.raises(DatabaseError, match="append-only"), writing(full.engine) as connection:
        connection.execute(text("TRUNCATE ledger"))


def test_replacing_a_ledger_row_is_refused_on_sqlite(full: District) -> None:
    if full.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")

    with pytest.raises(DatabaseError, match="append-only"), writing(full.engine) as connection:
        connection.execute(text("INSERT OR REPLACE INTO heads SELECT * FROM heads"))


def test_sqlite_is_opened_so_that_a_power_cut_loses_nothing(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("about SQLite's pragmas")

    with reading(engine) as connection:
        found = {name: _pragma(connection, name) for name in ("journal_mode", "synchronous", "foreign_keys")}

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def _pragma(connection: Any, name: str) -> Any:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_reading_cannot_write_on_postgresql(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no read-only transactions")

    with pytest.raises(DatabaseError, match="read-only"), reading(engine) as connection:
        connection.execute(text("DELETE FROM tallies"))


@pytest.mark.parametrize("url", ["mysql://localhost/x", "nonsense", "sqlite://", ""])
def test_another_database_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///file or postgresql://"):
        open_engine(url)


def test_a_database_that_is_not_there_is_unavailable() -> None:
    engine = open_engine("postgresql://nobody@/nothing?host=/nonexistent")

    with pytest.raises(StoreUnavailable), reading(engine):
        pass
