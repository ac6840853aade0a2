"""Media through their public doors, on directories standing for sticks."""

import errno
import hashlib
import io
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from transfer import media
from transfer.errors import TransferError, medium_error
from transfer.limits import MIB, Caps

SHM = Path("/dev/shm")  # tmpfs, which has O_DIRECT or not according to the kernel


def code_of(act: Callable[..., object], *args: object, **named: object) -> str:
    with pytest.raises(TransferError) as caught:
        act(*args, **named)
    return caught.value.code


def producing(content: bytes) -> Callable[[BinaryIO], int]:
    return lambda out: out.write(content)


class TestList:
    def test_lists_bundle_files_by_name(self, tmp_path: Path) -> None:
        for name in ("b.airseal", "a.airseal.p7e", "C.AIRSEAL", "a.pdf", "x.airseal.part"):
            (tmp_path / name).write_bytes(b"12345")
        os.utime(tmp_path / "b.airseal", (0, 1_700_000_000))
        found = media.list_bundles(tmp_path)
        assert [file.name for file in found] == ["C.AIRSEAL", "a.airseal.p7e", "b.airseal"]
        assert found[2] == media.Found("b.airseal", 5, 1_700_000_000)

    def test_lists_regular_files_only(self, tmp_path: Path) -> None:
        (tmp_path / "real.airseal").write_bytes(b"")
        (tmp_path / "link.airseal").symlink_to("real.airseal")
        (tmp_path / "folder.airseal").mkdir()
        os.mkfifo(tmp_path / "pipe.airseal")
        assert [file.name for file in media.list_bundles(tmp_path)] == ["real.airseal"]

    def test_hostile_names_stay_data(self, tmp_path: Path) -> None:
        names = {
            "\x1b[2J.airseal",
            "[@click=app.quit].airseal",
            "\udcff\udcfe.airseal",
            "a\nb.airseal",
        }
        for name in names:
            (tmp_path / name).write_bytes(b"")
        assert {file.name for file in media.list_bundles(tmp_path)} == names

    def test_is_capped(self, tmp_path: Path) -> None:
        for number in range(4):
            (tmp_path / f"{number}.airseal").write_bytes(b"")
        assert len(media.list_bundles(tmp_path, Caps(listed_bundles=4, directory_entries=4))) == 4
        for caps in (Caps(listed_bundles=3), Caps(directory_entries=3)):
            assert code_of(media.list_bundles, tmp_path, caps) == "MEDIUM_TOO_MANY"

    def test_a_missing_directory_is_a_missing_medium(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        for place in (tmp_path / "gone", tmp_path / "file", "nul\0", "\ud800"):
            assert code_of(media.list_bundles, place) == "MEDIUM_GONE"
            assert code_of(media.free_bytes, place) == "MEDIUM_GONE"
            assert code_of(media.write_file, place, "a.airseal", producing(b"")) == "MEDIUM_GONE"


class TestCopyIn:
    def test_copies_and_measures(self, tmp_path: Path) -> None:
        content = os.urandom(3 * MIB + 17)
        (tmp_path / "x").write_bytes(content)
        out = io.BytesIO()
        copied = media.copy_in(tmp_path / "x", out, cap=len(content))
        assert out.getvalue() == content
        assert copied == media.Copied(len(content), hashlib.sha256(content).hexdigest())

    def test_refuses_more_than_the_cap_without_reading(self, tmp_path: Path) -> None:
        with (tmp_path / "sparse").open("wb") as sparse:
            sparse.truncate(2**40)
        out = io.BytesIO()
        assert code_of(media.copy_in, tmp_path / "sparse", out, 100) == "FILE_TOO_LARGE"
        assert out.getvalue() == b""

    def test_a_file_growing_under_the_copy_stops_at_the_cap(self, tmp_path: Path) -> None:
        path = tmp_path / "grows"
        path.write_bytes(b"x")

        class Growing(io.BytesIO):
            def write(self, data: bytes) -> int:  # type: ignore[override]  # all that copy_in writes
                assert len(self.getvalue()) < 10 * MIB, "the copy does not stop"
                with path.open("ab") as more:
                    more.write(b"x" * MIB)
                return super().write(data)

        out = Growing()
        assert code_of(media.copy_in, path, out, 5 * MIB) == "FILE_TOO_LARGE"
        assert len(out.getvalue()) <= 5 * MIB

    def test_refuses_everything_but_regular_files_and_never_waits(self, tmp_path: Path) -> None:
        (tmp_path / "real").write_bytes(b"secret")
        (tmp_path / "link").symlink_to("real")
        (tmp_path / "loop").symlink_to("loop")
        os.mkfifo(tmp_path / "pipe")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(tmp_path / "socket"))
            places = [tmp_path / n for n in ("link", "loop", "pipe", "socket", ".")]
            for place in (*places, "/dev/zero", "/dev/null"):
                out = io.BytesIO()
                assert code_of(media.copy_in, place, out, 100) == "FILE_NOT_REGULAR"
                assert out.getvalue() == b""

    def test_missing_files(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        for place in (tmp_path / "gone", tmp_path / "file" / "x", "a\0b", "\ud800", "x" * 300):
            assert code_of(media.copy_in, place, io.BytesIO(), 100) == "FILE_MISSING"


class TestWriteFile:
    def test_writes_and_returns_what_the_producer_made(self, tmp_path: Path) -> None:
        saved = media.write_file(tmp_path, "case-1.airseal", producing(b"bundle"))
        assert saved == media.Saved("case-1.airseal", 6)
        assert (tmp_path / "case-1.airseal").read_bytes() == b"bundle"
        assert os.listdir(tmp_path) == ["case-1.airseal"]

    def test_never_overwrites_whatever_the_case(self, tmp_path: Path) -> None:
        (tmp_path / "A.1.AIRSEAL").write_bytes(b"old")
        (tmp_path / "a.1-3.airseal").symlink_to("nowhere")
        names = [media.write_file(tmp_path, "a.1.airseal", producing(b"n")).name for _ in "ab"]
        assert names == ["a.1-2.airseal", "a.1-4.airseal"]
        assert (tmp_path / "A.1.AIRSEAL").read_bytes() == b"old"
        assert media.write_file(tmp_path, "A.1-2.airseal", producing(b"n")).name == (
            "A.1-2-2.airseal"
        )
        saved = media.write_file(tmp_path, "x.airseal.p7e", producing(b"n"))
        again = media.write_file(tmp_path, "x.airseal.p7e", producing(b"n"))
        assert (saved.name, again.name) == ("x.airseal.p7e", "x-2.airseal.p7e")

    def test_two_writers_of_one_name_do_not_meet(self, tmp_path: Path) -> None:
        def outer(out: BinaryIO) -> str:
            out.write(b"outer")
            return media.write_file(tmp_path, "a.airseal", producing(b"inner")).name

        saved = media.write_file(tmp_path, "a.airseal", outer)
        assert (saved.name, saved.result) == ("a.airseal", "a-2.airseal")
        assert (tmp_path / "a.airseal").read_bytes() == b"outer"
        assert (tmp_path / "a-2.airseal").read_bytes() == b"inner"

    def test_nothing_has_the_final_name_before_it_is_complete(self, tmp_path: Path) -> None:
        def producer(out: BinaryIO) -> None:
            out.write(b"x" * 3 * MIB)
            assert media.list_bundles(tmp_path) == ()

        media.write_file(tmp_path, "a.airseal", producer)

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (OSError(errno.ENOSPC, ""), "MEDIUM_FULL"),
            (OSError(errno.EROFS, ""), "MEDIUM_READ_ONLY"),
            (OSError(errno.EFBIG, ""), "MEDIUM_FILE_TOO_LARGE"),
            (OSError(errno.ENODEV, ""), "MEDIUM_GONE"),
            (OSError(errno.EACCES, ""), "MEDIUM_DENIED"),
            (OSError(errno.EIO, ""), "MEDIUM_FAILED"),
            (TransferError("BUNDLE_EMPTY"), "BUNDLE_EMPTY"),
        ],
    )
    def test_failure_leaves_nothing(self, tmp_path: Path, error: Exception, code: str) -> None:
        def producer(out: BinaryIO) -> None:
            out.write(b"half")
            raise error

        assert code_of(media.write_file, tmp_path, "a.airseal", producer) == code
        assert os.listdir(tmp_path) == []

    def test_a_full_device_is_told_as_full(self) -> None:
        with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError) as caught:
            full.write(b"x")
        assert medium_error(caught.value).code == "MEDIUM_FULL"

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "a",
            ".a",
            "a.",
            "a b",
            "a/b",
            "../a",
            "a:b",
            'a"b',
            "a?b",
            "a\nb",
            "档案.airseal",
            "CON",
            "con.airseal",
            "lpt1.x",
            "x" * 101,
            "a\0b",
            "-a",
            "a\u0301b",
        ],
    )
    def test_names_fat_would_change_are_refused(self, tmp_path: Path, name: str) -> None:
        assert code_of(media.write_file, tmp_path, name, producing(b"")) == "MEDIUM_NAME"
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("name", ["a.airseal", "Case-2024_1.airseal.p7e", "console", "x" * 100])
    def test_names_fat_keeps_are_taken(self, tmp_path: Path, name: str) -> None:
        assert media.write_file(tmp_path, name, producing(b"")).name == name

    def test_flushes_in_the_order_that_survives_power_cuts(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The measured vfat rule: after the rename, the file again, then the directory."""
        steps: list[str] = []
        rename, fsync = os.rename, os.fsync

        def noting_rename(old: str, new: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
            steps.append("rename")
            rename(old, new, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

        def noting_fsync(file: int) -> None:
            steps.append("directory" if os.path.isdir(f"/proc/self/fd/{file}") else "file")
            fsync(file)

        monkeypatch.setattr(os, "rename", noting_rename)
        monkeypatch.setattr(os, "fsync", noting_fsync)
        media.write_file(tmp_path, "a.airseal", producing(b"x"))
        assert steps == ["file", "rename", "file", "directory"]

    def test_a_flush_that_fails_after_the_rename_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def failing_fsync(_: int) -> None:
            if (tmp_path / "a.airseal").exists():
                raise OSError(errno.EIO, "")

        monkeypatch.setattr(os, "fsync", failing_fsync)
        assert code_of(media.write_file, tmp_path, "a.airseal", producing(b"x")) == "MEDIUM_FAILED"
        assert os.listdir(tmp_path) == []


class TestReadBack:
    @pytest.mark.parametrize("size", [0, 1, 511, 512, 4096, MIB, 2 * MIB + 1])
    @pytest.mark.parametrize("on_tmpfs", [False, True])
    def test_gives_back_what_lies_there(self, tmp_path: Path, size: int, on_tmpfs: bool) -> None:
        content = os.urandom(size)
        place = SHM if on_tmpfs else tmp_path
        saved = media.write_file(place, f"airseal-test-{os.getpid()}.airseal", producing(content))
        try:
            digest = hashlib.sha256(content).hexdigest()
            found = media.read_back(place, saved.name)
            assert (found.sha256, found.size) == (digest, size)
            assert media.confirm(place, saved.name, sha256=digest, size=size) == found
        finally:
            (place / saved.name).unlink()

    def test_falls_back_where_there_is_no_direct_reading(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened = os.open

        def without_direct(path: str, flags: int, *rest: int, **places: int) -> int:
            if flags & os.O_DIRECT:
                raise OSError(errno.EINVAL, "")
            return opened(path, flags, *rest, **places)

        (tmp_path / "a.airseal").write_bytes(b"content")
        monkeypatch.setattr(os, "open", without_direct)
        found = media.read_back(tmp_path, "a.airseal")
        assert found == media.ReadBack(hashlib.sha256(b"content").hexdigest(), 7, direct=False)

    def test_anything_else_on_the_medium_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.airseal").write_bytes(b"content")
        for content in (b"Content", b"content ", b"conten", b""):
            digest = hashlib.sha256(content).hexdigest()
            expected = {"sha256": digest, "size": len(content)}
            assert code_of(media.confirm, tmp_path, "a.airseal", **expected) == "MEDIUM_READBACK"

    def test_what_is_gone_or_replaced_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to("elsewhere")
        assert code_of(media.read_back, tmp_path, "gone") == "FILE_MISSING"
        assert code_of(media.read_back, tmp_path, "link") == "FILE_NOT_REGULAR"
        assert code_of(media.read_back, tmp_path, ".") == "FILE_NOT_REGULAR"


def test_free_bytes_is_what_the_system_says(tmp_path: Path) -> None:
    status = os.statvfs(tmp_path)
    assert 0 < media.free_bytes(tmp_path) <= status.f_blocks * status.f_frsize
