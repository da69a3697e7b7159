"""Notice cards, opening hours and holidays: from the file to the page of a box."""

import re

from kiosk.domain.reference import HolidayList, Notice, OpeningHours
from sync.protocol.snapshot import Change
from tests.district.conftest import District
from tests.district.test_snapshot import pull, tree
from tests.district.web_fixtures import SAMPLES, bring, bring_samples
from tests.support.factories import UNIT
from tests.support.notices import CARDS as CARDS_SHIPPED

__all__ = ["tree"]
CARDS = "Mã thẻ;Đơn vị;Loại;Tiêu đề;Tiêu đề (Anh);Thứ tự\n"
HEAD = "year = 2026\n"


def rows(changes: list[Change], kind: type) -> list:
    return [change.row for change in changes if isinstance(change.row, kind)]


def test_the_sample_cards_hours_and_holidays_come_in_whole(engine) -> None:
    bring_samples(engine)

    outcomes = [
        bring(engine, "notices", (SAMPLES / "notices.csv").read_bytes()),
        bring(engine, "opening_hours", (SAMPLES / "opening-hours.csv").read_bytes()),
        bring(engine, "holidays", (SAMPLES.parent / "schemes" / "holidays-2026.toml").read_bytes()),
    ]

    assert [(outcome.new, outcome.reading.errors, outcome.reading.warnings) for outcome in outcomes] == [
        (6, (), ()),
        (3, (), ()),
        (1, (), ()),
    ]


def test_the_samples_hold_no_telephone_number() -> None:
    said = " ".join(f"{card.title} {card.text} {card.translations}" for card in CARDS_SHIPPED)

    assert re.findall(r"\d[\d .-]{6,}\d", said) == []


def test_a_box_gets_the_cards_of_its_unit_and_of_those_above(tree: District) -> None:
    device_id = tree.box().device_id
    bring(
        tree.engine,
        "notices",
        CARDS + "P;H32;chung;Cả tỉnh;;2\nO;" + UNIT + ";index;Phường mình;Ours;1\nX;H32.14;chung;Xã bên;;3\n",
    )

    changes, _, _ = pull(tree, device_id)

    assert rows(changes, Notice) == [
        Notice("O", UNIT, "index", "Phường mình", translations={"en": {"title": "Ours"}}, position=1),
        Notice("P", "H32", "general", "Cả tỉnh", position=2),
    ]


def test_a_card_given_to_another_unit_is_gone_from_the_box_that_had_it(tree: District) -> None:
    device_id = tree.box().device_id
    bring(tree.engine, "notices", CARDS + f"O;{UNIT};chung;Phường mình;;1\n")
    _, cursor, _ = pull(tree, device_id)

    bring(tree.engine, "notices", CARDS + "O;H32.14;chung;Phường mình;;1\n")
    changes, _, _ = pull(tree, device_id, cursor)

    assert [(change.row.notice_id, change.removed) for change in changes] == [("O", True)]


def test_hours_and_holidays_reach_the_box(tree: District) -> None:
    device_id = tree.box().device_id
    bring(tree.engine, "opening_hours", f"Mã giờ;Đơn vị;Thứ;Sáng;Chiều\nA;{UNIT};T2-T6;7h30-11h30;\n")
    bring(tree.engine, "holidays", HEAD + 'off = [{ day = 2026-09-02, name = "Quốc khánh" }]')

    changes, _, _ = pull(tree, device_id)

    assert rows(changes, OpeningHours) == [OpeningHours("A", UNIT, "12345", "07:30-11:30")]
    assert rows(changes, HolidayList) == [
        HolidayList(2026, {"year": 2026, "off": [{"day": "2026-09-02", "name": "Quốc khánh"}]})
    ]


def test_a_corrected_list_replaces_the_years(engine) -> None:
    first = bring(engine, "holidays", HEAD + "off = [{ day = 2026-09-02 }]")
    same = bring(engine, "holidays", HEAD + "off = [{ day = 2026-09-02 }]")
    corrected = bring(engine, "holidays", HEAD + "off = [{ day = 2026-09-01 }, { day = 2026-09-02 }]")

    assert [(o.new, o.changed, o.unchanged) for o in (first, same, corrected)] == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]


def test_what_is_wrong_with_a_list_is_said(engine) -> None:
    files = {
        "year": "off = []",
        "stray": HEAD + "off = [{ day = 2027-01-01 }]",
        "wrong": HEAD + "worked = [{ day = 2026-01-10 }]",
    }

    said = {name: bring(engine, "holidays", text).reading.errors[0].key for name, text in files.items()}

    assert said == {name: f"import.holidays.{name}" for name in files}


def test_a_file_without_a_language_keeps_its_translations(engine) -> None:
    bring_samples(engine)
    bring(engine, "notices", CARDS + "O;H35;chung;Tiêu đề;Title;1\n")

    outcome = bring(engine, "notices", "Mã thẻ;Đơn vị;Loại;Tiêu đề\nO;H35;chung;Tiêu đề\n")

    assert (outcome.changed, outcome.unchanged) == (0, 1)


def test_a_card_too_long_for_a_small_screen_is_refused_with_its_place(engine) -> None:
    bring_samples(engine)

    (problem,) = bring(engine, "notices", CARDS + f"O;H35;chung;{'a' * 61};;1\n").reading.errors

    assert (problem.key, problem.row, problem.column) == ("import.value.too_long", 2, "Tiêu đề")
