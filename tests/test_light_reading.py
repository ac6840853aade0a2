"""Pictures to frames: what a camera makes of a screen, and whatever else is held up to it."""

import io
import random
import subprocess
from dataclasses import replace

import av
import pytest
from light_kit import parcel, photographed, picture, sent, sent_at
from PIL import Image
from zxingcpp import BarcodeFormat, create_barcode

from transfer import camera, looking, qr, scan
from transfer.child import ReadingChild
from transfer.errors import TransferError
from transfer.fountain import Fountain
from transfer.frames import Alphabet, symbol_room
from transfer.limits import LIGHT
from transfer.looking import Hint, Look
from transfer.parcel import pack
from transfer.receiving import Receiver


@pytest.fixture(scope="module")
def child():
    with ReadingChild() as one:
        yield one


def no_pages(_):
    raise AssertionError("no PDF here")


def png_of(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("version", [2, 10, 20, 25, 40])
def test_both_libraries_draw_the_same_symbol(child, version):
    text = sent_at(parcel(30_000), version).text(0)
    drawn = qr.draw(text)
    assert drawn.version == version
    assert qr.draw_to_last(text) == drawn
    assert child.look_at_file(qr.png(drawn, 3)).texts == (text,)


@pytest.mark.parametrize("size", [1_217, 59_800])
def test_a_padded_symbol_is_drawn_to_last_too(child, size):
    # Of the longer object's last symbol a whole block is zeros, at which qrcode fails.
    source = Fountain(random.Random(size).randbytes(size), symbol_room(qr.characters(25)))
    text = source.text(source.needed - 1)
    for drawn in (qr.draw(text), qr.draw_to_last(text)):
        assert drawn.version <= 25
        assert child.look_at_file(qr.png(drawn, 3)).texts == (text,)


@pytest.mark.parametrize("version", [4, 20, 25, 31])
def test_what_is_photographed_is_read(child, version):
    source = sent_at(parcel(3_000), version)
    texts = [source.text(n) for n in range(6)]
    read = 0
    for seed, text in enumerate(texts):
        look = child.look_at_file(photographed(picture(qr.draw(text), 5), seed))
        read += look.texts == (text,)
    assert read == len(texts)


@pytest.mark.parametrize("cells", list(qr.Cells))
def test_terminal_cells_are_the_symbol(child, cells):
    text = sent_at(parcel(900), 12).text(0)
    rows = list(qr.cells_of(qr.draw(text), cells))
    width = len(rows[0])
    lines = []
    for row in rows:
        for half in (qr.UPPER, qr.LOWER):
            lines.append(bytes(0 if cell & half else 255 for cell in row))
    image = Image.frombytes("L", (width, len(lines)), b"".join(lines))
    assert child.look_at_file(png_of(image.resize((width * 6, len(lines) * 6)))).texts == (text,)
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize(
    ("columns", "lines", "version"), [(80, 24, 5), (125, 63, 25), (400, 200, 40), (30, 10, None)]
)
def test_the_largest_symbol_with_its_quiet_zone_fits(columns, lines, version):
    found = qr.largest_version(columns, lines, qr.Cells.HALF)
    assert found == version
    if found is not None:
        rows = list(qr.cells_of(qr.draw(sent_at(parcel(9_000), found).text(0)), qr.Cells.HALF))
        assert len(rows) <= lines and len(rows[0]) <= columns


def test_other_codes_in_view_are_passed_over(child):
    text = sent(parcel(500), 400).text(0)
    canvas = Image.new("L", (1_200, 700), 255)
    canvas.paste(picture(qr.draw(text), 4), (40, 40))
    others = [
        ("MICRO", BarcodeFormat.MicroQRCode),
        ("Q1 IS NOT A FRAME", BarcodeFormat.Aztec),
        ("Q1 IS NOT A FRAME", BarcodeFormat.DataMatrix),
        ("http://example.org", BarcodeFormat.QRCode),
    ]
    for at, (said, kind) in enumerate(others):
        made = create_barcode(said, kind).to_image(scale=4)
        data = Image.frombytes("L", made.shape[::-1], bytes(memoryview(made)))
        canvas.paste(data, (450 + at % 2 * 300, 60 + at // 2 * 300))
    look = child.look_at_file(png_of(canvas))
    assert set(look.texts) == {text, "http://example.org"}
    receiver = Receiver(child.solve)
    receiver.take_all(look.texts)
    assert [one.held for one in receiver.receptions] == [1]


def test_hints_say_why_nothing_was_read(child):
    shown = picture(qr.draw(sent_at(parcel(9_000), 25).text(0)), 4)
    assert child.look_at_pixels(300, 200, bytes(300 * 200)).hint is Hint.DARK
    assert child.look_at_pixels(300, 200, b"\xb0" * (300 * 200)).hint is Hint.NOTHING
    small = shown.resize((120, 120), Image.Resampling.BILINEAR)
    canvas = Image.new("L", (400, 400), 200)
    canvas.paste(small, (100, 100))
    assert child.look_at_file(png_of(canvas)).hint in {Hint.SMALL, Hint.NOTHING}
    assert child.look_at_file(png_of(canvas)).texts == ()


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(50), b"\xff\xd8\xff" + bytes(5_000),
     b"GIF89a" + b"\xff" * 100, b"II*\0" + b"\xff" * 400, b"P5 100000 100000 255\n"],
)  # fmt: skip
def test_what_is_no_picture_is_refused(child, data):
    with pytest.raises(TransferError, match="LIGHT_PICTURE"):
        child.look_at_file(data)


def test_a_picture_larger_than_allowed_is_refused_before_it_is_decoded(child):
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < 200_000
    with pytest.raises(TransferError, match="LIGHT_PICTURE"):
        child.look_at_file(out.getvalue())


def test_random_damage_to_a_picture_never_ends_the_child(child):
    whole = photographed(picture(qr.draw(sent(parcel(300)).text(0)), 2), 1)
    chance = random.Random(5)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(20):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            child.look_at_file(bytes(damaged))
        except TransferError as error:
            assert error.code == "LIGHT_PICTURE"


def filmed(path, frames, size, rate=8):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.bit_rate = 20_000_000
        for frame in frames:
            shown = frame.resize(size, Image.Resampling.BILINEAR).convert("RGB")
            for packet in stream.encode(av.VideoFrame.from_image(shown)):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


def test_a_video_made_of_frames_is_read_end_to_end(child, tmp_path):
    source = sent_at(parcel(6_000), 20)
    texts = [source.text(n) for n in range(3, source.needed + 5)]
    filmed(tmp_path / "v.mp4", [picture(qr.draw(t), 6) for t in texts for _ in (0, 1)], (640, 640))
    receiver = Receiver(child.solve)
    made = []
    for look in scan.scan(tmp_path / "v.mp4", child, no_pages):
        made += receiver.take_all(look.texts)
    assert made == [parcel(6_000)]


def test_a_video_that_is_none_is_refused(child, tmp_path):
    (tmp_path / "v.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(5_000))
    with pytest.raises(TransferError, match="LIGHT_PICTURE"):
        list(scan.scan(tmp_path / "v.mp4", child, no_pages))


def test_a_folder_of_pictures_and_other_things(child, tmp_path):
    source = sent_at(parcel(3_000), 20)
    for n in range(source.needed):
        (tmp_path / f"{n:03}.png").write_bytes(qr.png(qr.draw(source.text(n)), 3))
    (tmp_path / "notes.txt").write_text("nothing of ours")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (tmp_path / "more").mkdir()
    receiver = Receiver(child.solve)
    texts = [text for look in scan.scan(tmp_path, child, no_pages) for text in look.texts]
    assert receiver.take_all(texts) == [parcel(3_000)]


class Mortal:
    """Dies of some pictures, as the child of a stranger's might."""

    def look_at_file(self, data):
        if b"deadly" in data:
            raise TransferError("LIGHT_CHILD_DIED")
        return Look(("Q1",))


def test_a_few_pictures_of_a_folder_may_end_the_child_and_no_more(tmp_path):
    for name in ("a", "c", "d"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n deadly")
    (tmp_path / "b").write_bytes(b"\x89PNG\r\n harmless")
    (tmp_path / "e").write_bytes(b"\x89PNG\r\n harmless")
    assert list(scan.scan(tmp_path, Mortal(), no_pages)) == [Look(("Q1",))] * 2
    (tmp_path / "f").write_bytes(b"\x89PNG\r\n deadly")
    with pytest.raises(TransferError, match="LIGHT_CHILD_DIED"):
        list(scan.scan(tmp_path, Mortal(), no_pages))


def test_what_a_scanner_types_in_either_case(child):
    source = Fountain(pack(parcel(1_000)), 200, Alphabet.BASE32)
    typed = b"".join(
        (source.text(n).lower() if n % 2 else source.text(n)).encode() + b"\r\n"
        for n in range(source.needed)
    )
    typed = b"\xff\xfe junk\n\n" + b"Q2" + b"A" * 10_000 + b"\n" + typed
    receiver = Receiver(child.solve)
    assert receiver.take_all(scan.lines(io.BytesIO(typed))) == [parcel(1_000)]


@pytest.mark.parametrize("content", [b"", b"plain text\n", b"\0" * 100])
def test_a_file_that_holds_no_codes_is_refused(child, tmp_path, content):
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(TransferError, match="LIGHT_SOURCE"):
        list(scan.scan(tmp_path / "f", child, no_pages))


def test_pages_that_somebody_else_drew(child):
    text = sent(parcel(300), 320).text(0)
    shown = picture(qr.draw(text), 3)
    looks = list(scan.scan_pages([(*shown.size, shown.tobytes())], child))
    assert looks == [Look((text,))]


def test_what_a_camera_delivers_is_read_in_its_own_format(child):
    text = sent(parcel(300), 320).text(0)
    shown = picture(qr.draw(text), 3)
    jpeg = photographed(shown, 1)
    assert camera.see(child, "MJPEG", *shown.size, jpeg).texts == (text,)
    yuyv = b"".join(bytes([grey, 128]) for grey in shown.tobytes())
    assert camera.see(child, "YUYV", *shown.size, yuyv).texts == (text,)
    assert camera.see(child, "YUYV", *shown.size, yuyv[:100]).texts == ()
    assert camera.see(child, "MJPEG", *shown.size, b"torn").texts == ()
    with pytest.raises(TransferError, match="LIGHT_CAMERA"):
        camera.see(child, "H264", 1, 1, b"x")
    with pytest.raises(TransferError, match="LIGHT_CAMERA"):
        list(camera.film("/dev/video-none", child))


def test_the_child_has_no_network_and_no_files(child):
    child.look_at_pixels(1, 1, b"x")
    from station_kit import children

    (outer,) = children("transfer.childmain")
    listed = subprocess.run(["pgrep", "-g", str(outer)], capture_output=True, text=True)
    inner = listed.stdout.split()[-1]
    with open(f"/proc/{inner}/net/dev") as interfaces:
        assert [line.split(":")[0].strip() for line in interfaces.readlines()[2:]] == ["lo"]


def test_an_animated_picture_is_read_page_by_page_up_to_its_cap(child, monkeypatch):
    source = sent_at(parcel(2_000), 10)
    pages = [
        Image.open(io.BytesIO(qr.png(qr.draw(source.text(n)), 3))).convert("L") for n in range(6)
    ]
    held = io.BytesIO()
    pages[0].save(held, "GIF", save_all=True, append_images=pages[1:], duration=125)
    every = tuple(source.text(n) for n in range(6))
    assert child.look_at_file(held.getvalue()).texts == every
    # A picture of a hundred bytes a page may have millions of pages.
    monkeypatch.setattr(looking, "LIGHT", replace(LIGHT, pictures=4))
    assert looking.look_at_file(held.getvalue()).texts == every[:4]
