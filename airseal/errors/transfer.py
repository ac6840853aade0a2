"""The codes of bundles and media, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import mark

TRANSFER: Final[Mapping[str, Sentence]] = {
    "BUNDLE_CUT": Sentence(
        mark("The bundle is cut off."),
        mark("It was not copied completely. Ask the sender for it again."),
    ),
    "BUNDLE_EMPTY": Sentence(
        mark("There is nothing to put into the bundle."),
        mark("Choose at least one case."),
    ),
    "BUNDLE_INFO": Sentence(
        mark("The bundle's cover is not in order: {label}."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "BUNDLE_MEMBER_ALTERED": Sentence(
        mark("A part of the bundle was changed or damaged: {name}."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "BUNDLE_MEMBER_MISSING": Sentence(
        mark("A part of the bundle is missing: {name}."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "BUNDLE_MEMBER_NAME": Sentence(
        mark("A part of the bundle has a name that is not allowed: {name}."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "BUNDLE_MEMBER_TOO_LARGE": Sentence(
        mark("A part of the bundle is larger than allowed: {name}, {limit} bytes."),
        mark("Ask the sender for smaller documents."),
    ),
    "BUNDLE_MEMBER_TWICE": Sentence(
        mark("A part of the bundle is there twice: {name}."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "BUNDLE_MEMBER_UNLISTED": Sentence(
        mark("The bundle holds something it does not list: {name}."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "BUNDLE_NOT_A_BUNDLE": Sentence(
        mark("The file is not a bundle."),
        mark("Choose a file that ends in .airseal."),
    ),
    "BUNDLE_NOT_CANONICAL": Sentence(
        mark("The bundle is not written as this program writes it."),
        mark(
            "Something was added or repacked. It is kept in quarantine; ask the sender "
            "for a new bundle."
        ),
    ),
    "BUNDLE_TAG_FILE": Sentence(
        mark("A list inside the bundle is not in order: {name}."),
        mark("It is kept in quarantine. Ask the sender for a new bundle."),
    ),
    "BUNDLE_TOO_LARGE": Sentence(
        mark("The bundle is larger than allowed ({limit} bytes)."),
        mark("Ask the sender for several smaller bundles."),
    ),
    "BUNDLE_TOO_MANY": Sentence(
        mark("The bundle has more parts than allowed ({limit})."),
        mark("Ask the sender for several smaller bundles."),
    ),
    "BUNDLE_UNSIGNED": Sentence(
        mark("The bundle is not signed."),
        mark("It is kept in quarantine. Ask the sender for a signed bundle."),
    ),
    "BUNDLE_VERSION": Sentence(
        mark("The bundle has an unknown version: {version}."),
        mark("Bring the program up to date, then import again."),
    ),
    "FILE_MISSING": Sentence(
        mark("The file is not there."),
        mark("Check its name, and that the medium is still plugged in."),
    ),
    "FILE_NOT_REGULAR": Sentence(
        mark("This is not an ordinary file."),
        mark("Choose another file."),
    ),
    "FILE_TOO_LARGE": Sentence(
        mark("The file is larger than allowed ({limit} bytes)."),
        mark("Ask for a smaller version."),
    ),
    "LIGHT_CAMERA": Sentence(
        mark("The camera cannot be used ({error})."),
        mark("Check the cable and that no other program uses it, or read a file instead."),
    ),
    "LIGHT_CAMERA_MISSING": Sentence(
        mark("Reading from a camera is not installed here."),
        mark("Install the extra 'camera', or use pictures, a video or a typing scanner."),
    ),
    "LIGHT_CHILD_DIED": Sentence(
        mark("What was shown could not be read: the reader ended while reading it."),
        mark("Show it again. If it happens again, ask the sender for a file instead."),
    ),
    "LIGHT_DAMAGED": Sentence(
        mark("What the codes carry is not what they say it is."),
        mark("Nothing was taken in. Ask the sender to show it again."),
    ),
    "LIGHT_INCOMPLETE": Sentence(
        mark("Not everything was there: {held} of {needed} codes."),
        mark("Read the missing ones together with the file of frames that was kept."),
    ),
    "LIGHT_KIND": Sentence(
        mark("Only a bundle or a single statement can be sent as QR codes."),
        mark("Choose a file that ends in .airseal or .p7m."),
    ),
    "LIGHT_NOTHING": Sentence(
        mark("No code of this program was found."),
        mark("Check the sharpness and the light, and that the whole code is on the picture."),
    ),
    "LIGHT_PICTURE": Sentence(
        mark("The picture or video cannot be read."),
        mark("Save it as PNG or JPEG, or film it again; a video needs the extra 'video'."),
    ),
    "LIGHT_SCREEN": Sentence(
        mark("The window is too small for a QR code."),
        mark("Make the window larger or its letters smaller."),
    ),
    "LIGHT_SOURCE": Sentence(
        mark("This file holds no codes: it is no picture, PDF, video or list of frames."),
        mark("Choose another file."),
    ),
    "LIGHT_TOO_LARGE": Sentence(
        mark("This is too large to be sent as QR codes (limit: {limit} bytes)."),
        mark("Use a medium instead."),
    ),
    "MEDIUM_DENIED": Sentence(
        mark("The medium does not let us in."),
        mark("Ask the system administrator to check the rights on it."),
    ),
    "MEDIUM_FAILED": Sentence(
        mark("The medium failed ({error})."),
        mark("Do not rely on what was just written. Use another medium."),
    ),
    "MEDIUM_FILE_TOO_LARGE": Sentence(
        mark("The medium cannot take a file of this size."),
        mark("Use a medium with another file system, or export fewer cases at once."),
    ),
    "MEDIUM_FULL": Sentence(
        mark("The medium is full."),
        mark("Nothing was exported. Use another medium."),
    ),
    "MEDIUM_GONE": Sentence(
        mark("The medium was pulled out."),
        mark("Nothing counts as exported. Plug it in and export again."),
    ),
    "MEDIUM_NAME": Sentence(
        mark("The medium cannot keep the name {name}."),
        mark("Use another medium."),
    ),
    "MEDIUM_READBACK": Sentence(
        mark("What was written to the medium cannot be read back."),
        mark("Nothing counts as exported. The medium is not reliable; use another one."),
    ),
    "MEDIUM_READ_ONLY": Sentence(
        mark("The medium cannot be written to."),
        mark("Remove the write protection or use another medium."),
    ),
    "MEDIUM_TOO_MANY": Sentence(
        mark("There are more files on the medium than can be looked at ({limit})."),
        mark("Remove what does not belong there."),
    ),
}
