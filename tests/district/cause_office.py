"""A province of five communes with two finished months: at one of them the wait was marked much more in October."""

from datetime import date

from sqlalchemy import insert

from sync.district.domain.people import Role
from sync.district.store import tables
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import Connection, Engine, writing
from tests.district.web_fixtures import NOW, bring
from tests.district.web_server import add_people, hash_of_password, rating, release_all

PROVINCE = "T1"
UNITS = tuple(f"T1.{number}" for number in range(1, 6))
UNIT, OTHER = UNITS[0], UNITS[1]
COUNTERS = (f"{UNIT}-Q1", f"{UNIT}-Q2")
SEPTEMBER, OCTOBER = date(2026, 9, 15), date(2026, 10, 15)
VERSION = "mot-cua/2"
WAITING, PAPERS = ("bad", "waiting"), ("bad", "papers")
NAMES = ("Xã Bình Minh", "Xã Bến Cát", "Xã Cẩm Thủy", "Xã Đồng Tâm", "Xã Ea Kao")

Marks = dict[tuple[str, str], int]


def open_province(engine: Engine) -> None:
    """Units, counters and people: a head and an officer of the first commune, a head above, one beside."""
    rows = "".join(f"{unit},{name},commune,{PROVINCE}\n" for unit, name in zip(UNITS, NAMES, strict=True))
    units = f"Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên\n{PROVINCE},Tỉnh Mẫu,province,\n{rows}"
    assert bring(engine, "units", units).accepted
    counters = "".join(f"{unit}-Q{n},{unit},Quầy {n}\n" for unit in UNITS for n in (1, 2))
    assert bring(engine, "counters", f"Mã quầy,Mã đơn vị,Tên quầy\n{counters}").accepted
    officers = f"Số hiệu,Mã đơn vị,Vị trí,Mã quầy\nCB-1,{UNIT},Công chức,{COUNTERS[0]}\n"
    assert bring(engine, "officers", officers).accepted
    add_people(
        engine,
        ("chair", Role.LEADER, UNIT),
        ("deputy", Role.LEADER, UNIT),
        ("inspector", Role.INSPECTOR, PROVINCE),
        ("director", Role.LEADER, PROVINCE),
        ("neighbour", Role.LEADER, OTHER),
        ("technician", Role.TECHNICIAN, None),
        ("administrator", Role.ADMINISTRATOR, None),
        ("auditor", Role.AUDITOR, None),
    )
    with writing(engine) as connection:
        add_user(connection, UserRow("clerk", hash_of_password(), Role.OFFICER, UNIT, False, "CB-1", False), NOW)


def keep_ratings_with_marks(connection: Connection, unit: str, counter: str, n: int, marks: Marks, day: date) -> None:
    """So many ratings of a day, of which each mark is given by so many."""
    told = [mark for mark, count in marks.items() for _ in range(count)]
    rows, entries, answers = list[dict](), list[dict](), list[dict]()
    for number in range(n):
        mark = told[number] if number < len(told) else None
        row = rating(unit, counter, 2 if mark else 5, day, questionnaire=VERSION)
        rows.append(row)
        if mark:
            same = ("device_id", "epoch", "seq", "batch_id", "questionnaire", "language", "recorded_at", "received_at")
            key = {"entry_id": f"+{row['entry_id']}"}
            entries.append(
                {name: row[name] for name in same}
                | key
                | {"rating_entry_id": row["entry_id"], "spent_ms": {}, "presses": 1, "scans_again": 0}
            )
            answers.append(key | {"question_id": mark[0], "answer": mark[1]})
    connection.execute(insert(tables.ratings), rows)
    if entries:
        connection.execute(insert(tables.answer_entries), entries)
        connection.execute(insert(tables.answers), answers)


def live_two_months(engine: Engine, *, waited: int = 40, months: tuple[date, ...] = (SEPTEMBER, OCTOBER)) -> None:
    """Every commune with 100 ratings at each counter a month; the first one's October has ``waited`` marks of a long
    wait at its first counter, else five are usual."""
    with writing(engine) as connection:
        for day in months:
            for unit in UNITS:
                for n in (1, 2):
                    many = unit == UNIT and n == 1 and day == OCTOBER
                    marks = {WAITING: waited if many else 5, PAPERS: 10}
                    keep_ratings_with_marks(connection, unit, f"{unit}-Q{n}", 100, marks, day)
        release_all(connection)
