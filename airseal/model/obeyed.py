"""Where each setting of a policy pack is obeyed: its one place, by name (SU-08).

A test holds this to the code: the place named reads the setting, or for a setting with one
value only, exists and is what that value says.
"""

from typing import Final

READ: Final = {
    "blank_forms": "airseal.model.policy:PolicyPack.allows_blanks",
    "require_flow_ref": "airseal.model.policy:PolicyPack._judge_source",
    "allow_party_docs": "airseal.model.policy:PolicyPack._judge_source",
    "standalone_kinds": "airseal.model.policy:PolicyPack._beside",
    "double_director": "airseal.model.policy:PolicyPack._beside",
    "operator": "airseal.duties.sealing.checks:_check_use",
    "lending": "airseal.model.policy:PolicyPack._judge_special",
    "password_min_length": "airseal.model.policy:PolicyPack.passwords",
    "password_max_age_days": "airseal.model.policy:PolicyPack.passwords",
    "offsite": "airseal.model.policy:PolicyPack._judge_special",
    "retention_years": "airseal.model.retention:retention_of",
    "channel_qr": "airseal.model.policy:PolicyPack.ceilings",
    "channel_network": "airseal.model.policy:PolicyPack.ceilings",
    "attachment_medium_mb": "airseal.model.policy:PolicyPack.judge_size",
    "attachment_network_mb": "airseal.model.policy:PolicyPack.judge_size",
    "approver_may_seal": "airseal.model.sealings:_judge_authority",
    "checks_before_sealing": "airseal.model.sealings:_judge_authority",
    "ticks_before_sealing": "airseal.duties.sealing.checks:check_ticks",
    "consent_to_void": "airseal.model.lateracts:judge_voiding",
    "seal_department_review": "airseal.model.policy:PolicyPack._beside",
    "placement_tolerance_um": "airseal.model.approvals:judge_request",
    "one_pin_decisions": "airseal.station.guard:Guard.one_pin",
    "one_pin_sealings": "airseal.model.policy:PolicyPack.one_pin_seals",
    "idle_minutes": "airseal.station.queries:Queries.idle_minutes",
    "filing_before_enabling": "airseal.model.policy:PolicyPack.judge_enabling",
    "witnesses": "airseal.model.policy:PolicyPack.judge_witnesses",
    "acknowledgement": "airseal.station.guard:_check_acknowledged",
    "late_hours": "airseal.model.policy:PolicyPack.waiting",
    "training_months": "airseal.model.policy:PolicyPack.trained",
    "training": "airseal.model.policy:PolicyPack.demands_training",
    "lead_days": "airseal.duties.foreseeing:lead_days",
    "check_cycle_months": "airseal.model.policy:PolicyPack.checked_until",
    "summary_months": "airseal.model.policy:PolicyPack.summary_periods",
    "check_overdue": "airseal.model.policy:PolicyPack.judge_checked",
}
"""The code that reads a setting and that every act passes."""

RULE_ONLY: Final = {
    "printing_operator": (
        "airseal.model.policy:PolicyPack.judge_print",
        "no sealed paper is printed yet, so nobody is its printer (PR-01); printing asks this rule",
    ),
    "over_quota_issuing": (
        "airseal.model.policy:PolicyPack.judge_print",
        "copies are counted once sealed papers are printed (PR-05); printing asks this rule",
    ),
    "over_quota_receiving": (
        "airseal.model.policy:PolicyPack.judge_print",
        "copies are counted once received papers are printed (PR-05); printing asks this rule",
    ),
    "makers": (
        "airseal.model.policy:PolicyPack.judge_maker",
        "the register names no maker: seal data are not taken in yet (LC-05 to LC-09); making"
        " seals asks this rule",
    ),
}
"""Settings whose rule is there, with tests, while the behaviour it rules is not yet."""

DECIDED: Final = {
    "pin_unlock": "airseal.duties.pins:unlock_pin",
    "key_backup": "airseal.duties.backing:back_up",
    "pin_handover": "airseal.model.token:TOKEN_MACHINE",
    "converted_copies": "airseal.model.version:VERSION_MACHINE",
    "seal_transform": "airseal.paper.placement:check_true_size",
    "paper": "airseal.model.flow:Fallback",
    "deletion": "airseal.model.flow:Tombstone",
    "seal_string": "airseal.model.questions:SIGNATURE_VALUE",
    "impression_after_make": "airseal.model.seal:SEAL_MACHINE",
    "after_use": "airseal.station.opened:Station.signing",
    "batch_checks": "airseal.duties.sealing.checks:check",
    "lost_token": "airseal.model.token:TOKEN_MACHINE",
}
"""Conflicts that the law has decided, or that no code but a table is about: what embodies them.

``impression_after_make`` says what becomes of a sheet of paper when seals are made, which is a
later issue; ``seal_string`` and ``converted_copies`` have nothing beside the signature and the
sealed file yet that could count for more than they say.
"""
