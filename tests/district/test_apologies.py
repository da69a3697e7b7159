"""Late dossiers and written apologies: one letter for each dossier, made, signed, handed over; the register shows each
to whom it belongs, and never who of their colleagues is late again.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from sync.district.domain.apology import (
    ApologyAct,
    LateReview,
    ReviewOutcome,
)
from sync.district.domain.apology_rules import apology_rules
from sync.district.domain.audit import Audited
from sync.district.measures.apology_figures import LateApology, closed_apologies
from sync.district.reference import changes
from sync.district.store import audit
from sync.district.store.apologies import apology_of, begin, reviews_of, second_tries, write_review
from sync.district.store.apologies import review as store_review
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.imports import Origin
from sync.district.store.late_officers import OfficerLate
from sync.district.store.reference_tables import dossiers
from sync.district.web.late_register import officer_lines
from tests.district.test_apology_rules import made
from tests.district.test_objection_pages import CENTRE, Office, opened
from tests.district.web_fixtures import NOW, SAMPLES, bring, empty_district
from tests.district.web_server import Browser

Q1, Q2 = f"{CENTRE}-Q1", f"{CENTRE}-Q2"
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
REASON = "Chưa nhận được ý kiến của cơ quan phối hợp."
LATE = f"{CENTRE}-261020-7001"
HEAD = "Mã hồ sơ,Mã TTHC,Mã quầy,Số hiệu cán bộ,Ngày tiếp nhận,Ngày hẹn trả,Ngày trả kết quả"


def listed(*rows: str, head: str = HEAD) -> str:
    return "\n".join((head, *rows, ""))


def row(code: str, due: date, back: date | None = None, counter: str = Q1, officer: str = "CB-0102") -> str:
    received = date(2026, 10, 20)
    return (
        f"{code},1.000656,{counter},{officer},{received:%d/%m/%Y},{due:%d/%m/%Y},{f'{back:%d/%m/%Y}' if back else ''}"
    )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("late")
    with opened(empty_district(folder), folder) as found:
        assert bring(found.engine, "dossiers", listed(*ROWS)).accepted
        yield found


@pytest.fixture
def either_office(engine: Engine, tmp_path: Path) -> Iterator[Office]:
    """The same on either database."""
    with opened(engine, tmp_path) as found:
        assert bring(engine, "dossiers", listed(*ROWS)).accepted
        yield found


ON_TIME, BACK_TODAY = f"{CENTRE}-261020-7021", f"{CENTRE}-261020-7022"
SECOND, TOLD, WRITTEN, OTHER = (f"{CENTRE}-261020-70{n}" for n in (11, 12, 13, 14))
ROWS = (
    row(LATE, TODAY - 9 * DAY),
    row(f"{CENTRE}-261020-7002", TODAY - 3 * DAY, TODAY - DAY),
    row(f"{CENTRE}-261020-7003", TODAY - 3 * DAY, counter=Q2, officer="CB-0201"),
    row(f"{CENTRE}-261020-7004", TODAY + 9 * DAY),
    row(ON_TIME, TODAY - 3 * DAY, TODAY - 3 * DAY),
    row(BACK_TODAY, TODAY - 3 * DAY, TODAY, counter=Q2, officer="CB-0201"),
    *(row(code, TODAY - 4 * DAY) for code in (SECOND, WRITTEN, OTHER)),
    row(TOLD, TODAY - 3 * DAY, counter=Q2, officer="CB-0201"),
)


def make(office: Office, name: str = "an", code: str = LATE, **typed: str) -> Any:
    fields = {"cause": "agency", "agency": "Phòng Kinh tế", "reason": REASON, "promised": "2026-11-30"} | typed
    return office.post(name, f"/late/{code}", "make", **fields)


def step(office: Office, name: str, act: str, code: str = LATE, **typed: str) -> Any:
    page = office.get(name, f"/late/{code}")
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    fields = {"form_token": token[1], "act": act, "on": "2026-11-20"} | typed
    return office.browse(name).post(f"/late/{code}/step", fields)


def codes(page: str) -> list[str]:
    return [code[-4:] for code in re.findall(r'data-dossier="([^"]+)"', page)]


def test_an_apology_from_the_list_to_the_hands_of_the_citizen(either_office: Office) -> None:
    office, engine = either_office, either_office.engine
    assert "7001" in codes(office.get("an", "/late?apology=without"))
    assert make(office, reason="Xin gọi 0912 345 678").status_code == 422
    assert make(office, agency=" ").status_code == 422
    assert make(office, promised="2026-11-20").status_code == 422
    assert 'id="promised-error"' in make(office, promised="2026-11-29").text, "a Sunday"
    assert make(office).status_code == 303
    page = office.get("an", f"/late/{LATE}")
    assert "Số 01/2026" in page
    assert "Phòng Kinh tế" in page
    assert step(office, "an", "sign").status_code == 409, "the head signs"
    assert 'id="officers"' in office.get("lan", "/late")
    told = [
        listed(f"{row(LATE, TODAY - 9 * DAY)},{number}", head=f"{HEAD},Số văn bản xin lỗi")
        for number in ("99/PXL", "01/PXL-UBND")
    ]
    assert bring(engine, "dossiers", told[0]).accepted
    assert step(office, "lan", "sign").status_code == 409, "the list tells of another letter"
    assert 'id="two"' in office.get("lan", f"/late/{LATE}")
    assert bring(engine, "dossiers", told[1]).accepted
    assert step(office, "lan", "sign", cause="none").status_code == 422
    assert step(office, "lan", "sign", cause="handling").status_code == 303
    page = office.get("an", f"/late/{LATE}")
    assert "Người xử lý để chậm" in page.split('id="named-by"')[0]
    assert step(office, "an", "hand_over", delivery="pigeon").status_code == 422
    assert step(office, "an", "hand_over", delivery="post", on="2026-11-21").status_code == 422
    assert step(office, "an", "hand_over", delivery="post").status_code == 303

    with reading(engine) as connection:
        known = connection.execute(select(dossiers).where(dossiers.c.dossier_code == LATE)).one()
        noted = [each.detail["did"] for each in audit.entries(connection, 9) if each.what is Audited.APOLOGY]
    assert (known.apologised_on, known.apology_number) == (TODAY, "01/PXL-UBND"), "what the list told stays"
    assert noted == ["apology_hand_over", "apology_sign", "apology_make"]
    assert "7001" not in codes(office.get("an", "/late?apology=without"))
    assert "7001" in codes(office.get("lan", "/late?apology=with"))
    assert 'data-given="1" data-late="' in office.get("lan", f"/late?unit={CENTRE}")

    moved = bring(engine, "dossiers", listed(row(LATE, date(2026, 11, 30))))
    assert moved.revision is not None
    changes.undo(engine, moved.revision, Origin("", NOW, "tester"))
    with reading(engine) as connection:
        known = connection.execute(select(dossiers).where(dossiers.c.dossier_code == LATE)).one()
    assert (known.due_on, known.apologised_on, known.apology_number) == (TODAY - 9 * DAY, TODAY, "01/PXL-UBND")
    emptied = listed(f"{row(LATE, TODAY - 9 * DAY)},", head=f"{HEAD},Số văn bản xin lỗi")
    assert bring(engine, "dossiers", emptied, may_empty=True).accepted
    with reading(engine) as connection:
        known = connection.execute(select(dossiers).where(dossiers.c.dossier_code == LATE)).one()
    assert (known.apologised_on, known.apology_number) == (TODAY, "01/2026"), "given here: no list takes it away"

    assert refused(office, "ha", LATE) == 409
    seconds = office.get("lan", f"/late?unit={CENTRE}").split('id="seconds"')[1].split("</section>")[0]
    assert LATE in seconds
    assert make(office, "vy", TOLD).status_code == 303
    office.clock.now = datetime(2027, 1, 4, 3, tzinfo=NOW.tzinfo)
    office.browsers.clear()
    assert make(office, code=f"{CENTRE}-261020-7004", promised="2027-01-29").status_code == 303
    with reading(engine) as connection:
        found = [apology_of(connection, code) for code in (LATE, TOLD, f"{CENTRE}-261020-7004")]
    assert [each.label for each in found if each] == ["01/2026", "02/2026", "01/2027"]


def refused(office: Office, name: str, code: str, **opened: str) -> int:
    """What somebody gets who sends the form for a dossier once more."""
    token = token_of(office.get(name, f"/late/{code}"))
    again = {"form_token": token, "cause": "staff", "reason": REASON, "promised": "2026-12-01"} | opened
    return int(office.browse(name).post(f"/late/{code}", again).status_code)


def test_a_second_apology_is_refused_and_changes_nothing(office: Office) -> None:
    assert make(office, code=SECOND).status_code == 303
    assert refused(office, "an", SECOND) == 303, "whoever pressed twice gets the letter"
    assert refused(office, "ha", SECOND, opened=(NOW - DAY).isoformat()) == 303, "two colleagues at once"
    with reading(office.engine) as connection:
        assert second_tries(connection, None, TODAY, TODAY) == []
    assert refused(office, "ha", SECOND) == 409
    with reading(office.engine) as connection:
        kept = apology_of(connection, SECOND)
        tried = [each.person for each in second_tries(connection, None, TODAY, TODAY)]
    assert tried == ["ha"]
    assert kept is not None
    assert kept.letter.cause_id == "agency"


def test_what_the_one_stop_software_tells_counts_and_no_list_takes_it_back(office: Office) -> None:
    head = f"{HEAD},Số văn bản xin lỗi,Ngày xin lỗi"
    plain = row(TOLD, TODAY - 3 * DAY, counter=Q2, officer="CB-0201")
    assert bring(office.engine, "dossiers", listed(f"{plain},15/PXL,18/11/2026", head=head)).accepted
    page = office.get("vy", f"/late/{TOLD}")
    assert 'id="listed"' in page
    assert 'id="make"' not in page
    assert refused(office, "vy", TOLD) == 409

    assert bring(office.engine, "dossiers", listed(f"{plain},,", head=head)).accepted
    assert "15/PXL" in office.get("vy", f"/late/{TOLD}")
    assert bring(office.engine, "dossiers", listed(f"{plain},,", head=head), may_empty=True).accepted
    assert 'id="make"' in office.get("vy", f"/late/{TOLD}"), "a wrong number is taken back by who says so"
    assert bring(office.engine, "dossiers", listed(f"{plain},15/PXL,18/11/2026", head=head)).accepted
    assert make(office, code=OTHER).status_code == 303
    other = listed(f"{row(OTHER, TODAY - 4 * DAY)},88/PXL,19/11/2026", head=head)
    assert bring(office.engine, "dossiers", other).accepted
    doubled = office.get("lan", f"/late?unit={CENTRE}").split('id="seconds"')[1].split("</section>")[0]
    assert "88/PXL" in doubled


def token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_each_sees_what_is_theirs_and_strangers_nothing(office: Office) -> None:
    assert "7003" not in codes(office.get("an", "/late"))
    assert "7003" in codes(office.get("vy", "/late"))
    assert {"7001", "7003"} <= set(codes(office.get("lan", "/late")))
    own = office.get("an", "/late")
    assert 'id="officers"' not in own
    assert 'id="fields"' not in own
    assert "CB-0102" not in own
    assert 'id="officers"' in office.get("tu", "/late")
    handled = {name: "data-handled-by" in office.get(name, f"/late/{LATE}") for name in ("an", "ha", "lan", "tu")}
    assert handled == {"an": False, "ha": True, "lan": True, "tu": True}, "a colleague is not told, who handled it is"
    for path in ("/late", "/late/table.csv", f"/late/{LATE}", f"/late/{LATE}/letter.docx", "/late/review"):
        assert office.browse("tam").get(path).status_code == 404, path
    for name, path in (("vy", f"/late/{LATE}"), ("binh", f"/late/{LATE}"), ("binh", f"/late?unit={CENTRE}")):
        assert office.browse(name).get(path).status_code == 404, (name, path)
    assert office.browse("lan").get("/late/none-such").status_code == 404
    assert office.browse("lan").get("/late?stand=nothing").status_code == 404


def test_the_filters_stand_in_the_address_and_the_table_is_the_list(office: Office) -> None:
    open_now = codes(office.get("lan", f"/late?unit={CENTRE}&stand=open"))
    back = codes(office.get("lan", f"/late?unit={CENTRE}&stand=returned"))
    received = codes(office.get("lan", f"/late?unit={CENTRE}&stand=received&period=month&of=2026-10"))

    assert {"7001", "7003"} <= set(open_now)
    assert "7002" in back
    assert "7022" in back, "returned today, after the last release"
    page = office.get("an", f"/late/{ON_TIME}")
    assert 'id="on-time"' in page
    assert 'id="make"' not in page
    sent = {"form_token": token_of(page), "cause": "staff", "reason": REASON}
    assert office.browse("an").post(f"/late/{ON_TIME}", sent).status_code == 403
    assert "7001" not in back
    assert {"7001", "7002", "7003"} <= set(received)
    assert "7004" not in {*open_now, *back, *received}
    assert set(codes(office.get("lan", f"/late?stand=open&counter={Q2}"))) == {
        code for code in open_now if code in codes(office.get("vy", "/late"))
    }
    assert "7001" in codes(office.get("lan", "/late?stand=open&procedure=1.000656"))
    assert codes(office.get("lan", "/late?counter=none-such")) == [], "a counter that is not theirs lists nothing"
    table = office.browse("lan").get(f"/late/table.csv?unit={CENTRE}&stand=open").text
    assert len(table.splitlines()) == 1 + len(open_now)
    assert table.startswith("\ufeffMã hồ sơ")


def test_a_month_has_a_register_from_its_first_day_on(office: Office) -> None:
    """Dossiers are told of at once; what citizens answered about apologies waits for the release of its day."""
    office.clock.now += timedelta(days=11)  # Tuesday 1 December
    asked = (
        "stand=all",
        "period=month&of=2026-12",
        "stand=returned&period=month&of=2026-11",
        "period=month&of=2027-01",
    )
    try:
        lan = Browser(office.address)
        lan.sign_in("lan")
        newest, named, before, future = (lan.get(f"/late?{query}") for query in asked)
    finally:
        office.clock.now = NOW
        office.browsers.clear()  # the sessions of November had ended

    assert "Tháng 12/2026" in newest.text.split('id="period"')[1].split("</div>")[0]
    assert "of=2026-11" in newest.text, "one step back"
    assert LATE[-4:] in codes(newest.text), "late now, whatever the month"
    assert "7002" not in codes(newest.text), "returned late in November"
    assert "Tháng 12/2026" in named.text
    assert "7002" in codes(before.text)
    assert future.status_code == 404


@pytest.mark.parametrize("chosen", ["", f"&counter={Q2}", "&apology=without", "&period=month&of=2026-10"])
def test_each_number_on_the_page_is_how_many_its_link_lists(office: Office, chosen: str) -> None:
    counted = {}
    for stand in ("open", "returned", "received", "all"):
        page = office.get("lan", f"/late?unit={CENTRE}&stand={stand}{chosen}")
        shown = dict(re.findall(r'data-stand="([^"]+)">[^<]+<span class="count">(\d+)<', page))
        counted[stand] = len(codes(page))
        assert shown[stand] == str(counted[stand])

    assert counted["all"] >= counted["open"] > 0


def test_the_shares_by_field_are_those_of_the_lists(office: Office) -> None:
    page = office.get("lan", f"/late?unit={CENTRE}&period=month&of=2026-11").split('id="fields"')[1]
    columns = "".join(rf' data-{name}="(\d+)"' for name in ("received", "received-late", "returned", "returned-late"))
    pattern = rf'data-field="([^"]*)"{columns}'
    found = {name: tuple(map(int, numbers)) for name, *numbers in re.findall(pattern, page)}
    with reading(office.engine) as connection:
        rows = connection.execute(select(dossiers)).all()
    first, last = date(2026, 11, 1), TODAY
    dated = [each for each in rows if each.due_on is not None and each.dossier_code.startswith(CENTRE)]
    back = [each for each in dated if each.returned_on and first <= each.returned_on <= last]
    late = [each for each in back if each.returned_on > each.due_on]

    assert found["all"][2:] == (len(back), len(late))
    assert all(found["all"][n] == sum(line[n] for name, line in found.items() if name != "all") for n in range(4))


def test_the_letter_says_what_the_register_says_and_the_minutes_are_kept(office: Office) -> None:
    assert make(office, code=WRITTEN).status_code == 303
    file = office.browse("an").get(f"/late/{WRITTEN}/letter.docx")
    assert file.status_code == 200
    said = said_in(file.content)
    for part in (
        *("/PXL-", "ngày 20 tháng 11 năm 2026", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN", WRITTEN, REASON, "16/11/2026"),
        *("vào ngày 30/11/2026", "Kính gửi: ....", "Đăng ký khai tử", "20/10/2026", "xin lỗi Ông/Bà (tổ chức)"),
    ):
        assert part in said, part

    page = office.get("lan", f"/late?unit={CENTRE}&period=month&of=2026-11")
    assert 'data-officer="CB-0102"' in page
    path = f"/late/review?unit={CENTRE}&officer=CB-0102&period=month&of=2026-11"
    typed = {
        "held": "2026-11-20",
        "present": "Giám đốc, Phó giám đốc",
        "statement": "Em đã để chậm vì nhầm hạn.",
        "concluded": "Kiểm tra hạn mỗi sáng.",
    }
    assert office.post("lan", path, "review", outcome="", **typed).status_code == 422
    assert office.post("lan", path, "review", outcome="reminded", **typed).status_code == 303
    assert 'id="review-error"' in office.post("lan", path, "review", outcome="reminded", **typed).text, "sent twice"
    page = office.get("lan", f"/late?unit={CENTRE}&period=month&of=2026-11")
    assert 'data-review="1"' in page
    minutes = said_in(office.browse("lan").get("/late/review/1.docx").content)
    for part in ("BIÊN BẢN", "CB-0102", "Nhắc nhở, rút kinh nghiệm", typed["statement"], "CHỦ TRÌ"):
        assert part in minutes, part
    for name in ("an", "ha", "binh"):
        assert office.browse(name).get("/late/review/1.docx").status_code == 404, name
        assert office.browse(name).get(path).status_code == 404, name
    assert office.browse("tu").get("/late/review/1.docx").status_code == 200
    assert office.browse("tu").get(path).status_code == 404


def test_minutes_are_numbered_by_unit_and_year_and_kept_once(office: Office) -> None:
    def review(unit: str, held: date, officer: str = "CB-9") -> LateReview:
        said = ("Giám đốc", "Em nhận lỗi.", "Rút kinh nghiệm.", ReviewOutcome.REMINDED, NOW, "lan")
        return LateReview(0, unit, officer, date(2024, 1, 1), date(2024, 1, 31), 2, held, *said)

    feb, march = date(2024, 2, 5), date(2024, 3, 5)
    wanted = [review("u1", feb), review("u2", feb), review("u1", march), review("u1", date(2025, 1, 6))]
    with writing(office.engine) as connection:
        begin(connection)
        assert all(write_review(connection, each) for each in wanted)
        assert not write_review(connection, review("u1", feb))
        found = reviews_of(connection, ["u1", "u2"])
        one = store_review(connection, found[1].review_id)
    assert [(each.unit_id, each.number) for each in reversed(found)] == [("u1", 1), ("u2", 1), ("u1", 2), ("u1", 1)]
    assert one is not None
    assert one.number == 2
    lines = officer_lines({OfficerLate("CB-9", "H35", None): 2}, found, apology_rules(), None)
    assert [line.reviews for line in lines] == [()], "those of other units are not of this officer"


def test_a_report_tells_each_letter_as_it_was_on_the_last_day() -> None:
    handed = made((ApologyAct.SIGN, TODAY + DAY), (ApologyAct.HAND_OVER, TODAY + 2 * DAY), cause="handling")
    found = [LateApology(handed, TODAY + 9 * DAY, "88/PXL")]

    then = closed_apologies(found, 0, 1, 0, {}, TODAY)
    later = closed_apologies(found, 0, 1, 0, {}, TODAY + 9 * DAY)
    assert (then.made, then.handed_over, then.broken, then.lines[0].handed_over, then.doubled) == (1, 0, 0, 0, 1)
    assert (later.made, later.handed_over, later.broken) == (0, 1, 1)


def test_a_letter_stays_as_it_was_when_its_dossier_is_gone(office: Office) -> None:
    code = f"{CENTRE}-261020-7031"
    told = bring(office.engine, "dossiers", listed(row(code, TODAY - DAY)))
    assert told.revision is not None
    assert make(office, code=code).status_code == 303
    path = f"/late/{code}/letter.docx"
    before = said_in(office.browse("an").get(path).content)
    changes.undo(office.engine, told.revision, Origin("", NOW, "tester"))
    units = (SAMPLES / "units.csv").read_text(encoding="utf-8")
    line = next(each for each in units.splitlines() if each.startswith(f"{CENTRE},"))
    renamed = units.replace(line, line.replace(line.split(",")[1], "Tên mới", 1))
    assert bring(office.engine, "units", renamed, now=NOW + DAY).changed == 1
    assert office.browse("an").get(f"/late/{code}").status_code == 404
    assert said_in(office.browse("an").get(path).content) == before
    assert office.browse("vy").get(path).status_code == 404


def said_in(content: bytes) -> str:
    found = Document(BytesIO(content))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(each.text for each in found.paragraphs)])
