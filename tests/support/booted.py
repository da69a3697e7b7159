"""Boot systemd on a throw-away copy of this machine's file system, with the shipped units in it, as root.

The copy is an overlay in memory inside namespaces of its own (mounts, processes, cgroups); nothing of it is left. What
is not on a developer's machine stands in: Xvfb for the X server, Debian's Python and this checkout for the package.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SYSTEMD = Path("/lib/systemd/systemd")
PATIENCE = 600
END = "the script came to its end"
MOUNTS = """
set -eu
mount --make-rprivate /
mount -t tmpfs -o size=600m tmpfs "$WORK"
mkdir "$WORK/upper" "$WORK/work" "$WORK/root" "$WORK/opt" "$WORK/more"
mount -t overlay overlay -o "lowerdir=/,upperdir=$WORK/upper,workdir=$WORK/work" "$WORK/root"
cd "$WORK/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount --rbind /dev dev
mkdir -p opt/lang-nghe opt/site opt/out usr/share/lang-nghe-kiosk/still etc/lang-nghe
mount -t overlay overlay -o "lowerdir=$CHECKOUT,upperdir=$WORK/opt,workdir=$WORK/more" opt/lang-nghe
mount --bind "$SITE" opt/site
mount --bind "$OUT" opt/out
"""
TRIAL = """
mount --make-rprivate /
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
mount -t sysfs sysfs /mnt/root/sys
"""
FILES = r"""
rm -rf etc/systemd/system/*.wants etc/systemd/system/default.target
cp opt/lang-nghe/config/systemd/lang-nghe-{display,kiosk,sync,still}.service etc/systemd/system/
cp opt/lang-nghe/config/kiosk.toml etc/lang-nghe/kiosk.toml
cp opt/lang-nghe/{kiosk/hardware/still_picture.py,assets/images/still/*.png} usr/share/lang-nghe-kiosk/still/
cp opt/lang-nghe/config/sysusers/lang-nghe-kiosk.conf usr/lib/sysusers.d/
chroot . systemd-sysusers lang-nghe-kiosk.conf
chroot . install -d -o lang-nghe -g lang-nghe -m 0700 /var/lib/lang-nghe
program() { printf '#!/bin/sh\n%s\n' "$2" >"usr/bin/$1"; chmod 755 "usr/bin/$1"; }
python='PYTHONPATH=/opt/lang-nghe:/opt/site LP_NUM_THREADS=1 exec /usr/bin/python3'
program kiosk "$python -m kiosk \"\$@\""
program kiosk-sync "$python -m sync \"\$@\""
program X '[ "$5" = -logfile ] || exit 1
auth=$4; shift 6
exec /usr/bin/Xvfb :0 -auth "$auth" -screen 0 1024x600x24 "$@"'
program picture "$python /opt/lang-nghe/tests/support/x_picture.py \"\$@\""
cat >etc/systemd/system/test.service <<UNIT
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/bash /opt/out/script
ExecStopPost=/usr/bin/systemctl exit
UNIT
printf '[Unit]\nWants=test.service\n' >etc/systemd/system/test.target
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd \
    --system --unit=test.target --log-target=console
"""
HELPERS = r"""
exec >/opt/out/said 2>&1
set -u
state() { systemctl show -P ActiveState "$1"; }
until_state() {  # until_state UNIT STATE
    for _ in $(seq 240); do [ "$(state "$1")" = "$2" ] && return 0; sleep 0.5; done
    echo "$1 did not become $2"; systemctl status "lang-nghe-*" --no-pager; exit 1
}
until_drawn() {  # the screen of this start has drawn a frame that was looked for
    for _ in $(seq 150); do grep -q '"drawn_s": [0-9]' /run/lang-nghe/screen.json && return 0; sleep 2; done
    echo 'nothing was drawn'; systemctl status "lang-nghe-*" --no-pager; exit 1
}
export KIOSK_DATA=/var/lib/lang-nghe KIOSK_CONFIG=/etc/lang-nghe/kiosk.toml RUNTIME_DIRECTORY=/run/lang-nghe
ln -sfn /run/lang-nghe-display/x11 /tmp/.X11-unix
export DISPLAY=:0 XAUTHORITY=/run/lang-nghe-display/authority
"""


@cache
def cannot_boot() -> str:
    """Why systemd is not booted here; empty when it is. It is asked for (``INSIST=booted make test``, as root): whether
    a machine lets root boot a copy of itself depends on more than can be looked up."""
    if "booted" not in os.environ.get("INSIST", "").split(","):
        return "not asked for: INSIST=booted make test"
    if os.geteuid() != 0:
        return "only root may boot a copy of this machine"
    missing = [each for each in ("unshare", "Xvfb", "xauth", "systemd-sysusers") if shutil.which(each) is None]
    if missing or not SYSTEMD.exists():
        return f"not on this machine: {', '.join([*missing, 'systemd'])}"
    asked = ["/usr/bin/python3", "-c", "import sys; print(*sys.version_info[:2])"]
    debian = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    if debian != [str(part) for part in sys.version_info[:2]]:
        return "Debian's Python, which the units run, is another than that of the tests"
    command = ["unshare", "-m", "-p", "-n", "-C", "-f", "-u", "-i", "sh", "-ec", TRIAL]
    tried = subprocess.run(command, capture_output=True, check=False)
    return "" if tried.returncode == 0 else "this machine lets nobody make namespaces with cgroups and overlays"


def boot(folder: Path, script: str, files: str = "") -> str:
    """What a script said that ran as a unit on the booted copy, where it finds ``folder`` as ``/opt/out``. ``files`` is
    run before, in the copy's folder, once all shipped files are there."""
    (folder / "script").write_text(f"{HELPERS}\n{script}\necho {END}\n", "utf-8")
    work = folder / "work"
    work.mkdir()
    head, last = FILES.rsplit("exec env", 1)
    text = f"{MOUNTS}\n{head}\n{files}\nexec env{last}"
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "WORK": str(work), "OUT": str(folder)}
    environment |= {"CHECKOUT": str(ROOT), "SITE": sysconfig.get_paths()["purelib"]}
    done = subprocess.run(
        ["unshare", "-m", "-p", "-n", "-C", "-f", "-u", "-i", "--kill-child", "bash", "-c", text],
        env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        umask=0o022,  # a command that was called in this process before may have left another
    )  # fmt: skip
    said = (folder / "said").read_text("utf-8", "replace") if (folder / "said").exists() else ""
    (folder / "console").write_text(done.stdout + done.stderr, "utf-8")
    assert said.endswith(f"{END}\n"), said + done.stdout[-6_000:] + done.stderr[-6_000:]
    return said.removesuffix(f"{END}\n")
