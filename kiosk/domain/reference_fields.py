"""Read the fields of a kind of reference data from its class; both ends make their tables from them. Pure."""

from datetime import date
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from msgspec import Struct

T = TypeVar("T")

_KEY = "key"


class MaxLength(Struct, frozen=True):
    """The most characters a column keeps. A text without it is as long as it likes."""

    characters: int


Key = Annotated[T, _KEY]
"""The type of a field of the primary key."""
Code = Annotated[str, MaxLength(64)]
"""The id of a unit, a counter, an officer, a dossier."""
Word = Annotated[str, MaxLength(32)]
"""One of a closed set of words."""


class ReferenceField(Struct, frozen=True):
    """One field. ``type`` is ``str``, ``int``, ``date`` or ``dict``; ``max_length`` is 0 for no limit."""

    name: str
    type: type[Any]
    max_length: int
    is_key: bool
    is_optional: bool


@cache
def fields_of(row: type[Struct]) -> tuple[ReferenceField, ...]:
    """The fields of a kind's class, in its order. Raises ``TypeError`` for a type no table has."""
    hints = get_type_hints(row, include_extras=True)
    return tuple(_field(name, hints[name]) for name in row.__struct_fields__)


def key_of(row: type[Struct]) -> tuple[str, ...]:
    """The names of the fields of the primary key."""
    return tuple(field.name for field in fields_of(row) if field.is_key)


def _field(name: str, hint: Any) -> ReferenceField:
    is_optional = type(None) in get_args(hint)
    wanted = next(part for part in get_args(hint) if part is not type(None)) if is_optional else hint
    marks = getattr(wanted, "__metadata__", ())
    plain = get_args(wanted)[0] if marks else wanted
    plain = get_origin(plain) or plain
    if plain not in (str, int, date, dict):
        raise TypeError(f"{name}: no table keeps a {plain}")
    limits = [mark.characters for mark in marks if isinstance(mark, MaxLength)]
    return ReferenceField(name, plain, limits[0] if limits else 0, _KEY in marks, is_optional)
