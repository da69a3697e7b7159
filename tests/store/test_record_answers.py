"""What is added after the face: sealed beside the rating, under the questionnaire in force; and what decides it."""

import uuid
from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.box.facts import seal_fact
from kiosk.desk.rating_facts import answers_fact
from kiosk.desk.shipped import shipped
from kiosk.domain.rating import Flag, InputMethod, Score, Stage
from kiosk.domain.reference import Dossier, QuestionnaireRow
from kiosk.flow.state.rating_draft import AnswersDraft, FilledAnswers, RatingDraft, SavedRating
from kiosk.shell import CannotSave
from kiosk.store import ledger
from sync.protocol.seal import unseal
from tests.store.test_record import CODE, draft, know, opened, said


def filled(kept: SavedRating, *answers: tuple[str, tuple[str, ...]], presses: int = 3) -> FilledAnswers:
    form = AnswersDraft(draft().subject, Score(2), kept, answers, spent=tuple((name, 4_000) for name, _ in answers))
    return FilledAnswers(form, "vi", presses, 1)


def test_answers_are_one_further_sealed_entry_that_names_the_rating(box, desk, district):
    kept = desk.save(draft(2))

    desk.save_answers(filled(kept, ("bad", ("waiting", "order")), ("time", ("late",))))

    with box.store.read() as tx:
        rated, added = said(tx)
    assert (rated.envelope.entry_id, added.envelope.type) == (kept.entry_id, "answers")
    assert unseal(added.envelope.sealed, district.sealing) == {
        "at_s": 1795228200, "up_s": 1000, "boot": "1f3a", "rating": kept.entry_id, "unit_id": "H35.13",
        "questionnaire": "mot-cua/3", "language": "vi",
        "answers": {"bad": ["waiting", "order"], "time": ["late"]}, "private_answers": {},
        "spent_ms": {"bad": 4000, "time": 4000}, "presses": 3, "scans_again": 1, "left": False,
    }  # fmt: skip


def test_what_is_hard_to_say_stands_apart(box, desk, district):
    desk.save_answers(filled(desk.save(draft(4)), ("good", ("attitude",)), ("hard_to_say", ("money",))))

    added = opened(box, district)[-1]
    assert added["answers"] == {"good": ["attitude"]}
    assert added["private_answers"] == {"hard_to_say": ["money"]}


def test_answers_that_cannot_be_kept_are_an_error_and_the_rating_stays(box, desk, monkeypatch):
    kept = desk.save(draft(2))
    monkeypatch.setattr(ledger, "append", raises_full)

    with pytest.raises(CannotSave):
        desk.save_answers(filled(kept, ("bad", ("waiting",))))

    with box.store.read() as tx:
        assert [each.envelope.type for each in said(tx)] == ["rating"]


def raises_full(*_):
    raise OSError("no space left on device")


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_neither_what_nor_how_much_was_said_shows_in_the_length(box, clock, data):
    answers = []
    for question in shipped().questions[1:]:
        ids = [option.answer for option in question.options]
        most = len(ids) if question.kind == "several" else 1
        answers.append(
            (question.question_id, tuple(data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=most))))
        )
    form = filled(SavedRating(str(uuid.uuid4()), shipped()), *(pair for pair in answers if pair[1]), presses=99)
    fact = answers_fact(form, box.identity, clock())

    assert len(seal_fact(fact, box.identity.sealing_public_key).sealed) == 704 + 48


def own_scheme(version: int, valid_from: str, **more) -> QuestionnaireRow:
    overall = {"question_id": "overall", "text": "question.overall", "options": ["1", "2", "3", "4", "5"]}
    content = {"questionnaire_id": "x", "version": version, "valid_from": valid_from, "questions": [overall]} | more
    return QuestionnaireRow("x", version, content)


def test_the_questionnaire_in_force_today_is_the_districts(box, desk, district):
    know(box, own_scheme(1, "2026-11-16"), own_scheme(2, "2026-11-20"), own_scheme(3, "2026-11-22"))

    kept = desk.save(draft())

    assert kept.questionnaire.reference == "x/2"
    assert opened(box, district)[0]["questionnaire"] == "x/2"


def test_a_questionnaire_the_box_cannot_read_stops_nothing(box, desk):
    know(box, own_scheme(1, "2026-11-20", questions=[{"question_id": "overall"}]), own_scheme(2, "soon"))

    assert desk.save(draft()).questionnaire == shipped()


@pytest.mark.parametrize(
    ("due", "returned", "late"), [(20, None, True), (21, None, False), (20, 20, False), (19, 20, True)]
)
def test_a_dossier_is_late_after_the_day_it_was_promised_for(box, desk, due, returned, late):
    day = {n: date(2026, 11, n) for n in (18, 19, 20, 21)}
    know(box, Dossier(CODE, received_on=day[18], due_on=day[due], returned_on=day.get(returned)))

    assert desk.find(CODE, InputMethod.SCAN).late is late


def test_an_unknown_dossier_tells_its_stage_by_the_date_in_its_code(desk):
    assert desk.find(CODE, InputMethod.SCAN).stage is Stage.RETURN
    assert desk.find("H35.13.02-261121-0001", InputMethod.SCAN).stage is Stage.HAND_IN
    assert desk.find("HS77", InputMethod.TYPED).stage is Stage.UNKNOWN


def test_a_dossier_of_today_that_was_rated_is_asked_whether_the_result_is_received(desk):
    code = "H35.13.02-261121-0001"
    first = desk.find(code, InputMethod.SCAN)
    desk.save(RatingDraft(first, Score(5), "vi", None, 1))
    again = desk.find(code, InputMethod.SCAN)
    desk.save(RatingDraft(replace(again, stage=Stage.RETURN, flags=(), ask_stage=False), Score(5), "vi", None, 1))

    assert [first.ask_stage, again.ask_stage, desk.find(code, InputMethod.SCAN).ask_stage] == [False, True, False]
    assert Flag.REPEAT in again.flags
