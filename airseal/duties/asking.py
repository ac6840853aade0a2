"""Asking another station where a case stands, and answering such a question (E-10).

Both are one code: whoever waits for papers need not wait for the next stick to know of them.
"""

from airseal.evidence.questions import Asked, questions
from airseal.evidence.signed import Signed, author
from airseal.keys.tokenhost import Signer
from airseal.model.case import fold, judge
from airseal.model.digest import Digest
from airseal.model.level import Level
from airseal.model.problem import Problem
from airseal.model.question import Answer, Question
from airseal.ports import Ports


def asked(ports: Ports) -> tuple[Asked, ...]:
    """The questions that were asked here, and those that came."""
    return questions(ports.store.desk)


def check_ask(ports: Ports, case: Digest) -> None:
    """Raise why nobody can be asked where ``case`` stands: ``CASE_UNKNOWN``, and as any act."""
    if fold(case, ports.evidence.case_statements(case)) is None:
        raise Problem("CASE_UNKNOWN")
    ports.current_registry().basis(ports.account.person)


def ask(ports: Ports, signer: Signer, case: Digest) -> Signed:
    """Sign the question where ``case`` stands; raises as :func:`check_ask`."""
    check_ask(ports, case)
    return _signed(ports, signer, Question(case))


def check_answer(ports: Ports, question: Digest) -> Answer:
    """What would be answered now; raises ``QUESTION_UNKNOWN``, and as any act."""
    about = about_which(ports, question)
    facts = fold(about, ports.evidence.case_statements(about))
    now = ports.clock.now()
    state = None if facts is None else judge(facts, ports.evidence.context(), now).state
    ports.current_registry().basis(ports.account.person)
    return Answer(question, about, state)


def answer(ports: Ports, signer: Signer, question: Digest) -> Signed:
    """Sign where the case of ``question`` stands here, now; an answer of today replaces none.

    Raises ``QUESTION_UNKNOWN`` for one that did not come here, and as any act.
    """
    return _signed(ports, signer, check_answer(ports, question))


def about_which(ports: Ports, question: Digest) -> Digest:
    """The case a question is about; raises ``QUESTION_UNKNOWN``."""
    for one in asked(ports):
        if one.question == question and not one.mine:
            return one.about
    raise Problem("QUESTION_UNKNOWN")


def _signed(ports: Ports, signer: Signer, body: Question | Answer) -> Signed:
    at = ports.clock.now()
    basis = ports.current_registry().basis(ports.account.person)
    signed = author(ports.author, signer, body, level=Level.PUBLIC, at=at, on=basis)
    ports.hold(signed, at)
    return signed
