"""Alerts: one for each cause, told once, told again while nobody takes it on, and told when it is over."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import select

from sync.district.alerts.look import look
from sync.district.domain.message import GIVE_UP_AFTER, MAX_WAIT, Channel, Message, next_try
from sync.district.measures.alerts import Alert, Cause, News, causes, course
from sync.district.measures.kiosk_state import KioskState
from sync.district.measures.kiosks import KioskLine, Trouble, kiosk_lines
from sync.district.settings import Alerts, Mail, Settings, Webhook
from sync.district.store import alert_tables
from sync.district.store.acknowledgements import AnomalyReview, keep_acknowledgement
from sync.district.store.alerts import open_alerts, raised_alerts, take_on
from sync.district.store.devices import record_contact
from sync.district.store.engine import reading, writing
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.organisation import organisation
from sync.district.store.outbox import CLAIMED_FOR, claim, note_sent, note_unsent, state
from sync.district.times import local_day
from sync.protocol.health import judged_health
from tests.district.web_fixtures import NOW, bring, bring_samples
from tests.district.web_server import enrol, find

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
CENTRE, OTHER = "H35.88.01", "H35.89"
TOLD = Settings(
    public_url="https://langnghe.example.vn",
    alerts=Alerts(("ky-thuat@example.vn", "truc@example.vn")),
    mail=Mail("mail.example.vn"),
    webhook=Webhook("https://hook.example.vn/kiosk"),
)


def line(device_id: str, unit_id: str, state: KioskState = KioskState.IN_TOUCH, **more: object) -> KioskLine:
    plain = KioskLine(device_id, unit_id, unit_id, "", state, AT, None, 0, None, 0, (), {})
    return replace(plain, **more)


def silent(device_id: str, unit_id: str, **more: object) -> KioskLine:
    return line(device_id, unit_id, KioskState.SILENT, **more)


# ---- causes


def test_each_kiosk_in_trouble_is_a_cause_of_its_own():
    lines = [silent("k1", "A"), line("k2", "A", set_aside=3), line("k3", "B", is_unrated=True), line("k4", "B")]

    assert causes(lines) == {
        Cause(Trouble.SILENT, "A", "k1"): 1,
        Cause(Trouble.SET_ASIDE, "A", "k2"): 1,
        Cause(Trouble.UNRATED, "B", "k3"): 1,
    }


def test_what_a_silent_kiosk_last_said_of_itself_is_no_cause():
    said = {"set_aside": 3, "oldest_day": AT.date(), "is_unrated": True}

    assert causes([silent("k1", "A", **said), line("k2", "A")]) == {Cause(Trouble.SILENT, "A", "k1"): 1}


@pytest.mark.parametrize(
    "said", [{"screen": {"state": "gone", "restarts": 0}}, {"touch": "absent"}, {"touch": "absent", "printer": "stuck"}]
)
def test_a_dead_screen_is_a_cause_of_its_own(said: dict[str, object]):
    found = causes([line("k1", "A", devices=judged_health(said)), silent("k2", "A", devices=judged_health(said))])

    assert found.pop(SCREEN) == 1
    assert found.pop(Cause(Trouble.SILENT, "A", "k2")) == 1
    assert set(found) == ({PART} if "printer" in said else set())


def test_a_unit_whose_kiosks_are_all_silent_is_one_cause():
    lines = [
        silent("k1", "A"),
        silent("k2", "A"),
        line("k3", "A", KioskState.REVOKED),
        silent("k4", "B"),
        line("k5", "B"),
    ]

    assert causes(lines) == {Cause(Trouble.SILENT, "A"): 2, Cause(Trouble.SILENT, "B", "k4"): 1}


def test_a_district_whose_kiosks_are_nearly_all_silent_is_one_cause():
    lines = [silent(f"k{n}", f"U{n % 4}") for n in range(8)] + [line("k8", "U9"), line("k9", "U9")]

    assert causes(lines) == {Cause(Trouble.SILENT): 8}
    assert len(causes([*lines, line("k10", "U9")])) > 1


# ---- the course of an alert


def told(looks: list[set[Cause]], start: datetime = AT) -> list[tuple[int, Cause, News]]:
    """What is told at which look."""
    known: list[Alert] = []
    found = []
    for number, seen in enumerate(looks):
        steps = course(known, dict.fromkeys(seen, 1), start + number * HOUR)
        found += [(number, step.alert.cause, step.news) for step in steps if step.news]
        known = [step.alert for step in steps if step.alert.ended_at is None]
    return found


ONE = Cause(Trouble.SILENT, "A", "k1")
UNIT = Cause(Trouble.SILENT, "A")
LEDGER = Cause(Trouble.LEDGER, "A", "k1")
PART = Cause(Trouble.PART_FAILED, "A", "k1")
SCREEN = Cause(Trouble.SCREEN, "A", "k1")


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ([{ONE}, set(), {ONE}, set()], []),  # a line that comes and goes
        ([{SCREEN}, {SCREEN}], [(0, SCREEN, News.RAISED)]),  # the kiosk itself has waited before it said so
        ([{SCREEN}, {ONE}, {ONE}, {SCREEN}], [(0, SCREEN, News.RAISED), (2, ONE, News.RAISED)]),  # and silence hides it
        ([{SCREEN}, set(), set()], [(0, SCREEN, News.RAISED), (2, SCREEN, News.ENDED)]),
        ([{ONE}, {ONE}, {ONE}], [(1, ONE, News.RAISED)]),
        ([{ONE}, {ONE}, set(), {ONE}, set(), set()], [(1, ONE, News.RAISED), (5, ONE, News.ENDED)]),
        ([{LEDGER}], [(0, LEDGER, News.RAISED)]),  # a ledger that does not hold waits for nobody
        (
            [{ONE}, {ONE}, {UNIT}, {UNIT}, set(), set()],
            [(1, ONE, News.RAISED), (3, UNIT, News.RAISED), (5, UNIT, News.ENDED)],
        ),
        ([{ONE}, {ONE}, {UNIT}, {ONE}, {ONE}], [(1, ONE, News.RAISED)]),
        ([{PART}, {PART}, {ONE}, {ONE}], [(1, PART, News.RAISED), (3, ONE, News.RAISED)]),
        (
            [{PART}, {PART}, {UNIT}, {UNIT}, set(), set(), set()],
            [(1, PART, News.RAISED), (3, UNIT, News.RAISED), (5, PART, News.ENDED), (5, UNIT, News.ENDED)],
        ),
        ([{ONE}] * 26, [(1, ONE, News.RAISED), (25, ONE, News.REMINDED)]),
    ],
)
def test_what_is_told_follows_what_is_seen(looks, expected):
    assert told(looks) == expected


def seen_from(known: list[Alert], looks: list[set[Cause]]) -> list[Alert]:
    """What is still open after these looks."""
    for number, seen in enumerate(looks, start=1):
        steps = course(known, dict.fromkeys(seen, 1), AT + number * HOUR)
        known = [step.alert for step in steps if step.alert.ended_at is None]
    return known


def taken(cause: Cause, by: str, hours: int = 0) -> Alert:
    return Alert(cause, AT, looks=2, raised_at=AT, notified_at=AT, taken_on_at=AT + hours * HOUR, taken_on_by=by)


OTHER_KIOSK = Cause(Trouble.SILENT, "A", "k2")
NEXT_DOOR = Cause(Trouble.SILENT, "B", "k9")


@pytest.mark.parametrize(
    ("known", "looks", "expected"),
    [
        ([taken(ONE, "tam")], [{UNIT}] * 2, {UNIT: "tam"}),
        ([taken(UNIT, "tam")], [{ONE, OTHER_KIOSK}] * 2, {ONE: "tam", OTHER_KIOSK: "tam"}),
        ([taken(ONE, "tam"), taken(OTHER_KIOSK, "ba", 1)], [{UNIT}] * 2, {UNIT: "ba"}),
        ([taken(ONE, "tam")], [{UNIT}] * 2 + [{ONE}] * 2, {ONE: "tam"}),
        ([taken(ONE, "tam")], [{Cause(Trouble.SILENT)}] * 2, {Cause(Trouble.SILENT): None}),
        ([taken(ONE, "tam")], [{ONE, NEXT_DOOR}] * 2, {ONE: "tam", NEXT_DOOR: None}),
        ([taken(PART, "tam")], [{UNIT}] * 2, {PART: "tam", UNIT: None}),
    ],
)
def test_an_alert_that_gives_way_to_another_of_its_unit_leaves_it_to_who_took_it_on(known, looks, expected):
    assert {alert.cause: alert.taken_on_by for alert in seen_from(known, looks)} == expected


def test_an_alert_that_was_over_before_leaves_nothing_to_the_next():
    after = seen_from([taken(ONE, "tam")], [set(), set(), {UNIT}, {UNIT}])

    assert [(alert.cause, alert.taken_on_by) for alert in after] == [(UNIT, None)]


def test_an_alert_that_somebody_has_taken_on_is_told_again_only_after_a_week():
    taken = Alert(ONE, AT, raised_at=AT, notified_at=AT, taken_on_at=AT, taken_on_by="tam", looks=2)
    news = [course([taken], {ONE: 1}, AT + timedelta(days=days))[0].news for days in (3, 6, 7)]

    assert news == [None, None, News.REMINDED]


def test_a_ledger_with_one_more_finding_is_told_anew_whoever_took_the_first_on():
    taken = Alert(LEDGER, AT, raised_at=AT, notified_at=AT, taken_on_at=AT, taken_on_by="tam", looks=2)
    (same,) = course([taken], {LEDGER: 1}, AT + HOUR)
    (more,) = course([taken], {LEDGER: 2}, AT + HOUR)

    assert (same.news, same.alert.taken_on_by) == (None, "tam")
    assert (more.news, more.alert.taken_on_by, more.alert.raised_at) == (News.RAISED, None, AT + HOUR)


def test_a_finding_that_somebody_has_answered_for_is_no_cause_any_more(office):
    find(office, "k-well", "fork", times=2)
    with reading(office) as connection:
        tree, before = organisation(connection), known_kiosks(connection, NOW.date())
    with writing(office) as connection:
        for seq in (1, 2):
            keep_acknowledgement(connection, AnomalyReview(f"k-well/1/{seq}/fork", "tam", "thay ổ", NOW))
    with reading(office) as connection:
        after = known_kiosks(connection, NOW.date())
    cause = Cause(Trouble.LEDGER, CENTRE, "k-well")
    counted = [causes(kiosk_lines(tree, known, None, NOW)).get(cause, 0) for known in (before, after)]

    assert counted == [2, 0]


CAUSES = [
    ONE,
    UNIT,
    Cause(Trouble.SILENT),
    LEDGER,
    SCREEN,
    Cause(Trouble.BACKLOG, "A", "k1"),
    Cause(Trouble.SILENT, "B", "k2"),
]


@given(st.lists(st.sets(st.sampled_from(CAUSES)), max_size=60))
def test_a_cause_is_raised_once_and_ended_at_most_once_before_it_is_raised_again(looks):
    by_cause: dict[Cause, list[News]] = {}
    for _, cause, news in told(looks):
        by_cause.setdefault(cause, []).append(news)

    for history in by_cause.values():
        assert history[0] is News.RAISED
        for before, after in pairwise(history):
            assert (before, after) != (News.ENDED, News.ENDED)
            assert after is not News.REMINDED or before is not News.ENDED


@given(st.integers(0, 40), st.timedeltas(timedelta(0), timedelta(days=4)))
def test_a_message_is_tried_ever_more_rarely_for_two_days(tries, age):
    message = Message("m", Channel.MAIL, {}, AT, tries)
    again = next_try(message, AT + age)

    assert (again is None) == (age >= GIVE_UP_AFTER)
    assert again is None or timedelta(minutes=1) <= again - (AT + age) <= MAX_WAIT


# ---- on a database


@pytest.fixture
def office(engine):
    bring_samples(engine)
    bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\n{OTHER},Xã Tân Ân,Xã,H35\n")
    enrol(engine, "k-well", CENTRE, f"{CENTRE}-Q1")
    enrol(engine, "k-silent", CENTRE, f"{CENTRE}-Q2", silent=timedelta(days=5))
    enrol(engine, "k-a", OTHER, None, silent=timedelta(days=5))
    enrol(engine, "k-b", OTHER, None, silent=timedelta(days=5))
    return engine


def sent(engine) -> list[Message]:
    """Everything that is due, in order, as if it went out."""
    found = []
    while True:
        with writing(engine) as connection:
            message = claim(connection, NOW + timedelta(days=2))
            if message is None:
                return sorted(found, key=lambda each: each.channel)
            note_sent(connection, message, NOW)
        found.append(message)


def test_a_look_at_each_hour_is_made_once_and_tells_at_the_second(office):
    minutes = timedelta(minutes=7)
    looked = [look(office, TOLD, NOW + passed) for passed in (minutes, 2 * minutes, HOUR, HOUR + minutes, minutes)]
    mail, other, *hooks = sent(office)

    assert looked == [True, False, True, False, False]
    assert mail.channel is Channel.MAIL
    assert sorted(mail.content["to"] + other.content["to"]) == ["ky-thuat@example.vn", "truc@example.vn"]
    assert mail.content["subject"] == "[Lắng Nghe] 2 tin về kiosk"
    assert "Kiosk mất liên lạc: Quầy 2" in mail.content["text"]
    assert "Cả 2 kiosk cùng mất liên lạc: Xã Tân Ân" in mail.content["text"]
    assert "https://langnghe.example.vn/kiosks" in mail.content["text"]
    assert [hook.content["type"] for hook in hooks] == ["kiosk_alert.raised"] * 2
    assert {(hook.content["data"]["unit_id"], hook.content["data"]["kiosks"]) for hook in hooks} == {
        (CENTRE, 1),
        (OTHER, 2),
    }
    assert hooks[0].content["timestamp"].endswith(":00:00.000Z")


def test_a_kiosk_whose_stick_comes_once_a_week_is_not_named_after_a_working_day(office):
    enrol(office, "k-stick", CENTRE, None, silent=timedelta(0))
    for week in range(6):
        with writing(office) as connection:
            record_contact(connection, "k-stick", NOW + timedelta(weeks=week))
        look(office, TOLD, NOW + timedelta(weeks=week, hours=1))

    def state(days: int) -> KioskState:
        at = NOW + timedelta(weeks=5, days=days)
        with reading(office) as connection:
            known = known_kiosks(connection, local_day(at), "k-stick")
            (found,) = kiosk_lines(organisation(connection), known, None, at)
        assert found.usual_gap_days == 7
        return found.state

    assert [state(days) for days in (6, 21, 23)] == [KioskState.QUIET, KioskState.QUIET, KioskState.SILENT]


def test_a_clock_that_was_a_year_ahead_for_a_while_stops_no_look(office):
    looked = [look(office, TOLD, NOW + passed) for passed in (HOUR, timedelta(days=365), 2 * HOUR)]

    assert looked == [True, True, True]


def test_what_was_taken_on_stays_so_and_is_told_when_it_is_over(office):
    for hour in range(2):
        look(office, TOLD, NOW + hour * HOUR)
    sent(office)
    with writing(office) as connection:
        mine = next(each for each in open_alerts(connection) if each.cause.device_id == "k-silent")
        taken = [take_on(connection, mine.alert_id, "tam", NOW + HOUR) for _ in range(2)]
    for hour in range(2, 30):
        look(office, TOLD, NOW + hour * HOUR)
    reminded = [each.content["text"] for each in sent(office) if each.channel is Channel.MAIL]
    with reading(office) as connection:
        raised = raised_alerts(connection, NOW)

    assert taken == [True, False]  # theirs already
    assert [each.taken_on_by for each in raised if each.cause.device_id == "k-silent"] == ["tam"]
    assert len(reminded) == 2, "one to each address"
    assert "Vẫn còn, chưa ai nhận xử lý: Cả 2 kiosk" in reminded[0]
    assert "Quầy 2" not in reminded[0]


def test_two_servers_never_send_one_message_and_one_that_dies_leaves_it_to_the_other(office):
    one = replace(TOLD, webhook=Webhook(), alerts=Alerts(("ky-thuat@example.vn",)))
    for hour in range(2):
        look(office, one, NOW + hour * HOUR)
    later = NOW + 2 * HOUR
    with writing(office) as connection:
        first, second = claim(connection, later), claim(connection, later)
        after = claim(connection, later + CLAIMED_FOR)

    assert (second, after) == (None, first)


def test_what_cannot_be_sent_is_kept_and_said_and_what_was_sent_is_forgotten(office):
    one = replace(TOLD, webhook=Webhook(), alerts=Alerts(("ky-thuat@example.vn",)))
    for hour in range(2):
        look(office, one, NOW + hour * HOUR)
    with writing(office) as connection:
        message = claim(connection, NOW + HOUR)
        note_unsent(connection, message, "mail.example.vn answered 451", NOW + HOUR)
        early = claim(connection, NOW + HOUR)
        waits = state(connection, NOW + HOUR)
        note_unsent(connection, replace(message, tries=1), "mail.example.vn answered 451", NOW + 3 * 24 * HOUR)
        given_up = state(connection, NOW + 3 * 24 * HOUR)
        kept = connection.execute(select(alert_tables.messages.c.content)).scalars().all()

    assert early is None
    assert (waits.waiting, waits.given_up, waits.trouble) == (1, 0, "mail.example.vn answered 451")
    assert (given_up.waiting, given_up.given_up) == (0, 1)
    assert kept == [{}], "who it was for is forgotten"
    assert "ky-thuat" not in repr(message)


def test_without_an_address_nothing_is_put_aside_to_be_sent(office):
    for hour in range(2):
        look(office, Settings(), NOW + hour * HOUR)

    assert sent(office) == []
    with reading(office) as connection:
        assert len(raised_alerts(connection, NOW)) == 2
