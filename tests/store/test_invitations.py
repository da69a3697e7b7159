"""The end of a service invites at the counter's own kiosk; what came of it leaves in sums, once a day, sealed."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.desk.desk import KioskDesk
from kiosk.domain.rating import CounterKnownBy, Flag, InputMethod, OfficerKnownBy, Score, Stage
from kiosk.domain.reference import (
    ENTRIES_OF_4,
    SUPPLEMENTS,
    Counter,
    Dossier,
    Officer,
    OpeningHours,
    Procedure,
    ThisBox,
)
from kiosk.flow.rules.invitation import RatingInvitation
from kiosk.flow.state.rating_draft import RatingDraft, ServiceEnded, Subject
from kiosk.queue.book import QueueBook, local_day
from kiosk.queue.key import ticket_key
from kiosk.store import identity, ledger
from tests.store.conftest import PATTERN, Clock
from tests.store.test_box_history import TODAY, everything_in, noted
from tests.store.test_record import CODE, know, opened
from tests.support.tickets import happened

OWN = "H35.13-q1"
HOURS = OpeningHours("h", "H35.13", "1234567", "07:30-11:30", "13:30-17:00")
PLACE = {"unit_id": "H35.13", "counter_id": OWN}


@pytest.fixture
def invited(box: Box, desk: KioskDesk) -> KioskDesk:
    """A kiosk of one counter, whose district reads what a ticket system led to."""
    know(
        box,
        ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4),
        Counter(OWN, "H35.13", "Quầy số 1", "Hộ tịch"),
        Procedure("1.001193", "Đăng ký khai sinh", "Hộ tịch"),
        Dossier(CODE, "1.001193", "H35.13-q2", "CB-02", date(2026, 11, 18), date(2026, 11, 20), None),
        HOURS,
    )
    desk.lobby()
    return desk


def end(ticket: str = "A001", counter: str = OWN, **more: Any):
    return happened("09:30", "ended", ticket, counter, **more)


def pass_by(clock: Clock, **time: float) -> None:
    """Both clocks go on."""
    clock.at += timedelta(**time)
    clock.up_ms += round(timedelta(**time).total_seconds() * 1000)


def told(box: Box, district) -> list[dict[str, Any]]:
    return [details for kind, details in noted(box, district) if kind == "invitations"]


def test_an_end_at_the_own_counter_invites_with_the_procedure_of_the_dossier_or_the_service(invited: KioskDesk):
    named = [invited.hear_queue(end(f"A00{at}", **more), 0) for at, more in enumerate(
        ({"dossier": CODE}, {"dossier": CODE, "service": "Hộ tịch"}, {"service": "Hộ tịch"}, {"dossier": "77"}, {})
    )]  # fmt: skip

    procedures = [each.subject.procedure for each in named if each]
    assert procedures == ["Đăng ký khai sinh", "Đăng ký khai sinh", "Hộ tịch", None, None]


def test_what_is_rated_is_the_own_counter_and_never_the_dossier_that_the_event_names(
    box: Box, invited: KioskDesk, district
):
    know(box, Officer("CB-01", "H35.13", "Công chức", counter_id=OWN))
    ended = invited.hear_queue(end(dossier=CODE), 0)

    assert isinstance(ended, ServiceEnded)
    assert replace(ended.subject, procedure=None) == Subject(
        InputMethod.COUNTER, Stage.UNKNOWN, None, OWN, "Quầy số 1", flags=(Flag.NO_DOSSIER,),
        counter_known_by=CounterKnownBy.OWN, officer_known_by=OfficerKnownBy.ALONE,
    )  # fmt: skip
    invited.save(RatingDraft(ended.subject, Score.NEUTRAL, "vi", None, 3_000))
    body = opened(box, district)[-1]
    assert (body["dossier_code"], body["counter_id"], body["input"]) == (None, OWN, "counter")
    assert "no_dossier" in body["flags"]


def test_nothing_else_that_a_ticket_system_tells_invites(invited: KioskDesk):
    for event in (end(counter="H35.13-q2"), end(counter=""), *(
        happened("09:30", kind, "A001", OWN) for kind in ("called", "started", "held", "transferred", "no_show")
    )):  # fmt: skip
        assert invited.hear_queue(event, 0) is None, event.kind
    assert invited.hear_queue(end(), 90_001) is None, "whoever was served has gone"
    assert invited.hear_queue(end(), -90_001) is None, "nobody knows when that was"
    assert invited.hear_queue(end(), 60_000) is not None


def test_a_kiosk_of_the_whole_hall_hears_nothing_of_it(box: Box, district, clock: Clock):
    hall = replace(box, identity=replace(box.identity, counter_id=None))
    with box.store.write() as tx:
        identity.keep(tx, hall.identity)
    desk = KioskDesk(lambda: hall, PATTERN, clock)
    desk.probe()
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4), Counter(OWN, "H35.13", "Quầy số 1", ""))
    desk.lobby()

    assert desk.hear_queue(end(), 0) is None
    desk.close()
    assert told(box, district) == []


def test_the_day_is_told_in_sums_when_the_office_closes_and_nothing_is_in_the_file_before(
    box: Box, invited: KioskDesk, district, clock: Clock
):
    before = everything_in(box)
    tickets = {
        "A1": ("called", "started", "ended"),
        "A2": ("called", "ended"),
        "A3": ("called",),
        "A4": ("called", "no_show"),
        "A5": ("called", "recalled", "transferred"),
    }
    for ticket, kinds in tickets.items():
        for kind in kinds:
            invited.hear_queue(happened("09:30", kind, ticket, OWN), 0)
    for what in (RatingInvitation.SHOWN, RatingInvitation.SHOWN, RatingInvitation.ANSWERED):
        invited.count_invitation(what)
    assert everything_in(box) == before

    pass_by(clock, hours=2, minutes=1)
    invited.lobby()
    invited.lobby()

    assert told(box, district) == [
        PLACE | {"of_day": TODAY, "served": 4, "ended": 2, "invited": 2, "answered": 1},
    ]


def test_what_comes_after_closing_is_told_once_the_day_is_over(box: Box, invited: KioskDesk, district, clock: Clock):
    invited.hear_queue(end("A1"), 0)
    clock.at += timedelta(hours=2, minutes=1)
    invited.lobby()
    invited.hear_queue(end("A2"), 0)
    clock.at += timedelta(days=1)
    invited.lobby()
    invited.close()

    assert [(each["of_day"], each["ended"]) for each in told(box, district)] == [(TODAY, 1), (TODAY, 1)]


def test_what_happened_before_the_program_began_is_not_counted_again(
    box: Box, invited: KioskDesk, district, clock: Clock
):
    clock.up_ms += 60_000
    invited.hear_queue(end("A1"), 61_000)
    invited.hear_queue(end("A2"), 59_000)
    invited.close()

    assert [each["ended"] for each in told(box, district)] == [1]


def numbers(box: Box, district) -> list[tuple[int, int, int, int]]:
    return [(e["served"], e["ended"], e["invited"], e["answered"]) for e in told(box, district)]


def test_a_ticket_that_is_open_at_lunch_is_served_once(box: Box, invited: KioskDesk, district, clock: Clock):
    invited.hear_queue(happened("09:30", "called", "A1", OWN), 0)
    invited.hear_queue(end("A2"), 0)
    pass_by(clock, hours=1, minutes=59)
    invited.hear_queue(happened("11:29", "called", "A3", OWN), 0)
    pass_by(clock, minutes=2)
    invited.lobby()
    assert numbers(box, district) == [(2, 1, 0, 0)], "A1 will not end any more, A3 may"

    pass_by(clock, hours=2, minutes=1)
    invited.lobby()
    for ticket in ("A1", "A2", "A3"):
        invited.hear_queue(end(ticket), 0)
    pass_by(clock, hours=5)
    invited.lobby()
    assert numbers(box, district) == [(2, 1, 0, 0), (1, 1, 0, 0)]


def test_a_queue_process_that_begins_anew_counts_no_ticket_twice(
    box: Box, invited: KioskDesk, district, clock: Clock, tmp_path: Path
):
    events = [happened("09:29", kind, f"A{n}", OWN) for n in range(10) for kind in ("called", "ended")]
    for _ in range(2):
        book = QueueBook(key=ticket_key(tmp_path / "run"))
        book.begin_day(local_day(events[0].at_ms))
        for event in book.take(events, events[0].at_ms, as_they_happen=False).new:
            invited.hear_queue(event, 0)
        pass_by(clock, minutes=1)
    invited.close()

    assert (tmp_path / "run" / "queue.key").stat().st_mode & 0o777 == 0o600
    assert numbers(box, district) == [(10, 10, 0, 0)]


def test_no_number_that_is_told_is_larger_than_the_one_before_it(box: Box, invited: KioskDesk, district, clock: Clock):
    """A ticket that ends twice, an end that the program before counted, and who did not come after an end."""
    clock.up_ms += 30_000
    for _ in range(2):
        invited.hear_queue(end("A1"), 0)
        invited.count_invitation(RatingInvitation.SHOWN)
        invited.count_invitation(RatingInvitation.ANSWERED)
    invited.hear_queue(end("A2"), 60_000)
    invited.count_invitation(RatingInvitation.SHOWN)
    invited.count_invitation(RatingInvitation.ANSWERED)
    invited.hear_queue(end("A3"), 0)
    invited.hear_queue(happened("09:31", "no_show", "A3", OWN), 0)
    pass_by(clock, hours=2, minutes=1)
    invited.lobby()

    assert numbers(box, district) == [(1, 1, 1, 1)]


def test_a_kiosk_that_moves_tells_the_mornings_counts_as_those_of_its_old_counter(
    box: Box, invited: KioskDesk, district, clock: Clock
):
    invited.hear_queue(end("A1"), 0)
    invited.hear_queue(happened("09:30", "called", "A2", OWN), 0)
    with box.store.write() as tx:
        identity.keep(tx, replace(box.identity, counter_id="H35.13-q2"))
    invited.lobby()
    invited.hear_queue(end("A1", "H35.13-q2"), 0)
    invited.close()

    assert [(e["counter_id"], e["served"], e["ended"]) for e in told(box, district)] == [
        (OWN, 2, 1),
        ("H35.13-q2", 1, 1),
    ]


def test_an_older_district_is_told_nothing(box: Box, invited: KioskDesk, district):
    know(box, ThisBox("kiosk-1", 10_000, entry_version=SUPPLEMENTS))
    invited.hear_queue(end(), 0)
    invited.close()

    assert told(box, district) == []


def test_no_ticket_is_ever_in_the_file_or_in_an_entry_and_every_telling_has_one_size(
    box: Box, invited: KioskDesk, district, clock: Clock
):
    for day, n in enumerate((1, 70, 1_200)):
        for ticket in range(n):
            invited.hear_queue(end(f"TICKET-{ticket}", event_id=f"EVENT-{day}-{ticket}"), 0)
            invited.count_invitation(RatingInvitation.SHOWN)
        clock.at += timedelta(days=1)
        invited.lobby()

    assert len(told(box, district)) == 3
    with box.store.read() as tx:
        rows = [each.envelope for each in ledger.rows(tx, 1) if each.envelope.type == "invitations"]
    assert len({len(each.sealed) for each in rows}) == 1
    said = f"{everything_in(box)}{told(box, district)}"
    assert "TICKET" not in said
    assert "EVENT" not in said
