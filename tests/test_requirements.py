"""No requirement of the groups AP, DC, FL is forgotten without a word."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "packaging"))
import requirements  # found by the line above


def test_each_is_named_in_the_program_or_left_out_with_a_reason() -> None:
    assert requirements.faults() == []
    assert len(requirements.asked()) == 47
    listed = requirements.LEFT_OUT | requirements.MODEL_ONLY | requirements.NO_SUBJECT
    assert all(len(reason) > 40 for reason in listed.values())


def test_one_that_is_forgotten_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(requirements, "LEFT_OUT", {"AP-02": "named after all", "AP-99": "none"})
    assert requirements.main() == 1
    told = capsys.readouterr().out
    assert "FL-10: named nowhere" in told
    assert "AP-02: left out, but named" in told and "AP-99: no such" in told


def test_the_list_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert requirements.main() == 0
    told = capsys.readouterr().out
    assert all(one in told for one in (*requirements.LEFT_OUT, *requirements.MODEL_ONLY))
