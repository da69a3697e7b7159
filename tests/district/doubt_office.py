"""A district with ten counters of one unit and a made month behind it: put straight into its projections."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert

from sync.district.measures.doubt.presses import CounterMonth, Press
from sync.district.projection.doubts import look_for_doubts
from sync.district.store.engine import Engine, writing
from sync.district.store.imports import keep_rollups
from sync.district.store.reference_tables import dossiers
from tests.district.counter_months import CHEATS, Maker
from tests.district.web_fixtures import NOW, bring
from tests.district.web_server import NUMBERS, keep_ratings

PROVINCE, UNIT, OTHER = "H35", "H35.88", "H35.89"
MONTH = date(2026, 10, 1)
BURST, DRIP = f"{UNIT}-Q1", f"{UNIT}-Q2"
COUNTERS = [f"{UNIT}-Q{number}" for number in range(1, 11)]
QUIET = f"{OTHER}-Q1"
CLERK = "CB-1"
"""The officer at ``BURST``."""


def open_office(engine: Engine) -> None:
    """Units, counters, officers."""
    bring(
        engine,
        "units",
        f"Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên\n{PROVINCE},Tỉnh Mẫu,province,\n"
        f"{UNIT},Trung tâm Phục vụ hành chính công xã Mẫu,commune,{PROVINCE}\n"
        f"{OTHER},Trung tâm Phục vụ hành chính công xã Kia,commune,{PROVINCE}\n",
    )
    rows = "".join(f"{counter},{UNIT},Quầy {number}\n" for number, counter in enumerate(COUNTERS, 1))
    bring(engine, "counters", f"Mã quầy,Mã đơn vị,Tên quầy\n{rows}{QUIET},{OTHER},Quầy đất đai\n")
    officers = bring(
        engine,
        "officers",
        f"Số hiệu,Mã đơn vị,Vị trí,Mã quầy\n{CLERK},{UNIT},Công chức,{BURST}\nCB-2,{UNIT},Công chức,{COUNTERS[4]}\n",
    )
    assert officers.accepted


def made_month(a_day: int = 30, seed: int = 3) -> dict[str, CounterMonth]:
    """A month of every counter: a burst of twenty at one, a drip at another, the others honest."""
    maker = Maker(seed, a_day)
    made = {counter: maker.honest() for counter in COUNTERS}
    made[BURST] = CHEATS["one burst of 20"](maker)
    made[DRIP] = CHEATS["drip +10 %"](maker)
    return made


def keep_month(engine: Engine, months: dict[str, CounterMonth], *, quiet: int = 40) -> None:
    """Keeps the presses and their dossiers as the projector and an import would, and releases them."""
    rows, known = list[dict](), list[dict]()
    for counter, month in months.items():
        for press in month.presses:
            row = _row(counter, press)
            rows.append(row)
            if press.matched:
                known.append(_dossier(row["dossier_code"], counter, press.day))
    known += [_dossier(f"{OTHER}-{number}", QUIET, MONTH + timedelta(days=number % 28)) for number in range(quiet)]
    with writing(engine) as connection:
        connection.execute(insert(dossiers), known)
        keep_rollups(connection, "dossiers", known, {})
    keep_ratings(engine, rows)


def examined(engine: Engine, now: datetime = NOW) -> int:
    return look_for_doubts(engine, now)


def _row(counter: str, press: Press) -> dict:
    number = next(NUMBERS)
    at = datetime(press.day.year, press.day.month, press.day.day, tzinfo=UTC) + timedelta(
        seconds=press.second, hours=-7
    )
    flags = (["repeat"] if press.again else []) + (["outside_hours"] if press.outside_hours else [])
    code = f"{UNIT}-261001-{number:06}" if press.matched else None
    return {"entry_id": f"e{number}", "device_id": "box", "epoch": 1, "seq": number, "batch_id": 1,
            "unit_id": UNIT, "counter_id": counter, "dossier_code": code, "stage": "return",
            "questionnaire": "mot-cua/2", "score": int(press.score), "flags": flags, "language": "vi",
            "input": "scan", "day": press.day, "recorded_at": at, "received_at": at, "counted": True}  # fmt: skip


def _dossier(code: str, counter: str, day: date) -> dict:
    times = dict.fromkeys(("due_on", "received_time", "due_time", "returned_time"))
    known = {"procedure_id": None, "officer_number": None, "revision": 1, "removed": False}
    return {"dossier_code": code, "counter_id": counter, "received_on": day, "returned_on": day} | times | known
