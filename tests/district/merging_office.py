"""An office to which one citizen told the same matter twice, and another one the same of theirs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.district.complaints.recompute import cases
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import Deadlines
from sync.district.store.complaints import country_holidays, facts_with
from sync.district.store.engine import reading
from tests.district.complaint_office import HEAD, SCHEMES, SECOND, Office, open_office
from tests.support.factories import CONTACT, dossier_code

LATE = (
    "Tôi nộp hồ sơ cấp giấy chứng nhận đã hai tháng, hẹn ba lần vẫn chưa có kết quả, đề nghị nói rõ hồ sơ đang ở đâu."
)
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Office:
    """The citizen who waits for a dossier told it again, and another one told the same of theirs."""
    return told_again(open_office(tmp_path))


def told_again(world: Office) -> Office:
    world.tell("again", text=LATE, about="rule", dossier_code=dossier_code(3))
    world.tell(
        "other", text=LATE, about="rule", dossier_code=dossier_code(3), contact=CONTACT | {"phone": "0987654321"}
    )
    world.district.clock.pass_by(days=1)
    return world


def standing(world: Office, name: str) -> Case:
    with reading(world.district.engine) as connection:
        facts = facts_with(connection, [world.numbers[name]])
        return next(case for _, case, _ in cases(connection, facts, world.district.clock()))


def due(world: Office, name: str):
    with reading(world.district.engine) as connection:
        return Deadlines(SCHEMES, country_holidays(connection)).answer_due(standing(world, name))


def merge(world: Office, later: str = "again", earlier: str = "late", who=HEAD) -> Case:
    return world.do(who, later, Action.MERGE, into=world.ids[earlier])


def answer(world: Office, name: str = "late") -> None:
    for who, action, fields in (
        (HEAD, Action.TAKE, {}),
        (HEAD, Action.START, {}),
        (HEAD, Action.DRAFT, {"text": "Hồ sơ đã xong, mời nhận."}),
        (SECOND, Action.APPROVE, {}),
    ):
        world.do(who, name, action, **fields)
