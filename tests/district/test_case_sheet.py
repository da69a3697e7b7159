"""The sheet of one complaint: what was said, every step with its day, in the form of an official document; who the
citizen is only for who may open that, and each time is written down."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from sync.district.domain.complaint_steps import Action
from sync.district.times import local_day
from sync.district.web.formats import day
from tests.district.complaint_office import HEAD, LAN, MINH, SECOND, TECHNICIAN, open_to_the_public
from tests.district.test_apologies import said_in
from tests.district.test_complaint_pages import browse, form_of
from tests.support.factories import CONTACT


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory):
    """A matter that went the whole way, owned by somebody who may open the contact."""
    folder: Path = tmp_path_factory.mktemp("sheets")
    with open_to_the_public(folder) as opened:
        world = opened[0]
        for who, action, fields in (
            (LAN, Action.TAKE, {}),
            (LAN, Action.START, {}),
            (LAN, Action.DRAFT, {"text": "Đã làm đường dốc ở cửa bên trái."}),
            (HEAD, Action.SEND_BACK, {"text": "Xin ghi ngày làm xong."}),
            (LAN, Action.DRAFT, {"text": "Đã làm đường dốc ở cửa bên trái, xong ngày 20/11."}),
            (HEAD, Action.APPROVE, {}),
        ):
            world.do(who, "ramp", action, **fields)
        yield opened


def path(office, name: str) -> str:
    return f"/complaints/{office[0].ids[name]}/sheet.docx"


def test_the_sheet_tells_what_was_said_every_step_and_the_dates(office) -> None:
    got = browse(office, MINH).get(path(office, "ramp"))
    told, number = said_in(got.content), office[0].numbers["ramp"]

    assert got.headers["Content-Type"].endswith("wordprocessingml.document")
    for part in (
        *("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "PHIẾU THEO DÕI", "TỈNH THỬ", f"…{number[-4:]}", "Đã trả lời"),
        *("Lối vào không có đường dốc cho xe lăn.", "15 ngày làm việc từ", "Nhận xử lý", "Trả lại để sửa"),
        *("Xin ghi ngày làm xong.", "Duyệt câu trả lời", "lan.nguyen", "xong ngày 20/11.", "NGƯỜI LẬP PHIẾU"),
        f"Thông tin tính đến ngày {day(local_day(office[0].district.clock()))}",
    ):
        assert part in told, part
    for secret in (number, CONTACT["name"], CONTACT["phone"], "0912 345 123"):
        assert secret not in told
    assert "09xx***123" not in told  # not even masked: a sheet goes from hand to hand


def test_steps_stand_in_the_order_in_which_they_happened(office) -> None:
    steps = Document(BytesIO(browse(office, HEAD).get(path(office, "ramp")).content)).tables[2]
    told = [row.cells[1].text for row in steps.rows][1:]

    assert told[0] == "Ý kiến đến từ kiosk"
    assert told[1:4] == ["Nhận xử lý", "Bắt đầu giải quyết", "Soạn câu trả lời, trình duyệt"]
    assert told[4:7] == ["Trả lại để sửa", "Soạn câu trả lời, trình duyệt", "Duyệt câu trả lời"]


def test_the_contact_stands_in_it_for_who_may_open_it_and_each_time_is_written_down(office) -> None:
    def views() -> int:
        return len(office[0].district.rows("complaint_views", "what"))

    before, owner = views(), browse(office, LAN)
    form = {"form_token": form_of(owner, "/complaints")["form_token"]}
    got = owner.post(path(office, "ramp"), form)

    assert CONTACT["name"] in said_in(got.content)
    assert "0912 345 123" in said_in(got.content)
    assert views() == before + 1
    for who in (MINH, SECOND):
        other = browse(office, who)
        mine = {"form_token": form_of(other, "/complaints")["form_token"]}
        assert other.post(path(office, "ramp"), mine).status_code == 404
        assert other.post(path(office, "ramp"), {}).status_code == 403
    assert views() == before + 1


def test_who_does_not_see_a_matter_gets_no_sheet_of_it(office) -> None:
    for who, name in ((LAN, "rude"), (LAN, "bribe"), (MINH, "bribe"), (TECHNICIAN, "ramp")):
        assert browse(office, who).get(path(office, name)).status_code == 404
    assert browse(office).get(path(office, "ramp")).headers["Location"] == "/sign-in"
    assert browse(office, HEAD).get("/complaints/none/sheet.docx").status_code == 404


def test_a_letter_that_no_document_holds_costs_nobody_the_sheet(office) -> None:
    world = office[0]
    world.tell("odd", text="Biển chỉ đường\x07 sai tầng.\x1f")
    world.district.clock.pass_by(days=1)
    got = browse(office, HEAD).get(path(office, "odd"))

    assert got.status_code == 200
    assert "Biển chỉ đường sai tầng." in said_in(got.content)
