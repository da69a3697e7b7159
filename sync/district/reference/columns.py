"""Which column of a file is which field. The names are data: ``config/schemes/import-columns.toml``."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from sync.district.reference.names import plain_name
from sync.district.reference.table import Cell, Line, Sheet

HEADER_WITHIN = 60


class ColumnRule(Struct, frozen=True):
    """One field of one kind of file; see the head of the TOML file for the meaning of each setting."""

    field: str
    headers: tuple[str, ...]
    kind: str
    required: bool
    longest: int
    decimals: int
    shape: re.Pattern[str] | None
    usual: re.Pattern[str] | None
    choices: Mapping[str, str]
    choice_names: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name of the column in reports."""
        return self.headers[0]


class Catalogue(Struct, frozen=True):
    """Everything the TOML file says. Words are folded."""

    kinds: Mapping[str, tuple[ColumnRule, ...]]
    personal: tuple[str, ...]
    empty: frozenset[str]
    closing: tuple[str, ...]
    closing_exactly: frozenset[str]


class Header(Struct, frozen=True):
    """Where the header ends, which column (from 0) holds which field, and the columns that are not read."""

    last_line: int
    places: Mapping[str, int]
    personal: tuple[str, ...]
    unused: tuple[str, ...]


def load_catalogue(path: Path) -> Catalogue:
    """Raises ``KeyError`` or ``re.error`` when the file lacks a section or holds a bad pattern."""
    data = tomllib.loads(path.read_text("utf-8"))
    kinds = {
        kind: tuple(_rule(field, rule) for field, rule in fields.items())
        for kind, fields in data.items()
        if isinstance(fields, dict) and kind not in ("cells", "personal")
    }
    cells = data["cells"]
    return Catalogue(
        kinds=kinds,
        personal=tuple(plain_name(word) for word in data["personal"]["words"]),
        empty=frozenset(" ".join(word.casefold().split()) for word in cells["empty"]),
        closing=tuple(plain_name(word) for word in cells["closing"]),
        closing_exactly=frozenset(plain_name(word) for word in cells["closing_exactly"]),
    )


def _rule(field: str, rule: Mapping[str, Any]) -> ColumnRule:
    return ColumnRule(
        field=field,
        headers=tuple(rule["headers"]),
        kind=str(rule["kind"]),
        required=bool(rule.get("required", False)),
        longest=int(rule.get("longest", 0)),
        decimals=int(rule.get("decimals", 0)),
        shape=re.compile(rule["shape"]) if "shape" in rule else None,
        usual=re.compile(rule["usual"]) if "usual" in rule else None,
        choices={plain_name(name): value for value, names in rule.get("choices", {}).items() for name in names},
        choice_names=tuple(f"“{names[0]}”" for names in rule.get("choices", {}).values()),
    )


def find_header(sheet: Sheet, kind: str, catalogue: Catalogue) -> Header | None:
    """The header among the first rows: the one (or the pair, when a merged cell spans columns) that names the most
    fields. ``None`` when no row names at least one."""
    best: tuple[tuple[int, bool], Header] | None = None
    for index, line in enumerate(sheet.lines[:HEADER_WITHIN]):
        names = [_text(cell) for cell in line.cells]
        candidates: list[tuple[bool, int, list[tuple[str, ...]]]] = [(True, line.number, [(name,) for name in names])]
        if index + 1 < len(sheet.lines):
            below = sheet.lines[index + 1]
            candidates.append((False, below.number, _two_rows(names, [_text(cell) for cell in below.cells])))
        for single, last_line, columns in candidates:
            header = _match(last_line, columns, kind, catalogue)
            score = (len(header.places), single)
            if header.places and (best is None or score > best[0]):
                best = (score, header)
    return best[1] if best else None


def _two_rows(above: list[str], below: list[str]) -> list[tuple[str, ...]]:
    """The possible names of each column when a group stands above its members: the member, group and member, group."""
    columns: list[tuple[str, ...]] = []
    group = ""
    for place in range(max(len(above), len(below))):
        own = above[place] if place < len(above) else ""
        member = below[place] if place < len(below) else ""
        group = own or (group if member else "")
        columns.append((f"{group} {member}".strip(), member) if member else (own,))
    return columns


def _match(last_line: int, columns: list[tuple[str, ...]], kind: str, catalogue: Catalogue) -> Header:
    places: dict[str, int] = {}
    taken: set[int] = set()
    folded = [tuple(plain_name(name) for name in names) for names in columns]
    for rule in catalogue.kinds[kind]:
        place = _place(rule, folded, taken)
        if place is not None:
            places[rule.field] = place
            taken.add(place)
    personal: list[str] = []
    unused: list[str] = []
    for place, names in enumerate(columns):
        if place in taken or not names[0]:
            continue
        about_a_person = any(word in f" {folded[place][0]} " for word in _padded(catalogue.personal))
        (personal if about_a_person else unused).append(names[0])
    return Header(last_line, places, tuple(personal), tuple(unused))


def _padded(words: tuple[str, ...]) -> list[str]:
    return [f" {word} " for word in words]


def _place(rule: ColumnRule, folded: list[tuple[str, ...]], taken: set[int]) -> int | None:
    for header in rule.headers:
        wanted = plain_name(header)
        for place, names in enumerate(folded):
            if place not in taken and wanted in names:
                return place
    return None


def is_numbering(line: Line) -> bool:
    """Whether a row only numbers the columns, "(1) (2) (3)", as forms do right under their header."""
    marks = [_text(cell).strip("() ") for cell in line.cells if _text(cell)]
    wanted = [str(number) for number in range(1, len(marks) + 1)]
    return len(marks) >= 2 and marks == wanted


def _text(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).split())
