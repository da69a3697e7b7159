"""A citizen's question about a procedure: told at the kiosk, answered by the next working day, and read by those who
answer, by a counter and by the head of the one-stop."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.calendar import Holidays
from sync.district.domain.complaint_case import Case, fold_steps
from sync.district.domain.complaint_steps import Action, Step
from sync.district.domain.deadlines import Deadlines, load_schemes, question_days
from tests.district.complaint_office import HEAD, LAN, MINH, SECOND, Office, open_office
from tests.district.test_complaint_pages import browse, do
from tests.district.web_server import serving
from tests.support.factories import COUNTER, UNIT

RULES = Deadlines(load_schemes(), Holidays())
FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
MONDAY, FIFTEEN_DAYS_ON = date(2026, 11, 23), date(2026, 12, 11)
OTHER_COUNTER = "H32.13-q2"
QUESTION = "Con tôi nộp thay thì cần giấy ủy quyền có công chứng không?"
REPLY = "Không cần: con nộp thay cha mẹ chỉ cần giấy tờ chứng minh quan hệ."


def question(*classified: tuple[float, str]) -> Case:
    """A question of a Friday that was found, so many days later, to be about something."""
    steps = [
        Step(FRIDAY + timedelta(days=days), Action.CLASSIFY, "hoa", {"about": about, "sensitive": "no"}, n)
        for n, (days, about) in enumerate(classified, start=1)
    ]
    return fold_steps("U", FRIDAY, False, steps, is_question=True)


@pytest.mark.parametrize(
    ("classified", "due"),
    [
        ((), MONDAY),
        (((0.5, "question"),), MONDAY),
        (((3, "conduct"),), FIFTEEN_DAYS_ON),
        (((4, "conduct"),), MONDAY),
        (((1, "rule"), (4, "other")), FIFTEEN_DAYS_ON),
        (((1, "rule"), (4, "question"), (5, "rule")), MONDAY),
    ],
)
def test_a_question_is_due_on_the_next_working_day_unless_it_is_found_to_be_none_in_time(classified, due) -> None:
    assert RULES.answer_due(question(*classified)) == due


def test_an_office_without_a_time_for_questions_answers_them_like_anything_else(tmp_path: Path) -> None:
    table = tmp_path / "own.toml"
    days = "take = 2\npass_on = 5\nanswer = 15\npublish = 2\n"
    table.write_text(f'[[scheme]]\nname = "own"\n[scheme.working_days]\n{days}', "utf-8")
    own = load_schemes(table)

    assert Deadlines(own, Holidays()).answer_due(question()) == FIFTEEN_DAYS_ON
    assert (question_days(own, MONDAY), question_days(load_schemes(), MONDAY)) == (0, 1)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str]]:
    """An office with two counters, at the second of which Lan sits, on the morning after two questions: one names the
    procedure alone, one was asked at Lan's own counter."""
    folder = tmp_path_factory.mktemp("questions")
    office = open_office(folder)
    counters = [
        {"counter_id": each, "unit_id": UNIT, "name": f"Quầy {each[-1]}", "field": ""}
        for each in (COUNTER, OTHER_COUNTER)
    ]
    office.district.reference(counters=counters)
    office.tell("asked", text=QUESTION, about="question")
    office.tell("here", text="Lệ phí cấp bản sao là bao nhiêu?", about="question", counter_id=OTHER_COUNTER)
    office.district.overnight()
    with serving(office.district.engine, folder, office.district.clock, public_index=True) as address:
        yield office, address


def line_of(page: str) -> tuple[str, ...]:
    """How many questions a page says to wait, and how many to be late; nothing where it has no such line."""
    found = re.search(r'id="citizen-questions" data-waiting="(\d+)" data-overdue="(\d+)"', page)
    return found.groups() if found else ()


def test_a_question_reaches_the_counters_and_the_head_and_is_answered_by_two_people(asked: tuple[Office, str]) -> None:
    office = asked[0]
    lan, head, second, citizen = (browse(asked, who) for who in (LAN, HEAD, SECOND, None))
    mine, everybodys = lan.get("/complaints?show=questions").text, head.get("/complaints?show=questions").text
    seen = [office.ids[name] in page for page in (mine, everybodys) for name in ("asked", "here")]
    told = citizen.post("/tra-cuu", {"number": office.numbers["asked"]}).text
    before = [line_of(page) for page in (lan.get("/counter").text, head.get(f"/one-stop?unit={UNIT}").text)]

    assert do(lan, asked, "asked", "take").status_code == 303
    assert do(lan, asked, "asked", "start").status_code == 303
    assert do(lan, asked, "asked", "draft", text=REPLY).status_code == 303
    waits = line_of(lan.get("/counter").text)
    assert do(second, asked, "asked", "approve").status_code == 303
    read = citizen.post("/tra-cuu", {"number": office.numbers["asked"]}).text
    after = [line_of(page) for page in (lan.get("/counter").text, head.get(f"/one-stop?unit={UNIT}").text)]

    assert seen == [True, False, True, True], "who sits at the counter where it was asked does not see it"
    assert 'id="why-due"' in told
    assert "1 ngày làm việc" in told
    assert (before, waits, after) == ([("1", "0"), ("2", "0")], ("1", "0"), [(), ("1", "0")])
    assert REPLY in read

    office.district.clock.pass_by(days=4)
    late = browse(asked, HEAD).get(f"/one-stop?unit={UNIT}").text
    assert line_of(late) == ("1", "1")
    assert "1 câu đã quá hạn" in late

    assert do(browse(asked, MINH), asked, "here", "classify", about="conduct", sensitive="no").status_code == 303
    lists = [browse(asked, HEAD).get(f"/complaints?show={show}").text for show in ("questions", "overdue")]
    assert line_of(browse(asked, HEAD).get(f"/one-stop?unit={UNIT}").text) == ()
    assert [office.ids["here"] in page for page in lists] == [False, True], "no question, and its day stays missed"
