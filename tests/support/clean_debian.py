"""Machines with nothing but a fresh Debian on them: file systems made by mmdebstrap, booted in namespaces, as root.

A booted machine has its own mounts, processes and cgroups; those of one ``Network`` share a network in which there is
nobody else. What stands in for hardware: Xvfb for the X server.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.rig import ROOT

PATIENCE = 120.0
MIRROR = "http://deb.debian.org/debian"
BASE = ("ca-certificates", "systemd", "systemd-sysv", "dbus")
_NEEDED = ("mmdebstrap", "unshare", "nsenter", "ip", "chroot")
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
_ENVIRONMENT |= {"DEBIAN_FRONTEND": "noninteractive"}
_MOUNTS = """
mount --make-rprivate /
mount --bind "$0" "$0"; cd "$0"
mount -t proc proc proc; mount -t sysfs sysfs sys; mount --rbind /dev dev
"""
_BOOT = """
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run; mount -t tmpfs -o mode=1777 tmpfs tmp
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd --unit=graphical.target
"""
X_SERVER = """#!/bin/bash
[ "$5" = -logfile ] || exit 1
auth=$4; shift 6
exec /usr/bin/Xvfb :0 -auth "$auth" -screen 0 1024x600x24 "$@"
"""


@cache
def cannot_make() -> str:
    """Why no fresh Debian is made here; empty when it is. It takes minutes and Debian's mirror, so it is asked for."""
    if "clean" not in os.environ.get("INSIST", "").split(","):
        return "not asked for: INSIST=clean make test"
    if os.geteuid() != 0:
        return "only root may boot another machine here"
    missing = [each for each in _NEEDED if shutil.which(each) is None]
    return f"not on this machine: {', '.join(missing)}" if missing else ""


def until(what: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Asks until the answer is true. Raises ``TimeoutError``."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := what():
            return answer
        time.sleep(0.3)
    raise TimeoutError("it did not come true")


class Machine:
    """A file system in ``folder``. ``install`` has a network, ``run`` needs ``boot`` and has its ``Network``'s."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._booted: subprocess.Popen[bytes] | None = None

    @classmethod
    def fresh(cls, folder: Path, suite: str) -> "Machine":
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(BASE)}", suite, folder, MIRROR]
        subprocess.run(command, check=True, capture_output=True)
        for name in ("resolv.conf", "hosts", "ssl/certs/ca-certificates.crt"):  # the way out is this machine's
            shutil.copy(f"/etc/{name}", folder / "etc" / name)
        return cls(folder)

    def copy(self, folder: Path) -> "Machine":
        subprocess.run(["cp", "-a", self.folder, folder], check=True)
        return Machine(folder)

    def install(self, script: str) -> str:
        """A script as root, before the machine is booted and with this machine's network; what it said."""
        command = ["unshare", "-m", "-p", "-f", "-u", "-i", "bash", "-ec", f'{_MOUNTS}exec chroot . bash -ec "$1"']
        pip = {name: value for name, value in os.environ.items() if name in ("PIP_INDEX_URL", "PIP_CERT")}
        return _said([*command, str(self.folder), script], _ENVIRONMENT | pip)

    def boot(self, network: "Network") -> None:
        """Starts systemd, and waits until it answers."""
        command = ["unshare", "-m", "-p", "-C", "-u", "-i", "-f", "--kill-child", "bash", "-ec", f"{_MOUNTS}{_BOOT}"]
        self._booted = subprocess.Popen(
            [*network.enter(), *command, str(self.folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: self._first_process() and self.tries("systemctl show -P Version"))

    def run(self, script: str) -> str:
        """A script as root on the booted machine; what it said. Raises with what it said when it fails."""
        into = ["nsenter", "-t", str(self._first_process()), "-a", "-r", "-w"]
        return _said([*into, "bash", "-ec", f"cd /root; {script}"], _ENVIRONMENT)

    def tries(self, script: str) -> bool:
        try:
            self.run(script)
        except RuntimeError:
            return False
        return True

    def stop(self) -> None:
        if self._booted is not None:
            self._booted.kill()
            self._booted.wait()

    def _first_process(self) -> int:
        assert self._booted is not None
        children = Path(f"/proc/{self._booted.pid}/task/{self._booted.pid}/children").read_text("utf-8").split()
        return int(children[0]) if children else 0


class Network:
    """A network of its own, which ends with ``stop``."""

    def __init__(self) -> None:
        held = ["unshare", "-n", "sh", "-ec", "ip link set lo up; echo up; exec sleep infinity"]
        self._held = subprocess.Popen(held, stdout=subprocess.PIPE)
        assert self._held.stdout
        self._held.stdout.readline()

    def enter(self) -> list[str]:
        return ["nsenter", "-t", str(self._held.pid), "-n"]

    def stop(self) -> None:
        self._held.kill()
        self._held.wait()
        assert self._held.stdout
        self._held.stdout.close()


def checkout(target: Path) -> None:
    """This checkout, without what is made from it."""
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "dist", "*_cache", "__pycache__", ".hypothesis")
    shutil.copytree(ROOT, target, ignore=ignored)


def _said(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, errors="replace", timeout=900, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[-1]}\n{done.stdout[-4_000:]}{done.stderr[-4_000:]}")
    return done.stdout
