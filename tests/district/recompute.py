"""Recompute every figure of the district's pages from an export, with nothing but the standard library.

    python recompute.py FOLDER --last 2026-12-31 --period month [--unit H32.13]

FOLDER holds the JSON Lines of ``district export ratings``, ``answers`` and ``reference``. This is not the district's
code and shares none with it: whoever doubts a figure can read this instead, or write their own from the schema.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

K = 5
Z = 1.959963984540054
SATISFIED = ("4", "5")
MOST_LINES = 60
MOST_REASONS = 3
Row = dict[str, Any]


class Export:
    """The tables of an export."""

    def __init__(self, folder: Path) -> None:
        self.tables = {path.name.partition(".")[0]: list(_rows(path)) for path in folder.rglob("*.jsonl")}

    def __getitem__(self, name: str) -> list[Row]:
        return self.tables.get(name, [])


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def span(name: str, last: date) -> tuple[date, date]:
    """The first and the last day of a period that ends with ``last``."""
    first = {
        "day": last,
        "7-days": last - timedelta(days=6),
        "month": last.replace(day=1),
        "quarter": date(last.year, last.month - (last.month - 1) % 3, 1),
        "all": date.min,
    }[name]
    return first, last


class Page:
    """The first page for one period and unit (``None``: every unit)."""

    def __init__(self, export: Export, name: str, last: date, unit: str | None, minimum_n: int, floor: int) -> None:
        self.export, self.unit, self.minimum_n, self.floor = export, unit, minimum_n, max(floor, K)
        first, until = span(name, last)
        self.first = None if name == "all" else first
        self.last = until
        self.tallies: dict[tuple[str, str], dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for row in export["released_ratings"]:
            if row["day"] and first <= date.fromisoformat(row["day"]) <= until:
                self.tallies[row["unit_id"], row["counter_id"]][row["stream"]][row["answer"]] += row["n"]
        self.dossiers: Counter[tuple[str, str]] = Counter()
        for row in export["handled_dossiers"]:
            days = [date.fromisoformat(row[each]) for each in ("received_on", "returned_on") if row[each]]
            if any(first <= day <= until for day in days):
                self.dossiers[row["unit_id"], row["counter_id"]] += row["n"]
        self.places = {*self.tallies, *self.dossiers}
        self.parents = {row["unit_id"]: row["parent_id"] for row in export["units"]}
        self.parents |= {unit_id: None for unit_id, _ in self.places if unit_id not in self.parents}
        self.names = {row["unit_id"]: row["name"] for row in export["units"]}
        self.counters = {row["counter_id"]: row for row in export["counters"]}
        self.reasons = self._reasons(first, until)

    # ---- the tree

    def roots(self) -> list[str]:
        return sorted(unit for unit, parent in self.parents.items() if parent not in self.parents)

    def children(self, unit: str) -> list[str]:
        return sorted(child for child, parent in self.parents.items() if parent == unit)

    def below(self, unit: str) -> list[str]:
        return [unit] + [each for child in self.children(unit) for each in self.below(child)]

    def counters_of(self, unit: str) -> list[str]:
        own = sorted(each for each, row in self.counters.items() if row["unit_id"] == unit)
        return own + sorted(counter for at, counter in self.places if at == unit and counter not in own)

    def places_of(self, units: list[str]) -> list[tuple[str, str]]:
        return [(unit, counter) for unit in units for counter in self.counters_of(unit)]

    # ---- figures

    def numbers(self, place: tuple[str, str]) -> Row:
        """Rated, satisfied, and what contradicts, at one place."""
        said = self.tallies.get(place, {})
        rated = said.get("rating", Counter())
        after = {str(n): rated[str(n)] + said.get("correction", Counter())[str(n)] for n in range(1, 6)}
        scores = rated if min(after.values()) < 0 else after
        contradicted = said.get("contradiction", Counter())
        return {
            "rated": sum(scores.values()),
            "satisfied": sum(scores[n] for n in SATISFIED),
            "cases": contradicted["cases"],
            "raised": contradicted["raised"],
            "dossiers": self.dossiers[place],
        }

    def sum(self, places: list[tuple[str, str]]) -> Row:
        total: Counter[str] = Counter({"rated": 0})
        for place in places:
            total.update(self.numbers(place))
        return dict(total)

    def of_units(self, units: list[str]) -> Row:
        places = self.places_of([each for unit in units for each in self.below(unit)])
        whole = self.sum(places)
        large = self.sum([place for place in places if self.numbers(place)["rated"] >= self.floor])
        rated, dossiers = whole.get("rated", 0), whole.get("dossiers", 0)
        return self.figure(large, 0) | {"rated": rated, "dossiers": dossiers, "fewer_than": None}

    def figure(self, n: Row, floor: int) -> Row:
        rated, satisfied = n.get("rated", 0), n.get("satisfied", 0)
        enough = rated >= max(self.minimum_n, floor, 1)
        highest = min(rated, satisfied + max(0, n.get("raised", 0)))
        low, high = wilson(satisfied, rated) if enough else (None, None)
        hidden = 0 < rated < floor
        return {
            "rated": None if hidden else rated,
            "fewer_than": floor if hidden else None,
            "dossiers": n.get("dossiers", 0),
            "satisfied": satisfied if enough else None,
            "share": round(satisfied / rated, 6) if enough else None,
            "low": low,
            "high": high,
            "minimum_n": self.minimum_n,
            "contradicted": n.get("cases", 0) if enough else 0,
            "share_with_the_highest": round(highest / rated, 6) if enough and n.get("cases") else None,
        }

    def lines(self) -> list[Row]:
        if self.unit is None and len(self.roots()) != 1:
            found = [line for root in self.roots() for line in self.branch(root)]
            return found if len(found) <= MOST_LINES else [self.unit_line(root) for root in self.roots()]
        unit = self.unit or self.roots()[0]
        own = [self.counter_line(unit, counter) for counter in self.counters_of(unit)]
        found = [line for child in self.children(unit) for line in self.branch(child)]
        if len(own) + len(found) > MOST_LINES:
            found = [self.unit_line(child) for child in self.children(unit)]
        return [{**line, "unit_id": ""} for line in own] + found

    def branch(self, unit: str) -> list[Row]:
        counters = [self.counter_line(unit, counter) for counter in self.counters_of(unit)]
        below = [line for child in self.children(unit) for line in self.branch(child)]
        return [self.unit_line(unit), *counters, *below]

    def unit_line(self, unit: str) -> Row:
        return {"unit_id": unit, "counter_id": None, "name": self.names.get(unit, unit), **self.of_units([unit])}

    def counter_line(self, unit: str, counter: str) -> Row:
        name = self.counters[counter]["name"] if counter in self.counters else counter
        return {
            "unit_id": unit,
            "counter_id": counter,
            "name": name,
            **self.figure(self.numbers((unit, counter)), self.floor),
        }

    def undated(self) -> int:
        members = {
            row["group_id"]: row["members"]
            for row in self.export["released_ratings"]
            if row["stream"] == "rating" and row["day"] is None and self.is_here(row["unit_id"])
        }
        return sum(members.values())

    def is_here(self, unit: str) -> bool:
        return self.unit is None or unit in self.chosen()

    def chosen(self) -> list[str]:
        tops = self.roots() if self.unit is None else [self.unit]
        return [each for top in tops for each in self.below(top)]

    # ---- reasons

    def _reasons(self, first: date, last: date) -> dict[tuple[str, str], Counter[tuple[str, str]]]:
        """By place, how many gave each reason: its side, and its words as JSON."""
        known = dict(meanings(self.export["questionnaires"]))
        found: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
        for row in self.export["released_answers"]:
            meaning = known.get((row["questionnaire"], row["question_id"], row["answer"]))
            day = date.fromisoformat(row["day"]) if row["day"] else None
            if row["stream"] == "reason" and meaning and day and first <= day <= last:
                found[row["unit_id"], row["counter_id"]][meaning] += row["n"]
        return found

    def reasons_at(self, places: list[tuple[str, str]]) -> Row:
        total: Counter[tuple[str, str]] = Counter()
        for place in places:
            total.update({meaning: n for meaning, n in self.reasons.get(place, {}).items() if n >= self.floor})
        found: Row = {}
        for side in ("better", "good"):
            ranked = sorted((-n, list(json.loads(words).items())) for (of, words), n in total.items() if of == side)
            found[side] = [{"words": dict(words), "n": -n} for n, words in ranked[:MOST_REASONS]]
        return found

    def reason_lines(self) -> list[Row]:
        one = self.unit or (self.roots()[0] if len(self.roots()) == 1 else None)
        found = []
        for unit in self.roots() if one is None else self.children(one):
            places = [place for place in self.reasons if place[0] in self.below(unit)]
            name = self.names.get(unit, unit)
            found.append({"unit_id": unit, "counter_id": None, "name": name, **self.reasons_at(places)})
        for counter in [] if one is None else self.counters_of(one):
            name = self.counters[counter]["name"] if counter in self.counters else counter
            said = self.reasons_at([(one or "", counter)])
            found.append({"unit_id": one, "counter_id": counter, "name": name, **said})
        return [line for line in found if line["better"] or line["good"]]

    def figures(self) -> Row:
        tops = self.roots() if self.unit is None else [self.unit]
        here = [place for place in self.reasons if place[0] in self.chosen()]
        return {
            "first": self.first and self.first.isoformat(),
            "last": self.last.isoformat(),
            "total": self.of_units(tops),
            "undated": self.undated(),
            "lines": self.lines(),
            "reasons": {"fewer_than": self.floor, "total": self.reasons_at(here), "lines": self.reason_lines()},
        }


def meanings(questionnaires: list[Row]) -> Iterator[tuple[tuple[str, str, str], tuple[str, str]]]:
    for row in questionnaires:
        for question in row["content"]["questions"]:
            if question.get("kind") != "several" or question.get("private"):
                continue
            after = question.get("show_when", {}).get("overall", [])
            side = "good" if after and set(after) <= set(SATISFIED) else "better"
            for option in question["options"]:
                name = (f"{row['questionnaire_id']}/{row['version']}", question["question_id"], option["answer"])
                yield name, (side, json.dumps(option["words"]))


def wilson(satisfied: int, n: int) -> tuple[float, float]:
    """The score interval of Wilson (1927) at 95 %, to six digits."""
    p = satisfied / n
    middle = (p + Z**2 / 2 / n) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(p * (1 - p) / n + Z**2 / 4 / n**2)
    low = 0.0 if satisfied == 0 else round(max(0.0, middle - half), 6)
    return low, 1.0 if satisfied == n else round(min(1.0, middle + half), 6)


# ---- from single presses to released groups, for the auditor


def wrong_groups(export: Export) -> list[str]:
    """What does not hold of released groups, from every press: each is large enough, and says what its presses said
    that had arrived when the day of its release began."""
    presses: dict[Any, list[Row]] = defaultdict(list)
    for row in export["ratings"]:
        presses[case_of(row)].append(row)
    said: dict[int, Counter[str]] = defaultdict(Counter)
    groups = {row["group_id"]: row for row in export["released_ratings"] if row["stream"] == "rating"}
    for row in export["released_ratings"]:
        if row["stream"] == "rating":
            said[row["group_id"]][row["answer"]] += row["n"]
    found: dict[int, Counter[str]] = defaultdict(Counter)
    cases: dict[int, list[Any]] = defaultdict(list)
    for case, rows in presses.items():
        group = rows[0]["group_id"]
        if group is not None:
            midnight = datetime.fromisoformat(f"{groups[group]['released_on']}T00:00:00+07:00")
            arrived = [row["score"] for row in rows if datetime.fromisoformat(row["received_at"]) < midnight]
            found[group][str(min(arrived, default=0))] += 1
            cases[group].append(case)
    wrong = [f"group {each}: {found[each]} is not {said[each]}" for each in groups if found[each] != said[each]]
    return wrong + [f"group {each}: too small" for each in groups if not is_large_enough(cases[each], presses)]


def is_large_enough(cases: list[Any], presses: dict[Any, list[Row]]) -> bool:
    dossiers = {case for case in cases if presses[case][0]["dossier"] is not None}
    days = {presses[case][0]["day"] for case in cases if presses[case][0]["dossier"] is None}
    return len(dossiers) >= K or len(days) >= K


def case_of(row: Row) -> Any:
    """What counts once: a dossier at a stage, or a rating without a dossier."""
    return row["entry_id"] if row["dossier"] is None else (row["dossier"], row["stage"])


def contradicted(export: Export) -> tuple[int, int]:
    """How many released dossiers were given different scores, and how many of them have been told."""
    scores: dict[Any, set[int]] = defaultdict(set)
    for row in export["ratings"]:
        if row["group_id"] is not None:
            scores[case_of(row)].add(row["score"])
    told = sum(row["n"] for row in export["released_ratings"] if row["answer"] == "cases")
    return sum(len(each) > 1 for each in scores.values()), told


def main() -> int:
    parser = argparse.ArgumentParser(description="Recompute the figures of the district's first page from an export.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--last", type=date.fromisoformat, required=True, help="the last released day")
    parser.add_argument("--period", default="month", choices=["day", "7-days", "month", "quarter", "all"])
    parser.add_argument("--unit")
    parser.add_argument("--minimum-n", type=int, default=30)
    parser.add_argument("--group-floor", type=int, default=5)
    said = parser.parse_args()
    page = Page(Export(said.folder), said.period, said.last, said.unit, said.minimum_n, said.group_floor)
    json.dump(page.figures(), sys.stdout, ensure_ascii=False, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
