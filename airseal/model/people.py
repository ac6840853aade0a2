"""Posts (岗位): what a person is appointed to do, and so which acts they may sign (AC-02)."""

import re
from enum import StrEnum

_PERSON = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")


def is_person(text: str) -> bool:
    """Whether ``text`` may be the id of a person."""
    return _PERSON.match(text) is not None


class Post(StrEnum):
    """The posts of REQUIREMENTS AC-02 and X-17 that sign statements or hold an account."""

    DRAFTER = "drafter"
    OFFICER = "officer"
    CLERK = "clerk"
    CUSTODIAN = "custodian"
    PRINTER = "printer"
    CHECKER = "checker"
    AUTHORITY = "authority"
    SYSTEM_ADMIN = "system-admin"
    SECURITY_ADMIN = "security-admin"
    AUDITOR = "auditor"
    ROOT = "root"
    """Not a person's post: the offline root key, which signs a unit's charter only."""
