"""Declare each setting once: its name, default and range stand beside the field, and the reader follows from them.

A struct of settings marks each field with where it stands in the TOML file and what it may be::

    class Settings(Struct, frozen=True, kw_only=True):
        idle_seconds: Annotated[int, number("times.idle", 10, 600)] = 45

and ``read`` makes one from a file's text. Both ends declare their own (``kiosk.settings``, ``sync.district.settings``).
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from msgspec import Struct

T = TypeVar("T", bound=Struct)


class BadSettings(ValueError):
    """The settings cannot be used. The message names the file and the setting, and says what to write."""


class Setting(Struct, frozen=True):
    """``key``: section and name with a dot between, or a name outside every section. ``check`` takes the file's value
    and returns the setting's; it raises ``ValueError`` with what the value must be, or what is wrong with it.
    ``environment`` names a variable that wins over the file. ``least`` and ``most``: the bounds of a whole number;
    ``choices``: the values of one of a few; ``is_list``: a list of texts."""

    key: str
    check: Callable[[Any], Any]
    environment: str = ""
    whole_number: bool = False
    least: int = 0
    most: int = 0
    choices: tuple[Any, ...] = ()
    is_list: bool = False

    @property
    def label(self) -> str:
        """As it stands in the file: ``[times] idle``."""
        section, _, name = self.key.rpartition(".")
        return f"[{section}] {name}" if section else name


def number(key: str, least: int, most: int, environment: str = "") -> Setting:
    """A whole number from ``least`` to ``most``."""

    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, not {value!r}")
        return value

    return Setting(key, check, environment, whole_number=True, least=least, most=most)


def switch(key: str) -> Setting:
    """``true`` or ``false``."""

    def check(value: Any) -> bool:
        if type(value) is not bool:
            raise ValueError(f"must be true or false, not {value!r}")
        return value

    return Setting(key, check, choices=(True, False))


def text(key: str, convert: Callable[[str], Any] = str, environment: str = "") -> Setting:
    """Text, and what ``convert`` makes of it; that may raise ``ValueError`` saying what is wrong."""

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError(f"must be text in quotes, not {value!r}")
        return convert(value)

    return Setting(key, check, environment)


def texts(key: str, convert: Callable[[str], str] = str, *, or_none: bool = False) -> Setting:
    """A list of texts, and what ``convert`` makes of each; ``or_none``: it may be empty."""

    def check(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not (value or or_none) or not all(isinstance(each, str) for each in value):
            raise ValueError(f"must be a list of texts in quotes, not {value!r}")
        return tuple(map(convert, value))

    return Setting(key, check, is_list=True)


def one_of(key: str, choices: Iterable[Any]) -> Setting:
    """One of these; members of an enumeration are written as their values."""
    known = tuple(choices)

    def check(value: Any) -> Any:
        for choice in known:
            if value == choice and isinstance(value, str) == isinstance(choice, str):
                return choice
        listed = ", ".join(repr(getattr(choice, "value", choice)) for choice in known)
        raise ValueError(f"must be one of {listed}, not {value!r}")

    return Setting(key, check, choices=known)


def read(
    kind: type[T],
    content: bytes,
    source: Path,
    environment: Mapping[str, str],
    given: Mapping[str, Any] | None = None,
    over: Mapping[str, Any] | None = None,
) -> T:
    """The settings in a TOML file's ``content``; what it leaves out has its default. ``given``: fields that are in no
    file. ``over``: values that hold instead of the file's, by key. Raises ``BadSettings``."""
    values = _parsed(content, source) | dict(over or {})
    _refuse_unknown(values, [setting for _, setting in declared(kind)], source)
    return _filled(kind, values, source, environment, given or {})


def stated(content: bytes, source: Path) -> dict[str, Any]:
    """What a TOML file says, unchecked, by the keys of its settings. Raises ``BadSettings``."""
    return _parsed(content, source)


def values_of(settings: Struct) -> dict[str, Any]:
    """What every setting is, by its key."""
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(type(settings), include_extras=True).items():
        if isinstance(hint, type) and issubclass(hint, Struct):
            found |= values_of(getattr(settings, name))
        found |= {
            each.key: getattr(settings, name) for each in getattr(hint, "__metadata__", ()) if isinstance(each, Setting)
        }
    return found


def declared(kind: type[Struct]) -> Iterator[tuple[str, Setting]]:
    """Field and setting of everything that may stand in the file, those of structs within it too."""
    yield from _own(kind)
    for hint in get_type_hints(kind, include_extras=True).values():
        if isinstance(hint, type) and issubclass(hint, Struct):
            yield from declared(hint)


def _own(kind: type[Struct]) -> Iterator[tuple[str, Setting]]:
    """Field and setting of what a struct declares itself; a struct within it may have a field of the same name."""
    for name, hint in get_type_hints(kind, include_extras=True).items():
        yield from ((name, each) for each in getattr(hint, "__metadata__", ()) if isinstance(each, Setting))


def _filled(
    kind: type[T], values: Mapping[str, Any], source: Path, environment: Mapping[str, str], given: Mapping[str, Any]
) -> T:
    found = dict(given)
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if isinstance(hint, type) and issubclass(hint, Struct):
            found[name] = _filled(hint, values, source, environment, {})
    for name, setting in _own(kind):
        if setting.environment and environment.get(setting.environment):
            place, value = setting.environment, _from_text(environment[setting.environment], setting)
        elif setting.key in values:
            place, value = f"{source}: {setting.label}", values[setting.key]
        else:
            continue
        try:
            found[name] = setting.check(value)
        except ValueError as error:
            raise BadSettings(f"{place} {error}") from error
    return kind(**found)


def _from_text(value: str, setting: Setting) -> Any:
    return int(value) if setting.whole_number and value.isascii() and value.isdigit() else value


def _parsed(content: bytes, source: Path) -> dict[str, Any]:
    """Key to value, the key as ``Setting`` has it."""
    try:
        parsed = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadSettings(f"{source}: cannot be read as UTF-8 text: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{source}: not TOML: {error}") from error
    flat: dict[str, Any] = {}
    for name, value in parsed.items():
        flat |= {f"{name}.{each}": of for each, of in value.items()} if isinstance(value, dict) else {name: value}
    return flat


def _refuse_unknown(values: Mapping[str, Any], known: Iterable[Setting], source: Path) -> None:
    keys = [setting.key for setting in known]
    for key in values:
        if key in keys:
            continue
        section, _, name = key.rpartition(".")
        names = [each.rpartition(".")[2] for each in keys if each.rpartition(".")[0] == section]
        if section and names:
            raise BadSettings(f"{source}: [{section}] has no {name}; there are: {', '.join(names)}")
        sections = dict.fromkeys(each.rpartition(".")[0] for each in keys if "." in each)
        raise BadSettings(f"{source}: [{section or name}] is no section; there are: {', '.join(sections)}")
