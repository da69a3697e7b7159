"""Join a notice's columns in several languages into one value. A new language is two more columns in the TOML. Pure."""

from collections.abc import Mapping

from msgspec.structs import replace

from sync.district.reference.problems import FileContent, Row, Value

PARTS = ("title", "text")


def gather_translations(reading: FileContent) -> FileContent:
    """``title_en``, ``text_en`` … as ``translations``; rows without such columns stay as they are."""
    return replace(reading, rows=tuple(Row(row.number, _gathered(row.values), row.sheet) for row in reading.rows))


def _gathered(values: Mapping[str, Value]) -> dict[str, Value]:
    kept: dict[str, Value] = {}
    translations: dict[str, dict[str, str]] = {}
    translated = False
    for name, value in values.items():
        part, _, language = name.partition("_")
        if part not in PARTS or not language:
            kept[name] = value
            continue
        translated = True
        if isinstance(value, str) and value:
            translations.setdefault(language, {})[part] = value
    return {**kept, "translations": translations} if translated else kept
