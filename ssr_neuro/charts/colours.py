"""The page's colours as rules of CSS, the letters written on them, and how colours contrast."""

from collections.abc import Mapping

from markupsafe import Markup

from ssr_neuro.charts import palette

PAPERS = {"light": palette.PAGE_LIGHT["card"], "dark": palette.PAGE_DARK["card"]}


def css() -> Markup:
    """Variables of the page, and rules of all classes c0 ... (kinds) and h0 ... (shades).

    A letter on one of them has the class i0 ... or ih0 ....
    """
    dark = "@media screen and (prefers-color-scheme: dark)"
    light_kinds = _by_class(palette.KINDS_LIGHT, palette.SHADES_LIGHT)
    dark_kinds = _by_class(palette.KINDS_DARK, palette.SHADES_DARK)
    rules = "\n".join(map(_rules, light_kinds))
    return Markup("{}\n{} {{ {} }}\n{}\n").format(
        _variables(palette.PAGE_LIGHT, light_kinds),
        dark,
        _variables(palette.PAGE_DARK, dark_kinds),
        rules,
    )


def _by_class(kinds: tuple[str, ...], shades: tuple[str, ...]) -> dict[str, str]:
    return {
        **{f"c{number}": colour for number, colour in enumerate(kinds)},
        **{f"h{number}": colour for number, colour in enumerate(shades)},
    }


def _rules(name: str) -> str:
    ink = _ink_name(name)
    return (
        f".{name} {{ fill: var(--{name}); }} .{ink} {{ fill: var(--{ink}); }} "
        f".key.{name} {{ background: var(--{name}); color: var(--{ink}); }}"
    )


def _variables(page: Mapping[str, str], classes: Mapping[str, str]) -> str:
    own = (f"--{name}: {colour};" for name, colour in page.items())
    said = (
        f"--{name}: {colour}; --{_ink_name(name)}: {ink(colour)};"
        for name, colour in classes.items()
    )
    return f":root {{ {' '.join([*own, *said])} }}"


def _ink_name(name: str) -> str:
    return name.replace("c", "i") if name.startswith("c") else f"i{name}"


def ink(colour: str) -> str:
    """Of the two inks the one that reads better on it."""
    return max(palette.INKS, key=lambda one: contrast(one, colour))


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
