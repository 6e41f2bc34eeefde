"""Boolean functions as Liberty files write them: `!(A1 & A2)`, `(A B)'`, `A ^ B`, `A*B + C`.

Liberty's order of binding: a not (`!` before, `'` behind), then `^`, then an and (`&`, `*` or a
space), then an or (`|` or `+`).
"""

import re
from collections.abc import Mapping
from itertools import product

from ssr_neuro.errors import BackendFailed

PINS = 6  # inputs of a gate at most: its truth table has 64 bits
WORDS = re.compile(r"\s*([A-Za-z_]\w*|[01]|[!'^&*|+()])")
NOT_LEFT = ("", ")", "|", "+")  # where a product ends


def truth_table(function: str) -> tuple[tuple[str, ...], int]:
    """Names of the inputs, and the output by their bits.

    Raises BackendFailed on more than PINS inputs, and on what is no such function.
    """
    words = _words(function)
    names = tuple(dict.fromkeys(word for word in words if word[0].isalpha() or word[0] == "_"))
    if len(names) > PINS:
        raise BackendFailed(f"a cell of {len(names)} inputs: {function}")
    table = 0
    for bits in product((False, True), repeat=len(names)):
        reader = _FunctionReader(function, words, dict(zip(names, bits, strict=True)))
        if reader.value():
            table |= 1 << sum(bit << i for i, bit in enumerate(bits))
    return names, table


def _words(function: str) -> list[str]:
    found, at, text = [], 0, function.strip()
    while at < len(text):
        word = WORDS.match(text, at)
        if word is None:
            raise BackendFailed(
                f"the function {function!r} of a cell cannot be read at {text[at:]!r}"
            )
        found.append(word[1])
        at = word.end()
    return found


class _FunctionReader:
    """One evaluation, from the loosest operator down to names."""

    def __init__(self, function: str, words: list[str], values: Mapping[str, bool]) -> None:
        self.function, self.words, self.values, self.at = function, words, values, 0

    def value(self) -> bool:
        found = self._or()
        if self._next:
            raise self._error()
        return found

    @property
    def _next(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def _take(self, *wanted: str) -> bool:
        taken = self._next in wanted
        self.at += taken
        return taken

    def _or(self) -> bool:
        found = self._and()
        while self._take("|", "+"):
            found = self._and() or found
        return found

    def _and(self) -> bool:
        found = self._xor()
        while self._next not in NOT_LEFT:
            self._take("&", "*")
            found = self._xor() and found
        return found

    def _xor(self) -> bool:
        found = self._not()
        while self._take("^"):
            found = self._not() != found
        return found

    def _not(self) -> bool:
        if self._take("!"):
            return not self._not()
        found = self._name()
        while self._take("'"):
            found = not found
        return found

    def _name(self) -> bool:
        if self._take("("):
            found = self._or()
            if not self._take(")"):
                raise self._error()
            return found
        word = self._next
        if word not in self.values and word not in ("0", "1"):
            raise self._error()
        self.at += 1
        return self.values[word] if word in self.values else word == "1"

    def _error(self) -> BackendFailed:
        place = self._next or "its end"
        return BackendFailed(
            f"the function {self.function!r} of a cell cannot be read at {place!r}"
        )
