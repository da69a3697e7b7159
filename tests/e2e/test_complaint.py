"""A complaint from the kiosk's own desk to the office's pages and back to the kiosk, with real processes and HTTP."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.box import keys
from kiosk.box.box import Box, open_box
from kiosk.clock import Moment
from kiosk.desk.complaints import shipped_consent
from kiosk.desk.desk import KioskDesk
from kiosk.domain.complaint import MAX_TEXT, About, ComplaintStatus, ReplyBy, Verdict
from kiosk.flow.state.complaint import FilledComplaint, Supplement
from kiosk.flow.state.complaint_draft import ComplaintDraft, Reach
from kiosk.settings import load
from kiosk.store.engine import Store
from tests.district.web_server import Browser
from tests.support.rig import SAMPLES, Rig

UNIT = "H35.88.01"
PASSWORD = "một câu dễ nhớ"
NOON = Moment(datetime(2026, 11, 21, 5, 0, tzinfo=UTC), 1_000, "cafe")
LETTERS = "ạảấầẩẫậắằẳẵặđẹẻẽềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ ,.\n"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    try:
        *_, code = rig.set_up_district(
            ("init",),
            *(("import", kind, str(SAMPLES / "samples" / f"{kind}.csv")) for kind in ("units", "counters")),
            *(
                ("user", "add", name, "--role", "leader", "--not-an-officer", "--password-stdin")
                for name in ("binh", "chau")
            ),
            ("device", "code", UNIT),
            stdin=f"{PASSWORD}\n",
        )
        rig.start_district()
        rig.kiosk_command("enrol", rig.url, code.strip())
        yield rig
    finally:
        rig.stop()


def desk_of(folder: Path) -> tuple[KioskDesk, Store]:
    """What the kiosk's screens speak to, on the very file that the enrolment made."""
    store = Store(folder / "kiosk")

    def opened() -> Box | None:
        return open_box(store, lambda: keys.load(folder / "kiosk" / "keys"))

    desk = KioskDesk(opened, load(environment={"KIOSK_DATA": str(folder / "kiosk")}).code_patterns, lambda: NOON)
    assert desk.probe() == ""
    return desk, store


def answer_on_the_pages(rig: Rig, words: str, answer: str) -> None:
    """One leader takes it over and writes, the other approves."""
    carry_on(rig, words, [(0, "take", ""), (0, "start", ""), (0, "draft", answer), (1, "approve", "")])


def carry_on(rig: Rig, words: str, steps: list[tuple[int, str, str]]) -> str:
    """What two leaders do on the page of the only complaint; returns the page as it then is."""
    browsers = []
    for name in ("binh", "chau"):
        browser = Browser(rig.url)
        assert browser.sign_in(name, PASSWORD).status_code == 303
        browsers.append(browser)
    register = rig.until(lambda: re.findall(r'href="(/complaints/[^"?]{36})"', browsers[0].get("/complaints").text))
    page = browsers[0].get(register[0]).text
    assert words in page
    for who, action, text in steps:
        page = browsers[who].get(register[0]).text
        token = re.findall(r'name="form_token" value="([^"]+)"', page)[0]
        seen = re.findall(r'name="seen" value="(\d+)"', page)[0]
        form = {"form_token": token, "action": action, "seen": seen, "text": text}
        assert browsers[who].post(register[0], form).status_code == 303
    return browsers[0].get(register[0]).text


@pytest.mark.slow
def test_a_complaint_of_4000_letters_is_answered_and_judged(rig: Rig, tmp_path: Path) -> None:
    words = (LETTERS * (MAX_TEXT // len(LETTERS) + 1))[: MAX_TEXT - 1] + "x"
    telling = ComplaintDraft(
        wants_reply=True,
        about=About.FACILITIES,
        text=words,
        name="Nguyễn Văn An",
        reach=Reach.PHONE,
        contact="0912345123",
        reply_by=ReplyBy.KIOSK,
        consent=shipped_consent().version,
    )
    desk, store = desk_of(tmp_path)

    receipt = desk.save_words(FilledComplaint(telling, "vi"))
    rig.run("-m", "sync", "once")
    rig.pass_days(1)
    answer_on_the_pages(rig, words, "Đã thay ghế mới, cảm ơn Ông/Bà.")

    def heard() -> object:
        rig.run("-m", "sync", "once")
        standing = desk.look_up(receipt.number).status
        return standing if standing and standing.state is ComplaintStatus.ANSWERED else None

    standing = rig.until(heard)
    desk.save_verdict(receipt.number, Verdict.SATISFIED, receipt.token)
    rig.run("-m", "sync", "once")
    rig.pass_days(2)
    public = Browser(rig.url)
    thanks = rig.until(lambda: "Đã ghi nhận: Hài lòng" in public.get(f"/tra-cuu/{receipt.token}").text)
    store.close()

    assert standing.answer == "Đã thay ghế mới, cảm ơn Ông/Bà."
    assert standing.office == "Trung tâm Phục vụ hành chính công xã Bản Mẫu"
    assert thanks
    logs = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "log").iterdir())
    for secret in (words[:40], "Nguyễn Văn An", "0912345123", receipt.number, receipt.token):
        assert secret not in logs


@pytest.mark.slow
def test_a_question_of_the_office_is_answered_at_the_kiosk_without_a_network_and_the_wait_ends(
    rig: Rig, tmp_path: Path
) -> None:
    words, question, more = "Ghế chờ bị hỏng.", "Ghế ở dãy nào, thưa Ông/Bà?", "Dãy thứ hai, gần cửa sổ."
    telling = ComplaintDraft(
        wants_reply=True,
        about=About.FACILITIES,
        text=words,
        name="Nguyễn Văn An",
        reach=Reach.PHONE,
        contact="0912345123",
        reply_by=ReplyBy.KIOSK,
        consent=shipped_consent().version,
    )
    desk, store = desk_of(tmp_path)
    receipt = desk.save_words(FilledComplaint(telling, "vi"))
    rig.run("-m", "sync", "once")
    rig.pass_days(1)
    carry_on(rig, words, [(0, "take", ""), (0, "ask_more", question)])

    def asked() -> object:
        rig.run("-m", "sync", "once")
        look = desk.look_up(receipt.number)
        return look if look.status and look.status.state is ComplaintStatus.NEEDS_MORE else None

    look = rig.until(asked)
    desk.save_supplement(Supplement(receipt.number, receipt.token, more, will_bring=False))
    rig.run("-m", "sync", "once")
    rig.pass_days(2)
    public = Browser(rig.url)
    rig.until(lambda: 'data-state="with_office"' in public.get(f"/tra-cuu/{receipt.token}").text)
    page = carry_on(rig, words, [])
    store.close()

    assert (look.status.answer, look.may_answer) == (question, True)
    assert more in page
    assert 'data-state="in_progress"' in page
    assert 'id="supplemented"' in page
    logs = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "log").iterdir())
    for secret in (words, question, more, receipt.number, receipt.token):
        assert secret not in logs
