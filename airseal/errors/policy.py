"""The codes of policy packs, routing and approvals, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import Phrase, mark

POLICY: Final[Mapping[str, Sentence]] = {
    "APPROVAL_NOBODY": Sentence(
        mark("The roster has nobody, or not enough people, to approve this as: {role}."),
        mark("Ask the seal department to appoint them first; one person approves once."),
    ),
    "APPROVAL_NOT_ASKED": Sentence(
        mark("The policy pack does not ask this person to approve; it asks: {role}."),
        mark("Pass the request on to the person whose approval is asked."),
    ),
    "APPROVAL_OUT_OF_TURN": Sentence(
        mark("Approvals are given in order, and one before this is missing: {role}."),
        mark("Import that approval first, then decide."),
    ),
    "APPROVAL_PERSONAL": Sentence(
        mark("This paper must be approved in person; a representative may not: {role}."),
        mark("Ask the person themselves to approve."),
    ),
    "APPROVAL_ROLE_NOT_HELD": Sentence(
        mark("{person} does not hold the role in which the approval was given: {role}."),
        mark("Ask somebody who holds it, or the seal department for a correct roster."),
    ),
    "APPROVAL_TWICE": Sentence(
        mark("One person, or their representative, approved twice; it counts once: {role}."),
        mark("Ask another person for the approval that is still missing."),
    ),
    "BLANKS_FORBIDDEN": Sentence(
        mark("The policy pack forbids sealing blank forms."),
        mark("Have the form filled in first, or ask the seal department."),
    ),
    "CASE_TRADITIONAL": Sentence(
        mark("A traditional seal on paper was requested; the electronic way is closed."),
        mark("Print the form and use the paper way, or make a new request."),
    ),
    "CONFIRMATION_NOT_APPROVER": Sentence(
        mark("{person} did not approve this paper and cannot confirm its use."),
        mark("Whoever approved it in person must confirm it."),
    ),
    "DELEGATION_ENDED": Sentence(
        mark("{person} ended the delegation before this approval."),
        mark("Ask {person} to approve, or for a new delegation."),
    ),
    "DELEGATION_EXPIRED": Sentence(
        mark("The delegation holds from {start} to {end} only."),
        mark("Ask for a new delegation, or for the grantor's own approval."),
    ),
    "DELEGATION_MISSING": Sentence(
        mark("The delegation that this approval rests on is not there."),
        mark("Import it, or ask for the grantor's own approval."),
    ),
    "DELEGATION_OTHER": Sentence(
        mark("The delegation is for somebody else or for another role than {person} used."),
        mark("Ask for the grantor's own approval."),
    ),
    "DELEGATION_SCOPE": Sentence(
        mark("The delegation does not cover this seal, this kind of paper or this level."),
        mark("Ask for the grantor's own approval."),
    ),
    "FLOW_REF_MISSING": Sentence(
        mark("The number in the document flow system is missing; the policy pack demands it."),
        mark("Enter the number under which the paper was approved there."),
    ),
    "KIND_EXCLUDED": Sentence(
        mark("The law keeps electronic seals from this kind of paper: {kind}."),
        mark("Use the traditional way."),
    ),
    "KIND_FORBIDDEN": Sentence(
        mark("The policy pack forbids seal type {type} on this kind of paper: {kind}."),
        mark("Choose the seal that is made for it."),
    ),
    "KIND_OUT_OF_SCOPE": Sentence(
        mark("This kind of paper is outside the scope of seal type {type}: {kind}."),
        mark("Choose another seal, or correct the kind of paper."),
    ),
    "KIND_UNKNOWN": Sentence(
        mark("The policy pack does not know this kind of paper: {kind}."),
        mark("Choose a kind from the catalogue."),
    ),
    "PACK_FORM": Sentence(
        mark("The policy pack is not complete and consistent: {why}."),
        mark("Correct what is named here, then check the pack again."),
    ),
    "PACK_UNKNOWN": Sentence(
        mark("No policy pack of the name {name} ships with the program."),
        mark("Ready packs are: bureau, group, enterprise."),
    ),
    "PARTY_DOCUMENT": Sentence(
        mark("Papers of the Party committee are not sealed here under this policy pack."),
        mark("Use the way that is laid down for them."),
    ),
    "SETTING_UNKNOWN": Sentence(
        mark("There is no setting of the name {setting}."),
        mark("Look it up in the list of settings."),
    ),
    "SETTING_VALUE": Sentence(
        mark("The setting {setting} cannot have this value."),
        mark("Choose one of the values that the list of settings shows."),
    ),
    "SPECIAL_FORBIDDEN": Sentence(
        mark("The policy pack allows no such special matter: {special}."),
        mark("Ask the seal department; by default it is forbidden."),
    ),
    "DELEGATION_FORM": Sentence(
        mark("The delegation is not complete."),
        mark("Check the person, the role and the days; nobody delegates to themselves."),
    ),
    "NAME_UNKNOWN": Sentence(
        mark("The policy pack knows nothing of this name: {name}."),
        mark("Write it as the policy pack does; several are separated by commas."),
    ),
    "DELEGATION_UNKNOWN": Sentence(
        mark("No such delegation of your own is in force."),
        mark("Look it up in the list of delegations."),
    ),
    "MATTER_FORM": Sentence(
        mark("Importance, subject, way or special matter is not written as it must be."),
        mark("Use one of the words the help lists; numbers have at most 64 characters."),
    ),
    "PACK_NOT_NEWER": Sentence(
        mark("The pack has number {number}, but number {next} comes next."),
        mark("Start from the pack in force; older packs are history and stay so."),
    ),
    "PACK_UNCHANGED": Sentence(
        mark("The pack says the same as the one in force."),
        mark("Change something before you publish."),
    ),
    "ROLE_UNKNOWN": Sentence(
        mark("There is no role of the name {name}."),
        mark("Use one of the names that the help lists."),
    ),
    "PACK_SEAL_TYPE": Sentence(
        mark("The catalogue lacks the type of a seal that is registered: {type}."),
        mark("Add the type to the catalogue."),
    ),
    "CUSTODIAN_UNTRAINED": Sentence(
        mark("{name} ({person}) keeps this seal and has no training that holds."),
        mark("Record a training that this person passed, then enter it again."),
    ),
    "TRAINING_FORM": Sentence(
        mark("The training is not complete."),
        mark("Check the topic, the day and the people, of whom one record takes 200 at most."),
    ),
    "TRAINING_FUTURE": Sentence(
        mark("The day of the training has not come yet: {day}."),
        mark("Record it once it is over, with the day on which it was."),
    ),
    "TRAINING_MISSING": Sentence(
        mark("The policy pack demands a training that holds, and you have none."),
        mark(
            "Have the seal department record one, then import the registry; F7 at the login opens"
            " practice."
        ),
    ),
    "TRAINING_OWN": Sentence(
        mark("Nobody certifies their own training: {person}."),
        mark("Leave yourself out; somebody else of the seal department records yours."),
    ),
    "PACK_UNREADABLE": Sentence(
        mark("The file of the policy pack cannot be read."),
        mark("Check its place and name."),
    ),
}

FAULTS: Final = {
    "a pack without number or title": mark("it has no number or no title"),
    "two rows of one name": mark("two rows of the matrix are called {name}"),
    "a row about something unknown": mark(
        "a row names a kind of paper or a seal type that the catalogue does not have: {name}"
    ),
    "a scope with something unknown": mark(
        "the stand-alone scope names a kind that the catalogue does not have: {name}"
    ),
    "a step of no or too many approvals": mark("a step asks no or too many approvals: {name}"),
    "a row without name or clause": mark("a row has no name or no clause: {name}"),
    "a row that asks nobody": mark("the row {name} asks nobody to approve"),
    "a role twice in one row": mark("the row {name} names a role twice"),
    "a confirmation by somebody who does not approve": mark(
        "the row {name} lets somebody confirm the use who does not approve"
    ),
    "a kind outside its form": mark(
        "a kind of paper has no name, or an id of other characters than a-z, 0-9 and -: {name}"
    ),
    "a seal type outside its form": mark(
        "a seal type has no name, or an id of other characters than a-z, 0-9 and -: {name}"
    ),
    "in scope and forbidden at once": mark("in scope and forbidden at once: {name}"),
    "a name that nothing has": mark("there is no such name here: {name}"),
    "named twice": mark("two entries of the catalogue have the id {name}"),
    "an unknown kind": mark("a seal type names a kind that the catalogue does not have: {name}"),
    "a number outside its limits": mark("a number is outside its limits: {name}"),
}
"""What the model says of a pack that does not hold together, in words."""


def fault_words(why: str) -> Phrase:
    """What is wrong with a pack, naming the row; raises ``ValueError`` for what has no words."""
    fault, _, name = why.partition(": ")
    if fault not in FAULTS:
        raise ValueError(why)
    return Phrase(FAULTS[fault], {"name": name.partition(" - at `")[0]})
