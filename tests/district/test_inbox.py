"""The list of complaints in SQL: the same people see the same as by the rules of one, filtered, searched, page by page;
what nobody can carry on is found each day. On both databases."""

import csv
import io
import re
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import insert, select

from kiosk.domain.receipt import mint
from sync.district.complaints.stuck import recheck_open
from sync.district.domain.complaint_steps import Action
from sync.district.domain.people import Role
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Person, may_see
from sync.district.domain.shows import Show
from sync.district.projection.loop import ProjectorLoop
from sync.district.projection.project import rebuild
from sync.district.store import complaint_tables, inbox
from sync.district.store.accounts import UserRow, add_user, set_disabled
from sync.district.store.complaint_register import held_by, open_entries
from sync.district.store.engine import reading, writing
from sync.district.store.inbox import InboxFilter
from sync.district.times import local_day
from sync.district.web import register_routes
from sync.district.web.register import listed_query, query_of
from tests.district.complaint_office import HEAD, LAN, MINH
from tests.district.conftest import District
from tests.district.test_complaint_pages import browse, do, office
from tests.district.test_complaint_subjects import FIRST, officers
from tests.district.test_complaint_subjects import peopled as peopled_district
from tests.district.test_complaints import HEAD as HEAD_OF_ONE
from tests.district.test_complaints import SCHEMES
from tests.district.test_complaints import do as act_on
from tests.district.web_fixtures import bring
from tests.support.factories import CONTACT, UNIT, dossier_code

__all__ = ["office", "peopled"]
peopled = peopled_district

TOLD: tuple[dict[str, object], ...] = (
    {"text": "Ghế chờ bị hỏng, xin thay."},
    {"text": "Cán bộ CB 8 hướng dẫn chưa rõ."},
    {"text": "Quầy 2 đóng cửa sớm."},
    {"text": "Phải đưa phong bì mới được nhận hồ sơ."},
    {"text": "Anh ấy to tiếng.", "about": "conduct", "counter_id": FIRST},
    {"text": "Hồ sơ trễ hẹn.", "dossier_code": dossier_code()},
    {"text": "Chị ở quầy này nói nhỏ.", "officer_number": "CB-8", "about": "conduct"},
)


@pytest.fixture
def told(peopled: District) -> District:
    """Complaints of every kind, some classified, one owned by somebody who may not see such otherwise."""
    bring(peopled.engine, "officers", officers(CB_7="H32.13-Q2", CB_8=FIRST))
    peopled.reference(dossiers=[{"dossier_code": dossier_code(), "officer_number": "CB-7"}])
    box = peopled.box()
    for body in TOLD:
        box.tell(mint().number, **body)
    peopled.accept(box)
    peopled.overnight()
    with writing(peopled.engine) as connection:
        people = (("head", Role.LEADER, None), ("lan", Role.OFFICER, "CB-7"), ("hoa", Role.OFFICER, "CB-8"))
        for name, role, number in people:
            add_user(connection, UserRow(name, "x", role, UNIT, False, number, number is None), peopled.clock())
    ids = {str(text)[:4]: entry_id for text, entry_id in peopled.rows("complaints", "text", "entry_id")}
    act_on(peopled, HEAD_OF_ONE, ids["Ghế "], Action.CLASSIFY, about="facilities", sensitive="no", persons="CB-7")
    act_on(peopled, HEAD_OF_ONE, ids["Cán "], Action.CLASSIFY, about="conduct", sensitive="yes", persons="CB-8")
    act_on(peopled, HEAD_OF_ONE, ids["Phải"], Action.ASSIGN, owner="lan")
    return peopled


def everybody() -> list[Person]:
    places = (None, frozenset({UNIT}), frozenset({"H32.99"}))
    who = ((None, frozenset()), ("CB-7", frozenset({"H32.13-Q2"})), ("CB-8", frozenset({FIRST})))
    return [
        Person(name, role, units, number, counters, linked)
        for name, role, units, (number, counters), linked in product(("lan", "x"), Role, places, who, (True, False))
    ]


def test_promise_6_the_list_shows_what_the_rules_show_and_counts_nothing_else(told: District) -> None:
    before, today = shown_before(told.clock()), local_day(told.clock())
    with reading(told.engine) as connection:
        lines = held_by(connection, open_entries(connection))
        wrong = []
        for person in everybody():
            by_rules = {line.entry_id for line in lines if may_see(person, line.subject, line.acting_unit, line.owner)}
            listed = inbox.page(connection, person, InboxFilter(), before, today, 0)
            counted = inbox.count(connection, person, InboxFilter(), before, today)
            if ({line.entry_id for line in listed}, counted) != (by_rules, len(by_rules)):
                wrong.append(person)

    assert len(lines) == len(TOLD)
    assert wrong == []


def test_promise_6_questions_are_counted_for_who_may_see_them_and_for_nobody_else(told: District) -> None:
    box = told.box()
    box.tell(mint().number, about="question", text="Thứ bảy có làm việc không?")
    box.tell(mint().number, about="question", text="Làm lại thẻ bảo hiểm y tế ở quầy nào?", counter_id=FIRST)
    told.accept(box)
    told.overnight()
    before, today = shown_before(told.clock()), local_day(told.clock())
    asked = InboxFilter(show=Show.QUESTIONS)
    with reading(told.engine) as connection:
        wrong = [
            person
            for person in everybody()
            if inbox.questions(connection, person, {UNIT}, before, today).waiting
            != inbox.count(connection, person, asked, before, today)
        ]
        at_first = Person("x", Role.OFFICER, frozenset({UNIT}), "CB-8", frozenset({FIRST}))
        beside = Person("x", Role.OFFICER, frozenset({UNIT}), "CB-7", frozenset({"H32.13-Q2"}))
        seen = [inbox.questions(connection, each, {UNIT}, before, today).waiting for each in (at_first, beside)]
        late = inbox.questions(connection, beside, {UNIT}, before, today + timedelta(days=9))

    assert wrong == []
    assert seen == [1, 2], "who sits at the counter that a question names does not see it"
    assert (late.waiting, late.overdue) == (2, 2)
    assert late.due_on is not None
    assert late.due_on >= today, "the next working day after they arrived"


def test_who_moves_to_the_counter_disappears_from_the_list_at_once(told: District) -> None:
    person = Person("x", Role.LEADER, None, "CB-7", frozenset({"H32.13-Q2"}))
    found = [_found(told, person, InboxFilter(words="to tiếng"))]
    bring(told.engine, "officers", officers(CB_7=FIRST, CB_8=FIRST))
    found.append(_found(told, person, InboxFilter(words="to tiếng")))

    assert found == [1, 0]


@pytest.mark.parametrize(
    ("words", "n"),
    [
        ("ghe hong", 1),
        ("GHẾ", 1),
        ("hỏng ghế chờ", 1),
        ("ghế tre", 0),
        (dossier_code(), 1),
        (CONTACT["phone"], len(TOLD)),
        ("0912", 0),
        ("nguyen", len(TOLD)),
        ("100%", 0),
        ("_", 0),
    ],
)
def test_words_are_found_without_marks_and_telephones_whole(told: District, words: str, n: int) -> None:
    assert _found(told, Person("head", Role.LEADER, None), InboxFilter(words=words)) == n


def _found(world: District, person: Person, asked: InboxFilter) -> int:
    with reading(world.engine) as connection:
        return inbox.count(connection, person, asked, shown_before(world.clock()), local_day(world.clock()))


def test_the_days_of_arrival_are_in_the_query_both_ends_included(told: District) -> None:
    person, today = Person("head", Role.LEADER, None), local_day(told.clock())
    (arrived,) = {local_day(at) for (at,) in told.rows("complaints", "received_at")}
    one = timedelta(days=1)
    periods = [(arrived, arrived), (None, arrived), (arrived, today), (arrived + one, today), (None, arrived - one)]

    found = [_found(told, person, InboxFilter(Show.ALL, first=first, last=last)) for first, last in periods]
    assert found == [len(TOLD), len(TOLD), len(TOLD), 0, 0]


def test_the_page_of_causes_finds_a_periods_words_behind_any_number_of_newer_ones(office) -> None:
    engine, ids = office[0].district.engine, office[0].ids
    c, s = complaint_tables.complaints, complaint_tables.complaint_standings
    with writing(engine) as connection:
        for table in (c, s):
            row = dict(connection.execute(select(table).where(table.c.entry_id == ids["chairs"])).mappings().one())
            copies = [row | {"entry_id": f"copy-{n}"} | ({"seq": 9000 + n} if table is c else {}) for n in range(250)]
            connection.execute(insert(table), copies)
        day = local_day(connection.scalar(select(c.c.received_at).where(c.c.entry_id == ids["late"])))

    page = browse(office, HEAD).get(f"/causes?period=day&of={day}").text
    words = page[page.index('id="words"') :]
    assert ids["late"] in words
    assert "copy-" not in words


def test_the_next_page_goes_on_where_the_last_one_ended(told: District) -> None:
    person, before, today = Person("head", Role.LEADER, None), shown_before(told.clock()), local_day(told.clock())
    with reading(told.engine) as connection:
        pages = [inbox.page(connection, person, InboxFilter(), before, today, n, most=3) for n in range(4)]

    found = [line.entry_id for page in pages for line in page]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert len(set(found)) == len(TOLD)


def test_a_rebuild_restricts_the_same(told: District) -> None:
    def restricted() -> list[object]:
        kept = told.rows("complaint_kept_from", "entry_id", "value")
        return [told.rows("complaint_standings", "entry_id", "restriction"), kept]

    before = restricted()
    rebuild(told.engine, told.keys)

    assert restricted() == before
    levels = {level for _, level in told.rows("complaint_standings", "entry_id", "restriction")}
    assert levels == {"none", "conduct", "heads"}


# ---- nothing is stuck unnoticed


def test_what_nobody_can_carry_on_is_found_the_next_day_and_climbs(told: District) -> None:
    with writing(told.engine) as connection:
        set_disabled(connection, "lan", True)
    before = told.rows("complaint_standings", "lacks")
    loop = ProjectorLoop(told.engine, told.keys, SCHEMES, told.clock)
    while not loop.tick():
        pass
    told.clock.pass_by(days=1)
    while not loop.tick():
        pass

    stuck = [lacks for (lacks,) in told.rows("complaint_standings", "lacks") if lacks and "owner" in lacks]
    assert not any(lacks and "owner" in lacks for (lacks,) in before)
    assert len(stuck) == 1


def test_the_check_says_how_many_and_forgets_what_was_mended(told: District) -> None:
    with writing(told.engine) as connection:
        add_user(connection, UserRow("deputy", "x", Role.LEADER, UNIT, False, None, True), told.clock())
    assert recheck_open(told.engine, told.clock()) == 0
    with writing(told.engine) as connection:
        set_disabled(connection, "head", True)
        set_disabled(connection, "deputy", True)
    assert recheck_open(told.engine, told.clock()) == len(TOLD)
    with writing(told.engine) as connection:
        set_disabled(connection, "head", False)
        set_disabled(connection, "deputy", False)

    assert recheck_open(told.engine, told.clock()) == 0
    assert {lacks for (lacks,) in told.rows("complaint_standings", "lacks")} == {None}


# ---- the address and the pages


def test_the_address_says_what_is_asked_for_and_back() -> None:
    query = query_of("mine", "  ghế   hỏng ", UNIT, "facilities", "2")

    assert query is not None
    assert listed_query(query.address()) == query
    assert query.address(page=0, show=Show.OPEN).startswith("q=gh")
    assert query_of("nonsense", "", "", "", "") is None
    assert listed_query("https://example.org/?show=open") is not None


def test_a_number_with_a_slip_is_told_and_finds_nothing() -> None:
    number = mint().number
    n = next(n for n in range(6, 19) if number[n] != number[n + 1])
    wrong = number[:n] + number[n + 1] + number[n] + number[n + 2 :]

    right = query_of("open", number, "", "", "")
    slipped = query_of("open", wrong, "", "", "")
    assert right is not None
    assert slipped is not None
    assert (right.asked.number, right.error) == (number, False)
    assert (slipped.asked.number, slipped.error) == (None, True)


def test_a_list_is_kept_on_the_way_to_a_matter_and_back(office) -> None:
    head = browse(office, HEAD)
    listed = head.get("/complaints", params={"show": "unowned", "q": "xe lan"}).text
    link = re.findall(r'href="(/complaints/[0-9a-f-]{36}\?list=[^"]+)"', listed)[0]
    page = head.get(link.replace("&amp;", "&")).text

    assert 'data-n="1"' in listed
    assert 'href="/complaints?show=unowned&amp;q=xe+lan"' in page
    assert 'name="list" value="show=unowned&amp;q=xe+lan"' in page


def test_after_each_act_the_next_matter_is_offered(office) -> None:
    head = browse(office, HEAD)
    done = do(head, office, "ramp", "take", list="show=unowned")
    page = head.get(done.headers["Location"]).text

    assert "done=take" in done.headers["Location"]
    assert "Đã ghi: Nhận xử lý." in page
    (following,) = re.findall(r'href="/complaints/([0-9a-f-]{36})\?list=show%3Dunowned" rel="next"', page)
    assert following != office[0].ids["ramp"]
    assert 'rel="next" accesskey="k"' in page
    assert page.count("accesskey=") == len(set(re.findall(r'accesskey="(.)"', page))) == 3  # each key once: d, k, s


def test_the_next_matter_of_the_list_is_one_key_away_before_anything_was_done(office) -> None:
    head = browse(office, HEAD)
    page = head.get(f"/complaints/{office[0].ids['ramp']}", params={"list": "show=unowned"}).text

    assert 'rel="next" accesskey="k">Việc kế tiếp' in page
    assert 'rel="next"' not in head.get(f"/complaints/{office[0].ids['ramp']}").text
    assert set(re.findall(r'accesskey="(.)"', head.get("/complaints").text)) == {"t", "v"}


def test_names_that_are_known_are_masked_in_the_list_too(office) -> None:
    with writing(office[0].district.engine) as connection:
        row = UserRow("tuyet", "x", Role.OFFICER, UNIT, False, "CB-77", False, "Trần Bạch Tuyết")
        add_user(connection, row, office[0].district.clock())
    office[0].tell("named", text="hôm qua trần bạch tuyết và Tuyết không có ở bàn, đề nghị bố trí người.")
    office[0].district.clock.pass_by(hours=13)

    page = browse(office, HEAD).get("/complaints", params={"q": "bố trí người"}).text
    assert "đề nghị bố trí người" in page
    assert "tuyết" not in page.lower()


def test_the_table_holds_what_the_list_shows_and_not_a_word_of_it(office) -> None:
    got = browse(office, HEAD).get("/complaints/table.csv?show=open")
    rows = list(csv.reader(io.StringIO(got.text.removeprefix("\ufeff"))))

    assert got.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0][:3] == ["Mã việc", "Tình trạng", "Loại"]
    assert {row[0] for row in rows[1:]} == set(office[0].ids.values())
    for secret in ("đường dốc", "phong bì", "Nguyễn", "0912"):
        assert secret not in got.text
    assert browse(office, LAN).get("/complaints/table.csv").text.count("\n") < len(rows)
    assert browse(office, MINH).get("/complaints/table.csv?show=nonsense").status_code == 404


def test_the_table_ends_with_the_last_matter_and_at_no_number(office, monkeypatch) -> None:
    head = browse(office, HEAD)
    whole = head.get("/complaints/table.csv?show=all").text
    monkeypatch.setattr(register_routes, "TABLE_PAGE", 2)

    assert whole.count("\n") == 1 + len(office[0].ids)
    assert head.get("/complaints/table.csv?show=all").text == whole


def test_who_may_not_see_a_matter_any_more_is_told_so_on_the_list(office) -> None:
    minh = browse(office, MINH)
    done = do(minh, office, "ramp", "classify", about="facilities", sensitive="yes", list="show=unowned")
    page = minh.get(done.headers["Location"])

    assert done.headers["Location"] == "/complaints?done=classify&show=unowned"
    assert page.status_code == 200
    assert "không thuộc phạm vi Ông/Bà được xem" in page.text
    assert office[0].ids["ramp"] not in page.text


def test_what_is_due_today_has_a_view_of_its_own(office) -> None:
    today = local_day(office[0].district.clock())
    due = dict(office[0].district.rows("complaint_standings", "entry_id", "due_on"))
    wait = (due[office[0].ids["spoken"]] - today).days
    office[0].district.clock.pass_by(days=wait)

    again = browse(office, HEAD)
    assert office[0].ids["spoken"] in again.get("/complaints?show=due_today").text


def test_what_was_answered_in_time_is_due_no_more(office) -> None:
    world = office[0]
    for who, action, fields in (
        (LAN, Action.TAKE, {}), (LAN, Action.START, {}), (LAN, Action.DRAFT, {"text": "x"}), (HEAD, Action.APPROVE, {}),
    ):  # fmt: skip
        world.do(who, "ramp", action, **fields)
    due = {
        name: day for name, *day in world.district.rows("complaint_standings", "entry_id", "due_on", "answer_due_on")
    }
    own, answer = due[world.ids["ramp"]]
    assert own != answer
    world.district.clock.pass_by(days=(answer - local_day(world.district.clock())).days)

    listed = browse(office, HEAD).get("/complaints?show=due_today").text

    assert 'data-show="due_today"' in listed
    assert world.ids["ramp"] not in listed
