"""Find the files that are not code, in a checkout and once installed, open nothing but plain ones, become the user
whose data they are, and end a command whose reader went away."""

import argparse
import io
import os
import pwd
import stat
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

PACKAGE = Path(__file__).resolve().parent
LANGUAGES = "languages"
SETTINGS, STATE, RUNTIME = Path("/etc/lang-nghe"), Path("/var/lib"), Path("/run")


def shared(name: str) -> Path:
    """The folder ``assets`` or ``config``, wherever this installation keeps it.

    >>> shared("assets").is_dir()
    True
    """
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def language_folders(language: str, own: Path | None) -> list[Path]:
    """Where the pack of a language may lie: with this release, which comes first, or in a kiosk's own folder.

    >>> [folder.is_dir() for folder in language_folders("vi", None)]
    [True]
    """
    return [shared("assets") / LANGUAGES / language, *([own / language] if own else [])]


def shipped_scheme(name: str) -> dict[str, Any]:
    """A file of ``config/schemes`` as this release brings it, parsed.

    >>> shipped_scheme("consent.toml")["version"] != ""
    True
    """
    return tomllib.loads((shared("config") / "schemes" / name).read_text(encoding="utf-8"))


def is_installed() -> bool:
    """Whether this is an installed package rather than a checkout of the sources."""
    return (PACKAGE / "config").is_dir()


def settings_file(name: str) -> Path:
    """The settings that hold when no other file is named: ``/etc/lang-nghe/<name>`` once installed, else the example.

    An installed program whose file in ``/etc`` is missing uses the example; one that cannot be read is no missing one.
    """
    own = SETTINGS / name
    try:
        there = is_installed() and own.stat() is not None
    except FileNotFoundError:
        there = False
    except OSError:
        there = True
    return own if there else shared("config") / name


def data_folder(name: str, in_a_checkout: Path) -> Path:
    """The data folder that holds when no other is named: ``/var/lib/<name>`` once installed. What an older release
    kept elsewhere stays in use while there is nothing in ``/var/lib``.
    """
    if not is_installed() or (_is_folder(in_a_checkout) and not _is_folder(STATE / name)):
        return in_a_checkout
    return STATE / name


def runtime_folder(data: Path) -> Path:
    """The folder for what holds until the machine is switched off, in memory, without any disk: the one systemd made
    (``RuntimeDirectory=``), that of the installed kiosk, else one beside the data of a checkout."""
    if made := os.environ.get("RUNTIME_DIRECTORY"):
        return Path(made.partition(":")[0])
    return RUNTIME / data.name if is_installed() and data.parent == STATE else data / "run"


def _is_folder(path: Path) -> bool:
    """Whether there is a folder, as far as this user may know: a service may not look into a home."""
    try:
        return path.is_dir()
    except OSError:
        return False


def open_plain(path: Path) -> IO[bytes]:
    """Opens a plain file and nothing else, whoever put it there: no link, device or pipe, and waits for nobody. Raises
    ``OSError``."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(f"{path} is no plain file")
    return os.fdopen(handle, "rb")


def become_owner(folder: Path) -> str:
    """As root, becomes the user whose folder this is, so that no file in it ever belongs to root by mistake.

    Why another user may not use the folder; empty when this process may.
    """
    try:
        owner = folder.stat().st_uid
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{folder}: {error.strerror}; run this command as root"
    if os.geteuid() == 0 and owner != 0:
        _become(owner)
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK) and os.geteuid() != owner:
        return (
            f"{folder} belongs to {_name(owner)}; run this command as root, it then works as {_name(owner)} by itself"
        )
    return ""


def _become(user: int) -> None:
    try:
        known = pwd.getpwuid(user)
        os.initgroups(known.pw_name, known.pw_gid)
        os.setgid(known.pw_gid)
        os.environ["HOME"] = known.pw_dir
    except KeyError:
        os.setgroups([])
    os.setuid(user)


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def read_command_line(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was typed, with words in UTF-8 alone: no database keeps others, though the name of a file may be anything.
    From here on what the terminal's encoding has no letter for is written as a code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = parser.parse_args(arguments)
    for value in vars(options).values():
        for word in value if isinstance(value, list) else [value]:
            if isinstance(word, str) and shown_name(word) != word:
                parser.error(f"{word!a} is not UTF-8; type it anew")
    return options


def shown_name(name: str) -> str:
    """The name of a file as it may be printed and kept, whatever bytes it has."""
    return os.fsencode(name).decode("utf-8", "replace")


def end_quietly() -> int:
    """What a command returns after ``BrokenPipeError``: whoever read its output (``| head``) has seen enough. Nothing
    more is written there, so that Python does not complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
