"""What laws and plans say an indicator is worth, by day, from a file."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.paths import shared
from sync.district.measures.indicator_rules import (
    BadIndicatorRules,
    LateTarget,
    SatisfiedTarget,
    begun,
    in_force_on,
    load_indicator_rules,
)

OLD = LateTarget(0.05, "Kế hoạch cũ", date(2024, 1, 1), date(2025, 6, 30))
NEW = LateTarget(0.02, "Kế hoạch mới", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "in_force", "newest"),
    [
        (date(2023, 12, 31), None, None),
        (date(2024, 1, 1), OLD, OLD),
        (date(2025, 6, 30), OLD, OLD),
        (date(2025, 7, 1), None, OLD),
        (date(2026, 1, 1), NEW, NEW),
    ],
)
def test_a_rule_holds_from_its_first_day_to_its_last(day: date, in_force: LateTarget | None, newest: LateTarget | None):
    assert in_force_on((NEW, OLD), day) == in_force
    assert begun((NEW, OLD), day) == newest


def test_the_shipped_rules_are_those_of_the_circular_and_of_the_decision():
    law = load_indicator_rules()

    (points,), (kept,) = law.points_by_date, law.decision_766
    assert (points.early, points.on_time, points.late, points.valid_to) == (2, 1, 0, date(2025, 6, 30))
    assert (kept.full_points, kept.full_from, kept.valid_from, kept.valid_to) == (6, 90, date(2022, 6, 23), None)
    assert law.late_target == ()


@pytest.mark.parametrize(
    "change",
    [
        ("full_points = 6", "full_points = 'six'"),
        ("full_from = 90", "full_form = 90"),
        ("full_from = 90", "full_from = 101"),
        ("full_from = 90", "full_from = 0"),
        ("full_points = 6", "full_points = -1"),
        ("valid_from = 2022-06-23", ""),
        ("[[decision_766]]", "[[decision_76]]"),
        ("early = 2", "early = = 2"),
    ],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, change: tuple[str, str]):
    own = tmp_path / "own.toml"
    shipped = (shared("config") / "schemes" / "indicators.toml").read_text(encoding="utf-8")
    assert change[0] in shipped
    own.write_text(shipped.replace(*change), encoding="utf-8")

    with pytest.raises(BadIndicatorRules, match=r"own\.toml"):
        load_indicator_rules(own)
    with pytest.raises(BadIndicatorRules, match=r"nowhere\.toml"):
        load_indicator_rules(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(("table", "name"), [("late_target", "below"), ("satisfied_target", "at_least")])
@pytest.mark.parametrize(
    ("share", "source", "why"),
    [
        ("83", "Kế hoạch", "83 % is 0.83; 83.0 is none"),
        ("-0.1", "Kế hoạch", "a share from 0 to 1"),
        ("nan", "Kế hoạch", "a share from 0 to 1"),
        ("inf", "Kế hoạch", "a share from 0 to 1"),
        ("0.83", " ", "which plan sets the target"),
    ],
)
def test_a_target_that_is_no_share_or_nobody_s_is_refused(
    tmp_path: Path, table: str, name: str, share: str, source: str, why: str
):
    own = tmp_path / "own.toml"
    shipped = (shared("config") / "schemes" / "indicators.toml").read_text(encoding="utf-8")
    target = f'\n[[{table}]]\n{name} = {share}\nsource = "{source}"\nvalid_from = 2026-01-01\n'
    own.write_text(shipped + target, encoding="utf-8")

    with pytest.raises(BadIndicatorRules, match=why):
        load_indicator_rules(own)


def test_a_whole_share_is_a_target(tmp_path: Path):
    own = tmp_path / "own.toml"
    shipped = (shared("config") / "schemes" / "indicators.toml").read_text(encoding="utf-8")
    target = '\n[[satisfied_target]]\nat_least = 1\nsource = "Kế hoạch"\nvalid_from = 2026-01-01\n'
    own.write_text(shipped + target, encoding="utf-8")

    assert load_indicator_rules(own).satisfied_target == (SatisfiedTarget(1.0, "Kế hoạch", date(2026, 1, 1)),)
