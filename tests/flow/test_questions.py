"""After the face: what may be added, how it is sent, and what a time-out leaves behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.desk.shipped import shipped
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.questionnaire import questionnaire_from
from kiosk.domain.rating import Flag, InputMethod, Score, Stage
from kiosk.flow.rules.questions import MAX_QUESTIONS, remaining
from kiosk.flow.state import form as f
from kiosk.flow.state import screens as w
from kiosk.flow.state.effects import Effect, FindDossier
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.rating_draft import AnswersDraft, FilledAnswers, RatingDraft, SavedRating, Subject
from kiosk.flow.step import step

RULES = Rules()
KEPT = SavedRating("018f-0003", shipped())
SUBJECT = Subject(InputMethod.SCAN, Stage.RETURN, DossierCode("H35.13.02-261120-0042"), late=False)


def after(score: int = 2, subject: Subject = SUBJECT, kept: SavedRating = KEPT) -> w.State:
    """The state right after a rating was kept, at second 0."""
    draft = RatingDraft(subject, Score(score), "vi", None, 1000)
    return step(w.State(w.Saving(draft), "vi"), w.Saved(kept), 0, RULES)[0]


def play(state: w.State, *moments: tuple[float, w.Event]) -> tuple[w.State, list[Effect]]:
    effects: list[Effect] = []
    for now, event in moments:
        state, asked = step(state, event, now, RULES)
        effects = list(asked)
    return state, effects


def asked_in(state: w.State) -> list[str]:
    """The questions somebody meets who skips everything."""
    met = []
    for now in range(20):
        if not isinstance(state.place, f.Why | f.Ask):
            break
        met.append(state.place.question.question_id)
        state, _ = play(state, (now, f.Skipped()))
    return met


def test_a_low_score_asks_what_was_wrong_and_a_high_one_what_was_good():
    assert [after(score).place.question.question_id for score in Score] == ["bad", "bad", "bad", "good", "good"]


def test_both_lists_look_alike_to_whoever_glances_at_the_screen():
    bad, good = shipped().question("bad"), shipped().question("good")

    assert bad.words == good.words
    assert [option.picture for option in bad.options] == [option.picture for option in good.options]


def test_several_reasons_are_marked_and_unmarked_and_sent_as_one_entry():
    marks = [f.AnswerMarked(each) for each in ("visits", "waiting", "order", "waiting", "attitude")]

    state, effects = play(after(), *[(1 + n, mark) for n, mark in enumerate(marks)], (9, f.SentOff()))

    (asked,) = effects
    assert asked.filled.form.answers == (("bad", ("attitude", "visits", "order")),)
    assert asked.filled.form.kept.entry_id == KEPT.entry_id
    assert asked.filled.form.spent == (("bad", 9000),)
    assert isinstance(play(state, (9.1, f.AnswersSaved()))[0].place, w.Thanks)


def test_done_with_nothing_marked_writes_nothing_and_thanks():
    state, effects = play(after(), (3, f.SentOff()))

    assert (type(state.place), effects) == (w.Thanks, [])


def test_answers_that_are_lost_are_admitted_and_the_rating_is_not_denied():
    state, _ = play(after(), (1, f.AnswerMarked("waiting")), (2, f.SentOff()), (3, f.AnswersLost()))

    assert state.place == w.Sorry(3 + RULES.sorry_seconds, rated=True)


def test_each_question_is_one_touch_and_the_last_one_sends():
    answers = [(2, f.AnswerMarked("late")), (3, f.AnswerMarked("none")), (4, f.AnswerMarked("more"))]

    _, effects = play(after(), (1, f.Skipped()), *answers)

    (asked,) = effects
    assert asked.filled.form.answers == (("time", ("late",)), ("contacts", ("none",)), ("agencies", ("more",)))


def test_going_back_shows_what_was_marked_and_lets_it_be_changed():
    state, _ = play(
        after(), (1, f.AnswerMarked("waiting")), (2, f.Skipped()), (3, f.AnswerMarked("late")), (4, f.WentBack())
    )
    assert (state.place.question.question_id, state.place.chosen) == ("time", ("late",))

    state, _ = play(state, (5, f.WentBack()))
    assert (state.place.question.question_id, state.place.chosen) == ("bad", ("waiting",))

    _, effects = play(state, (6, f.Skipped()), (7, f.AnswerMarked("early")), (8, f.SentOff()))
    assert dict(effects[0].filled.form.answers) == {"bad": ("waiting",), "time": ("early",)}


@pytest.mark.parametrize(
    ("stage", "late", "questions"),
    [
        (Stage.HAND_IN, None, ["bad"]),
        (Stage.RETURN, None, ["bad", "time", "contacts", "agencies"]),
        (Stage.RETURN, False, ["bad", "time", "contacts", "agencies"]),
        (Stage.RETURN, True, ["bad", "warned", "apology", "contacts", "agencies"]),
        (Stage.UNKNOWN, None, ["bad", "stage"]),
    ],
)
def test_what_is_asked_follows_from_the_dossier(stage, late, questions):
    assert asked_in(after(2, replace(SUBJECT, stage=stage, late=late))) == questions


def test_a_citizen_without_paper_who_says_what_they_came_for_is_asked_accordingly():
    state, _ = play(after(5, replace(SUBJECT, stage=Stage.UNKNOWN)), (1, f.Skipped()), (2, f.AnswerMarked("return")))

    assert asked_in(state) == ["time", "contacts", "agencies"]


def test_the_private_question_is_reached_by_a_neutral_choice_and_may_be_left_without_a_trace():
    state, _ = play(
        after(), (1, f.AnswerMarked("waiting")), (2, f.AnswerMarked("private")), (3, f.AnswerMarked("money"))
    )
    assert (type(state.place), state.place.chosen) == (f.Private, ("money",))

    left, _ = play(state, (4, f.WentBack()))
    assert (type(left.place), left.place.chosen, left.place.form.answers) == (f.Why, ("waiting",), ())

    _, effects = play(state, (4, f.SentOff()))
    assert dict(effects[0].filled.form.answers) == {"bad": ("waiting",), "hard_to_say": ("money",)}


def test_whoever_taps_a_face_and_leaves_is_asked_nothing_and_the_screen_is_free():
    state, _ = play(after(), (44, w.Tick()))
    assert isinstance(state.place, f.Why)

    assert play(state, (45, w.Tick()))[0].place == w.Idle()


def test_whoever_has_marked_something_is_asked_whether_they_are_there():
    state, _ = play(after(), (1, f.AnswerMarked("waiting")), (46, w.Tick()))
    assert isinstance(state.place, w.StillThere)

    stayed, _ = play(state, (50, w.Touched()))
    assert stayed.place.chosen == ("waiting",)

    gone, effects = play(state, (66, w.Tick()))
    assert (gone.place, left_behind(effects)) == (w.Idle(), {"bad": ("waiting",)})


def left_behind(effects: list[Effect]) -> dict[str, tuple[str, ...]]:
    """What is kept of who went away, without having sent it."""
    (filled,) = (effect.filled for effect in effects if isinstance(effect, f.SaveAnswers))
    assert filled.left
    return dict(filled.form.answers)


def test_what_was_marked_is_kept_however_its_citizen_goes():
    marked = ((1, f.AnswerMarked("waiting")), (2, f.AnswerMarked("private")), (3, f.AnswerMarked("money")))
    both = {"bad": ("waiting",), "hard_to_say": ("money",)}

    for going in ([(4, w.WentHome())], [(4, w.Scanned("H35-2"))], [(49, w.Tick()), (70, w.Tick())]):
        _, effects = play(after(), *marked, *going)
        assert left_behind(effects) == both, going
    asked, _ = play(after(), *marked, (4, w.PreferencesAsked()))
    assert left_behind(play(asked, (5, w.Scanned("H35-2")))[1]) == both


def test_who_marked_nothing_leaves_nothing():
    for going in ([(4, w.WentHome())], [(4, w.Scanned("H35-2"))]):
        assert not any(isinstance(effect, f.SaveAnswers) for effect in play(after(), *going)[1])


def test_what_is_sent_is_kept_once():
    _, effects = play(
        after(), (1, f.AnswerMarked("waiting")), (2, f.SentOff()), (3, f.AnswersSaved()), (4, w.WentHome())
    )

    assert effects == []


def test_who_reads_large_text_is_given_time():
    state = replace(after(), preferences=w.Preferences(text_step=1))

    assert isinstance(play(state, (1, f.AnswerMarked("waiting")), (119, w.Tick()))[0].place, f.Why)
    assert isinstance(play(state, (1, f.AnswerMarked("waiting")), (121, w.Tick()))[0].place, w.StillThere)


def test_a_new_receipt_over_the_questions_is_a_new_citizen_and_the_old_one_again_is_not():
    state = replace(after(), last_scan="A", last_scan_at=0.0)

    again, effects = play(state, (20, w.Scanned("A")))
    assert (again.place, again.scans_again, effects) == (state.place, 1, [])

    assert play(state, (20, w.Scanned("B")))[1] == [FindDossier("B", InputMethod.SCAN)]


def test_touches_of_the_last_minute_and_repeated_scans_go_along_as_plain_facts():
    state = replace(after(), touches=(-70.0, -50.0, -1.0), scans_again=2)

    _, effects = play(state, (1, f.AnswerMarked("waiting")), (2, f.SentOff()))

    assert (effects[0].filled.presses, effects[0].filled.scans_again) == (4, 2)


def test_an_unknown_answer_changes_nothing():
    state = after()

    assert play(state, (1, f.AnswerMarked("weather")))[0].place == state.place


def test_a_rating_of_version_1_is_followed_by_thanks():
    bare = questionnaire_from(
        {"questionnaire_id": "mot-cua", "version": 1, "valid_from": "2026-11-01",
         "questions": [{"question_id": "overall", "text": "question.overall", "options": ["1", "2", "3", "4", "5"]}]}
    )  # fmt: skip

    assert isinstance(after(5, kept=SavedRating("018f-0000", bare)).place, w.Thanks)


def test_a_dossier_of_today_rated_before_is_asked_for_its_stage():
    twice = replace(SUBJECT, stage=Stage.HAND_IN, flags=(Flag.REPEAT,), ask_stage=True)
    state, _ = play(w.State(w.LookingUpDossier(), "vi"), (0, w.Found(twice)))
    assert state.place == f.PickStage(twice)

    result, _ = play(state, (1, f.StageChosen(Stage.RETURN)))
    handed, _ = play(state, (1, f.StageChosen(Stage.HAND_IN)))
    assert (result.place.subject.stage, result.place.subject.flags) == (Stage.RETURN, ())
    assert (handed.place.subject.stage, handed.place.subject.flags) == (Stage.HAND_IN, (Flag.REPEAT,))


EVENTS = st.one_of(
    st.sampled_from([f.Skipped(), f.WentBack(), f.SentOff(), w.Touched(), w.Tick(), f.AnswersSaved()]),
    st.builds(f.AnswerMarked, st.sampled_from([o.answer for q in shipped().questions for o in q.options])),
)


@given(
    st.sampled_from(Score), st.sampled_from(Stage), st.sampled_from([None, True, False]),
    st.lists(st.tuples(st.floats(0, 40), EVENTS), max_size=40),
)  # fmt: skip
def test_at_most_one_entry_follows_a_rating_and_it_answers_only_what_was_asked(score, stage, late, moments):
    state, now, sent = after(score, replace(SUBJECT, stage=stage, late=late)), 0.0, []
    for wait, event in moments:
        now += wait
        state, effects = step(state, event, now, RULES)
        sent += [effect.filled for effect in effects if isinstance(effect, f.SaveAnswers)]
    assert len(sent) <= 1
    for filled in sent:
        assert isinstance(filled, FilledAnswers)
        for question_id, chosen in filled.form.answers:
            question = shipped().question(question_id)
            assert {*chosen} <= {option.answer for option in question.options}
            assert len(chosen) == 1 or question.kind == "several"
        single = [q for q, _ in filled.form.answers if shipped().question(q).kind == "one"]
        assert len(single) <= MAX_QUESTIONS


def test_where_questions_rotate_each_is_asked_of_four_in_five():
    import tomllib

    from kiosk.paths import shared

    survey = questionnaire_from(tomllib.loads((shared("config") / "schemes" / "sipas.toml").read_text("utf-8")))
    met = [
        {q.question_id for q in remaining(AnswersDraft(SUBJECT, Score.NEUTRAL, SavedRating(f"018f-{n:04x}", survey)))}
        for n in range(5)
    ]

    assert [len(each) for each in met] == [5] * 5
    factors = [name for each in met for name in each if name != "improve"]
    assert {factors.count(name) for name in factors} == {4}
