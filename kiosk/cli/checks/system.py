"""Check settings, disk, the data folder's owner, the database, and what the program needs of the system."""

import errno
import os
import pwd
import shutil
import sqlite3
import sys
from datetime import date
from pathlib import Path

from kiosk import __version__
from kiosk.box.shelf import UNFINISHED
from kiosk.cli.checks.check import CheckResult, failed, local_time, ok, warning
from kiosk.clock import RELEASED, Moment
from kiosk.hardware.mounts import unmounted
from kiosk.languages.typeface import Typeface
from kiosk.paths import SETTINGS, become_owner, is_installed, shared
from kiosk.settings import Settings
from kiosk.store import identity
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Damaged, Store
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate

FREE_BYTES = 200 * 1024 * 1024
FONT = "BeVietnamPro-Regular.ttf"


def settings_used(settings: Settings) -> CheckResult:
    if is_installed() and settings.source.parent != SETTINGS and settings.source.is_relative_to(shared("config")):
        return warning("settings", "shipped", path=SETTINGS / "kiosk.toml", data=settings.data)
    came, where = settings.from_district, {"source": settings.source, "data": settings.data}
    if came.word == "refused":
        return warning("settings", "refused", number=came.number, **where)
    if came.word == "failed":
        return warning("settings", "failed", number=came.number, **where)
    if came.word:
        return ok("settings", "sent", n=len(came.used), number=came.number, kept=len(came.kept), **where)
    return ok("settings", "read", **where)


def versions() -> CheckResult:
    python = ".".join(map(str, sys.version_info[:3]))
    return ok("versions", "here", software=__version__, python=python, sqlite=sqlite3.sqlite_version)


def disk(settings: Settings) -> CheckResult:
    if mount := unmounted(settings.data):
        return failed("disk", "unmounted", mount=mount)
    folder = next((path for path in (settings.data, *settings.data.parents) if path.exists()), Path("/"))
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return failed("disk", "gone", folder=folder, error=error.strerror)
    space = {"free": f"{free // 1024**2:,}", "folder": folder, "needed": FREE_BYTES // 1024**2}
    return ok("disk", "free", **space) if free >= FREE_BYTES else failed("disk", "full", **space)


def database(settings: Settings, store: Store) -> tuple[Identity | None, CheckResult]:
    """Who the kiosk is, if its file can be read, and how the file is. As root, becomes whose folder it is."""
    folder = settings.data
    if unmounted(folder):
        return None, failed("database", "unmounted", folder=folder)
    if become_owner(folder):
        return None, failed("database", "not_ours", folder=folder, owner=_owner(folder), me=_name(os.geteuid()))
    if not folder.exists():
        # the package makes the folder; a checkout has none before enrolment
        return None, (failed if is_installed() else ok)("database", "no_folder", folder=folder)
    if strangers := sorted(path.name for path in folder.glob("kiosk*.sqlite3*") if path.stat().st_uid != os.geteuid()):
        names = ", ".join(strangers)
        return None, failed("database", "strange_owner", folder=folder, files=names, owner=_owner(folder))
    if (folder / UNFINISHED).exists():
        return None, failed("database", "half_shelved", folder=folder)
    return opened(store)


def opened(store: Store) -> tuple[Identity | None, CheckResult]:
    """Who a file is of, once it was brought up to this release, and how it is."""
    try:
        migrate(store)
        with store.read() as tx:
            who = identity.load(tx)
    except CannotOpen as error:
        return None, failed("database", "newer", file=store.file, error=error)
    except Damaged as error:
        return None, failed("database", "damaged", file=store.file, error=error)
    except (CannotRead, CannotWrite, OSError, sqlite3.Error) as error:
        return None, failed("database", _kind(error, store.folder), file=store.file, error=error)
    if aside := store.set_aside_files():
        names = ", ".join(path.name for path in aside)
        return who, warning("database", "set_aside", file=store.file, files=names, folder=store.folder)
    return who, ok("database", "opens", file=store.file)


def _kind(error: BaseException, folder: Path) -> str:
    text = str(error)
    if (
        _is_read_only(folder)
        or getattr(error, "errno", None) == errno.EROFS
        or "readonly" in text
        or "read-only" in text.lower()
    ):
        return "read_only"
    return "full" if "full" in text or getattr(error, "errno", None) == errno.ENOSPC else "unreadable"


def _is_read_only(folder: Path) -> bool:
    """Whether the file system is mounted so: where there is no file yet, SQLite says only that it cannot open one."""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _is_font(path: Path) -> bool:
    try:
        Typeface(path)
    except (OSError, ValueError):
        return False
    return True


def fonts(folder: Path | None = None) -> CheckResult:
    there = folder or shared("assets") / "fonts"
    missing = [name for name in (FONT, FONT.replace("Regular", "Bold")) if not _is_font(there / name)]
    if missing:
        return failed("fonts", "missing", files=", ".join(missing), folder=there)
    return ok("fonts", "there", folder=there)


def sounds(settings: Settings, folder: Path | None = None) -> list[CheckResult]:
    """Recorded prompts of every language offered, where reading aloud is."""
    if not settings.speech:
        return []
    there = folder or shared("assets") / "languages"
    count = sum(1 for _ in there.glob("*/sounds/*.*")) if os.access(there, os.R_OK) else 0
    if not count:
        return [warning("sounds", "missing", folder=there)]
    if not Path("/proc/asound/cards").exists() or "no soundcards" in Path("/proc/asound/cards").read_text("utf-8"):
        return [warning("sounds", "no_card")]
    return [ok("sounds", "there", count=count)]


def panel_size(settings: Settings, measured_mm: int | None) -> CheckResult:
    """Whether the picture's width can be right: finger and letter sizes are computed from it."""
    set_mm, width_px = settings.display.panel_width_mm, settings.display.width_px
    width_mm = set_mm or measured_mm
    if not width_mm:
        return warning("panel_size", "unknown")
    if not 80 <= width_mm <= 1_500:
        return failed("panel_size", "impossible", mm=width_mm)
    if set_mm and measured_mm and not 0.8 <= set_mm / measured_mm <= 1.25:
        return warning("panel_size", "differs", mm=set_mm, measured=measured_mm)
    return ok("panel_size", "known", mm=width_mm, px=width_px)


def clock_is_possible(now: Moment, released: date = RELEASED) -> CheckResult | None:
    """A clock from before the program was built is wrong without anybody having to be asked."""
    if now.day < released:
        return failed("clock", "before_build", now=local_time(now.at), built=f"{released:%d/%m/%Y}")
    return None


def _owner(folder: Path) -> str:
    try:
        return _name(folder.stat().st_uid)
    except OSError:
        return "?"


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
