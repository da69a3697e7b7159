"""FastAPI reads the parameters of every handler for each application anew, a tenth of a second for our pages. A run of
the tests makes more than a thousand applications of the same handlers: it reads each once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from fastapi import routing

_read = routing._build_dependant_with_parameterless_dependencies
_body_field = routing._get_body_field
_known: dict[tuple[str, Any], tuple[Any, Any, bool]] = {}
_fields: dict[tuple[int, str], tuple[Any, Any]] = {}  # by the identity of the parameters, which stay here


def _read_once(*, path: str, call: Callable[..., Any], dependencies: Sequence[Any]) -> tuple[Any, Any, bool]:
    function = getattr(call, "__func__", None)
    if function is None or dependencies:
        return _read(path=path, call=call, dependencies=dependencies)
    if (path, function) not in _known:
        _known[path, function] = _read(path=path, call=call, dependencies=dependencies)
    dependant, body_params, embed = _known[path, function]
    return replace(dependant, call=call), body_params, embed


def _field_once(*, body_params: Any, name: str, embed_body_fields: bool) -> Any:
    if not body_params:
        return None
    key = id(body_params), name
    if key not in _fields:
        made = _body_field(body_params=body_params, name=name, embed_body_fields=embed_body_fields)
        _fields[key] = body_params, made
    return _fields[key][1]


def remember() -> None:
    """From now on."""
    routing._build_dependant_with_parameterless_dependencies = _read_once
    routing._get_body_field = _field_once
