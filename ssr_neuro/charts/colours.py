"""The colours of the page, for light and for dark paper, and the letters written on them.

Each stands out from its paper by 3:1 at least (WCAG 2.2, 1.4.11), and from every other one also for
readers with protanopia, deuteranopia or tritanopia; letters say the same once more.
"""

from markupsafe import Markup

LIGHT = (
    "#0054cc",
    "#009cb4",
    "#c07854",
    "#845448",
    "#78489c",
    "#246c00",
    "#c06ce4",
    "#9c9000",
    "#6e747e",
)
DARK = (
    "#6084fc",
    "#00786c",
    "#c0480c",
    "#a86c48",
    "#b430a8",
    "#30c084",
    "#e484e4",
    "#c0a80c",
    "#969eaa",
)
SHADES_LIGHT = ("#dbe7f5", "#b3cdea", "#82aedb", "#4f8ac6", "#2a65a3", "#113f73")
SHADES_DARK = ("#22364d", "#2b4f78", "#356aa5", "#4f8bcf", "#84b2e6", "#c3dcf7")
PAPERS = {"light": "#ffffff", "dark": "#1c2027"}
INKS = ("#ffffff", "#000000")


def css() -> Markup:
    """Rules of all classes c0 ... (kinds) and h0 ... (shades, from empty to full), and their inks.

    A letter on one of them has the class i0 ... or ih0 ....
    """
    dark = "@media screen and (prefers-color-scheme: dark)"
    names = [f"c{n}" for n in range(len(LIGHT))] + [f"h{n}" for n in range(len(SHADES_LIGHT))]
    rules = "\n".join(map(_rules, names))
    light = _variables(names, LIGHT + SHADES_LIGHT)
    return Markup("{}\n{} {{ {} }}\n{}\n").format(
        light, dark, _variables(names, DARK + SHADES_DARK), rules
    )


def _rules(name: str) -> str:
    ink = _ink_name(name)
    return (
        f".{name} {{ fill: var(--{name}); }} .{ink} {{ fill: var(--{ink}); }} "
        f".key.{name} {{ background: var(--{name}); color: var(--{ink}); }}"
    )


def _variables(names: list[str], colours: tuple[str, ...]) -> str:
    said = (
        f"--{name}: {colour}; --{_ink_name(name)}: {ink(colour)};"
        for name, colour in zip(names, colours, strict=True)
    )
    return f":root {{ {' '.join(said)} }}"


def _ink_name(name: str) -> str:
    return name.replace("c", "i") if name.startswith("c") else f"i{name}"


def ink(colour: str) -> str:
    """Of the two inks the one that reads better on it."""
    return max(INKS, key=lambda one: contrast(one, colour))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours "#rrggbb", 1 to 21, as WCAG 2.2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1, as WCAG 2.2 defines it."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(colour: str) -> tuple[float, float, float]:
    """Linear parts of an sRGB colour."""
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue
