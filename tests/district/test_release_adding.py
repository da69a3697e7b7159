"""What its holders make of a release, and what the district adds: packed, signed by two, whole, and corrected once."""

import json
import os

import pytest
from nacl.signing import SigningKey

from sync.district.cli.context import Stop
from tests.district.conftest import District
from tests.district.test_agent import Kiosk
from tests.district.test_moving import hears
from tests.district.test_software_releases import (
    ON_SQLITE,
    PLATFORM,
    VERSION,
    Holders,
    holders,
    kiosk,
    reach_everybody,
    tick,
    updates_of,
)
from tests.support.updates import wheel

__all__ = ["holders", "kiosk"]


@ON_SQLITE
@pytest.mark.parametrize("fault", ["one-signature", "twice", "forged", "changed", "missing", "again", "expired"])
def test_what_is_not_whole_or_not_signed_by_two_is_not_added(district: District, holders: Holders, fault: str):
    payload = holders.folder / f"lang-nghe-{VERSION}-{PLATFORM}.lnr"
    holders.pack(*(["--days", "1"] if fault == "expired" else []))
    holders.sign(1)
    if fault not in ("one-signature", "twice"):
        holders.sign(2)
    if fault == "twice":
        holders.sign(1)
    if fault == "forged":
        content = json.loads(holders.manifest.read_text())
        first, second = content["signatures"]
        holders.manifest.write_text(
            json.dumps(content | {"signatures": [first, second | {"signature": first["signature"]}]})
        )
    if fault == "changed":
        payload.write_bytes(payload.read_bytes()[:-1] + b"?")
    if fault == "missing":
        payload.unlink()
    if fault == "again":
        holders.run("add", str(holders.manifest), "--by", "tam")
    if fault == "expired":
        district.clock.pass_by(days=3)

    with pytest.raises(Stop):
        holders.run("add", str(holders.manifest), "--by", "tam")

    assert len(district.rows("software_releases", "version")) == (fault == "again")


def test_a_corrected_manifest_of_a_version_takes_the_place_of_the_first_once_that_is_not_rolled_out(
    district: District, kiosk: Kiosk, holders: Holders
):
    holders.release()
    reach_everybody(holders)
    hears(kiosk)
    strangers = [holders.public[0], bytes(SigningKey.generate().verify_key).hex(), holders.public[1]]
    refused = tick(kiosk, updates_of(kiosk, holders, trusted=strangers))  # the third is not trusted there
    first = holders.manifest.read_bytes()
    holders.sign(2)
    with pytest.raises(Stop, match="is being rolled out"):
        holders.run("add", str(holders.manifest), "--by", "tam")
    still_there = kiosk.agent.transport.release_manifest(VERSION)
    holders.run("stop", "--why", "thiếu chữ ký", "--by", "tam")
    holders.run("add", str(holders.manifest), "--by", "tam")
    with pytest.raises(Stop, match="was added before"):
        holders.run("add", str(holders.manifest), "--by", "tam")
    holders.run("start", VERSION, "--why", "đủ chữ ký", "--by", "tam")
    reach_everybody(holders)
    hears(kiosk)

    taken = tick(kiosk, updates_of(kiosk, holders, hour=3, trusted=strangers))

    assert refused == {"version": VERSION, "word": "refused", "why": "unsigned"}
    assert still_there == first
    assert taken == {"version": VERSION, "word": "waiting"}
    assert kiosk.agent.transport.release_manifest(VERSION) == holders.manifest.read_bytes() != first
    assert len(district.rows("software_releases", "version")) == 2
    assert holders.run("list").count("added") == 1


@ON_SQLITE
def test_what_cannot_take_the_place_of_a_release_leaves_its_files_as_they_were(district: District, holders: Holders):
    holders.release()
    holders.run("stop", "--why", "thử", "--by", "tam")
    folder = district.services.settings.data / "releases"
    before = (folder / VERSION / f"{PLATFORM}.lnr").read_bytes()
    (holders.folder / f"lang-nghe-{VERSION}-{PLATFORM}.lnr").write_bytes(b"half of it")
    holders.manifest.write_bytes(holders.manifest.read_bytes() + b"\n")

    with pytest.raises(Stop, match="copy it once more"):
        holders.run("add", str(holders.manifest), "--by", "tam")

    assert [each.name for each in folder.iterdir()] == [VERSION]
    assert (folder / VERSION / f"{PLATFORM}.lnr").read_bytes() == before


@ON_SQLITE
@pytest.mark.parametrize("wheels", [[], ["9.0.9"], [VERSION, "9.0.9"], ["9.1.0.post1"]], ids=range(4))
def test_a_release_whose_wheel_is_of_another_version_than_it_says_is_not_packed(holders: Holders, wheels: list[str]):
    folder = holders.folder / "files" / "wheels"
    (folder / f"lang_nghe-{VERSION}-py3-none-any.whl").unlink()
    for version in wheels:
        (folder / f"lang_nghe-{version}-py3-none-any.whl").write_bytes(wheel({"a": "b"}))

    with pytest.raises(Stop, match=f"must hold one wheel lang_nghe-{VERSION}-"):
        holders.pack()

    assert not list(holders.folder.glob("*.lnr*"))


@ON_SQLITE
def test_a_holder_signs_no_payload_that_is_not_there_and_with_no_key_that_others_read(holders: Holders):
    holders.pack()
    os.chmod(holders.folder / "key-1", 0o644)
    with pytest.raises(Stop, match="chmod 600"):
        holders.sign(1)
    (holders.folder / f"lang-nghe-{VERSION}-{PLATFORM}.lnr").write_bytes(b"another")
    with pytest.raises(Stop, match="nothing was signed"):
        holders.sign(2)
