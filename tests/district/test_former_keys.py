"""The line of a box's keys holds whatever clocks say, and whatever its file goes back to."""

import shutil
from pathlib import Path

from nacl.signing import SigningKey

from kiosk.box.opening import open_or_mend
from kiosk.store.engine import Store
from kiosk.store.verify import verify
from tests.district.conftest import District
from tests.district.test_agent import Kiosk
from tests.district.test_keys import kiosk, want, wrong  # noqa: F401 - a fixture


def test_a_file_of_before_the_roll_still_leads_to_the_key_in_force(kiosk: Kiosk, tmp_path: Path):  # noqa: F811
    kiosk.rate(1)
    kiosk.deliver()
    kiosk.store.close()
    shutil.copy(kiosk.store.file, tmp_path / "yesterday")
    kiosk.start()
    want(kiosk)
    kiosk.deliver()
    kiosk.store.close()
    shutil.copy(tmp_path / "yesterday", kiosk.store.file)

    box = open_or_mend(Store(kiosk.settings.data), kiosk.settings.keys, kiosk.clock)

    assert box is not None
    with box.store.read() as tx:
        key = bytes(box.keys.device.verify_key)
        assert verify(tx, box.identity.device_id, key, box.identity.receipt_public_key).flaw == ""
    box.store.close()


def test_the_line_of_keys_is_followed_by_its_links_whatever_the_district_s_clock_said(district: District):
    box = district.box()
    box.rate()
    district.accept(box)
    for hours in (0, 0, -3):  # twice in a moment, and once after the clock was set back
        old, box.key = box.key, SigningKey.generate()
        district.clock.pass_by(hours=hours)
        district.roll(box, old)

    assert wrong(district) == []
