"""Nothing is collected for nobody: whatever is sealed, sent or kept stands in docs/collected.toml with its reader."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey
from sqlalchemy import Column

from kiosk.box.box import Box
from kiosk.desk.desk import KioskDesk
from kiosk.domain.complaint import Verdict
from kiosk.domain.entry import FROM_CITIZENS
from kiosk.domain.reference import ENTRIES_OF_4, ThisBox
from kiosk.flow.state.complaint import FilledComplaint, Supplement
from kiosk.settings import SentSettings, load
from kiosk.store import box_state, ledger
from sync.agent.batches import next_batch
from sync.agent.district_settings import keep_sent
from sync.district.store.all_tables import full_metadata
from sync.district.store.metadata import is_projection, order_of_arrival
from sync.protocol.health import FACTS
from sync.protocol.seal import unseal
from tests.store.test_complaints import COMPLAINT, SOUND, SPOKEN, Spoken, know
from tests.store.test_record import draft
from tests.store.test_record_answers import filled

ROOT = Path(__file__).parent.parent.parent
COLLECTED: dict[str, Any] = tomllib.loads((ROOT / "docs" / "collected.toml").read_text(encoding="utf-8"))
GROUPS = {"comment": "complaint", "complaint": "complaint"}
NOTED_BY_THE_KIOSK = "box"
RECORDED = FROM_CITIZENS - {"apology_check"}  # which is reserved: no kiosk writes it
PROJECTIONS = {name: table for name, table in full_metadata.tables.items() if is_projection(table)}
ORDER_OF_ARRIVAL = {column.name for column in order_of_arrival()}
"""Which entry it was and in what order it came: each counts once, the earliest stands."""


def collected_columns() -> list[Column[Any]]:
    """Every column of a projected table but those that number its entry."""
    return [column for table in PROJECTIONS.values() for column in table.c if column.name not in ORDER_OF_ARRIVAL]


def columns_of(entry_type: str) -> set[str]:
    """What the tables keep that the bodies of this type of entry end in."""
    return {column.name for column in collected_columns() if entry_type in column.table.info["projection_of"]}


def reader_of(column: Column[Any]) -> str:
    if "waits_for" in column.info:
        return f"waits: {column.info['waits_for']}"
    return f"sync/district/{column.info['read_by']}"


def lines() -> list[tuple[str, str, str]]:
    """Section, field and reader of every line, and of every column."""
    found = [("health", name, said) for name, said in COLLECTED["health"].items() if isinstance(said, str)]
    nested = [(f"health.{name}", COLLECTED["health"][name]) for name in ("card", "settings", "update")]
    nested += [(f"body.{name}", fields) for name, fields in COLLECTED["body"].items()]
    found += [(section, name, said) for section, fields in nested for name, said in fields.items()]
    kept = [column for column in collected_columns() if column.info]
    return found + [(column.table.name, column.name, reader_of(column)) for column in kept]


@pytest.fixture
def bodies(box: Box, desk: KioskDesk, district) -> dict[str, list[dict[str, Any]]]:
    """What a kiosk seals: a rating, answers, a complaint and one that was spoken, a verdict, its own facts."""
    know(box, ThisBox("kiosk-1", 10_000, "https://mot-cua.example/bn", entry_version=ENTRIES_OF_4))
    desk.save_answers(filled(desk.save(draft()), ("bad", ("waiting",)), ("hard_to_say", ("money",))))
    desk.save_words(FilledComplaint(COMPLAINT, "vi"))
    desk.sound = Spoken(SOUND)
    receipt = desk.save_words(FilledComplaint(SPOKEN, "vi"))
    desk.save_verdict(receipt.number, Verdict.GO_ON, receipt.token)
    desk.save_supplement(Supplement(receipt.number, receipt.token, "Tôi nộp ngày 12/10.", will_bring=False))
    desk.save_withdrawal(receipt.number, receipt.token)
    return opened(box, district.sealing)


def opened(box: Box, key: PrivateKey) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    with box.store.read() as tx:
        for kept in ledger.rows(tx, 1):
            entry_type = kept.envelope.type
            group = entry_type if entry_type in FROM_CITIZENS else NOTED_BY_THE_KIOSK
            found.setdefault(group, []).append(unseal(kept.envelope.sealed, key))
    return found


def test_every_field_of_a_sealed_entry_is_listed_or_a_column_and_no_other(bodies: dict[str, list[dict[str, Any]]]):
    stamp = set(COLLECTED["body"]["stamp"])
    assert set(bodies) == {NOTED_BY_THE_KIOSK, *RECORDED}
    for entry_type in RECORDED:
        sealed = set().union(*bodies[entry_type]) - stamp
        listed = set(COLLECTED["body"].get(GROUPS.get(entry_type, entry_type), {}))
        assert sealed - columns_of(entry_type) == listed, entry_type
    contacts = [body["contact"] for body in bodies["complaint"] if body["contact"]]
    assert set().union(*contacts) == set(COLLECTED["body"]["contact"])


def test_every_field_of_a_kiosk_s_health_is_listed_and_no_other(box: Box, desk: KioskDesk):
    (box.store.folder / "kiosk.toml").touch()
    keep_sent(box.keys.folder, SentSettings(1, {"speech.volume": 3}))
    sent = load(str(box.store.folder / "kiosk.toml"), {"KIOSK_DATA": str(box.store.folder)})
    desk.settings_came(sent.report)
    desk.lobby()
    with box.store.write() as tx:
        box_state.put(tx, "update", {"version": "0.3.0", "word": "refused", "why": "no_space"})
    batch = next_batch(box, 10, "0.1.0")

    assert batch is not None
    facts = {name for name, said in batch.health.items() if name in FACTS and not isinstance(said, dict)}
    assert (set(batch.health) | {"clock"}) - facts == set(COLLECTED["health"])
    assert set(batch.health["card"]) == set(COLLECTED["health"]["card"])
    assert set(batch.health["settings"]) == set(COLLECTED["health"]["settings"])
    assert set(batch.health["update"]) == set(COLLECTED["health"]["update"])


def test_every_column_of_a_projected_table_names_its_reader():
    assert len(PROJECTIONS) > 10
    assert [str(column) for column in collected_columns() if not column.info] == []


def words_of(path: Path) -> set[str]:
    """The words a file may read a field by: names after a dot and texts in Python, any word of a template."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return set(re.findall(r"\w+", text))
    nodes = list(ast.walk(ast.parse(text)))
    dotted = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)}
    return dotted | {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize(("section", "name", "said"), lines(), ids=str)
def test_promise_12_each_field_has_a_reader_or_the_work_it_waits_for(section: str, name: str, said: str):
    if said.startswith("waits: "):
        assert said.removeprefix("waits: ") in COLLECTED["waits"]
    elif "/" in said:
        assert name in words_of(ROOT / said), f"{said} does not read {name}"
    else:
        table, column = said.split(".")
        assert column in PROJECTIONS[table].c


def test_no_work_is_named_that_nothing_waits_for():
    waited = {said.removeprefix("waits: ") for _, _, said in lines() if said.startswith("waits: ")}

    assert waited == set(COLLECTED["waits"])
