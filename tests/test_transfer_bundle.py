"""Bundles through their public doors: writing, opening, reading, caps."""

import errno
import hashlib
import io
import subprocess
import tracemalloc
import zipfile
from pathlib import Path

import bagit  # type: ignore[import-untyped]  # bagit ships no type hints
import pytest
from transfer_bundles import (
    DOCUMENT,
    DOCUMENT_NAME,
    HONEST,
    INFO,
    OTHER_NAME,
    PAYLOADS,
    SIGNATURE,
    STATEMENT,
    STATEMENT_NAME,
    TOP,
    honest,
    payload,
    refusal,
    sha256,
    unpacked,
)

from transfer import bag
from transfer.bundle import Payload, examine, open_bundle, write
from transfer.errors import TransferError
from transfer.limits import MIB, Caps


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
