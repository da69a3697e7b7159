"""The shipped units under a real systemd: what it does when a screen cannot be started, and what it needs to start."""

from pathlib import Path

import pytest
from PIL import Image

from kiosk.box.sign_of_life import FUTILE_STARTS
from tests.support.booted import boot, cannot_boot

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(cannot_boot()), reason=cannot_boot())]

DATA_OF_ITS_OWN = """
mount -t tmpfs -o size=20m tmpfs var/lib/lang-nghe
chroot . chown lang-nghe: /var/lib/lang-nghe
"""
START = """
systemctl start lang-nghe-display lang-nghe-kiosk lang-nghe-sync
until_state lang-nghe-kiosk active
until_drawn
picture /opt/out/shown.png
"""
FILL = "cat /dev/zero >{} || true\n"


def shown(folder: Path, name: str = "shown") -> Image.Image:
    with Image.open(folder / f"{name}.png") as picture:
        return picture.convert("L")


def is_kiosk(picture: Image.Image) -> bool:
    """Whether there is a drawn screen with a bar, not blank paper, and not the still picture."""
    return len(picture.getcolors(256) or ()) > 40 and not is_still(picture)


def is_still(picture: Image.Image) -> bool:
    """Whether it is paper with dark ink in the middle alone."""
    width, height = picture.size
    edge = {picture.getpixel((x, y)) for x in (0, width - 1) for y in range(height)}
    return edge == {255} and picture.crop((width // 4, 0, width * 3 // 4, height)).getextrema()[0] < 60


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("", ""),
        ("mount -o remount,ro .", ""),
        (FILL.format("filler"), ""),
        (
            "rm -r opt/lang-nghe/assets/sounds opt/lang-nghe/assets/languages/*/sounds",
            "warning sounds      the recorded prompts are missing",
        ),
        ("sed -i s/1024x600/600x1024/ usr/bin/X", ""),
    ],
    ids=["well", "root-read-only", "root-full", "no-sounds", "turned"],
)
def test_a_start_needs_nothing_that_can_be_written(tmp_path: Path, broken: str, says: str):
    said = boot(tmp_path, START + "kiosk doctor --lang en\n", DATA_OF_ITS_OWN + broken)

    assert "the screen draws, 0 restarts" in said
    assert "the picture covers the panel" in said
    assert says in said
    assert is_kiosk(shown(tmp_path))


@pytest.mark.parametrize(
    ("broken", "says", "mended"),
    [
        (FILL.format("var/lib/lang-nghe/filler"), "the disk is full", "rm /var/lib/lang-nghe/filler"),
        (
            "mount -o remount,ro var/lib/lang-nghe",
            "the file system is read-only",
            "mount -o remount,rw /var/lib/lang-nghe",
        ),
    ],
    ids=["data-full", "data-read-only"],
)
def test_a_data_disk_that_cannot_be_written_is_an_honest_picture_until_the_remedy(
    tmp_path: Path, broken: str, says: str, mended: str
):
    doctor = "kiosk doctor --lang en\n"
    said = boot(tmp_path, f"{START}{doctor}{mended}\necho mended\n{doctor}", DATA_OF_ITS_OWN + broken)
    before, after = said.split("mended\n", 1)

    assert "the screen draws, 0 restarts" in before
    assert says in before
    assert "kiosk.sqlite3 opens and can be written" in after
    assert is_kiosk(shown(tmp_path))


NO_FONTS = "mv opt/lang-nghe/assets/fonts opt/lang-nghe/assets/no-fonts"
NO_GL = """
sed -i "s/Xvfb :0/Xvfb :0 -extension GLX/" usr/bin/X
mkdir -p opt/gl ; mv usr/lib/*/libEGL* usr/lib/*/libGLES* opt/gl/ || true
"""
NO_PROGRAM = r"""
mv usr/bin/kiosk usr/bin/no-kiosk
printf '#!/bin/sh\necho once >>$RUNTIME_DIRECTORY/starts\nexit 1\n' >usr/bin/kiosk
chmod 755 usr/bin/kiosk
"""
MEND_FONTS = "mv /opt/lang-nghe/assets/no-fonts /opt/lang-nghe/assets/fonts"
MEND_GL = """
mv /opt/gl/* /usr/lib/$(uname -m)-linux-gnu/; sed -i 's/-extension GLX//' /usr/bin/X
systemctl restart lang-nghe-display
"""
MEND_PROGRAM = "mv /usr/bin/no-kiosk /usr/bin/kiosk"


@pytest.mark.parametrize(
    ("broken", "mended"),
    [(NO_FONTS, MEND_FONTS), (NO_GL, MEND_GL), (NO_PROGRAM, MEND_PROGRAM)],
    ids=["no-fonts", "no-gl", "no-program"],
)
def test_a_screen_that_cannot_be_started_ends_in_a_still_picture_and_the_remedy_brings_it_back(
    tmp_path: Path, broken: str, mended: str
):
    said = boot(tmp_path, f"""
systemctl start lang-nghe-display
systemctl start lang-nghe-kiosk || true
until_state lang-nghe-still active
sleep 3
picture /opt/out/still.png
echo "state $(state lang-nghe-kiosk), $(grep -so once /run/lang-nghe/starts | wc -l) starts"
grep -o '"starts": [0-9]*' /run/lang-nghe/screen.json
kiosk doctor --lang en
{mended}
systemctl restart lang-nghe-kiosk
until_state lang-nghe-kiosk active
until_drawn
picture /opt/out/shown.png
echo "still $(state lang-nghe-still)"
""", broken)  # fmt: skip

    assert is_still(shown(tmp_path, "still"))
    assert is_kiosk(shown(tmp_path))
    starts = "state inactive, 12 starts" if broken == NO_PROGRAM else f'"starts": {FUTILE_STARTS}\n'
    assert starts in said
    assert broken == NO_PROGRAM or "broken  screen      the screen failed at too many starts" in said
    assert "still inactive" in said


def test_a_start_that_does_not_help_ends_in_the_still_picture_again(tmp_path: Path):
    """Whether somebody tries it by hand, within the ten minutes in which systemd counts, or the hour is over: a picture
    that ends well starts the screen."""
    said = boot(tmp_path, """
systemctl start lang-nghe-display
systemctl start lang-nghe-kiosk || true
until_state lang-nghe-still active
systemctl restart lang-nghe-kiosk && echo 'it started'
until_state lang-nghe-still active
systemctl kill lang-nghe-still
until_state lang-nghe-still inactive
until_state lang-nghe-still active
sleep 3
picture /opt/out/still.png
echo "$(wc -l </run/lang-nghe/starts) starts"
""", NO_PROGRAM)  # fmt: skip

    assert is_still(shown(tmp_path, "still"))
    assert said == "36 starts\n" or said.endswith("\n36 starts\n"), said
    assert "it started" not in said


def test_a_frozen_screen_is_started_again_by_the_watchdog(tmp_path: Path):
    said = boot(tmp_path, START + """
kill -STOP "$(systemctl show -P MainPID lang-nghe-kiosk)"
before=$(date +%s)
for _ in $(seq 300); do grep -q '"starts": 2' /run/lang-nghe/screen.json && break; sleep 0.5; done
echo "started again after $(($(date +%s) - before)) s"
until_drawn
kiosk doctor --lang en
""")  # fmt: skip

    assert "the screen draws, 1 restarts" in said
    after = int(said.partition("started again after ")[2].split()[0])
    assert 15 <= after <= 120


def test_without_a_display_it_waits_for_one_and_comes_up_by_itself(tmp_path: Path):
    said = boot(tmp_path, """
mv /usr/bin/X /usr/bin/no-X; printf '#!/bin/sh\\nexit 1\\n' >/usr/bin/X; chmod 755 /usr/bin/X
systemctl start lang-nghe-display lang-nghe-kiosk || true
until_state lang-nghe-still active
kiosk doctor --lang en
mv /usr/bin/no-X /usr/bin/X
until_state lang-nghe-kiosk active
until_drawn
picture /opt/out/shown.png
""")  # fmt: skip

    assert "broken  screen      the screen failed at too many starts" in said
    assert is_kiosk(shown(tmp_path))
