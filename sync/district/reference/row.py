"""Read one row of a sheet: whether it is data, and its values, each by the rule of its column. Pure."""

from collections.abc import Mapping
from datetime import date

from kiosk.domain.reference import TIME_OF
from sync.district.reference.cells import choice_of, link_of, number_of, period_of, weekdays_of
from sync.district.reference.cleaning.clean import MAX_TEXT, is_too_long
from sync.district.reference.columns import Catalogue, ColumnRule, Header
from sync.district.reference.files.merges import ACROSS
from sync.district.reference.files.table import Cell, Faulty, Line
from sync.district.reference.names import plain_name
from sync.district.reference.problems import RowProblem, Value
from sync.district.reference.values import BadValue, checked, code_of, date_of, moment_of, text_of

MAX_SEEN = 5_000
"""Texts of a column whose values are remembered: a list repeats its counters, procedures and days."""

Read = tuple[dict[str, Value], list[RowProblem], list[RowProblem]]


class RowReader:
    """Reads rows of one kind. ``key`` is the field that names a row; ``fixed`` are values for columns a file lacks."""

    def __init__(self, rules: Mapping[str, ColumnRule], catalogue: Catalogue, fixed: Mapping[str, str]) -> None:
        self._rules, self._catalogue, self._fixed = rules, catalogue, fixed
        self._seen: dict[str, dict[str, dict[str, Value]]] = {name: {} for name in rules}
        self.key = next(iter(rules))

    def is_empty(self, line: Line) -> bool:
        """Whether nothing stands in the row."""
        return not any(text_of(cell) for cell in line.cells if cell is not None)

    def is_closing(self, line: Line, header: Header) -> bool:
        """Whether the row is a total, a signature or a group's head: it begins like one and has no key of its own."""
        first_place = next(place for place, cell in enumerate(line.cells) if text_of(cell))
        known = header.known
        if not any(place in known and text_of(cell) for place, cell in enumerate(line.cells)):
            return True
        key_place = header.places.get(self.key, -1)
        key = text_of(line.cells[key_place]) if 0 <= key_place < len(line.cells) else ""
        if key and first_place != key_place and not _is_amount(key, self._rules[self.key]):
            return False
        if self._is_group(line, header, key):
            return True
        folded = plain_name(text_of(line.cells[first_place]))
        begins = any(folded == word or folded.startswith(f"{word} ") for word in self._catalogue.closing)
        return begins or folded.rstrip("0123456789 ") in self._catalogue.closing_exactly

    def read(self, line: Line, header: Header, from_1904: bool) -> Read:
        """The values, the errors and the warnings of a row. A field with an error has no value."""
        values: dict[str, Value] = dict(self._fixed)
        errors: list[RowProblem] = []
        warnings: list[RowProblem] = []
        for name, place in header.places.items():
            rule = self._rules[name]
            cell = line.cells[place] if place < len(line.cells) else None
            seen = self._seen[name]
            if type(cell) is str and cell in seen:
                values |= seen[cell]
                continue
            try:
                value = self._value(cell, rule, from_1904)
                found = {name: value}
                if name in TIME_OF and value is not None and (clock := moment_of(cell, from_1904)[1]):
                    found[TIME_OF[name]] = clock
                values |= found
            except BadValue as error:
                errors.append(RowProblem(error.key, line.number, rule.label, error.values))
                continue
            if rule.usual is not None and isinstance(value, str) and not rule.usual.fullmatch(value):
                warnings.append(RowProblem("import.value.unusual", line.number, rule.label, {"value": value}))
            elif type(cell) is str and not (from_1904 and rule.kind == "date"):
                if len(seen) >= MAX_SEEN:
                    seen.clear()
                seen[cell] = found
        return values, errors, warnings

    def _is_group(self, line: Line, header: Header, key: str) -> bool:
        """A heading merged across the columns that are read, with no key among them."""
        shape = self._rules[self.key].shape
        if key and (shape is None or shape.fullmatch("".join(key.split()).upper())):
            return False
        places = [place for place in header.known if place < len(line.cells)]
        across = [place for place in places if _is_across(line.cells[place])]
        return len(across) >= max(len(places) - 1, 1)

    def _value(self, cell: Cell, rule: ColumnRule, from_1904: bool) -> Value:
        if isinstance(cell, Faulty):
            raise BadValue(cell.key, value=cell.text, **cell.values)
        if isinstance(cell, date) and rule.kind == "date":
            return date_of(cell)
        if is_too_long(cell):
            raise BadValue("import.value.too_long", longest=rule.longest or 100, length=f"> {MAX_TEXT}")
        text = text_of(cell)
        if not text or text.casefold() in self._catalogue.empty:
            if rule.required:
                raise BadValue("import.value.missing")
            return None
        match rule.kind:
            case "date":
                return date_of(cell, from_1904)
            case "code":
                return code_of(cell, rule)
            case "choice":
                return choice_of(text, rule)
            case "number":
                return number_of(text)
            case "link":
                return link_of(text, rule)
            case "weekdays":
                return weekdays_of(text)
            case "period":
                return period_of(text)
            case _:
                return checked(text, rule)


def _is_across(cell: Cell) -> bool:
    return isinstance(cell, Faulty) and cell.key == ACROSS


def _is_amount(text: str, rule: ColumnRule) -> bool:
    """Whether what stands in the key's column is the number a total row counts, not a key."""
    is_number = not text.strip("0123456789., ")
    return is_number and not (rule.decimals and rule.shape and rule.shape.fullmatch(text))
