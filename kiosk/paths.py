"""Where the files that are not code are: beside the sources in a checkout, inside the package once installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def shared(name: str) -> Path:
    """The folder ``assets`` or ``config``, wherever this installation keeps it.

    >>> shared("assets").is_dir()
    True
    """
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name
