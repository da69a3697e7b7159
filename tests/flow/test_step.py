"""The journey, moment by moment. No Kivy, no disk; time is an argument."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.desk.shipped import shipped
from kiosk.domain.dossier_code import DossierCode, NoCode
from kiosk.domain.rating import Given, InputMethod, Score, Stage
from kiosk.flow.state import form as f
from kiosk.flow.state import screens as w
from kiosk.flow.state.begin import BeginRating, RateAsked
from kiosk.flow.state.counter_view import CounterView, Signer
from kiosk.flow.state.effects import (
    CheckPin,
    Effect,
    FindCounter,
    FindDossier,
    FindSigner,
    LoadCounters,
    Probe,
    Save,
)
from kiosk.flow.state.lobby import CounterChoice, Lobby, Rules
from kiosk.flow.state.rating_draft import Circumstances, RatingDraft, SavedRating, Subject
from kiosk.flow.state.staff import SignerTrouble, StaffPart
from kiosk.flow.step import begin, step

KEPT = SavedRating("018f-0000", shipped())
RULES = Rules(code_prefill="H35.13.02-261121-")
SUBJECT = Subject(InputMethod.SCAN, Stage.RETURN, code=DossierCode("H35.13.02-261120-0042"))
COUNTER = CounterChoice("H35.13-q1", "Quầy số 1")
SIGNER = Signer(COUNTER, "CB-0101")
VIEW = CounterView(SIGNER)
CARD = w.StaffCard(COUNTER)
IDLE = w.State(w.Idle(), "vi")


def at(place: w.Place, **outlives) -> w.State:
    return w.State(place, "vi", **outlives)


def play(state: w.State, *moments: tuple[float, w.Event]) -> tuple[w.State, list[Effect]]:
    effects: list[Effect] = []
    for now, event in moments:
        state, asked = step(state, event, now, RULES)
        effects = list(asked)
    return state, effects


def test_one_scan_and_one_tap_is_a_complete_rating():
    state, effects = play(IDLE, (0, w.Scanned("H35.13.02-261120-0042")))
    assert effects == [FindDossier("H35.13.02-261120-0042", InputMethod.SCAN)]

    state, effects = play(state, (0.1, w.Found(SUBJECT)), (4, w.Chose(Score.SATISFIED)))
    how = Circumstances(Given.TOUCH, presses=1, scans=1, scan_ms=4000)
    assert effects == [Save(RatingDraft(SUBJECT, Score.SATISFIED, "vi", None, 3900, how))]

    state, effects = play(state, (4.1, w.Saved(KEPT)))
    assert (type(state.place), effects) == (f.Why, [])


def test_thanks_goes_home_by_itself():
    state, _ = play(at(w.Thanks(SUBJECT, Score.NEUTRAL, until=12)), (12, w.Tick()))

    assert state.place == w.Idle()


def test_nothing_is_thanked_before_it_is_saved():
    state, _ = play(at(w.Rate(SUBJECT, 0)), (1, w.Chose(Score.NEUTRAL)), (60, w.Tick()), (99, w.Touched()))

    assert isinstance(state.place, w.Saving)


def test_a_second_tap_changes_nothing():
    state, _ = play(at(w.Rate(SUBJECT, 0)), (1, w.Chose(Score.VERY_SATISFIED)))

    again, effects = play(state, (1.01, w.Chose(Score.VERY_DISSATISFIED)))

    assert (again.place, effects) == (state.place, [])


def test_a_failed_save_apologises_then_goes_out_of_service_and_probes():
    state, _ = play(at(w.Saving(RatingDraft(SUBJECT, Score.NEUTRAL, "vi", None, 1))), (1, w.SaveFailed()))
    assert isinstance(state.place, w.Sorry)

    state, effects = play(state, (16, w.Tick()), (16, w.Tick()))
    assert (state.place, effects) == (w.OutOfService("cannot_save", 26), [Probe()])


def test_out_of_service_ends_when_the_disk_is_back():
    state, _ = play(at(w.OutOfService("cannot_save", 26)), (27, w.Ready()))

    assert state.place == w.Idle()


def test_out_of_service_takes_no_scan_and_no_touch():
    out = at(w.OutOfService("cannot_save", 26))

    assert play(out, (1, w.Scanned("x")), (2, w.NoPaper()), (3, w.TypeAsked()))[0].place == out.place


def test_the_same_code_within_five_seconds_is_one_scan():
    state, _ = play(IDLE, (0, w.Scanned("A")), (0.1, w.NotFound(NoCode.NO_MATCH)))

    state, effects = play(state, (4, w.Scanned("A")))
    assert (effects, state.place) == ([], w.Idle(NoCode.NO_MATCH, 10.1))

    assert play(state, (9.1, w.Scanned("A")))[1] == [FindDossier("A", InputMethod.SCAN)]


def test_a_receipt_left_under_the_scanner_does_not_restart_the_question():
    state, _ = play(IDLE, (0, w.Scanned("A")), (0.1, w.Found(SUBJECT)))

    assert play(state, (30, w.Scanned("A")))[0].place == state.place


def test_what_was_scanned_is_forgotten_once_it_is_no_longer_needed():
    state, _ = play(replace(IDLE, last_scan="A?secretKey=1", last_scan_at=0.0), (5, w.Tick()))

    assert state.last_scan == ""


def test_a_new_receipt_during_a_rating_is_a_new_citizen():
    state, effects = play(at(w.Rate(SUBJECT, 0), last_scan="A", last_scan_at=0.0), (8, w.Scanned("B")))

    assert (state.place, effects) == (w.LookingUpDossier(), [FindDossier("B", InputMethod.SCAN)])


TODAY = date(2026, 11, 21)
HANDS_IN = w.TypeCode(RULES.code_prefill, day=TODAY, stage=Stage.HAND_IN)
RECEIVES = (w.TypeAsked(), f.StageChosen(Stage.RETURN))


@pytest.mark.parametrize(
    ("event", "then"),
    [
        (w.TypeAsked(), w.PickTypedStage),
        (w.NoPaper(), w.PickCounter),
        (w.WentHome(), w.Idle),
        (w.Scanned("H35.13.02-261102-0042"), w.LookingUpDossier),
    ],
)
def test_behind_the_door_of_rating_every_way_to_begin_is_open(event: w.Event, then: type):
    begun, _ = play(IDLE, (0, RateAsked()))
    state, _ = play(begun, (1, event))

    assert (begun.place, type(state.place)) == (BeginRating(), then)


def test_who_hands_in_types_the_code_after_this_offices_prefix_and_todays_date():
    asked, _ = play(IDLE, (0, w.TypeAsked()))
    state, _ = play(asked, (1, f.StageChosen(Stage.HAND_IN)))

    assert (asked.place, state.place) == (w.PickTypedStage(), HANDS_IN)


def test_who_receives_a_result_names_the_day_of_the_slip_and_never_types_after_todays_date():
    state, _ = play(IDLE, *enumerate((*RECEIVES, *(w.PadKeyPressed(digit) for digit in "0211"), w.Confirmed())))

    assert state.place == w.TypeCode("H35.13.02-261102-", day=date(2026, 11, 2), stage=Stage.RETURN)


def test_a_day_later_in_the_year_than_today_was_last_year_and_one_that_is_none_is_refused():
    asked, _ = play(IDLE, *enumerate(RECEIVES))
    last_year, _ = play(asked, *enumerate(w.PadKeyPressed(digit) for digit in "2411"))
    nothing, _ = play(asked, *enumerate((*(w.PadKeyPressed(digit) for digit in "3102"), w.Confirmed())))
    mended, _ = play(nothing, *enumerate((w.Erased(), w.Erased(), *(w.PadKeyPressed(digit) for digit in "10"))))

    assert (last_year.place.day, last_year.place.refused) == (date(2025, 11, 24), False)
    assert (nothing.place.day, nothing.place.refused) == (None, True)
    assert (mended.place.day, mended.place.refused) == (date(2026, 10, 31), False)


def test_half_a_day_leads_nowhere():
    state, _ = play(IDLE, *enumerate((*RECEIVES, w.PadKeyPressed("0"), w.PadKeyPressed("2"), w.Confirmed())))

    assert state.place == w.TypeDate("02", refused=True, stage=Stage.RETURN)


def test_an_office_whose_codes_carry_no_day_is_typed_at_once():
    state, _ = step(IDLE, w.TypeAsked(), 0, replace(RULES, code_prefill=""))

    assert state.place == w.TypeCode("")


@pytest.mark.parametrize("stage", [Stage.HAND_IN, Stage.RETURN])
def test_what_the_citizen_came_for_is_what_is_rated(stage: Stage):
    typed = w.TypeCode("H35.13.02-261102-0042", day=date(2026, 11, 2), stage=stage)
    state, _ = play(at(typed), (1, w.Confirmed()), (2, w.Found(replace(SUBJECT, ask_stage=True))))

    assert isinstance(state.place, w.Rate)
    assert (state.place.subject.stage, state.place.subject.ask_stage) == (stage, False)


def test_a_typed_code_is_looked_up():
    state, effects = play(
        IDLE,
        (0, w.TypeAsked()),
        (0, f.StageChosen(Stage.HAND_IN)),
        (1, w.PadKeyPressed("0")),
        (2, w.PadKeyPressed("7")),
        (3, w.PadKeyPressed("8")),
        (4, w.Erased()),
        (5, w.Confirmed()),
    )

    pad = replace(HANDS_IN, text="H35.13.02-261121-07")
    assert (state.place, effects) == (w.LookingUpDossier(pad=pad), [FindDossier(pad.text, InputMethod.TYPED)])


def test_confirming_an_untouched_pad_changes_nothing():
    state, effects = play(IDLE, (0, w.TypeAsked()), (1, f.StageChosen(Stage.HAND_IN)), (2, w.Confirmed()))

    assert (state.place, effects) == (HANDS_IN, [])


def test_clearing_the_pad_brings_the_prefix_back():
    state, _ = play(at(w.TypeCode("XYZ", letters=True)), (0, w.Cleared()))

    assert state.place == w.TypeCode(RULES.code_prefill, letters=True)


def test_a_code_cannot_grow_without_end():
    state, _ = play(at(w.TypeCode("")), *((i, w.PadKeyPressed("9")) for i in range(100)))

    assert len(state.place.text) == RULES.max_code_length


def test_without_paper_a_counter_is_chosen():
    state, effects = play(IDLE, (0, w.NoPaper()))
    assert effects == [LoadCounters()]

    state, effects = play(state, (1, w.CountersLoaded((COUNTER,))), (2, w.CounterChosen(COUNTER)))
    assert (state.place, effects) == (w.LookingUpDossier(), [FindCounter(COUNTER)])


@pytest.mark.parametrize("place", [w.TypeCode("H35"), w.PickCounter((COUNTER,)), w.Rate(SUBJECT, 0)])
def test_nobody_is_hurried_before_45_seconds_then_is_asked_then_it_goes_home(place: w.Place):
    state, _ = play(at(place), (44.9, w.Tick()))
    assert state.place == place

    state, _ = play(state, (45, w.Tick()))
    assert state.place == w.StillThere(place, 65)

    state, _ = play(state, (65, w.Tick()))
    assert state.place == w.Idle()


def test_an_unknown_dossier_of_today_asks_to_look_at_the_date_again_once():
    code = "H35-261121-0042"
    unknown = replace(SUBJECT, input=InputMethod.TYPED, code=DossierCode(code), ask_date=True)

    asked, _ = play(at(w.TypeCode(code)), (1, w.Confirmed()), (2, w.Found(unknown)))
    assert asked.place == w.TypeCode(code, look_again=True)

    kept, _ = play(asked, (3, w.Confirmed()), (4, w.Found(unknown)))
    assert isinstance(kept.place, w.Rate)
    corrected, _ = play(asked, (3, w.Erased()), (4, w.PadKeyPressed("3")), (5, w.Confirmed()), (6, w.Found(unknown)))
    assert corrected.place.look_again, "another code is looked at anew"


def test_a_typed_code_that_looks_like_none_is_asked_about_once_and_never_refused():
    odd = replace(SUBJECT, input=InputMethod.TYPED, code=DossierCode("12-34", verified=False), ask_code=True)

    asked, _ = play(at(w.TypeCode("12-34")), (1, w.Confirmed()), (2, w.Found(odd)))
    assert asked.place == w.TypeCode("12-34", odd=True)
    lettered, _ = play(at(w.TypeCode("12-34", letters=True)), (1, w.Confirmed()), (2, w.Found(odd)))
    assert lettered.place == asked.place, "a small panel has no room for the question beside the letters"

    kept, _ = play(asked, (3, w.Confirmed()), (4, w.Found(odd)))
    assert isinstance(kept.place, w.Rate)


def test_whoever_is_asked_to_look_at_the_date_again_changes_it_and_keeps_what_they_typed():
    pad = replace(HANDS_IN, text=RULES.code_prefill + "0042", look_again=True)

    state, _ = play(at(pad), (1, f.WentBack()))
    assert state.place == w.TypeDate(stage=Stage.HAND_IN, rest="0042")

    state, _ = play(state, *enumerate((*(w.PadKeyPressed(digit) for digit in "2011"), w.Confirmed()), start=2))
    assert state.place == w.TypeCode("H35.13.02-261120-0042", day=date(2026, 11, 20), stage=Stage.HAND_IN)


def test_one_tap_goes_on_where_the_citizen_was():
    state, _ = play(at(w.StillThere(w.TypeCode("H35.1"), 65)), (50, w.Touched()), (94, w.Tick()))

    assert state.place == w.TypeCode("H35.1")


def test_still_there_can_also_end():
    state, _ = play(at(w.StillThere(w.TypeCode("H35.1"), 65)), (50, w.WentHome()))

    assert state.place == w.Idle()


@pytest.mark.parametrize(
    "place",
    [w.TypeCode("H35"), w.PickCounter((COUNTER,)), w.Rate(SUBJECT, 0), w.Thanks(SUBJECT, Score.NEUTRAL, 8),
     CARD, w.StaffPin(SIGNER), w.StaffView(VIEW), w.PickCounter((COUNTER,), for_staff=True)],
)  # fmt: skip
def test_every_place_has_a_way_home_and_leaves_the_language_behind(place: w.Place):
    state, effects = play(replace(at(place), language="en"), (1, w.WentHome()))

    assert (state.place, state.language, list(effects)) == (w.Idle(), "vi", [])


@pytest.mark.parametrize(
    "place",
    [w.Idle(), w.TypeCode("H35"), w.PickCounter(), w.Rate(SUBJECT, 0), w.Thanks(SUBJECT, Score.NEUTRAL, 8),
     w.Sorry(3), w.StillThere(w.TypeCode("H"), 20), CARD, w.StaffPin(SIGNER), w.StaffView(VIEW)],
)  # fmt: skip
def test_left_alone_every_place_comes_to_rest(place: w.Place):
    state = at(place)
    for now in range(200):
        state, _ = step(state, w.Tick(), now, RULES)

    assert isinstance(state.place, w.Idle | w.OutOfService)


def test_the_language_changes_where_the_citizen_is():
    state, _ = play(at(w.Rate(SUBJECT, 0)), (1, w.LanguageChosen("en")))

    assert (state.place, state.language) == (w.Rate(SUBJECT, 0), "en")


def test_a_language_left_on_the_idle_screen_goes_back():
    state, _ = play(IDLE, (0, w.LanguageChosen("en")), (45, w.Tick()))

    assert state.language == "vi"


def test_a_notice_disappears():
    state, _ = play(at(w.Idle(NoCode.NO_MATCH, 10)), (10, w.Tick()))

    assert state.place == w.Idle()


def test_staff_see_their_counter_after_gesture_card_and_pin():
    state, effects = play(IDLE, (0, w.StaffGesture(COUNTER)), (1, w.Scanned("CB-0101")))
    assert (state.place, effects) == (CARD, [FindSigner("CB-0101", scanned=True)])

    keys = [(float(i), w.PadKeyPressed(digit)) for i, digit in enumerate("246810", start=3)]
    state, effects = play(state, (2, w.SignerFound(SIGNER)), *keys)
    assert effects == [CheckPin(SIGNER, "246810")]
    assert state.place.digits == ""

    state, _ = play(state, (9, w.PinAccepted(VIEW)))
    assert state.place == w.StaffView(VIEW)


def test_a_number_is_typed_where_the_card_is_forgotten():
    keys = [(float(i), w.PadKeyPressed(character)) for i, character in enumerate("CB-0101")]
    state, effects = play(at(CARD), (0, w.Confirmed()), *keys, (8, w.Confirmed()))
    assert effects == [FindSigner("CB-0101")]

    state, _ = play(state, (9, w.SignerUnknown(SignerTrouble.NO_PIN)))
    assert state.place == w.StaffCard(COUNTER, "CB-0101", trouble=SignerTrouble.NO_PIN)
    lettered = w.StaffCard(COUNTER, "CB-0101", letters=True)
    told, _ = play(at(lettered), (8, w.Confirmed()), (9, w.SignerUnknown(SignerTrouble.NO_PIN)))
    assert told.place == state.place, "a small panel has no room for the words beside the letters"
    state, effects = play(at(CARD), (0, w.Confirmed()))
    assert (state.place, effects) == (CARD, [])


def test_the_shared_pin_is_reached_only_where_it_is_still_taken():
    shared = w.State(w.Idle(), "vi", lobby=Lobby(shared_pins=True))
    state, effects = play(shared, (0, w.StaffGesture(COUNTER)), (1, w.SharedPinAsked()))
    assert effects == [FindSigner(counter=COUNTER)]

    state, effects = play(shared, (0, w.StaffGesture(None)), (1, w.SharedPinAsked()))
    assert (state.place, effects) == (w.PickCounter(for_staff=True), [LoadCounters()])
    state, effects = play(state, (2, w.CountersLoaded((COUNTER,))), (3, w.CounterChosen(COUNTER)))
    assert effects == [FindSigner(counter=COUNTER)]
    state, _ = play(state, (4, w.SignerFound(Signer(COUNTER))))
    assert state.place == w.StaffPin(Signer(COUNTER))

    state, effects = play(IDLE, (0, w.StaffGesture(COUNTER)), (1, w.SharedPinAsked()))
    assert (state.place, effects) == (CARD, [])


def test_the_staff_view_closes_by_itself():
    state, _ = play(at(w.StaffView(VIEW)), (60, w.Tick()))

    assert state.place == w.Idle()


def test_a_lock_is_told_before_and_after_a_pin_and_ends_in_its_time():
    state, _ = play(at(CARD), (4, w.SignerFound(SIGNER, 300.0)), (7, w.PadKeyPressed("1")))
    assert state.place == w.StaffPin(SIGNER, locked_until=304)

    state, _ = play(at(w.StaffPin(SIGNER, checking=True)), (4, w.PinRefused(300.0)), (9, w.PadKeyPressed("1")))
    assert state.place == w.StaffPin(SIGNER, refused=True, locked_until=304)
    everybody, _ = play(at(CARD), (4, w.SignerFound(SIGNER, 300.0, for_everybody=True)))
    assert everybody.place == w.StaffPin(SIGNER, locked_until=304, for_everybody=True)
    everybody, _ = play(at(w.StaffPin(SIGNER)), (4, w.PinRefused(300.0, for_everybody=True)))
    assert everybody.place == w.StaffPin(SIGNER, refused=True, locked_until=304, for_everybody=True)

    now = 9.0
    while now < 304:  # somebody keeps touching, so that the screen stays
        now = min(304.0, now + 50)
        state, _ = play(state, (now - 1, w.PadKeyPressed("1")), (now, w.Tick()))
    state, _ = play(state, (305, w.PadKeyPressed("1")))
    assert state.place == w.StaffPin(SIGNER, digits="1")


def test_a_pin_is_never_part_of_a_printed_effect():
    assert "246810" not in repr(CheckPin(SIGNER, "246810"))


@pytest.mark.parametrize("place", [CARD, w.StaffPin(SIGNER, digits="24"), w.StaffView(VIEW)])
def test_a_citizen_s_scan_ends_at_once_what_the_staff_had_open(place: w.Place):
    state, effects = play(at(place), (1, w.Scanned("H35.13.02-261120-0042")))
    assert effects == [FindSigner("H35.13.02-261120-0042", scanned=True)]

    unknown = w.SignerUnknown(SignerTrouble.NOBODY, "H35.13.02-261120-0042")
    state, effects = play(state, (1, unknown))
    assert state.place == w.LookingUpDossier()
    assert effects == [FindDossier("H35.13.02-261120-0042", InputMethod.SCAN)]


def test_the_next_colleague_s_card_signs_the_first_one_out():
    other = Signer(COUNTER, "CB-0102")
    state, _ = play(at(w.StaffView(VIEW)), (1, w.Scanned("CB-0102")), (1, w.SignerFound(other)))

    assert state.place == w.StaffPin(other)


@pytest.mark.parametrize("trouble", [SignerTrouble.NO_PIN, SignerTrouble.NO_COUNTER])
@pytest.mark.parametrize("place", [w.StaffView(VIEW), w.StaffPin(SIGNER, digits="24"), w.StaffPin(SIGNER)])
def test_a_colleague_s_card_that_cannot_sign_in_ends_the_first_one_s_sign_in(place: w.Place, trouble: SignerTrouble):
    state, effects = play(at(place), (1, w.Scanned("CB-0102")))
    assert effects == [FindSigner("CB-0102", scanned=True)]

    state, effects = play(state, (1, w.SignerUnknown(trouble)))
    assert (state.place, effects) == (w.StaffCard(trouble=trouble), [])


@pytest.mark.parametrize("over", [lambda place: place, w.ChoosePreferences], ids=["counters", "preferences over them"])
def test_a_staff_card_is_heard_where_the_staff_pick_a_counter(over):
    picking = over(w.PickCounter((COUNTER,), for_staff=True))
    state, effects = play(at(picking), (1, w.Scanned("CB-0101")))
    assert effects == [FindSigner("CB-0101", scanned=True)]

    assert play(state, (1, w.SignerFound(SIGNER)))[0].place == w.StaffPin(SIGNER)
    no_pin, _ = play(state, (1, w.SignerUnknown(SignerTrouble.NO_PIN)))
    assert no_pin.place == w.StaffCard(trouble=SignerTrouble.NO_PIN, shared=True)
    slip, effects = play(state, (1, w.SignerUnknown(SignerTrouble.NOBODY, "H35.13.02-261120-0042")))
    assert slip.place == w.LookingUpDossier()
    assert effects == [FindDossier("H35.13.02-261120-0042", InputMethod.SCAN)]


def test_a_staff_card_is_heard_while_preferences_lie_over_the_staff_s_screen():
    state, effects = play(at(w.ChoosePreferences(CARD)), (1, w.Scanned("CB-0101")))

    assert (state.place, effects) == (CARD, [FindSigner("CB-0101", scanned=True)])


def test_the_parts_of_the_view_are_one_touch_apart():
    state, _ = play(at(w.StaffView(VIEW)), (1, w.StaffPartChosen(StaffPart.ASKED)))
    assert state.place == w.StaffView(VIEW, StaffPart.ASKED)

    assert play(IDLE, (1, w.StaffPartChosen(StaffPart.ASKED)))[0].place == w.Idle()


def test_what_citizens_wrote_is_turned_page_by_page_and_begins_anew_with_its_part():
    words = at(w.StaffView(VIEW, StaffPart.WORDS))

    assert play(words, (1, w.PageTurned(3)))[0].place == w.StaffView(VIEW, StaffPart.WORDS, 3)
    assert play(at(w.StaffView(VIEW)), (1, w.PageTurned(3)))[0].place == w.StaffView(VIEW)
    turned = play(words, (1, w.PageTurned(3)), (1, w.StaffPartChosen(StaffPart.WORDS)))[0]
    assert turned.place == w.StaffView(VIEW, StaffPart.WORDS)


def test_before_the_store_is_open_nothing_happens():
    state, effects = play(begin(RULES), (0, w.Scanned("A")), (1, w.NoPaper()), (2, w.StaffGesture(None)))

    assert (state.place, effects) == (w.Starting(), [])


EVENTS = st.one_of(
    st.sampled_from(
        [
            *(w.Tick(), w.Touched(), w.TypeAsked(), w.NoPaper(), w.Erased(), w.Cleared(), w.LettersToggled()),
            *(w.Confirmed(), w.CountersLoaded((COUNTER,)), w.CounterChosen(COUNTER), w.Found(SUBJECT)),
            *(w.NotFound(NoCode.EMPTY), w.Saved(KEPT), w.SaveFailed(), w.WentHome(), w.LanguageChosen("en")),
            *(w.StaffGesture(None), w.StaffGesture(COUNTER), w.PinAccepted(VIEW), w.PinRefused(), w.PinRefused(300.0)),
            *(w.SignerFound(SIGNER), w.SignerFound(SIGNER, 300.0), w.SharedPinAsked()),
            *(w.SignerUnknown(trouble, text) for trouble in SignerTrouble for text in ("", "A")),
            *(w.StaffPartChosen(part) for part in StaffPart),
            *(w.Ready(), w.Unavailable("cannot_save"), w.Scanned("A"), w.Scanned("B")),
        ]
    ),
    st.builds(w.PadKeyPressed, st.sampled_from("0123H.-")),
    st.builds(w.PageTurned, st.integers(-2, 9)),
    st.builds(w.Chose, st.sampled_from(Score)),
    st.sampled_from([f.Skipped(), f.WentBack(), f.SentOff(), f.AnswersSaved(), f.AnswersLost()]),
    st.builds(f.AnswerMarked, st.sampled_from(["waiting", "private", "money", "late", "none", "yes", "7"])),
)


@given(st.lists(st.tuples(st.floats(0, 30), EVENTS), max_size=60))
def test_whatever_happens_a_thank_you_follows_a_save_and_the_flow_never_breaks(moments):
    state, now, asked_to_save, saved = begin(RULES), 0.0, 0, 0
    for wait, event in moments:
        now += wait
        before = state
        state, effects = step(state, event, now, RULES)
        asked_to_save += sum(isinstance(effect, Save) for effect in effects)
        if isinstance(state.place, f.Why) and isinstance(before.place, w.Saving):
            assert isinstance(event, w.Saved)
            saved += 1
        if isinstance(state.place, w.Thanks) and isinstance(before.place, f.SavingAnswers):
            assert isinstance(event, f.AnswersSaved)
    assert saved <= asked_to_save
