"""Recompute every figure of the district's pages from an export, with nothing but the standard library.

    python recompute.py FOLDER --last 2026-12-31 --period month [--unit H32.13]

FOLDER holds the JSON Lines of ``district export ratings``, ``answers`` and ``reference``. This is not the district's
code and shares none with it: whoever doubts a figure can read this instead, or write their own from the schema.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
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
Path_ = tuple[str, ...]
Node = tuple[Path_, ...]
Branch = tuple[Path_, str]


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


MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def span(name: str, day: date) -> tuple[date, date]:
    """The first and the last day of the period of the calendar that holds a day; of ``7-days`` that which ends with it;
    ``all`` begins with time."""
    if name == "all":
        return date.min, day
    if name in ("day", "7-days"):
        return day - timedelta(days=6 if name == "7-days" else 0), day
    if name == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    months = MONTHS[name]
    begin = date(day.year, day.month - (day.month - 1) % months, 1)
    return begin, (begin + timedelta(days=31 * months)).replace(day=1) - timedelta(days=1)


def day_in(name: str, of: str) -> date:
    """A day of the period that an address calls ``of``: 2026-11-20, 2026-W47, 2026-11, 2026-Q4, 2026-H2 or 2026."""
    year, _, rest = of.partition("-")
    if name == "day":
        return date.fromisoformat(of)
    if name == "week":
        return date.fromisocalendar(int(year), int(rest[1:]), 1)
    number = int(rest.lstrip("QH") or 1)
    return date(int(year), (number - 1) * MONTHS[name] % 12 + 1, 1)


def others(name: str, first: date, ends: date) -> list[tuple[date, date]]:
    """The periods that stand beside one: that right before it, and that of the year before."""
    if name == "all":
        return []
    before = first - timedelta(days=1)
    if name in ("range", "7-days"):
        long = ends - first
        past = [each - timedelta(weeks=52) if name == "7-days" else year_ago(each) for each in (first, ends)]
        return [(before - long, before), (past[0], past[1])]
    if name == "year":
        return [span(name, before)]
    if name == "week":
        year, week, _ = first.isocalendar()
        return [span(name, before), span(name, date.fromisocalendar(year - 1, min(week, 52), 1))]
    return [span(name, before), span(name, year_ago(first))]


def year_ago(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)


class Organisation:
    """Units and counters of all times: rows of ``units`` and ``counters`` by id, the oldest first."""

    def __init__(self, export: Export) -> None:
        self.units: dict[str, list[Row]] = defaultdict(list)
        self.counters: dict[str, list[Row]] = defaultdict(list)
        for row in export["units"]:
            self.units[row["unit_id"]].append(row)
        for row in export["counters"]:
            self.counters[row["counter_id"]].append(row)

    def path(self, unit: str, day: date, instead: dict[str, str] | None = None) -> Path_:
        """The units from the top down to this one, by the tree of a day; ``instead``: who took over from whom."""
        found, above = [unit], self.parent(unit, day, instead or {})
        while above in self.units and above not in found:
            found.append(above)
            above = self.parent(above, day, instead or {})
        return tuple(reversed(found))

    def parent(self, unit: str, day: date, instead: dict[str, str]) -> str:
        above = on(self.units[unit], day)["parent_id"] if unit in self.units else None
        return instead.get(above or "", above or "")

    def counters_on(self, day: date) -> Iterator[tuple[str, str]]:
        for counter, rows in self.counters.items():
            unit = on(rows, day)["unit_id"]
            if is_there(rows, day) and (unit not in self.units or is_there(self.units[unit], day)):
                yield unit, counter

    def took_over(self, today: date) -> dict[str, str]:
        """For each unit that which carries on its figures today."""
        found = {}
        for unit in self.units:
            now, seen = unit, {unit}
            while not is_there(self.units[now], today):
                heir = self.units[now][-1]["successor_id"]
                if heir not in self.units or heir in seen:
                    break
                seen.add(heir)
                now = heir
            found[unit] = now
        return found


def on(rows: list[Row], day: date) -> Row:
    """What something was on a day, else what it was at first."""
    found = rows[0]
    for row in rows:
        if row["holds_from"] is None or date.fromisoformat(row["holds_from"]) <= day:
            found = row
    return found


def is_there(rows: list[Row], day: date) -> bool:
    row, end = on(rows, day), rows[-1]["valid_to"]
    begins = row["valid_from"] is None or date.fromisoformat(row["valid_from"]) <= day
    ends = [each for each in (row["valid_to"], end) if each is not None]
    return not row["removed"] and begins and all(day <= date.fromisoformat(each) for each in ends)


class Question:
    """What somebody asks of the first page. ``tree``: ``day`` or ``today``; ``unit``: ``None`` for every one.
    ``until``: the last released day; ``ends``: the period's last day by the calendar."""

    def __init__(
        self, name: str, days: tuple[date, date], tree: str, unit: str | None, until: date, today: date
    ) -> None:
        self.name, self.tree, self.unit, self.until, self.today = name, tree, unit, until, today
        self.first, self.ends = days
        self.last = min(self.ends, until)

    def others(self) -> Iterator["Question"]:
        for days in others(self.name, self.first, self.ends):
            yield Question(self.name, days, self.tree, self.unit, self.until, self.today)


class Page:
    """The first page. A node of the tree is the paths at which a unit stands; a branch a path and a counter."""

    def __init__(self, export: Export, asked: Question, minimum_n: int, floor: int) -> None:
        self.asked, self.minimum_n, self.floor = asked, minimum_n, max(floor, K)
        self.known = Organisation(export)
        self.heirs = self.known.took_over(asked.today) if asked.tree == "today" else {}
        self.named_on = asked.today if asked.tree == "today" else asked.last
        self.export, self.first = export, asked.first
        self.tallies: dict[Branch, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self.waiting: dict[int, tuple[Path_, int]] = {}
        for row in export["released_ratings"]:
            day = self.within(row["day"])
            if day:
                self.tallies[self.place(row, day)][row["stream"]][row["answer"]] += row["n"]
            elif row["day"] is None and row["stream"] == "rating":
                path = self.place({"unit_id": row["unit_id"], "counter_id": ""}, asked.last)[0]
                self.waiting[row["group_id"]] = (path, row["members"])
        self.dossiers = self._dossiers(export["handled_dossiers"])
        self.visits = self._visits(export["handled_dossiers"])
        self.reasons = self._reasons(export)
        self.private = self._private(export["released_answers"])
        self.nodes = self._nodes()

    def within(self, day: str | None) -> date | None:
        """The day, when it lies in the period."""
        found = None if day is None else date.fromisoformat(day)
        return found if found and self.first <= found <= self.asked.last else None

    def place(self, row: Row, day: date) -> Branch:
        """Where something belongs that was given on a day at a unit and a counter."""
        unit, counter = row["unit_id"], row["counter_id"]
        if self.asked.tree == "day":
            return self.known.path(unit, day), counter
        rows = self.known.counters.get(counter)
        if rows and is_there(rows, self.asked.today):
            unit = on(rows, self.asked.today)["unit_id"]
        return self.known.path(self.heirs.get(unit, unit), self.asked.today, self.heirs), counter

    def _dossiers(self, rows: list[Row]) -> Counter[Branch]:
        found: Counter[Branch] = Counter()
        for row in rows:
            day = self.within(row["received_on"]) or self.within(row["returned_on"])
            if day is None or (row["counter_id"] and row["counter_id"] not in self.known.counters):
                continue
            if row["counter_id"]:
                by = day if self.asked.tree == "day" else self.asked.today
                row = row | {"unit_id": on(self.known.counters[row["counter_id"]], by)["unit_id"]}
            found[self.place(row, day)] += row["n"]
        return found

    def _visits(self, rows: list[Row]) -> Counter[Branch]:
        """Receipts and returns, each on its own day."""
        found: Counter[Branch] = Counter()
        for row in rows:
            for day in (self.within(row["received_on"]), self.within(row["returned_on"])):
                found += self._dossiers([row | {"received_on": day.isoformat(), "returned_on": None}] if day else [])
        return found

    # ---- the tree

    def _nodes(self) -> dict[Path_, list[str]]:
        """Every path with its counters: those that are there, then those at which something was counted."""
        days = {self.asked.today} if self.asked.tree == "today" else {self.asked.last, self.asked.today}
        there = set[Branch]()
        for unit, rows in self.known.units.items():
            if any(is_there(rows, day) for day in days):
                there.add(self.place({"unit_id": unit, "counter_id": ""}, self.asked.last))
        for day in days:
            for unit, counter in self.known.counters_on(day):
                there.add(self.place({"unit_id": unit, "counter_id": counter}, self.asked.last))
        nodes: dict[Path_, list[str]] = defaultdict(list)
        for path, counter in sorted(there):
            nodes[path] += [counter] if counter else []
        for path, counter in sorted({**self.tallies, **self.dossiers}):
            nodes[path] += [] if counter in nodes[path] else [counter]
        for path in list(nodes):
            for length in range(1, len(path)):
                nodes[path[:length]] += []
        return nodes

    def tops(self) -> list[Node]:
        """The nodes somebody looks at: the roots, or the unit they asked for, wherever it stands."""
        if self.asked.unit is None:
            return [(path,) for path in sorted(self.nodes) if len(path) == 1]
        return [tuple(path for path in sorted(self.nodes) if path[-1] == self.asked.unit)]

    def is_there(self) -> bool:
        """Whether there is such a page: a unit that has ended has none for a time in which it counted nothing."""
        return all(self.tops())

    def children(self, node: Node) -> list[Node]:
        found: dict[str, list[Path_]] = defaultdict(list)
        for path in sorted(self.nodes):
            if path[:-1] in node:
                found[path[-1]].append(path)
        return [tuple(found[unit]) for unit in sorted(found)]

    def counters_of(self, node: Node) -> list[str]:
        return list(dict.fromkeys(counter for path in node for counter in self.nodes[path]))

    def unit_name(self, unit: str) -> str:
        return str(on(self.known.units[unit], self.named_on)["name"]) if unit in self.known.units else unit

    # ---- figures

    def numbers(self, branch: Branch) -> Counter[str]:
        """Rated, satisfied, and what contradicts, on one branch."""
        said = self.tallies.get(branch, {})
        rated = said.get("rating", Counter())
        after = {str(n): rated[str(n)] + said.get("correction", Counter())[str(n)] for n in range(1, 6)}
        scores = rated if min(after.values()) < 0 else Counter(after)
        found = Counter(rated=sum(scores.values()), satisfied=sum(scores[n] for n in SATISFIED))
        found["cases"] = said.get("contradiction", Counter())["cases"]
        found["raised"] = said.get("contradiction", Counter())["raised"]
        found["dossiers"] = self.dossiers[branch]
        found.update({f"score {n}": scores[n] for n in "12345"})
        return found

    def of_counter(self, node: Node, counter: str) -> Counter[str]:
        return added(self.numbers((path, counter)) for path in node)

    def whole(self, node: Node, least: int) -> Counter[str]:
        """A unit with everything below it, of counters with at least so many ratings."""
        own = (self.of_counter(node, counter) for counter in self.counters_of(node))
        large = [each for each in own if each["rated"] >= least]
        return added([*large, *(self.whole(child, least) for child in self.children(node))])

    def of_units(self, nodes: list[Node]) -> Row:
        every = added(self.whole(node, 0) for node in nodes)
        shown = self.figure(added(self.whole(node, self.floor) for node in nodes), 0)
        return shown | {"rated": every["rated"], "dossiers": every["dossiers"], "fewer_than": None}

    def figure(self, n: Counter[str], floor: int) -> Row:
        rated, satisfied = n["rated"], n["satisfied"]
        enough = rated >= max(self.minimum_n, floor, 1)
        highest = min(rated, satisfied + max(0, n["raised"]))
        low, high = wilson(satisfied, rated) if enough else (None, None)
        hidden = 0 < rated < floor
        return {
            "rated": None if hidden else rated,
            "fewer_than": floor if hidden else None,
            "dossiers": n["dossiers"],
            "satisfied": satisfied if enough else None,
            "scores": {each: n[f"score {each}"] for each in "12345"} if enough else None,
            "share": round(satisfied / rated, 6) if enough else None,
            "low": low,
            "high": high,
            "minimum_n": self.minimum_n,
            "contradicted": n["cases"] if enough else 0,
            "share_with_the_highest": round(highest / rated, 6) if enough and n["cases"] else None,
        }

    def lines(self) -> list[Row]:
        tops = self.tops()
        one = tops[0] if len(tops) == 1 else ()
        own = [self.counter_line(one, counter) for counter in self.counters_of(one)]
        units = self.children(one) if one else tops
        found = [line for node in units for line in self.branch(node)]
        if len(own) + len(found) > MOST_LINES:
            found = [self.unit_line(node) for node in units]
        return [{**line, "unit_id": ""} for line in own] + found

    def branch(self, node: Node) -> list[Row]:
        counters = [self.counter_line(node, counter) for counter in self.counters_of(node)]
        below = [line for child in self.children(node) for line in self.branch(child)]
        return [self.unit_line(node), *counters, *below]

    def unit_line(self, node: Node) -> Row:
        unit = node[0][-1]
        end = on(self.known.units[unit], self.named_on)["valid_to"] if unit in self.known.units else None
        said = {"unit_id": unit, "counter_id": None, "name": self.unit_name(unit), "former": None, "last_day": end}
        return said | self.of_units([node])

    def counter_line(self, node: Node, counter: str) -> Row:
        unit, rows = node[0][-1], self.known.counters.get(counter)
        row = on(rows, self.named_on) if rows else {"name": counter, "unit_id": unit}
        moved = self.asked.tree == "today" and row["unit_id"] != unit
        former = self.unit_name(row["unit_id"]) if moved else None
        said = {"unit_id": unit, "counter_id": counter, "name": row["name"], "former": former, "last_day": None}
        return said | self.figure(self.of_counter(node, counter), self.floor)

    def holds(self, path: Path_) -> bool:
        return any(path[: len(own)] == own for node in self.tops() for own in node)

    # ---- cuts

    def cuts(self) -> list[Row]:
        """By stage, field, procedure and language: of groups that are of one altogether, at counters that are shown."""
        found = [self.cut(by) for by in ("stage", "field", "procedure_id", "language")]
        return [each for each in found if len(each["lines"]) > (each["by"] == "language")]

    def shown_branches(self, nodes: Iterable[Node]) -> Iterator[Branch]:
        for node in nodes:
            for counter in self.counters_of(node):
                if self.of_counter(node, counter)["rated"] >= self.floor:
                    yield from ((path, counter) for path in node)
            yield from self.shown_branches(self.children(node))

    def cut(self, by: str) -> Row:
        shown = set(self.shown_branches(node for node in self.tops() if node))
        said: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for row in self.export["released_ratings"]:
            day = self.within(row["day"])
            if day and row["stream"] != "contradiction" and self.place(row, day) in shown:
                said[row[by]][row["stream"]][row["answer"]] += row["n"]
        rated = {value: sum(each["rating"].values()) for value, each in said.items()}
        kept = {value: n for value, n in rated.items() if value and n >= self.floor}
        all_of_them = sum(self.numbers(branch)["rated"] for branch in shown)
        while kept and 0 < all_of_them - sum(kept.values()) < self.floor:
            del kept[min(sorted(kept), key=lambda value: kept[value])]
        after = {value: Counter(said[value]["rating"]) for value in kept}
        for value, scores in after.items():
            scores.update(said[value]["correction"])
        unplaced = any(said[""]["correction"].values()) or any(min(each.values()) < 0 for each in after.values())
        lines = [self.cut_line(value, after[value], kept[value], told=not unplaced) for value in kept]
        order = {"hand_in": 0, "return": 1}
        lines.sort(key=lambda line: (order.get(line["value"], 0), -line["rated"], line["value"]))
        return {"by": by, "lines": lines, "rest": all_of_them - sum(kept.values()), "lower_unplaced": unplaced}

    def cut_line(self, value: str, scores: Counter[str], rated: int, *, told: bool) -> Row:
        told = told and rated >= max(self.minimum_n, self.floor)
        satisfied = sum(scores[each] for each in SATISFIED)
        low, high = wilson(satisfied, rated) if told else (None, None)
        return {
            "value": value,
            "rated": rated,
            "satisfied": satisfied if told else None,
            "scores": {each: scores[each] for each in "12345"} if told else None,
            "share": round(satisfied / rated, 6) if told else None,
            "low": low,
            "high": high,
            "minimum_n": self.minimum_n,
        }

    # ---- reasons

    def _reasons(self, export: Export) -> dict[Branch, Counter[tuple[str, str]]]:
        """By branch, how many gave each reason: its side, and its words as JSON."""
        known = dict(meanings(export["questionnaires"]))
        found: dict[Branch, Counter[tuple[str, str]]] = defaultdict(Counter)
        for row in export["released_answers"]:
            meaning = known.get((row["questionnaire"], row["question_id"], row["answer"]))
            day = self.within(row["day"])
            if row["stream"] == "reason" and meaning and day:
                found[self.place(row, day)][meaning] += row["n"]
        return found

    def _private(self, rows: list[Row]) -> dict[int, tuple[Path_, int]]:
        """By released group, where and how many answered a private question."""
        found = {}
        for row in rows:
            day = self.within(row["day"])
            if row["stream"] == "private" and day:
                found[row["group_id"]] = (self.place(row, day)[0], row["members"])
        return found

    def reasons_at(self, branches: list[Branch]) -> Row:
        total: Counter[tuple[str, str]] = Counter()
        for branch in branches:
            total.update({meaning: n for meaning, n in self.reasons.get(branch, {}).items() if n >= self.floor})
        found: Row = {}
        for side in ("better", "good"):
            ranked = sorted((-n, list(json.loads(words).items())) for (of, words), n in total.items() if of == side)
            found[side] = [{"words": dict(words), "n": -n} for n, words in ranked[:MOST_REASONS]]
        return found

    def reasons_below(self, nodes: list[Node]) -> Row:
        own = [path for node in nodes for path in node]
        return self.reasons_at([each for each in self.reasons if any(each[0][: len(path)] == path for path in own)])

    def reason_lines(self) -> list[Row]:
        tops, found = self.tops(), []
        one = tops[0] if len(tops) == 1 else ()
        for node in self.children(one) if one else tops:
            unit = node[0][-1]
            said = {"unit_id": unit, "counter_id": None, "name": self.unit_name(unit)}
            found.append(said | self.reasons_below([node]))
        for counter in self.counters_of(one):
            line = self.counter_line(one, counter)
            said = {each: line[each] for each in ("unit_id", "counter_id", "name")}
            found.append(said | self.reasons_at([(path, counter) for path in one]))
        return [line for line in found if line["better"] or line["good"]]

    def coverage(self, total: Row) -> Row | None:
        """Ratings beside visits: receipts and returns of all counters, also of those that are not shown."""
        visits = sum(n for (path, _), n in self.visits.items() if self.asked.unit is None or self.holds(path))
        if not visits or total["rated"] > visits or not self.lists_are_whole():
            return None
        found: Row = {"share": round(total["rated"] / visits, 6), "visits": visits}
        if total["share"] is None:
            return found | {"finite_population": None, "silent": None}
        n, k = sum(total["scores"].values()), total["satisfied"]
        least, most = k / visits, (k + visits - n) / visits
        low, high = exact_wilson(k / n, n * (visits - 1) / (visits - n)) if visits > n else (least, most)
        finite = [round(max(least, low), 6), round(min(most, high), 6)]
        return found | {"finite_population": finite, "silent": [round(least, 6), round(most, 6)]}

    def lists_are_whole(self) -> bool:
        """Whether no unit, and no counter with its unit's dossiers that name none, has more ratings than visits."""
        for path in {path for path, _ in self.tallies if self.asked.unit is None or self.holds(path)}:
            rated = {counter: self.numbers((path, counter))["rated"] for at, counter in self.tallies if at == path}
            visits = sum(n for (at, _), n in self.visits.items() if at == path)
            nowhere = self.visits[path, ""]
            if sum(rated.values()) > visits:
                return False
            if any(n > self.visits[path, counter] + nowhere for counter, n in rated.items() if counter):
                return False
        return True

    def compared(self, total: Row) -> list[Row]:
        found = []
        for asked in self.asked.others():
            page = Page(self.export, asked, self.minimum_n, self.floor)
            figure = page.of_units([node for node in page.tops() if node])
            both = total["share"] is not None and figure["share"] is not None
            told = newcombe(total, figure) if both else dict.fromkeys(("difference", "interval", "distinguishable"))
            found.append({"first": page.first.isoformat(), "last": asked.last.isoformat(), "figure": figure, **told})
        return found

    # ---- single questions

    def questions(self) -> Iterator[Row]:
        """Of each question of the exported questionnaires what was answered, of counters with enough answers to it."""
        given: dict[Any, Counter[str]] = defaultdict(Counter)
        for row in self.export["released_answers"]:
            day = self.within(row["day"])
            if row["stream"] == "reason" and day:
                given[self.place(row, day), row["questionnaire"], row["question_id"]][row["answer"]] += row["n"]
        for row in self.export["questionnaires"]:
            name = f"{row['questionnaire_id']}/{row['version']}"
            for question in row["content"]["questions"]:
                if question["question_id"] != "overall" and not question.get("private"):
                    yield self._question(name, question, given)

    def _question(self, name: str, question: Row, given: dict[Any, Counter[str]]) -> Row:
        total: Counter[str] = Counter()
        for ((path, _), questionnaire, question_id), answers in given.items():
            inside = self.asked.unit is None or self.holds(path)
            same = (questionnaire, question_id) == (name, question["question_id"])
            if inside and same and sum(answers.values()) >= self.floor:
                total.update(answers)
        names = [option["answer"] for option in question["options"]]
        n = sum(total[each] for each in names)
        enough = n >= max(self.minimum_n, self.floor)
        lines = [{"answer": each, "n": total[each]} for each in names] if enough else None
        said = {"questionnaire": name, "question_id": question["question_id"], "lines": lines}
        return said | {"n": n if enough else None, "points": self._points(question, total if enough else Counter())}

    def _points(self, question: Row, total: Counter[str]) -> float | None:
        """What the answers are worth on average, halves of a tenth rounded up; ``None`` when too few count."""
        worth = {each["answer"]: each["value"] for each in question["options"] if isinstance(each.get("value"), int)}
        n = sum(total[each] for each in worth)
        if not worth or n < self.minimum_n:
            return None
        return int(10 * sum(worth[each] * total[each] for each in worth) / n + 0.5) / 10

    def figures(self) -> Row:
        everything, total = self.asked.unit is None, self.of_units(self.tops())
        return {
            "first": None if self.asked.name == "all" else self.first.isoformat(),
            "last": self.asked.last.isoformat(),
            "total": total,
            "coverage": self.coverage(total),
            "compared": self.compared(total),
            "undated": sum(n for path, n in self.waiting.values() if everything or self.holds(path)),
            "private": sum(n for path, n in self.private.values() if everything or self.holds(path)),
            "lines": self.lines(),
            "cuts": self.cuts(),
            "reasons": {
                "fewer_than": self.floor,
                "total": self.reasons_below(self.tops()),
                "lines": self.reason_lines(),
            },
        }


def added(numbers: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in numbers:
        total.update(each)
    return total


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
    low, high = exact_wilson(satisfied / n, n)
    return 0.0 if satisfied == 0 else round(low, 6), 1.0 if satisfied == n else round(high, 6)


def exact_wilson(p: float, n: float) -> tuple[float, float]:
    """The same of a share p that counts as n answers."""
    middle = (p + Z**2 / 2 / n) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(p * (1 - p) / n + Z**2 / 4 / n**2)
    return 0.0 if p == 0 else max(0.0, middle - half), 1.0 if p == 1 else min(1.0, middle + half)


def newcombe(now: Row, before: Row) -> Row:
    """The difference of two shares with the interval of Newcombe (1998), method 10, to six digits."""
    n, m = sum(now["scores"].values()), sum(before["scores"].values())
    p, q = now["satisfied"] / n, before["satisfied"] / m
    (p_low, p_high), (q_low, q_high) = exact_wilson(p, n), exact_wilson(q, m)
    low = p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    high = p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    apart = not low <= 0 <= high
    return {"difference": round(p - q, 6), "interval": [round(low, 6), round(high, 6)], "distinguishable": apart}


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
    kinds = ["day", "7-days", "week", *MONTHS, "range", "all"]
    parser.add_argument("--period", default="month", choices=kinds)
    parser.add_argument("--of", default="", help="which one, as in the address of the page: 2026-11, 2026-Q4")
    parser.add_argument("--from", type=date.fromisoformat, dest="first", help="of a range")
    parser.add_argument("--to", type=date.fromisoformat, dest="ends", help="of a range")
    parser.add_argument("--tree", default="day", choices=["day", "today"], help="which organisation adds them up")
    parser.add_argument("--today", type=date.fromisoformat, help="default: the day after the last")
    parser.add_argument("--unit")
    parser.add_argument("--minimum-n", type=int, default=30)
    parser.add_argument("--group-floor", type=int, default=5)
    said = parser.parse_args()
    today = said.today or said.last + timedelta(days=1)
    if said.period == "range":
        days = (said.first, said.ends)
    else:
        days = span(said.period, day_in(said.period, said.of) if said.of else said.last)
    asked = Question(said.period, days, said.tree, said.unit, said.last, today)
    page = Page(Export(said.folder), asked, said.minimum_n, said.group_floor)
    json.dump(page.figures(), sys.stdout, ensure_ascii=False, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
