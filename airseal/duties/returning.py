"""Returning: what is wrong with the form of a paper, as reasons for the drafter (DC-16, FL-02)."""

from airseal.model.facts import Facts
from airseal.model.format import Element, Expected
from airseal.model.policy import PolicyPack
from airseal.model.request import RecipientRole
from airseal.model.standing import relied_on
from airseal.paper.texts import lacking
from airseal.ports import Ports


def format_faults(ports: Ports, facts: Facts) -> tuple[Element, ...]:
    """The elements of a 公文 that the papers of a case lack, by the packs it relied on.

    Looked for here again, whatever the drafter's station said; a paper that is not held here
    lacks nothing.
    """
    asked = facts.asked
    names = {unit: row.name for unit, (_, row) in ports.registry.units.items()}
    main = [one.unit for one in asked.grant.recipients if one.role is RecipientRole.MAIN]
    expected = Expected(
        title=asked.title,
        symbol=asked.matter.symbol,
        main=tuple(names[unit] for unit in main if unit in names),
        level=facts.request.level,
        attachments=tuple(one.title for one in asked.paper_attachments),
    )
    found: set[Element] = set()
    for pack in relied_on(facts.request, PolicyPack, ports.evidence.context()):
        kind = pack.catalogue.kind(asked.matter.kind)
        for document in asked.grant.documents:
            form = facts.current_form(document.digest)
            if ports.store.has_blob(form):
                with ports.store.blob(form) as paper:
                    found.update(lacking(ports.papers, paper, document.pages, expected, kind))
    return tuple(one for one in Element if one in found)
