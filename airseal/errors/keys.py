"""The codes of tokens, certificates and signatures, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import mark

KEYS: Final[Mapping[str, Sentence]] = {
    "CA_SIGNATURE": Sentence(
        mark("A certificate that was just made does not pass its own check."),
        mark("Nothing was issued. Report to the system administrator."),
    ),
    "CERT_EXPIRED": Sentence(
        mark("The certificate expired at {at}."),
        mark("Ask the seal department for a new one."),
    ),
    "CERT_FORM": Sentence(
        mark("A certificate cannot be read."),
        mark("Ask whoever issued it for a new one."),
    ),
    "CERT_NOT_YET_VALID": Sentence(
        mark("The certificate is not valid before {at}."),
        mark("Check the clock of this station."),
    ),
    "CERT_USAGE": Sentence(
        mark("The certificate was not issued for this use."),
        mark("Ask the seal department."),
    ),
    "CMS_DIGEST": Sentence(
        mark("A signature does not fit what it signs."),
        mark("The statement was changed or damaged. Ask the sender for a new one."),
    ),
    "CMS_FORM": Sentence(
        mark("A signature is not in the form it must have."),
        mark("It is refused. Ask the sender for a new one."),
    ),
    "CMS_SIGNATURE": Sentence(
        mark("A signature is not genuine."),
        mark("The statement was changed or forged. Report to the seal department."),
    ),
    "CMS_SIZE": Sentence(
        mark("A signed statement is larger than allowed."),
        mark("It is refused. Ask the sender."),
    ),
    "CMS_TIME": Sentence(
        mark("The time in a signature is not written as it must be."),
        mark("It is refused. Ask the sender."),
    ),
    "KEY_ALGORITHM": Sentence(
        mark("A key uses an algorithm that is not accepted."),
        mark("Use a key of an accepted kind: RSA 2048 bits or P-256."),
    ),
    "PIN_FORM": Sentence(
        mark("The PIN is too short or too long."),
        mark("No try was spent. Enter the PIN again."),
    ),
    "PIN_INITIAL": Sentence(
        mark("This PIN was given by somebody else. It must be changed before anything is signed."),
        mark("Change it: airseal pin change, or the page of the USBKey."),
    ),
    "PIN_WEAK": Sentence(
        mark("This PIN is too simple."),
        mark("Take at least six signs, not all alike, not in a row, and not the PIN of now."),
    ),
    "SO_PIN_LOCKED": Sentence(
        mark("The administrator's PIN of the USBKey is locked."),
        mark("This USBKey cannot be unlocked any more: open the retirement of its seal."),
    ),
    "SO_PIN_WRONG": Sentence(
        mark("The administrator's PIN of the USBKey is wrong."),
        mark("It was tried once. Check it before the next try: most tokens lock for good."),
    ),
    "UNLOCK_SECOND": Sentence(
        mark("{person} cannot be the second person here."),
        mark("The seal department must be there: somebody with its post and an account here."),
    ),
    "PIN_LOCKED": Sentence(
        mark("The USBKey is locked: the PIN was wrong too often."),
        mark("Ask the system administrator to unlock it; the key cannot be used until then."),
    ),
    "PIN_WRONG": Sentence(
        mark("The PIN is wrong."),
        mark("One try is spent. Make sure of the PIN before you try again."),
    ),
    "ROOT_FORM": Sentence(
        mark("The root certificate is not in the form it must have."),
        mark(
            "Ask the seal department for the root certificate, and compare its "
            "fingerprint by two persons."
        ),
    ),
    "TOKEN_ABSENT": Sentence(
        mark("The USBKey with your certificate is not plugged in."),
        mark("Plug it in and try again."),
    ),
    "TOKEN_FAILED": Sentence(
        mark("The USBKey reported an error: {reason}."),
        mark("Pull it out, plug it in again and try once more."),
    ),
    "TOKEN_CHOICE": Sentence(
        mark("More than one USBKey is plugged in, or none."),
        mark("Plug in the one that is meant, and no other."),
    ),
    "TOKEN_LOGIN_ABSENT": Sentence(
        mark("No USBKey that is plugged in opens this station for you."),
        mark("Plug in the one you have enrolled, or log in with the password."),
    ),
    "TOKEN_HOST_DIED": Sentence(
        mark("The program part that talks to the USBKey stopped."),
        mark("Nothing was signed. Try again; it starts anew by itself."),
    ),
    "TOKEN_INIT_FAILED": Sentence(
        mark("The soft token {label} could not be set up."),
        mark("Check that softhsm2 is installed, then build the demonstration again."),
    ),
    "TOKEN_KEY_ABSENT": Sentence(
        mark("The USBKey has no private key for your certificate."),
        mark("Report to the seal department."),
    ),
    "TOKEN_LOGGED_OUT": Sentence(
        mark("The USBKey is not unlocked."),
        mark("Enter the PIN again."),
    ),
    "TOKEN_KEY_USE": Sentence(
        mark("This key of the USBKey is not made for this use."),
        mark("A signing key cannot open a login, nor an encryption key sign. Use the other."),
    ),
    "TOKEN_KEY_KIND": Sentence(
        mark("This key of the USBKey cannot decrypt what a login needs."),
        mark("Use an RSA encryption key of at least 2048 bits."),
    ),
    "TOKEN_OAEP": Sentence(
        mark("The USBKey cannot do this kind of decryption."),
        mark("Use the token that was enrolled for this login, or the password."),
    ),
    "TOKEN_MODULE_OPEN": Sentence(
        mark("Others on this machine could replace the driver of the USBKey, which sees PINs."),
        mark("Let it belong to root and be writable by nobody else."),
    ),
    "TOKEN_MODULE_MISSING": Sentence(
        mark("The driver of the USBKey is not installed."),
        mark("Ask the system administrator to install the PKCS#11 module."),
    ),
    "TOKEN_PULLED": Sentence(
        mark("The USBKey was pulled out while it was at work."),
        mark("What was not yet signed is unchanged. Plug it in and try again."),
    ),
}
