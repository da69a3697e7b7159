"""No press can be traced: whoever holds every session, asks for everything and subtracts everything learns nothing.

The same days are lived several times, each time with another press of one citizen among few. Every answer of every
route must be the same, letter for letter, until a group of five dossiers is released; and of released figures no two,
whatever their periods and rounds, may differ by fewer than five.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kiosk.domain.receipt import mint
from kiosk.domain.released import Waiting
from sync.district.complaints.actions import Form, act
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import load_schemes
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.release import Closed, Key, Pending, Stream
from sync.district.projection.project import rebuild
from sync.district.store import releases as store
from sync.district.store.engine import open_engine, writing
from sync.district.store.schema import upgrade
from sync.district.times import VIETNAM
from tests.district.conftest import NOON, District, empty, make_district
from tests.district.watcher import Watcher, restarted, settled, unwatched, watching
from tests.district.web_fixtures import bring
from tests.support.factories import AT, COUNTER, UNIT, Box, dossier_code

pytestmark = pytest.mark.slow

DAY_S = 86_400
STARTED = AT - DAY_S - 61
"""When the kiosk was switched on, in seconds since 1970."""
BUSY_HOUR = datetime.fromtimestamp(AT, VIETNAM).hour
"""The local hour in which everybody comes but the two of the third day."""
DAYS = [date(2026, 11, 20 + day) for day in range(5)]

MONTH_COMPLETE = datetime(2026, 12, 11, 5, 0, tzinfo=UTC)
"""In the morning on which November is told as a whole, also in which hours of the day people rated."""
TELL_OF_MONTHS = ("/", "/figures.json", "/one-stop", "/counter", "/waiting", "/fair", "/v1/snapshot")
INVITED = {"served": 12, "ended": 12, "invited": 9}
ALONE = 40  # the dossier of the citizen whose press is looked for
FIRST_DAY, OF_LAND = range(13), range(101, 131)
"""Dossiers of the first day, and of another field than the counter's. With these every two sets of released groups
differ by five or more: 13, then 27 of land (26 without the citizen) and 8 of no field, the citizen among them."""
PRESSES: dict[str, dict[str, Any]] = {
    "very satisfied": {"score": 5},
    "staff pressed first, then a dissatisfied citizen who says why, also in private": {
        "how": {"given": "buttons", "presses": 9, "since_ds": 4, "scan_ds": None, "counter_known_by": "citizen"},
        "score": 5,
        "then": 1,
        "answers": {"bad": ["waiting"]},
        "private_answers": {"hard_to_say": ["money"]},
    },
    "nothing": {},
}


def press(
    box: Box, number: int, day: int, score: int, how: dict[str, Any] | None = None, hours_earlier: int = 0, **added: Any
) -> None:
    at_s = AT - DAY_S + day * DAY_S - hours_earlier * 3_600
    rate = box.rate if number % 2 else box.rate_now  # a kiosk of the release before, and one of this
    clock = {"at_s": at_s, "up_s": at_s - STARTED, "offset_s": 0}  # it is right, so that the hour of a press is known
    clock |= {"stage": "hand_in" if number == ALONE else "return"}
    rated = rate(score, dossier_code(number), day=DAYS[day], **clock, **(how or {}))
    if added:
        box.add(rated, at_s=at_s + 9, **added)


def press_of_one(box: Box, day: int, score: int | None = None, then: int | None = None, **added: Any) -> None:
    if score is not None:
        press(box, ALONE, day, score, **added)
    if then is not None:
        press(box, ALONE, day, then)


def live(district: District, one: dict[str, Any]) -> Watcher:
    """Four days, and the one on which the month is complete. The citizen looked for comes on the second, when only two
    others do; two more come on the third, at another hour."""
    district.clock.at = NOON.replace(day=20)
    box, sent = district.box(), 0
    with watching(district, box) as watcher:
        follower = restarted(district)

        def arrive() -> None:
            nonlocal sent
            said = {"oldest_day": "2026-11-20", "screen": {"state": "draws", "restarts": 4}, "touch": "there"}
            now = int(district.clock().timestamp())
            said |= {"clock": {"boot": "cafe", "up_s": now - STARTED, "at_s": now}}
            batch = box.batch(sent + 1, health=said | {"pending": len(box.entries) - sent})
            sent = len(box.entries)
            district.accept(box, batch, direct=True)

        def next_day() -> None:
            district.clock.at = district.clock.at.replace(hour=17, minute=0)  # midnight at the counter
            settled(restarted(district))
            watcher.sign_in()
            watcher.look()
            district.clock.pass_by(hours=12)
            watcher.sign_in()

        for number in FIRST_DAY:
            press(box, number, 0, 4 if number else 2)
        box.times([0, "Đất đai", "waiting", 8, 6, 60], [0, "Đất đai", "waiting", 9, 7, 90], day=DAYS[0])
        arrive()
        settled(follower)
        next_day()

        press(box, 20, 1, 4)
        arrive()
        settled(follower)
        press_of_one(box, 1, **one)
        box.note("device_back", device="scanner")
        box.note("staff_signed_out", counter=COUNTER, lasted_s=60 if one else 90)
        for day in (DAYS[0], DAYS[1]):
            told = INVITED | {"of_day": str(day), "answered": 1 if one else 0}
            box.note("invitations", unit_id=UNIT, counter_id=COUNTER, **told)
        box.times([0, "Đất đai", "waiting", 8, 18, 60], [0, "Đất đai", "service", 8, 11, 90], day=DAYS[1])
        box.note("visits", of_day=str(DAYS[1]), hours=[[9, COUNTER, "timed_out", 5 if one else 6]])
        arrive()
        watcher.look()  # it has arrived and is not opened
        settled(follower)
        watcher.look()
        press(box, 21, 1, 3)
        arrive()
        officers = {20: "", 21: "", ALONE: "CB-1"}  # one dossier alone names an officer: the one who looks
        rows = "".join(f"{dossier_code(number)},{COUNTER},{name},21/11/2026\n" for number, name in officers.items())
        assert bring(district.engine, "dossiers", f"Mã hồ sơ,Mã quầy,Số hiệu cán bộ,Ngày nhận\n{rows}").accepted
        settled(follower)
        watcher.look()
        rebuild(district.engine, district.keys)
        settled(restarted(district))
        watcher.look()
        next_day()

        watcher.seen.append({"": "end of the days on which nothing may be told"})
        press(box, 22, 2, 4, hours_earlier=2)
        press(box, 23, 2, 4, hours_earlier=2)
        for number in OF_LAND:
            press(box, number, 2, 5)
        for number in FIRST_DAY[:5]:
            press(box, number, 2, 1)  # lower than before, so that a cut is corrected
        rows = "".join(f"{dossier_code(number)},{COUNTER},1.2,22/11/2026\n" for number in OF_LAND)
        assert bring(district.engine, "procedures", "Mã TTHC,Tên TTHC,Lĩnh vực\n1.2,Cấp sổ,Đất đai\n").accepted
        assert bring(district.engine, "dossiers", f"Mã hồ sơ,Mã quầy,Mã TTHC,Ngày nhận\n{rows}").accepted
        arrive()
        next_day()
        rebuild(district.engine, district.keys)
        settled(restarted(district))
        watcher.look()
        assert unwatched(district, watcher) == set()

        district.clock.at = MONTH_COMPLETE
        settled(restarted(district))
        watcher.sign_in()
        watcher.look(*TELL_OF_MONTHS)
        rebuild(district.engine, district.keys)
        settled(restarted(district))
        watcher.look(*TELL_OF_MONTHS)
    return watcher


def lives(district: District) -> dict[str, Watcher]:
    """The same days with each press, one after the other on an empty database."""
    found = {}
    for number, (name, one) in enumerate(PRESSES.items()):
        if number:
            district = afresh(district, number)
        found[name] = live(district, one)
    return found


def afresh(district: District, number: int) -> District:
    engine = district.engine
    if engine.dialect.name == "postgresql":
        empty(engine.url.render_as_string(hide_password=False))
    else:
        engine = open_engine(f"sqlite:///{district.services.settings.data.parent / f'{number}.sqlite'}")
        upgrade(engine)
    return make_district(engine, district.services.settings.data.parent / f"data-{number}")


def test_promise_6_no_press_is_told_by_any_answer_to_anybody(district: District) -> None:
    found = lives(district)

    quiet = {
        name: watcher.seen[: watcher.seen.index({"": "end of the days on which nothing may be told"})]
        for name, watcher in found.items()
    }
    usual = quiet["very satisfied"]
    for name, rounds in quiet.items():
        for number, (answers, others) in enumerate(zip(usual, rounds, strict=True)):
            differing = [asked for asked in answers if answers[asked] != others[asked]]
            told = [(asked, answers[asked], others[asked]) for asked in differing]
            assert told == [], f"round {number}: {name} can be told from very satisfied"
    for name, watcher in found.items():
        assert watcher.too_close() == [], name
        assert rosters(watcher) == rosters(found["very satisfied"]), f"a roster tells {name}, released or not"
        assert watcher.hours == {COUNTER: {(BUSY_HOUR,)}, "H32.13-q2": {()}}, (
            f"an hour of fewer than five tells of {name}"
        )
    assert usual != []
    assert found["very satisfied"].figures[COUNTER, "rated"] == {0, 13, 35, 48}
    assert found["very satisfied"].figures["all", "visits of field all"] == {13, 18, 31}
    for name, watcher in found.items():
        told = {what: numbers for (place, what), numbers in watcher.figures.items() if place == UNIT}
        of_land, of_return = (26, {34, 47}) if name == "nothing" else (27, {27, 40})
        assert told["rated of field Đất đai"] == {of_land}, name
        assert told["rated of field Hộ tịch"] == {13}, f"the field of {name} is told apart"
        assert told["not by field"] == {0, 8}, name
        assert told["rated of stage return"] == {13} | of_return, f"the one stage of {name} is told apart"
        assert "rated of stage hand_in" not in told


def rosters(watcher: Watcher) -> list[dict[str, Any]]:
    """What the pages of duty rosters told in every round: who sits where, and nothing of ratings."""
    return [{asked: told for asked, told in answers.items() if " /roster" in asked} for answers in watcher.seen]


def speak(box: Box, watcher: Watcher) -> None:
    """A complaint with a recording, and a verdict on the reply to an earlier one and something added to it, all on the
    same kiosk."""
    number = mint().number
    box.tell(number, text="Ghế hỏng", sound_parts=1, receipt_token="n" * 22, at_s=AT - DAY_S)
    box.attach(number, b"OggS" * 40, at_s=AT - DAY_S)
    box.judge(watcher.number, "go_on", at_s=AT - DAY_S)
    box.supplement(watcher.number, "Tôi nộp ngày 12/10.", at_s=AT - DAY_S)


def live_with_a_reply(district: District, *, spoken: bool) -> Watcher:
    """A complaint is answered; on the next day somebody speaks, or only the kiosk notes something."""
    district.clock.at = NOON.replace(day=19)
    box = district.box()
    with watching(district, box) as watcher:
        follower = restarted(district)
        district.accept(box)
        settled(follower)
        district.clock.pass_by(hours=13)
        settled(follower)
        leader, second = (SignedIn(name, Role.LEADER, None, "") for name in ("leader", "second"))
        about = (district.engine, load_schemes())
        reply = Form(Action.PROPOSE_REFUSAL, {"text": "Không thuộc thẩm quyền"}, 0)
        proposed = act(*about, leader, watcher.complaint_id, reply, district.clock())
        approval = Form(Action.APPROVE, {}, proposed.last_action)
        act(*about, second, watcher.complaint_id, approval, district.clock())
        watcher.sign_in()
        district.clock.pass_by(hours=5)
        if spoken:
            speak(box, watcher)
        else:
            box.note("device_back", device="scanner")
        district.accept(box, box.batch(2))
        watcher.look()
        settled(follower)
        watcher.look()
        rebuild(district.engine, district.keys)
        settled(restarted(district))
        watcher.look()
        district.clock.pass_by(hours=19)
        settled(follower)
        watcher.sign_in()
        watcher.look()
    return watcher


def test_promise_6_nobody_sees_on_the_day_that_somebody_complained_or_judged(district: District) -> None:
    quiet = live_with_a_reply(district, spoken=False)
    spoken = live_with_a_reply(afresh(district, 1), spoken=True)

    for one, other in zip(quiet.seen[:-1], spoken.seen[:-1], strict=True):
        assert [(asked, one[asked], other[asked]) for asked in one if one[asked] != other[asked]] == []
    page = "leader /complaints?show=all"
    assert quiet.seen[-1][page] != spoken.seen[-1][page]
    assert "Ghế hỏng" in spoken.seen[-1][page][1]


def test_the_watcher_notices_a_figure_that_moves_by_one(district: District) -> None:
    box = district.box()
    with watching(district, box) as watcher:
        for number in range(5):
            press(box, number, 0, 4)
        district.accept(box)
        district.clock.pass_by(days=1)
        settled(restarted(district))
        watcher.sign_in()
        watcher.look()
        one = Pending(Key(Stream.RATING, UNIT, COUNTER), Waiting("e:one", None, DAYS[1]), (("1", 1),))
        with writing(district.engine) as connection:
            store.release(connection, [Closed(one.key, DAYS[1], (one,))], DAYS[2])
        watcher.look()

    assert watcher.seen[0] != watcher.seen[1]
    assert ((COUNTER, "rated"), (5, 6)) in watcher.too_close()
