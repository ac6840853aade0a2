"""The codes of the screens, and of the program itself, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import mark

SCREENS: Final[Mapping[str, Sentence]] = {
    "CANCELLED": Sentence(
        mark("The work was cancelled."),
        mark("What was finished before stays; nothing is half done."),
    ),
    "DIRECTORY_UNREADABLE": Sentence(
        mark("The directory cannot be read."),
        mark("Check that the medium is still there, or choose another directory."),
    ),
    "FORM_INCOMPLETE": Sentence(
        mark("Something is missing in the form."),
        mark("The field at which the cursor stands says what."),
    ),
    "INTERNAL_ERROR": Sentence(
        mark("The program met an error of its own. Reference: {reference}"),
        mark(
            "Nothing that was shown as saved is affected. Go back and try once more; if "
            "it happens again, give the reference to the system administrator."
        ),
    ),
    "LOGIN_INCOMPLETE": Sentence(
        mark("Enter both the person id and the password."),
        mark("Press Tab to move between the two fields."),
    ),
}
