"""The codes of documents, in sentences."""

from collections.abc import Mapping
from typing import Final

from airseal.errors.sentence import Sentence
from airseal.text import mark

PAPER: Final[Mapping[str, Sentence]] = {
    "FONT_MISSING": Sentence(
        mark("The font {font} is not installed."),
        mark("Ask the system administrator to install fonts-arphic-uming."),
    ),
    "JAIL_DIED": Sentence(
        mark("The document could not be read: the reader stopped while at work on it."),
        mark(
            "The document may be damaged or hostile. Ask for a new copy; the program "
            "itself is unharmed."
        ),
    ),
    "JAIL_MEMORY": Sentence(
        mark("The document needs more memory than reading it may take."),
        mark("Ask for a simpler or smaller version of the document."),
    ),
    "JAIL_TIMEOUT": Sentence(
        mark("The document takes too long to read."),
        mark("Ask for a simpler or smaller version of the document."),
    ),
    "JAIL_UNAVAILABLE": Sentence(
        mark("Documents cannot be read safely on this machine: {reason}."),
        mark(
            "Ask the system administrator to install bubblewrap. Until then a formal "
            "station refuses to open documents."
        ),
    ),
    "PDF_ALREADY_SIGNED": Sentence(
        mark("The document already carries a signature."),
        mark("Use the unsigned original."),
    ),
    "PDF_BLANK_PAGE": Sentence(
        mark("Page {page} is blank."),
        mark("Check that nothing is missing."),
    ),
    "PDF_BROKEN": Sentence(
        mark("The file is not a whole PDF."),
        mark("Make the PDF anew from the original document."),
    ),
    "PDF_COMMENT": Sentence(
        mark("Page {page} has comments."),
        mark("Remove the comments before the request."),
    ),
    "PDF_EMBEDDED_FILE": Sentence(
        mark("The document has other files embedded in it."),
        mark("Make the PDF anew without attachments."),
    ),
    "PDF_ENCRYPTED": Sentence(
        mark("The document is encrypted or protected."),
        mark("Make the PDF anew without a password."),
    ),
    "PDF_EXTERNAL_CONTENT": Sentence(
        mark("The document takes content from outside itself."),
        mark("Make the PDF anew so that it holds everything."),
    ),
    "PDF_EXTERNAL_LINK": Sentence(
        mark("The document links to {target}."),
        mark("Check that the link belongs in the document."),
    ),
    "PDF_CHANGED_AFTER_SIGNING": Sentence(
        mark("The document was changed after the seal {field} was applied."),
        mark("Do not rely on it; ask the sender for the sealed document."),
    ),
    "PDF_FIELD_CHANGED": Sentence(
        mark("A form field was changed after signing."),
        mark("Do not rely on the document."),
    ),
    "PDF_FORBIDDEN_CHANGE": Sentence(
        mark("After the signature {field} something was added that this signature forbids."),
        mark("Do not rely on it; ask the sender for the document as it was signed."),
    ),
    "PDF_FORM_REDRAWN": Sentence(
        mark("After signing, it was changed how viewers draw the form fields."),
        mark("Do not rely on the document; compare what was signed with what is shown now."),
    ),
    "PDF_REFERENCE_MISSING": Sentence(
        mark("The PDF refers to parts that are not in it; readers may put anything there."),
        mark("Make the PDF again with another program, or ask the sender for a whole one."),
    ),
    "PDF_SEAL_COVERING": Sentence(
        mark(
            "The field of the later signature {field} covers an earlier one, much of a page, or"
            " something that was drawn there before."
        ),
        mark("Compare what was signed with what is shown now, and ask who signed later."),
    ),
    "PDF_FONT_MISSING": Sentence(
        mark("The font {name} is not in the document."),
        mark("Make the PDF anew with its fonts embedded, or it may look different elsewhere."),
    ),
    "PDF_FORM_FIELD_EMPTY": Sentence(
        mark("The form field {name} is empty."),
        mark("Fill it in or make the PDF anew without form fields."),
    ),
    "PDF_IRREGULAR": Sentence(
        mark("The PDF numbers its parts against the standard, and readers differ on such files."),
        mark("Have it signed again with another program."),
    ),
    "PDF_JAVASCRIPT": Sentence(
        mark("The document contains a program (JavaScript)."),
        mark("Make the PDF anew without programs."),
    ),
    "PDF_LAUNCH": Sentence(
        mark("The document contains an action that starts or sends something."),
        mark("Make the PDF anew without actions."),
    ),
    "PDF_LAYERS": Sentence(
        mark("The document has layers that can be hidden."),
        mark("Make the PDF anew without layers."),
    ),
    "PDF_MULTIMEDIA": Sentence(
        mark("The document contains sound, film or 3D."),
        mark("Make the PDF anew with text and pictures only."),
    ),
    "PDF_NO_PAGES": Sentence(
        mark("The document has no pages."),
        mark("Choose another file."),
    ),
    "PDF_PAGE_SIZE": Sentence(
        mark("Page {page} has a size that cannot be sealed."),
        mark("Make the PDF anew on a usual paper size."),
    ),
    "PDF_SIGNATURE_FIELD": Sentence(
        mark("The document has a signature field prepared by someone else."),
        mark("Make the PDF anew without signature fields."),
    ),
    "PDF_SIGNATURE_KIND": Sentence(
        mark("The signature {field} is of a kind that is not accepted."),
        mark("Do not rely on the document."),
    ),
    "PDF_SIGNATURE_SHARED": Sentence(
        mark("One signature is used by two fields."),
        mark("Do not rely on the document."),
    ),
    "PDF_TOO_COMPLEX": Sentence(
        mark("The document is built too intricately to be checked."),
        mark("Make the PDF anew from the original document."),
    ),
    "PDF_TOO_LARGE": Sentence(
        mark("The document is larger than allowed ({limit} bytes)."),
        mark("Ask for a smaller version of the document."),
    ),
    "PDF_TOO_MANY_PAGES": Sentence(
        mark("The document has more pages than allowed ({limit})."),
        mark("Divide the document."),
    ),
    "PDF_TRAILING_BYTES": Sentence(
        mark("Something was added after the end of the document."),
        mark("Make the PDF anew; a sealed document with additions must not be relied on."),
    ),
    "PDF_HYBRID": Sentence(
        mark("The PDF has two tables of contents, and readers differ on which one to follow."),
        mark("Make the PDF again with another program."),
    ),
    "PDF_NEEDS_APPEARANCES": Sentence(
        mark("The PDF asks the viewer to draw its form fields anew: they may look different."),
        mark("Rely on the values, not on what a viewer shows."),
    ),
    "PDF_OVERLAY": Sentence(
        mark("Comments with pictures of their own lie over the page."),
        mark("Look at the page with the comments hidden, and ask who made them."),
    ),
    "PDF_UNSIGNED": Sentence(
        mark("The document carries no seal signature. A picture of a seal proves nothing."),
        mark("Do not rely on it as a sealed document."),
    ),
    "PDF_VERIFY_FAILED": Sentence(
        mark("The signatures in the document could not be checked."),
        mark("Do not rely on the document."),
    ),
    "PDF_TRACKED_CHANGE": Sentence(
        mark("Page {page} has tracked changes that were neither taken over nor dropped."),
        mark("Finish the document in its source, then make the PDF again."),
    ),
    "PDF_XFA": Sentence(
        mark("The document contains an XFA form."),
        mark("Make the PDF anew without a form."),
    ),
    "PLACE_NO_SUCH_PAGE": Sentence(
        mark("There is no page {page}; the document has {pages}."),
        mark("Choose a page of the document."),
    ),
    "PLACE_OUTSIDE_PAGE": Sentence(
        mark("The seal would leave the page by {mm} mm."),
        mark("Move it towards the middle."),
    ),
    "PLACE_OUTSIDE_TOLERANCE": Sentence(
        mark("The seal would stand {dx} mm and {dy} mm off; {limit} mm are approved."),
        mark("Move it back towards the approved place."),
    ),
    "PLACE_OVERLAP": Sentence(
        mark("The seal would cover another one on page {page}."),
        mark("Move it beside the other seal."),
    ),
    "PLACE_SIZE": Sentence(
        mark(
            "The seal would be {width} by {height} mm instead of its true {true_width} by "
            "{true_height} mm."
        ),
        mark("A seal is only ever applied in its true size."),
    ),
    "PRINTER_FAILED": Sentence(
        mark("The printing system of this machine takes no job."),
        mark("Nothing was printed. Ask the system administrator to look at CUPS."),
    ),
    "PRINTER_NOT_REGISTERED": Sentence(
        mark("The printer {printer} is not registered with this station."),
        mark("Have the system administrator enter it in the station's registration (AC-11)."),
    ),
    "PRINTER_UNKNOWN": Sentence(
        mark("This machine has no printer {printer}."),
        mark("Switch it on, or ask the system administrator to set it up in CUPS."),
    ),
    "SEAL_DIAMETER": Sentence(
        mark("A seal of {unit} must be {required} mm wide, not {mm} mm."),
        mark("Make the seal anew in the prescribed size."),
    ),
    "SEAL_DIAMETER_RANGE": Sentence(
        mark("A seal of {mm} mm cannot be drawn."),
        mark("Choose a usual diameter."),
    ),
    "SEAL_EMBLEM": Sentence(
        mark("The emblem is not the one prescribed for {unit}."),
        mark("Make the seal anew with the prescribed emblem."),
    ),
    "SEAL_FIELD_MISSING": Sentence(
        mark("The place prepared for the seal, {field}, is missing in the document."),
        mark("Start again from the unsealed document."),
    ),
    "SEAL_FIELD_MOVED": Sentence(
        mark("The place prepared for the seal, {field}, is not where the request says."),
        mark("Start again from the unsealed document."),
    ),
    "SEAL_FIELD_USED": Sentence(
        mark("The place {field} is already sealed."),
        mark("Refresh the list."),
    ),
    "SEAL_FONT_MISSING": Sentence(
        mark("The 宋体 font for seals is not installed."),
        mark("Ask the system administrator to install fonts-arphic-uming."),
    ),
    "SEAL_SIGNATURE_TOO_LARGE": Sentence(
        mark("The seal signature is larger than the room kept for it ({limit} bytes)."),
        mark(
            "Report to the system administrator; the certificate or its lists are unusually large."
        ),
    ),
    "SEAL_TEXT_CHARACTER": Sentence(
        mark("The seal font has no character {character}."),
        mark("Use the simplified character of the national list."),
    ),
    "SEAL_TEXT_LENGTH": Sentence(
        mark("The name on a seal needs {min} to {max} characters."),
        mark("Use the unit's statutory name, or its prescribed short form."),
    ),
}
