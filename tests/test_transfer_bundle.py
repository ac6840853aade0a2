"""Bundles through their public doors: what is written opens, and every other file is refused."""

import errno
import hashlib
import io
import random
import subprocess
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import bagit  # type: ignore[import-untyped]  # bagit ships no type hints
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transfer_bundles import (
    DOCUMENT,
    DOCUMENT_NAME,
    INFO,
    PAYLOADS,
    SIGNATURE,
    STATEMENT,
    STATEMENT_NAME,
    TOP,
    document_name,
    forged,
    honest,
    info_text,
    payload,
    sha256,
    unpacked,
    zipped,
)

from transfer import bag
from transfer.bundle import Payload, examine, open_bundle, write
from transfer.errors import TransferError
from transfer.limits import MIB, Caps

HONEST = honest()
MEMBERS = tuple(unpacked(HONEST).items())
FILES = {STATEMENT_NAME: STATEMENT, DOCUMENT_NAME: DOCUMENT}
RIGHT_INFO = info_text(FILES)
OTHER_NAME = f"data/statements/{'0b' * 32}.p7m"


def refusal(archive: bytes, caps: Caps | None = None) -> TransferError:
    """The error that opening ``archive`` gives; the report to the sender begins with the same."""
    arguments = (caps,) if caps else ()
    with pytest.raises(TransferError) as caught:
        open_bundle(io.BytesIO(archive), *arguments)
    reported = examine(io.BytesIO(archive), *arguments)[0]
    assert (reported.code, reported.params) == (caught.value.code, caught.value.params)
    return caught.value


class TestWritten:
    def test_opens_with_everything_it_was_given(self) -> None:
        bundle = open_bundle(io.BytesIO(HONEST))
        assert bundle.top == TOP
        assert INFO.items() <= bundle.info.items()
        assert bundle.info[bag.OXUM] == f"{len(STATEMENT) + len(DOCUMENT)}.2"
        assert [(m.name, m.size, m.sha256) for m in bundle.members] == [
            (DOCUMENT_NAME, len(DOCUMENT), sha256(DOCUMENT)),
            (STATEMENT_NAME, len(STATEMENT), sha256(STATEMENT)),
        ]
        assert bundle.read(STATEMENT_NAME, cap=1000) == STATEMENT
        assert bundle.signature == SIGNATURE
        assert examine(io.BytesIO(HONEST)) == ()

    def test_same_arguments_same_bytes_in_any_order(self) -> None:
        assert honest(PAYLOADS[::-1], dict(reversed(INFO.items()))) == HONEST

    def test_signature_covers_the_tag_manifest_and_comes_before_any_byte(self) -> None:
        out = io.BytesIO()
        signed: list[bytes] = []

        def sign(text: bytes) -> bytes:
            signed.append(text)
            assert out.getvalue() == b""
            return SIGNATURE

        write(out, top=TOP, info=INFO, payloads=PAYLOADS, sign=sign)
        assert signed == [open_bundle(out).tagmanifest]

    def test_a_refused_signature_leaves_nothing_written(self) -> None:
        def sign(_: bytes) -> bytes:
            raise PermissionError

        out = io.BytesIO()
        with pytest.raises(PermissionError):
            write(out, top=TOP, info=INFO, payloads=PAYLOADS, sign=sign)
        assert out.getvalue() == b""

    def test_needs_no_seekable_output(self, tmp_path: Path) -> None:
        class Pipe(io.BytesIO):
            def seek(self, *_: int) -> int:
                raise io.UnsupportedOperation

        out = Pipe()
        write(out, top=TOP, info=INFO, payloads=PAYLOADS, sign=lambda _: SIGNATURE)
        assert out.getvalue() == HONEST

    @pytest.mark.parametrize(
        ("payloads", "info", "top", "code"),
        [
            ((), INFO, TOP, "BUNDLE_EMPTY"),
            (PAYLOADS, INFO, "../up", "BUNDLE_MEMBER_NAME"),
            (PAYLOADS, INFO, "a/b", "BUNDLE_MEMBER_NAME"),
            (PAYLOADS, INFO, "", "BUNDLE_MEMBER_NAME"),
            (PAYLOADS, {bag.OXUM: "1.1"}, TOP, "BUNDLE_INFO"),
            (PAYLOADS, {"kind": "lower case label"}, TOP, "BUNDLE_INFO"),
            (PAYLOADS, {bag.KIND: "two\nlines"}, TOP, "BUNDLE_INFO"),
            (PAYLOADS, {bag.KIND: " leading"}, TOP, "BUNDLE_INFO"),
            (PAYLOADS, {bag.KIND: ""}, TOP, "BUNDLE_INFO"),
            (PAYLOADS, {bag.KIND: "x" * 501}, TOP, "BUNDLE_INFO"),
            ((PAYLOADS[0], PAYLOADS[0]), INFO, TOP, "BUNDLE_MEMBER_TWICE"),
            ((payload("data/else.txt", b""),), INFO, TOP, "BUNDLE_MEMBER_NAME"),
            ((payload(DOCUMENT_NAME, b"another"),), INFO, TOP, "BUNDLE_MEMBER_NAME"),
            ((Payload(STATEMENT_NAME, b"ab", 2, "0" * 64),), INFO, TOP, "BUNDLE_MEMBER_ALTERED"),
            (
                (Payload(STATEMENT_NAME, b"ab", 1, sha256(b"ab")),),
                INFO,
                TOP,
                "BUNDLE_MEMBER_ALTERED",
            ),
        ],
    )
    def test_refuses_to_write_what_it_would_not_open(
        self, payloads: tuple[Payload, ...], info: dict[str, str], top: str, code: str
    ) -> None:
        with pytest.raises(TransferError) as caught:
            honest(payloads, info, top)
        assert caught.value.code == code

    def test_no_signature_no_bundle(self) -> None:
        with pytest.raises(TransferError) as caught:
            write(io.BytesIO(), top=TOP, info=INFO, payloads=PAYLOADS, sign=lambda _: b"")
        assert caught.value.code == "BUNDLE_UNSIGNED"

    def test_a_source_that_changes_while_it_is_written_is_noticed(self) -> None:
        source = io.BytesIO(STATEMENT)
        listed = Payload(STATEMENT_NAME, source, len(STATEMENT), sha256(STATEMENT))

        def sign(_: bytes) -> bytes:
            source.getbuffer()[0] ^= 1
            return SIGNATURE

        with pytest.raises(TransferError) as caught:
            write(io.BytesIO(), top=TOP, info=INFO, payloads=[listed], sign=sign)
        assert caught.value.code == "BUNDLE_MEMBER_ALTERED"


class TestOtherProgramsAgree:
    def test_bagit_module_validates_it(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(HONEST)) as archive:
            assert archive.testzip() is None
            archive.extractall(tmp_path)
        opened = bagit.Bag(str(tmp_path / TOP))
        opened.validate()
        assert opened.info[bag.RECIPIENT] == INFO[bag.RECIPIENT]
        (tmp_path / TOP / STATEMENT_NAME).write_bytes(STATEMENT[::-1])
        with pytest.raises(bagit.BagValidationError):
            bagit.Bag(str(tmp_path / TOP)).validate()

    def test_unzip_and_sha256sum_check_it(self, tmp_path: Path) -> None:
        (tmp_path / "case.airseal").write_bytes(HONEST)
        subprocess.run(["unzip", "-q", "case.airseal"], cwd=tmp_path, check=True)
        for manifest in (bag.MANIFEST, bag.TAG_MANIFEST):
            command = ["sha256sum", "--check", "--strict", "--quiet", manifest]
            subprocess.run(command, cwd=tmp_path / TOP, check=True)

    def test_zipfile_sees_a_plain_stored_archive_of_1980(self) -> None:
        with zipfile.ZipFile(io.BytesIO(HONEST)) as archive:
            names = archive.namelist()
            assert names == sorted(names)
            for member in archive.infolist():
                assert member.compress_type == zipfile.ZIP_STORED
                assert member.date_time == (1980, 1, 1, 0, 0, 0)
                assert member.external_attr == 0o100644 << 16
                assert (member.flag_bits, member.extra, member.comment) == (0, b"", b"")
                assert member.create_system == 3

    def test_zipfile_writing_the_same_members_gives_the_same_bytes(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in unpacked(HONEST).items():
                member = zipfile.ZipInfo(name)
                member.create_system = 3
                member.external_attr = 0o100644 << 16
                archive.writestr(member, content)
        assert out.getvalue() == HONEST


class TestDamage:
    def test_every_bit_flipped_anywhere_is_refused(self) -> None:
        archive = bytearray(HONEST)
        for position in range(len(archive)):
            for bit in range(8):
                archive[position] ^= 1 << bit
                with pytest.raises(TransferError):
                    open_bundle(io.BytesIO(archive))
                archive[position] ^= 1 << bit

    def test_any_other_value_of_a_byte_is_refused(self) -> None:
        chosen = random.Random(9309)
        archive = bytearray(HONEST)
        for _ in range(2_000):
            position, change = chosen.randrange(len(archive)), chosen.randrange(1, 256)
            archive[position] ^= change
            with pytest.raises(TransferError):
                open_bundle(io.BytesIO(archive))
            archive[position] ^= change

    @pytest.mark.soak
    def test_every_other_value_of_every_byte_is_refused(self) -> None:
        archive = bytearray(HONEST)
        for position in range(len(archive)):
            for change in range(1, 256):
                archive[position] ^= change
                with pytest.raises(TransferError):
                    open_bundle(io.BytesIO(archive))
                archive[position] ^= change

    def test_every_cut_is_refused_as_a_cut(self) -> None:
        for length in range(len(HONEST)):
            assert refusal(HONEST[:length]).code == "BUNDLE_CUT", length

    def test_only_the_signature_itself_can_be_exchanged_with_its_crc(self) -> None:
        """What the layer that checks signatures must catch, and where it is."""
        start, stop = open_bundle(io.BytesIO(HONEST)).signature_span
        assert HONEST[start:stop] == SIGNATURE
        for name, content in unpacked(HONEST).items():
            for position in range(len(content)):
                changed = bytearray(content)
                changed[position] ^= 1
                archive = zipped({**unpacked(HONEST), name: bytes(changed)})
                if name.endswith(bag.SIGNATURE):
                    assert open_bundle(io.BytesIO(archive)).signature == changed
                else:
                    refusal(archive)

    def test_flipped_content_names_the_member(self) -> None:
        for name, content in ((STATEMENT_NAME, STATEMENT), (DOCUMENT_NAME, DOCUMENT)):
            at = HONEST.index(content)
            archive = HONEST[:at] + bytes([HONEST[at] ^ 1]) + HONEST[at + 1 :]
            error = refusal(archive)
            assert (error.code, error.params) == ("BUNDLE_MEMBER_ALTERED", {"name": name})

    @given(data=st.binary(max_size=400))
    @settings(max_examples=200, deadline=None)
    @example(b"")
    @example(b"PK\x05\x06" + bytes(18))
    @example(b"PK\x03\x04" + b"PK\x05\x06" + bytes(18))
    @example(b"PK\x03\x04" + b"PK\x05\x06" + b"\xff" * 18)
    @example(b"%PDF-1.7")
    def test_arbitrary_bytes_are_refused(self, data: bytes) -> None:
        refusal(data)

    @given(st.data())
    @settings(max_examples=400, deadline=None)
    def test_spliced_bundles_are_refused(self, data: st.DataObject) -> None:
        """Pieces dropped, doubled, moved, overwritten: only the original opens."""
        archive = HONEST
        for _ in range(data.draw(st.integers(1, 4))):
            positions = st.integers(0, len(archive))
            start, stop = sorted((data.draw(positions), data.draw(positions)))
            middle = data.draw(
                st.one_of(
                    st.binary(max_size=40),
                    st.just(archive[start:stop] * 2),
                    st.just(archive[start:stop][::-1]),
                    st.sampled_from([b"PK\x01\x02", b"PK\x05\x06", b"\xff" * 4, b"\0" * 4]),
                )
            )
            archive = archive[:start] + middle + archive[stop:]
        if archive == HONEST:
            open_bundle(io.BytesIO(archive))
        else:
            refusal(archive)

    @given(
        count=st.integers(0, 0xFFFF),
        length=st.integers(0, 2**32 - 1),
        start=st.integers(0, 2**32 - 1),
    )
    @settings(max_examples=100, deadline=None)
    def test_a_lying_end_record_is_refused(self, count: int, length: int, start: int) -> None:
        end = bytearray(HONEST[-22:])
        end[8:10] = end[10:12] = count.to_bytes(2, "little")
        end[12:16] = length.to_bytes(4, "little")
        end[16:20] = start.to_bytes(4, "little")
        if end != HONEST[-22:]:
            refusal(HONEST[:-22] + end)

    @given(field=st.integers(0, 22), value=st.integers(0, 2**16 - 1), member=st.integers(0, 6))
    @settings(max_examples=300, deadline=None)
    def test_a_lying_directory_record_is_refused(self, field: int, value: int, member: int) -> None:
        at = -1
        for _ in range(member + 1):
            at = HONEST.index(b"PK\x01\x02", at + 1)
        at += 2 * field
        archive = HONEST[:at] + value.to_bytes(2, "little") + HONEST[at + 2 :]
        if archive != HONEST:
            refusal(archive)


class TestOtherArchives:
    """Archives that ZIP programs read without complaint, holding the very same members."""

    @staticmethod
    def rewritten(members: Sequence[tuple[str, bytes]] = MEMBERS, **changes: object) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in members:
                member = zipfile.ZipInfo(name)
                member.create_system = 3
                member.external_attr = 0o100644 << 16
                for key, value in changes.items():
                    setattr(member, key, value)
                archive.writestr(member, content)
        return out.getvalue()

    @pytest.mark.parametrize(
        "changes",
        [
            {"compress_type": zipfile.ZIP_DEFLATED},
            {"compress_type": zipfile.ZIP_LZMA},
            {"date_time": (2024, 11, 22, 20, 14, 0)},
            {"external_attr": 0o120777 << 16},
            {"create_system": 0},
            {"extra": b"\x99\x99\x02\x00hi"},
            {"comment": b"a comment"},
            {"internal_attr": 1},
        ],
    )
    def test_other_attributes(self, changes: dict[str, object]) -> None:
        assert self.rewritten() == HONEST
        assert refusal(self.rewritten(MEMBERS, **changes)).code == "BUNDLE_NOT_CANONICAL"

    def test_prefix_and_suffix(self) -> None:
        assert refusal(b"#!/bin/sh\n" + HONEST).code == "BUNDLE_NOT_A_BUNDLE"
        assert refusal(b"PK\x03\x04" + HONEST).code == "BUNDLE_NOT_CANONICAL"
        assert refusal(HONEST + b"\0").code == "BUNDLE_NOT_CANONICAL"
        assert refusal(HONEST + HONEST).code == "BUNDLE_NOT_CANONICAL"

    def test_archive_comment(self) -> None:
        archive = HONEST[:-2] + b"\x02\x00hi"
        assert zipfile.ZipFile(io.BytesIO(archive)).comment == b"hi"
        assert refusal(archive).code == "BUNDLE_NOT_CANONICAL"

    def test_data_descriptors(self) -> None:
        class Pipe(io.BytesIO):
            def seekable(self) -> bool:
                return False

        out = Pipe()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in unpacked(HONEST).items():
                archive.writestr(zipfile.ZipInfo(name), content)
        assert refusal(out.getvalue()).code == "BUNDLE_NOT_CANONICAL"

    def test_other_order(self) -> None:
        for members in (MEMBERS[::-1], MEMBERS[1:] + MEMBERS[:1]):
            assert refusal(self.rewritten(members)).code == "BUNDLE_NOT_CANONICAL"

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_duplicates(self) -> None:
        doubled = sorted((*MEMBERS, MEMBERS[3]))
        assert refusal(self.rewritten(doubled)).code == "BUNDLE_NOT_CANONICAL"

    def test_a_false_crc_that_both_headers_repeat(self) -> None:
        for _, content in MEMBERS:
            crc = zlib.crc32(content).to_bytes(4, "little")
            assert HONEST.count(crc) == 2
            refusal(HONEST.replace(crc, bytes(4)))

    def test_a_directory_said_to_be_the_whole_file_is_not_read(self) -> None:
        length = 32 * MIB
        counts, place = b"\x07\x00" * 2, length.to_bytes(4, "little") + b"\x04" + bytes(3)
        end = b"PK\x05\x06" + bytes(4) + counts + place + bytes(2)
        source = io.BytesIO(b"PK\x03\x04" + bytes(length) + end)
        tracemalloc.start()
        try:
            with pytest.raises(TransferError):
                open_bundle(source)
            assert tracemalloc.get_traced_memory()[1] < MIB
        finally:
            tracemalloc.stop()

    def test_overlapping_members(self) -> None:
        """The directory's second record pointed at the first member's bytes."""
        second = HONEST.index(b"PK\x01\x02", HONEST.index(b"PK\x01\x02") + 1)
        archive = HONEST[: second + 42] + bytes(4) + HONEST[second + 46 :]
        assert refusal(archive).code == "BUNDLE_NOT_CANONICAL"

    def test_directory_members_and_names_outside_ascii(self) -> None:
        for name in ("case/", "档案/bagit.txt", "case/a\0b"):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as archive:
                archive.writestr(name, b"")
            assert refusal(out.getvalue()).code == "BUNDLE_NOT_CANONICAL"


class TestForgedBags:
    """Archives in the canonical form whose parts do not agree: digests right, rules broken."""

    def test_the_forger_of_these_tests_can_do_it_right(self) -> None:
        assert forged() == HONEST

    @pytest.mark.parametrize(
        "name",
        [
            "../bagit.txt",
            "data/../bagit.txt",
            "/etc/passwd",
            "data/documents/" + sha256(DOCUMENT).upper() + ".pdf",
            "data/documents/" + sha256(DOCUMENT),
            "data/documents/" + sha256(DOCUMENT) + ".PDF",
            "data/documents/" + sha256(DOCUMENT) + ".pdf ",
            "data/documents/" + sha256(DOCUMENT) + ".pdf\n",
            "data/documents/" + sha256(DOCUMENT) + ".tar.gz",
            "data/documents/" + sha256(b"another") + ".pdf",
            "data//documents/" + sha256(DOCUMENT) + ".pdf",
            "data\\documents\\" + sha256(DOCUMENT) + ".pdf",
            "DATA/documents/" + sha256(DOCUMENT) + ".pdf",
            "data/documents/" + "0" * 63 + "g.pdf",
            "data/statements/short.p7m",
            "data/else/" + sha256(DOCUMENT) + ".pdf",
            "data/",
            "",
            "fetch.txt",
            "manifest-md5.txt",
        ],
    )
    def test_names_outside_the_grammar(self, name: str) -> None:
        # Listed and on disk alike; where a manifest cannot even spell the name, only on disk.
        listed = {name: sha256(DOCUMENT), STATEMENT_NAME: sha256(STATEMENT)}
        payloads = {name: DOCUMENT, STATEMENT_NAME: STATEMENT}
        archive = forged(payloads, manifest=bag.render_manifest(listed))
        assert refusal(archive).code == "BUNDLE_MEMBER_NAME"

    def test_a_second_top_folder(self) -> None:
        members = unpacked(HONEST)
        for name in ("other/bagit.txt", "zzz", f"{TOP}2/{DOCUMENT_NAME}"):
            assert refusal(zipped({**members, name: b""})).code == "BUNDLE_MEMBER_NAME"

    @pytest.mark.parametrize("top", ["", ".", "..", ".x", "-x", "x.", "a b", "a\\b", "x" * 65])
    def test_names_of_the_top_folder(self, top: str) -> None:
        assert refusal(forged(top=top)).code == "BUNDLE_MEMBER_NAME"

    def test_a_listed_name_outside_the_grammar_is_not_repeated_at_length(self) -> None:
        listed = {STATEMENT_NAME: sha256(STATEMENT), "data/" + "x" * 5_000: "0" * 64}
        error = refusal(forged(manifest=bag.render_manifest(listed)))
        assert error.code == "BUNDLE_MEMBER_NAME"
        assert len(str(error.params["name"])) == 200

    def test_a_renamed_top_folder_is_not_the_signed_one(self) -> None:
        renamed = {f"x{name}": content for name, content in unpacked(HONEST).items()}
        error = refusal(zipped(renamed))
        assert (error.code, error.params) == ("BUNDLE_INFO", {"label": bag.IDENTIFIER})

    def test_missing_members(self) -> None:
        for name in (*bag.TAG_FILES, STATEMENT_NAME, DOCUMENT_NAME):
            members = unpacked(HONEST)
            del members[f"{TOP}/{name}"]
            error = refusal(zipped(members))
            if name == bag.SIGNATURE:
                assert error.code == "BUNDLE_UNSIGNED"
            else:
                assert (error.code, error.params) == ("BUNDLE_MEMBER_MISSING", {"name": name})

    def test_unlisted_member(self) -> None:
        error = refusal(zipped({**unpacked(HONEST), f"{TOP}/{OTHER_NAME}": b"smuggled"}))
        assert (error.code, error.params) == ("BUNDLE_MEMBER_UNLISTED", {"name": OTHER_NAME})

    def test_no_payload_at_all(self) -> None:
        assert refusal(forged({}, manifest=b"")).code == "BUNDLE_EMPTY"

    def test_one_document_under_two_endings(self) -> None:
        payloads = {DOCUMENT_NAME: DOCUMENT, document_name(DOCUMENT, "ofd"): DOCUMENT}
        assert refusal(forged(payloads)).code == "BUNDLE_MEMBER_TWICE"

    def test_exchanged_content_with_right_crc(self) -> None:
        members = {**unpacked(HONEST), f"{TOP}/{STATEMENT_NAME}": STATEMENT[::-1]}
        error = refusal(zipped(members))
        assert (error.code, error.params) == ("BUNDLE_MEMBER_ALTERED", {"name": STATEMENT_NAME})

    def test_exchanged_tag_files(self) -> None:
        archive = forged({STATEMENT_NAME: b"another"}, tag_manifest=tag_manifest_of(HONEST))
        assert {fault.params["name"] for fault in examine(io.BytesIO(archive))} == {
            bag.INFO,
            bag.MANIFEST,
        }

    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"\n",
            b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n",
            b"BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8\r\n",
            bag.DECLARATION_TEXT + b"\n",
        ],
    )
    def test_other_declarations(self, text: bytes) -> None:
        error = refusal(forged(declaration=text))
        assert (error.code, error.params) == ("BUNDLE_TAG_FILE", {"name": bag.DECLARATION})

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text.replace(b"\n", b"\r\n"),
            lambda text: text.replace(b"  ", b" *"),
            lambda text: text.replace(b"  ", b" "),
            lambda text: text[:-1],
            lambda text: text + b"\n",
            lambda text: text + text,
            lambda text: b"\n".join(text.split(b"\n")[1::-1]) + b"\n",
            lambda text: text[:64].upper() + text[64:],
            lambda text: text + b"# comment\n",
            lambda text: b"\xef\xbb\xbf" + text,
            lambda text: text + b"\xff\xff\n",
            lambda _: b"",
        ],
    )
    def test_other_spellings_of_the_manifests(self, change: Callable[[bytes], bytes]) -> None:
        members = unpacked(HONEST)
        for file, archive in (
            (bag.MANIFEST, forged(manifest=change(members[f"{TOP}/{bag.MANIFEST}"]))),
            (bag.TAG_MANIFEST, forged(tag_manifest=change(members[f"{TOP}/{bag.TAG_MANIFEST}"]))),
        ):
            error = refusal(archive)
            assert (error.code, error.params) == ("BUNDLE_TAG_FILE", {"name": file})

    def test_a_tag_manifest_that_leaves_a_tag_file_out(self) -> None:
        text = tag_manifest_of(HONEST).split(b"\n", 1)[1]
        error = refusal(forged(tag_manifest=text))
        assert (error.code, error.params) == ("BUNDLE_TAG_FILE", {"name": bag.TAG_MANIFEST})

    @pytest.mark.parametrize(
        "change",
        [
            lambda _: b"\xff\xfe",
            lambda text: text + b" folded\n",
            lambda text: text.replace(b": ", b":"),
            lambda text: text[:-1],
            lambda text: text + text,
            lambda text: b"\n" + text,
            lambda text: b"\n".join(text.split(b"\n")[-2::-1]) + b"\n",
            lambda _: b"".join(b"L%03d: x\n" % number for number in range(100)),
        ],
    )
    def test_other_spellings_of_bag_info(self, change: Callable[[bytes], bytes]) -> None:
        error = refusal(forged(info=change(RIGHT_INFO)))
        assert (error.code, error.params) == ("BUNDLE_TAG_FILE", {"name": bag.INFO})

    @pytest.mark.parametrize(
        ("label", "value"),
        [
            (bag.KIND, "case\x1b[2J"),
            (bag.KIND, "case\u2028more"),
            (bag.KIND, "case\r"),
            (bag.KIND, "case "),
            (bag.KIND, ""),
            (bag.FORMAT_VERSION, "one"),
            (bag.FORMAT_VERSION, "1.0"),
            (bag.FORMAT_VERSION, "01" * 400),
            (bag.OXUM, "1.1"),
            (bag.IDENTIFIER, "another"),
            ("Lower-case", "value"),
            ("X" * 10_000 + "!", "value"),
        ],
    )
    def test_other_values_in_bag_info(self, label: str, value: str) -> None:
        error = refusal(forged(info=info_text(FILES, TOP, **{label.replace("-", "_"): value})))
        assert (error.code, error.params) == ("BUNDLE_INFO", {"label": label[:64]})

    def test_another_format_version_is_named_before_anything_else_is_judged(self) -> None:
        payloads = {"data/holograms/1.holo": b""}
        archive = forged(payloads, info=b"Bundle-Version: 2\nSomething: new\n", declaration=b"")
        error = refusal(archive)
        assert (error.code, error.params) == ("BUNDLE_VERSION", {"version": "2"})

    def test_report_names_every_damaged_part(self) -> None:
        members = unpacked(HONEST)
        del members[f"{TOP}/{DOCUMENT_NAME}"]
        members[f"{TOP}/{STATEMENT_NAME}"] = b"altered"
        members[f"{TOP}/{OTHER_NAME}"] = b"smuggled"
        faults = [
            (fault.code, *fault.params.values()) for fault in examine(io.BytesIO(zipped(members)))
        ]
        assert faults == [
            ("BUNDLE_MEMBER_MISSING", DOCUMENT_NAME),
            ("BUNDLE_MEMBER_UNLISTED", OTHER_NAME),
            ("BUNDLE_INFO", bag.OXUM),
            ("BUNDLE_MEMBER_ALTERED", STATEMENT_NAME),
        ]


class TestCaps:
    @pytest.mark.parametrize(
        ("caps", "code"),
        [
            (Caps(bundle_bytes=len(HONEST) - 1), "BUNDLE_TOO_LARGE"),
            (Caps(members=6), "BUNDLE_TOO_MANY"),
            (Caps(name_bytes=80), "BUNDLE_NOT_CANONICAL"),
            (Caps(tag_bytes=100), "BUNDLE_MEMBER_TOO_LARGE"),
            (Caps(signature_bytes=len(SIGNATURE) - 1), "BUNDLE_MEMBER_TOO_LARGE"),
            (Caps(statement_bytes=len(STATEMENT) - 1), "BUNDLE_MEMBER_TOO_LARGE"),
            (Caps(document_bytes=len(DOCUMENT) - 1), "BUNDLE_MEMBER_TOO_LARGE"),
            (Caps(info_labels=7), "BUNDLE_TAG_FILE"),
            (Caps(info_chars=5), "BUNDLE_INFO"),
        ],
    )
    def test_each_cap_holds_for_opening_and_for_writing(self, caps: Caps, code: str) -> None:
        assert refusal(HONEST, caps).code == code
        out = io.BytesIO()
        with pytest.raises(TransferError) as caught:
            write(out, top=TOP, info=INFO, payloads=PAYLOADS, sign=lambda _: SIGNATURE, caps=caps)
        assert caught.value.code == code
        assert out.getvalue() == b""

    def test_a_bundle_exactly_at_its_caps_opens(self) -> None:
        caps = Caps(
            bundle_bytes=len(HONEST),
            members=7,
            statement_bytes=len(STATEMENT),
            document_bytes=len(DOCUMENT),
            signature_bytes=len(SIGNATURE),
            info_labels=8,
        )
        open_bundle(io.BytesIO(HONEST), caps)

    def test_caps_beyond_plain_zip_are_refused(self) -> None:
        with pytest.raises(ValueError, match="zip64"):
            Caps(bundle_bytes=2**32)

    def test_an_oversized_file_is_refused_unread(self) -> None:
        class Endless(io.BytesIO):
            def seek(self, offset: int, whence: int = 0) -> int:
                return 2**60 if whence == 2 else super().seek(offset, whence)

            def read(self, size: int | None = -1) -> bytes:
                raise AssertionError("read before its size was judged")

        with pytest.raises(TransferError) as caught:
            open_bundle(Endless())
        assert caught.value.code == "BUNDLE_TOO_LARGE"

    def test_memory_does_not_grow_with_the_bundle(self, tmp_path: Path) -> None:
        size, path, whole = 48 * MIB, tmp_path / "large", hashlib.sha256()
        with path.open("w+b") as document, (tmp_path / "large.airseal").open("w+b") as archive:
            for _ in range(size // MIB):
                document.write(block := b"\xa5" * MIB)
                whole.update(block)
            digest = whole.hexdigest()
            name = f"data/documents/{digest}.pdf"
            listed = Payload(name, document, size, digest)
            tracemalloc.start()
            try:
                write(archive, top=TOP, info=INFO, payloads=[listed], sign=lambda _: SIGNATURE)
                bundle = open_bundle(archive)
                again = hashlib.sha256()
                with bundle.stream(name) as stream:
                    while chunk := stream.read(MIB):
                        again.update(chunk)
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
        assert again.hexdigest() == digest
        assert peak < 6 * MIB


class TestReading:
    def test_a_stream_is_a_seekable_file_of_its_member_alone(self) -> None:
        with open_bundle(io.BytesIO(HONEST)).stream(DOCUMENT_NAME) as stream:
            assert stream.read() == DOCUMENT
            assert stream.seek(-6, io.SEEK_END) == len(DOCUMENT) - 6
            assert stream.read(100) == b"%%EOF\n"
            assert stream.seek(5) == 5
            assert stream.read(3) == DOCUMENT[5:8]
            assert stream.seek(10_000) == 10_000
            assert stream.read() == b""

    def test_reading_under_a_cap(self) -> None:
        with pytest.raises(TransferError) as caught:
            open_bundle(io.BytesIO(HONEST)).read(DOCUMENT_NAME, cap=len(DOCUMENT) - 1)
        assert caught.value.code == "BUNDLE_MEMBER_TOO_LARGE"

    def test_only_payloads_can_be_read(self) -> None:
        bundle = open_bundle(io.BytesIO(HONEST))
        for name in (OTHER_NAME, bag.INFO, "../x"):
            for read in (lambda n: bundle.read(n, 100), bundle.stream):
                with pytest.raises(TransferError) as caught:
                    read(name)
                assert caught.value.code == "BUNDLE_MEMBER_MISSING"

    def test_a_source_changed_after_opening_is_noticed(self) -> None:
        source = io.BytesIO(HONEST)
        bundle = open_bundle(source)
        source.getbuffer()[HONEST.index(STATEMENT)] ^= 1
        with pytest.raises(TransferError) as caught:
            bundle.read(STATEMENT_NAME, cap=1000)
        assert caught.value.code == "BUNDLE_MEMBER_ALTERED"

    def test_a_medium_that_vanishes_gives_a_code(self) -> None:
        class Stick(io.BytesIO):
            def __init__(self, reads_left: int) -> None:
                super().__init__(HONEST)
                self.reads_left = reads_left

            def read(self, size: int | None = -1) -> bytes:
                if self.reads_left == 0:
                    raise OSError(errno.ENODEV, "No such device")
                self.reads_left -= 1
                return super().read(size)

        whole = Stick(1_000)
        open_bundle(whole)
        for reads in range(1_000 - whole.reads_left):
            with pytest.raises(TransferError) as caught:
                open_bundle(Stick(reads))
            assert caught.value.code == "MEDIUM_GONE"


def tag_manifest_of(archive: bytes) -> bytes:
    return open_bundle(io.BytesIO(archive)).tagmanifest
