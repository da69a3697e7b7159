"""A district with the sample units and counters, another commune, and readers of all and of that commune."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sync.district.domain.people import Role
from sync.district.store.engine import Engine
from tests.district.web_fixtures import bring, bring_samples
from tests.district.web_server import Browser, StillClock, add_people, serving

CENTRE, OTHER = "H35.88.01", "H35.89"
Q1, Q2 = f"{CENTRE}-Q1", f"{CENTRE}-Q2"
HEADER = "Mã hồ sơ,Mã quầy,Ngày nhận,Ngày hẹn trả,Ngày trả kết quả\n"


@contextmanager
def browsing(engine: Engine, folder: Path, **more: Any) -> Iterator[Browser]:
    bring_samples(engine)
    bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\n{OTHER},Xã Khác,Xã,H35\n")
    add_people(engine, ("lan", Role.LEADER, None), ("stranger", Role.LEADER, OTHER))
    with serving(engine, folder, StillClock(), **more) as base:
        yield Browser(base)


def bring_returned(engine: Engine, n: int) -> None:
    """So many dossiers that were returned early."""
    rows = (f"{CENTRE}-261102-9{number:03},{Q1},02/11/2026,09/11/2026,06/11/2026\n" for number in range(n))
    assert bring(engine, "dossiers", HEADER + "".join(rows)).accepted
