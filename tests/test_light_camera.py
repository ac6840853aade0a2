"""The way from a V4L2 device to an object, with a driver that is a double (no camera is here)."""

from types import SimpleNamespace

import pytest
from light_kit import parcel, photographed, picture, sent_at
from v4l2_double import Camera

from transfer import camera, qr
from transfer.child import ReadingChild
from transfer.errors import TransferError
from transfer.looking import Hint
from transfer.receiving import Receiver


@pytest.fixture(scope="module")
def child():
    with ReadingChild() as one:
        yield one


@pytest.fixture
def plugged(tmp_path, monkeypatch):
    def plug(pictures, fourcc, size) -> Camera:
        made = Camera(tmp_path / "video0", pictures, fourcc, size)
        monkeypatch.setattr("linuxpy.ioctl.fcntl", SimpleNamespace(ioctl=made.ioctl))
        return made

    return plug


def test_codes_before_a_camera_become_the_object_although_frames_are_missed(child, plugged):
    source = sent_at(parcel(3_000), 15)
    shots = [photographed(picture(qr.draw(source.text(n)), 5), n) for n in range(1, 30, 2)]
    torn, dark = b"\xff\xd8\xff torn", photographed(picture(qr.draw(source.text(0)), 5), 1)[:900]
    made = plugged([torn, *shots[:3], dark, *shots[3:]], "MJPG", (640, 480))
    receiver, found = Receiver(child.solve), []
    for look in camera.film(str(made.device), child):
        found += receiver.take_all(look.texts)
        if found:
            break
    assert found == [parcel(3_000)]
    assert not made.streaming, "the camera is let go when the object is there"
    assert made.asked.count("S_FMT") == 1 and "STREAMON" in made.asked


def test_a_camera_with_yuyv_only_counts_until_it_is_unplugged(child, plugged):
    text = sent_at(parcel(300), 14).text(0)
    shown = picture(qr.draw(text), 3)
    yuyv = b"".join(bytes([grey, 128]) for grey in shown.tobytes())
    black = bytes([16, 128]) * (len(yuyv) // 2)
    made, looks = plugged([black, yuyv], "YUYV", shown.size), []
    with pytest.raises(TransferError) as gone:
        for look in camera.film(str(made.device), child):
            looks.append(look)
    assert gone.value.code == "LIGHT_CAMERA" and gone.value.params["error"] == "No such device"
    assert [look.hint for look in looks] == [Hint.DARK, None] and looks[1].texts == (text,)


def test_a_camera_with_no_format_of_ours(child, plugged):
    made = plugged([b"x" * 100], "H264", (640, 480))
    with pytest.raises(TransferError) as refused:
        list(camera.film(str(made.device), child))
    assert refused.value.params["error"] == "format"
    assert not made.streaming
