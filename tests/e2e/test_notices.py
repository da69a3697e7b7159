"""A card from a file at the district to the board of a box, through every layer that lies between, as real commands."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.box import keys
from kiosk.box.box import open_box
from kiosk.clock import Moment
from kiosk.desk.lobby import LobbyReader
from kiosk.store.engine import Store
from tests.support.notices import CARDS
from tests.support.rig import SAMPLES, Rig

UNIT = "H35.88.01"
SATURDAY_NOON = Moment(datetime(2026, 11, 21, 5, 0, tzinfo=UTC), 1_000, "cafe")


@pytest.mark.slow
def test_what_the_district_imports_hangs_on_the_kiosk(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    try:
        rig.district_command("init")
        for kind, file in (
            ("units", "samples/units.csv"),
            ("notices", "samples/notices.csv"),
            ("opening_hours", "samples/opening-hours.csv"),
            ("holidays", "schemes/holidays-2026.toml"),
        ):
            rig.district_command("import", kind, str(SAMPLES / file))
        rig.start_district()
        rig.kiosk_command("enrol", rig.url, rig.district_command("device", "code", UNIT).strip())
        rig.run("-m", "sync", "once")
    finally:
        rig.stop()
    store = Store(tmp_path / "kiosk")
    box = open_box(store, lambda: keys.load(tmp_path / "kiosk" / "keys"))
    assert box is not None

    board = LobbyReader().read(box, SATURDAY_NOON)
    store.close()

    assert [card.notice_id for card in board.notices] == [card.notice_id for card in CARDS]
    assert board.notices[2].text_in("en") == CARDS[2].text_in("en")
    assert (board.closed, board.opens) == (True, datetime.fromisoformat("2026-11-23T07:00"))
