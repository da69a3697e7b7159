"""Mark fields that ``repr`` leaves out, so that no log line and no traceback shows them."""

from functools import cache
from typing import Annotated, TypeVar, get_type_hints

from msgspec import Struct

T = TypeVar("T")

_HIDDEN = "hidden"

Hidden = Annotated[T, _HIDDEN]
"""The type of a field with a citizen's words or a key in it; its class is a :class:`StructWithHidden`."""


class StructWithHidden(Struct, frozen=True):
    """A value type whose ``repr`` leaves out the fields marked :data:`Hidden`."""

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in _shown(type(self)))
        return f"{type(self).__name__}({', '.join(shown)})"


def hidden_fields(kind: type[Struct]) -> set[str]:
    """The names of the fields of ``kind`` that are marked :data:`Hidden`."""
    hints = get_type_hints(kind, include_extras=True)
    return {name for name in kind.__struct_fields__ if _HIDDEN in getattr(hints[name], "__metadata__", ())}


@cache
def _shown(kind: type[Struct]) -> tuple[str, ...]:
    hidden = hidden_fields(kind)
    return tuple(name for name in kind.__struct_fields__ if name not in hidden)
