"""The codes of setting up units and stations, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import mark

STATIONS: Final[Mapping[str, Sentence]] = {
    "ADMINISTRATORS_THREE": Sentence(
        mark("A station begins with three administrators, who are three people."),
        mark("Name one system administrator, one security administrator and one security auditor."),
    ),
    "FOLDER_NOT_EMPTY": Sentence(
        mark("The folder is not empty."),
        mark("Name a new folder; what a founding made is never overwritten."),
    ),
    "MEDIUM_NOT_REGISTERED": Sentence(
        mark("This medium is not registered for this station."),
        mark("Take a registered one, or ask the system administrator to register its name."),
    ),
    "REGISTRY_EXISTS": Sentence(
        mark("This unit has a registry already; a first one is published only once."),
        mark("Publish the next number of what has changed."),
    ),
    "ROOT_FINGERPRINT": Sentence(
        mark("The fingerprint that {person} entered is not that of this root certificate."),
        mark("Compare it with the seal department's paper, not with this file. Trust nothing yet."),
    ),
    "ROOT_KNOWN": Sentence(
        mark("A root of the unit {unit} is trusted already."),
        mark("Take that one back first, if it was replaced; otherwise there is nothing to do."),
    ),
    "ROOT_OWN": Sentence(
        mark("The root of the own unit cannot be taken back."),
        mark("A station belongs to its unit; set up a new one for a new root."),
    ),
    "STAMPER_KNOWN": Sentence(
        mark("This time stamping authority is trusted already."),
        mark("There is nothing to do."),
    ),
    "STAMPER_UNKNOWN": Sentence(
        mark("No time stamping authority with this fingerprint is trusted here."),
        mark("See the list of trusted roots."),
    ),
    "ROOT_OTHER_UNIT": Sentence(
        mark("This root certificate belongs to another unit: {unit}."),
        mark("Take the root certificate of the unit this station belongs to."),
    ),
    "UNIT_FOLDER": Sentence(
        mark("The folder of the founding lacks {file}."),
        mark("Name the folder that was made when the unit was founded."),
    ),
    "UNIT_PLAN": Sentence(
        mark("The plan of the unit is not written as it must be."),
        mark(
            "Every person has an own id and an own token; the authority and all custodians are "
            "among the people. See the guide for the seal department."
        ),
    ),
}
