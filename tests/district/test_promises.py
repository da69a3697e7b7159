"""The promises of the product that a box and its district keep together. See ``tests/store/test_promises.py``."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.__main__ import main
from kiosk.clock import Moment
from kiosk.desk.shipped import shipped
from kiosk.domain.reference import TallyRow
from kiosk.store import ledger
from sync.agent.enrol import enrol
from sync.district.cli.verifying import verify_all, verify_head
from sync.district.fleet.enrolment import draw_code, issue_code
from sync.district.measures.index import Counts, share_satisfied
from sync.district.projection.release import release
from sync.district.reference.snapshot import page
from sync.district.store.devices import device
from sync.district.store.engine import reading
from sync.district.texts import load_texts
from sync.protocol.chain import Head
from sync.protocol.day_head import DayHead
from tests.district.conftest import COUNTER, NOON, UNIT, Client, District
from tests.district.test_agent import Kiosk, LosesAnswers, _with_sqlite
from tests.support.factories import TODAY, dossier_code


@pytest.fixture
def kiosk(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    configured = settings.load(environment={"KIOSK_DATA": str(tmp_path / "box")})
    code = draw_code()
    issue_code(district.engine, code, UNIT, COUNTER, timedelta(hours=1), district.clock())
    enrol(configured, client.base, code)
    made = Kiosk(configured, district, lambda: Moment(NOON, 1_000_000, "cafe"))
    yield made
    made.store.close()


def test_promise_3_counted_exactly_once(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(LosesAnswers, "lost", 2)
    kiosk.transport = LosesAnswers
    kiosk.start()
    for number in range(1, 8):
        kiosk.rate(number)
        kiosk.agent.tick()  # killed, repeated, answered or not
        kiosk.start()

    kiosk.deliver()

    assert kiosk.rated() == [(dossier_code(number), 5) for number in range(1, 8)]


def test_promise_4_nobody_can_delete_a_bad_rating(kiosk: Kiosk, district: District):
    for number, score in enumerate((5, 1, 5), start=1):
        kiosk.rate(number, score)
    kiosk.deliver()
    who = kiosk.box.identity.device_id
    with kiosk.store.read() as tx:
        last = ledger.newest(tx, who)
    then = DayHead.sign("2026-11-21", Head(who, last.epoch, last.seq, last.hash), kiosk.box.keys.device)

    _with_sqlite(kiosk, "DELETE FROM ledger WHERE seq = 3", "DELETE FROM outbox WHERE seq = 3")  # on the box
    kiosk.rate(4)
    kiosk.deliver()
    still_counted = dict(kiosk.rated())
    district.tamper("DELETE FROM ledger WHERE seq = 3", "ledger")  # and at the district

    assert still_counted[dossier_code(2)] == 1
    with reading(district.engine) as connection:
        _, lines = verify_all(connection)
        assert verify_head(connection, then)[0] is False
    assert any(line.startswith("!") for line in lines)


def test_promise_6_no_press_can_be_traced(district: District):
    box = district.box()
    yesterday = TODAY - timedelta(days=1)
    for number in range(9):
        counter = COUNTER if number < 5 else "H32.13-q2"
        box.rate(score=1, dossier=dossier_code(number), counter_id=counter, day=yesterday)
    district.accept(box)
    district.project()
    district.clock.pass_by(days=1)
    release(district.engine, district.clock())

    with reading(district.engine) as connection:
        known = device(connection, box.device_id)
    assert known is not None
    rows = [change.row for change in page(district.services, known, "", district.clock()).changes]

    assert [(row.counter_id, row.n) for row in rows if isinstance(row, TallyRow)] == [(COUNTER, 5)]


def test_promise_7_nothing_is_dropped_in_silence(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    kiosk.rate(1)
    with kiosk.store.write() as tx:
        first = next(ledger.rows(tx, 1)).envelope
        odd = type(first)(first.entry_id[:-4] + "ffff", "horoscope", first.day, first.key_id, first.sealed)
        ledger.append(tx, kiosk.box.identity.device_id, [odd], kiosk.box.keys.device)
    kiosk.rate(2)
    kiosk.deliver()
    kiosk.rate(3)
    monkeypatch.setenv("KIOSK_DATA", str(kiosk.settings.data))
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)

    main(["status", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (told["pending"], told["set_aside"]) == (1, {"unknown_type": 1})
    assert told["pending"] + told["delivered"] + sum(told["set_aside"].values()) == told["entries"]


def test_promise_9_rules_are_data(kiosk: Kiosk, district: District):
    """A law changes: the new questionnaire is imported, and no code; every answer names the version it answered."""
    kiosk.rate(1)
    overall = {"question_id": "overall", "text": "question.overall", "options": ["1", "2", "3", "4", "5"]}
    content = {"questionnaire_id": "x", "version": 77, "valid_from": TODAY.isoformat(), "questions": [overall]}
    district.reference(questionnaires=[{"questionnaire_id": "x", "version": 77, "content": content}])
    kiosk.deliver()

    kiosk.rate(2)
    kiosk.deliver()

    answered = dict(district.rows("ratings", "dossier_code", "questionnaire"))
    assert answered == {dossier_code(1): shipped().reference, dossier_code(2): "x/77"}


def test_promise_10_figures_are_honest():
    few = share_satisfied(Counts({5: 29}, 100), minimum_n=30)
    enough = share_satisfied(Counts({5: 27, 1: 3}, 100), minimum_n=30)

    assert few is None
    assert enough is not None
    assert (enough.rated, enough.interval.low < enough.value < enough.interval.high) == (30, True)
    texts = load_texts()
    named = [text for text in texts.entries.values() if "SIPAS" in text]
    assert named
    assert all("không phải" in text for text in named)
