"""A kiosk goes over to another ledger while its programs run: nobody has to start them anew."""

from pathlib import Path

import pytest

from tests.support.rig import SAMPLES, Rig


@pytest.mark.slow
def test_what_runs_goes_on_with_the_new_ledger_after_a_shelf_and_a_new_enrolment(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    try:
        rig.district_command("init")
        rig.district_command("import", "units", str(SAMPLES / "samples/units.csv"))
        rig.start_district()
        rig.sync.start()
        for _ in range(2):
            code = rig.district_command("device", "code", "H35.88.01").strip()
            rig.kiosk_command("enrol", rig.url, code)
            rig.until(lambda: rig.status()["last_contact_at"])
            rig.kiosk_command("shelve")
    finally:
        rig.stop()

    assert len(list((tmp_path / "kiosk" / "shelf").iterdir())) == 2
