"""A conclusion on the pages: the handler's form, the citizen's page, the officer's own page, the objection."""

import re
from collections.abc import Iterator
from datetime import UTC, timedelta
from html import unescape
from pathlib import Path

import pytest
from requests import Response

from sync.district.complaints.conclusions import tell_officers
from sync.district.domain.complaint_steps import Action
from sync.district.domain.concluding import notice_from
from sync.district.domain.people import Role, SignedIn
from sync.district.store import conclusions
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import reading, writing
from sync.district.times import local_day, start_of
from tests.district.complaint_office import HEAD, LAN, MINH, SECOND, Office, open_to_the_public
from tests.district.test_objection_pages import form_of
from tests.district.web_server import PASSWORD, Browser, hash_of_password

ABOVE = SignedIn("duc.above", Role.LEADER, None, "")
COLLEAGUE = SignedIn("vy.colleague", Role.OFFICER, "H32.13", "", "CB-8")
SAID = "Anh ở quầy 2 cáu gắt, ném trả hồ sơ rồi bảo tôi về học lại."
NOTICE = "Qua xác minh, có lúc Ông/Bà nói năng chưa đúng mực với người dân. Xin Ông/Bà giữ lời lẽ ôn hòa."
WHY = "Đã nghe cán bộ trình bày và hỏi hai người cùng chờ."
OBJECTS = "Tôi luôn theo quy tắc ứng xử của trung tâm; hai người cùng phòng xác nhận được."


class Pages:
    """The office and whoever has signed in to it."""

    def __init__(self, office: Office, address: str) -> None:
        self.office, self.address, self.browsers = office, address, dict[str, Browser]()

    def browse(self, who: SignedIn) -> Browser:
        if who.user_name not in self.browsers:
            self.browsers[who.user_name] = Browser(self.address)
            assert self.browsers[who.user_name].sign_in(who.user_name, PASSWORD).status_code == 303
        return self.browsers[who.user_name]

    def get(self, who: SignedIn, path: str, status: int = 200) -> str:
        answer = self.browse(who).get(path)
        assert answer.status_code == status, (who.user_name, path, answer.status_code)
        return unescape(answer.text)

    def act(self, who: SignedIn, name: str, action: Action, **fields: str) -> int:
        return self._act(who, name, action, **fields).status_code

    def refused(self, who: SignedIn, name: str, action: Action, **fields: str) -> str:
        """The page that says what is wrong."""
        return unescape(self._act(who, name, action, **fields).text)

    def _act(self, who: SignedIn, name: str, action: Action, **fields: str) -> Response:
        """Sends the form of an action on the complaint's page."""
        path = f"/complaints/{self.office.ids[name]}"
        form = next(
            each for each in self.get(who, path).split("<form")[1:] if f"act-{action}" in each.partition(">")[0]
        )
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.partition("</form>")[0]))
        return self.browse(who).post(path, hidden | fields)

    def send(self, who: SignedIn, path: str, form_id: str, **fields: str) -> int:
        hidden = form_of(self.get(who, path), form_id)
        return self.browse(who).post(path.partition("?")[0], hidden | fields).status_code


def open_curt(office: Office) -> None:
    """A complaint about the officer CB-7, taken and classified, and two more people."""
    district = office.district
    with writing(district.engine) as connection:
        for who in (ABOVE, COLLEAGUE):
            number = who.officer_number
            row = UserRow(who.user_name, hash_of_password(), who.role, who.unit_id, False, number, number is None)
            add_user(connection, row, district.clock())
    office.tell("curt", text=SAID, about="conduct", counter_id="H32.13-q2", officer_number="CB-7")
    district.overnight()
    office.do(HEAD, "curt", Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-7")
    office.do(HEAD, "curt", Action.TAKE)
    office.do(HEAD, "curt", Action.START)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder: Path = tmp_path_factory.mktemp("office")
    with open_to_the_public(folder) as (office, address):
        open_curt(office)
        yield Pages(office, address)


def test_the_whole_way_from_the_handlers_form_to_a_changed_conclusion(pages: Pages) -> None:
    office, here = pages.office, f"/complaints/{pages.office.ids['curt']}"
    concluded = {"result": "true", "text": WHY, "persons": "CB-7", "notice": NOTICE}

    # the handler's form refuses what would give the citizen away, and loses nothing that was typed
    assert 'id="conclusion-missing"' in pages.get(HEAD, here)
    assert pages.act(HEAD, "curt", Action.CONCLUDE, **concluded | {"notice": f"Có phản ánh rằng {SAID}"}) == 422
    told_when = concluded | {"notice": f"Sáng thứ sáu tuần trước: {NOTICE}"}
    assert "Chỗ cần sửa: “thứ sáu”." in pages.refused(HEAD, "curt", Action.CONCLUDE, **told_when)
    assert pages.act(HEAD, "curt", Action.CONCLUDE, **concluded) == 303
    assert "Kết luận do chính Ông/Bà lập; cần một lãnh đạo khác duyệt." in pages.get(HEAD, here)
    assert 'id="concluding" data-result="true"' in pages.get(SECOND, here)
    assert office.ids["curt"] in pages.get(SECOND, "/complaints?show=to_conclude")
    assert pages.act(SECOND, "curt", Action.ENDORSE) == 303
    office.do(HEAD, "curt", Action.DRAFT, text="Cơ quan xin lỗi Ông/Bà và đã nhắc nhở cán bộ.")
    office.do(SECOND, "curt", Action.APPROVE)
    case = office.do(HEAD, "curt", Action.INFORM, reached="yes", by="call")
    first = notice_from(case)
    assert first is not None

    # the citizen reads it with the answer, and from when on the officer is told
    public = unescape(Browser(pages.address).get(f"/tra-cuu/{'curt'.ljust(22, '_')}").text)
    assert 'data-result="true"' in public
    assert f"Từ {first:%d/%m/%Y}, cán bộ liên quan được báo kết luận" in public

    # the officer alone, and not before
    assert "data-notice" not in pages.get(LAN, "/conclusions")
    office.district.clock.at = (start_of(first) + timedelta(hours=2)).astimezone(UTC)
    pages.browsers.clear()  # nobody stays signed in for so long
    assert tell_officers(office.district.engine, office.district.clock()) == 1
    assert 'id="own-notice"' in pages.get(LAN, "/")
    assert 'id="own-notice"' not in pages.get(COLLEAGUE, "/")
    own = pages.get(LAN, "/conclusions")
    with reading(office.district.engine) as connection:
        (given,) = conclusions.notices_to(connection, "CB-7")
        assert conclusions.opened_on(connection, [given]) == {given.notice_id: first}
    assert NOTICE in own
    for secret in (SAID, WHY, office.ids["curt"], office.numbers["curt"], "H32.13-q2", HEAD.user_name):
        assert secret not in own
    for other in (COLLEAGUE, HEAD, MINH):
        answer = pages.browse(other).get("/conclusions")
        assert answer.status_code == (200 if other is COLLEAGUE else 404)
        assert NOTICE not in answer.text

    # the objection: its author and a leader who neither made nor approved the conclusion
    (notice,) = re.findall(r'data-notice="(\d+)"', own)
    new = f"/objections/new?conclusion={notice}"
    for other in (COLLEAGUE, ABOVE):
        pages.get(other, new, 404)
    assert pages.send(LAN, new, "raise", text=OBJECTS) == 303
    for other in (COLLEAGUE, MINH):
        assert "data-objection" not in pages.get(other, "/objections")
    (number,) = re.findall(r'data-objection="(\d+)"', pages.get(ABOVE, "/objections"))
    one = f"/objections/{number}"
    assert HEAD.user_name not in pages.get(LAN, one).partition('id="steps"')[0].partition('id="deciders"')[0]
    for other in (HEAD, SECOND):
        assert 'id="decide"' not in pages.get(other, one)
    for other in (COLLEAGUE, MINH):
        pages.get(other, one, 404)
    assert office.ids["curt"] not in pages.get(LAN, one)
    assert pages.send(ABOVE, one, "decide", verdict="agreed", text=WHY) == 303

    # it counts no more, is made anew, and the citizen is told
    assert 'data-state="gone"' in pages.get(LAN, "/conclusions")
    assert 'id="under-review"' in pages.get(HEAD, here)
    public = unescape(Browser(pages.address).get(f"/tra-cuu/{'curt'.ljust(22, '_')}").text)
    assert "Kết luận này đang được xem lại" in public
    office.do(HEAD, "curt", Action.CONCLUDE, result="not_verifiable", text=WHY)
    changed = office.do(SECOND, "curt", Action.ENDORSE)
    assert "endorse" in changed.to_inform or "approve" in changed.to_inform
    public = unescape(Browser(pages.address).get(f"/tra-cuu/{'curt'.ljust(22, '_')}").text)
    assert 'data-result="not_verifiable"' in public
    assert 'data-state="gone"' in pages.get(LAN, "/conclusions")  # until the next month
    assert local_day(office.district.clock()) >= first
