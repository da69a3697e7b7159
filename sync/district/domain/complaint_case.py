"""How a complaint stands. Pure: a fold over its steps in order.

What citizens said comes from the ledger, what people did from ``complaint_actions``; both survive a rebuild, so the
fold gives the same.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import field
from msgspec.structs import replace

from kiosk.domain.complaint import About, ConclusionResult, Verdict
from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.classification import Classification, classification_from, officers_in
from sync.district.domain.complaint_steps import (
    AFTER_THE_CALL,
    FROM,
    HANDLED,
    MAX_TRANSFERS,
    NEEDS_NO_WORD,
    OPEN,
    READS_MORE,
    REPLIED,
    TO,
    TO_INFORM_OF,
    Action,
    LaterWords,
    Status,
    Step,
)
from sync.district.domain.conclusion import Conclusion


class Case(StructWithHidden, frozen=True):
    """How a complaint stands once everything so far is taken in.

    ``asked_at``: when the answer's time began to run (it begins anew when the citizen asks the office to go on).
    ``since``: when the present state began. ``turns``: each state with the moment it began. ``unheard``: steps that
    no longer fitted when their turn came (a verdict before there was an answer). ``opinion`` is the verdict on the
    present answer; a later one counts no more, but one given with the receipt's token (``opinion_confirmed``) takes
    the place of one given by the number alone, which others may have read. ``supplements``: when the citizen added
    something, ``supplemented_at``: when something that nobody has read yet; ``later_words``: what they wrote since the
    matter was last classified. ``published_at``: since when the answer stands on the public page; only hiding and
    reopening end that. ``waits``: from when to when the office waited for the citizen since ``asked_at``; the last has
    no end while it lasts. ``incomplete``: name and address are still to be asked over the telephone, ``calls`` says how
    often it was tried, ``completed`` what was told then. ``extended``: the answer's date was moved once since
    ``asked_at``, and ``extension`` tells the citizen why. ``moved_from``: the unit that sent it on and may pull it back
    while nobody has acted on it there, with ``moved_owner`` who owned it before. ``reply_by``: how the citizen wants to
    hear; ``to_inform``: the actions they have not been told of yet; ``inform_tried``: somebody has tried since the last
    of them, and reached nobody; ``informed_at``: when somebody last reached them, which is written down and never taken
    for granted. ``refusing``: what waits for approval is a refusal, no answer. ``concluding``: a conclusion that waits
    for the second person; ``conclusion``: the one that stands, ``replaced``: those before it, the oldest first.
    ``is_question``: the citizen told it as a question; ``no_question_since``: when it was classified as something else.
    ``informed_of_all_at``: when they were last told all that they were to be told, showed that they know, or the matter
    was closed. ``merged_into``: what answers it.
    """

    state: Status
    unit_id: str
    asked_at: datetime
    since: datetime
    anonymous: bool
    owner: str | None = None
    moved_at: datetime | None = None
    transfers: int = 0
    moved_from: str | None = None
    moved_owner: str | None = None
    incomplete: bool = False
    calls: int = 0
    completed: Hidden[dict[str, str]] = field(default_factory=dict)
    reply_by: str = ""
    to_inform: tuple[str, ...] = ()
    inform_tried: bool = False
    informed_at: datetime | None = None
    informed_of_all_at: datetime | None = None
    extended: bool = False
    extension: Hidden[str] = ""
    waits: tuple[tuple[datetime, datetime | None], ...] = ()
    question: Hidden[str] = ""
    draft: Hidden[str] = ""
    refusing: bool = False
    drafted_by: str = ""
    answer: Hidden[str] = ""
    answered_at: datetime | None = None
    approved_by: str = ""
    refusal: Hidden[str] = ""
    public_question: Hidden[str] = ""
    public_answer: Hidden[str] = ""
    prepared_by: str = ""
    published_at: datetime | None = None
    hidden: bool = False
    opinion: Verdict | None = None
    opinion_confirmed: bool = False
    reopened: bool = False
    reopened_unconfirmed: bool = False
    supplemented_at: datetime | None = None
    supplements: tuple[datetime, ...] = ()
    later_words: LaterWords = LaterWords.NONE
    is_question: bool = False
    no_question_since: datetime | None = None
    classified: Classification | None = None
    concluding: Conclusion | None = None
    conclusion: Conclusion | None = None
    replaced: tuple[Conclusion, ...] = ()
    merged_into: str = ""
    last_action: int = 0
    turns: tuple[tuple[datetime, Status], ...] = ()
    unheard: tuple[Step, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it; of one that was merged, about the other."""
        return self.state in OPEN and not self.merged_into

    @property
    def awaits_second(self) -> frozenset[str]:
        """Who wrote what waits for a second person, and approves none of it: the answer, the conclusion."""
        drafted = {self.drafted_by} if self.state is Status.AWAITING_APPROVAL else set[str]()
        return frozenset(drafted | ({self.concluding.by} if self.concluding else set()))

    @property
    def published(self) -> bool:
        """Whether the answer stands on the public page."""
        return self.published_at is not None and not self.hidden

    @property
    def close_waits_for_word(self) -> bool:
        """Whether it could be closed if somebody had told the citizen, or at least tried: closing takes it off the list
        of whom to tell."""
        return bool(self.to_inform) and not self.inform_tried and self.allows(Action.CLOSE)

    @property
    def public_texts(self) -> dict[str, str]:
        """The public version of the complaint and of the answer, under the names of the fields they were written in."""
        return {"question": self.public_question, "answer": self.public_answer}

    def allows_verdict(self, confirmed: bool) -> bool:
        """Whether a citizen's verdict counts now; ``confirmed`` when it came with the receipt's token."""
        free = self.opinion is None or (confirmed and not self.opinion_confirmed)
        return self.state in FROM[Action.VERDICT] and free

    def allows(self, action: Action) -> bool:
        """Whether the action leads on from here, whoever does it."""
        if action is Action.VERDICT:
            return self.allows_verdict(False)
        if self.merged_into or action is Action.UNMERGE:
            apart = action is Action.UNMERGE and self.answered_at is None  # no receipt loses its answer
            return bool(self.merged_into) and (apart or action is Action.SUPPLEMENT)
        if action is Action.TRANSFER and self.transfers >= MAX_TRANSFERS:
            return False
        if action in AFTER_THE_CALL and self.incomplete and not self.calls:
            return False
        if (action is Action.CALL and not self.incomplete) or (action is Action.PULL_BACK and self.moved_from is None):
            return False
        if action is Action.EXTEND and (self.extended or self.anonymous):
            return False
        if action is Action.INFORM:
            return bool(self.to_inform)
        if action is Action.READ_MORE:
            return self.supplemented_at is not None
        if action in _OF_CONCLUSIONS:
            return self._may_conclude(action)
        if action is Action.HIDE and self.state is Status.CLOSED:
            return self.published
        if action is Action.CLOSE and self.anonymous and self.state in HANDLED:
            return True
        return self.state in FROM[action] and not (action is Action.HIDE and self.hidden)

    def _may_conclude(self, action: Action) -> bool:
        """A conclusion is about what somebody outside has said the matter to be about; a góp ý without a name has none,
        since nobody can be asked. What was once concluded may be concluded anew wherever the matter stands, and nothing
        is approved about somebody whom the matter does not concern any more."""
        if action is Action.REVIEW:
            return self.conclusion is not None and not self.conclusion.under_review
        if self.state not in FROM[action] and self.conclusion is None:
            return False
        if action is Action.CONCLUDE:
            return self.concluding is None and self.classified is not None and not self.anonymous
        return self.concluding is not None and (action is not Action.ENDORSE or self.concerns(self.concluding.officers))

    def concerns(self, officers: frozenset[str]) -> bool:
        """Whether somebody outside finds that the matter concerns all of these officers."""
        return self.classified is not None and officers <= self.classified.officers


_OF_CONCLUSIONS = frozenset({Action.CONCLUDE, Action.ENDORSE, Action.RETURN_CONCLUSION, Action.REVIEW})


def fold_steps(
    unit_id: str,
    arrived_at: datetime,
    anonymous: bool,
    steps: Iterable[Step],
    *,
    incomplete: bool = False,
    reply_by: str = "",
    is_question: bool = False,
) -> Case:
    """The fold: where a complaint of a unit stands after ``steps``. Their order does not matter; the moments do."""
    turns = ((arrived_at, Status.NEW),)
    begun = (Status.NEW, unit_id, arrived_at, arrived_at, anonymous)
    case = Case(*begun, turns=turns, incomplete=incomplete, reply_by=reply_by, is_question=is_question)
    for step in sorted(steps, key=lambda step: (step.at, step.action_id)):
        case = after(case, step)
    return case


def after(case: Case, step: Step) -> Case:
    """How it stands after one more step; one that does not fit is kept as unheard and changes nothing else."""
    last = max(case.last_action, step.action_id)
    if not _fits(case, step):
        return replace(case, last_action=last, unheard=(*case.unheard, step))
    changed = replace(case, last_action=last, **_changes(case, step))
    changed = replace(changed, **_moved_from(changed, step), **_to_inform(case, changed, step))
    if case.to_inform and not changed.to_inform:
        changed = replace(changed, informed_of_all_at=step.at)
    if step.action in READS_MORE:
        changed = replace(changed, supplemented_at=None)
    if changed.state is case.state:
        return changed
    waits = _waits(case, changed, step.given_at or step.at)
    return replace(changed, since=step.at, turns=(*case.turns, (step.at, changed.state)), waits=waits)


def _waits(before: Case, now: Case, at: datetime) -> tuple[tuple[datetime, datetime | None], ...]:
    if now.asked_at != before.asked_at:
        return ()
    if now.state is Status.NEEDS_MORE:
        return (*before.waits, (at, None))
    if before.state is Status.NEEDS_MORE:
        return (*before.waits[:-1], (before.waits[-1][0], at))
    return before.waits


def _fits(case: Case, step: Step) -> bool:
    if step.action is Action.VERDICT:
        return case.allows_verdict(is_confirmed(step))
    return case.allows(step.action)


def _changes(case: Case, step: Step) -> dict[str, Any]:
    content = step.content
    changes: dict[str, Any] = {"state": TO[step.action]} if step.action in TO else {}
    match step.action:
        case Action.TAKE | Action.ASSIGN:
            waiting = case.state in (Status.NEW, Status.TRANSFERRED)
            owner = content["owner"] if step.action is Action.ASSIGN else step.by
            changes |= {"owner": owner} | ({"state": Status.RECEIVED} if waiting else {})
        case Action.ASK_MORE:
            changes |= {"question": content["text"]}
        case Action.TRANSFER:
            changes |= {"unit_id": content["unit_id"], "owner": None, "moved_at": step.at, "question": ""}
            changes |= {"transfers": case.transfers + 1, "moved_from": case.unit_id, "moved_owner": case.owner}
            changes |= {"concluding": None}
        case Action.PULL_BACK:
            changes |= _pulled_back(case)
        case Action.CALL:
            given = {name: content[name] for name in ("name", "address") if content.get(name)}
            reached = content["reached"] == "yes"
            changes |= {"calls": case.calls + 1, "incomplete": not reached, "completed": given if reached else {}}
        case Action.INFORM if step.content["reached"] == "yes":
            changes |= {"informed_at": step.at}
        case Action.EXTEND:
            changes |= {"extended": True, "extension": content["text"]}
        case Action.DRAFT:
            changes |= {"draft": content["text"], "drafted_by": step.by, "question": "", "refusing": False}
        case Action.PROPOSE_REFUSAL:
            changes |= {"draft": content["text"], "drafted_by": step.by, "refusing": True}
        case Action.APPROVE if case.refusing:
            changes |= {"state": Status.REFUSED, "approved_by": step.by, **_refused(case.draft, step)}
        case Action.APPROVE:
            answered = {"answer": case.draft, "answered_at": step.at, "approved_by": step.by, "refusal": ""}
            changes |= {**answered, "opinion": None, "opinion_confirmed": False, "hidden": False}
        case Action.PREPARE:
            texts = {"public_question": content["question"], "public_answer": content["answer"]}
            changes |= {**texts, "prepared_by": step.by, "hidden": False}
        case Action.PUBLISH:
            changes |= {"published_at": step.at}
        case Action.HIDE:
            state = case.state if case.state is Status.CLOSED else Status.ANSWERED
            changes |= {"state": state, "hidden": True, "published_at": None}
        case Action.REFUSE:
            changes |= _refused(content["text"], step)
        case Action.REOPEN:
            changes |= _reopened(case, step)
        case Action.MERGE:
            changes |= {"merged_into": content["into"]}
        case Action.UNMERGE:
            changes |= {"merged_into": ""}
        case Action.CLASSIFY:
            changes |= {"classified": classification_from(content), "later_words": LaterWords.NONE}
            changes |= {"no_question_since": _no_question_since(case, step)}
        case Action.CONCLUDE | Action.ENDORSE | Action.RETURN_CONCLUSION | Action.REVIEW:
            changes |= _of_conclusion(case, step)
        case Action.VERDICT:
            changes |= _verdict(case, step)
        case Action.SUPPLEMENT:
            changes |= _supplemented(case, step)
    return changes


def _no_question_since(case: Case, step: Step) -> datetime | None:
    """Since when it is known to be no question: a later classification of the same kind moves nothing."""
    if step.content["about"] == About.QUESTION:
        return None
    return case.no_question_since or step.at


def _of_conclusion(case: Case, step: Step) -> dict[str, Any]:
    content, waiting = step.content, case.concluding
    if step.action is Action.CONCLUDE:
        made = (ConclusionResult(content["result"]), officers_in(content), content["text"], content.get("notice", ""))
        return {"concluding": Conclusion(*made, step.by)}
    if step.action is Action.ENDORSE and waiting is not None:
        approved = {"approved_by": step.by, "approved_at": step.at, "action_id": step.action_id}
        before = case.replaced if case.conclusion is None else (*case.replaced, case.conclusion)
        return {"conclusion": replace(waiting, **approved), "concluding": None, "replaced": before}
    if step.action is Action.REVIEW and case.conclusion is not None:
        return {"conclusion": replace(case.conclusion, under_review=True), "concluding": None}
    return {"concluding": None}


def _refused(why: str, step: Step) -> dict[str, Any]:
    answered = {"refusal": why, "answer": "", "answered_at": step.at, "draft": "", "refusing": False}
    answered |= {"concluding": None}
    return {"opinion": None, "opinion_confirmed": False, **answered}


def _moved_from(now: Case, step: Step) -> dict[str, Any]:
    """Who sent it on has nothing to pull back any more once somebody has acted on it there: begun it in whatever way,
    moved its date, told its citizen or concluded it anew."""
    acted = now.state is not Status.TRANSFERRED or step.action in (Action.EXTEND, Action.INFORM, Action.CONCLUDE)
    return {"moved_from": None, "moved_owner": None} if acted else {}


def _to_inform(before: Case, now: Case, step: Step) -> dict[str, Any]:
    """What the citizen is to be told, until somebody has reached them or they show that they know: with the receipt's
    token, or because the matter is closed. What is opened anew has nothing to be told yet; what they were asked for is
    told while the office waits for it; an answer says all that was to be said before."""
    confirmed = step.action is Action.VERDICT and now.opinion_confirmed
    reached = step.action is Action.INFORM and step.content["reached"] == "yes"
    if reached or confirmed or step.action is Action.CLOSE or now.asked_at != before.asked_at:
        return {"to_inform": (), "inform_tried": False}
    asked = now.state is Status.NEEDS_MORE and not (step.action is Action.SUPPLEMENT and is_confirmed(step))
    kept = tuple(each for each in before.to_inform if each != Action.ASK_MORE or asked)
    if step.action is Action.INFORM:
        return {"inform_tried": True}
    if step.action is Action.ENDORSE and (kept or now.state not in REPLIED):
        return {"to_inform": kept}  # the answer tells of it
    if step.action not in TO_INFORM_OF or now.reply_by in NEEDS_NO_WORD or now.anonymous:
        return {"to_inform": kept}
    if now.state in REPLIED and step.action is not Action.ENDORSE:
        return {"to_inform": (str(Action.REFUSE if now.refusal else Action.APPROVE),), "inform_tried": False}
    return {"to_inform": (*kept, str(step.action)), "inform_tried": False}


def is_confirmed(step: Step) -> bool:
    """Whether what a citizen did came with the receipt's token, which nobody at the office ever sees."""
    return step.content.get("confirmed") is True


def _supplemented(case: Case, step: Step) -> dict[str, Any]:
    """What the citizen adds is kept whenever it comes. It ends the office's wait from the moment it arrived, if it came
    with the receipt's token, answers the question that is open now, and is all there is: who comes with papers is
    waited for."""
    changes: dict[str, Any] = {"supplemented_at": step.at, "supplements": (*case.supplements, step.at)}
    if step.content.get("text"):
        serious = step.content.get("serious") is True or case.later_words is LaterWords.SENSITIVE
        changes |= {"later_words": LaterWords.SENSITIVE if serious else LaterWords.PLAIN}
    whole = bool(step.content.get("text")) and step.content.get("will_bring") is not True
    since_asked = case.state is Status.NEEDS_MORE and (step.given_at or step.at) >= case.since
    if whole and since_asked and is_confirmed(step):
        changes |= {"state": Status.IN_PROGRESS}
    return changes


def _verdict(case: Case, step: Step) -> dict[str, Any]:
    """``GO_ON`` opens the matter once more, with a new deadline; a second time it is only written down. One without the
    receipt's token does not use up the citizen's own."""
    opinion, confirmed = Verdict(step.content["opinion"]), is_confirmed(step)
    changes: dict[str, Any] = {"opinion": opinion, "opinion_confirmed": confirmed}
    once = "reopened" if confirmed else "reopened_unconfirmed"
    if opinion is not Verdict.GO_ON or getattr(case, once):
        return changes
    return changes | {once: True} | _reopened(case, step)


def _reopened(case: Case, step: Step) -> dict[str, Any]:
    state = Status.RECEIVED if case.owner else Status.NEW
    clock = {"asked_at": step.given_at or step.at, "extended": False, "extension": ""}
    return {"state": state, "published_at": None, **clock}


def _pulled_back(case: Case) -> dict[str, Any]:
    """As before it was sent on; the transfer counts no more, since nobody took the matter there."""
    state = Status.RECEIVED if case.moved_owner else Status.NEW
    back = {"unit_id": case.moved_from, "owner": case.moved_owner, "moved_from": None, "moved_owner": None}
    return {"state": state, "transfers": case.transfers - 1, **back}
