"""Complaints about the conduct of one officer, and those who conclude, answer and tell of them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.calendar import Holidays
from kiosk.domain.complaint import ConclusionResult
from sync.district.complaints.conclusions import cases_of, tell_officers, waiting_conclusions
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import Action
from sync.district.domain.concluding import notice_from
from sync.district.domain.conclusion import AGAINST, object_until
from sync.district.domain.people import Role, SignedIn
from sync.district.store import conclusions as store
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.complaints import add_view
from sync.district.store.engine import reading, writing
from sync.district.store.people_tables import users
from sync.district.times import local_day, start_of
from tests.district.conftest import District
from tests.district.test_complaint_subjects import FIRST, peopled
from tests.district.test_complaints import HEAD, NUMBERS, SECOND, do
from tests.support.factories import UNIT

__all__ = ["peopled"]
SAID = "Cán bộ ở quầy cáu gắt, ném trả hồ sơ rồi bảo tôi về."
TOLD = "Qua xác minh, có lúc Ông/Bà nói năng chưa đúng mực với người dân."
WHY = "Đã nghe cán bộ trình bày và hỏi người làm chứng."
OBJECTS = "Tôi luôn theo quy tắc ứng xử, hai người cùng phòng xác nhận được."
ABOVE = SignedIn("above", Role.LEADER, None, "")
OF_SEVEN = SignedIn("bay", Role.OFFICER, UNIT, "", "CB-7")


@pytest.fixture
def office(peopled: District) -> District:
    """Two counters, the officers CB-7 and CB-8, CB-7 with an account, three leaders."""
    with writing(peopled.engine) as connection:
        for who in (HEAD, SECOND, ABOVE, OF_SEVEN):
            number = who.officer_number
            add_user(
                connection,
                UserRow(who.user_name, "x", who.role, who.unit_id, False, number, number is None),
                peopled.clock(),
            )
    return peopled


def complain(office: District, number: str = NUMBERS[0], **body: object) -> str:
    box = office.box()
    entry = box.tell(number, **{"text": SAID, "about": "conduct", "counter_id": FIRST, **body})
    office.accept(box)
    office.overnight()
    do(office, HEAD, entry.entry_id, Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-7")
    do(office, HEAD, entry.entry_id, Action.TAKE)
    do(office, HEAD, entry.entry_id, Action.START)
    return entry.entry_id


def conclude(office: District, entry_id: str, finding: ConclusionResult = ConclusionResult.TRUE, **fields: str) -> Case:
    fields = {"result": str(finding), "text": WHY, "persons": "CB-7", "notice": TOLD, **fields}
    if finding not in AGAINST:
        fields["notice"] = ""
    return do(office, HEAD, entry_id, Action.CONCLUDE, **fields)


def concluded(
    office: District, entry_id: str, finding: ConclusionResult = ConclusionResult.TRUE, **fields: str
) -> Case:
    conclude(office, entry_id, finding, **fields)
    return do(office, SECOND, entry_id, Action.ENDORSE)


def answered(office: District, entry_id: str, finding: ConclusionResult = ConclusionResult.TRUE, **fields: str) -> Case:
    """Concluded, and its citizen has the answer and was told of it."""
    concluded(office, entry_id, finding, **fields)
    do(office, HEAD, entry_id, Action.DRAFT, text="Cơ quan xin lỗi Ông/Bà.")
    do(office, SECOND, entry_id, Action.APPROVE)
    return do(office, HEAD, entry_id, Action.INFORM, reached="yes", by="call")


def on(office: District, day: date) -> datetime:
    office.clock.at = (start_of(day) + timedelta(hours=1)).astimezone(UTC)
    return office.clock()


def told_day(office: District, case: Case) -> date:
    day = notice_from(case)
    assert day is not None
    tell_officers(office.engine, on(office, day))
    return day


def open_all(office: District, user_name: str = "bay") -> None:
    """The officer opens what they were told."""
    with writing(office.engine) as connection:
        for each in store.notices_until(connection, local_day(office.clock())):
            add_view(connection, each.complaint_id, store.NOTICE_VIEW, user_name, office.clock())


def set_password(office: District, user_name: str, password_hash: str) -> None:
    with writing(office.engine) as connection:
        connection.execute(update(users).where(users.c.user_name == user_name).values(password_hash=password_hash))


def upheld(office: District, many: int, dossiers: Sequence[str] = ()) -> list[str]:
    """So many complaints, each of a citizen of its own, found true and told."""
    named: list[dict[str, str]] = [{"dossier_code": code} for code in dossiers] or [{}] * many
    ids = [complain(office, NUMBERS[n], **named[n]) for n in range(many)]
    cases = [answered(office, entry_id) for entry_id in ids]
    told_day(office, cases[-1])
    return ids


def final_day(office: District) -> datetime:
    open_all(office)
    ((officers_informed_on,), *_) = office.rows("conclusion_notices", "given_on")
    return on(office, object_until(officers_informed_on, Holidays()) + timedelta(days=30))


def waiting(office: District, now: datetime) -> list[str]:
    with reading(office.engine) as connection:
        return [each.waiting.member for each in waiting_conclusions(connection, start_of(local_day(now)))]


def concluded_case(office: District, entry_id: str) -> Case:
    with reading(office.engine) as connection:
        return cases_of(connection, [entry_id], office.clock())[entry_id]
