"""What staff see of their counter on the kiosk: dossiers to return by their codes, which the file alone tells nobody,
and nothing that moves with a single press, also with root on the box."""

from datetime import date
from typing import Any

import nacl.pwhash
import pytest
from msgspec import to_builtins
from msgspec.structs import replace
from sqlalchemy import select

from kiosk.box.box import Box
from kiosk.desk.desk import KioskDesk
from kiosk.domain.counter_figures import CountedReason, CounterFigures, content_of
from kiosk.domain.reference import (
    Counter,
    CounterPeriod,
    Dossier,
    HolidayList,
    Officer,
    OfficerPin,
    Procedure,
    QuestionnaireRow,
    TallyRow,
)
from kiosk.flow.state.counter_view import CounterView, DueDossier, Signer
from kiosk.flow.state.lobby import CounterChoice
from kiosk.paths import shipped_scheme
from kiosk.store import reference, staff
from kiosk.store.tables import metadata
from tests.store.test_record import CODE, COUNTER, draft, know
from tests.store.test_record_answers import filled

UNIT, OTHER = "H35.13", "H35.13-q2"
TODAY = date(2026, 11, 21)  # a Saturday
SIGNER = Signer(CounterChoice(COUNTER.counter_id, "Quầy số 1"), "CB-0101")
PIN = "246810"


def code(number: int) -> str:
    return f"H35.13-2611-{number:04}"


def dossier(number: int, due: date | None, counter: str = COUNTER.counter_id, returned: date | None = None) -> Dossier:
    return Dossier(code(number), "1.000656", counter, received_on=date(2026, 11, 2), due_on=due, returned_on=returned)


@pytest.fixture
def staffed(box: Box) -> Box:
    know(box, Counter(COUNTER.counter_id, UNIT, "Quầy số 1"), Officer("CB-0101", UNIT, "Công chức", COUNTER.counter_id))
    know(box, OfficerPin("CB-0101", "id-1", nacl.pwhash.argon2id.str(PIN.encode(), 1, 8192).decode()))
    know(
        box,
        Procedure("1.000656", "Đăng ký khai tử"),
        HolidayList(2026, to_builtins(shipped_scheme("holidays-2026.toml"))),
    )
    return box


def view(desk: KioskDesk) -> CounterView:
    found = desk.check_pin(SIGNER, PIN)
    assert isinstance(found, CounterView)
    return found


def test_what_is_late_due_today_and_due_on_the_next_working_day(staffed: Box, desk: KioskDesk):
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    know(
        staffed,
        *(dossier(1, friday), dossier(2, date(2026, 11, 3)), dossier(3, TODAY), dossier(4, monday)),
        *(dossier(5, date(2026, 11, 24)), dossier(6, TODAY, returned=TODAY), dossier(7, TODAY, OTHER)),
        dossier(8, None),
    )
    due = view(desk).due

    assert due is not None
    assert due.next_day == monday
    assert [each.code for each in due.late.named] == [code(2), code(1)]
    assert due.today.named == (DueDossier(code(3), TODAY),)
    assert [each.code for each in due.next.named] == [code(4)]
    assert (due.late.n, due.today.n, due.next.n) == (2, 1, 1)


def test_late_dossiers_without_an_apology_are_counted_and_named_first(staffed: Box, desk: KioskDesk):
    long_ago, friday = date(2026, 11, 3), date(2026, 11, 20)
    given = replace(dossier(1, long_ago), apologised_on=friday)
    know(staffed, given, dossier(2, friday), dossier(3, long_ago), dossier(4, TODAY), dossier(5, long_ago, OTHER))
    due = view(desk).due

    assert due is not None
    assert [each.code for each in due.late.named] == [code(3), code(2), code(1)]
    assert (due.late.n, due.unapologised) == (3, 2)


def test_a_long_list_is_counted_whole_and_named_in_part(staffed: Box, desk: KioskDesk):
    know(staffed, *(dossier(number, TODAY) for number in range(40)))
    due = view(desk).due

    assert due is not None
    assert (due.today.n, len(due.today.named)) == (40, 8)


def test_a_counter_whose_dossiers_nobody_lists_is_not_said_to_have_none(staffed: Box, desk: KioskDesk):
    know(staffed, dossier(7, TODAY, OTHER))

    assert view(desk).due is None


def test_the_file_alone_names_no_dossier_and_forgets_the_code_of_one_that_was_returned(staffed: Box):
    know(staffed, dossier(1, TODAY), dossier(2, TODAY))
    with staffed.store.read() as tx:
        before = staff.due(tx, staffed.keys.lookup, COUNTER.counter_id, None, TODAY, 9)
        elsewhere = staff.due(tx, b"another kiosk's key".ljust(32), COUNTER.counter_id, None, TODAY, 9)
    know(staffed, dossier(2, TODAY, returned=TODAY))
    with staffed.store.read() as tx:
        closed = tx.execute(select(metadata.tables["dossiers"].c.closed_code)).scalars().all()
    staffed.store.close()
    kept = b"".join(path.read_bytes() for path in staffed.store.folder.glob("kiosk.sqlite3*"))

    assert sorted(each.code for each in before[1]) == [code(1), code(2)]
    assert (elsewhere[0], {each.code for each in elsewhere[1]}) == (2, {""})
    assert sorted(each is None for each in closed) == [False, True]
    assert code(1).encode() not in kept
    assert code(2).encode() not in kept


def test_the_codes_of_dossiers_never_stand_in_a_printed_state(staffed: Box, desk: KioskDesk):
    know(staffed, dossier(1, TODAY))

    assert code(1) not in repr(view(desk))


def test_reasons_are_told_in_the_words_and_drawings_of_their_questionnaire(staffed: Box, desk: KioskDesk):
    reasons = (
        CountedReason(False, "mot-cua/3", "bad", "waiting", 9),
        CountedReason(True, "mot-cua/3", "good", "attitude", 7),
        CountedReason(False, "mot-cua/3", "bad", "private", 6),  # who would speak to the leader alone
        CountedReason(False, "mot-cua/3", "hard_to_say", "money", 6),
        CountedReason(False, "unknown/1", "bad", "waiting", 6),
    )
    told = CounterFigures(40, (10, 0, 0, 0, 30), 90, reasons=reasons)
    know(staffed, QuestionnaireRow("mot-cua", 3, to_builtins(shipped_scheme("mot-cua.toml"))))
    know(staffed, CounterPeriod(COUNTER.counter_id, "month", date(2026, 11, 1), date(2026, 11, 20), content_of(told)))
    found = view(desk)

    assert [(dict(each.words)["vi"], each.picture, each.n, each.to_try) for each in found.wishes] == [
        ("Phải chờ lâu", "reason-waiting", 9, "waiting")
    ]
    assert [(dict(each.words)["vi"], each.n, each.to_try) for each in found.praise] == [("Thái độ tốt", 7, "")]


def test_who_left_the_unit_signs_in_no_more_and_their_pin_is_gone(staffed: Box, desk: KioskDesk):
    with staffed.store.write() as tx:
        tx.execute(metadata.tables["officers"].update().values(unit_id="H35.99"))
        reference.drop_what_is_of_others(tx, UNIT, TODAY)
        left = tx.execute(select(metadata.tables["officer_pins"].c.officer_number)).scalars().all()

    assert left == []
    assert not isinstance(desk.check_pin(SIGNER, PIN), CounterView)


# ---- promise 6, with root on the box

SEALED = ("ledger", "outbox", "heads", "receipts", "pruned")
"""What grows with everything that is recorded, and is read by nobody here but the district."""


def in_clear(box: Box) -> dict[str, Any]:
    """All that root finds in the file, but what is sealed, and when a write was tried last."""
    with box.store.read() as tx:
        return {
            name: sorted(
                str(row) for row in tx.execute(select(table)) if getattr(row, "name", "") not in ("probed_up_s",)
            )
            for name, table in metadata.tables.items()
            if name not in SEALED
        }


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_promise_6_no_press_moves_anything_that_staff_or_root_see_on_the_kiosk(
    staffed: Box, desk: KioskDesk, score: int
):
    told = CounterFigures(40, (10, 0, 0, 0, 30), 90, reasons=(CountedReason(False, "mot-cua/3", "bad", "waiting", 9),))
    know(staffed, dossier(1, TODAY), Dossier(CODE, "1.000656", COUNTER.counter_id, due_on=TODAY))
    know(staffed, TallyRow(date(2026, 11, 20), COUNTER.counter_id, "overall", "5", 7))
    know(staffed, CounterPeriod(COUNTER.counter_id, "month", date(2026, 11, 1), date(2026, 11, 20), content_of(told)))
    desk.lobby()
    seen, kept = view(desk), in_clear(staffed)

    desk.save_answers(filled(desk.save(draft(score)), ("bad", ("waiting",)), ("hard_to_say", ("money",))))
    desk.lobby()

    assert (view(desk), in_clear(staffed)) == (seen, kept)
