"""Settings travel from the district to the screen: signed, numbered, to a few first, and back by themselves."""

import io
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from nacl.signing import SigningKey
from sqlalchemy import delete, insert, update

from kiosk import settings
from kiosk.settings import SentSettings, sent_settings
from sync.agent.apply_response import apply_pages
from sync.agent.district_settings import keep_sent, take_settings
from sync.district.alerts.look import look
from sync.district.cli import devices, kiosk_settings
from sync.district.cli.context import Context, Stop, account
from sync.district.domain.settings_order import OrderReach, OrderStage, SettingsEvent, SettingsTrouble
from sync.district.fleet.changing import Order, move
from sync.district.fleet.kiosk_settings import NotSent, SettingsRefusal, order_of, plan, send, wanted, widen, withdraw
from sync.district.measures.kiosks import full_hour
from sync.district.settings import Alerts, Mail, Settings, Webhook
from sync.district.store.alert_tables import alert_looks
from sync.district.store.engine import StoreUnavailable, reading, writing
from sync.district.store.settings_orders import MAX_LEAP, add_event, all_orders
from sync.district.store.tables import devices as devices_table
from sync.protocol.chain import sign_settings
from sync.protocol.enrolment_file import NAME, EnrolmentFile, parsed
from sync.protocol.snapshot import KioskSettings
from tests.district.conftest import UNIT, Client, District
from tests.district.test_agent import Kiosk, enrolled
from tests.district.test_moving import OneClock, hears
from tests.district.web_server import enrol

TOLD = Settings(
    alerts=Alerts(("ky-thuat@example.vn",)), mail=Mail("mail.example.vn"), webhook=Webhook("https://hook.example.vn/x")
)


@pytest.fixture
def kiosk(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(district, client, tmp_path / "kiosk")
    made.transport = OneClock
    made.store.close()
    made.start()
    yield made
    made.store.close()


def order(district: District, why: str = "phòng chờ ồn") -> Order:
    return Order("tam", why, district.clock())


def give(district: District, reach: OrderReach = OrderReach.ALL, target: str = "", **values: object) -> int:
    """Gives an order; ``speech__volume`` stands for ``speech.volume``."""
    named = {key.replace("__", "."): value for key, value in values.items()}
    return send(district.engine, wanted(reach, target, named, order(district)))


def steps(district: District, number: int) -> list[tuple[str, OrderStage, str]]:
    """What became of an order: who, what, why."""
    with reading(district.engine) as connection:
        return [(event.person, event.stage, event.why) for event in order_of(connection, number).events]


def run_screen(kiosk: Kiosk, own: str | None = None) -> settings.Settings:
    """The screen starts with what is there now, draws for ten minutes, and tells what came of it."""
    data = {"KIOSK_DATA": str(kiosk.settings.data)}
    sent = sent_settings(kiosk.settings.keys)
    if sent and not sent.failed:
        keep_sent(kiosk.settings.keys, replace(sent, proven=True))
    found = settings.load(own, data)
    kiosk.desk.settings_came(found.report)
    kiosk.desk.lobby()
    return found


def was_there(district: District) -> None:
    """The district has looked at each full hour of the last two days."""
    hours = [full_hour(district.clock()) - timedelta(hours=n) for n in range(49)]
    with writing(district.engine) as connection:
        connection.execute(delete(alert_looks))
        connection.execute(insert(alert_looks), [{"looked_at": hour} for hour in hours])


def hour_passes(district: District) -> None:
    district.clock.pass_by(hours=1)
    look(district.engine, TOLD, district.clock())


def test_an_order_reaches_the_screen_goes_on_by_itself_and_one_act_takes_it_back(district: District, kiosk: Kiosk):
    hears(kiosk)
    before = run_screen(kiosk)
    number = give(district, speech__volume=3, times__idle=60)
    hears(kiosk)
    after = run_screen(kiosk)
    for _ in range(2):
        hears(kiosk)
        hour_passes(district)
    went_on = steps(district, number)
    withdraw(district.engine, number, order(district, "quá to"))
    hears(kiosk)
    back = run_screen(kiosk)

    assert (before.volume, before.idle_seconds, before.from_district.word) == (2, 45, "")
    assert (after.volume, after.idle_seconds, after.from_district.number) == (3, 60, number)
    assert went_on == [("tam", OrderStage.FIRST, "phòng chờ ồn"), ("", OrderStage.EVERYWHERE, "")]
    assert (back.volume, back.from_district.used, back.from_district.number) == (2, {}, number + 2)


def test_settings_with_which_a_screen_fails_or_a_kiosk_falls_silent_are_taken_back_by_themselves(
    district: District, kiosk: Kiosk
):
    number = give(district, speech__volume=3)
    hears(kiosk)
    sent = sent_settings(kiosk.settings.keys)
    assert sent is not None
    keep_sent(kiosk.settings.keys, replace(sent, failed=True))
    failed = run_screen(kiosk)
    hears(kiosk)
    hour_passes(district)
    again = give(district, speech__volume=1)
    hears(kiosk)
    run_screen(kiosk)
    hears(kiosk)
    district.clock.pass_by(days=4)
    look(district.engine, TOLD, district.clock())
    away = steps(district, again)
    was_there(district)
    hour_passes(district)
    messages = [(channel, content) for channel, content in district.rows("messages", "channel", "content")]
    hooks = [content["data"] for channel, content in messages if content.get("type") == "kiosk_settings.withdrawn"]
    mails = [content["text"] for channel, content in messages if channel == "mail"]

    assert [(hook["number"], hook["why"]) for hook in hooks] == [(number, "failed"), (again, "silent")]
    assert any("không chạy được với cài đặt này" in text for text in mails)
    assert all("{" not in text for text in mails)
    assert (failed.volume, failed.from_district.word) == (2, "failed")
    assert steps(district, number)[-1] == ("", OrderStage.WITHDRAWN, SettingsTrouble.FAILED)
    assert away == [("tam", OrderStage.FIRST, "phòng chờ ồn")]  # the district itself was away: no kiosk is to blame
    assert steps(district, again)[-1] == ("", OrderStage.WITHDRAWN, SettingsTrouble.SILENT)


def test_what_is_not_our_district_s_word_or_older_is_not_taken_and_a_later_release_s_is_left_out(
    district: District, kiosk: Kiosk
):
    who, key = kiosk.box.identity, district.services.receipt_key
    whole = kiosk.agent._transport.snapshot("")
    assert whole is not None

    def takes(number: int, values: dict[str, object], signature: bytes) -> SentSettings | None:
        page = replace(whole, settings=KioskSettings(number, values, signature))
        apply_pages(kiosk.agent.box, [page], kiosk.clock())
        return sent_settings(kiosk.settings.keys)

    three, nine = {"speech.volume": 3}, {"speech.volume": 9}
    assert takes(1, three, sign_settings(who.device_id, 1, three, SigningKey.generate())) is None
    assert takes(1, three, sign_settings("box-of-others", 1, three, key)) is None
    assert takes(1, {"speech.volume": 1}, sign_settings(who.device_id, 1, three, key)) is None
    assert takes(1, nine, sign_settings(who.device_id, 1, nine, key)) == SentSettings(1, nine)
    assert settings.load(environment={"KIOSK_DATA": str(kiosk.settings.data)}).report["word"] == "refused"
    later = three | {"display.hologram": True}
    taken = takes(2, later, sign_settings(who.device_id, 2, later, key))
    assert taken == SentSettings(2, three)
    assert not take_settings(kiosk.agent.box, KioskSettings(2, later, sign_settings(who.device_id, 2, later, key)))
    assert takes(1, three, sign_settings(who.device_id, 1, three, key)) == taken


def test_a_kiosk_keeps_what_its_own_file_says_and_gets_what_holds_where_it_was_moved_to(
    district: District, kiosk: Kiosk, tmp_path: Path
):
    there, own = "H32.99", tmp_path / "kiosk.toml"
    district.reference(units=[{"unit_id": there, "name": "Phường Khác", "level": "commune", "parent_id": None}])
    own.write_text('[sync]\nown_settings = ["speech.volume"]\n[times]\nidle = 50\n', encoding="utf-8")
    number = give(district, OrderReach.UNIT, UNIT, speech__volume=3, times__thanks=9)
    widen(district.engine, number, order(district))
    hears(kiosk)
    run_screen(kiosk, str(own))
    hears(kiosk)
    with reading(district.engine) as connection:
        values = {"speech.volume": 1, "times.idle": 90}
        (planned,) = plan(connection, wanted(OrderReach.ALL, "", values, order(district)))
    move(district.engine, kiosk.box.identity.device_id, there, None, order(district))
    hears(kiosk)
    moved = run_screen(kiosk, str(own))

    assert [(each.key, each.before, each.after, each.keeps) for each in planned.changes] == [
        ("speech.volume", 2, 3, True),
        ("times.idle", 50, 90, False),
    ]
    assert planned.is_first
    assert (moved.volume, moved.thanks_seconds, moved.from_district.used) == (2, 8, {})


def test_a_district_that_lost_its_newest_orders_gives_numbers_above_those_kiosks_have(district: District):
    enrol(district.engine, "k1", UNIT, None, health={"settings": {"number": 40, "word": "used"}})

    first = give(district, speech__volume=3)
    widen(district.engine, first, order(district))

    with reading(district.engine) as connection:
        assert [event.number for event in order_of(connection, first).events] == [41, 42]


def test_a_kiosk_that_lies_of_its_number_stops_no_order_and_no_alert(district: District):
    far = {"settings": {"number": 10**12 - 1, "word": "used"}}
    near = {"settings": {"number": MAX_LEAP, "word": "failed"}}
    enrol(district.engine, "k-liar", UNIT, None, silent=timedelta(days=30), health=far)
    enrol(district.engine, "k-gone", UNIT, None, state="revoked", health={"settings": {"number": 7}})

    first = give(district, speech__volume=3)
    widen(district.engine, first, order(district))
    with writing(district.engine) as connection:
        connection.execute(update(devices_table).values(health=near))
    hour_passes(district)

    with reading(district.engine) as connection:
        numbers = [event.number for event in order_of(connection, first).events]
    assert (first, numbers) == (1, [1, 2, MAX_LEAP + 1])
    assert [kind for (kind,) in district.rows("alerts", "kind")] == ["silent"]


def test_trouble_with_settings_keeps_no_alert_from_being_kept(district: District, monkeypatch: pytest.MonkeyPatch):
    def fails(*_: object) -> None:
        raise RuntimeError("an order that cannot be judged")

    enrol(district.engine, "k-silent", UNIT, None, silent=timedelta(days=30))
    monkeypatch.setattr("sync.district.alerts.look.watch_orders", fails)

    with pytest.raises(RuntimeError):
        hour_passes(district)

    assert [kind for (kind,) in district.rows("alerts", "kind")] == ["silent"]


def test_numbers_of_orders_go_beyond_what_32_bits_hold(district: District):
    enrol(district.engine, "k1", UNIT, None)
    with writing(district.engine) as connection:
        event = SettingsEvent(2**40, 2**40, OrderStage.FIRST, district.clock(), "tam", "vì", "all")
        add_event(connection, event)

    assert give(district, speech__volume=3) == 2**40 + 1


def test_what_cannot_be_sent_is_refused_and_nothing_is_kept(district: District):
    district.box()
    asked = [
        (OrderReach.ALL, "", {}, "vì", SettingsRefusal.NOTHING),
        (OrderReach.ALL, "", {"speech.volume": 4}, "vì", SettingsRefusal.WRONG_VALUE),
        (OrderReach.ALL, "", {"scanner.port": "/dev/null"}, "vì", SettingsRefusal.WRONG_VALUE),
        (OrderReach.ALL, "", {"languages.default": "en"}, "vì", SettingsRefusal.WRONG_VALUE),
        (OrderReach.UNIT, "H99", {"speech.volume": 3}, "vì", SettingsRefusal.NO_KIOSK),
        (OrderReach.ALL, "", {"speech.volume": 3}, " ", SettingsRefusal.NO_REASON),
    ]
    for reach, target, values, why, refusal in asked:
        with pytest.raises(NotSent) as refused:
            send(district.engine, wanted(reach, target, values, order(district, why)))
        assert refused.value.refusal is refusal
    with pytest.raises(NotSent):
        withdraw(district.engine, 1, order(district))
    with writing(district.engine) as connection:
        assert all_orders(connection) == []


def test_a_step_that_was_taken_is_not_taken_twice(district: District):
    enrol(district.engine, "k1", UNIT, None)
    number = give(district, speech__volume=3)
    widen(district.engine, number, order(district))
    withdraw(district.engine, number, order(district))

    for again in (widen, withdraw):
        with pytest.raises(NotSent) as refused:
            again(district.engine, number, order(district))
        assert refused.value.refusal is SettingsRefusal.DONE


class Command:
    """``district …`` in this process, on the district's own database."""

    def __init__(self, district: District, capsys: pytest.CaptureFixture[str]) -> None:
        self._district, self._capsys = district, capsys

    def __call__(self, *words: str) -> str:
        parser = ArgumentParser()
        commands = parser.add_subparsers()
        kiosk_settings.add_parser(commands)
        devices.add_parser(commands)
        arguments = parser.parse_args(words)
        arguments.run(arguments, Context(self._district.services.settings, self._district.clock))
        return self._capsys.readouterr().out


def test_the_commands_show_what_would_change_send_it_and_take_it_back(
    district: District, capsys: pytest.CaptureFixture[str]
):
    said = {"number": 0, "word": "used", "values": {"speech.volume": 2}}
    enrol(district.engine, "k1", UNIT, None, health={"settings": said})
    run, why = Command(district, capsys), ("--why", "phòng chờ ồn", "--by", "tam")
    order_words = (
        "settings",
        "set",
        "--tree",
        UNIT,
        "speech.volume=3",
        "languages.offered=vi,en",
        "languages.default=vi",
    )

    preview = run(*order_words, "--preview", *why)
    nothing = run("settings", "list")
    run(*order_words, *why)
    shown = run("settings", "show", "k1")
    run("settings", "withdraw", "1", *why)
    listed = run("settings", "list")

    assert "speech.volume 2 -> 3" in preview
    assert "No settings were sent" in nothing
    assert "order 1: 3" in shown
    assert "in use: 2" in shown
    assert f"1  tree {UNIT}  withdrawn" in listed
    assert "tam: phòng chờ ồn" in listed
    for wrong in (("--all", "speech.volume=9"), ("--all", "volume"), ("--kiosk", "elsewhere", "speech.volume=3")):
        with pytest.raises(Stop):
            run("settings", "set", *wrong, *why)
    with pytest.raises(Stop):
        run("settings", "show", "elsewhere")
    with pytest.raises(Stop):
        run("settings", "withdraw", "9", *why)


def test_the_file_for_a_prepared_card_holds_the_code_and_the_address(
    district: District, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    run, file = Command(district, capsys), tmp_path / NAME

    code = run("device", "code", UNIT, "--file", str(file), "--url", "https://langnghe.example.vn").strip()

    assert parsed(file.read_bytes()) == EnrolmentFile("https://langnghe.example.vn", code)
    assert file.stat().st_mode & 0o777 == 0o600
    before = district.rows("enrolment_codes", "unit_id", "person")
    assert before == [(UNIT, account())]
    with pytest.raises(Stop, match="cannot be written"):
        run("device", "code", UNIT, "--file", str(file), "--url", "https://langnghe.example.vn")
    with pytest.raises(Stop, match="--url"):
        run("device", "code", UNIT, "--file", str(tmp_path / "other"))
    with pytest.raises(Stop, match="no unit"):
        run("device", "code", "H99", "--file", str(tmp_path / "other"), "--url", "https://langnghe.example.vn")
    with pytest.raises(Stop, match="cannot be written"):
        run("device", "code", UNIT, "--file", str(tmp_path), "--url", "https://langnghe.example.vn")
    assert parsed(file.read_bytes()).code == code
    assert not (tmp_path / "other").exists()
    assert district.rows("enrolment_codes", "unit_id", "person") == before  # what cannot be kept is not issued


def test_a_code_that_cannot_be_kept_or_issued_leaves_neither_a_code_nor_a_file(
    district: District, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run, file = Command(district, capsys), tmp_path / NAME
    asked = ("device", "code", UNIT, "--file", str(file), "--url", "https://langnghe.example.vn")

    def unavailable(*_: object) -> None:
        raise StoreUnavailable("down")

    with monkeypatch.context() as patched:
        patched.setattr(devices, "issue_code", unavailable)
        with pytest.raises(StoreUnavailable):
            run(*asked)
    assert not file.exists()

    def on_a_full_disk(descriptor: int, mode: str, buffering: int) -> io.FileIO:
        os.close(descriptor)
        return io.FileIO("/dev/full", "w")

    with monkeypatch.context() as patched:
        patched.setattr(devices.os, "fdopen", on_a_full_disk)
        with pytest.raises(Stop, match="No space left"):
            run(*asked)
    assert not file.exists()
    assert district.rows("enrolment_codes", "unit_id") == []
    run(*asked)
