"""A rating gets its counter, officer and procedure from its dossier, however late that is imported."""

import contextlib
import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.district.projection.project import rebuild
from sync.district.projection.release import release
from sync.district.reference import changes
from sync.district.reference.changes import ChangeRefused
from sync.district.reference.writing import write
from sync.district.store.engine import open_engine, writing
from sync.district.store.imports import Origin, rows_by_key
from sync.district.store.locks import Lock, hold
from tests.district.conftest import District, empty, make_district
from tests.district.web_fixtures import bring
from tests.support.factories import COUNTER, TODAY, UNIT, dossier_code

OTHER, THERE = "H32.13-q2", "H32.99"
HEADER = "Mã hồ sơ,Mã quầy,Số hiệu cán bộ,Mã thủ tục,Ngày nhận\n"


def import_dossiers(district: District, *rows: tuple[str, str, str, str]) -> None:
    outcome = bring(district.engine, "dossiers", HEADER + "".join(",".join((*row, "21/11/2026\n")) for row in rows))
    assert outcome.accepted, outcome.reading.errors


def attributions(district: District) -> list[Any]:
    columns = ("dossier_code", "counter_id", "counter_known_by", "officer_number", "procedure_id")
    return district.rows("ratings", *columns)


def test_a_dossier_that_arrives_in_the_evening_gives_the_mornings_rating_its_counter(district: District) -> None:
    box = district.box(counter=None)
    box.rate(4, dossier_code(), counter_id=None)
    district.accept(box)
    district.project()
    morning = (attributions(district), district.figures())

    import_dossiers(district, (dossier_code(), OTHER, "CB07", "1.001612"))

    assert morning == ([(dossier_code(), None, None, None, None)], [(TODAY, UNIT, "", "overall", "4", 1)])
    assert attributions(district) == [(dossier_code(), OTHER, "dossier", "CB07", "1.001612")]
    assert district.figures() == [(TODAY, UNIT, OTHER, "overall", "4", 1)]


def test_a_counter_that_the_kiosk_named_stays(district: District) -> None:
    box = district.box()
    box.rate(4, dossier_code())
    district.accept(box)
    district.project()

    import_dossiers(district, (dossier_code(), OTHER, "CB07", "1.001612"))

    assert attributions(district) == [(dossier_code(), COUNTER, "kiosk", "CB07", "1.001612")]


def test_a_dossier_of_another_offices_counter_names_none_here(district: District) -> None:
    district.reference(
        units=[{"unit_id": "H32.99", "name": "Sở Thử", "level": "department", "parent_id": None}],
        counters=[{"counter_id": "H32.99-q1", "unit_id": "H32.99", "name": "Quầy 1", "field": ""}],
    )
    box = district.box(counter=None)
    box.rate(4, dossier_code(), counter_id=None)
    district.accept(box)
    district.project()

    import_dossiers(district, (dossier_code(), "H32.99-q1", "CB07", "1.001612"))

    assert attributions(district) == [(dossier_code(), None, None, "CB07", "1.001612")]


def test_a_check_of_a_file_moves_nothing(district: District) -> None:
    box = district.box(counter=None)
    box.rate(4, dossier_code(), counter_id=None)
    district.accept(box)
    district.project()
    before = attributions(district)

    bring(district.engine, "dossiers", f"{HEADER}{dossier_code()},{OTHER},CB07,1.001612,21/11/2026\n", check=True)

    assert attributions(district) == before


def move(district: District, counter_id: str, unit_id: str, holds_from: date | None = None) -> int:
    """As an import of counters does."""
    with writing(district.engine) as connection:
        hold(connection, Lock.REFERENCE)
        present = rows_by_key(connection, "counters", [counter_id])
        row = present[counter_id] | {"unit_id": unit_id}
        return write(connection, "counters", [row], present, Origin("", district.clock(), holds_from=holds_from))


@pytest.mark.parametrize(("days", "counter"), [(0, None), (1, OTHER)])
def test_that_its_counter_moved_later_takes_nothing_from_a_rating(
    elsewhere: District, days: int, counter: str | None
) -> None:
    """The rating was given on the day of the move, or the day before."""
    box = elsewhere.box(counter=None)
    box.rate(4, dossier_code(), counter_id=None)
    elsewhere.accept(box)
    elsewhere.project()
    import_dossiers(elsewhere, (dossier_code(), OTHER, "CB07", "1.001612"))

    move(elsewhere, OTHER, THERE, TODAY + timedelta(days))
    moved = attributions(elsewhere)
    rebuild(elsewhere.engine, elsewhere.keys)

    assert [row[1] for row in moved] == [counter]
    assert attributions(elsewhere) == moved


@pytest.fixture
def elsewhere(district: District) -> District:
    """A district with a second unit."""
    return _second_unit(district)


def _second_unit(district: District) -> District:
    district.reference(units=[{"unit_id": THERE, "name": "Phường Khác", "level": "commune", "parent_id": None}])
    return district


class Life:
    """What happens to a district: two kiosks, of which one comes by stick, ratings, imports, moves, releases."""

    def __init__(self, district: District, seed: int) -> None:
        self.district, self.dice = district, random.Random(seed)
        self.boxes = [district.box(counter=None), district.box(counter=None)]
        self.sent = [0, 0]
        self.moves: list[int] = []

    def go_on(self) -> None:
        """The next thing that happens."""
        others = [self.dossiers, self.move, self.undo, self.night]
        self.dice.choice([*[self.rate] * 6, *others])()
        if self.dice.random() < 0.5:
            self.deliver(0)
        if self.dice.random() < 0.1:
            self.deliver(1)

    def rate(self) -> None:
        day = self.district.clock().date()
        moment = {"day": day, "at_s": int(self.district.clock().timestamp()), "offset_s": None}
        counter = self.dice.choice([None, None, COUNTER])
        self.dice.choice(self.boxes).rate(
            self.dice.randint(1, 5), dossier_code(self.dice.randrange(20)), counter_id=counter, **moment
        )

    def dossiers(self) -> None:
        code = dossier_code(self.dice.randrange(20))
        officer = self.dice.choice(["CB1", "CB2"])
        import_dossiers(self.district, (code, self.dice.choice([COUNTER, OTHER]), officer, "1.0"))

    def move(self) -> None:
        since = self.dice.choice([None, TODAY - timedelta(self.dice.randrange(4))])
        counter, unit = self.dice.choice([COUNTER, OTHER]), self.dice.choice([UNIT, THERE])
        self.moves.append(move(self.district, counter, unit, since))

    def undo(self) -> None:
        if self.moves:
            revision = self.moves.pop(self.dice.randrange(len(self.moves)))
            with contextlib.suppress(ChangeRefused):
                changes.undo(self.district.engine, revision, Origin("", self.district.clock(), undoes=revision))

    def night(self) -> None:
        self.district.clock.pass_by(days=1)
        release(self.district.engine, self.district.clock())

    def deliver(self, number: int) -> None:
        box = self.boxes[number]
        if len(box.entries) > self.sent[number]:
            self.district.accept(box, box.batch(self.sent[number] + 1))
            self.sent[number] = len(box.entries)
            self.district.project()


def state(district: District) -> list[Any]:
    """Everything that figures are made of, without names that are drawn by chance."""
    rated = ("dossier_code", "day", "score", "counted", "unit_id", "counter_id", "counter_known_by", "officer_number")
    groups = ("stream", "unit_id", "counter_id", "counted_on", "released_on", "n")
    return [
        district.rows("ratings", *rated),
        district.figures(),
        district.rows("released_groups", *groups),
        district.rows("released_counts", "answer", "n"),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_in_whatever_order_things_come_a_rebuild_gives_what_never_rebuilding_gives(
    elsewhere: District, request: pytest.FixtureRequest, tmp_path: Path, seed: int
) -> None:
    """One district rebuilds after everything that happens, the other never: they stay the same, night after night."""
    never = _lived(Life(elsewhere, seed), rebuilds=False)
    always = _lived(Life(_second_unit(_fresh(elsewhere, request, tmp_path)), seed), rebuilds=True)

    assert never == always
    assert all(never)
    assert len({row[5:7] for row in never[0]}) > 1


def _lived(life: Life, *, rebuilds: bool) -> list[Any]:
    for _ in range(45):
        life.go_on()
        if rebuilds:
            rebuild(life.district.engine, life.district.keys)
    for number in (0, 1):
        life.deliver(number)
    life.night()
    return state(life.district)


def _fresh(district: District, request: pytest.FixtureRequest, tmp_path: Path) -> District:
    """Another district on the same kind of database."""
    engine = district.engine
    if engine.dialect.name == "postgresql":
        empty(engine.url.render_as_string(hide_password=False))
    else:
        shutil.copy(request.getfixturevalue("sqlite"), tmp_path / "second.sqlite")
        engine = open_engine(f"sqlite:///{tmp_path / 'second.sqlite'}")
    return make_district(engine, tmp_path / "second")
