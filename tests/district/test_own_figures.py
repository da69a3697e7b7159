"""Nobody who sits at a counter learns how a colleague's was rated: whatever happens there changes nothing they read.

The officer of a unit of two counters asks for every page and file before and after the other counter is rated, by many
and by few. Each answer has to be the same, letter for letter: then no sum or difference with the officer's own figures
can tell anything, in whatever period and however often it is asked for.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey

from sync.district.cli.serving import PAGES
from sync.district.domain.action_plan import ActionStep, Baseline, PlanAction
from sync.district.domain.comparing_rights import own_figures
from sync.district.domain.people import Role
from sync.district.domain.period_rights import PeriodAct, may_with_period
from sync.district.domain.rights import Person
from sync.district.reports.kinds import ReportKind
from sync.district.services import Services
from sync.district.settings import Settings
from sync.district.store import action_plans
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import Engine, writing
from sync.district.store.wall_displays import make as make_display
from tests.district.watcher import parts
from tests.district.web_fixtures import NOW, bring, empty_district
from tests.district.web_server import Browser, StillClock, add_people, explain, hash_of_password, rate, serving

UNIT, OWN, OTHER = "X", "X-1", "X-2"
NOVEMBER, OCTOBER = date(2026, 11, 18), date(2026, 10, 12)
VIEWS = ("", "?period=all", "?period=day", "?period=month&of=2026-10", f"?period=all&unit={UNIT}")
_DRAWN = re.compile(
    r'(?<=name="form_token" value=")[^"]+|(?<=name="which" value=")[0-9a-f]+|(?<=name="secret" value=")[^"]+'
    r'|<svg class="qr".*?</svg>|<code class="secret">.*?</code>',
    re.DOTALL,
)
"""What a page draws at random: tokens of forms, names of sessions, a secret for an authenticator and its picture."""


class Office:
    def __init__(self, engine: Engine, address: str, paths: list[str]) -> None:
        self.engine, self.address, self.paths = engine, address, paths
        self.people = {name: Browser(address) for name in ("officer", "mechanic", "head")}
        for name, browser in self.people.items():
            assert browser.sign_in(name).status_code == 303

    def told(self, name: str) -> dict[str, tuple[int, Any]]:
        """Every answer to one person."""
        found = {}
        for path in self.paths:
            answer = self.people[name].get(path)
            is_file = path.startswith("/report.") and answer.status_code == 200
            found[path] = answer.status_code, parts(answer.content) if is_file else _DRAWN.sub("", answer.text)
        return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    engine = empty_district(folder)
    bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\n{UNIT},Xã Thử,Xã,\n")
    bring(engine, "counters", f"Mã quầy,Đơn vị,Tên quầy\n{OWN},{UNIT},Quầy 1\n{OTHER},{UNIT},Quầy 2\n")
    officers = f"CB-1,{UNIT},Công chức,{OWN}\nCB-2,{UNIT},Công chức,{OWN}\n"
    bring(engine, "officers", f"Số hiệu,Mã đơn vị,Vị trí,Mã quầy\n{officers}")
    add_people(engine, ("head", Role.LEADER, UNIT))
    with writing(engine) as connection:
        for name, role, number in (("officer", Role.OFFICER, "CB-1"), ("mechanic", Role.TECHNICIAN, "CB-2")):
            add_user(connection, UserRow(name, hash_of_password(), role, UNIT, False, number, False), NOW)
        made = ActionStep(NOW, "head", Role.LEADER, PlanAction.MAKE, "Mở thêm một quầy", "officer", NOVEMBER)
        action_plans.make(connection, UNIT, Baseline("overall", "month", "2026-09", 17, 61), made)
        action_plans.add_step(connection, 1, ActionStep(NOW, "officer", Role.OFFICER, PlanAction.FINISH, "Đã mở"))
        make_display(connection, UNIT, "head", NOW)
    rows = "".join(f"X-261001-{n:04},{OWN},01/10/2026,09/10/2026,10/10/2026\n" for n in range(70))
    bring(engine, "dossiers", f"Mã hồ sơ,Mã quầy,Ngày nhận,Ngày hẹn trả,Ngày trả\n{rows}")
    for day in (OCTOBER, NOVEMBER):
        rate(engine, UNIT, OWN, {5: 31, 2: 9}, day)
        rate(engine, UNIT, OTHER, {5: 40}, day)
        explain(engine, UNIT, OWN, {("bad", "waiting"): 9}, day=day)
    with serving(engine, folder, StillClock(), public_index=True) as address:
        yield Office(engine, address, every_path(engine, folder))


def every_path(engine: Engine, folder: Path) -> list[str]:
    """Every page that has no part to fill in, and the figures and files of every kind of view."""
    services = Services(
        engine, Settings(data=folder, database_url=""), SigningKey.generate(), b"s" * 32, now=StillClock()
    )
    routes = [route for page in PAGES for route in page(services).routes]
    pages = [route.path for route in routes if "GET" in getattr(route, "methods", ()) and "{" not in route.path]
    asked = f"period=month&of=2026-10&unit={UNIT}"
    files = [f"/report.{ending}?kind={kind}&{asked}" for kind in ReportKind for ending in ("docx", "xlsx")]
    whole = [f"/report.{ending}?{asked}" for ending in ("docx", "xlsx")]
    views = [f"{page}{view}" for page in ("/", "/figures.json", "/causes", "/indicators.json") for view in VIEWS]
    one = [f"/periods/open?unit={UNIT}&of=2026-10", f"/causes?period=all&unit={UNIT}&concern=overall"]
    more = ["/actions/1", "/actions?show=all", "/actions/table.csv?show=all", f"/fair?unit={UNIT}&months=3"]
    return [*dict.fromkeys((*pages, *views, *files, *whole, *one, *more))]


def test_what_is_rated_at_a_colleagues_counter_changes_nothing_that_whoever_sits_at_one_reads(office: Office) -> None:
    before = {name: office.told(name) for name in office.people}
    for day, scores in ((OCTOBER, {1: 21}), (NOVEMBER, {3: 5}), (date(2026, 11, 19), {1: 44, 5: 3})):
        rate(office.engine, UNIT, OTHER, scores, day)
        explain(office.engine, UNIT, OTHER, {("bad", "attitude"): 13, ("good", "quick"): 8}, day=day)
    after = {name: office.told(name) for name in office.people}

    for name in ("officer", "mechanic"):
        told = [path for path in office.paths if before[name][path] != after[name][path]]
        assert told == [], f"{name} reads of the other counter"
        assert {status for status, _ in after[name].values()} <= {200, 303, 400, 401, 403, 404, 422}
    assert before["head"]["/figures.json"] != after["head"]["/figures.json"], "whoever is above reads it"


def test_whoever_sits_at_a_counter_still_reads_of_their_own(office: Office) -> None:
    page = office.people["officer"].get("/?period=month&of=2026-10").text
    figures = office.people["officer"].figures("?period=month&of=2026-10")
    causes = office.people["officer"].get("/causes?period=month&of=2026-10").text

    assert [line["counter_id"] for line in figures["lines"]] == [OWN]
    assert figures["own_counters_alone"] is True
    assert figures["total"]["rated"] == figures["lines"][0]["rated"] == 49
    assert "Quầy của Ông/Bà" in page
    assert OTHER not in page
    assert "Quầy của Ông/Bà" in causes
    assert "Phải chờ lâu" in causes
    before = {"own_counters_alone": False}
    assert office.people["head"].figures() | before == office.people["head"].figures()


@pytest.mark.parametrize("path", ["/indicators", "/fair", "/periods", f"/periods/open?unit={UNIT}&of=2026-10"])
def test_pages_of_whole_units_say_where_ones_own_figures_stand(office: Office, path: str) -> None:
    for name in ("officer", "mechanic"):
        answer = office.people[name].get(path)
        assert answer.status_code == 403
        assert "số liệu của cả đơn vị" in answer.text
    assert office.people["head"].get(path).status_code == 200
    first = office.people["officer"].get("/").text
    assert f'href="{path.partition("?")[0]}' not in first


def test_a_plan_is_read_without_the_shares_of_its_unit(office: Office) -> None:
    own, head = (office.people[name].get("/actions/1").text for name in ("officer", "head"))
    table = office.people["officer"].get("/actions/table.csv?show=all").text

    assert 'data-k="17" data-n="61"' in head
    assert "Mở thêm một quầy" in own
    assert "data-k=" not in own
    assert "27,9" in head
    assert "27,9" not in own
    assert ",17,61," not in table
    assert ",17,61," in office.people["head"].get("/actions/table.csv?show=all").text


def test_who_sits_at_a_counter_reads_its_figures_and_who_is_above_those_of_units() -> None:
    for role in Role:
        sits = Person("a", role, frozenset({UNIT}), "CB-1", frozenset({OWN}), unit_id=UNIT)
        apart = Person("a", role, frozenset({UNIT}), unit_id=UNIT)
        above = role in (Role.LEADER, Role.INSPECTOR, Role.AUDITOR)
        assert own_figures(sits) == (None if above else {OWN})
        assert own_figures(apart) == (frozenset() if role is Role.OFFICER else None)
        assert may_with_period(sits, PeriodAct.SEE, UNIT) is above
