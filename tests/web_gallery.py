"""``python -m tests.web_gallery OUT``: the pages of counter staff and of their head in every state, as PNG files: on a
telephone and on a desk, light and dark."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from kiosk.domain.roster import NOON, RECEPTION, DutyShift
from sync.district.domain.inquiry import InquiryAct, InquiryStep
from sync.district.domain.objection import ObjectionAbout, ObjectionAct, ObjectionStep, ObjectionSubject
from sync.district.domain.people import Role
from sync.district.store import inquiries, objections, wall_displays
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import Engine, writing
from sync.district.store.imports import Origin
from sync.district.store.rosters import write_shifts
from tests.district.test_one_stop import at_hour
from tests.district.test_waiting_pages import told as told_times
from tests.district.test_web_browser import ARGUMENTS, CHROMIUM
from tests.district.web_fixtures import NOW, bring, bring_samples, empty_district
from tests.district.web_server import PASSWORD, StillClock, add_people, enrol, explain, hash_of_password, rate, serving

TODAY, DAY = date(2026, 11, 20), timedelta(days=1)
CENTRE = "H35.88.01"
GOOD, BAD, THIRD, FEW, NONE = (f"{CENTRE}-Q{n}" for n in range(1, 6))
LONG = "Quầy 5: Tài nguyên, môi trường, nông nghiệp và phát triển nông thôn"
OFFICERS = {"an": ("CB-0101", GOOD), "binh": ("CB-0201", BAD), "chi": ("CB-0401", FEW), "dung": ("CB-0501", NONE)}
NAMES = {
    "an": "Nguyễn Thị Lan Anh",
    "binh": "Trần Văn Bình",
    "chi": "Hoàng Nguyễn Thị Kim Chi",
    "dung": "Y Bhiông Niê Kdăm",
}
LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}},
    "phone-dark": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    "desk": {"viewport": {"width": 1200, "height": 850}},
}


class Shown(Struct, frozen=True):
    """A state: who opens which page of an office. ``who`` is empty for a screen on which nobody signs in."""

    who: str
    path: str


STATES: dict[str, dict[str, Shown]] = {
    "full": {
        "counter-good": Shown("an", "/counter"),
        "counter-bad": Shown("binh", "/counter"),
        "counter-few": Shown("chi", "/counter"),
        "counter-nothing": Shown("dung", "/counter"),
        "counter-of-a-head": Shown("lan", f"/counter?counter={BAD}"),
        "inquiries": Shown("an", "/inquiries"),
        "inquiry": Shown("lan", "/inquiries/1"),
        "inquiry-new": Shown("an", f"/inquiries/new?counter={GOOD}"),
        "objection": Shown("lan", "/objections/{objection}"),
        "account": Shown("an", "/account"),
        "one-stop": Shown("lan", "/one-stop"),
        "one-stop-month": Shown("lan", "/one-stop?period=month&of=2026-10"),
        "late": Shown("lan", "/late"),
        "late-dossier": Shown("lan", f"/late/{CENTRE}-261101-9000"),
        "roster": Shown("lan", "/roster"),
        "roster-day": Shown("lan", f"/roster/day?unit={CENTRE}&of={TODAY + 3 * DAY}&counter={GOOD}"),
        "waiting": Shown("lan", "/waiting"),
        "wall-display": Shown("", "/display/{display}"),
    },
    "bare": {
        "counter-without-figures": Shown("an", "/counter"),
        "one-stop-without-figures": Shown("lan", "/one-stop"),
        "late-nothing": Shown("lan", "/late"),
        "roster-empty": Shown("lan", "/roster"),
        "inquiries-none": Shown("an", "/inquiries"),
        "wall-display-nothing": Shown("", "/display/{display}"),
    },
    "first": {
        "one-stop-first-morning": Shown("lan", "/one-stop"),
        "late-first-morning": Shown("lan", "/late"),
    },
}


def dossiers(*rows: tuple[str, str, date, date, date | None]) -> str:
    """A list with the office's own times beside the promised ones."""
    heads = "Mã hồ sơ,Mã quầy,Mã TTHC,Số hiệu cán bộ,Ngày nhận,Ngày hẹn trả,Ngày trả kết quả"
    lines = [f"{heads},Hạn xử lý tại đơn vị,Ngày đơn vị xử lý xong"]
    for number, counter, received, due, returned in rows:
        days = [f"{each:%d/%m/%Y}" if each else "" for each in (received, due, returned, due - DAY, returned)]
        officer = next((who for who, at in OFFICERS.values() if at == counter), "")
        lines.append(f"{CENTRE}-261101-{number},{counter},1.000656,{officer},{','.join(days)}")
    return "\n".join(lines) + "\n"


def fill(engine: Engine) -> None:
    """A centre with a good and a bad counter, one with few ratings, one of which nothing is known, and what each has to
    return."""
    bring(engine, "counters", f'Mã quầy,Mã đơn vị,Tên quầy,Lĩnh vực\n{NONE},{CENTRE},"{LONG}",Nông nghiệp\n')
    rows = "".join(
        f"{number},{CENTRE},Chuyên viên Trung tâm Phục vụ hành chính công,{at}\n" for number, at in OFFICERS.values()
    )
    bring(engine, "officers", f"Số hiệu,Đơn vị,Vị trí việc làm,Mã quầy\n{rows}", may_empty=True)
    for months_back in range(1, 6):
        there = (TODAY.replace(day=12) - months_back * 30 * DAY).replace(day=12)
        rate(engine, CENTRE, GOOD, {5: 48 + months_back, 4: 20, 3: 3, 2: 2}, there)
        rate(engine, CENTRE, BAD, {5: 10, 4: 12, 3: 14, 2: 8 + months_back, 1: 7}, there)
    rate(engine, CENTRE, GOOD, {5: 150, 4: 45, 3: 4, 1: 1}, TODAY - 2 * DAY)
    rate(engine, CENTRE, BAD, {5: 6, 4: 10, 3: 12, 2: 11, 1: 9}, TODAY - 2 * DAY)
    rate(engine, CENTRE, THIRD, {5: 30, 4: 12, 3: 4}, TODAY - 2 * DAY)
    rate(engine, CENTRE, FEW, {5: 4, 4: 3}, TODAY - 3 * DAY)
    for when in (TODAY - 2 * DAY, date(2026, 10, 12)):
        explain(engine, CENTRE, BAD, {("bad", "waiting"): 14, ("bad", "papers"): 9, ("good", "attitude"): 6}, day=when)
        explain(
            engine, CENTRE, GOOD, {("good", "attitude"): 21, ("good", "guidance"): 12, ("bad", "seats"): 6}, day=when
        )
        explain(engine, CENTRE, BAD, {("contacts", "once"): 20, ("contacts", "more"): 14}, day=when)
    for hour in (8, 9, 14):
        at_hour(engine, hour, 6, date(2026, 10, 5))
    late = [(f"9{n:03}", BAD, TODAY - 9 * DAY, TODAY - n * DAY - DAY, None) for n in range(7)]
    back_late = [(f"5{n:03}", GOOD, TODAY - 20 * DAY, TODAY - 9 * DAY, TODAY - 6 * DAY) for n in range(3)]
    due = [(f"8{n:03}", GOOD, TODAY - 9 * DAY, TODAY + (n % 2) * 3 * DAY, None) for n in range(9)]
    served = [(f"7{n:03}", NONE, TODAY - 9 * DAY, TODAY + 9 * DAY, None) for n in range(24)]
    seen = [
        (f"{n:04}", at, TODAY - 9 * DAY, TODAY + 20 * DAY, TODAY - 2 * DAY)
        for n, at in enumerate((GOOD, BAD, THIRD) * 200)
    ]
    back = [(f"6{n:03}", BAD, date(2026, 10, 5), date(2026, 10, 14), date(2026, 10, 13)) for n in range(60)]
    bring(engine, "dossiers", dossiers(*late, *back_late, *due, *served, *seen, *back))
    for n, counter in enumerate((GOOD, BAD, THIRD, FEW), start=1):
        enrol(engine, f"k-{n}", CENTRE, counter)
    enrol(engine, "k-5", CENTRE, NONE, health={"pending": 0, "screen": {"state": "frozen", "restarts": 0}})


def staff(engine: Engine) -> int:
    """Its officers and its head, a roster with a gap, a question and an objection, whose number is returned."""
    add_people(engine, ("lan", Role.LEADER, CENTRE))
    week = [TODAY + n * DAY for n in range(-4, 8)]
    seats = [
        *(DutyShift(GOOD, "CB-0101", day, until=NOON) for day in week),
        *(DutyShift(BAD, "CB-0201", day) for day in week),
        *(DutyShift(RECEPTION, "CB-0401", day, phone="0263 3822 345") for day in week),
    ]
    objection = ObjectionSubject(ObjectionAbout.FIGURE, CENTRE, BAD, date(2026, 10, 1), 22, 60)
    why = ObjectionStep(
        NOW, "binh", Role.OFFICER, ObjectionAct.RAISE, "Máy lấy số hỏng hai ngày liền, người dân chờ lâu."
    )
    question = "Người nộp thay có phải có giấy ủy quyền công chứng không, hay giấy viết tay có chữ ký là đủ?"
    asked = InquiryStep(NOW - DAY, "an", Role.OFFICER, InquiryAct.ASK, question)
    with writing(engine) as connection:
        for name, (card, _) in OFFICERS.items():
            full_name = NAMES[name]
            row = UserRow(name, hash_of_password(), Role.OFFICER, CENTRE, False, card, False, full_name=full_name)
            add_user(connection, row, NOW)
        write_shifts(connection, CENTRE, [], seats, Origin("", NOW - 5 * DAY, "lan"))
        number = objections.make(connection, objection, why)
        inquiries.ask(connection, CENTRE, GOOD, "Nộp thay hồ sơ đăng ký khai tử", asked)
        for service, n, minutes in (("Đất đai", 20, 500), ("Hộ tịch", 30, 240)):
            told_times(connection, CENTRE, service, "waiting", 8, n, minutes)
            told_times(connection, CENTRE, service, "service", 8, n, minutes // 2)
    return number


@contextmanager
def office(kind: str, folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """An office served on loopback: its address, and what is drawn in addresses of its pages."""
    engine, drawn = empty_district(folder), dict[str, str]()
    if kind != "first":
        bring_samples(engine)
    if kind == "full":
        fill(engine)
        drawn["objection"] = str(staff(engine))
    else:
        add_people(engine, ("lan", Role.LEADER, None if kind == "first" else CENTRE))
        with writing(engine) as connection:
            add_user(connection, UserRow("an", hash_of_password(), Role.OFFICER, CENTRE, False, "CB-0101", False), NOW)
    with writing(engine) as connection:
        drawn["display"] = wall_displays.make(connection, CENTRE, "lan", NOW)
    with serving(engine, folder, StillClock()) as address:
        yield address, drawn


def signed_in(browser: Any, address: str, look: str, who: str) -> Any:
    page = browser.new_context(base_url=address, **LOOKS[look]).new_page()
    page.set_default_timeout(20_000)
    if who:
        page.goto("/sign-in")
        page.get_by_label("Tên người dùng").fill(who)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_selector("#main h1")
    return page


def main(arguments: list[str]) -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder for the pictures and index.html")
    parser.add_argument("--only", default="", help="only states whose name begins with this")
    parser.add_argument("--look", action="append", choices=[*LOOKS], help="only this look (may be repeated)")
    chosen = parser.parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    names = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for kind, states in STATES.items():
            wanted = {name: state for name, state in states.items() if name.startswith(chosen.only)}
            if not wanted:
                continue
            with tempfile.TemporaryDirectory() as folder, office(kind, Path(folder)) as (address, drawn):
                for look in chosen.look or LOOKS:
                    names += [photograph(browser, chosen.out, address, look, *each, drawn) for each in wanted.items()]
        browser.close()
    lines = "".join(f'<figure><img src="{name}" width="420"><figcaption>{name}</figcaption></figure>' for name in names)
    (chosen.out / "index.html").write_text(f"<!doctype html><meta charset=utf-8>{lines}", encoding="utf-8")
    print(f"{len(names)} pictures, see {chosen.out / 'index.html'}")
    return 0


def photograph(browser: Any, out: Path, address: str, look: str, name: str, state: Shown, drawn: dict[str, str]) -> str:
    """The picture of a whole page; returns its file's name."""
    page = signed_in(browser, address, look, state.who)
    answer = page.goto(state.path.format(**drawn))
    assert answer.status == 200, f"{name}: {answer.status}"
    file = f"{look}-{name}.png"
    page.screenshot(path=out / file, full_page=True)
    page.context.close()
    return file


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
