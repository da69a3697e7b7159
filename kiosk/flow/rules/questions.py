"""Steps through the questions after the face. Pure; a form that is not sent leaves nothing behind."""

from msgspec.structs import replace

from kiosk.domain.questionnaire import Question, Questionnaire
from kiosk.flow.state.form import AnswerMarked, Ask, Private, SentOff, Skipped, WentBack, Why
from kiosk.flow.state.rating_draft import AnswersDraft

MAX_QUESTIONS = 4

Asking = Why | Ask | Private


def first_page(form: AnswersDraft, now: float) -> Why | Ask | None:
    """Where the form begins; ``None`` when this rating is asked nothing more."""
    following = remaining(form)
    return _come_to(form, following[0], now) if following else None


def remaining(form: AnswersDraft) -> list[Question]:
    """The questions still to come, as far as can be told now; at most four that are more than the reasons."""
    facts = form.facts()
    room = MAX_QUESTIONS - sum(not form.kept.questionnaire.question(asked).takes_several for asked in form.asked)
    found: list[Question] = []
    done = (*form.asked, *form.left_out)
    for question in _in_turn(form.kept.questionnaire, form.kept.entry_id):
        if question.private or question.question_id in done or not question.applies(facts):
            continue
        if question.takes_several:
            found.append(question)
        elif room > 0:
            found.append(question)
            room -= 1
    return found


def first_place(place: Why | Ask) -> bool:
    """Whether nothing was asked before."""
    return place.form.asked[:1] == (place.question.question_id,)


def following(place: Why | Ask) -> list[Question]:
    """The questions after this place, as it is answered now."""
    return remaining(_answered(place.form, place.question.question_id, place.chosen))


def asked(place: Asking, event: object, now: float) -> Asking | AnswersDraft | None:
    """The next place; a form when it is to be sent or is at its end; ``None`` when nothing changes."""
    match place, event:
        case Why() | Ask(), AnswerMarked(answer) if answer not in _answers(place.question):
            return None
        case Why() | Ask(), AnswerMarked(answer) if _opens(place.question, answer):
            behind = replace(place, form=_spent(place, now), opened_at=now)
            return Private(behind, place.form.kept.questionnaire.question(_opens(place.question, answer)), (), now)
        case Why() | Private(), AnswerMarked(answer) if answer in _answers(place.question):
            return replace(place, chosen=_toggled(place.question, place.chosen, answer))
        case Ask(), AnswerMarked(answer):
            return _onward(_noted(replace(place, chosen=(answer,)), now), now)
        case Why() | Ask(), Skipped():
            return _onward(_noted(place, now), now)
        case Private(behind), WentBack():
            return replace(behind, form=replace(behind.form, spent=_spent(place, now).spent), opened_at=now)
        case Why() | Ask(), WentBack():
            return _back(place, now)
        case Why() | Ask(), SentOff():
            return _noted(place, now)
        case Private(behind), SentOff():
            noted = _noted(replace(behind, form=_spent(place, now), opened_at=now), now)
            return _answered(noted, place.question.question_id, place.chosen)
    return None


def given(place: Asking) -> bool:
    """Whether anything would be lost if the citizen were gone."""
    return bool(place.chosen or place.form.answers or (isinstance(place, Private) and place.behind.chosen))


def _come_to(form: AnswersDraft, question: Question, now: float) -> Why | Ask:
    page = Why if question.takes_several else Ask
    asked = form.asked if question.question_id in form.asked else (*form.asked, question.question_id)
    return page(replace(form, asked=asked), question, dict(form.answers).get(question.question_id, ()), now)


def _onward(form: AnswersDraft, now: float) -> Why | Ask | AnswersDraft:
    following = remaining(form)
    return _come_to(form, following[0], now) if following else form


def _back(place: Why | Ask, now: float) -> Why | Ask | None:
    before = place.form.asked[: place.form.asked.index(place.question.question_id)]
    if not before:
        return None
    form = replace(_noted(place, now), asked=before)
    return _come_to(form, form.kept.questionnaire.question(before[-1]), now)


def _noted(place: Why | Ask, now: float) -> AnswersDraft:
    """The form with what is marked on this place."""
    return _answered(_spent(place, now), place.question.question_id, place.chosen)


def _answered(form: AnswersDraft, question_id: str, chosen: tuple[str, ...]) -> AnswersDraft:
    others = tuple(pair for pair in form.answers if pair[0] != question_id)
    return replace(form, answers=(*others, (question_id, chosen)) if chosen else others)


def _spent(place: Asking, now: float) -> AnswersDraft:
    question_id, spent = place.question.question_id, dict(place.form.spent)
    spent[question_id] = spent.get(question_id, 0) + max(0, round((now - place.opened_at) * 1000))
    return replace(place.form, spent=tuple(spent.items()))


def _toggled(question: Question, chosen: tuple[str, ...], answer: str) -> tuple[str, ...]:
    if not question.takes_several:
        return () if answer in chosen else (answer,)
    marked = {*chosen} ^ {answer}
    return tuple(each for each in _answers(question) if each in marked)


def _answers(question: Question) -> tuple[str, ...]:
    return tuple(option.answer for option in question.options)


def _opens(question: Question, answer: str) -> str:
    return next(option.opens for option in question.options if option.answer == answer)


def _in_turn(questionnaire: Questionnaire, entry_id: str) -> list[Question]:
    """The questions after the face; where they rotate, each rating begins at another one, by its random id."""
    later = list(questionnaire.questions[1:])
    single = [question for question in later if not question.takes_several and not question.private]
    if not questionnaire.rotate or not single:
        return later
    start = int(entry_id[-4:], 16) % len(single)
    return [question for question in later if question not in single] + single[start:] + single[:start]
