"""Every action of every screen: its name, its keys and its words, in one registry.

Only keys that each terminal can send: plain letters and signs, F-keys, arrows, Enter,
Space, Esc, Tab, and the few Ctrl letters that no terminal keeps for itself. While a text
field has the focus it takes letters and signs, so forms use F-keys.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from airseal.text import Phrase, mark


@dataclass(frozen=True, slots=True)
class Action:
    """``name`` is what screens call it; the first of ``keys`` is the one shown."""

    name: str
    keys: tuple[str, ...]
    label: str

    @property
    def words(self) -> Phrase:
        """What the key does, in the language of the moment."""
        return Phrase(self.label)

    @property
    def key_words(self) -> Phrase:
        """How the key is written; a row of digits as a range."""
        if len(self.keys) > 1 and self.keys[-1].isdigit():
            return Phrase(f"{self.keys[0]}-{self.keys[-1]}")
        return Phrase(_KEY_WORDS.get(self.keys[0], self.keys[0].upper()))


_KEY_WORDS: Final = {
    "escape": mark("Esc"),
    "enter": mark("Enter"),
    "space": mark("Space"),
    "tab": mark("Tab"),
    "up": mark("Arrows"),
    "pagedown": mark("PgDn"),
    "question_mark": "?",
    "slash": "/",
    "asterisk": "*",
    "full_stop": ".",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "plus": "+",
    "minus": "-",
    "ctrl+q": "Ctrl+Q",
} | {letter: letter for letter in "abcdefghijklmnopqrstuvwxyz"}

_ACTIONS: Final = (
    # on every screen
    Action("help", ("question_mark", "f1"), mark("Help")),
    Action("leave", ("escape",), mark("Back")),
    Action("language", ("f2",), mark("Other language")),
    Action("theme", ("f3",), mark("Colours")),
    Action("tour", ("f12",), mark("Tour on or off")),
    Action("lock", ("f10",), mark("Lock")),
    Action("quit", ("ctrl+q",), mark("Quit")),
    # lists
    Action("open", ("enter",), mark("Open")),
    Action("go_on", ("enter",), mark("Go on")),
    Action("mark", ("space",), mark("Mark")),
    Action("mark_range", ("full_stop",), mark("Mark up to here")),
    Action("mark_all", ("asterisk",), mark("Mark all")),
    Action("filter", ("slash",), mark("Filter")),
    Action("sort", ("greater_than_sign",), mark("Sort by the next column")),
    Action("turn_round", ("less_than_sign",), mark("Sort the other way round")),
    Action("refresh", ("f5",), mark("Refresh")),
    # many at once, or one after the other
    Action("read_case", ("f6",), mark("Read the case")),
    Action("leave_out", ("f8",), mark("Leave out")),
    Action("templates", ("f6",), mark("Templates")),
    Action("keep_template", ("f8",), mark("Keep as a template")),
    Action("forget", ("x",), mark("Forget")),
    Action("again", ("r",), mark("Try the failed ones again")),
    Action("next_case", ("greater_than_sign",), mark("Next case")),
    Action("previous_case", ("less_than_sign",), mark("Case before")),
    # forms and acts that need a PIN
    Action("confirm", ("f9",), mark("Confirm")),
    Action("choose_file", ("f4",), mark("Choose file")),
    Action("less", ("f7",), mark("Approve for less")),
    # the first page
    Action("pile", tuple("123456789"), mark("Open a pile")),
    Action("parked", ("p",), mark("Parked")),
    Action("alarms", ("a",), mark("Alarms")),
    Action("quarantine", ("z",), mark("Quarantine")),
    Action("rejudged", ("v",), mark("Changed verdicts")),
    Action("seen", ("k",), mark("Seen")),
    Action("endings", ("x",), mark("What ends soon")),
    Action("ask", ("enter",), mark("Ask for it")),
    Action("heard", ("t",), mark("Other stations")),
    Action("registry", ("g",), mark("Registry")),
    Action("settle", ("o",), mark("Answer with a reason")),
    Action("accounts", ("u",), mark("Accounts")),
    Action("own", ("w",), mark("My account")),
    Action("roots", ("h",), mark("Trusted roots")),
    Action("enrol_root", ("n",), mark("Accept a root")),
    Action("enrol_stamper", ("m",), mark("Accept a time stamping authority")),
    Action("revoke_root", ("x",), mark("Take the root back")),
    Action("use_rights", ("r",), mark("Use rights")),
    Action("delegations", ("d",), mark("Delegations")),
    Action("delegate", ("n",), mark("Delegate")),
    Action("end_delegation", ("x",), mark("End delegation")),
    # the own account
    Action("password", ("w",), mark("Password")),
    Action("change_pin", ("c",), mark("PIN")),
    Action("enrol_token", ("e",), mark("Login with the USBKey")),
    Action("leak", ("l",), mark("Report a leak")),
    Action("responsibility", ("r",), mark("Sign for my post")),
    # the login
    Action("with_token", ("f4",), mark("With the USBKey")),
    Action("recover", ("f6",), mark("Recovery by two")),
    Action("practise", ("f7",), mark("Practice")),
    # the ledger
    Action("audit", ("l",), mark("Ledger")),
    Action("search", ("s",), mark("Search")),
    Action("check_chain", ("k",), mark("Check the chain")),
    Action("export_log", ("e",), mark("Copy to the medium")),
    Action("compare_log", ("y",), mark("Compare a copy")),
    Action("logs", ("o",), mark("Other stations")),
    Action("take_log", ("i",), mark("Take a copy in")),
    # accounts
    Action("open_account", ("n",), mark("Open account")),
    Action("appoint", ("a",), mark("Post and clearance")),
    Action("reset_password", ("o",), mark("One-time password")),
    Action("close_account", ("x",), mark("Close account")),
    Action("set_phone", ("t",), mark("Mobile number")),
    Action("staff", ("s",), mark("Register of posts")),
    Action("file_staff", ("e",), mark("File the list")),
    Action("filed_staff", ("s",), mark("People of the stations")),
    Action("unlock_pin", ("k",), mark("Unlock USBKey")),
    Action("arrange_recovery", ("d",), mark("Arrange recovery")),
    Action("register", ("r",), mark("Registration")),
    # use rights
    Action("grant_use", ("n",), mark("Grant")),
    Action("end_use", ("x",), mark("Take back")),
    Action("stuck", ("h",), mark("Handover impossible")),
    # backups
    Action("backups", ("b",), mark("Backups")),
    Action("back_up", ("n",), mark("Back up now")),
    Action("try_restore", ("t",), mark("Test restoring")),
    # bundles and media
    Action("medium", ("m",), mark("Other medium")),
    # receipts
    Action("receipts", ("s",), mark("Receipts")),
    Action("sign_receipts", ("s",), mark("Sign the receipts")),
    # the quarantine
    Action("copy_refused", ("e",), mark("Copy to the medium")),
    Action("clear_refused", ("x",), mark("Clear away")),
    # QR codes
    Action("show_codes", ("q",), mark("Show as QR codes")),
    Action("read_codes", ("c",), mark("Read QR codes")),
    Action("pause", ("space",), mark("Pause or go on")),
    Action("faster", ("plus",), mark("Faster")),
    Action("slower", ("minus",), mark("Slower")),
    Action("denser", ("right_square_bracket",), mark("Larger code")),
    Action("sparser", ("left_square_bracket",), mark("Smaller code")),
    Action("only_code", ("z",), mark("Only the code")),
    Action("cells", ("x",), mark("Other drawing")),
    Action("sheets", ("p",), mark("Sheets to print")),
    Action("print", ("f8",), mark("Print sheets")),
    Action("from_file", ("f4",), mark("From a file or folder")),
    Action("from_camera", ("f7",), mark("From the camera")),
    Action("forget_incomplete", ("f6",), mark("Forget incomplete")),
    # the way of a case
    Action("new", ("n",), mark("New request")),
    Action("import", ("i",), mark("Import")),
    Action("export", ("e",), mark("Export")),
    Action("export_found", ("f9",), mark("Export what was found")),
    Action("approve", ("a",), mark("Approve")),
    Action("return", ("r",), mark("Return for correction")),
    Action("deny", ("d",), mark("Deny")),
    Action("seal", ("s",), mark("Apply the seal")),
    Action("verify", ("v",), mark("Check seals")),
    Action("evidence", ("d",), mark("Evidence")),
    Action("paper_form", ("f",), mark("Paper form")),
    Action("verify_all", ("y",), mark("Check everything")),
    Action("compare", ("c",), mark("Then and now")),
    Action("next_difference", ("n",), mark("Next difference")),
    Action("next_signature", ("s",), mark("Next signature")),
    Action("pan", ("up", "down", "left", "right"), mark("Move the view")),
    Action("report", ("p",), mark("Write report")),
    Action("sign_report", ("s",), mark("Sign a report")),
    # what else can happen to a case
    Action("check", ("k",), mark("Confirm file")),
    Action("withdraw", ("w",), mark("Withdraw")),
    Action("send_back", ("b",), mark("Send back")),
    Action("correct", ("c",), mark("Corrected version")),
    Action("resubmit", ("c",), mark("Correct and ask again")),
    Action("fall_back", ("p",), mark("Over to paper")),
    Action("reconcile", ("y",), mark("Close paper matter")),
    Action("void", ("x",), mark("Void")),
    Action("resolve", ("o",), mark("Resolve conflict")),
    Action("review", ("u",), mark("Review emergency")),
    Action("confirm_use", ("h",), mark("Confirm use")),
    Action("account_blanks", ("m",), mark("Account for forms")),
    Action("ask_deletion", ("z",), mark("Ask for deletion")),
    Action("refuse_deletion", ("y",), mark("Refuse deletion")),
    Action("delete", ("z",), mark("Delete the papers")),
    Action("transfer", ("g",), mark("Pass on")),
    Action("consent_void", ("x",), mark("Agree to voiding")),
    Action("acknowledge", ("l",), mark("Acknowledge")),
    Action("attend", ("i",), mark("Attend")),
    Action("hand_out", ("h",), mark("Hand out")),
    Action("take_back", ("i",), mark("Take back the seal")),
    Action("deliver_paper", ("h",), mark("Paper delivered")),
    Action("stamps", ("f8",), mark("Time stamps")),
    Action("publish", ("p",), mark("Publish registry")),
    Action("loans", ("l",), mark("Loan register")),
    Action("trainings", ("t",), mark("Trainings")),
    Action("record_training", ("n",), mark("Record a training")),
    Action("seal_copies", ("c",), mark("Copies of seals")),
    Action("seal_checks", ("k",), mark("Checks of seals")),
    Action("summaries", ("y",), mark("Summary tables")),
    Action("make_summary", ("n",), mark("Make the table")),
    Action("write_summary", ("e",), mark("Write it again")),
    Action("hand_over", ("h",), mark("Handed over")),
    Action("check_seal", ("f8",), mark("Check the seal")),
    Action("keep_copy", ("n",), mark("Keep a copy")),
    Action("take_copy_out", ("e",), mark("Take the copy out")),
    Action("enter_seal", ("f9",), mark("Enter in the register")),
    # the policy pack
    Action("policy", ("r",), mark("Policy pack")),
    Action("try_out", ("y",), mark("Who would approve?")),
    Action("changes", ("d",), mark("Changes")),
    Action("add_row", ("n",), mark("New row")),
    Action("add_kind", ("k",), mark("New kind")),
    Action("add_type", ("t",), mark("New seal type")),
    Action("drop_row", ("x",), mark("Remove")),
    Action("publish_pack", ("p",), mark("Publish the pack")),
    # reading and placing
    Action("view", ("t",), mark("Text or picture")),
    Action("next_page", ("right_square_bracket", "pagedown"), mark("Next page")),
    Action("previous_page", ("left_square_bracket", "pageup"), mark("Previous page")),
    Action("find", ("slash",), mark("Find")),
    Action("find_next", ("n",), mark("Find again")),
    Action("go_to_page", ("j",), mark("Go to page")),
    Action("zoom_in", ("plus",), mark("Enlarge")),
    Action("zoom_out", ("minus",), mark("Reduce")),
    Action("step", ("f",), mark("Step 1 or 0.1 mm")),
    Action("move", ("up", "down", "left", "right"), mark("Move the seal")),
    Action("type_place", ("m",), mark("Type the place")),
    Action("snap", ("b",), mark("Signature block")),
    Action("restore", ("0",), mark("Approved place")),
    Action("preview", ("f7",), mark("Seal on the page")),
    Action("tick", ("1", "2", "3"), mark("Tick")),
    Action("abandon", ("x",), mark("Give up the sealing")),
    Action("cancel", ("c",), mark("Cancel")),
)

ACTIONS: Final = {action.name: action for action in _ACTIONS}

EVERYWHERE: Final = ("leave", "help", "language", "theme", "tour", "lock", "quit")
"""The actions that every screen has, whatever else it offers."""


def keys_of(names: Iterable[str]) -> tuple[str, ...]:
    """Every key of the actions ``names``, each once."""
    return tuple(dict.fromkeys(key for action in actions(names) for key in action.keys))


def actions(names: Iterable[str]) -> tuple[Action, ...]:
    """The registry's entries for ``names``, in that order, each once."""
    return tuple(ACTIONS[name] for name in dict.fromkeys(names))
