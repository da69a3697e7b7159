"""Decide what may be asked and spoken aloud: what has a sound, and what bystanders may hear. Pure.

Over a loudspeaker a list that tells what the matter is about is read to its end, whatever is marked on the way, and the
questions that depend on the face are not asked: hearing them would tell the face.
"""

from kiosk.domain.questionnaire import Questionnaire
from kiosk.flow.rules import complaint_steps, lookup_steps
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintDraft, ComplaintPart
from kiosk.flow.state.form import Ask, Why
from kiosk.flow.state.lobby import Intake, Rules


def left_out(questionnaire: Questionnaire, rules: Rules) -> tuple[str, ...]:
    """The questions that cannot be asked by ear: without a sound, or, aloud, only after some faces."""
    name = f"{questionnaire.questionnaire_id}-{questionnaire.version}"

    def can_be_asked(each_id: str) -> bool:
        each = questionnaire.question(each_id)
        sounds = [f"{name}.{each_id}", *(f"{name}.{each_id}.{option.answer}" for option in each.options)]
        return (rules.headset or each.follows_every_face) and rules.can_say(*sounds)

    later = (each.question_id for each in questionnaire.questions[1:])
    return tuple(each for each in later if not can_be_asked(each))


def cannot_be_asked(place: Why | Ask, rules: Rules) -> bool:
    """Whether a question that is drawn already, such as the reasons for a face, must not or cannot be said here."""
    return place.question.question_id in left_out(place.form.kept.questionnaire, rules)


def reveals(place: w.Place) -> bool:
    """Whether a list says how satisfied the citizen is, what the matter is about, or what they think of the answer."""
    if isinstance(place, w.Rate):
        return True
    if isinstance(place, t.ShowStatus):
        return lookup_steps.asks_verdict(place.look)
    return isinstance(place, t.Choose) and place.part in (
        ComplaintPart.ABOUT,
        ComplaintPart.COUNTER,
        ComplaintPart.OFFICER,
        ComplaintPart.SENTENCES,
    )


def to_the_end(place: w.Place, rules: Rules) -> bool:
    """Whether a list is read to its end whatever is marked, because the hall hears it."""
    if rules.headset:
        return False
    if isinstance(place, Ask):
        return not cannot_be_asked(place, rules)
    return reveals(place)


def sentences(draft: ComplaintDraft, intake: Intake, rules: Rules) -> list[str]:
    """The ready sentences that fit what it is about and have a sound."""
    found = complaint_steps.sentences_for(draft, intake)
    return [each.sentence_id for each in found if rules.can_say(f"sentence.{each.sentence_id}")]


def consent(intake: Intake | None, rules: Rules) -> str:
    """The prompt that is the consent's whole text; empty when this version has no sound: nobody agrees unread."""
    name = f"consent.{intake.consent.version}" if intake else ""
    return name if name and rules.can_say(name) else ""
