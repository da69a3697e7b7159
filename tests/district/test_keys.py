"""Keys are rolled, revoked, lost and brought back, and nothing that was said is lost on the way."""

import random
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from msgspec.structs import replace
from nacl.signing import SigningKey

from kiosk import settings
from kiosk.box.keys import NEXT, finish_rotation, next_key
from kiosk.cli.doctor import examine
from kiosk.clock import Moment
from kiosk.store import box_state
from kiosk.store.verify import verify
from sync.agent.agent import Agent, Schedule
from sync.agent.enrol import enrol
from sync.agent.transport import Transport
from sync.district.cli.verifying import verify_all
from sync.district.domain.anomaly import AnomalyKind
from sync.district.fleet.enrolment import draw_code, issue_code
from sync.district.ingest.accept import BatchRefused
from sync.district.keys.files import KeysMissing, load_sealing_keys, make_keys, make_sealing_key
from sync.district.keys.shares import Bundle, WrongShares, join, restore, split
from sync.district.projection.project import rebuild
from sync.district.store.devices import revoke, want_rotation
from sync.district.store.engine import reading, writing
from sync.district.store.sealing_keys import add_sealing_key
from sync.protocol.chain import head_is_signed, sign_sealing_key
from sync.protocol.key_rotation import KeyRotation
from sync.protocol.seal import key_id
from sync.protocol.snapshot import SealingKey
from tests.district.conftest import COUNTER, NOON, UNIT, Client, District
from tests.district.test_agent import Kiosk
from tests.support.factories import dossier_code


@pytest.fixture
def kiosk(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    configured = settings.load(environment={"KIOSK_DATA": str(tmp_path / "box")})
    code = draw_code()
    issue_code(district.engine, code, UNIT, COUNTER, timedelta(hours=1), district.clock())
    enrol(configured, client.base, code)
    made = Kiosk(configured, district, lambda: Moment(NOON, 1_000_000, "cafe"))
    yield made
    made.store.close()


def announce(district: District) -> SealingKey:
    """Rolls the district's sealing key as ``district key roll`` does."""
    receipt_key, data = district.services.receipt_key, district.services.settings.data
    made = make_sealing_key(data)
    key = SealingKey(2, made, sign_sealing_key(2, made, receipt_key))
    with writing(district.engine) as connection:
        add_sealing_key(connection, key, key_id(made), district.clock())
    return key


def wrong(district: District) -> list[str]:
    with reading(district.engine) as connection:
        return [line for line in verify_all(connection)[1] if line.startswith("!")]


def want(kiosk: Kiosk) -> None:
    with kiosk.store.write() as tx:
        box_state.put(tx, box_state.ROTATION_WANTED, True)
    kiosk.seconds += 1000


def public_key(kiosk: Kiosk) -> bytes:
    return (kiosk.settings.keys / "device.key").read_bytes()


def test_a_technician_rolls_the_box_key_and_everything_still_holds_at_both_ends(kiosk: Kiosk, district: District):
    kiosk.rate(1)
    kiosk.deliver()
    before = public_key(kiosk)
    want(kiosk)

    kiosk.rate(2)
    kiosk.deliver()
    kiosk.rate(3)  # the desk still has the key it began with
    kiosk.deliver()
    kiosk.start()
    kiosk.rate(4)
    kiosk.deliver()

    assert public_key(kiosk) != before
    assert kiosk.rated() == [(dossier_code(number), 5) for number in (1, 2, 3, 4)]
    assert (kiosk.pending, kiosk.agent.trouble, wrong(district)) == (0, "", [])
    with kiosk.store.read() as tx:
        who = kiosk.box.identity
        key = bytes(SigningKey(public_key(kiosk)).verify_key)
        assert verify(tx, who.device_id, key, who.receipt_public_key).flaw == ""
    assert {stat.S_IMODE(path.stat().st_mode) for path in kiosk.settings.keys.iterdir()} == {0o600}


def test_the_district_can_have_a_box_roll_its_key(kiosk: Kiosk, district: District):
    kiosk.deliver()
    before = public_key(kiosk)
    with writing(district.engine) as connection:
        assert want_rotation(connection, kiosk.box.identity.device_id, district.clock())
    kiosk.seconds += 1000

    kiosk.deliver()
    once = public_key(kiosk)
    kiosk.seconds += 1000
    kiosk.deliver()

    assert before != once == public_key(kiosk)
    assert district.rows("devices", "roll_wanted_at") == [(None,)]


def test_a_copy_of_the_disk_made_before_the_roll_can_send_no_more(kiosk: Kiosk, district: District, tmp_path: Path):
    kiosk.deliver()
    kiosk.store.close()
    shutil.copytree(kiosk.settings.data, tmp_path / "copy")
    kiosk.start()
    want(kiosk)
    kiosk.deliver()

    clone = Kiosk(replace(kiosk.settings, data=tmp_path / "copy"), district, kiosk.clock)
    clone.rate(9, 1)
    clone.deliver()

    assert clone.pending
    told = clone.told("sync")
    assert isinstance(told, dict)
    assert told["state"] == "refused"
    assert kiosk.rated() == []
    clone.store.close()


class LosesRolls(Transport):
    """The district takes the new key; the answer never comes back."""

    def rotate_key(self, succession: KeyRotation) -> None:
        super().rotate_key(succession)
        raise requests.ConnectionError("cut")


@pytest.mark.parametrize("crash", ["answer lost", "after the token", "after the key"])
def test_a_roll_that_stopped_anywhere_is_finished_by_the_next_start(kiosk: Kiosk, district: District, crash: str):
    kiosk.deliver()
    want(kiosk)
    kiosk.transport = LosesRolls
    kiosk.start()
    with pytest.raises(requests.ConnectionError):
        kiosk.deliver()
    folder = kiosk.settings.keys
    begun = (folder / NEXT).read_bytes()
    made = next_key(folder)
    assert made is not None
    if crash != "answer lost":
        (folder / "token").write_text(made.token)
    if crash == "after the key":
        finish_rotation(folder)
        (folder / NEXT).write_bytes(begun)
        (folder / NEXT).chmod(0o600)

    kiosk.transport = Transport
    kiosk.start()
    kiosk.rate(1)
    kiosk.deliver()

    assert not (folder / NEXT).exists()
    assert public_key(kiosk) == begun[:32]
    assert kiosk.rated() == [(dossier_code(1), 5)]
    assert wrong(district) == []


def test_nobody_else_can_name_the_next_key(kiosk: Kiosk, district: District, client: Client):
    device_id, stranger = kiosk.box.identity.device_id, SigningKey.generate()
    own = kiosk.box.keys.device
    unsigned = KeyRotation.make(device_id, stranger, stranger, b"t" * 32)
    unproved = replace(KeyRotation.make(device_id, own, stranger, b"t" * 32), proof=b"\0" * 64)
    unknown = KeyRotation.make("box-nobody", own, stranger, b"t" * 32)

    said = [
        requests.post(f"{client.base}/v1/device-key", json=one.encode(), timeout=30)
        for one in (unsigned, unproved, unknown)
    ]

    assert [answer.status_code for answer in said] == [403, 403, 403]
    assert [answer.json()["type"].rpartition(":")[2] for answer in said] == [
        *("key-unsigned", "key-unsigned", "key-unknown-device")
    ]
    kiosk.rate(1)
    kiosk.deliver()
    assert kiosk.rated() == [(dossier_code(1), 5)]


def test_a_former_key_cannot_come_back(kiosk: Kiosk, client: Client):
    kiosk.deliver()
    old = kiosk.box.keys.device
    want(kiosk)
    kiosk.deliver()
    new = SigningKey(public_key(kiosk))

    back = KeyRotation.make(kiosk.box.identity.device_id, new, old, b"t" * 32)
    answer = requests.post(f"{client.base}/v1/device-key", json=back.encode(), timeout=30)

    assert answer.status_code == 403


def test_a_stick_written_before_the_roll_is_no_accusation(district: District):
    box = district.box()
    box.rate()
    stick, old = box.batch(), box.key
    box.key = SigningKey.generate()
    district.roll(box, old)

    with pytest.raises(BatchRefused) as refused:
        district.accept(box, stick)
    district.accept(box)

    assert refused.value.kind is AnomalyKind.KEY_REPLACED
    assert wrong(district) == []
    assert head_is_signed(stick.head, stick.signature, bytes(old.verify_key))


def test_a_forged_line_of_keys_is_named(district: District):
    box = district.box()
    old, box.key = box.key, SigningKey.generate()
    district.roll(box, old)

    district.tamper("UPDATE device_keys SET until = until, signature = proof", "device_keys")

    (line,) = wrong(district)
    assert "did not sign for the one after it" in line


def test_a_revoked_box_keeps_collecting_and_cannot_roll_its_key(kiosk: Kiosk, district: District):
    with writing(district.engine) as connection:
        revoke(connection, kiosk.box.identity.device_id)
    want(kiosk)
    kiosk.rate(1)

    kiosk.deliver()

    told = kiosk.told("sync")
    assert isinstance(told, dict)
    assert (told["state"], kiosk.pending > 0) == ("refused", True)
    assert "revoked" in told["reason"]
    said = {finding.check: finding for finding in examine(kiosk.settings, kiosk.clock)}
    assert (said["district"].state, "Device revoked" in said["district"].finding) == ("failed", True)


def test_after_a_roll_nothing_is_left_waiting(kiosk: Kiosk):
    kiosk.deliver()
    want(kiosk)

    while kiosk.agent.tick():
        pass

    assert kiosk.pending == 0


def test_boxes_take_the_new_sealing_key_and_both_keys_open(kiosk: Kiosk, district: District):
    kiosk.rate(1)
    kiosk.deliver()
    first = key_id(kiosk.box.identity.sealing_public_key)
    newer = announce(district)
    kiosk.rate(2)
    kiosk.seconds += 1000
    kiosk.deliver()
    kiosk.desk.lobby()  # the idle screen asks, and takes the newer key
    kiosk.rate(3)
    kiosk.deliver()

    assert kiosk.rated() == [(dossier_code(number), 5) for number in (1, 2, 3)]
    used = {name for (name,) in district.rows("ledger", "key_id")}
    assert used == {first, key_id(newer.public_key)}
    (health,) = (health for (health,) in district.rows("devices", "health"))
    assert health["sealing_key"] == key_id(newer.public_key)


def test_a_box_enrolled_after_the_roll_has_the_new_key_at_once(district: District):
    newer = announce(district)

    assert district.box().sealing_key == newer.public_key


@pytest.mark.parametrize("forged", ["signature", "number"])
def test_a_sealing_key_that_is_not_our_district_s_word_is_not_taken(kiosk: Kiosk, district: District, forged: str):
    kiosk.deliver()
    before = kiosk.box.identity.sealing_public_key
    newer = announce(district)
    change = "signature = 'x'" if forged == "signature" else "number = 1"
    district.tamper(f"UPDATE sealing_keys SET {change}".replace("'x'", "public_key"))

    kiosk.seconds += 1000
    kiosk.deliver()
    kiosk.start()

    assert kiosk.box.identity.sealing_public_key == before != newer.public_key


def test_two_of_three_sheets_bring_a_lost_district_back_with_the_same_figures(
    kiosk: Kiosk, district: District, tmp_path: Path
):
    kiosk.rate(1, 2)
    kiosk.deliver()
    announce(district)
    kiosk.seconds += 1000
    kiosk.deliver()
    kiosk.desk.lobby()
    kiosk.rate(2, 4)
    kiosk.deliver()
    data = district.services.settings.data
    figures, sheets = district.figures(), split(Bundle.load(data), needed=2, sheets=3)

    shutil.rmtree(data)
    restore(join([sheets[2].upper(), sheets[0]]), data)

    assert rebuild(district.engine, load_sealing_keys(data)) == len(district.rows("ledger", "seq"))
    assert district.figures() == figures
    assert district.rows("unopened", "reason") == []
    assert bytes(SigningKey((data / "receipt.key").read_bytes())) == bytes(district.services.receipt_key)
    assert {stat.S_IMODE(path.stat().st_mode) for path in data.glob("*.key")} == {0o600}


def test_one_sheet_gives_nothing_and_a_wrong_word_is_noticed(district: District):
    data = district.services.settings.data
    sheets = split(Bundle.load(data), needed=2, sheets=3)
    words = sheets[1].split()
    words[7] = "academic" if words[7] != "academic" else "acid"

    for some in ([sheets[0]], [sheets[0], " ".join(words)], [], ["nonsense"]):
        with pytest.raises(WrongShares):
            join(some)


def test_the_sheets_of_another_district_replace_nothing(district: District, tmp_path: Path):
    make_keys(tmp_path / "other")
    other = Bundle.load(tmp_path / "other")
    data = district.services.settings.data
    (data / "sealing.key").unlink()

    with pytest.raises(WrongShares, match="another"):
        restore(other, data)

    assert not (data / "sealing.key").exists()


def test_init_makes_no_second_key_where_the_first_is_lost(district: District):
    data = district.services.settings.data
    before = (data / "sealing.pub").read_bytes()
    (data / "sealing.key").unlink()

    with pytest.raises(KeysMissing, match="district key restore"):
        make_keys(data)

    assert (data / "sealing.pub").read_bytes() == before


def test_an_agent_that_never_sees_a_wish_keeps_its_key(kiosk: Kiosk):
    before = public_key(kiosk)
    agent = Agent(
        kiosk.box,
        Transport(kiosk.box.identity.district_url, kiosk.box.keys.token),
        Schedule(1, 900),
        kiosk.clock,
        lambda: kiosk.seconds,
        random.Random(1),
        "test/1",
    )
    for _ in range(5):
        agent.tick()
        kiosk.seconds += 10

    assert public_key(kiosk) == before
