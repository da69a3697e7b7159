"""Divide what is released together by what was served: its field, whether dossiers were handed in or returned, its
procedure; and by the language in which people answered. Pure.

A group stays whole in every figure. So a cut is offered only as a sum of groups that are of one kind altogether, and a
group is divided only into parts that are large enough by themselves. What cannot be divided so is released all the
same, at the same moment, without the word that would tell its kind. Each division is made inside the one before it:
whatever is added below, there is one partition of the ratings, so that no sum or difference of cuts counts fewer than
a part. A second partition beside it, say by the hour, could not promise that: where a part of the one holds all but one
of a part of the other, their difference is a single rating.

Whoever has friends who press chooses the stage, the language and, by the dossiers they bring, the field. So a part is
large enough when enough strangers are left after a few friends are taken away, and what fills a part that is too small
is drawn: by the order of arrival, those who press last would stand beside the one citizen of a rare field.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from msgspec import Struct


class Work(Struct, frozen=True):
    """What was served: the field of the procedure, the stage (``kiosk.domain.rating.Stage``), the procedure, and the
    language of the screen; in the order of division. Empty where nobody knows it, or where it is not the same for all.
    """

    field: str = ""
    stage: str = ""
    procedure_id: str = ""
    language: str = ""


DIVIDED_BY = Work.__struct_fields__


Item = TypeVar("Item")


def divided(
    members: Sequence[Item],
    work_of: Callable[[Item], Work],
    is_enough: Callable[[Sequence[Item]], bool],
    shuffle: Callable[[list[Item]], None],
) -> Iterator[tuple[Work, Sequence[Item]]]:
    """The parts of a group, each large enough by ``is_enough``: by field, each of these by stage, and so on. Together
    they hold every member once. A group that cannot be divided is one part, whatever its size. ``shuffle`` puts a list
    into an order that nobody can foresee."""
    parts: list[tuple[tuple[str, ...], Sequence[Item]]] = [((), members)]
    for name in DIVIDED_BY:
        value_of = _value_of(work_of, name)
        parts = [
            ((*known, value), part)
            for known, alike in parts
            for value, part in _divided(alike, value_of, is_enough, shuffle)
        ]
    yield from ((Work(*known), part) for known, part in parts)


def _value_of(work_of: Callable[[Item], Work], name: str) -> Callable[[Item], str]:
    return lambda each: getattr(work_of(each), name)


def _divided(
    members: Sequence[Item],
    value_of: Callable[[Item], str],
    is_enough: Callable[[Sequence[Item]], bool],
    shuffle: Callable[[list[Item]], None],
) -> list[tuple[str, Sequence[Item]]]:
    """The parts that have one value and are large enough; the rest, if any, is large enough too and has none."""
    by_value: dict[str, list[Item]] = defaultdict(list)
    for each in members:
        by_value[value_of(each)].append(each)
    if len(by_value) == 1:
        return [(value, members) for value in by_value]
    parts = {value: some for value, some in by_value.items() if value and is_enough(some)}
    rest = [each for value, some in by_value.items() if value not in parts for each in some]
    if rest and not is_enough(rest):
        if not parts:
            return [("", members)]
        largest = max(sorted(parts), key=lambda value: len(parts[value]))
        kept, given = _given(parts.pop(largest), rest, is_enough, shuffle)
        parts |= {largest: kept} if kept else {}
        rest += given
    return [*sorted(parts.items()), *([("", rest)] if rest else [])]


def _given(
    part: Sequence[Item],
    rest: Sequence[Item],
    is_enough: Callable[[Sequence[Item]], bool],
    shuffle: Callable[[list[Item]], None],
) -> tuple[list[Item], list[Item]]:
    """Divides a part into what it keeps and what it gives to a rest that is too small: members that are drawn, as few
    as will do, or all of it where it would become too small itself."""
    drawn = list(part)
    shuffle(drawn)
    for n in range(1, len(drawn)):
        if is_enough([*rest, *drawn[:n]]):
            return (drawn[n:], drawn[:n]) if is_enough(drawn[n:]) else ([], drawn)
    return [], drawn
