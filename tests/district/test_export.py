"""Exports: what stands in them is what the schema says, released groups alone unless sealed to an auditor's key."""

import csv
import io
import json
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError

from kiosk.domain.released import K
from sync.district.__main__ import main
from sync.district.accounts.passwords import Passwords
from sync.district.accounts.users import add_user, move_user
from sync.district.domain.audit import Audited
from sync.district.domain.people import Role
from sync.district.domain.spreadsheet import RISKY
from sync.district.export import exporting
from sync.district.export.exporting import ExportOrder, export
from sync.district.export.lines import Format, lines
from sync.district.export.schema import SCHEMA, exports, tables
from sync.district.export.sealing import PIECE, CannotOpen, key_id_of, open_stream, seal_stream
from sync.district.projection.release import release
from sync.district.store import audit
from sync.district.store import tables as t
from sync.district.store.audit import AuditorKey
from sync.district.store.engine import reading, writing
from tests.district.conftest import NOON, District
from tests.support.factories import COUNTER, TODAY, UNIT, dossier_code

PRIVATE = PrivateKey.generate()
PUBLIC = bytes(PRIVATE.public_key)
KEY = AuditorKey(key_id_of(PUBLIC), PUBLIC, "Thanh tra tỉnh", NOON)


@pytest.fixture
def busy(district: District) -> District:
    """Two days of a counter: eight dossiers, two given different scores, one that waits, reasons, a moved day."""
    box = district.box()
    district.reference(
        dossiers=[
            {"dossier_code": dossier_code(n), "counter_id": COUNTER, "officer_number": "CB-7", "received_on": TODAY}
            for n in range(8)
        ],
        counters=[{"counter_id": "=1+1", "unit_id": UNIT, "name": "@quầy", "field": ""}],
    )
    for n in range(8):
        rated = box.rate(2 if n < 6 else 5, dossier_code(n))
        if n < 6:
            box.add(rated, answers={"bad": ["waiting"]}, private_answers={"hard_to_say": ["money"]})
    box.rate(1, dossier_code(7))
    box.times([0, "Đất đai", "waiting", 8, 5, 60])
    district.accept(box)
    district.overnight()
    release(district.engine, district.clock())
    box.rate(3, dossier_code(9), day=date(2026, 11, 22))
    district.accept(box, box.batch(len(box.entries)))
    district.project()
    return district


def take(district: District, folder: Path, what: str, form: Format, key: AuditorKey | None = None) -> dict[str, Any]:
    """An export as JSON objects or CSV cells, by table, sealed files opened."""
    order = ExportOrder(what, form, "tung", key=key, reason="a test of exports" if key else "")
    export(district.engine, order, folder, district.clock())
    found = {}
    for path in sorted(folder.iterdir()):
        name, raw = path.name.partition(".")[0], path.read_bytes()
        if path.suffix == ".sealed":
            raw = b"".join(open_stream(io.BytesIO(raw), bytes(PRIVATE)))
        told = raw.decode()
        if form is Format.CSV:
            found[name] = list(csv.DictReader(io.StringIO(told)))
        else:
            found[name] = [json.loads(line) for line in told.splitlines()]
    return found


def everything(district: District, folder: Path, form: Format, key: AuditorKey | None = None) -> dict[str, Any]:
    found = {}
    for what in exports():
        found |= take(district, folder / what, what, form, key)
    return found


def test_every_line_is_what_the_schema_says(busy: District, tmp_path: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    found = everything(busy, tmp_path / "e", Format.JSON_LINES, KEY)

    assert found.keys() == {table.name for table in tables()}
    for table in tables():
        assert found[table.name] or table.name in ("findings", "questionnaires"), table.name
        one = jsonschema_rs.validator_for({**schema["$defs"][table.name], "$schema": schema["$schema"]})
        for row in found[table.name]:
            one.validate(row)
            assert tuple(row) == table.columns


def test_without_an_auditors_key_no_file_tells_of_fewer_than_five(busy: District, tmp_path: Path) -> None:
    found = everything(busy, tmp_path / "e", Format.JSON_LINES)

    assert found.keys() == {table.name for table in tables() if not table.for_auditors}
    assert {row["members"] for row in found["released_ratings"] + found["released_answers"]} == {6, 8}
    assert all(row["members"] >= K for row in found["released_ratings"])
    assert {row["entries_up_to"] for row in found["kiosks"]} == {100}
    told = json.dumps(found)
    assert dossier_code(0) not in told
    assert "CB-7" not in told


def test_a_finer_file_opens_for_its_auditor_and_names_no_dossier_and_no_officer(busy: District, tmp_path: Path) -> None:
    found = everything(busy, tmp_path / "e", Format.JSON_LINES, KEY)
    again = everything(busy, tmp_path / "f", Format.JSON_LINES, KEY)

    assert [row["score"] for row in found["ratings"]] == [2, 2, 2, 2, 2, 2, 5, 5, 1, 3]
    assert [row["group_id"] is None for row in found["ratings"]] == [False] * 9 + [True]
    assert found["ratings"][7]["dossier"] == found["ratings"][8]["dossier"] != found["ratings"][6]["dossier"]
    assert {row["dossier"] for row in found["ratings"][:9]} == {row["dossier"] for row in found["dossiers"]}
    assert found == again
    raw = b"".join(path.read_bytes() for path in (tmp_path / "e").rglob("*.*"))
    for said in (dossier_code(0), "CB-7", "money"):
        assert said not in json.dumps(found)
        assert said.encode() not in raw
    assert b'"score"' not in raw


def test_an_auditor_reads_how_each_face_was_given(district: District, tmp_path: Path) -> None:
    box = district.box()
    box.rate_now(4, dossier_code(1), given="ear", presses=7, counter_known_by="citizen")
    box.rate(3, dossier_code(2))
    district.accept(box)
    district.project()

    new, old = take(district, tmp_path / "e", "ratings", Format.JSON_LINES, KEY)["ratings"]

    assert (new["given"], new["presses"], new["kiosk_knew_counter_by"]) == ("ear", 7, "citizen")
    assert (old["given"], old["presses"], old["kiosk_knew_counter_by"]) == (None, None, None)


def test_csv_and_json_lines_say_the_same(busy: District, tmp_path: Path) -> None:
    rows = everything(busy, tmp_path / "j", Format.JSON_LINES, KEY)
    cells = everything(busy, tmp_path / "c", Format.CSV, KEY)

    for name, found in rows.items():
        assert [[_back(cell) for cell in row.values()] for row in cells[name]] == [
            [_as_text(value) for value in row.values()] for row in found
        ]
    assert "'=1+1" in [row["counter_id"] for row in cells["counters"]]
    assert "'@quầy" in [row["name"] for row in cells["counters"]]


def _back(cell: str) -> str:
    return cell.removeprefix("'")


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


@given(st.lists(st.one_of(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers())))
def test_no_cell_is_a_formula_and_nothing_is_lost(values: list[Any]) -> None:
    names = [f"c{n}" for n in range(len(values) + 1)]
    row = dict(zip(names, ["x", *values], strict=True))

    whole = "".join(lines(Format.CSV, names, [row]))

    (cells,) = list(csv.reader(io.StringIO(whole, newline="")))[1:]
    for value, cell in zip(row.values(), cells, strict=True):
        if isinstance(value, int):
            assert cell == str(value)
        else:
            assert cell.removeprefix("'") == value if cell.startswith("'") else cell == value
            assert not cell.startswith(tuple(set(RISKY) - {"'"}))


def test_only_the_days_asked_for_are_there(busy: District, tmp_path: Path) -> None:
    order = ExportOrder("ratings", Format.JSON_LINES, "tung", date(2026, 11, 22), None, KEY, "a test of exports")

    export(busy.engine, order, tmp_path / "e", busy.clock())

    sealed = (tmp_path / "e" / "ratings.jsonl.sealed").read_bytes()
    found = b"".join(open_stream(io.BytesIO(sealed), bytes(PRIVATE))).decode().splitlines()
    assert [json.loads(line)["day"] for line in found] == ["2026-11-22"]
    assert (tmp_path / "e" / "released_ratings.jsonl").read_text() == ""


# ---- sealed files


@given(st.lists(st.binary(max_size=100_000), max_size=5))
def test_what_is_sealed_comes_out_again(texts: list[bytes]) -> None:
    sealed = b"".join(seal_stream(texts, PUBLIC))

    assert b"".join(open_stream(io.BytesIO(sealed), bytes(PRIVATE))) == b"".join(texts)


def test_a_file_that_was_cut_changed_lengthened_or_is_for_another_is_refused() -> None:
    whole = b"".join(seal_stream([b"x" * PIECE * 2], PUBLIC))
    changed = bytearray(whole)
    changed[-1] ^= 1
    for wrong, key in (
        (whole[:-1], PRIVATE),
        (whole[: len(whole) // 2], PRIVATE),
        (bytes(changed), PRIVATE),
        (whole + b"x", PRIVATE),
        (whole[20:], PRIVATE),
        (whole, PrivateKey.generate()),
    ):
        with pytest.raises(CannotOpen):
            list(open_stream(io.BytesIO(wrong), bytes(key)))


# ---- who took what


def test_an_export_is_written_down_before_it_is_read_and_when_it_is_whole(
    busy: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> object:
        raise OSError(28, "No space left on device")

    take(busy, tmp_path / "e", "ratings", Format.CSV, KEY)
    monkeypatch.setattr(exporting, "_write", fails)
    with pytest.raises(OSError, match="No space"):
        take(busy, tmp_path / "f", "answers", Format.CSV)

    with reading(busy.engine) as connection:
        found = [each for each in audit.entries(connection, 10) if each.what is not Audited.ENROLMENT]
    assert [(each.what, each.person, each.detail["export"]) for each in found] == [
        (Audited.EXPORT, "tung", "answers"),
        (Audited.EXPORTED, "tung", "ratings"),
        (Audited.EXPORT, "tung", "ratings"),
    ]
    assert found[1].reason == "a test of exports"
    assert found[1].detail["auditor"] == f"Thanh tra tỉnh ({KEY.key_id})"
    assert found[1].detail["files"]["ratings.csv.sealed"]["rows"] == 10


@pytest.mark.parametrize("change", ["UPDATE audit_entries SET person = 'x'", "DELETE FROM audit_entries"])
def test_the_audit_list_cannot_be_rewritten(busy: District, tmp_path: Path, change: str) -> None:
    take(busy, tmp_path / "e", "ratings", Format.CSV)

    with pytest.raises(DatabaseError, match="append-only"), writing(busy.engine) as connection:
        connection.execute(text(change))


def test_a_withdrawn_key_holds_no_more_and_a_key_may_come_again(district: District) -> None:
    with writing(district.engine) as connection:
        audit.write_key(connection, KEY, holds=True)
        first = audit.keys(connection)
        audit.write_key(connection, KEY, holds=False)
        gone = audit.keys(connection)
        audit.write_key(connection, KEY, holds=True)
        again = audit.keys(connection)

    assert ([key.key_id for key in first], gone, again) == ([KEY.key_id], [], [KEY])


def test_the_commands_make_a_key_take_it_in_export_to_it_and_open_the_file(
    busy: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = busy.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DISTRICT_DATABASE_URL", url)
    monkeypatch.setenv("DISTRICT_DATA", str(busy.services.settings.data))
    key = tmp_path / "auditor.key"

    def run(*command: str) -> list[str]:
        assert main(command) == 0, capsys.readouterr().err
        return capsys.readouterr().out.split()

    public = run("auditor-key", "make", str(key))[2]
    key_id = run("auditor-key", "add", public, "--name", "Thanh tra tỉnh", "--reason", "yearly audit 2026")[0]
    run("export", "ratings", "--output", str(tmp_path / "e"), "--auditor", key_id, "--reason", "yearly audit 2026")
    sealed, opened = tmp_path / "e" / "ratings.csv.sealed", tmp_path / "ratings.csv"
    run("open-export", str(sealed), "--key", str(key), "--output", str(opened))
    add_user(busy.engine, Passwords(), "hoa", "một câu dễ nhớ", Role.TECHNICIAN, None, NOON)
    move_user(busy.engine, "hoa", Role.ADMINISTRATOR, None, None, NOON, "quan-tri")
    listed = run("audit")

    assert key.stat().st_mode & 0o777 == sealed.stat().st_mode & 0o777 == 0o600
    assert len(list(csv.reader(opened.open(encoding="utf-8")))) == 11
    assert {"key", "export", "exported", "did=moved"} <= set(listed)
    assert "from=technician,all units to=administrator,all units" in " ".join(listed)
    assert "*" not in "".join(listed)
    for wrong in (
        ("export", "ratings", "--output", str(tmp_path / "e")),
        ("export", "ratings", "--output", str(tmp_path / "g"), "--auditor", "0" * 16, "--reason", "yearly audit"),
        ("export", "ratings", "--output", str(tmp_path / "g"), "--auditor", key_id),
        ("auditor-key", "add", "00", "--name", "x", "--reason", "yearly audit"),
        ("auditor-key", "make", str(key)),
        ("open-export", str(opened), "--key", str(key), "--output", str(tmp_path / "x.csv")),
    ):
        assert main(wrong) == 1
        assert capsys.readouterr().err.startswith("district: ")
    assert not (tmp_path / "x.csv").exists()


def press_many(district: District, first: int, n: int) -> None:
    row = {"device_id": "box", "epoch": 1, "batch_id": 1, "unit_id": UNIT, "counter_id": COUNTER, "stage": "return",
           "questionnaire": "mot-cua/2", "score": 4, "flags": [], "language": "vi", "input": "scan", "day": TODAY,
           "recorded_at": NOON, "received_at": NOON, "counted": True}  # fmt: skip
    rows = [row | {"entry_id": f"e{each}", "seq": each, "dossier_code": f"d{each}"} for each in range(first, first + n)]
    with writing(district.engine) as connection:
        connection.execute(insert(t.ratings), rows)


def peak_of(district: District, folder: Path) -> tuple[int, int]:
    """How many ratings an export writes, and the most bytes that Python holds meanwhile."""
    order = ExportOrder("ratings", Format.CSV, "tung", key=KEY, reason="a test of exports")
    tracemalloc.start()
    written = export(district.engine, order, folder, district.clock())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {each.name: each.rows for each in written}["ratings.csv.sealed"], peak


@pytest.mark.slow
def test_what_is_held_in_memory_does_not_grow_with_the_export(district: District, tmp_path: Path) -> None:
    press_many(district, 0, 6_000)
    few = peak_of(district, tmp_path / "e")
    press_many(district, 6_000, 18_000)
    many = peak_of(district, tmp_path / "f")

    assert (few[0], many[0]) == (6_000, 24_000)
    assert many[1] < 1.3 * few[1]
