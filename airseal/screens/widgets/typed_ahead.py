"""Keys typed before the last one was answered: they belong to the field that it led to.

Textual gives a key to the field that has the focus when the key arrives. On a busy machine the
keys after Enter would still go to the field before: a password into one that shows it.
"""

from collections.abc import Callable

from textual import events
from textual.widget import Widget


def handled(field: Widget, event: events.Key, submit: Callable[[], None] | None) -> bool:
    """Whether ``event`` was dealt with here: it is another's by now, or it is Enter.

    ``submit`` is what Enter does, at once and not by a message behind the keys that wait.
    """
    owner = _owner(field)
    if owner is field and (event.key != "enter" or submit is None):
        return False
    event.stop()
    event.prevent_default()
    if owner is field and submit is not None:
        submit()
    else:
        owner.post_message(events.Key(event.key, event.character))
    return True


def _owner(field: Widget) -> Widget:
    """Whose keys are those that arrive now."""
    screen = field.app.screen
    if screen is not field.screen:
        return screen.focused or screen
    return screen.focused or field
