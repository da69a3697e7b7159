"""Nothing is collected for nobody: whatever is sealed, sent or kept stands in docs/collected.toml with its reader."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey

from kiosk.box.box import Box
from kiosk.desk.desk import KioskDesk
from kiosk.domain.complaint import Verdict
from kiosk.domain.reference import ENTRIES_OF_2, ThisBox
from kiosk.flow.state.complaint import FilledComplaint
from kiosk.store import ledger
from sync.agent.batches import next_batch
from sync.district.store.all_tables import full_metadata
from sync.district.store.tables import PROJECTIONS
from sync.protocol.health import FACTS
from sync.protocol.seal import unseal
from tests.store.test_complaints import COMPLAINT, SOUND, SPOKEN, Spoken, know
from tests.store.test_record import draft
from tests.store.test_record_answers import filled

ROOT = Path(__file__).parent.parent.parent
COLLECTED: dict[str, Any] = tomllib.loads((ROOT / "docs" / "collected.toml").read_text(encoding="utf-8"))
GROUPS = {"comment": "complaint", "complaint": "complaint"}
SAID_BY_THE_BOX = "box"


def lines() -> list[tuple[str, str, str]]:
    """Section, field and reader of every line."""
    found = [("health", name, said) for name, said in COLLECTED["health"].items() if isinstance(said, str)]
    nested = [("health.card", COLLECTED["health"]["card"])]
    for group in ("body", "table"):
        nested += [(f"{group}.{name}", fields) for name, fields in COLLECTED[group].items()]
    return found + [(section, name, said) for section, fields in nested for name, said in fields.items()]


@pytest.fixture
def bodies(box: Box, desk: KioskDesk, district) -> dict[str, list[dict[str, Any]]]:
    """What a kiosk seals: a rating, answers, a complaint and one that was spoken, a verdict, its own facts."""
    know(box, ThisBox("kiosk-1", 10_000, "https://mot-cua.example/bn", entry_version=ENTRIES_OF_2))
    desk.save_answers(filled(desk.save(draft()), ("bad", ("waiting",)), ("hard_to_say", ("money",))))
    desk.save_words(FilledComplaint(COMPLAINT, "vi"))
    desk.sound = Spoken(SOUND)
    receipt = desk.save_words(FilledComplaint(SPOKEN, "vi"))
    desk.save_verdict(receipt.number, Verdict.GO_ON)
    return opened(box, district.sealing)


def opened(box: Box, key: PrivateKey) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    with box.store.read() as tx:
        for kept in ledger.rows(tx, 1):
            group = GROUPS.get(kept.envelope.type, kept.envelope.type)
            group = group if group in COLLECTED["body"] else SAID_BY_THE_BOX
            found.setdefault(group, []).append(unseal(kept.envelope.sealed, key))
    return found


def test_every_field_of_a_sealed_entry_is_listed_and_no_other(bodies: dict[str, list[dict[str, Any]]]):
    stamp = set(COLLECTED["body"]["stamp"])
    assert set(bodies) == set(COLLECTED["body"]) - {"stamp", "contact"}
    for group, sealed in bodies.items():
        if group != SAID_BY_THE_BOX:
            assert set().union(*sealed) - stamp == set(COLLECTED["body"][group]), group
    contacts = [body["contact"] for body in bodies["complaint"] if body["contact"]]
    assert set().union(*contacts) == set(COLLECTED["body"]["contact"])


def test_every_field_of_a_kiosk_s_health_is_listed_and_no_other(box: Box, desk: KioskDesk):
    batch = next_batch(box, 10, "0.1.0")

    assert batch is not None
    facts = {name for name, said in batch.health.items() if name in FACTS and not isinstance(said, dict)}
    assert (set(batch.health) | {"clock"}) - facts == set(COLLECTED["health"])
    assert set(batch.health["card"]) == set(COLLECTED["health"]["card"])


def test_every_column_of_a_projected_table_is_listed_and_no_other():
    every = set(COLLECTED["table"]["every"])

    assert set(COLLECTED["table"]) - {"every"} == set(PROJECTIONS)
    for name in PROJECTIONS:
        assert set(full_metadata.tables[name].columns.keys()) - every == set(COLLECTED["table"][name]), name


def words_of(path: Path) -> set[str]:
    """The words a file may read a field by: names after a dot and texts in Python, any word of a template."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return set(re.findall(r"\w+", text))
    nodes = list(ast.walk(ast.parse(text)))
    dotted = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)}
    return dotted | {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize(("section", "name", "said"), lines(), ids=str)
def test_each_field_has_a_reader_or_the_work_it_waits_for(section: str, name: str, said: str):
    if said.startswith("waits: "):
        assert said.removeprefix("waits: ") in COLLECTED["waits"]
    elif "/" in said:
        assert name in words_of(ROOT / said), f"{said} does not read {name}"
    else:
        table, column = said.split(".")
        assert column in COLLECTED["table"][table]


def test_no_work_is_named_that_nothing_waits_for():
    waited = {said.removeprefix("waits: ") for _, _, said in lines() if said.startswith("waits: ")}

    assert waited == set(COLLECTED["waits"])
