"""Personal data on the pages: a citizen withdraws, the register and its days, the copy, the breach sheet."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document

from kiosk.domain.phone_number import regrouped
from sync.district.cli.verifying import verify_all
from sync.district.domain.complaint_steps import Action
from sync.district.domain.people import Role
from sync.district.domain.personal_request import PERSONAL_RIGHTS, PersonalAct
from sync.district.projection.emptying import empty_erased
from sync.district.store.engine import reading
from tests.district.complaint_office import HEAD, LAN, MINH, SECOND, TECHNICIAN, Office, open_to_the_public
from tests.district.test_complaint_pages import browse
from tests.district.web_server import Browser
from tests.support.factories import CONTACT

Opened = tuple[Office, str]
WHY = "Đã xem giấy biên nhận và căn cước của người gửi đơn."
PHONE = regrouped(CONTACT["phone"])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Opened]:
    with open_to_the_public(tmp_path) as opened:
        yield opened


def token(name: str) -> str:
    return name.ljust(22, "_")


def ask(opened: Opened, name: str, kind: str, **fields: str):
    return browse(opened).post("/tra-cuu/du-lieu", {"token": token(name), "kind": kind} | fields)


def form_token(browser: Browser, path: str) -> str:
    return re.findall(r'name="form_token" value="([^"]+)"', browser.get(path).text)[0]


def post(browser: Browser, path: str, form_at: str, **fields: str):
    return browser.post(path, {"form_token": form_token(browser, form_at)} | fields)


def states(page: str) -> list[tuple[str, str]]:
    return re.findall(r'data-request="(\d+)" data-state="(\w+)"', page)


def words_of(file: bytes) -> str:
    document = Document(io.BytesIO(file))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def test_who_withdraws_on_the_page_is_known_to_nobody_from_that_moment_on(office: Opened) -> None:
    one, head = office[0], browse(office, HEAD)
    one.do(HEAD, "ramp", Action.ASSIGN, owner="binh.head")
    matter = f"/complaints/{one.ids['ramp']}"
    assert PHONE in post(head, f"{matter}/contact", matter).text

    assert 'id="own-notice"' in browse(office).get(ask(office, "ramp", "withdraw").headers["Location"]).text
    assert ask(office, "ramp", "withdraw", sure="yes").status_code == 303

    page = browse(office).get(f"/tra-cuu/{token('ramp')}").text
    assert 'data-erased="withdrawn"' in page
    assert 'id="withdraw"' not in page
    of_handler = head.get(matter).text
    assert 'data-erased="contact"' in of_handler
    assert f'{matter}/contact"' not in of_handler
    for asked in (post(head, f"{matter}/contact", matter), post(head, f"{matter}/sheet.docx", matter)):
        assert PHONE not in (words_of(asked.content) if asked.content[:2] == b"PK" else asked.text)
    register = head.get("/personal").text
    assert states(register) == [("1", "open")]
    assert "Hạn 06/12/2026" in register  # 15 days after 21/11
    assert [line for line in verify_ledger(one) if line.startswith("!")] == []
    one.do(HEAD, "ramp", Action.DRAFT, text="Đơn vị đã đặt hàng làm đường dốc, xong trước 15/12.")
    one.do(SECOND, "ramp", Action.APPROVE)
    assert "đường dốc, xong trước" in browse(office).get(f"/tra-cuu/{token('ramp')}").text


def verify_ledger(one: Office) -> list[str]:
    empty_erased(one.district.engine, one.district.keys, one.district.clock())
    with reading(one.district.engine) as connection:
        return verify_all(connection)[1]


def test_the_page_of_a_spoken_comment_speaks_of_the_recording_alone_and_erases_it(office: Opened) -> None:
    one = office[0]
    one.tell("sung", kind="comment", contact=None, text="", sentences=[], sound_parts=1)
    one.box.attach(one.numbers["sung"], b"OggS tieng noi")
    one.district.accept(one.box)
    one.district.overnight()
    before = browse(office).get(f"/tra-cuu/{token('sung')}").text
    assert "Cơ quan chỉ giữ bản ghi âm và lời góp ý." in before
    assert "gọi điện" not in before

    assert ask(office, "sung", "withdraw", sure="yes").status_code == 303

    assert "Bản ghi âm đã được xóa." in browse(office).get(f"/tra-cuu/{token('sung')}").text
    assert 'id="own-data"' not in browse(office).get(f"/tra-cuu/{token('chairs')}").text


def test_the_number_alone_or_a_strange_token_withdraws_nothing(office: Opened) -> None:
    one = office[0]

    answers = [
        browse(office).post("/tra-cuu/du-lieu", {"kind": "withdraw", "sure": "yes"} | fields)
        for fields in ({"number": one.numbers["ramp"]}, {"token": "x" * 22}, {"token": one.numbers["ramp"] + "__"})
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert 'id="own-data"' not in browse(office).post("/tra-cuu", {"number": one.numbers["ramp"]}).text
    assert browse(office).post("/tra-cuu/du-lieu", {"token": token("ramp"), "kind": "money"}).status_code == 404
    assert 'id="own-notice"' in browse(office).get(ask(office, "chairs", "delete").headers["Location"]).text or (
        "nothing" in ask(office, "chairs", "delete").headers["Location"]
    )
    assert states(browse(office, HEAD).get("/personal").text) == []


def test_a_deletion_is_carried_out_by_a_leader_and_then_done(office: Opened) -> None:
    one, head = office[0], browse(office, HEAD)
    ask(office, "ramp", "delete")
    assert ask(office, "ramp", "delete").status_code == 303  # once more is the same

    assert states(head.get("/personal").text) == [("1", "open")]
    page = head.get("/personal/1").text
    assert 'id="erase"' in page
    assert 'id="done"' not in page
    assert "đường dốc" in head.get(f"/complaints/{one.ids['ramp']}").text
    assert post(head, "/personal/1", "/personal/1", action="erase", text="").status_code == 422
    assert post(head, "/personal/1", "/personal/1", action="erase", text=WHY).status_code == 303
    assert "đường dốc" not in head.get(f"/complaints/{one.ids['ramp']}").text
    assert post(head, "/personal/1", "/personal/1", action="erase", text=WHY).status_code == 409
    assert post(head, "/personal/1", "/personal/1", action="done", text="x").status_code == 422
    assert post(head, "/personal/1", "/personal/1", action="done", text="Đã trả lời tại quầy.").status_code == 303
    assert states(head.get("/personal").text) == [("1", "done")]
    assert "đã giải quyết" in browse(office).get(f"/tra-cuu/{token('ramp')}").text


@pytest.mark.parametrize("kind", ["delete", "withdraw"])
def test_what_somebody_recorded_at_the_counter_is_erased_by_another_leader_alone(office: Opened, kind: str) -> None:
    one, head, second = office[0], browse(office, HEAD), browse(office, SECOND)
    matter = f"/complaints/{one.ids['ramp']}"
    typed = {"number": one.numbers["ramp"], "kind": kind, "channel": "letter"}
    assert post(head, "/personal", "/personal", **typed).status_code == 303
    assert post(head, "/personal", "/personal", **typed).status_code == 303  # once more is the same

    own = head.get("/personal/1").text
    assert 'id="another"' in own
    assert 'id="erase"' not in own
    assert post(head, "/personal/1", "/personal/1", action="erase", text=WHY).status_code == 409
    assert 'data-erased="' not in head.get(matter).text
    assert "Cơ quan giải quyết chậm nhất" in browse(office).get(f"/tra-cuu/{token('ramp')}").text

    one.district.clock.pass_by(minutes=30)
    assert 'name="password"' in post(second, "/personal/1", "/personal/1", action="erase", text=WHY).text
    assert 'data-erased="' not in head.get(matter).text
    confirmed = browse(office, SECOND)
    assert post(confirmed, "/personal/1", "/personal/1", action="erase", text=WHY).status_code == 303
    assert f'data-erased="{"all" if kind == "delete" else "contact"}"' in head.get(matter).text
    assert WHY in head.get("/personal/1").text
    counts = re.findall(r'data-why="(\w+)" data-scope="(\w+)".*?(\d+)</td></tr>', head.get("/personal/keeping").text)
    assert counts == [("asked", "all", "1") if kind == "delete" else ("withdrawn", "contact", "1")]


def test_the_receipt_s_own_token_carries_out_at_once_what_waits_from_the_counter(office: Opened) -> None:
    post(
        browse(office, LAN),
        "/personal",
        "/personal",
        number=office[0].numbers["late"],
        kind="withdraw",
        channel="counter",
    )
    assert 'data-erased=""' in browse(office).get(f"/tra-cuu/{token('late')}").text

    assert ask(office, "late", "withdraw", sure="yes").status_code == 303

    assert 'data-erased="withdrawn"' in browse(office).get(f"/tra-cuu/{token('late')}").text
    assert states(browse(office, HEAD).get("/personal").text) == [("1", "open")]


def test_of_a_matter_that_is_a_recording_alone_everybody_is_told_that_its_content_goes_too(office: Opened) -> None:
    one = office[0]
    one.tell("voice", text="", sentences=[], sound_parts=1, about="rule")
    one.box.attach(one.numbers["voice"], b"OggS")
    one.district.accept(one.box, one.box.batch(first=len(one.box.entries)))
    one.district.overnight()
    page, head = f"/tra-cuu/{token('voice')}", browse(office, HEAD)
    assert "Phản ánh này chỉ có bản ghi âm" in browse(office).get(page).text
    assert "Phản ánh này chỉ có bản ghi âm" not in browse(office).get(f"/tra-cuu/{token('ramp')}").text
    post(head, "/personal", "/personal", number=one.numbers["voice"], kind="delete", channel="letter")
    assert 'id="wordless"' in browse(office, SECOND).get("/personal/1").text

    ask(office, "voice", "withdraw", sure="yes")

    assert 'data-erased="withdrawn_voice"' in browse(office).get(page).text
    assert "vẫn được giải quyết; câu trả lời hiện" not in browse(office).get(page).text
    assert "nếu chưa ai nghe" in head.get(f"/complaints/{one.ids['voice']}").text


def test_an_erasure_that_cannot_be_listed_is_not_carried_out_and_says_so(office: Opened, tmp_path: Path) -> None:
    one = office[0]
    (tmp_path / "erased.txt").mkdir()

    answer = ask(office, "ramp", "withdraw", sure="yes")

    assert answer.status_code == 503
    assert 'id="withdraw"' in browse(office).get(f"/tra-cuu/{token('ramp')}").text
    assert one.district.rows("erasures", "why") == []


def test_backups_that_the_job_does_not_know_are_not_said_to_be_removed(office: Opened) -> None:
    one, head = office[0], browse(office, HEAD)
    by_office = "Bản sao lưu: cơ quan tự xóa; phần mềm không xóa"
    post(head, "/personal", "/personal", number=one.numbers["ramp"], kind="view", channel="counter")

    assert "cơ quan tự xóa" in head.get("/personal/keeping").text
    assert "cơ quan tự xóa" in head.get("/personal/processing").text
    assert by_office in words_of(head.get("/personal/processing/record.docx").content)
    assert by_office in words_of(post(head, "/personal/1/data.docx", "/personal/1").content)
    assert "backups" not in json.loads(post(head, "/personal/1/data.json", "/personal/1").content)["kept_days"]


def test_the_copy_tells_what_is_held_and_who_opened_it_and_is_written_down(office: Opened) -> None:
    one, head = office[0], browse(office, HEAD)
    one.do(HEAD, "ramp", Action.ASSIGN, owner="binh.head")
    matter = f"/complaints/{one.ids['ramp']}"
    post(head, f"{matter}/contact", matter)
    recorded = post(head, "/personal", "/personal", number=one.numbers["ramp"], kind="view", channel="counter")
    assert recorded.status_code == 303

    read = words_of(post(head, "/personal/1/data.docx", "/personal/1").content)
    data = json.loads(post(head, "/personal/1/data.json", "/personal/1").content)

    for held in (CONTACT["name"], CONTACT["phone"], "đường dốc", "binh.head", one.numbers["ramp"]):
        assert held in read
    assert data["contact"]["phone"] == CONTACT["phone"]
    assert [each["what"] for each in data["opened"]] == ["copy", "copy", "contact"]
    assert "Đã lập bản thông tin" in head.get("/personal/1").text


def test_an_overdue_request_says_so_and_the_first_days_are_for_acknowledging(office: Opened) -> None:
    one, head = office[0], browse(office, HEAD)
    post(head, "/personal", "/personal", number=one.numbers["ramp"], kind="correct", channel="letter")

    assert "Báo đã nhận chậm nhất 24/11/2026" in head.get("/personal").text
    assert post(head, "/personal/1", "/personal/1", action="acknowledge").status_code == 303
    one.district.clock.pass_by(days=11)
    page = browse(office, HEAD).get("/personal").text

    assert "Báo đã nhận" not in page
    assert "Đã quá hạn (01/12/2026)" in page
    assert "1 yêu cầu đã quá hạn theo luật" in browse(office, HEAD).get("/complaints").text
    assert 'id="asked-of-data"' not in browse(office, LAN).get("/complaints").text


@pytest.mark.parametrize("who", [HEAD, MINH, LAN, TECHNICIAN], ids=lambda who: who.user_name)
def test_each_page_is_for_whom_the_table_of_rights_names(office: Opened, who) -> None:
    post(
        browse(office, HEAD), "/personal", "/personal", number=office[0].numbers["late"], kind="view", channel="letter"
    )
    browser, role = browse(office, who), Role(who.role)
    pages = {
        "/personal": PersonalAct.RECORD,
        "/personal/1": PersonalAct.SEE,
        "/personal/keeping": PersonalAct.READ,
        "/personal/processing": PersonalAct.READ,
        "/personal/processing/record.docx": PersonalAct.READ,
        "/personal/breaches": PersonalAct.BREACH,
    }
    forms = {"/personal/1": PersonalAct.DECIDE, "/personal/1/data.json": PersonalAct.EXPORT}

    assert {path: browser.get(path).status_code for path in pages} == {
        path: 200 if role in PERSONAL_RIGHTS[act] else 404 for path, act in pages.items()
    }
    answers = {path: browser.post(path, {"form_token": "x", "action": "done"}).status_code for path in forms}
    assert answers == {path: 403 if role in PERSONAL_RIGHTS[act] else 404 for path, act in forms.items()}


def test_a_request_about_a_leader_s_own_counter_is_not_there_for_them(office: Opened) -> None:
    one = office[0]
    ask(office, "bribe", "view")
    ask(office, "rude", "view")

    assert len(states(browse(office, HEAD).get("/personal").text)) == 1
    refused = post(
        browse(office, LAN), "/personal", "/personal", number=one.numbers["bribe"], kind="view", channel="letter"
    )
    assert refused.status_code == 422


def test_a_breach_has_seventy_two_hours_and_keeps_its_versions(office: Opened) -> None:
    one, head = office[0], browse(office, HEAD)
    typed = {
        "what": "Mất một kiosk ở Quầy 2",
        "data": "Phản ánh đã niêm phong",
        "found": "2026-11-21T06:00",
        "notified": "",
    }
    at = datetime(2026, 11, 21, 6, tzinfo=UTC)
    one.district.clock.at = at

    assert post(head, "/personal/breaches", "/personal/breaches", **(typed | {"what": ""})).status_code == 422
    assert (
        post(head, "/personal/breaches", "/personal/breaches", **(typed | {"found": "2026-11-22"})).status_code == 422
    )
    made = post(head, "/personal/breaches", "/personal/breaches", **typed)
    assert made.headers["Location"] == "/personal/breaches/1"
    page = head.get("/personal/breaches/1").text
    assert "Còn 65 giờ, báo chậm nhất" in page
    notice = words_of(head.get("/personal/breaches/1/notice.docx").content)
    assert "Bộ Công an" in notice
    assert "Mất một kiosk" in notice
    one.district.clock.at = at + timedelta(hours=80)
    browser = browse(office, HEAD)
    assert "Quá hạn 15 giờ" in browser.get("/personal/breaches").text
    late = typed | {"notified": "2026-11-24T12:00"}
    assert post(browser, "/personal/breaches/1", "/personal/breaches/1", **late).status_code == 303
    assert "sau thời hạn" in browser.get("/personal/breaches/1").text
    assert len(one.district.rows("breaches", "version_id")) == 2
