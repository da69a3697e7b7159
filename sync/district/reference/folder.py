"""A folder of lists, each named by what it holds, in the order in which one needs the other."""

from pathlib import Path

from msgspec import Struct

from sync.district.reference.importing import KINDS

ENDINGS = frozenset({".csv", ".txt", ".xlsx", ".toml", ".zip"})


class Folder(Struct, frozen=True):
    """``lists`` are the kinds and their files in the order to import them; ``unknown`` are files of a readable kind
    whose names do not say what they hold."""

    lists: tuple[tuple[str, Path], ...]
    unknown: tuple[Path, ...]


def lists_in(folder: Path) -> Folder:
    """The lists of a folder. A file is of a kind when its name is the kind's, alone or with more behind a mark:
    ``units.csv``, ``opening-hours.xlsx``, ``holidays-2026.toml``. A folder named ``portraits`` holds portraits. Raises
    ``OSError``."""
    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    unknown = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in ENDINGS and not path.is_dir():
            continue
        kind = _kind_of(path)
        if kind:
            found[kind].append(path)
        elif not path.is_dir():
            unknown.append(path)
    return Folder(tuple((kind, path) for kind in KINDS for path in found[kind]), tuple(unknown))


def _kind_of(path: Path) -> str:
    name = path.stem.lower().replace("-", "_")
    return next((kind for kind in KINDS if name == kind or name.startswith(f"{kind}_")), "")
