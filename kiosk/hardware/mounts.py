"""Find disks that should be mounted: an unmounted one leaves an empty folder, which looks like a fresh kiosk."""

import os
from collections.abc import Callable
from pathlib import Path

FSTAB = Path("/etc/fstab")


def unmounted(folder: Path, fstab: Path | None = None, is_mounted: Callable[[str], bool] = os.path.ismount) -> str:
    """The mount point at or above ``folder`` that fstab(5) names and that is not mounted; empty when there is none.

    The root, swap and what is marked ``noauto`` do not count.
    """
    try:
        lines = (fstab or FSTAB).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    above = {str(folder), *map(str, folder.parents)} - {"/"}
    fields = [line.split() for line in lines if not line.lstrip().startswith("#")]
    named = [row[1].replace("\\040", " ") for row in fields if len(row) >= 4 and "noauto" not in row[3].split(",")]
    return next((point for point in named if point in above and not is_mounted(point)), "")
