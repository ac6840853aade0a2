"""Posts (岗位): what a person is appointed to do, and so which acts they may sign (AC-02)."""

from enum import StrEnum


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
