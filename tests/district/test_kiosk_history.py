"""``district device show``: what a kiosk noted of itself, for technicians, and never the moment of a press."""

from argparse import Namespace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.entry import EntryType
from kiosk.domain.visit import MIN_REPORTED, Unrated
from sync.district.cli.context import Context, Stop
from sync.district.cli.devices import run_show
from sync.district.domain.kiosk_history import KioskFact, UnratedVisits, unrated_visits
from sync.district.texts import load_texts
from sync.district.web.kiosk_notes import note_words
from tests.district.conftest import District
from tests.support.factories import AT, TODAY, UNIT

ENGLISH = load_texts("en")
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("boot", {"software": "0.1.0"}, "started, release 0.1.0"),
        ("clock_changed", {"moved_s": -70}, "the clock was set by -70 s"),
        ("staff_signed_in", {"counter": "q1"}, "staff of counter q1 signed in"),
        ("staff_refused", {"counter": "q1"}, "wrong staff PIN for counter q1"),
        ("staff_signed_out", {"counter": "q1", "lasted_s": 61}, "staff of counter q1 left (after 2 min)"),
        ("staff_signed_out", {"counter": "q1", "lasted_s": None}, "staff of counter q1 left"),
        ("staff_signed_in", {"counter": "q1", "officer": "CB-1"}, "officer CB-1 signed in, counter q1"),
        ("staff_refused", {"counter": "q1", "officer": "CB-1"}, "wrong PIN of officer CB-1, counter q1"),
        (
            "staff_signed_out",
            {"counter": "q1", "lasted_s": 61, "officer": "CB-1"},
            "officer CB-1 left, counter q1 (after 2 min)",
        ),
        ("staff_signed_in", {"counter": "q1", "staff_id": "nobody's"}, "staff of counter q1 signed in"),
        ("config_applied", {"settings": "b80b5038cbb2ac06"}, "settings applied, fingerprint b80b5038cbb2ac06"),
        ("config_applied", {"rows": 7, "full": True, "revision": 3}, "reference data applied, 7 rows, revision 3"),
        ("config_applied", {"rows": 7, "full": True}, "reference data applied, 7 rows"),
        ("config_applied", {"device_key": "0a1b2c3d"}, "a new device key is in force: 0a1b2c3d"),
        ("config_applied", {"enrolled": True}, "enrolled"),
        (
            "device_failed",
            {"device": "printer", "reason": "paper_out"},
            "the printer failed: The printer is out of paper. Put in a new roll.",
        ),
        ("device_failed", {"device": "card", "reason": "failing"}, "the disk failed: failing"),
        (
            "device_back",
            {"device": "printer", "reason": "paper_low"},
            "the printer is well again: The printer is low on paper",
        ),
        (
            "device_back",
            {"device": "service", "reason": "cannot_save", "out_s": 90},
            "takes ratings again (after 2 min): nothing could be written to the disk",
        ),
        ("gap_declared", {"reason": "restored"}, "a new epoch was opened: restored"),
        (
            "moved",
            {"before": {"unit_id": "A", "counter_id": "q1", "unit_of_counter": "A"},
             "now": {"unit_id": "A", "counter_id": "q1", "unit_of_counter": "B"}},
            "moved from unit A, counter q1 to unit A, counter q1 (of unit B)",
        ),
        ("of_a_later_release", {}, "of a later release"),
    ],
)  # fmt: skip
def test_each_fact_has_its_sentence(kind: str, body: dict[str, Any], said: str) -> None:
    assert note_words(KioskFact(kind, body, NOON), ENGLISH) == said


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("software", "moved_s", "counter", "lasted_s", "settings", "rows", "device", "reason", "out_s", "before", "now")


@given(st.sampled_from(EntryType), st.dictionaries(st.sampled_from([*NAMES, "of_day", "hours"]), ANYTHING))
def test_whatever_a_kiosk_says_makes_one_line(kind: EntryType, body: dict[str, Any]) -> None:
    fact = KioskFact(kind, body, NOON)

    for texts in (ENGLISH, load_texts("vi")):
        assert len(note_words(fact, texts).splitlines()) == 1
        assert len(note_words(fact, texts)) < 700
    assert all(each.n >= MIN_REPORTED for each in unrated_visits([fact]))


def test_visits_of_one_day_are_added_up_and_small_numbers_left_out() -> None:
    day = {"of_day": "2026-11-21"}
    morning = day | {"hours": [[9, "q1", "scan_left", 5], [10, "q1", "scan_left", 6], [10, "q1", "timed_out", 4]]}
    evening = day | {"hours": [[15, "q1", "scan_left", 7], [15, "", "idle_touch", 30], [15, "q1", "flew_away", 9]]}

    found = unrated_visits(KioskFact("visits", body, NOON) for body in (evening, morning))

    assert found == [
        UnratedVisits(TODAY, "", Unrated.IDLE_TOUCH, 30),
        UnratedVisits(TODAY, "q1", Unrated.SCAN_LEFT, 18),
    ]


def show(district: District, device: str, capsys: pytest.CaptureFixture[str]) -> str:
    run_show(Namespace(device=device, days=30, language="vi"), Context(district.services.settings, district.clock))
    return capsys.readouterr().out


def test_a_technician_reads_what_a_kiosk_noted(district: District, capsys: pytest.CaptureFixture[str]) -> None:
    box = district.box()
    box.note("boot", software="0.1.0")
    box.note("device_failed", device="printer", reason="paper_out", at_s=AT + 1_234)
    box.note("staff_signed_out", counter="q1", lasted_s=45)
    box.note("moved", before={"unit_id": UNIT, "counter_id": None}, now={"unit_id": "H32.14", "counter_id": None})
    box.note("visits", of_day="2026-11-21", hours=[[9, "q1", "scan_left", 5]])
    box.note("boot", software="of last year", at_s=AT - 86_400 * 31)
    for score in (1, 5):
        box.rate_now(score)
    district.accept(box, box.batch(health={"printer": "paper_out", "software": "0.1.0"}))
    district.project()

    said = show(district, box.device_id, capsys)

    assert "  Máy in hết giấy. Xin lắp cuộn mới.\n" in said
    assert "11:00 21/11/2026  máy in có sự cố: Máy in hết giấy. Xin lắp cuộn mới.\n" in said
    assert f"chuyển từ đơn vị {UNIT} sang đơn vị H32.14\n" in said
    assert "cán bộ quầy q1 thoát ra (sau 1 phút)" in said
    assert "21/11/2026  q1  đã quét phiếu hẹn rồi bỏ đi ở màn hình chọn mặt: 5\n" in said
    assert "of last year" not in said


def test_a_kiosk_that_noted_nothing_and_one_that_is_not_there(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    box = district.box()

    said = show(district, box.device_id, capsys)
    assert "Trong 30 ngày qua kiosk không ghi việc gì." in said
    assert "Không có giờ nào đủ số lượt để nêu." in said
    with pytest.raises(Stop, match="no device elsewhere"):
        show(district, "elsewhere", capsys)


def test_a_press_changes_nothing_that_is_shown_of_a_kiosk(
    district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    box = district.box()
    box.note("boot", software="0.1.0")
    box.note("clock_changed", moved_s=30, at_s=AT + 60)
    district.accept(box)
    district.project()
    before = show(district, box.device_id, capsys)

    for number, score in enumerate((1, 5, 3)):
        box.add(box.rate_now(score, at_s=AT + 61 + number), left=True)
    district.accept(box, box.batch(3))
    district.project()

    assert show(district, box.device_id, capsys) == before
