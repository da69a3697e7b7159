"""An independent script recomputes every figure of every page of a province's year from the exports."""

import ast
import json
import subprocess
import sys
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from sync.district.export.exporting import ExportOrder, export
from sync.district.export.lines import Format
from sync.district.export.sealing import open_stream
from sync.district.measures.disclosure import Rules
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import CALENDAR, Asked, PeriodName, label
from sync.district.projection.project import rebuild
from sync.district.times import local_day
from sync.district.web import indicators
from sync.district.web.figures import figures
from sync.district.web.indicator_figures import indicator_figures
from sync.district.web.overview import gather, overview
from tests.district import recompute
from tests.district.conftest import District
from tests.district.province import COMMUNES, Province, open_days
from tests.district.test_export import KEY, PRIVATE

pytestmark = pytest.mark.slow

EVERYTHING = Asked(PeriodName.ALL)
UNITS = (None, "H32", *COMMUNES)
RULES = Rules(minimum_n=30, group_floor=5)
CHECKED = 3
"""At so many moments of the year every page is compared."""


def shown(district: District, wanted: Asked, unit: str | None, tree: TreeName = TreeName.OF_THE_DAY) -> dict[str, Any]:
    """The page as the district's JSON tells it to leaders, as far as it is about ratings; empty when there is none."""
    gathered = gather(district.engine, wanted, local_day(district.clock()), tree, private=True, within=unit)
    page = overview(gathered, None, unit, RULES, district.clock())
    if page is None:
        return {}
    told = json.loads(json.dumps(figures(page)))
    compared = [
        {"first": each["period"]["first"], "last": each["period"]["last"]}
        | {name: each[name] for name in ("figure", "difference", "interval", "distinguishable")}
        for each in told["compared"]
    ]
    # How far an objection has come is no figure.
    lines = [{name: value for name, value in line.items() if name != "objections"} for line in told["lines"]]
    return {
        "first": told["period"]["first"],
        "last": told["period"]["last"],
        "private": page.reasons.sensitive,
        "compared": compared,
        "lines": lines,
        "cuts": [_without_words(cut) for cut in told["cuts"]],
        **{each: told[each] for each in ("total", "coverage", "undated", "reasons")},
    }


def _without_words(cut: dict[str, Any]) -> dict[str, Any]:
    """A cut without its definition, and without the names of procedures, which no export tells."""
    lines = [{name: value for name, value in line.items() if name != "name"} for line in cut["lines"]]
    return {name: value for name, value in cut.items() if name != "measure"} | {"lines": lines}


def exported(district: District, folder: Path) -> recompute.Export:
    for what in ("ratings", "answers", "reference"):
        order = ExportOrder(what, Format.JSON_LINES, "tung", key=KEY, reason="a test of figures")
        export(district.engine, order, folder / what, district.clock())
    for sealed in folder.rglob("*.sealed"):
        with sealed.open("rb") as file:
            sealed.with_suffix("").write_bytes(b"".join(open_stream(file, bytes(PRIVATE))))
    return recompute.Export(folder)


def answered(district: District, wanted: Asked, unit: str | None, tree: TreeName) -> dict[str, Any]:
    """The questions of the page of single indicators, and what it makes of the indicator that the year asks for."""
    gathered = indicators.gather(district.engine, wanted, local_day(district.clock()), tree, within=unit)
    page = indicators.indicators(gathered, None, unit, RULES, load_indicator_rules(), district.clock())
    assert page is not None
    told = indicator_figures(page)
    points = {each["indicator"]: each["value"] for each in told["tt01"] if each["from"] == "answers"}
    kept = [
        {each: question[each] for each in ("questionnaire", "question_id", "lines", "n")}
        for question in told["questions"]
    ]
    return {"questions": kept, "points": points["1"]}


def recomputed(page: recompute.Page, questions: list[Any]) -> dict[str, Any]:
    """The same by the script, for the questionnaires that were exported; the others have no answers."""
    ours = {(each["questionnaire"], each["question_id"]): each for each in page.questions()}
    empty = {"lines": None, "n": None}
    kept = [{**each, **(ours.get((each["questionnaire"], each["question_id"])) or empty)} for each in questions]
    points = [each.pop("points", None) for each in kept]
    return {"questions": kept, "points": next((each for each in points if each is not None), None)}


def periods(last: date) -> list[Asked]:
    """The newest of each kind, one of each that is over, and any days."""
    earlier = last - timedelta(days=40)
    return [
        *(Asked(name) for name in PeriodName if name is not PeriodName.RANGE),
        *(Asked(name, label(name, earlier)) for name in CALENDAR),
        Asked(PeriodName.RANGE, first=last - timedelta(days=47), last=last - timedelta(days=11)),
    ]


def differing(district: District, export_: recompute.Export) -> list[Any]:
    """Every page whose figures are not those of the script."""
    last, found = date.fromisoformat(shown(district, EVERYTHING, None)["last"]), []
    for wanted, unit, tree in product(periods(last), UNITS, TreeName):
        name = str(wanted.name)
        days = (wanted.first or date.min, wanted.last or last)
        if name != "range":
            days = recompute.span(name, recompute.day_in(name, wanted.of) if wanted.of else last)
        asked = recompute.Question(name, days, str(tree), unit, last, local_day(district.clock()))
        page = recompute.Page(export_, asked, RULES.minimum_n, RULES.group_floor)
        ours, theirs = shown(district, wanted, unit, tree), page.figures() if page.is_there() else {}
        if ours:
            said = answered(district, wanted, unit, tree)
            ours, theirs = ours | said, theirs | recomputed(page, said["questions"])
        place = (str(wanted), unit, str(tree))
        names = sorted({*ours, *theirs})
        found += [
            (place, each, ours.get(each), theirs.get(each)) for each in names if ours.get(each) != theirs.get(each)
        ]
    return found


def test_every_figure_of_a_year_is_recomputed_to_the_last_digit(district: District, tmp_path: Path) -> None:
    province = Province(district)
    province.open()
    undated = list[int]()
    days = open_days(5 if district.engine.dialect.name == "sqlite" else 10)

    for n, day in enumerate(days):
        if n == len(days) // 2:
            province.move_a_counter()
        if n == 2 * len(days) // 3:
            province.merge_communes()
        province.step(day)
        if n == 3 * len(days) // 4:
            rebuild(district.engine, district.keys)
        if n % (len(days) // CHECKED) == 5 or day == days[-1]:
            export_ = exported(district, tmp_path / f"{day}")
            assert differing(district, export_) == []
            undated.append(shown(district, EVERYTHING, None)["undated"])
            assert recompute.wrong_groups(export_) == []

    year = shown(district, EVERYTHING, None)
    assert year["total"]["rated"] > 5 * len(days)
    assert year["total"]["contradicted"] >= 5
    assert any(undated)
    assert [cut["by"] for cut in year["cuts"]] == ["stage", "field", "procedure_id", "language"]
    assert all(len(cut["lines"]) > 1 for cut in year["cuts"] if cut["by"] != "procedure_id")
    assert year["coverage"]["silent"] is not None
    assert shown(district, Asked(PeriodName.LAST_7_DAYS), "H32")["coverage"] is None  # of a week not all was imported
    assert answered(district, EVERYTHING, None, TreeName.OF_TODAY)["points"] is not None
    half = shown(district, Asked(PeriodName.HALF_YEAR), None)
    assert half["compared"][0]["difference"] is not None
    assert year["reasons"]["total"]["better"]
    assert year["private"] >= recompute.K
    flags = {flag for row in export_["ratings"] for flag in row["flags"]}
    assert {"day_unknown", "clock_unsure"} <= flags
    assert {row["counter_known_by"] for row in export_["ratings"]} == {"kiosk", "dossier", None}
    assert {row["stream"] for row in export_["released_ratings"]} >= {"rating", "contradiction"}
    _holds_its_contradictions(export_)


def _holds_its_contradictions(export_: recompute.Export) -> None:
    """Of the dossiers that were given different scores all are told but those that wait for four others."""
    there, told = recompute.contradicted(export_)
    places = {(row["unit_id"], row["counter_id"]) for row in export_["released_ratings"]}

    assert 0 < told <= there < told + 2 * recompute.K * len(places)


def test_the_script_is_plain_python_and_runs_alone(district: District, tmp_path: Path) -> None:
    province = Province(district)
    province.open()
    for day in open_days(30):
        province.step(day)
    exported(district, tmp_path / "e")
    last = shown(district, EVERYTHING, None)["last"]
    source = Path(recompute.__file__)
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }

    command = [sys.executable, "-I", str(source), str(tmp_path / "e"), "--last", last, "--period", "all"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)
    assert json.loads(said) == shown(district, EVERYTHING, None)


def test_a_figure_that_is_not_what_was_released_is_noticed(district: District, tmp_path: Path) -> None:
    province = Province(district)
    province.open()
    for day in open_days(30):
        province.step(day)
    export_ = exported(district, tmp_path / "e")
    one = next(row for row in export_["released_ratings"] if row["stream"] == "rating" and row["day"])

    one["n"] += 1

    assert differing(district, export_) != []
    assert recompute.wrong_groups(export_) != []
