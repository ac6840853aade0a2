"""Hostile bundles: damaged, re-zipped, forged. Only the one true spelling opens."""

import io
import random
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transfer_bundles import (
    DOCUMENT,
    DOCUMENT_NAME,
    HONEST,
    OTHER_NAME,
    SIGNATURE,
    STATEMENT,
    STATEMENT_NAME,
    TOP,
    document_name,
    forged,
    info_text,
    refusal,
    sha256,
    unpacked,
    zipped,
)

from transfer import bag
from transfer.bundle import examine, open_bundle
from transfer.errors import TransferError
from transfer.limits import MIB

MEMBERS = tuple(unpacked(HONEST).items())
FILES = {STATEMENT_NAME: STATEMENT, DOCUMENT_NAME: DOCUMENT}
RIGHT_INFO = info_text(FILES)


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


def tag_manifest_of(archive: bytes) -> bytes:
    return open_bundle(io.BytesIO(archive)).tagmanifest
