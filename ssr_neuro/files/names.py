"""Names that strangers gave, as they may stand in a terminal, a table of text, or a spreadsheet."""

import unicodedata

# Control characters, and those that turn the direction of what follows.
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
KEPT = "\n\t\u200d\u00ad"  # line ends, tabs; joiners and soft hyphens of ordinary words
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet begins a formula


def spell_controls(text: str) -> str:
    """The text with its control characters as codes, such as \\x1b: no terminal obeys them."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_spelled, text))


def _spelled(character: str) -> str:
    if character in KEPT or unicodedata.category(character) not in UNSEEN:
        return character
    return character.encode("unicode_escape").decode("ascii")


def spreadsheet_cell(text: str) -> str:
    """The text so that a spreadsheet shows it as it is: a quote before what begins a formula.

    A number stays one.
    """
    spelled = spell_controls(text)
    if not spelled.startswith(FORMULA) or is_number(spelled):
        return spelled
    return f"'{spelled}"


def is_number(text: str) -> bool:
    """Whether `float` reads it."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def is_text(text: str) -> bool:
    """Whether every character is one: halves of a pair, as a bad decoding leaves them, are none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def in_one_line(text: str) -> str:
    """Without line ends or tabs, for a cell of a table or the name of a file."""
    return " ".join(spell_controls(text).split())


def markdown_text(text: str) -> str:
    """The text as words of one line of Markdown: no links, code, emphasis, HTML or table cells."""
    escaped = "".join(f"\\{c}" if c in "\\`*[]|" else c for c in in_one_line(text))
    return escaped.replace("&", "&amp;").replace("<", "&lt;")


def quote(text: str) -> str:
    """The text as a Python literal, shortened for a message."""
    return repr(text if len(text) <= 40 else text[:37] + "...")
