"""``make demo``: a rating travels from a scan and a tap to a figure at the district, through the real programs.

With a display a window opens and a person is the citizen; without one a scripted citizen uses the very same program on
a virtual display, and what happened is printed, with a picture of every step.
"""

import os
import secrets
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from kiosk.clock import read_clock
from kiosk.flow.state.lobby import CounterChoice
from kiosk.settings import load
from kiosk.store import reference
from kiosk.store.engine import Store
from sync.district.projection.release import release
from sync.district.settings import DATABASE_FILE
from sync.district.store import tables
from sync.district.store.engine import open_engine, reading
from sync.district.times import local_day, start_of, utc_now
from tests.support.rig import SAMPLES, DistrictPage, Rig

FOLDER = Path("build/demo")
UNIT = "H35.88.01"
COUNTER = "H35.88.01-Q1"
CITIZENS = 34
SCORES = (5, 4, 5, 3, 5, 4, 4, 5, 2, 5, 4, 1)
GOOD, BAD = ("Hướng dẫn dễ hiểu", "Thái độ tốt"), ("Phải chờ lâu",)


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    if os.environ.get("DISPLAY") and "--scripted" not in sys.argv:
        return by_hand()
    return by_script()


def say(text: str) -> None:
    print(text, flush=True)


def set_up(rig: Rig) -> tuple[str, str]:
    """An embedded district with sample data, and an enrolled kiosk; the leader's password and the counter's PIN."""
    say("1. The district: one SQLite file and its keys, on loopback")
    rig.district_command("init")
    for kind, file in (
        ("units", "samples/units.csv"),
        ("counters", "samples/counters.csv"),
        ("officers", "samples/officers.csv"),
        ("procedures", "samples/procedures.xlsx"),
        ("dossiers", "samples/dossiers.csv"),
        ("notices", "samples/notices.csv"),
        ("questionnaire", "schemes/mot-cua.toml"),
    ):
        report = rig.district_command("import", kind, str(SAMPLES / file)).strip().splitlines()
        say(f"   district import {kind:14}{report[-1]}")
    password = secrets.token_urlsafe(9)
    rig.district_command(
        "user", "add", "lanhdao", "--role", "leader", "--not-an-officer", "--password-stdin", stdin=password + "\n"
    )
    pin = "".join(character for character in rig.district_command("counter-pin", COUNTER) if character.isdigit())[-6:]
    rig.start_district()
    say(f"   district serve answers at {rig.url}; staff sign in at {rig.url}/sign-in: lanhdao / {password}")
    say("2. The kiosk: enrolled with a one-time code, then kiosk-sync run and kiosk run")
    code = rig.district_command("device", "code", UNIT).strip()
    say("   " + rig.kiosk_command("enrol", rig.url, code).strip().splitlines()[0])
    rig.run("-m", "sync", "once")
    rig.sync.start()
    return password, pin


def by_hand() -> int:
    rig = Rig(FOLDER.absolute(), display=os.environ["DISPLAY"], width=1280, height=800, panel_width_mm=345)
    try:
        set_up(rig)
        rig.start_kiosk()
        say("3. The kiosk's window is open. Type a dossier code here and press Enter: that is the scanner.")
        say("   For example: H35.88.01-261102-0002 (Ctrl-D ends the demo)")
        for line in sys.stdin:
            rig.scanner.scan(line.strip())
    except KeyboardInterrupt:
        pass
    finally:
        rig.stop()
    return 0


def by_script() -> int:
    from tests.support.citizen import Citizen
    from tests.support.screen import screen
    from tests.support.twin import Twin

    pictures = FOLDER / "screens"
    with screen(1080, 1920) as display:
        rig = Rig(FOLDER.absolute(), display=display.name)
        try:
            password, pin = set_up(rig)
            rig.start_kiosk()
            citizen = Citizen(rig, display, Twin(1080, 1920, rig.panel_width_mm), pictures)
            journeys(rig, citizen, pin)
            show_figure(rig, password)
            show_checks(rig)
        finally:
            rig.stop()
    say(f"\nThe pictures of every step are in {pictures}/")
    return 0


def journeys(rig: Rig, citizen: Any, pin: str) -> None:
    counters, prefill = on_the_box(rig)
    codes = dossiers_at(COUNTER)
    say("3. A citizen scans the appointment slip (a serial line read by pyserial) and touches one face")
    citizen.look("idle")
    citizen.scan(f"https://tra-cuu.example.vn/ho-so?ma={codes[0].lower()}&secretKey=x7")
    citizen.look("rate-after-scan")
    citizen.choose(5)
    citizen.look("why")
    citizen.go()
    say("   The next types the code; prefix and date are filled in")
    citizen.ask_to_type()
    citizen.look("type-code")
    citizen.type("0042", prefill)
    citizen.choose(4)
    citizen.go()
    say("   Another has no paper and chooses the counter")
    citizen.say_no_paper()
    citizen.look("counters")
    citizen.pick(counters, counters[0].name)
    citizen.choose(3)
    citizen.go()
    say(f"   {CITIZENS - 1} more scan and touch once each; some say why")
    for number, code in enumerate(codes[1:CITIZENS]):
        citizen.scan(code)
        citizen.choose(SCORES[number % len(SCORES)])
        if number % 8 == 0:
            score = SCORES[number % len(SCORES)]
            citizen.say_why(score, *(GOOD if score > 3 else BAD))
    citizen.look("thanks")
    citizen.go()
    say("   One leaves a góp ý in a ready sentence, without a name, and goes home with a receipt")
    citizen.leave_a_comment("Thiếu ghế ngồi chờ.")
    citizen.go()
    say("4. Counter staff hold the sign in the corner and enter the shared PIN of their counter, which is taken until")
    say("   somebody there has a PIN of their own: they see what is due, and nothing yet of a day that is not over")
    citizen.hold_the_sign()
    citizen.choose_own_counter(counters, counters[0].name)
    citizen.look("staff-pin")
    citizen.sign_in_as_staff(counters[0], pin)
    citizen.look("staff-view")


def show_figure(rig: Rig, password: str) -> None:
    """The figure as the district's page tells it once the day is over: what has arrived is released at midnight."""
    page = DistrictPage(rig.url, "lanhdao", password)
    engine = open_engine(f"sqlite:///{Path(rig.environment['DISTRICT_DATA']) / DATABASE_FILE}")

    def all_opened() -> bool:
        with reading(engine) as connection:
            arrived = connection.execute(select(func.count()).select_from(tables.ratings)).scalar_one()
        return arrived >= CITIZENS + 2

    rig.until(all_opened)
    midnight = start_of(local_day(utc_now()) + timedelta(days=1))
    release(engine, midnight)
    engine.dispose()

    def line() -> dict[str, Any] | None:
        found = {row["counter_id"]: row for row in page.figures()["lines"]}[COUNTER]
        return found if (found["rated"] or 0) >= CITIZENS + 1 else None

    figure = rig.until(line)
    say("5. Night falls: the ratings are released as a whole. The district's page says:")
    say(
        f"   {figure['name']}: {figure['rated']} rated of {figure['dossiers']} dossiers, "
        f"{figure['share']:.1%} satisfied (95 % interval {figure['low']:.1%} to {figure['high']:.1%})"
    )


def show_checks(rig: Rig) -> None:
    say("6. The technician asks")
    say("   kiosk verify:    " + rig.kiosk_command("verify").strip())
    say("   district verify: " + rig.district_command("verify").strip().splitlines()[-1])
    # not the answer of a command that must succeed: where there is no touch panel, as here, the doctor says so
    doctor = subprocess.run(
        [sys.executable, "-m", "kiosk", "doctor"], env=rig.environment, capture_output=True, text=True, check=False
    )
    for text in doctor.stdout.strip().splitlines():
        say("   " + text)


def on_the_box(rig: Rig) -> tuple[tuple[CounterChoice, ...], str]:
    """What the kiosk's screens show from its reference data: the counters, and what stands on the pad."""
    settings = load(environment={name: rig.environment[name] for name in ("KIOSK_CONFIG", "KIOSK_DATA")})
    today = read_clock().day
    store = Store(settings.data)
    with store.read() as tx:
        found = reference.counters_of(tx, UNIT, today)
    store.close()
    return tuple(CounterChoice(row.counter_id, row.name, row.field) for row in found), f"{UNIT}-{today:%y%m%d}-"


def dossiers_at(counter_id: str) -> list[str]:
    """Codes of the sample dossiers of one counter."""
    lines = (SAMPLES / "samples/dossiers.csv").read_text(encoding="utf-8-sig").splitlines()
    return [line.split(",")[1] for line in lines if f",{counter_id}," in line]


if __name__ == "__main__":
    sys.exit(main())
