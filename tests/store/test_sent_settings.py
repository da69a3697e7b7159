"""The district's settings on the kiosk: over the own file, never against it, and left out when the screen fails."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.__main__ import main
from kiosk.box.box import Box
from kiosk.cli import doctor
from kiosk.cli.renewal import FUTILE, QUARTER_S, Renewal, without_failed
from kiosk.cli.run import packs_of, rules
from kiosk.clock import Moment
from kiosk.domain.declared_settings import BadSettings
from kiosk.domain.district_settings import SENDABLE, flaw
from kiosk.domain.reference import OpeningHours
from kiosk.queue.status import QueueStatus
from kiosk.settings import SENT, QueueOptions, SentSettings, Settings, load, sent_settings
from kiosk.store import box_state
from sync.agent.batches import kept_facts
from sync.agent.district_settings import keep_sent
from sync.agent.queue_watch import LOOK_SECONDS, QueueWatch
from tests.store.conftest import Clock
from tests.store.test_record import know
from tests.support.language_packs import write_pack

VOLUME, IDLE = "speech.volume", "times.idle"
SIMPLE = {key: setting for key, setting in SENDABLE.items() if not key.startswith("languages.")}


def loaded(folder: Path, text: str = "", *, sent: SentSettings | None = None) -> Settings:
    (folder / "keys").mkdir(exist_ok=True)
    (folder / "kiosk.toml").write_text(text, encoding="utf-8")
    if sent:
        keep_sent(folder / "keys", sent)
    return load(str(folder / "kiosk.toml"), {"KIOSK_DATA": str(folder)})


def test_what_the_district_sent_holds_over_the_own_file_but_for_what_that_keeps(tmp_path: Path):
    sent = SentSettings(4, {VOLUME: 3, IDLE: 60, "a.later": 1})
    text = f'[speech]\nvolume = 1\n[sync]\nown_settings = ["{VOLUME}"]\n'

    found, everything = loaded(tmp_path, text, sent=sent), loaded(tmp_path, '[sync]\nown_settings = ["all"]\n')

    assert (found.volume, found.idle_seconds, found.from_district.word) == (1, 60, "used")
    assert (found.from_district.used, found.from_district.kept) == ({IDLE: 60}, (VOLUME,))
    assert (everything.volume, everything.idle_seconds, everything.from_district.used) == (2, 45, {})


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        (SentSettings(4, {VOLUME: 3, "languages.default": "en"}), "refused"),  # the own file offers vi alone
        (SentSettings(4, {VOLUME: 3}, failed=True), "failed"),
    ],
)
def test_what_does_not_go_with_the_own_file_or_failed_before_is_left_out_whole(
    tmp_path: Path, sent: SentSettings, word: str
):
    found = loaded(tmp_path, '[languages]\noffered = ["vi"]\n', sent=sent)

    assert (found.volume, found.from_district.word, found.from_district.used) == (2, word, {})


def test_every_citizen_begins_with_the_size_of_letters_that_is_set(tmp_path: Path):
    settings = loaded(tmp_path, sent=SentSettings(4, {"display.text_size": 3, VOLUME: 1}))

    begins = rules(settings, packs_of(settings)).preferences

    assert (begins.text_step, begins.volume) == (2, 3)


@pytest.mark.parametrize("content", [b"", b"{", b'{"number": "x", "values": {}}', b"\xff"])
def test_a_spoilt_file_of_sent_settings_stops_nothing(tmp_path: Path, content: bytes):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / SENT).write_bytes(content)

    assert loaded(tmp_path).from_district.word == ""


@pytest.mark.parametrize("key", sorted(SIMPLE))
def test_what_the_own_file_may_not_have_is_not_sent_and_only_where_a_promise_asks_for_it_less_is(
    tmp_path: Path, key: str
):
    section, _, name = key.rpartition(".")
    for value in (0, 1, 2, 3, 45, 601, 1_441, True, "old", "telex", "", "x", ["vi"], 2.5):
        try:
            loaded(tmp_path, f"[{section}]\n{name} = {json.dumps(value)}\n")
            own = True
        except BadSettings:
            own = False
        assert (flaw({key: value}) == "") == (own and (key, value) not in OWN_FILE_ALONE), value


OWN_FILE_ALONE = {("times.thanks", 3)}


@pytest.mark.parametrize(
    ("own", "values"),
    [
        ('[languages]\noffered = ["en"]\ndefault = "en"', {"languages.offered": ["en"], "languages.default": "en"}),
        ("[times]\nidle = 10\nstill_there = 10", {IDLE: 10, "times.still_there": 10}),  # it hurries
        ("[times]\nidle = 29", {IDLE: 29}),
        ("[times]\nidle = 121", {IDLE: 121}),  # what somebody began stands before the next one
        ("[times]\nidle = 600", {IDLE: 600}),
        ("[times]\nstill_there = 19", {"times.still_there": 19}),
        ("[times]\nthanks = 4", {"times.thanks": 4}),
    ],
)
def test_no_value_that_weakens_a_promise_can_be_sent_though_the_own_file_may_have_it(
    tmp_path: Path, own: str, values: dict[str, object]
):
    assert flaw(values)
    assert loaded(tmp_path, own, sent=SentSettings(4, {VOLUME: 3, **values})).from_district.word == "refused"
    assert loaded(tmp_path, own).volume == 2


def test_what_the_own_file_keeps_is_said_before_anything_is_sent(tmp_path: Path):
    text = f'[sync]\nown_settings = ["{VOLUME}"]\n'

    before, after = loaded(tmp_path, text), loaded(tmp_path, text, sent=SentSettings(4, {IDLE: 60}))

    assert before.report == {"kept": [VOLUME]}
    assert (after.report["kept"], after.report["word"]) == ([VOLUME], "used")
    assert loaded(tmp_path, "").report["kept"] == []


def test_a_language_whose_pack_is_not_here_or_broken_is_refused_until_it_is(tmp_path: Path):
    sent = SentSettings(4, {VOLUME: 3, "languages.offered": ["vi", "hmn"], "languages.default": "vi"})

    without = loaded(tmp_path, sent=sent)
    pack = write_pack(tmp_path / "languages", "hmn")
    whole = loaded(tmp_path)
    (pack / "screen.toml").write_text("[idle\ntitle = ", "utf-8")
    broken = loaded(tmp_path)

    assert (without.from_district.word, without.languages, without.volume) == ("refused", ("vi", "en"), 2)
    assert (whole.from_district.word, whole.languages) == ("used", ("vi", "hmn"))
    assert (broken.report["word"], broken.languages, broken.volume) == ("refused", ("vi", "en"), 2)
    for strange in ("../languages/hmn", ".", "VI", "v"):
        assert flaw({"languages.offered": ["vi", strange], "languages.default": "vi"})


def test_the_narrowest_values_that_are_sent_are_used(tmp_path: Path):
    narrow = {"languages.offered": ["en", "vi"], "languages.default": "en", IDLE: 30, "times.still_there": 20}

    assert loaded(tmp_path, sent=SentSettings(4, narrow)).from_district.used == narrow


def test_nothing_that_could_shut_out_or_weaken_a_promise_can_be_sent():
    kept_here = ("sync.", "ledger.", "scanner.", "printer.", "microphone.", "buttons.", "switches.", "dossier_code.")

    assert [key for key in SENDABLE if key.startswith(kept_here)] == []
    assert {"speech.headset", "speech.offered", "display.fullscreen", "queue.http_port"}.isdisjoint(SENDABLE)


# The screen goes over to them


def renewal(folder: Path, first: SentSettings | None = None) -> tuple[Renewal, list[Settings]]:
    told: list[Settings] = []
    return Renewal(loaded(folder, sent=first), told.append), told


def quarter(n: int, second: int = 0) -> Moment:
    return Moment(1_000_000, n * QUARTER_S * 1000 + second * 1000, "cafe")


def test_the_screen_starts_anew_in_the_next_quarter_in_which_nobody_stands_there(tmp_path: Path):
    found, told = renewal(tmp_path)
    assert not found.is_due(quarter(1), at_rest=True)  # nothing came
    keep_sent(tmp_path / "keys", SentSettings(1, {VOLUME: 3}))

    assert not found.is_due(quarter(1, second=899), at_rest=True)  # the same quarter
    assert not found.is_due(quarter(2), at_rest=False)
    assert not found.is_due(quarter(2, second=10), at_rest=True)  # it tells nobody when they left
    assert found.is_due(quarter(3), at_rest=True)
    assert told == []


def test_a_newer_number_with_the_same_values_is_told_without_a_new_start(tmp_path: Path):
    found, told = renewal(tmp_path, SentSettings(1, {VOLUME: 3}))
    keep_sent(tmp_path / "keys", SentSettings(2, {VOLUME: 3}))

    assert not found.is_due(quarter(1), at_rest=True)
    assert [each.report["number"] for each in told] == [2]


def test_a_broken_file_is_not_taken_up_while_the_screen_runs(tmp_path: Path):
    found, _ = renewal(tmp_path, SentSettings(1, {VOLUME: 3}))
    (tmp_path / "kiosk.toml").write_text("[times\n", encoding="utf-8")

    assert not found.is_due(quarter(1), at_rest=True)


def test_settings_with_which_the_screen_does_not_come_up_are_left_out_and_told(tmp_path: Path):
    settings = loaded(tmp_path, sent=SentSettings(7, {VOLUME: 3}))

    assert without_failed(settings, FUTILE - 1) is settings
    without = without_failed(settings, FUTILE)

    assert (without.volume, without.report["word"], without.report["number"]) == (2, "failed", 7)
    assert loaded(tmp_path).from_district.word == "failed"  # at the next start too
    assert loaded(tmp_path, sent=SentSettings(8, {VOLUME: 1})).volume == 1


def test_what_has_been_proven_is_not_blamed_for_a_later_failure(tmp_path: Path):
    found, told = renewal(tmp_path, SentSettings(7, {VOLUME: 3}))
    found.proven()
    found.proven()

    assert [each.report["proven"] for each in told] == [True]
    proven = loaded(tmp_path)
    assert without_failed(proven, FUTILE + 9) is proven


# What a technician reads


def test_each_setting_is_shown_with_where_it_came_from(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch):
    loaded(
        tmp_path,
        f'[times]\nthanks = 9\n[sync]\nown_settings = ["{VOLUME}"]\n',
        sent=SentSettings(4, {VOLUME: 3, IDLE: 60}),
    )
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path))
    arguments = ["--config", str(tmp_path / "kiosk.toml"), "settings", "show"]

    assert main([*arguments, "--lang", "vi"]) == 0
    shown = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    main([*arguments, "--json"])
    as_json = json.loads(capsys.readouterr().out)

    assert "máy chủ gửi, số 4" in shown[IDLE]
    assert "máy tự giữ" in shown[VOLUME]
    assert "tệp của máy này" in shown["times.thanks"]
    assert "mặc định" in shown["ledger.keep_days"]
    assert {each["key"]: each["source"] for each in as_json["settings"]}[VOLUME] == "kept"


@pytest.mark.parametrize(
    ("sent", "state", "says"),
    [
        (SentSettings(4, {VOLUME: 3}), "ok", "1 from the district (no. 4)"),
        (SentSettings(4, {VOLUME: 3}, failed=True), "warning", "did not come up with settings no. 4"),
        (SentSettings(4, {"languages.default": "mnw"}), "warning", "do not go with"),
    ],
)
def test_the_doctor_says_what_came_of_them(tmp_path: Path, sent: SentSettings, state: str, says: str):
    settings = loaded(tmp_path, sent=sent)

    found = next(each for each in doctor.examine(settings, Clock()) if each.check == "settings")  # type: ignore[arg-type]

    assert (found.state, says in found.finding, bool(found.next_step)) == (state, True, state == "warning")


# The ticket system

HOURS = OpeningHours("h", "H35.13", "1234567", "07:30-11:30", "13:30-17:00")


def later(clock: Clock, seconds: int) -> None:
    clock.at += timedelta(seconds=seconds)
    clock.up_ms += seconds * 1000


def heard(box: Box, clock: Clock, status: QueueStatus | None, looks: int = 1, *, folder: str = "/srv/queue") -> object:
    settings = replace(load(environment={"KIOSK_DATA": str(box.store.folder)}), queue=QueueOptions(folder=folder))
    watch = QueueWatch(lambda: settings, lambda: status and replace(status, up_s=clock().up_s), clock)  # type: ignore[arg-type]
    for _ in range(looks):
        watch.tick(box)
        later(clock, LOOK_SECONDS)
    with box.store.read() as tx:
        return box_state.get(tx, "queue")


def test_a_silent_ticket_system_is_told_in_opening_hours_only(box: Box, clock: Clock):
    know(box, HOURS)
    quiet = QueueStatus(clock().boot, 0, quiet_minutes=90)  # it is half past nine in the morning

    assert heard(box, clock, quiet) == "silent"
    assert heard(box, clock, replace(quiet, quiet_minutes=30)) == "speaks"
    later(clock, 9 * 3600)  # in the evening: it has been open for no minute of the last two hours
    assert heard(box, clock, replace(quiet, quiet_minutes=120)) == "speaks"


def test_a_reader_that_is_not_there_is_told_at_the_second_look_and_no_ticket_system_never(box: Box, clock: Clock):
    assert heard(box, clock, None) is None
    assert heard(box, clock, None, looks=2) == "not_running"
    assert heard(box, clock, None, folder="") is None


def test_the_district_hears_of_both(box: Box):
    with box.store.write() as tx:
        box_state.put(tx, "queue", "silent")
        box_state.put(tx, "settings", {"number": 1, "word": "used"})
    with box.store.read() as tx:
        told = kept_facts(tx)

    assert (told["queue"], told["settings"]) == ("silent", {"number": 1, "word": "used"})
    assert sent_settings(box.keys.folder) is None
