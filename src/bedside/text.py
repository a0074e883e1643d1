"""Characters of HL7 v2: the sets that MSH-18 names, and the escape sequences inside a field.

HL7 v2.6 chapter 2.7 (escapes), 2.14.9.18 and table 0211 (character sets).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

CHARACTER_SETS = {
    "": "ascii",
    "ASCII": "ascii",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
    "UNICODE UTF-8": "utf-8",
    "UNICODE": "utf-8",
    "UTF-8": "utf-8",
    "GB 18030-2000": "gb18030",
    "BIG-5": "big5",
    "KS X 1001": "euc_kr",
}
"""MSH-18 → codec. ``UNICODE`` (withdrawn) and ``UTF-8`` are common deviations: both must then be
valid UTF-8, so a wrong guess cannot pass. UTF-16 and UTF-32 are not here: MLLP cannot carry them.
"""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The characters a message separates with, from MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    @property
    def msh_2(self) -> str:
        """The encoding characters as MSH-2 carries them."""
        return self.component + self.repetition + self.escape + self.subcomponent + self.truncation


STANDARD = Delimiters()


def codec(msh_18: str) -> str | None:
    """Name the Python codec of a character set, or None where we do not read it."""
    return CHARACTER_SETS.get(msh_18.strip().upper())


_FORMATTING = {".br": "\n", ".sp": "\n", "H": "", "N": ""}


def _literal(body: str, delimiters: Delimiters, encoding: str) -> str | None:
    """Give what an escape stands for, or None for one we leave as it is."""
    one = {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        "P": delimiters.truncation or "#",
        **_FORMATTING,
    }.get(body)
    if one is not None:
        return one
    if body[:1] != "X":
        return None
    try:
        return bytes.fromhex(body[1:]).decode(encoding)
    except (ValueError, LookupError):
        return None


def unescape(raw: str, delimiters: Delimiters = STANDARD, encoding: str = "utf-8") -> str:
    r"""Replace ``\F\ \S\ \T\ \R\ \E\ \P\ \Xdd..\ \.br\`` and drop highlighting.

    An escape we do not know, a hexadecimal one that is no text in `encoding`, and one that is never
    closed stay as they came. Text beyond ASCII comes back in normal form C.
    """
    if delimiters.escape in raw:
        mark = re.escape(delimiters.escape)

        def replaced(match: re.Match[str]) -> str:
            found = _literal(match[1], delimiters, encoding)
            return match[0] if found is None else found

        raw = re.sub(f"{mark}([^{mark}]*){mark}", replaced, raw)
    return raw if raw.isascii() else unicodedata.normalize("NFC", raw)


def escape(text: str, delimiters: Delimiters = STANDARD) -> str:
    """Write text so that it fits into one subcomponent; the reverse of `unescape`."""
    mark = delimiters.escape
    names = {
        delimiters.escape: "E",
        delimiters.field: "F",
        delimiters.component: "S",
        delimiters.subcomponent: "T",
        delimiters.repetition: "R",
        "\r": "X0D",
        "\n": "X0A",
        "\x0b": "X0B",
        "\x1c": "X1C",
    }
    if delimiters.truncation:
        names[delimiters.truncation] = "P"
    return "".join(f"{mark}{names[sign]}{mark}" if sign in names else sign for sign in text)
