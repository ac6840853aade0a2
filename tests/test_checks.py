"""What is looked for before a seal: form, signatory, surroundings (DC-16, SE-03, SE-07)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airseal.evidence.surroundings import look
from airseal.model.format import Element, Expected, missing_elements
from airseal.model.level import Level
from airseal.model.signatory import judge_signatory, signatories
from airseal.model.surroundings import Medium, Surroundings, judge_surroundings

PAPER = """
示范局文件
示发〔2026〕3号
关于开展
检查的通知
示范财政局：
  请按附件《大图册》办理。
            示范局
        2026年11月29日
示范局办公室            2026年11月30日印发
"""
EXPECTED = Expected("关于开展检查的通知", "示发〔2026〕3号", ("示范财政局",), Level.INTERNAL)


def test_a_whole_paper_lacks_nothing() -> None:
    told = Expected("关于开展检查的通知", "", ("示范财政局",), Level.INTERNAL, ("大图册",))
    assert missing_elements(PAPER, told, Element) == ()
    assert missing_elements(PAPER, EXPECTED, Element) == ()


@pytest.mark.parametrize(
    ("cut", "into", "lacks"),
    [
        ("〔2026〕3号", "", Element.SYMBOL),
        ("示发〔2026〕3号", "示发〔2026〕4号", Element.SYMBOL),
        ("检查", "检验", Element.TITLE),
        ("示范财政局", "示范民政局", Element.MAIN_RECIPIENT),
        ("2026年11月", "", Element.DATE),
    ],
)
def test_each_missing_element_is_named(cut: str, into: str, lacks: Element) -> None:
    assert missing_elements(PAPER.replace(cut, into), EXPECTED, Element) == (lacks,)


def test_only_what_the_kind_asks_is_looked_for() -> None:
    assert missing_elements("", EXPECTED, (Element.TITLE,)) == (Element.TITLE,)
    assert missing_elements("", EXPECTED, ()) == ()


def test_a_level_must_be_marked_where_there_is_one() -> None:
    secret = Expected("检查", "", ("示范财政局",), Level.SECRET)
    assert missing_elements(PAPER, secret, Element) == (Element.LEVEL,)
    assert missing_elements("机密★5年" + PAPER, secret, Element) == ()


def test_everybody_may_be_the_main_recipient() -> None:
    paper = PAPER.replace("示范财政局：", "各有关单位：")
    assert missing_elements(paper, EXPECTED, Element) == ()


UNITS = ("示范局", "示范局办公室", "示范财政局", "示范档案局")


def test_the_unit_above_the_date_signs() -> None:
    """Not the main recipient, and not the office of the 版记."""
    assert signatories(PAPER, UNITS) == {"示范局"}
    assert judge_signatory(PAPER, "示范局", UNITS, on_block=True) is None
    problem = judge_signatory(PAPER, "示范财政局", UNITS, on_block=False)
    assert problem is not None and problem.params["found"] == "示范局"
    # a name inside another's is not that other's
    assert judge_signatory(PAPER, "示范局办公室", UNITS, on_block=True) is not None


def test_two_units_sign_a_joint_paper() -> None:
    joint = PAPER.replace("            示范局\n", "  示范局\n 示范档案局\n")
    assert signatories(joint, UNITS) == {"示范局", "示范档案局"}
    for unit in ("示范局", "示范档案局"):
        assert judge_signatory(joint, unit, UNITS, on_block=True) is None
    assert judge_signatory(joint, "示范财政局", UNITS, on_block=False) is not None


def test_where_nobody_signs_only_the_signature_block_is_refused() -> None:
    letter = "示范档案局：请查收。"
    assert judge_signatory(letter, "示范局", UNITS, on_block=False) is None
    assert judge_signatory(letter, "示范局", UNITS, on_block=True) is not None
    assert judge_signatory("  \n", "示范局", UNITS, on_block=True) is None


@given(st.text(max_size=200), st.sampled_from(UNITS), st.booleans())
def test_any_text_can_be_judged(text: str, unit: str, on_block: bool) -> None:
    problem = judge_signatory(text, unit, UNITS, on_block=on_block)
    assert problem is None or problem.code == "SIGNATURE_UNIT"
    assert missing_elements(text, EXPECTED, Element) is not None


STICK = Medium(("STICK-7", "uuid-7"))


@pytest.mark.parametrize(
    ("found", "registered", "code"),
    [
        (Surroundings(), ("STICK-1",), None),
        (Surroundings(media=(STICK,)), ("STICK-1",), "MEDIUM_AROUND"),
        (Surroundings(media=(STICK,)), (), "MEDIUM_AROUND"),
        (Surroundings(media=(STICK,)), ("uuid-7",), None),
        (Surroundings(media=(STICK,)), None, None),
        (Surroundings(users=("guest",)), None, "SESSION_AROUND"),
        (Surroundings(sharing=("x11vnc",)), None, "SHARING_AROUND"),
    ],
)
def test_what_is_around_is_judged(
    found: Surroundings, registered: tuple[str, ...] | None, code: str | None
) -> None:
    problem = judge_surroundings(found, registered)
    assert (problem and problem.code) == code


def machine(root: Path) -> Path:
    """A machine's files: a stick on USB, a fixed disk, two sessions, a sharing program."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/mountinfo").write_text(
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 1 8:17 / /media/stick rw - vfat /dev/sdb1 rw\n"
    )
    for number, place in (("8:1", "pci0/ata1/sda/sda1"), ("8:17", "pci0/usb1/sdb/sdb1")):
        (root / "sys/devices" / place).mkdir(parents=True)
        (root / "sys/dev/block").mkdir(parents=True, exist_ok=True)
        (root / "sys/dev/block" / number).symlink_to(root / "sys/devices" / place)
    (root / "run/systemd/sessions").mkdir(parents=True)
    sessions = root / "run/systemd/sessions"
    sessions.joinpath("1").write_text("UID=99991\nUSER=guest\nCLASS=user\nSTATE=active\n")
    sessions.joinpath("2").write_text("UID=99992\nUSER=gone\nCLASS=user\nSTATE=closing\n")
    sessions.joinpath("3").write_text("UID=99993\nUSER=gdm\nCLASS=greeter\nSTATE=online\n")
    (root / "proc/77").mkdir()
    (root / "proc/77/comm").write_text("x11vnc\n")
    return root


def test_a_machine_is_read_as_it_is(tmp_path: Path) -> None:
    found = look(machine(tmp_path))
    assert [medium.names for medium in found.media] == [("media",)] or found.media
    assert len(found.media) == 1
    assert found.users == ("guest",)
    assert found.sharing == ("x11vnc",)


def test_a_machine_that_tells_nothing_has_nothing_around(tmp_path: Path) -> None:
    assert look(tmp_path) == Surroundings()
