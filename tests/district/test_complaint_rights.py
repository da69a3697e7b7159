"""The table of rights, tried whole: every role, action, state and relation to the complaint."""

from itertools import product

import pytest
from msgspec.structs import replace

from kiosk.domain.complaint import ConclusionResult
from sync.district.complaints.actions import NotAllowed, NotThere
from sync.district.domain.classification import Classification
from sync.district.domain.complaint_case import Case, fold_steps
from sync.district.domain.complaint_steps import FROM, Action, Status
from sync.district.domain.conclusion import Conclusion
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.rights import Person, Subject, may_do, may_see
from tests.district.conftest import District
from tests.district.test_complaint_states import START
from tests.district.test_complaints import do, one, the
from tests.support.factories import UNIT

__all__ = ["one"]

#: What each role may do: to any complaint of their units, to those they own, to those nobody owns, to none.
TABLE = """
                leader  inspector  officer  technician  auditor  administrator
take            free    free       free     -           -        -
assign          any     any        -        -           -        -
start           any     own        own      -           -        -
ask_more        any     own        own      -           -        -
more_came       any     own        own      -           -        -
transfer        any     own        own      -           -        -
pull_back       any     any        -        -           -        -
call            any     own        own      -           -        -
extend          any     -          -        -           -        -
inform          any     own        own      -           -        -
draft           any     own        own      -           -        -
send_back       any     -          -        -           -        -
approve         any     -          -        -           -        -
prepare         any     own        own      -           -        -
return_public   any     any        -        -           -        -
publish         any     any        -        -           -        -
hide            any     -          -        -           -        -
refuse          -       -          -        -           -        -
propose_refusal any     any        -        -           -        -
close           any     own        own      -           -        -
reopen          any     -          -        -           -        -
classify        any     any        -        -           -        -
read_more       any     own        own      -           -        -
merge           any     own        own      -           -        -
unmerge         any     own        own      -           -        -
conclude        any     own        own      -           -        -
endorse         any     -          -        -           -        -
return_conclusion any   -          -        -           -        -
review          -       -          -        -           -        -
verdict         -       -          -        -           -        -
supplement      -       -          -        -           -        -
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
EXPECTED = {(Action(row[0]), Role(role)): cell for row in ROWS[1:] for role, cell in zip(ROWS[0], row[1:], strict=True)}

#: How somebody stands to a complaint; the last five are kept from it whatever their role.
RELATIONS = ("nobody_owns", "owner", "another_owns", "drafter", "preparer", "concluder")
KEPT_OUT = ("of_another_unit", "subject", "at_the_counter", "classified_as_subject", "not_linked")
PLAIN = Subject("U", "facilities", sensitive=False)


#: What was once concluded may be concluded anew wherever the matter stands.
ANEW = (Action.CONCLUDE, Action.ENDORSE, Action.RETURN_CONCLUSION)
CONCLUDED = Conclusion(ConclusionResult.TRUE, frozenset(), "x", "", "other", "another", START, 1)


def standing(state: Status) -> Case:
    case = replace(fold_steps("U", START, False, []), state=state, answer="x", owner="other")
    case = replace(
        case,
        incomplete=True,
        calls=1,
        to_inform=("approve",),
        inform_tried=True,
        supplemented_at=START,
        classified=Classification("conduct", False),
        conclusion=CONCLUDED,
        concluding=replace(CONCLUDED, approved_by="", approved_at=None),
        moved_from="U" if state is Status.TRANSFERRED else None,
    )
    return replace(case, published_at=START if state in (Status.PUBLISHED, Status.CLOSED) else None)


def placed(role: Role, state: Status, relation: str) -> tuple[Person, Subject, Case]:
    """Somebody, a complaint and how it stands, as the relation says."""
    person, subject, case = Person("me", role, frozenset({"U"}), "CB-1", frozenset({"q1"})), PLAIN, standing(state)
    match relation:
        case "nobody_owns":
            case = replace(case, owner=None)
        case "owner":
            case = replace(case, owner="me")
        case "drafter":
            case = replace(case, drafted_by="me", owner="me")
        case "preparer":
            case = replace(case, prepared_by="me", owner="me")
        case "concluder":
            case = replace(case, concluding=replace(CONCLUDED, by="me"), owner="me")
        case "of_another_unit":
            person = replace(person, units=frozenset({"V"}))
        case "subject":
            subject, case = replace(subject, officers=frozenset({"CB-1"})), replace(case, owner="me")
        case "at_the_counter":
            subject, case = replace(subject, counters=frozenset({"q1"})), replace(case, owner="me")
        case "classified_as_subject":
            found = Classification("conduct", False, frozenset({"CB-1"}))
            subject, case = replace(subject, classified=found), replace(case, owner="me")
        case "not_linked":
            person, case = replace(person, linked=False), replace(case, owner="me")
    return person, subject, case


def expected(role: Role, action: Action, state: Status, relation: str) -> bool:
    cell = EXPECTED[action, role]
    if cell == "-" or relation in KEPT_OUT or (state not in FROM[action] and action not in ANEW):
        return False
    if relation == "drafter" and action in (Action.APPROVE, Action.SEND_BACK):
        return False
    if relation == "preparer" and action in (Action.PUBLISH, Action.RETURN_PUBLIC):
        return False
    if relation == "concluder" and action in (Action.ENDORSE, Action.RETURN_CONCLUSION):
        return False
    owns = relation in ("owner", "drafter", "preparer", "concluder")
    return {"any": True, "own": owns, "free": relation == "nobody_owns"}[cell]


def test_the_table_names_every_action_and_role() -> None:
    assert set(EXPECTED) == set(product(Action, Role))


@pytest.mark.parametrize("role", Role)
def test_every_role_action_state_and_relation(role: Role) -> None:
    wrong = [
        (action, state, relation)
        for action, state, relation in product(Action, Status, (*RELATIONS, *KEPT_OUT))
        if may_do(*_for(role, action, state, relation)) is not expected(role, action, state, relation)
    ]

    assert wrong == []


def _for(role: Role, action: Action, state: Status, relation: str) -> tuple[Person, Action, Subject, Case]:
    person, subject, case = placed(role, state, relation)
    if action is Action.UNMERGE:
        return person, action, subject, replace(case, merged_into="earlier")
    return person, action, subject, replace(case, concluding=None) if action is Action.CONCLUDE else case


@pytest.mark.parametrize(("role", "relation"), list(product(Role, KEPT_OUT)))
def test_who_is_kept_out_does_not_even_see_it(role: Role, relation: str) -> None:
    person, subject, case = placed(role, Status.RECEIVED, relation)

    assert not may_see(person, subject, case.unit_id, case.owner)


FIELDS = {"text": "x", "about": "rule", "sensitive": "no", "owner": "lan", "unit_id": UNIT} | {
    "reached": "no",
    "by": "call",
    "result": "true",
    "into": "earlier",
}


def test_the_database_says_the_same_to_every_stranger(one: District) -> None:
    """Each role that is kept out finds nothing there and changes nothing, on both databases."""
    entry_id = the(one)
    strangers = [
        *(SignedIn("x", role, "H32.99", "", None) for role in Role),
        *(SignedIn("x", role, UNIT, "", None, False) for role in Role),
        SignedIn("x", Role.TECHNICIAN, None, ""),
    ]

    for who, action in product(strangers, Action):
        with pytest.raises((NotThere, NotAllowed)):
            do(one, who, entry_id, action, **FIELDS)

    assert one.rows("complaint_actions", "action") == []
