"""Posts (岗位) and roles (职务): what a person may sign, with which authority (AC-02, AP-04)."""

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


class Role(StrEnum):
    """With which authority somebody approves, lowest first (AP-04, AP-06, AP-09, AP-14, AP-18).

    The post says that a person may decide requests; the roster's roles say which approvals of
    the authority matrix are theirs. A union of several rows is asked in this order (C-05).
    """

    OFFICER = "officer"
    """Any approving officer; nobody needs an entry in the roster for it."""
    SECTION_CHIEF = "section-chief"
    DEPARTMENT_HEAD = "department-head"
    FINANCE = "finance"
    LEGAL = "legal"
    OFFICE_DIRECTOR = "office-director"
    WORKGROUP_DIRECTOR = "workgroup-director"
    FINANCE_DIRECTOR = "finance-director"
    DIVISION_LEADER = "division-leader"
    UNIT_LEADER = "unit-leader"
    SEAL_DEPARTMENT = "seal-department"

    @property
    def rank(self) -> int:
        """The place in the order of approval."""
        return _RANKS[self]


_RANKS = {one: rank for rank, one in enumerate(Role)}
