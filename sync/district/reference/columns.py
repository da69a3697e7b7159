"""Match a file's columns to fields. The names are data: ``config/schemes/import-columns.toml``."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from kiosk.paths import shared
from sync.district.reference.files.table import Cell, Faulty, InFont, Line, Sheet
from sync.district.reference.names import plain_name

HEADER_WITHIN = 60
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")


class ColumnRule(Struct, frozen=True):
    """One field of one kind of file; see the head of the TOML file for the meaning of each setting."""

    field: str
    headers: tuple[str, ...]
    names: tuple[str, ...]
    kind: str
    required: bool
    longest: int
    decimals: int
    shape: re.Pattern[str] | None
    usual: re.Pattern[str] | None
    choices: Mapping[str, str]
    choice_names: tuple[str, ...]
    is_key: bool = False

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
    """Where the header ends, which column (from 0) holds which field, and the columns that are not read.

    ``doubled``: fields of which two columns of one name say different things, with the letters of those columns.
    ``others``, while the header is being looked for: every column a field could be in. ``known``: those that are read.
    """

    last_line: int
    places: Mapping[str, int]
    personal: tuple[str, ...]
    unused: tuple[str, ...]
    doubled: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    known: frozenset[int] = frozenset()


def shipped_catalogue() -> Catalogue:
    """The columns that this release knows."""
    return load_catalogue(shared("config") / "schemes/import-columns.toml")


def load_catalogue(path: Path) -> Catalogue:
    """Patterns that the law changes stand beside it in code-formats.toml. Raises ``KeyError`` or ``re.error`` when a
    file lacks a section or holds a bad pattern."""
    data = tomllib.loads(path.read_text("utf-8"))
    formats = tomllib.loads(path.with_name("code-formats.toml").read_text("utf-8"))
    kinds = {
        kind: tuple(_rule(name, rule, formats) for name, rule in fields.items())
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


def _rule(name: str, rule: Mapping[str, Any], formats: Mapping[str, Any]) -> ColumnRule:
    return ColumnRule(
        field=name,
        headers=tuple(rule["headers"]),
        names=tuple(dict.fromkeys(plain_name(header) for header in rule["headers"])),
        kind=str(rule["kind"]),
        required=bool(rule.get("required", False)),
        longest=int(rule.get("longest", 0)),
        decimals=int(rule.get("decimals", 0)),
        shape=_shape(rule.get("shape"), formats),
        usual=_shape(rule.get("usual"), formats),
        choices={plain_name(name): value for value, names in rule.get("choices", {}).items() for name in names},
        choice_names=tuple(f"“{names[0]}”" for names in rule.get("choices", {}).values()),
        is_key=bool(rule.get("key", False)),
    )


def _shape(written: str | None, formats: Mapping[str, Any]) -> re.Pattern[str] | None:
    """A pattern, or by its name the list of all that hold or held: an imported file may be of any time."""
    if written is None:
        return None
    listed = [row["pattern"] for row in formats.get(written, ())]
    return re.compile("|".join(_NAMED_GROUP.sub("(?:", pattern) for pattern in listed) or written, re.ASCII)


def find_header(sheet: Sheet, kind: str, catalogue: Catalogue) -> Header | None:
    """The header among the first rows: the one (or the pair, when a merged cell spans columns) that names the most
    fields. ``None`` when no row names at least one."""
    best: tuple[tuple[int, bool], Header] | None = None
    for index, line in enumerate(sheet.lines[:HEADER_WITHIN]):
        names = [_text(cell) for cell in line.cells]
        candidates: list[tuple[bool, int, list[tuple[str, ...]]]] = [(True, line.number, [(name,) for name in names])]
        below = sheet.lines[index + 1] if index + 1 < len(sheet.lines) else None
        if below is not None and below.number == line.number + 1:
            candidates.append((False, below.number, _two_rows(names, [_text(cell) for cell in below.cells])))
        for single, last_line, columns in candidates:
            header = _match(last_line, columns, kind, catalogue)
            score = (len(header.places), single)
            if header.places and (best is None or score > best[0]):
                best = (score, header)
    return _one_column_each(sheet, best[1]) if best else None


def _two_rows(above: list[str], below: list[str]) -> list[tuple[str, ...]]:
    """The possible names of each column when a group stands above its members: the member, group and member, group."""
    columns: list[tuple[str, ...]] = []
    group = ""
    for place in range(max(len(above), len(below))):
        own = above[place] if place < len(above) else ""
        member = below[place] if place < len(below) else ""
        group = own or (group if member else "")
        columns.append((f"{group} {member}".strip(), member) if member and own != member else (own,))
    return columns


def _match(last_line: int, columns: list[tuple[str, ...]], kind: str, catalogue: Catalogue) -> Header:
    places: dict[str, int] = {}
    taken: set[int] = set()
    folded = [tuple(plain_name(name) for name in names) for names in columns]
    for rule in catalogue.kinds[kind]:
        named = _named(rule, folded, taken)
        if named:
            places[rule.field] = named[0][1]
            taken.add(named[0][1])
    others = {
        rule.field: tuple(named)
        for rule in catalogue.kinds[kind]
        if rule.field in places and len(named := _named(rule, folded, taken - {places[rule.field]})) > 1
    }
    personal: list[str] = []
    unused: list[str] = []
    for place, names in enumerate(columns):
        if place in taken or not names[0]:
            continue
        about_a_person = any(word in f" {folded[place][0]} " for word in _padded(catalogue.personal))
        (personal if about_a_person else unused).append(names[0])
    return Header(last_line, places, tuple(personal), tuple(unused), others=others)


def _padded(words: tuple[str, ...]) -> list[str]:
    return [f" {word} " for word in words]


def _named(rule: ColumnRule, folded: list[tuple[str, ...]], taken: set[int]) -> list[tuple[int, int]]:
    """The columns that could hold a field: the rank of their name among its names, and their place; best first."""
    return [
        (rank, place)
        for rank, wanted in enumerate(rule.names)
        for place, names in enumerate(folded)
        if place not in taken and wanted in names
    ]


def _one_column_each(sheet: Sheet, header: Header) -> Header:
    """Of several columns for one field the one that holds anything; two of one name must say the same."""
    places, doubled = dict(header.places), dict[str, str]()
    for name, named in header.others.items():
        values = {place: _values(sheet, header.last_line, place) for _, place in named}
        filled = [(rank, place) for rank, place in named if any(values[place])]
        if not filled:
            continue
        same = [place for rank, place in filled if rank == filled[0][0]]
        places[name] = same[0]
        if any(values[place] != values[same[0]] for place in same):
            doubled[name] = ", ".join(column_name(place) for place in same)
    return replace(header, places=places, doubled=doubled, others={}, known=frozenset(places.values()))


def _values(sheet: Sheet, last_line: int, place: int) -> list[str]:
    lines = (line.cells for line in sheet.lines if line.number > last_line)
    return [_text(cells[place]) if place < len(cells) else "" for cells in lines]


def is_numbering(line: Line) -> bool:
    """Whether a row only numbers the columns, "(1) (2) (3)", as forms do right under their header."""
    marks = [_text(cell).strip("() ") for cell in line.cells if _text(cell)]
    wanted = [str(number) for number in range(1, len(marks) + 1)]
    return len(marks) >= 2 and marks == wanted


def column_name(place: int) -> str:
    """The letters over a column.

    >>> column_name(0), column_name(27)
    ('A', 'AB')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _text(cell: Cell) -> str:
    if isinstance(cell, InFont | Faulty):
        return cell.text
    return "" if cell is None else " ".join(str(cell).split())
