"""Filters of the list that somebody has named: theirs alone, counted on their first page, never a citizen's number."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event

from kiosk.domain.receipt import mint
from sync.district.domain.people import Role
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Person
from sync.district.store import inbox, saved_views
from sync.district.store.complaint_register import whole
from sync.district.store.engine import reading, writing
from sync.district.store.inbox import InboxFilter
from sync.district.store.merges import may_be_the_same
from sync.district.times import local_day
from tests.district.complaint_office import HEAD, LAN, MINH, open_to_the_public
from tests.district.test_complaint_pages import browse, form_of
from tests.district.test_complaints import one as one_complaint
from tests.district.test_complaints import the
from tests.district.web_server import Browser
from tests.support.factories import UNIT

one = one_complaint
__all__ = ["one"]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory):
    with open_to_the_public(tmp_path_factory.mktemp("views")) as opened:
        yield opened


def keep(browser: Browser, name: str, listed: str) -> str:
    """What the list says then."""
    token = form_of(browser, "/complaints")["form_token"]
    answer = browser.post("/complaints/views", {"form_token": token, "name": name, "list": listed})
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["Location"]).query)["view"][0]


def own(browser: Browser) -> dict[str, str]:
    """On the first page: each name with its number."""
    first = browser.get("/").text
    part = first[first.index('id="own-views"') :].partition("</p>")[0] if 'id="own-views"' in first else ""
    return {name.strip(): n for name, n in re.findall(r'<a [^>]*>([^<]+)(?:<span class="count">(\d+))?', part)}


def test_a_filter_is_named_counted_on_the_first_page_used_and_forgotten(office) -> None:
    lan = browse(office, LAN)
    assert keep(lan, "  Xe   lăn ", "show=unowned&q=xe+lan") == "saved"
    assert keep(lan, "Mọi việc", "show=all") == "saved"
    page = lan.get("/complaints?show=unowned&q=xe+lan").text

    assert own(lan) == {"Xe lăn": "1", "Mọi việc": ""}  # what only grows is not counted
    assert '<li class="now"><a href="/complaints?show=unowned&amp;q=xe+lan">Xe lăn</a>' in page
    assert keep(lan, "Xe lăn", "show=all&q=xe+lan") == "saved"  # the same name again
    assert list(own(lan)) == ["Mọi việc", "Xe lăn"]

    number = re.findall(r'name="view" value="(\d+)"', lan.get("/complaints").text)[0]
    token = form_of(lan, "/complaints")["form_token"]
    lan.post("/complaints/views/forget", {"form_token": token, "view": number, "list": "show=open"})
    assert list(own(lan)) == ["Xe lăn"]


def test_nobody_sees_or_forgets_what_is_anothers(office) -> None:
    head, minh = browse(office, HEAD), browse(office, MINH)
    keep(head, "Của lãnh đạo", "show=stuck")
    number = re.findall(r'name="view" value="(\d+)"', head.get("/complaints").text)[-1]
    token = form_of(minh, "/complaints")["form_token"]
    minh.post("/complaints/views/forget", {"form_token": token, "view": number, "list": "show=open"})

    assert "Của lãnh đạo" not in minh.get("/complaints").text + minh.get("/").text
    assert own(head) == {"Của lãnh đạo": "0"}
    assert minh.post("/complaints/views", {"name": "x", "list": "show=open"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "listed", "note"),
    [
        ("", "show=open", "name"),
        ("x" * 41, "show=open", "name"),
        ("Bà ấy", "q=0912+345+123", "citizen"),
        ("Phiếu", f"q={mint().number}", "citizen"),
        ("Phiếu sai", "q=" + "1234567890123456", "citizen"),
        ("Dài", "q=" + "%E1%BA%BF" * 150, "long"),
    ],
    ids=["no name", "a long name", "a telephone", "a receipt", "a receipt with a slip", "a long address"],
)
def test_what_cannot_be_kept_is_told(office, name: str, listed: str, note: str) -> None:
    minh = browse(office, MINH)
    assert keep(minh, name, listed) == note
    assert 'id="view-error"' in minh.get(f"/complaints?view={note}").text
    assert office[0].district.rows("saved_views", "name").count((name,)) == 0


def test_somebody_has_so_many_and_no_more(one) -> None:
    with writing(one.engine) as connection:
        for n in range(saved_views.MAX_OF_PERSON):
            saved_views.save_view(connection, "head", f"n{n}", "show=open", one.clock())
        with pytest.raises(saved_views.TooManyViews):
            saved_views.save_view(connection, "head", "one more", "show=open", one.clock())
        saved_views.save_view(connection, "head", "n0", "show=mine", one.clock())

    assert len(saved_views_of(one)) == saved_views.MAX_OF_PERSON


def saved_views_of(one):
    with reading(one.engine) as connection:
        return saved_views.views_of(connection, "head")


def test_no_list_of_open_ones_reads_those_that_are_closed(one) -> None:
    """The list, what a saved filter holds and what may be the same begin at the index of what is open."""
    told, index = list[tuple[str, object]](), "ix_complaint_standings_open_unit_id"

    def note(connection: object, cursor: object, statement: str, parameters: object, *more: object) -> None:
        if "complaint_standings" in statement and "EXPLAIN" not in statement:
            told.append((statement, parameters))

    person, before = Person("head", Role.LEADER, frozenset({UNIT})), shown_before(one.clock())
    asked = (person, InboxFilter(words="ghế"), before, local_day(one.clock()))
    with writing(one.engine) as connection:
        found = whole(connection, the(one))
        assert found is not None
        event.listen(one.engine, "before_cursor_execute", note)
        inbox.page(connection, *asked, 0)
        inbox.count(connection, *asked)
        may_be_the_same(connection, person, found, before)
        event.remove(one.engine, "before_cursor_execute", note)
        explain = "EXPLAIN QUERY PLAN "
        if one.engine.dialect.name == "postgresql":
            explain = "EXPLAIN "
            for table, more in (
                ("complaints", ""),
                ("complaint_standings", ", 'open', false"),
            ):  # of few the plan says nothing
                row = f"jsonb_populate_record({table}, jsonb_build_object('entry_id', 'closed-' || n{more}))"
                first = f"{table}.entry_id = (SELECT min(entry_id) FROM {table})"
                many = f"SELECT row.* FROM {table}, generate_series(1, 4000) n, LATERAL {row} row WHERE {first}"
                connection.exec_driver_sql(f"INSERT INTO {table} {many}")
            connection.exec_driver_sql("ANALYZE complaint_standings, complaints")
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plans = [
            "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))
            for statement, parameters in told
        ]

    assert len(plans) == 3
    assert all(index in plan for plan in plans), plans
