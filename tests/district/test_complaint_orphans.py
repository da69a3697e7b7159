"""No complaint is left where nobody can carry it on: what fails climbs to the level above, on its first page."""

import argparse

import pytest
from msgspec.structs import replace

from sync.district.cli import user as command
from sync.district.cli.context import Context
from sync.district.complaints.actions import Incomplete
from sync.district.complaints.stuck import recheck_open
from sync.district.domain.complaint_steps import Action
from sync.district.domain.orphans import Lack, Staffing, Stuck
from sync.district.domain.people import Role
from sync.district.domain.rights import Person, Subject
from sync.district.settings import Settings
from sync.district.store.accounts import set_disabled
from sync.district.store.engine import writing
from tests.district.complaint_office import HEAD, LAN, MINH, SECOND
from tests.district.test_complaint_pages import browse, office
from tests.district.test_complaints import HEAD as FIRST
from tests.district.test_complaints import do, one, the

__all__ = ["office", "one"]

PARENTS = {"H32": None, "U": "H32", "V": "H32"}
PLAIN = Subject("U", "facilities", sensitive=False)
HERE = frozenset({"U"})
TOP = Person("top", Role.LEADER, frozenset({"H32", "U", "V"}), None, unit_id="H32")
BOSS = Person("boss", Role.LEADER, HERE, None, unit_id="U")
DEPUTY = Person("deputy", Role.LEADER, HERE, None, unit_id="U")
LAN_HERE = Person("lan", Role.OFFICER, HERE, "CB-7", unit_id="U")


def lacks(*people: Person, owner: str | None = None, subject: Subject = PLAIN, unit: str = "U") -> Stuck | None:
    return Staffing(people, PARENTS).stuck(subject, unit, owner)


def test_a_matter_with_an_owner_and_another_who_approves_is_not_stuck() -> None:
    assert lacks(BOSS, LAN_HERE) is None
    assert lacks(BOSS, LAN_HERE, owner="lan") is None


def test_an_owner_who_left_climbs_to_the_leader_of_the_unit() -> None:
    assert lacks(TOP, BOSS, owner="gone") == Stuck((Lack.OWNER,), "U")


def test_a_unit_without_people_climbs_to_the_level_above() -> None:
    assert lacks(TOP, BOSS, unit="V") == Stuck((Lack.PEOPLE,), "H32")


def test_a_leader_who_owns_it_needs_another_to_approve() -> None:
    assert lacks(BOSS, LAN_HERE, owner="boss") == Stuck((Lack.APPROVER,), "U")
    assert lacks(BOSS, DEPUTY, owner="boss") is None


def test_a_matter_about_the_only_head_climbs_past_them() -> None:
    about_boss = Subject("U", "conduct", sensitive=False, officers=frozenset({"CB-1"}))
    boss = Person("boss", Role.LEADER, HERE, "CB-1", unit_id="U")

    assert lacks(TOP, boss, LAN_HERE, subject=about_boss) is None
    assert lacks(boss, LAN_HERE, subject=about_boss) == Stuck((Lack.READER, Lack.APPROVER), None)


def test_an_account_that_is_not_linked_or_answers_nobody_counts_for_nothing() -> None:
    unlinked = Person("x", Role.LEADER, HERE, None, linked=False, unit_id="U")
    technician = Person("t", Role.TECHNICIAN, HERE, None, unit_id="U")

    found = lacks(unlinked, technician)

    assert found is not None
    assert found.lacks == (Lack.PEOPLE, Lack.READER, Lack.APPROVER)


def test_where_no_account_has_a_unit_everybody_belongs_to_each() -> None:
    everywhere = [Person(name, Role.LEADER, None, None) for name in ("a", "b")]

    assert lacks(*everywhere) is None


def test_a_circle_of_units_ends() -> None:
    assert Staffing([TOP], {"U": "V", "V": "U"}).stuck(PLAIN, "U", None) == Stuck((Lack.PEOPLE,), None)


def test_a_complaint_is_never_sent_to_a_unit_without_people(one) -> None:
    one.reference(units=[{"unit_id": "H32.77", "name": "Phòng vắng", "level": "commune", "parent_id": None}])

    with pytest.raises(Incomplete, match="unit_id"):
        do(one, FIRST, the(one), Action.TRANSFER, unit_id="H32.77", text="Thuộc phòng khác")


def test_what_an_officer_owned_who_left_stands_first_on_the_first_page_of_their_head(office) -> None:
    world = office[0]
    world.do(LAN, "ramp", Action.TAKE)
    with writing(world.district.engine) as connection:
        set_disabled(connection, LAN.user_name, True)
    recheck_open(world.district.engine, world.district.clock())
    head = browse(office, HEAD)

    first, register = head.get("/").text, head.get("/complaints?show=stuck").text
    page = head.get(f"/complaints/{world.ids['ramp']}").text
    elsewhere = browse(office, SECOND).get("/complaints?show=stuck").text

    assert 'data-stuck="1"' in first
    assert first.index(world.ids["ramp"]) < first.index(world.ids["late"])
    assert "Người phụ trách không còn làm được việc này" in register
    assert 'id="stuck"' in page
    assert 'data-n="0"' in elsewhere


def test_the_command_that_shuts_somebody_out_says_what_they_leave(one, tmp_path, capsys) -> None:
    do(one, FIRST, the(one), Action.TAKE)
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["user", "disable", "head"])
    url = one.engine.url.render_as_string(hide_password=False)

    assert arguments.run(arguments, Context(Settings(data=tmp_path, database_url=url), one.clock)) == 0
    assert "1 việc" in capsys.readouterr().out


def test_what_the_only_leader_wrote_climbs_until_another_may_approve_it() -> None:
    def waits(*people: Person, wrote: str) -> Stuck | None:
        return Staffing(people, PARENTS).stuck(PLAIN, "U", "lan", frozenset({wrote}))

    assert waits(BOSS, LAN_HERE, wrote="boss") == Stuck((Lack.APPROVER,), "U")
    assert waits(BOSS, DEPUTY, LAN_HERE, wrote="boss") is None
    assert waits(BOSS, LAN_HERE, wrote="lan") is None


def test_a_conclusion_climbs_over_a_leader_who_sits_where_its_officer_sits() -> None:
    colleague = replace(DEPUTY, counters=frozenset({"q2"}))
    named = replace(PLAIN, stated_officers=frozenset({"CB-9"}), seats=frozenset({"q2"}))

    def waits(second: Person, *, to_conclude: bool) -> Stuck | None:
        people = Staffing([BOSS, second, LAN_HERE, TOP], PARENTS)
        return people.stuck(named, "U", "lan", frozenset({"boss"}), to_conclude=to_conclude)

    assert waits(colleague, to_conclude=False) is None
    assert waits(DEPUTY, to_conclude=True) is None
    assert Staffing([BOSS, colleague, LAN_HERE], PARENTS).stuck(
        named, "U", "lan", frozenset({"boss"}), to_conclude=True
    ) == Stuck((Lack.APPROVER,), "U")


def test_a_conclusion_that_nobody_else_may_approve_climbs_at_once(office) -> None:
    world = office[0]
    world.do(MINH, "rude", Action.CLASSIFY, about="conduct", sensitive="no")
    world.do(HEAD, "rude", Action.ASSIGN, owner=MINH.user_name)
    with writing(world.district.engine) as connection:
        set_disabled(connection, SECOND.user_name, True)
    world.do(MINH, "rude", Action.START)
    before = dict(world.district.rows("complaint_standings", "entry_id", "lacks"))
    world.do(HEAD, "rude", Action.CONCLUDE, result="not_true", text="Đã nghe hai bên.")
    after = dict(world.district.rows("complaint_standings", "entry_id", "lacks"))

    assert (before[world.ids["rude"]], after[world.ids["rude"]]) == (None, ["approver"])
    assert world.ids["rude"] in browse(office, HEAD).get("/complaints?show=stuck").text
