"""The page of a one-stop unit for its head, and the wall display of its back office: counters side by side, nobody's
name, nothing of a single rating.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import insert, select

from kiosk.domain.calendar import OfficeCalendar
from kiosk.domain.reference import OpeningHours
from kiosk.domain.released import K
from sync.district.domain.audit import Audited
from sync.district.domain.kiosk_clock import OFFSET_S
from sync.district.domain.objection import ObjectionAbout, ObjectionAct, ObjectionStep, ObjectionSubject
from sync.district.domain.people import Role
from sync.district.domain.rights import ONE_STOP_RIGHTS, OneStopAct, Person, may_at_one_stop
from sync.district.measures.disclosure import Figure
from sync.district.measures.kiosk_state import KioskState
from sync.district.measures.kiosks import KioskLine
from sync.district.measures.silent_hours import BUSY_HOUR, counter_hours, open_hours
from sync.district.projection.release import release_each_stream
from sync.district.settings import Limits
from sync.district.store import audit, objections, tables, wall_displays
from sync.district.store.display_tables import wall_displays as displays_table
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.rated_hours import counters_of_unknown_hours, rated_hours
from sync.district.store.release_tables import released_groups, released_members
from sync.district.times import VIETNAM
from sync.district.web.one_stop import BUSY_VISITS, DueAt, DueCounts, DueOverview, Silence, kiosks_at, silence_of
from sync.district.web.wall_display_routes import DISPLAY_MINUTE, PER_PAGE, display_page
from sync.protocol.health import judged_health
from tests.district.test_counter_page import CENTRE, Q1, Q2, Q4, TODAY, dossiers, signed_in
from tests.district.test_period_pages import TOKEN
from tests.district.test_waiting_pages import told as told_times
from tests.district.web_fixtures import NOW, bring, bring_samples, empty_district
from tests.district.web_server import Browser, StillClock, add_people, enrol, explain, rate, rating, serving

BARE = "H35.90"  # has no counters
DAY = timedelta(days=1)
OCTOBER, OCTOBER_ENDS = date(2026, 10, 5), date(2026, 10, 31)


class Centre:
    """A one-stop centre with four counters: one well rated, one with few ratings, one silent with a dark screen."""

    def __init__(self, engine: Engine, address: str, clock: StillClock) -> None:
        self.engine, self.address, self.clock = engine, address, clock

    def who(self, name: str) -> Browser:
        return signed_in(self.address, name)

    def post(self, name: str, path: str, **fields: str) -> requests.Response:
        browser = self.who(name)
        found = TOKEN.search(browser.get("/").text)
        assert found
        return browser.post(path, {"form_token": found[1]} | fields)

    def made(self, name: str = "lan") -> str:
        """The path of a display that somebody has just made."""
        page = self.post(name, "/one-stop/display", unit=CENTRE).text
        found = re.search(r'id="link" value="[^"]*(/display/[^"]+)"', page)
        assert found
        return found[1]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("one-stop")
    engine, clock = empty_district(folder), StillClock()
    bring_samples(engine)
    assert bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp\n{BARE},Xã Không Quầy,xã\n").accepted
    people = (("lan", CENTRE), ("hoa", CENTRE), ("binh", "H35.89"), ("tinh", None), ("vinh", BARE))
    add_people(engine, *((name, Role.LEADER, unit) for name, unit in people), ("thanhtra", Role.INSPECTOR, None))
    add_people(engine, ("an", Role.OFFICER, CENTRE), ("tam", Role.TECHNICIAN, None))
    enrol(engine, "k-1", CENTRE, Q1)
    enrol(engine, "k-4", CENTRE, Q4, health={"pending": 0, "screen": {"state": "frozen", "restarts": 0}})
    late = [(f"9{n:03}", Q1, TODAY - 9 * DAY, TODAY - DAY, None) for n in range(3)]
    monday = [(f"8{n:03}", Q2, TODAY - 9 * DAY, TODAY + 3 * DAY, None) for n in range(4)]
    served = [(f"7{n:03}", Q4, TODAY - 9 * DAY, TODAY + 9 * DAY, None) for n in range(BUSY_VISITS)]
    bring(engine, "dossiers", dossiers(*late, *monday, *served))
    at_hour(engine, 8, 6, OCTOBER)
    busy = [(f"6{n:03}", Q1, OCTOBER, TODAY, OCTOBER + DAY) for n in range(BUSY_HOUR)]
    bring(engine, "dossiers", with_times(busy, "14:20"))
    disputed = ObjectionSubject(ObjectionAbout.FIGURE, CENTRE, Q2, date(2026, 11, 1), 30, 60)
    why = ObjectionStep(NOW, "an", Role.OFFICER, ObjectionAct.RAISE, "Máy lấy số hỏng hai ngày liền.")
    with writing(engine) as connection:
        objections.make(connection, disputed, why)
    rate(engine, CENTRE, Q1, {5: 40, 4: 12, 3: 4, 2: 5, 1: 5}, TODAY - 2 * DAY)
    rate(engine, CENTRE, Q2, {5: 8, 4: 6}, TODAY - 3 * DAY)
    explain(engine, CENTRE, Q1, {("bad", "waiting"): 11, ("good", "attitude"): 17})
    with serving(engine, folder, clock) as address:
        yield Centre(engine, address, clock)


def with_times(rows: list[tuple[str, str, date, date, date | None]], at: str) -> str:
    """As ``dossiers``, each received at a time of the day."""
    head, *lines = dossiers(*rows).splitlines()
    return "\n".join((head, *(re.sub(r"(\d\d/\d\d/\d{4})", rf"\1 {at}", line, count=1) for line in lines), ""))


def rows(page: str, part: str) -> dict[str, str]:
    """The rows of a part of the page, by counter."""
    section = page.split(f'<section class="later" id="{part}"')[1].split("</section>")[0]
    return {
        found[1]: found[0] for found in re.findall(r'(<tr[^>]* data-counter="([^"]+)".*?</tr>)', section, re.DOTALL)
    }


def test_a_head_sees_what_each_counter_has_to_return(centre: Centre) -> None:
    page = centre.who("lan").get("/one-stop").text
    found = {
        counter: tuple(int(n) for n in re.findall(r'data-(?:late|today|next)="(\d+)"', row))
        for counter, row in rows(page, "due").items()
    }
    samples = {Q1: 1, Q2: 0}  # what the sample list holds besides

    assert found[Q1][0] >= 3
    assert found[Q2][2] >= 4 + samples[Q2]
    assert "Hẹn trả 23/11/2026" in page, "a Friday: the next working day is Monday"
    unapologised = re.findall(r'data-unapologised="(\d+)"', page)
    assert unapologised == [*(str(late) for late, *_ in found.values() if late), str(sum(n[0] for n in found.values()))]
    assert f"/late?unit={CENTRE}&amp;apology=without" in page


def test_counters_stand_side_by_side_in_the_order_of_the_list_each_with_its_interval(centre: Centre) -> None:
    rated = rows(centre.who("lan").get("/one-stop").text, "rated")

    assert list(rated) == sorted(rated), "never by their figures"
    assert re.search(r'data-rated="\d+".*data-low="0\.\d+" data-high="0\.\d+"', rated[Q1])
    assert "Mới" not in rated[Q1]
    assert 'data-rated="14"' in rated[Q2]
    assert "data-share" not in rated[Q2], "fourteen give no share"
    assert "chưa đủ 30 lượt để nêu tỷ lệ (mới 14)" in rated[Q2]


def test_an_objection_stands_beside_the_figure(centre: Centre) -> None:
    rated = rows(centre.who("lan").get("/one-stop").text, "rated")

    assert "data-objected" in rated[Q2]
    assert "data-objected" not in rated[Q1]


def test_praise_has_as_much_room_as_blame_and_blame_has_one_thing_to_try(centre: Centre) -> None:
    page = centre.who("lan").get("/one-stop").text
    said = rows(page, "said")[Q1]

    assert said.index("Thái độ tốt") < said.index("Phải chờ lâu")
    assert "Có thể thử: nói trước khoảng bao lâu" in said
    assert "Lời khen cũng là điều nên nói lại" in page


def test_a_silent_counter_is_named_with_what_its_kiosk_tells(centre: Centre) -> None:
    page = centre.who("lan").get("/one-stop").text
    silent = re.findall(r'data-counter="([^"]+)" data-why="(\w+)"', page)

    assert silent == [(Q4, "dark")]
    assert "Đây là điều cần hỏi, không phải lỗi của ai." in page


def test_what_is_not_connected_is_said_and_not_drawn(centre: Centre) -> None:
    page = centre.who("lan").get("/one-stop").text

    assert "chưa có số liệu từ máy lấy số" in page.split('id="waiting"')[1].split("</section>")[0]


def test_where_a_ticket_system_is_connected_the_times_are_told(tmp_path: Path) -> None:
    engine = empty_district(tmp_path)
    bring_samples(engine)
    add_people(engine, ("lan", Role.LEADER, CENTRE))
    with writing(engine) as connection:
        told_times(connection, CENTRE, "Đất đai", "waiting", 8, 20, 500)
        told_times(connection, CENTRE, "Hộ tịch", "waiting", 9, 10, 100)
    with serving(engine, tmp_path, StillClock()) as address:
        page = signed_in(address, "lan").get("/one-stop").text
    waiting = page.split('id="waiting"')[1].split("</section>")[0]

    assert 'data-timed="waiting" data-n="30"' in waiting
    assert "20 phút" in waiting
    assert f'href="/waiting?unit={CENTRE}"' in waiting
    assert "chưa có số liệu" not in waiting


def test_everything_is_two_clicks_from_the_first_page(centre: Centre) -> None:
    lan = centre.who("lan")
    assert 'href="/one-stop"' in lan.get("/").text
    links = set(re.findall(r'href="([^"]+)"', lan.get("/one-stop").text))

    assert {"#due", "#rated", "#silent", "#said", "#waiting", "#meeting", "#display"} <= links
    assert f"/counter?counter={Q1}" in links
    assert f"/periods?unit={CENTRE}" in links
    assert f"/roster?unit={CENTRE}" in links
    assert lan.get(f"/roster?unit={CENTRE}").status_code == 200
    sheet = next(link for link in links if link.startswith("/report.docx?kind=meeting")).replace("&amp;", "&")
    assert "of=2026-10" in sheet
    assert lan.get(sheet).status_code == 200


@pytest.mark.parametrize(("name", "counters"), [("lan", True), ("vinh", False)])
def test_every_head_finds_the_roster_before_the_figures(centre: Centre, name: str, counters: bool) -> None:
    """Also a head whose unit has no counters."""
    head = centre.who(name)
    page = head.get("/one-stop").text
    found = re.search(r'id="to-roster"><a href="([^"]+)">Lịch trực</a>', page)

    assert found
    assert ('id="due"' in page) is counters
    assert 'id="due"' not in page[: found.start()]
    assert head.get(found[1]).status_code == 200


@pytest.mark.parametrize("name", ["thanhtra", "an", "tam"])
def test_the_page_is_for_heads_alone(centre: Centre, name: str) -> None:
    assert centre.who(name).get("/one-stop").status_code == 404
    assert 'href="/one-stop"' not in centre.who(name).get("/").text
    assert centre.post(name, "/one-stop/display", unit=CENTRE).status_code == 404


def test_a_head_sees_their_own_unit_and_those_below_it(centre: Centre) -> None:
    assert centre.who("binh").get(f"/one-stop?unit={CENTRE}").status_code == 404
    assert centre.post("binh", "/one-stop/display", unit=CENTRE).status_code == 404
    assert centre.who("tinh").get(f"/one-stop?unit={CENTRE}").status_code == 200
    assert centre.who("lan").get("/one-stop?unit=H35").status_code == 404
    assert Browser(centre.address).get("/one-stop").headers["Location"] == "/sign-in"


def test_the_table_of_rights_is_what_is_allowed() -> None:
    for act, roles in ONE_STOP_RIGHTS.items():
        for role in Role:
            person = Person("x", role, frozenset({"U"}), unit_id="U")
            assert may_at_one_stop(person, act, "U") == (role in roles)
            assert not may_at_one_stop(person, act, "V")
    unlinked = Person("x", Role.LEADER, None, linked=False)
    assert not may_at_one_stop(unlinked, OneStopAct.SEE, "U")
    assert set(ONE_STOP_RIGHTS) == set(OneStopAct)


# ---- the wall display


def test_the_display_shows_numbers_of_dossiers_and_neither_names_nor_ratings(centre: Centre) -> None:
    path = centre.made()
    shown = Browser(centre.address).get(path)

    assert shown.status_code == 200
    assert "Quầy 1: Tư pháp – Hộ tịch" in shown.text
    assert re.search(r'<td class="late">\d+</td>', shown.text)
    assert not re.search(r"\blan\b", shown.text)
    for never in ("CB-0101", f"{CENTRE}-261101", "%", "Thái độ", "Đăng xuất", "<script", "data-rated"):
        assert never not in shown.text, never
    assert "noindex" in shown.text
    assert shown.headers["Refresh"] == "120"


def test_an_address_is_shown_once_and_kept_as_a_hash_alone(centre: Centre) -> None:
    secret = centre.made().rpartition("/")[2]
    with reading(centre.engine) as connection:
        kept = [bytes(each) for each in connection.scalars(select(displays_table.c.token_hash))]

    assert secret not in centre.who("lan").get("/one-stop").text
    assert secret.encode() not in b"".join(kept)
    assert len(secret) >= 22, "128 random bits"


def test_whoever_heads_the_unit_ends_an_address_and_both_acts_are_noted(centre: Centre) -> None:
    path = centre.made()
    number = max(int(n) for n in re.findall(r'data-display="(\d+)"', centre.who("hoa").get("/one-stop").text))
    assert centre.post("binh", "/one-stop/display/end", display=str(number)).status_code == 404
    assert Browser(centre.address).get(path).status_code == 200
    ended = centre.post("hoa", "/one-stop/display/end", display=str(number))
    gone = Browser(centre.address).get(path)

    assert ended.headers["Location"] == f"/one-stop?unit={CENTRE}#display"
    assert gone.status_code == 404
    assert "Đường dẫn này không còn dùng được" in gone.text
    assert gone.headers["Refresh"] == "120", "a new address may be typed in, but nobody has to press anything"
    assert centre.post("hoa", "/one-stop/display/end", display=str(number)).status_code == 404
    with reading(centre.engine) as connection:
        noted = [each for each in audit.entries(connection, 9) if each.what is Audited.DISPLAY][:2]
    assert [(each.person, each.detail["did"]) for each in noted] == [("hoa", "display_ended"), ("lan", "display_made")]


def test_a_form_of_another_session_makes_no_address(centre: Centre) -> None:
    answer = centre.who("lan").post("/one-stop/display", {"form_token": "x", "unit": CENTRE})

    assert answer.status_code == 403


def test_an_address_ends_by_itself_and_a_unit_has_only_so_many(engine: Engine) -> None:
    with writing(engine) as connection:
        secrets = [wall_displays.make(connection, "U", "lan", NOW) for _ in range(wall_displays.MAX_OF_UNIT)]
        with pytest.raises(wall_displays.TooManyDisplays):
            wall_displays.make(connection, "U", "lan", NOW)
        wall_displays.make(connection, "V", "lan", NOW)
        last = NOW + wall_displays.HOLDS - timedelta(seconds=1)

        assert len({*secrets}) == wall_displays.MAX_OF_UNIT
        assert wall_displays.opened_by(connection, secrets[0], last) is not None
        assert wall_displays.opened_by(connection, secrets[0], last + timedelta(seconds=1)) is None
        assert wall_displays.opened_by(connection, "", NOW) is None


@pytest.mark.parametrize("path", ["made", "/display/none"])
def test_an_address_with_a_secret_is_told_to_no_other_page_cache_or_index(centre: Centre, path: str) -> None:
    shown = Browser(centre.address).get(centre.made() if path == "made" else path)

    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["X-Robots-Tag"] == "noindex"
    assert shown.headers["Refresh"] == "120"


def test_displays_that_were_found_share_no_allowance_with_their_network(tmp_path: Path) -> None:
    engine, clock = empty_district(tmp_path), StillClock()
    bring_samples(engine)
    with writing(engine) as connection:
        first, second = (wall_displays.make(connection, CENTRE, "lan", NOW) for _ in range(2))
    with serving(engine, tmp_path, clock, limits=Limits(strangers_minute=3), proxies=()) as address:
        screen = Browser(address)
        found = [screen.get(f"/display/{secret}").status_code for secret in (first, second, *[first, second] * 5)]
        guessed = [screen.get("/display/none") for _ in range(2)]
        many = [screen.get(f"/display/{first}").status_code for _ in range(DISPLAY_MINUTE)]
        other = screen.get(f"/display/{second}").status_code

    assert found == [200] * 12
    assert [each.status_code for each in guessed] == [404, 429]
    assert guessed[1].headers["Refresh"] == "120", "nobody stands by with a keyboard"
    assert 429 in many
    assert other == 200


def test_many_counters_take_turns() -> None:
    lines = tuple(DueAt(f"Q{n}", f"Quầy {n}", DueCounts(1, 0, 0), known=True) for n in range(PER_PAGE + 3))
    due = DueOverview(TODAY, TODAY + DAY, lines, NOW)
    pages = [display_page("U", due, number) for number in (1, 2, 99, 0)]

    assert [(page.number, len(page.lines)) for page in pages] == [(1, PER_PAGE), (2, 3), (2, 3), (1, PER_PAGE)]
    assert {page.due.total.late for page in pages} == {PER_PAGE + 3}


# ---- hours of the day


def at_hour(engine: Engine, hour: int, n: int, day: date, score: int = 5) -> None:
    """Ratings of different dossiers in one hour of a day at the first counter."""
    begins = datetime.combine(day, time(hour, 5), VIETNAM).astimezone(UTC)
    given = [rating(CENTRE, Q1, score, day, recorded_at=begins, received_at=begins) for _ in range(n)]
    keep(engine, given)


def keep(engine: Engine, given: list[dict[str, Any]]) -> None:
    with writing(engine) as connection:
        connection.execute(insert(tables.ratings), given)


def released_on(engine: Engine, day: date, floor: int = K) -> dict[str, set[int]]:
    with writing(engine) as connection:
        release_each_stream(connection, datetime.combine(day, time(9), VIETNAM))
    with reading(engine) as connection:
        return {counter: set(hours) for counter, hours in rated_hours(connection, OCTOBER, OCTOBER_ENDS, floor).items()}


def test_an_hour_is_told_once_its_month_is_complete_and_never_of_fewer_than_five(engine: Engine) -> None:
    at_hour(engine, 8, 5, OCTOBER)
    at_hour(engine, 9, 4, OCTOBER)
    at_hour(engine, 10, 3, OCTOBER)
    at_hour(engine, 10, 3, OCTOBER + DAY, score=1)
    at_hour(engine, 11, 3, OCTOBER + DAY)

    assert released_on(engine, date(2026, 11, 10)) == {}, "October is complete on the eleventh"
    assert released_on(engine, date(2026, 11, 11)) == {Q1: {8, 10}}


def test_an_hour_below_the_office_s_own_floor_is_not_told(engine: Engine) -> None:
    at_hour(engine, 8, 9, OCTOBER)
    at_hour(engine, 9, 10, OCTOBER)

    assert released_on(engine, date(2026, 11, 11), floor=10) == {Q1: {9}}


def test_what_comes_later_changes_no_hour_of_a_month_that_was_told(engine: Engine) -> None:
    at_hour(engine, 8, 5, OCTOBER)
    at_hour(engine, 9, 4, OCTOBER)
    before = released_on(engine, date(2026, 11, 11))
    at_hour(engine, 9, 30, OCTOBER)

    assert released_on(engine, date(2026, 11, 12)) == before == {Q1: {8}}


def test_one_dossier_rated_often_makes_no_hour(engine: Engine) -> None:
    begins = datetime.combine(OCTOBER, time(8), VIETNAM).astimezone(UTC)
    one = {"recorded_at": begins, "received_at": begins, "dossier_code": None}
    keep(engine, [rating(CENTRE, Q1, 5, OCTOBER, **one) for _ in range(9)])

    assert released_on(engine, date(2026, 11, 11)) == {}


def test_hours_move_in_whole_groups_whatever_was_pressed(engine: Engine) -> None:
    at_hour(engine, 8, 12, OCTOBER)
    released_on(engine, date(2026, 11, 11))
    with reading(engine) as connection:
        groups = connection.execute(select(released_groups.c.n).where(released_groups.c.stream == "hour")).scalars()
        scores = connection.scalars(select(released_members.c.score).where(released_members.c.stream == "hour"))

        assert all(n >= K for n in groups)
        assert set(scores) == {None}, "an hour holds no score"


def corrected(engine: Engine, given: list[dict[str, Any]], uncertain_s: int | None) -> None:
    """Notes that the kiosk's clock was three hours ahead at some ratings."""
    with writing(engine) as connection:
        for row in given:
            at = {name: row[name] for name in ("device_id", "epoch", "seq", "entry_id")}
            right = row["recorded_at"] - timedelta(hours=3)
            connection.execute(insert(tables.entry_times).values(**at, happened_at=right, uncertain_s=uncertain_s))


def given_at(hour: int, n: int, day: date = OCTOBER, **more: Any) -> list[dict[str, Any]]:
    begins = datetime.combine(day, time(hour, 5), VIETNAM).astimezone(UTC)
    return [rating(CENTRE, Q1, 5, day, **({"recorded_at": begins, "received_at": begins} | more)) for _ in range(n)]


def unknown_hours(engine: Engine) -> frozenset[str]:
    with reading(engine) as connection:
        return counters_of_unknown_hours(connection, OCTOBER, OCTOBER_ENDS)


@pytest.mark.parametrize(
    ("uncertain_s", "told", "unknown"),
    [(30, {Q1: {8}}, False), (OFFSET_S, {Q1: {8}}, False), (OFFSET_S + 1, {}, True), (None, {}, True)],
)
def test_a_corrected_clock_tells_the_right_hour_and_an_unsure_one_none(engine: Engine, uncertain_s, told, unknown):
    ratings = given_at(11, 5)
    keep(engine, ratings)
    corrected(engine, ratings, uncertain_s)

    assert released_on(engine, date(2026, 11, 11)) == told
    assert unknown_hours(engine) == ({Q1} if unknown else frozenset())


def test_a_counter_whose_ratings_have_no_day_has_unknown_hours(engine: Engine) -> None:
    keep(engine, given_at(11, 5, day_guessed=True))

    assert released_on(engine, date(2026, 11, 11)) == {}
    assert unknown_hours(engine) == {Q1}


def test_an_hour_of_a_month_holds_ratings_of_that_month_alone(engine: Engine) -> None:
    keep(engine, given_at(8, 4, date(2026, 9, 30)))
    released_on(engine, date(2026, 10, 11))
    keep(engine, given_at(8, 4, OCTOBER))

    assert released_on(engine, date(2026, 11, 11)) == {}, "eight, but four in each of two months"


def test_nothing_is_said_of_hours_that_seem_to_have_few_where_some_have_none() -> None:
    found = counter_hours("Q", {7, 8}, {8}, {9: BUSY_HOUR}, unknown=True)

    assert (found.rated, found.silent, found.quiet) == ((8,), (), ())


def test_busy_hours_without_ratings_are_silent_and_other_open_ones_only_quiet() -> None:
    found = counter_hours("Q", {7, 8, 9, 10}, {8}, {8: 99, 9: BUSY_HOUR, 10: BUSY_HOUR - 1, 18: BUSY_HOUR})

    assert found.rated == (8,)
    assert [(each.hour, each.visits) for each in found.silent] == [(9, BUSY_HOUR), (18, BUSY_HOUR)]
    assert found.quiet == (7, 10)


def test_an_office_is_open_in_each_hour_it_begins() -> None:
    rows = (
        OpeningHours("1", "U", "12345", "07:00-11:30", "13:30-17:00"),
        OpeningHours("2", "U", "6", "08:00-10:00"),
    )

    assert open_hours(OfficeCalendar(rows), OCTOBER, OCTOBER_ENDS) == {7, 8, 9, 10, 11, 13, 14, 15, 16}
    assert open_hours(OfficeCalendar(), OCTOBER, OCTOBER_ENDS) == frozenset()


def test_the_page_tells_the_hours_of_the_newest_complete_month(centre: Centre) -> None:
    hours = rows(centre.who("lan").get("/one-stop").text, "hours")[Q1]

    assert 'data-rated-hours="8"' in hours
    assert f'data-hour="14" data-visits="{BUSY_HOUR}"' in hours
    assert f"14–15 giờ, {BUSY_HOUR} lượt giao dịch" in hours
    assert 'data-label="Giờ chưa đủ 5 lượt đánh giá"' in hours


# ---- silence


def kiosk(counter_id: str, state: KioskState, screen: str = "draws") -> KioskLine:
    devices = judged_health({"screen": {"state": screen, "restarts": 0}})
    return KioskLine("k", "U", "U", "", state, NOW, None, 0, None, 0, (), devices, counter_id=counter_id)


@pytest.mark.parametrize(
    ("rated", "visits", "kiosks", "why"),
    [
        (0, BUSY_VISITS, [], Silence.NO_KIOSK),
        (0, BUSY_VISITS, [kiosk("Q", KioskState.REVOKED)], Silence.NO_KIOSK),
        (0, BUSY_VISITS, [kiosk("Q", KioskState.IN_TOUCH, "frozen")], Silence.DARK),
        (0, BUSY_VISITS, [kiosk("Q", KioskState.SILENT)], Silence.LOST),
        (0, BUSY_VISITS, [kiosk("Q", KioskState.NEVER)], Silence.LOST),
        (0, BUSY_VISITS, [kiosk("Q", KioskState.QUIET)], Silence.UNRATED),
        (0, BUSY_VISITS, [kiosk("", KioskState.IN_TOUCH), kiosk("Q", KioskState.SILENT)], Silence.UNRATED),
        (0, BUSY_VISITS, [kiosk("R", KioskState.IN_TOUCH)], Silence.NO_KIOSK),
        (0, BUSY_VISITS - 1, [], None),
        (5, BUSY_VISITS, [], None),
        (None, BUSY_VISITS, [], None),
    ],
)
def test_silence_is_told_of_busy_counters_with_what_their_kiosks_tell(rated, visits, kiosks, why) -> None:
    figure = Figure(rated, 0, None, None, 5, 30)

    assert silence_of(figure, visits, kiosks_at(kiosks, "U", "Q")) is why
