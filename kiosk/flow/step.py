"""``step(state, event, now, rules) -> (state, effects)``: the citizen's whole journey, one small function for each
event.

What no rule names changes nothing: a second tap, a late answer, a child hammering the screen.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from kiosk.domain.rating import InputMethod, Stage
from kiosk.domain.receipt import scanned, token_in
from kiosk.flow.input import listening, non_visual
from kiosk.flow.input.number_keys import hear
from kiosk.flow.rules import (
    aloud,
    circumstances,
    complaint_steps,
    invitation,
    questions,
    recording_steps,
    staff_steps,
    typing_steps,
)
from kiosk.flow.rules.screen_table import Holds, holds
from kiosk.flow.rules.timeouts import Step, at, home, lobby_changed, patience, still_there_seconds, time_passed
from kiosk.flow.state import complaint as t
from kiosk.flow.state.begin import BeginRating, RateAsked
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.effects import Effect, FindCounter, FindDossier, FindSigner, LoadCounters, LoadLobby, Save
from kiosk.flow.state.form import (
    AnswerMarked,
    AnswersLost,
    AnswersSaved,
    Ask,
    PickStage,
    Private,
    SaveAnswers,
    SavingAnswers,
    SentOff,
    Skipped,
    StageChosen,
    WentBack,
    Why,
)
from kiosk.flow.state.lobby import Intake, Rules
from kiosk.flow.state.preferences import (
    PreferencesAsked,
    PreferencesChosen,
    Pressed,
    RepeatAsked,
    ZoneExplored,
    ZoneTouched,
)
from kiosk.flow.state.printing import Printed, PrinterChanged, PrintFailed
from kiosk.flow.state.rating_draft import AnswersDraft, FilledAnswers, ServiceEnded
from kiosk.flow.state.recording import PlayedBack, Recorded, RecordingFailed, SoundDone, SoundLevel
from kiosk.flow.state.screens import (
    AskToListen,
    ChoosePreferences,
    Chose,
    Cleared,
    Confirmed,
    CounterChosen,
    CountersLoaded,
    Erased,
    Event,
    Found,
    Idle,
    LanguageChosen,
    LeftOff,
    LettersToggled,
    LobbyLoaded,
    LookingUpDossier,
    NoPaper,
    NotFound,
    OutOfService,
    PadKeyPressed,
    PageTurned,
    PickCounter,
    PickTypedStage,
    Place,
    Rate,
    Ready,
    Resting,
    Saved,
    SaveFailed,
    Saving,
    Scanned,
    Sorry,
    Starting,
    State,
    StillThere,
    Thanks,
    Tick,
    Touched,
    TypeAsked,
    TypeCode,
    TypeDate,
    Unavailable,
    WentHome,
)
from kiosk.flow.state.staff import PinAccepted, PinRefused, SignerFound, SignerUnknown, StaffGesture

_FROM_THE_SHELL = (
    *(Ready, Unavailable, CountersLoaded, LobbyLoaded, Found, NotFound, Saved, SaveFailed),
    *(AnswersSaved, AnswersLost, SignerFound, SignerUnknown, PinAccepted, PinRefused),
    *(t.ComplaintSaved, t.ComplaintLost, t.LookedUp, t.VerdictSaved, t.SupplementSaved, t.WithdrawalSaved),
    t.PaperAsked,
    *(Printed, PrintFailed, PrinterChanged, ServiceEnded),
    *(SoundLevel, Recorded, RecordingFailed, PlayedBack, SoundDone),
)


def begin(rules: Rules) -> State:
    """The state before the store is open."""
    return State(Starting(), rules.default_language, preferences=rules.preferences)


def step(state: State, event: Event, now: float, rules: Rules) -> Step:
    """What is shown next, and what is to be done. ``now`` is seconds of a monotonic clock."""
    after, effects = _step(state, event, now, rules)
    after = invitation.answered(circumstances.begun_anew(state, after, now), event)
    after = non_visual.forgotten(state, non_visual.suited(after, rules))
    after = recording_steps.kept_awake(after, effects, now)
    left = [*_left_behind(state, after, effects, now), *_paper_left(state, after)]
    return after, [*effects, *left, *recording_steps.left(state.place, after.place)]


def _paper_left(before: State, after: State) -> list[Effect]:
    """A reply that waits for the printer to be mended is not for whoever stands there then."""
    place, then = _beneath(before.place), _beneath(after.place)
    waits = isinstance(place, t.ShowStatus) and place.paper is t.Paper.WAITS
    return [t.DropPaper()] if waits and not isinstance(then, t.ShowStatus) else []


def _left_behind(before: State, after: State, effects: Sequence[Effect], now: float) -> list[Effect]:
    """What was marked after a rating is kept when its citizen goes away without sending it: home, by time, or because
    the next slip is scanned. Stepping back out of a private question takes its marks along."""
    place, then = _beneath(before.place), _beneath(after.place)
    if not isinstance(place, questions.Asking) or isinstance(then, questions.Asking) or not questions.given(place):
        return []
    form = questions.asked(place, SentOff(), now)
    if not isinstance(form, AnswersDraft) or any(isinstance(effect, SaveAnswers) for effect in effects):
        return []
    return [SaveAnswers(FilledAnswers(form, before.language, len(before.touches), before.scans_again, left=True))]


def _beneath(place: Place) -> Place:
    """The screen under a question that lies over it."""
    while isinstance(place, StillThere | ChoosePreferences | AskToListen):
        place = place.resume
    return place


def _step(state: State, event: Event, now: float, rules: Rules) -> Step:
    if isinstance(event, Tick):
        return time_passed(state, now, rules)
    if not isinstance(event, _FROM_THE_SHELL):
        state = circumstances.touched(state, event, now)
        if (asked := listening.respond(state, event, now, rules)) is not None:
            return _step(asked, event, now, rules) if isinstance(event, Scanned) else (asked, [])
    if isinstance(event, Pressed):
        state, meant = hear(state, event, rules)
        event = circumstances.named(meant, by=event)
    elif isinstance(event, ZoneTouched | ZoneExplored):
        state, meant = non_visual.hear(state, event, rules)
        event = circumstances.named(meant, by=event)
    match state.place, event:
        case _, Unavailable(reason):
            return at(state, OutOfService(reason, now + rules.probe_seconds)), []
        case Starting() | OutOfService(), Ready():
            return replace(home(state, rules), lobby_read_at=now), [LoadLobby()]
        case _, PrinterChanged(trouble):
            return replace(state, printer=trouble is None), []
        case _, ServiceEnded():
            return invitation.invited(state, event, now, rules), []
        case _, LobbyLoaded(lobby):
            return lobby_changed(replace(state, lobby=lobby), rules), []
        case place, _ if holds(place, Holds.BUSY) and not isinstance(event, _FROM_THE_SHELL):
            return state, []
        case StillThere(resume), Scanned() if not holds(resume, Holds.SCAN):
            return at(state, replace(state.place, scanned=True)), []
        case place, Scanned() if staff_steps.hears_card(_beneath(place)):
            return staff_steps.respond(at(state, _beneath(place)), event, now, rules)
        case place, SignerUnknown(_, text) if text and staff_steps.hears_card(place):
            return _scanned(home(state, rules), text, now, rules)  # a citizen's slip ends what the staff had open
        case place, Scanned(text) if holds(place, Holds.SCAN):
            return _scanned(state, text, now, rules)
        case Resting(), _ if not isinstance(event, _FROM_THE_SHELL):
            return home(state, rules), []
        case _:
            return _on_any_screen(state, event, now, rules)


def _on_any_screen(state: State, event: Event, now: float, rules: Rules) -> Step:
    """The way home, and the citizen's preferences: the same wherever they are, but for a receipt that is shown."""
    match state.place, event:
        case t.ShowReceipt(), t.ReadOutAsked() if rules.speech:
            read_out = replace(state, preferences=replace(state.preferences, spoken=True))
            return _complaint(read_out, event, now, rules)
        case t.ShowReceipt() | t.ShowStatus(), t.PrintAsked() if not state.printer:
            return state, []
        case t.ShowReceipt(), WentHome():
            return _complaint(state, t.NumberNoted(), now, rules)  # one wrong touch must not lose a number
        case place, WentHome():
            return home(state, rules, keep_preferences=not isinstance(place, Thanks)), []
        case _, RepeatAsked():
            return replace(state, repeats=state.repeats + 1), []
        case _, PreferencesChosen(preferences):
            return replace(state, preferences=preferences), []
        case StillThere(resume), _ if not isinstance(event, _FROM_THE_SHELL):
            return at(state, resume), []
        case place, LanguageChosen(language):
            greetings = state.greetings + isinstance(place, Idle)
            return replace(state, language=language, greetings=greetings), []
        case place, PreferencesAsked() if recording_steps.is_recording(place):
            return state, []  # they would hide how long one may still speak
        case place, PreferencesAsked() if holds(place, Holds.PREFERENCES):
            return at(state, ChoosePreferences(place)), []
        case ChoosePreferences(resume), Confirmed():
            return at(state, resume), []
        case _:
            return _on_this_screen(state, event, now, rules)


def _on_this_screen(state: State, event: Event, now: float, rules: Rules) -> Step:
    """What belongs to the staff's screens, the end of a visit, a complaint, or else to a rating."""
    match state.place, event:
        case place, _ if isinstance(place, staff_steps.PLACES):
            return staff_steps.respond(state, event, now, rules)
        case Idle() | PickCounter(for_staff=True), StaffGesture() | SignerFound() | SignerUnknown():
            return staff_steps.respond(state, event, now, rules)
        case Idle(), RateAsked():
            return at(state, BeginRating()), []
        case Idle(until=None) as idle, Touched() | Chose() if not non_visual.offered(state):
            return at(state, replace(idle, hint=True, until=now + rules.notice_seconds)), []
        case Thanks() | t.ComplaintSent(), Touched() if non_visual.offered(state):
            return state, []  # a touch there is how one listens
        case Thanks() | t.ComplaintSent(), Touched() | Confirmed():
            return home(state, rules), []
        case ((Idle() | Thanks() | Why()), t.ComplaintAsked()) if state.lobby.intake:
            return _begin_complaint(state, now, rules)
        case LeftOff(resume), t.ContinueAsked():
            return at(state, resume), []
        case place, _ if isinstance(place, t.Place):
            return _complaint(state, event, now, rules)
        case _:
            return _journey(state, event, now, rules)


def _journey(state: State, event: Event, now: float, rules: Rules) -> Step:
    match state.place, event:
        case Idle() | BeginRating() | Thanks() | PickCounter(counters=(), for_staff=False), TypeAsked():
            return at(state, typing_steps.beginning(rules)), []
        case PickTypedStage(), StageChosen(stage):
            return at(state, typing_steps.chosen(stage, rules)), []
        case TypeDate() as pad, PadKeyPressed() | Erased() | Cleared() | Confirmed():
            return at(state, typing_steps.dated(pad, event, rules)), []
        case TypeCode(look_again=True) as pad, WentBack() if pad.day:
            return at(state, typing_steps.to_the_date(pad, rules)), []
        case TypeCode(draft=draft), NoPaper() | WentBack() if draft:
            return at(state, t.Choose(ComplaintPart.DOSSIER, draft)), []
        case Idle() | BeginRating() | TypeCode() | Thanks(), NoPaper():
            return at(state, PickCounter()), [LoadCounters()]
        case PickCounter() as pick, CountersLoaded(counters):
            return at(state, replace(pick, counters=counters)), []
        case PickCounter() as pick, PageTurned(page):
            return at(state, replace(pick, page=max(0, page))), []
        case PickCounter(for_staff=True), CounterChosen(counter):
            return state, [FindSigner(counter=counter)]
        case PickCounter(), CounterChosen(counter):
            return at(state, LookingUpDossier()), [FindCounter(counter)]
        case TypeCode() as pad, PadKeyPressed() | Erased() | Cleared() | LettersToggled():
            return at(state, typing_steps.typed(pad, event, rules)), []
        case TypeCode() as pad, Confirmed() if typing_steps.may_confirm(pad, rules):
            return at(state, LookingUpDossier(pad.draft, pad)), [FindDossier(pad.text, InputMethod.TYPED)]
        case LookingUpDossier(complaint), Found() | NotFound() if complaint:
            return _found(state, complaint, event), []
        case LookingUpDossier(pad=TypeCode(look_again=False, odd=False) as pad), Found(subject) if (
            subject.ask_date or subject.ask_code
        ):
            # beside letters a small panel has no room for the question
            return at(state, replace(pad, look_again=subject.ask_date, odd=subject.ask_code, letters=False)), []
        case LookingUpDossier(pad=pad), Found(subject):
            subject = subject.at_stage(pad.stage) if pad and pad.stage is not Stage.UNKNOWN else subject
            return at(state, PickStage(subject) if subject.ask_stage else Rate(subject, now)), []
        case PickStage(subject), StageChosen(stage):
            return at(state, Rate(subject.at_stage(stage), now)), []
        case LookingUpDossier(), NotFound(reason):
            idle = Idle(reason, now + rules.notice_seconds, state.lobby.invitation_cards)
            return at(home(state, rules, keep_language=True, keep_preferences=True), idle), []
        case Rate() as place, Chose() as chosen:
            draft = circumstances.rated(state, place, chosen, now)
            return replace(at(state, Saving(draft)), last_press_at=now), [Save(draft)]
        case Saving(draft), Saved(kept):
            out = aloud.left_out(kept.questionnaire, rules) if state.preferences.by_ear else ()
            form = AnswersDraft(draft.subject, draft.score, kept, left_out=out)
            return at(state, questions.first_page(form, now) or _thanks(form, now, rules, state)), []
        case (Why() | Ask() | Private()) as place, AnswerMarked() | Skipped() | WentBack() | SentOff():
            return _asked(state, questions.asked(place, event, now), now, rules)
        case SavingAnswers(filled, tell=True), AnswersSaved():
            return at(state, t.ChooseKind(filled.form.subject, filled.form.kept.entry_id)), []
        case SavingAnswers(filled), AnswersSaved():
            return at(state, _thanks(filled.form, now, rules, state)), []
        case SavingAnswers(), AnswersLost():
            return at(state, Sorry(now + rules.sorry_seconds, rated=True)), []
        case Saving(), SaveFailed():
            return at(state, Sorry(now + rules.sorry_seconds)), []
        case _:
            return state, []


def _asked(state: State, then: questions.Asking | AnswersDraft | None, now: float, rules: Rules) -> Step:
    match then:
        case None:
            return state, []
        case AnswersDraft(answers=()):
            return at(state, _thanks(then, now, rules, state)), []
        case AnswersDraft():
            filled = FilledAnswers(then, state.language, len(state.touches), state.scans_again)
            return at(state, SavingAnswers(filled)), [SaveAnswers(filled)]
        case _:
            return at(state, then), []


def _thanks(form: AnswersDraft, now: float, rules: Rules, state: State) -> Thanks:
    until = now + rules.thanks_seconds * patience(state)
    return Thanks(form.subject, form.score, until, form.kept.entry_id)


def _begin_complaint(state: State, now: float, rules: Rules) -> Step:
    """To the first screen of a góp ý or phản ánh; what is marked on the way there is kept first."""
    match state.place:
        case place if not complaint_steps.offers_complaint(place, state.lobby.intake):
            return state, []
        case Thanks(subject, entry_id=entry_id):
            return at(state, t.ChooseKind(subject, entry_id)), []
        case Why() as place:
            form = questions.asked(place, SentOff(), now)
            if isinstance(form, AnswersDraft) and form.answers:
                filled = FilledAnswers(form, state.language, len(state.touches), state.scans_again)
                return at(state, SavingAnswers(filled, tell=True)), [SaveAnswers(filled)]
            return at(state, t.ChooseKind(place.form.subject, place.form.kept.entry_id)), []
    return at(state, t.ChooseKind()), []


def _complaint(state: State, event: Event, now: float, rules: Rules) -> Step:
    """The steps of a complaint (``complaint_steps``). A kiosk whose district has just stopped taking them goes home."""
    intake, place = state.lobby.intake, state.place
    if intake is None or not isinstance(place, t.Place):
        return (home(state, rules), []) if intake is None else (state, [])
    match place, event:
        case t.Choose(part=ComplaintPart.DOSSIER, draft=draft), Scanned(text):
            return at(state, LookingUpDossier(draft)), [FindDossier(text, InputMethod.SCAN)]
        case t.SavingVerdict() | t.SavingSupplement(t.Supplement(text="")), t.ComplaintLost():
            return at(state, Sorry(now + rules.sorry_seconds)), []
    seconds = rules.thanks_seconds * 2 * patience(state)
    then = complaint_steps.respond(place, event, now, state.language, intake, seconds)
    if then is None and isinstance(event, Scanned) and not recording_steps.is_recording(place):
        return at(state, StillThere(place, now + still_there_seconds(place, rules) * patience(state), scanned=True)), []
    if then is None:
        return state, []
    return at(state, _as_typed_here(then[0], place, rules)), then[1]


def _as_typed_here(then: Place, before: Place, rules: Rules) -> Place:
    """A writing that begins, in this office's typing method, or in the one the citizen chose for the part before."""
    if isinstance(then, t.WriteSupplement) and not isinstance(before, t.WriteSupplement):
        return replace(then, writing=replace(then.writing, method=rules.typing_method, style=rules.tone_style))
    if not isinstance(then, t.Write) or (isinstance(before, t.Write) and before.part is then.part):
        return then
    method = before.writing.method if isinstance(before, t.Write) else rules.typing_method
    return replace(then, writing=replace(then.writing, method=method, style=rules.tone_style))


def _found(state: State, draft: ComplaintDraft, event: Event) -> State:
    match event, state.lobby.intake:
        case Found(subject), Intake() as intake:
            return at(state, complaint_steps.found(draft, subject, intake)[0])
        case NotFound(reason), _:
            return at(state, t.Choose(ComplaintPart.DOSSIER, draft, reason))
    return state


def _scanned(state: State, text: str, now: float, rules: Rules) -> Step:
    number = scanned(text) if state.lobby.intake else None
    if number:
        return at(state, t.LookingUpComplaint(number, token_in(text))), [t.FindStatus(number)]
    again = text == state.last_scan and state.last_scan_at is not None
    if again and (holds(state.place, Holds.SAME_CITIZEN) or now - (state.last_scan_at or 0) < rules.same_scan_seconds):
        return replace(state, last_scan_at=now, scans_again=state.scans_again + 1), []
    state = replace(state, last_scan=text, last_scan_at=now, scans_again=0, scanned_at=now)
    return at(state, LookingUpDossier()), [FindDossier(text, InputMethod.SCAN)]
