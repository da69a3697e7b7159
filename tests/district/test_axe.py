"""axe finds nothing to complain of on any page: light, dark and on a telephone, full, empty, and with an error on it.

axe-core checks what a machine can see of WCAG 2.2 AA; it sees perhaps half of it, and people have to see the rest
(docs/accessibility.md).
"""

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from nacl.signing import SigningKey

from sync.district.complaints import personal
from sync.district.complaints.actions import Supplement, add_more
from sync.district.complaints.conclusions import tell_officers
from sync.district.domain.breach import BREACH_FIELDS, breach_from
from sync.district.domain.complaint_steps import Action
from sync.district.domain.concluding import notice_from
from sync.district.domain.inquiry import InquiryAct, InquiryStep
from sync.district.domain.objection import ObjectionAbout, ObjectionAct, ObjectionStep, ObjectionSubject
from sync.district.domain.people import Role
from sync.district.domain.personal_request import RequestChannel
from sync.district.domain.personal_rules import RequestKind
from sync.district.domain.settings_order import OrderReach
from sync.district.fleet.changing import Order
from sync.district.fleet.kiosk_settings import send, wanted
from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.period import asked_by_name
from sync.district.reports.closing import close
from sync.district.reports.period_figures import HowToRead
from sync.district.store import answer_templates, breaches, inquiries, objections, saved_views, wall_displays
from sync.district.store.engine import writing
from sync.district.store.erasure_list import ErasureList
from sync.district.times import local_day, start_of
from tests.district.complaint_office import HEAD, LAN, SCHEMES, SECOND, open_to_the_public
from tests.district.test_conclusion_pages import NOTICE, WHY, open_curt
from tests.district.test_web_browser import chromium, pytestmark
from tests.district.web_fixtures import NOW, empty_district
from tests.district.web_server import PASSWORD, StillClock, add_people, enrol, rate, serving
from tests.support.factories import COUNTER, UNIT

__all__ = ["chromium", "pytestmark"]

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
STRANGERS = (
    "/",
    "/tra-cuu",
    "/cong-khai",
    "/cong-khai?q=xe",
    "/co-quan",
    "/to-dan",
    "/chi-so",
    "/niem-phong",
    "/sign-in",
    "/pin",
    "/nowhere",
)
STAFF = (
    "/",
    "/?period=month&compare=year",
    "/indicators",
    "/measures",
    "/fair",
    "/waiting",
    "/doubts",
    "/objections",
    "/inquiries",
    "/remarks",
    "/kiosks",
    "/audit",
    "/counter",
    "/late",
    "/one-stop",
    "/complaints",
    "/complaints?show=all",
    "/complaints/rights",
    "/complaints/hand-over",
    "/complaints/templates",
    "/account",
    "/periods",
    "/periods?kind=year",
    "/roster",
    "/pins",
    "/contact-places",
    "/content",
    f"/content/notices?unit={UNIT}",
    "/content/holidays?key=2026",
    "/personal",
    "/personal/keeping",
    "/personal/processing",
    "/personal/breaches",
    "/people",
    f"/people/{HEAD.user_name}",
)
TECHNICIAN = "tam"
OF_TECHNICIANS = (
    *("/kiosks", "/kiosks/kiosk-1", "/kiosks/settings", "/kiosks/settings/new", "/kiosks/releases"),
    f"/kiosks/enrol?unit={UNIT}",
)
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": {"viewport": {"width": 320, "height": 700}}}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, tuple[str, ...]]]:
    """An office with complaints, ratings and a kiosk; its address, and the pages of single things."""
    with open_to_the_public(tmp_path_factory.mktemp("full")) as (office, address):
        engine = office.district.engine
        rate(engine, UNIT, COUNTER, {1: 3, 2: 4, 3: 9, 4: 30, 5: 41})
        said = {
            "number": 1,
            "word": "used",
            "kept": ["speech.volume"],
            "values": {"speech.volume": 2, "times.idle": 45},
        }
        enrol(engine, "kiosk-1", UNIT, COUNTER, health={"pending": 0, "settings": said})
        add_people(engine, (TECHNICIAN, Role.TECHNICIAN, None))
        loud = wanted(OrderReach.TREE, UNIT, {"speech.volume": 3}, Order(TECHNICIAN, "phòng chờ ồn", NOW))
        send(engine, loud)
        office.do(HEAD, "late", Action.TAKE)
        office.do(HEAD, "late", Action.ASK_MORE, text="Xin cho biết ngày nộp hồ sơ.")
        supplement = Supplement("Tôi nộp ngày 12/10.", will_bring=True)
        add_more(engine, SCHEMES, office.ids["late"], supplement, office.district.clock(), confirmed=False)
        matters = tuple(f"/complaints/{entry_id}" for entry_id in office.ids.values())
        how = HowToRead(Rules(30, 5), load_indicator_rules(None), office.district.clock())
        october = close(engine, SigningKey.generate(), asked_by_name("2026-10"), UNIT, HEAD.user_name, how)
        periods = (f"/periods/{october.number}", *(f"/periods/open?unit={UNIT}&of={of}" for of in ("2026-09", "2026")))
        split = f"/roster/day?unit={UNIT}&of={local_day(office.district.clock())}&counter={COUNTER}"
        objection = ObjectionSubject(ObjectionAbout.FIGURE, UNIT, COUNTER, date(2026, 10, 1), 30, 60)
        raised = ObjectionStep(
            office.district.clock(), "an", Role.OFFICER, ObjectionAct.RAISE, "Máy lấy số hỏng hai ngày liền."
        )
        with writing(engine) as connection:
            disputed = f"/objections/{objections.make(connection, objection, raised)}"
            asked = InquiryStep(
                office.district.clock(), "an", Role.OFFICER, InquiryAct.ASK, "Có phải nộp bản sao không?"
            )
            inquiries.ask(connection, UNIT, COUNTER, "Đăng ký khai tử", asked)
            display = f"/display/{wall_displays.make(connection, UNIT, HEAD.user_name, office.district.clock())}"
            content = ("Hồ sơ chậm", Action.DRAFT, "[Cơ quan] xin lỗi [kính gửi].")
            answer_templates.write(connection, UNIT, content, None, HEAD.user_name, office.district.clock())
            erased = ErasureList(tmp_path_factory.getbasetemp())
            asked_for = (office.ids["spoken"], RequestKind.VIEW, RequestChannel.LETTER, office.district.clock())
            personal.ask(connection, SCHEMES, erased, *asked_for, HEAD.user_name)
            sheet = dict.fromkeys(BREACH_FIELDS, "Mất một kiosk ở Quầy 2.")
            found = breach_from(sheet, "2026-11-21T06:00", "", office.district.clock())
            breaches.write_breach(connection, found, HEAD.user_name, office.district.clock())
            saved_views.save_view(connection, HEAD.user_name, "Xe lăn", "show=all&q=xe", office.district.clock())
        office.do(HEAD, "late", Action.MORE_CAME)
        office.tell("again", text="Lối vào không có đường dốc cho xe lăn, mẹ tôi phải có người bế lên bậc thềm.")
        office.district.clock.pass_by(days=1)
        office.do(HEAD, "again", Action.MERGE, into=office.ids["ramp"])
        yield (
            address,
            (
                split,
                *matters,
                f"/remarks/{office.ids['chairs']}",
                *periods,
                disputed,
                "/inquiries/1",
                *("/personal/1", "/personal/breaches/1"),
                display,
            ),
        )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A district on its first morning: nothing is there but the account of a leader."""
    folder = tmp_path_factory.mktemp("empty")
    engine = empty_district(folder)
    add_people(engine, (HEAD.user_name, Role.LEADER, None))
    with serving(engine, folder, StillClock(), public_index=True) as address:
        yield address


def complaints_of(page: Any, paths: tuple[str, ...]) -> list[str]:
    found = []
    for path in paths:
        page.goto(path)
        violations = Axe().run(page, options=OPTIONS).response["violations"]
        for each in violations:
            found.append(f"{path}: {each['id']}: {[node['html'][:120] for node in each['nodes']][:3]}")
    return found


def opened(chromium: Any, address: str, look: str, *, signed_in: bool, name: str = HEAD.user_name) -> Any:
    page = chromium.new_context(base_url=address, **LOOKS[look]).new_page()
    page.set_default_timeout(20_000)
    if signed_in:
        page.goto("/sign-in")
        page.get_by_label("Tên người dùng").fill(name)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_selector("#main h1")
        page.wait_for_url("**/")
    return page


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_staff(chromium: Any, full: tuple[str, tuple[str, ...]], look: str) -> None:
    page = opened(chromium, full[0], look, signed_in=True)

    assert complaints_of(page, (*STAFF, *full[1])) == []
    page.context.close()


def test_axe_finds_nothing_on_the_pages_of_a_technician(chromium: Any, full: tuple[str, tuple[str, ...]]) -> None:
    page = opened(chromium, full[0], "dark", signed_in=True, name=TECHNICIAN)

    assert complaints_of(page, OF_TECHNICIANS) == []
    assert page.locator("#make").count() == 1  # a page of theirs, and no message that there is none
    page.context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_pages_for_everybody(
    chromium: Any, full: tuple[str, tuple[str, ...]], look: str
) -> None:
    page = opened(chromium, full[0], look, signed_in=False)

    assert complaints_of(page, STRANGERS) == []
    page.context.close()


def test_axe_finds_nothing_on_what_an_officer_was_told(chromium: Any, tmp_path: Path) -> None:
    with open_to_the_public(tmp_path) as (office, address):
        open_curt(office)
        concluded = {"result": "true", "text": WHY, "persons": "CB-7", "notice": NOTICE}
        office.do(HEAD, "curt", Action.CONCLUDE, **concluded)
        office.do(SECOND, "curt", Action.ENDORSE)
        office.do(HEAD, "curt", Action.DRAFT, text="Cơ quan xin lỗi Ông/Bà.")
        office.do(SECOND, "curt", Action.APPROVE)
        first = notice_from(office.do(HEAD, "curt", Action.INFORM, reached="yes", by="call"))
        assert first is not None
        office.district.clock.at = (start_of(first) + timedelta(hours=2)).astimezone(UTC)
        tell_officers(office.district.engine, office.district.clock())
        for look in LOOKS:
            page = opened(chromium, address, look, signed_in=True, name=LAN.user_name)
            assert complaints_of(page, ("/conclusions",)) == []
            assert page.locator("[data-notice]").count() == 1
            page.context.close()


def test_axe_finds_nothing_where_there_is_nothing_yet(chromium: Any, empty: str) -> None:
    page = opened(chromium, empty, "light", signed_in=True)
    assert complaints_of(page, STAFF) == []
    page.context.clear_cookies()
    assert complaints_of(page, STRANGERS) == []
    page.context.close()


def test_axe_sees_a_fault(chromium: Any, empty: str) -> None:
    page = opened(chromium, empty, "light", signed_in=False)
    page.goto("/sign-in")
    page.evaluate("document.querySelector('label').remove()")

    found = [each["id"] for each in Axe().run(page, options=OPTIONS).response["violations"]]

    assert "label" in found
    page.context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_the_form_in_which_a_citizen_answers_a_question_has_no_fault(
    chromium: Any, full: tuple[str, tuple[str, ...]], look: str
) -> None:
    page = opened(chromium, full[0], look, signed_in=False)
    page.goto("/tra-cuu/" + "late".ljust(22, "_"))
    asked = Axe().run(page, options=OPTIONS).response["violations"]
    page.get_by_role("button", name="Gửi bổ sung").click()
    page.wait_for_selector("#notice")

    assert asked == []
    assert Axe().run(page, options=OPTIONS).response["violations"] == []
    page.context.close()


def test_what_went_wrong_is_told_without_a_fault(chromium: Any, full: tuple[str, tuple[str, ...]]) -> None:
    page = opened(chromium, full[0], "light", signed_in=False)
    page.goto("/tra-cuu")
    page.locator("#number").fill("1234")
    page.get_by_role("button", name="Xem").click()
    page.wait_for_selector("#error")

    assert Axe().run(page, options=OPTIONS).response["violations"] == []
    page.context.close()
