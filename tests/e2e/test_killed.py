"""The real programs, killed with SIGKILL at random moments: no thank-you is lost, none counts twice."""

import random
import shutil
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from kiosk.flow.state.screens import Rate
from tests.support.citizen import SUBJECT
from tests.support.rig import SAMPLES, Process, Rig
from tests.support.screen import Screen, screen
from tests.support.twin import Twin

WIDTH, HEIGHT = 600, 1024
MOMENTS = 50
UNIT = "H35.88.01"


@pytest.fixture
def display():
    with screen(WIDTH, HEIGHT) as shown:
        yield shown


@pytest.fixture
def rig(tmp_path: Path, display: Screen):
    rig = Rig(tmp_path, display=display.name, width=WIDTH, height=HEIGHT, panel_width_mm=136)
    *_, code = rig.set_up_district(
        ("init",),
        *(("import", kind, str(SAMPLES / f"samples/{kind}.csv")) for kind in ("units", "counters", "officers")),
        ("device", "code", UNIT),
    )
    rig.start_district()
    rig.kiosk_command("enrol", rig.url, code.strip())
    rig.sync.start()
    rig.start_kiosk()
    yield rig
    rig.stop()


def code(number: int) -> str:
    return f"{UNIT}-261102-{number:04d}"


def rate(rig: Rig, display: Screen, number: int, at: tuple[float, float]) -> bool:
    """One citizen scans and touches a face. True when the kiosk said thanks."""
    try:
        rig.scanner.scan(code(number))
        rig.kiosk.wait_for("screen Rate", patience=5)
        display.touch(*at)
        while "not heard" in rig.kiosk.wait_for("screen Why|not heard", patience=5):  # in the blink of a new screen
            display.touch(*at)
        return True
    except TimeoutError:
        return False


def revive(rig: Rig, process: Process) -> None:
    """No citizen waits for the district or the agent; the next kill may meet them while they start."""
    if process is rig.kiosk:
        # as after a power cut, which this stands for: what counts the starts of one boot lies in memory
        shutil.rmtree(Path(rig.environment["KIOSK_DATA"]) / "run", ignore_errors=True)
        rig.start_kiosk()
    else:
        process.start()


@pytest.mark.slow
def test_killed_at_fifty_random_moments_no_thank_you_is_lost_or_doubled(rig: Rig, display: Screen):
    dice = random.Random(20261121)
    face = Twin(WIDTH, HEIGHT, rig.panel_width_mm).where(Rate(SUBJECT, 0), 4)
    begun = time.monotonic()
    assert rate(rig, display, MOMENTS, face), "nobody is killed yet"
    one_rating = time.monotonic() - begun
    thanked = [code(MOMENTS)]

    for number in range(MOMENTS):
        victim = dice.choice([rig.kiosk, rig.sync, rig.district])
        killer = threading.Timer(dice.uniform(0, 1.2 * one_rating), victim.kill)
        killer.start()
        if rate(rig, display, number, face):
            thanked.append(code(number))
        killer.join()
        revive(rig, victim)

    rig.sync.kill()  # one more time, instead of waiting out what it has made of a district that was gone so often
    rig.sync.start()
    rig.until(lambda: counted(rig).keys() >= set(thanked), patience=120)
    rig.until(lambda: rig.status()["pending"] == 0)
    assert len(thanked) > MOMENTS // 4, "the citizens hardly got to rate, so nothing was tried"
    assert [found for found, times in counted(rig).items() if times != 1] == []
    assert "hold" in rig.kiosk_command("verify")
    assert "nothing is wrong" in rig.district_command("verify")


def counted(rig: Rig) -> dict[str, int]:
    """How often each dossier's rating stands at the district."""
    with sqlite3.connect(f"file:{rig.folder}/district/district.sqlite?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT dossier_code, count(*) FROM ratings GROUP BY dossier_code").fetchall()
    connection.close()
    return dict(rows)
