"""The station's registration (工作站登记): place, person in charge, what is used with it, driver.

AC-11, SC-05. Only the system administrator gets here.
"""

from textual.app import ComposeResult

from airseal.evidence.records import StationFacts
from airseal.screens.station_screen import StationScreen
from airseal.screens.widgets.entry_fields import TextField
from airseal.screens.widgets.form import Form
from airseal.screens.widgets.paint import Say
from airseal.text import level_name, mark, phrase
from airseal.words.device import device_text, devices_of

_SEPARATOR = ";"


class RegistrationScreen(StationScreen[bool]):
    """Shows what is registered and lets it be changed; hands back True once it was."""

    HEADING = mark("Registration of the station")
    HELP = mark(
        "A station without place and person in charge seals nothing. Printers and media are named"
        " one by one, with a semicolon between them; other media are refused, except that a"
        " demonstration without any named takes all. Cameras and scanners are named with the level"
        " up to which each may look, such as /dev/video0=内部; those below the level of the"
        " station read no codes. The driver is the PKCS#11 library of the"
        " USBKeys and is used from the next login on. F9 saves."
    )
    OFFERS = ("confirm",)

    DEFAULT_CSS = """
    RegistrationScreen #which { text-style: bold; margin: 1 0; }
    """

    def body(self) -> ComposeResult:
        """Which station, then the fields."""
        facts = self.session.station.facts
        level = level_name(facts.level)
        yield Say(
            phrase("{name} ({id}), {level}", name=facts.name, id=facts.id, level=level), id="which"
        )
        between = f"{_SEPARATOR} "
        yield Form(
            [
                TextField("place", phrase("Place"), facts.place),
                TextField("manager", phrase("In charge (id)"), facts.manager, longest=64),
                TextField(
                    "printers", phrase("Printers"), between.join(facts.printers), required=False
                ),
                TextField("media", phrase("Media"), between.join(facts.media), required=False),
                TextField(
                    "devices",
                    phrase("Cameras, scanners"),
                    between.join(map(device_text, facts.devices)),
                    required=False,
                ),
                TextField("module", phrase("Driver"), facts.module, required=False),
            ]
        )

    def do_confirm(self) -> None:
        """Save it."""
        form = self.query_one(Form)
        if not form.check():
            return
        text = {field.key: field.value for field in form.query(TextField)}

        def saved(facts: StationFacts) -> None:
            del facts
            self.dismiss(True)

        self.at_station(
            lambda station, _: station.offices.register_station(
                text["place"],
                text["manager"],
                tuple(text["printers"].split(_SEPARATOR)),
                tuple(text["media"].split(_SEPARATOR)),
                text["module"],
                devices_of(text["devices"].split(_SEPARATOR)),
            ),
            saved,
            busy=phrase("Saving"),
        )
