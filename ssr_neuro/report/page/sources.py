"""Where numbers come from: each source once, with the number that the page refers to it by."""

from dataclasses import dataclass, field


@dataclass
class Sources:
    """Grows while the page is made; the list stands at its end."""

    texts: list[str] = field(default_factory=list)

    def ref(self, text: str) -> int:
        """Number of a source, from 1. The same words have the same number."""
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1
