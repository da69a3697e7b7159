"""The pages of action plans: making one from what stood out, ending it, its effect, its card, its table."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, text

from kiosk.domain.reference import Notice
from sync.district.projection.release import release_each_stream
from sync.district.reference import changes
from sync.district.store.action_plans import plans_of
from sync.district.store.action_tables import action_steps
from sync.district.store.engine import Engine, open_engine, reading, writing
from sync.district.store.imports import Origin
from sync.district.store.releases import note_release
from sync.district.web import action_routes
from tests.district.cause_office import (
    COUNTERS,
    OCTOBER,
    OTHER,
    PROVINCE,
    UNIT,
    WAITING,
    keep_ratings_with_marks,
    live_two_months,
    open_province,
)
from tests.district.test_complaint_pages import form_of
from tests.district.web_fixtures import NOW, bring, empty_district
from tests.district.web_server import Browser, StillClock, release_all, serving

pytestmark = pytest.mark.slow

ABOUT = {"unit": UNIT, "period": "month", "of": "2026-10", "concern": "reason/mot-cua/bad/waiting"}
NEW = "/actions/new?" + "&".join(f"{name}={value}" for name, value in ABOUT.items())
PLAN = {"text": "Mở thêm một quầy vào giờ đông", "owner": "clerk", "due": "2026-11-25"}
CARD = {
    "title": "Thêm một quầy vào giờ đông",
    "text": "Ông/Bà góp ý phải chờ lâu: nay có thêm một quầy.",
    "title_en": "One more counter",
    "text_en": "You said the wait was long: there is one more counter now.",
    "last_day": "2027-01-31",
}


class Office:
    def __init__(self, engine: Engine, address: str, clock: StillClock) -> None:
        self.engine, self.address, self.clock = engine, address, clock
        self._browsers: dict[tuple[str, date], Browser] = {}

    def browse(self, name: str) -> Browser:
        """Somebody's browser; signed in anew on another day."""
        key = (name, self.clock.now.date())
        if key not in self._browsers:
            self._browsers[key] = browser = Browser(self.address)
            assert browser.sign_in(name).status_code == 303
        return self._browsers[key]

    def make(self, name: str = "chair", **changes: str) -> int:
        browser = self.browse(name)
        page = browser.get(NEW)
        token = form_of(browser, NEW) if page.ok else {"form_token": "x"}
        return browser.post("/actions/new", ABOUT | PLAN | token | changes).status_code

    def act(self, name: str, action: str, plan: int = 1, **values: str) -> int:
        browser, path = self.browse(name), f"/actions/{plan}"
        page = browser.get(path)
        with reading(self.engine) as connection:
            steps = len(next(each for each in plans_of(connection, None) if each.plan_id == plan).steps)
        tokens = re.findall(r'name="form_token" value="([^"]*)"', page.text)
        form = {"form_token": tokens[0] if tokens else "x", "seen": str(steps), "action": action}
        return browser.post(path, form | values).status_code

    def page(self, name: str = "chair", plan: int = 1) -> str:
        return self.browse(name).get(f"/actions/{plan}").text

    def rows(self, name: str = "chair", query: str = "") -> list[dict[str, str]]:
        answer = self.browse(name).get(f"/actions/table.csv{query}")
        assert answer.status_code == 200
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans")
    engine = empty_district(folder)
    open_province(engine)
    live_two_months(engine)
    engine.dispose()
    return folder / "district.sqlite"


@pytest.fixture
def office(prepared: Path, tmp_path: Path) -> Iterator[Office]:
    copy(prepared, tmp_path / "district.sqlite")
    engine, clock = open_engine(f"sqlite:///{tmp_path / 'district.sqlite'}"), StillClock()
    with serving(engine, tmp_path, clock, public_index=True) as address:
        yield Office(engine, address, clock)


def done(office: Office) -> Office:
    assert office.make() == 303
    assert office.act("clerk", "finish", text="Quầy phụ đã mở.") == 303
    return office


def shown(office: Office) -> Office:
    done(office)
    assert office.act("clerk", "draft_card", **CARD) == 303
    assert office.act("chair", "approve_card") == 303
    return office


def test_the_share_is_kept_as_it_was_told_when_the_plan_was_made(office: Office):
    assert office.make() == 303
    with writing(office.engine) as connection:
        keep_ratings_with_marks(connection, UNIT, COUNTERS[0], 50, {WAITING: 50}, OCTOBER)
        release_all(connection)

    assert 'data-k="45" data-n="200"' in office.page()
    assert 'data-k="95" data-n="250"' in office.browse("chair").get("/causes?period=month&of=2026-10").text


@pytest.mark.parametrize("name", ["clerk", "neighbour", "technician", "administrator", "auditor"])
def test_who_may_not_make_plans_for_the_unit_makes_none(office: Office, name: str):
    assert office.browse(name).get(NEW).status_code == 404
    assert office.make(name, form_token=form_of(office.browse(name), "/account")["form_token"]) == 404
    with reading(office.engine) as connection:
        assert plans_of(connection, None) == []


@pytest.mark.parametrize(
    "change",
    [
        {"period": "week", "of": "2026-W42"},
        {"period": "month", "of": "2026-11"},
        {"period": "month", "of": ""},
        {"period": "range", "of": ""},
        {"unit": ""},
        {"unit": OTHER},
        {"unit": PROVINCE},
        {"concern": "reason/none"},
        {"concern": ""},
    ],
)
def test_no_plan_is_made_from_what_was_not_told(office: Office, change: dict[str, str]):
    assert office.make(**change) == 404


@pytest.mark.parametrize(
    "change", [{"text": "ngắn"}, {"owner": "neighbour"}, {"owner": "auditor"}, {"owner": ""}, {"due": "2026-11-19"}]
)
def test_what_cannot_be_taken_is_said_and_nothing_is_written(office: Office, change: dict[str, str]):
    assert office.make(**change) == 422
    assert office.make(form_token="x") == 403
    with reading(office.engine) as connection:
        assert plans_of(connection, None) == []


def test_the_list_begins_with_what_is_past_its_day(office: Office):
    office.make()
    office.make(due="2026-11-22", owner="deputy")
    office.clock.now = NOW + timedelta(days=3)

    page = office.browse("director").get("/actions").text
    assert re.findall(r'data-plan="(\d)"', page) == ["2", "1"]
    assert page.count("ticket-late") == 1
    assert "quá hạn 1 ngày" in page
    assert re.findall(r'data-plan="(\d)"', office.browse("clerk").get("/actions?show=mine").text) == ["1"]
    assert 'data-mine="1" data-overdue="1"' in office.browse("deputy").get("/").text
    assert 'id="todo"' not in office.browse("inspector").get("/").text


def test_a_plan_is_there_for_its_unit_and_those_above_alone(office: Office):
    office.make()

    for name, status in (("clerk", 200), ("inspector", 200), ("director", 200), ("auditor", 200), ("neighbour", 404)):
        assert office.browse(name).get("/actions/1").status_code == status, name
    assert office.rows("neighbour") == []
    assert office.browse("technician").get("/actions").status_code == 404
    assert "/actions" not in office.browse("technician").get("/").text
    assert Browser(office.address).get("/actions/1").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("number", ["0", "99", "abc", "1e3", "١", "-1", "99999999999999999999"])
def test_a_plan_that_is_none_is_not_there(office: Office, number: str):
    assert office.browse("director").get(f"/actions/{number}").status_code == 404


def test_its_owner_ends_it_and_everything_is_written_down(office: Office):
    office.make()

    assert office.act("deputy", "change", text="Mở hai quầy vào giờ đông", owner="deputy", due="2026-12-01") == 303
    assert office.act("clerk", "finish", text="Quầy phụ đã mở.") == 403
    assert office.act("deputy", "finish", text="xong") == 422
    assert office.act("deputy", "finish", text="Hai quầy phụ đã mở.") == 303
    assert office.act("deputy", "drop", text="Không làm nữa đâu") == 403
    page = office.page("clerk")
    assert re.findall(r'data-step="(\w+)"', page) == ["make", "change", "finish"]
    assert "Hai quầy phụ đã mở." in page
    with reading(office.engine) as connection:
        (plan,) = plans_of(connection, None)
    assert [(step.person, step.at) for step in plan.steps] == [(who, NOW) for who in ("chair", "deputy", "deputy")]


def test_who_did_not_see_the_newest_step_does_nothing(office: Office):
    done(office)
    office.act("clerk", "draft_card", **CARD)
    browser = office.browse("chair")
    form = form_of(browser, "/actions/1")
    office.act("clerk", "draft_card", **CARD | {"text": "Một lời khác mà chưa ai duyệt."})

    assert browser.post("/actions/1", form | {"action": "approve_card", "seen": "3"}).status_code == 409
    assert 'data-card="drafted"' in office.page()


@pytest.mark.parametrize("action", ["see", "make", "SEE", "nonsense", ""])
@pytest.mark.parametrize("name", ["auditor", "clerk", "chair"])
def test_what_is_no_step_is_refused_and_written_nowhere(office: Office, name: str, action: str):
    office.make()

    assert office.act(name, action, text="Một điều ai cũng viết được") == 403
    with reading(office.engine) as connection:
        (plan,) = plans_of(connection, None)
        assert connection.execute(text("SELECT count(*) FROM action_steps")).scalar() == len(plan.steps) == 1
    assert office.browse(name).get("/actions/1").status_code == 200


@pytest.mark.parametrize("action", ["see", "of_a_later_day"])
def test_a_row_that_is_no_step_breaks_no_page(office: Office, action: str):
    office.make()
    row = {"plan_id": 1, "at": NOW, "person": "auditor", "role": "auditor", "action": action, "owner": ""}
    with writing(office.engine) as connection:
        connection.execute(insert(action_steps).values(row | {"text": "Một điều ai cũng viết được"}))

    for path in ("/actions/1", "/actions?show=all", "/actions/table.csv", "/"):
        assert office.browse("chair").get(path).status_code == 200, path
    assert re.findall(r'data-step="(\w+)"', office.page()) == ["make"]
    assert office.act("clerk", "finish", text="Quầy phụ đã mở.") == 303


def test_a_period_is_read_before_others_have_to_wait(office: Office, monkeypatch: pytest.MonkeyPatch):
    order, gather, begin = list[str](), action_routes.gather, action_routes.store.begin
    monkeypatch.setattr(action_routes, "gather", lambda *given, **more: order.append("read") or gather(*given, **more))
    monkeypatch.setattr(action_routes.store, "begin", lambda connection: order.append("alone") or begin(connection))
    browser = office.browse("chair")
    form = ABOUT | PLAN | form_of(browser, NEW)
    order.clear()

    assert browser.post("/actions/new", form).status_code == 303
    assert order == ["read", "alone"]


def test_who_loses_the_unit_while_the_period_is_read_makes_no_plan(office: Office, monkeypatch: pytest.MonkeyPatch):
    browser, cause_page = office.browse("inspector"), action_routes.cause_page
    form = ABOUT | PLAN | form_of(browser, NEW)

    def lose(*given, **more):
        with writing(office.engine) as connection:
            connection.execute(text("UPDATE units SET parent_id = NULL WHERE unit_id = :unit"), {"unit": UNIT})
        return cause_page(*given, **more)

    monkeypatch.setattr(action_routes, "cause_page", lose)
    assert browser.post("/actions/new", form).status_code == 404
    with reading(office.engine) as connection:
        assert plans_of(connection, None) == []


def test_an_owner_without_an_account_is_named(office: Office):
    office.make()
    with writing(office.engine) as connection:
        connection.execute(text("UPDATE users SET disabled = :yes WHERE user_name = 'clerk'"), {"yes": True})

    assert "clerk không còn tài khoản" in office.page()
    assert "clerk không còn tài khoản" in office.browse("chair").get("/actions").text


# ---- effect


def live_december(office: Office, waited: int) -> None:
    """The first whole month after it was done, and its week, are over."""
    with writing(office.engine) as connection:
        keep_ratings_with_marks(connection, UNIT, COUNTERS[0], 200, {WAITING: waited}, date(2026, 12, 10))
        release_each_stream(connection, datetime(2027, 1, 11, tzinfo=UTC))
        note_release(connection, date(2027, 1, 11), datetime(2027, 1, 11, tzinfo=UTC))
    office.clock.now = datetime(2027, 1, 11, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(("waited", "effect"), [(10, "better"), (44, "chance"), (120, "worse")])
def test_the_effect_is_the_same_share_in_the_next_whole_period(office: Office, waited: int, effect: str):
    done(office)
    assert 'data-effect="not_yet"' in office.page()

    live_december(office, waited)

    page = office.page()
    assert f'data-effect="{effect}" data-k="{waited}" data-n="200"' in page
    assert "không phải bằng chứng" in page
    (row,) = office.rows()
    assert (row["Số lượt sau"], row["Trên (sau)"]) == (str(waited), "200")
    assert float(row["Khoảng từ"]) <= float(row["Khác biệt"]) <= float(row["Khoảng đến"])


def test_of_too_few_nothing_is_said(office: Office):
    done(office)
    with writing(office.engine) as connection:
        keep_ratings_with_marks(connection, UNIT, COUNTERS[0], 20, {WAITING: 10}, date(2026, 12, 10))
        release_each_stream(connection, datetime(2027, 1, 11, tzinfo=UTC))
        note_release(connection, date(2027, 1, 11), datetime(2027, 1, 11, tzinfo=UTC))
    office.clock.now = datetime(2027, 1, 11, 3, 0, tzinfo=UTC)

    assert 'data-effect="too_few"' in office.page()
    assert 'data-effect="open"' not in office.page()


# ---- the card


def notices(engine: Engine) -> list[tuple[str, bool]]:
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT notice_id, removed FROM notices ORDER BY notice_id"))
        return [(row[0], bool(row[1])) for row in rows]


def test_no_card_is_shown_before_a_second_person_has_approved_it(office: Office):
    done(office)
    assert office.act("chair", "draft_card", **CARD) == 303

    assert office.act("chair", "approve_card") == 403
    assert office.act("clerk", "approve_card") == 403
    assert office.act("inspector", "approve_card") == 403
    assert notices(office.engine) == []
    assert 'data-cards="1"' in office.browse("deputy").get("/").text
    assert office.act("deputy", "return_card", text="Viết rõ từ ngày nào.") == 303
    assert office.act("deputy", "approve_card") == 403
    assert office.act("chair", "draft_card", **CARD) == 303
    assert office.act("deputy", "approve_card") == 303
    assert notices(office.engine) == [("VIEC-1", False)]


def test_a_card_stands_on_the_public_page_of_its_unit_while_it_is_shown(office: Office):
    shown(office)
    stranger = Browser(office.address)

    page = stranger.get(f"/chi-so?unit={UNIT}").text
    assert CARD["title"] in page
    assert CARD["text_en"] in stranger.get(f"/chi-so?unit={UNIT}&lang=en").text
    assert CARD["title"] not in stranger.get(f"/chi-so?unit={OTHER}").text
    for name in ("chair", "clerk", "deputy"):
        assert name not in page
    office.clock.now = datetime(2027, 2, 1, 3, tzinfo=UTC)
    assert CARD["title"] not in stranger.get(f"/chi-so?unit={UNIT}").text


def test_a_withdrawn_card_is_gone_and_may_be_written_anew(office: Office):
    shown(office)

    assert office.act("chair", "withdraw_card", text="Quầy phụ tạm đóng.") == 303
    assert notices(office.engine) == [("VIEC-1", True)]
    assert CARD["title"] not in Browser(office.address).get(f"/chi-so?unit={UNIT}").text
    assert office.act("clerk", "draft_card", **CARD) == 303
    assert office.act("chair", "approve_card") == 303
    assert notices(office.engine) == [("VIEC-1", False)]


def test_a_card_whose_day_has_passed_while_it_waited_is_not_shown(office: Office):
    done(office)
    office.act("clerk", "draft_card", **CARD | {"last_day": "2026-11-30"})
    office.clock.now = NOW + timedelta(days=20)

    assert office.act("chair", "approve_card") == 422
    assert notices(office.engine) == []


@pytest.mark.parametrize(
    "change", [{"title": "x" * 61}, {"text": "x" * 161}, {"title_en": ""}, {"last_day": "2027-09-01"}]
)
def test_a_card_that_does_not_fit_is_refused(office: Office, change: dict[str, str]):
    done(office)

    assert office.act("clerk", "draft_card", **CARD | change) == 422
    assert 'data-card="none"' in office.page()


def test_no_command_shows_or_changes_a_card_past_the_two_people(office: Office):
    shown(office)
    office.act("chair", "withdraw_card", text="Quầy phụ tạm đóng.")
    who = Origin("", NOW, "root", "nhầm")
    with reading(office.engine) as connection:
        newest = connection.scalar(text("SELECT max(revision) FROM revisions"))

    for change in (
        lambda: changes.undo(office.engine, newest, replace(who, undoes=newest)),
        lambda: changes.undo(office.engine, newest - 1, replace(who, undoes=newest - 1)),
    ):
        with pytest.raises(changes.ChangeRefused) as refused:
            change()
        assert refused.value.key == "reference.refused.card"
    assert notices(office.engine) == [("VIEC-1", True)]


def test_a_whole_list_of_notices_does_not_close_the_cards_of_plans(office: Office):
    shown(office)
    listed = f"Mã thẻ;Đơn vị;Loại;Tiêu đề\nA;{UNIT};chung;Tiêu đề của thẻ\n"

    assert bring(office.engine, "notices", listed, full=True, may_close=True).accepted
    assert notices(office.engine) == [("A", False), ("VIEC-1", False)]


LISTED = "Mã thẻ;Đơn vị;Loại;Tiêu đề\n"


@pytest.mark.parametrize("code", ["VIEC-1", "viec-1", "VIEC - 1", "VIEC-99"])
def test_no_list_brings_a_card_of_a_plan(office: Office, code: str):
    shown(office)
    listed = f"{LISTED}A;{UNIT};chung;Tiêu đề của thẻ\n{code};{UNIT};Đã làm;Điều chưa ai duyệt\n"

    (problem,) = bring(office.engine, "notices", listed).reading.errors
    assert (problem.key, problem.row, problem.column) == ("import.row.card_code", 3, "Mã thẻ")
    assert notices(office.engine) == [("VIEC-1", False)]
    assert CARD["title"] in Browser(office.address).get(f"/chi-so?unit={UNIT}").text


def test_a_notice_with_another_code_is_a_notice_like_any_other(office: Office):
    shown(office)
    title = "Tuyển lao động thời vụ"
    days = f"2026-01-01;{CARD['last_day']}"
    listed = f"Mã thẻ;Đơn vị;Loại;Tiêu đề;Hiệu lực từ;Hiệu lực đến\nVIEC-LAM-01;{UNIT};Đã làm;{title};{days}\n"
    assert bring(office.engine, "notices", listed).accepted

    page = Browser(office.address).get(f"/chi-so?unit={UNIT}").text
    assert CARD["title"] in page
    assert title not in page
    whole = f"{LISTED}A;{UNIT};chung;Tiêu đề của thẻ\n"
    outcome = bring(office.engine, "notices", whole, full=True, may_close=True)
    assert outcome.vanishing == (f"VIEC-LAM-01 {title}",)


def test_what_has_the_code_of_a_card_and_is_none_is_not_shown_as_one(office: Office):
    shown(office)
    with writing(office.engine) as connection:
        columns = "unit_id, kind, title, text, translations, link, position, valid_from, valid_to, removed, revision"
        connection.execute(text(f"INSERT INTO notices (notice_id, {columns}) SELECT 'VIEC-7', {columns} FROM notices"))
        connection.execute(text("UPDATE notices SET kind = 'general' WHERE notice_id = 'VIEC-1'"))

    assert CARD["title"] not in Browser(office.address).get(f"/chi-so?unit={UNIT}").text
    whole = f"{LISTED}A;{UNIT};chung;Tiêu đề của thẻ\n"
    outcome = bring(office.engine, "notices", whole, full=True, may_close=True)
    assert [each.split()[0] for each in sorted(outcome.vanishing)] == ["VIEC-1", "VIEC-7"]


def test_the_kind_of_a_card_is_the_one_that_waits_for_the_thanks(office: Office):
    shown(office)

    with reading(office.engine) as connection:
        row = connection.execute(text("SELECT kind, unit_id FROM notices")).one()
    card = Notice("VIEC-1", row[1], row[0], CARD["title"])
    assert (card.kind, card.unit_id) == ("answered", UNIT)


def test_the_table_is_read_by_no_spreadsheet_as_a_formula(office: Office):
    office.make(text='=HYPERLINK("http://x")')

    (row,) = office.rows()
    assert not row["Việc sẽ làm"].startswith("=")
    assert (row["Đơn vị"], row["Số lượt"], row["Trên"]) == ("Xã Bình Minh", "45", "200")


def test_promise_6_a_press_that_is_not_released_changes_nothing_on_these_pages(office: Office):
    done(office)
    paths = ("/actions?show=all", "/actions/1", NEW, "/causes?period=month&of=2026-10", "/actions/table.csv")

    def seen() -> list[str]:
        pages = [office.browse("director" if path != NEW else "chair").get(path).text for path in paths]
        return [re.sub(r'(name="form_token" value=")[^"]+', r"\1", page) for page in pages]

    before = seen()
    for n in range(1, 5):
        with writing(office.engine) as connection:
            keep_ratings_with_marks(connection, UNIT, COUNTERS[1], 1, {("bad", "order"): 1}, OCTOBER)
            release_all(connection)
        assert seen() == before, n
