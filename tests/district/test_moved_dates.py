"""Another list of holidays tells what it does to dates that citizens were given."""

from datetime import date, timedelta

from sync.district.complaints.moved_dates import MovedDates, moved_dates
from sync.district.domain.content_change import ContentKind
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.store.engine import reading
from sync.district.texts import load_texts
from sync.district.web.content_differences import differences
from tests.district.conftest import District
from tests.district.test_complaints import NUMBERS, SCHEMES, answer
from tests.district.web_fixtures import bring
from tests.support.factories import UNIT

LEADER = Person("head", Role.LEADER, None)


def test_dates_of_open_complaints_move_and_late_replies_turn_timely(district: District) -> None:
    box = district.box()
    told = [box.tell(number) for number in NUMBERS[:2]]
    district.accept(box)
    district.overnight()
    (due,) = {day for (day,) in district.rows("complaint_standings", "answer_due_on")}
    district.clock.at += timedelta(days=(due - district.clock.at.date()).days + 1)
    answer(district, told[0].entry_id)  # a day late
    weekdays = [day for day in (due - timedelta(days=n) for n in range(6)) if day.isoweekday() < 6]
    more = {"year": due.year, "off": [{"day": str(day)} for day in weekdays[:2]]}
    none = {"year": due.year, "off": [{"day": str(date(due.year, 12, 31))}]}
    with reading(district.engine) as connection:
        moved, same, hidden = (
            moved_dates(connection, who, content, SCHEMES, district.clock())
            for who, content in ((LEADER, more), (LEADER, none), (Person("kiem", Role.AUDITOR, None), more))
        )
    bring(
        district.engine,
        "holidays",
        "year = {}\noff = [{}]".format(due.year, ", ".join(f"{{ day = {day} }}" for day in weekdays[:2])),
    )
    with reading(district.engine) as connection:
        back = moved_dates(connection, LEADER, {"year": due.year, "off": []}, SCHEMES, district.clock())

    assert (moved.open, moved.earlier, moved.in_time, moved.late) == (1, 0, 1, 0)
    assert moved.later >= 2
    assert (same, hidden) == (MovedDates(), None)
    assert back == MovedDates(1, moved.later, 0, 0, 1)


def sentence(name: str, **fields: object) -> dict:
    return {"id": name, "words": {"vi": name.upper(), "en": "e"}} | fields


def test_all_that_differs_is_told_in_words() -> None:
    texts = load_texts()
    old = {"sentences": [sentence("a"), sentence("b", about=["rule"]), sentence("c")]}
    new = {
        "sentences": [sentence("b", only_with_reply=True), sentence("a", words={"vi": "A", "en": "x"}), sentence("d")]
    }
    found = differences(ContentKind.SENTENCES, old, new, texts)
    shown = [(each.label, each.was, each.becomes) for each in found]

    assert shown[:3] == [
        ("“A” – Tiếng Anh", "e", "x"),
        ("“B” – Hiện khi nói về", "Quy định", "mọi việc"),
        ("“B” – Chỉ khi có để lại cách liên lạc", "không", "có"),
    ]
    assert [each.label for each in found[3:]] == ["Câu bỏ", "Câu thêm", "Thứ tự các câu"]
    assert shown[-1][1:] == ("1. A 2. B", "1. B 2. A")


def test_a_card_and_a_list_of_days_tell_what_differs() -> None:
    texts = load_texts()
    was = {"notice_id": "O", "unit_id": UNIT, "kind": "bring", "title": "T", "translations": {"km": {"title": "k"}}}
    card = differences(ContentKind.NOTICES, was, was | {"kind": "how", "translations": {}}, texts)
    days = [
        {"year": 2026, "off": [{"day": day, "name": name}]} for day, name in (("2026-09-02", "A"), ("2026-09-01", "B"))
    ]

    assert [(each.label, each.was, each.becomes) for each in card] == [
        ("Loại thẻ", texts("content.card.bring"), texts("content.card.how")),
        ("Tiêu đề – km", "k", ""),
    ]
    assert [(each.label, each.was, each.becomes) for each in differences(ContentKind.HOLIDAYS, *days, texts)] == [
        ("01/09/2026", "", "nghỉ – B"),
        ("02/09/2026", "nghỉ – A", ""),
    ]
    assert differences(ContentKind.NOTICES, was, None, texts) == []
