"""Find the files that are not code: beside the sources in a checkout, inside the package once installed."""

import tomllib
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent


def shared(name: str) -> Path:
    """The folder ``assets`` or ``config``, wherever this installation keeps it.

    >>> shared("assets").is_dir()
    True
    """
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def shipped_scheme(name: str) -> dict[str, Any]:
    """A file of ``config/schemes`` as this release brings it, parsed.

    >>> shipped_scheme("consent.toml")["version"] != ""
    True
    """
    return tomllib.loads((shared("config") / "schemes" / name).read_text(encoding="utf-8"))
