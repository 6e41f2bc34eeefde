"""Names as strangers give them: the one list that every output is tried with."""

NAMES = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-1+1",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "| a | b |\n| --- |",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[link](javascript:alert(1))",
    "`code` *strong* _em_",
    "# heading",
    "\u202eevil",
    "\u2066hidden\u2069",
    "a\"b'c",
    "*/ int x; /*",
    "a: {b: !!python/object}",
    "${HOME} $(id) `id`",
    "..\\..\\x",
    "C:\\x",
    "%s %n {0} {name}",
    "[bold]markup[/]",
    "\x00\x07",
    "\r\n.hidden",
    "x" * 300,
    "a:cat:b",
    "模型 é",
    " ",
)
# What no file of ours may hold: half of a character, and steps of a path.
HALVES = ("\ud800", "a\udcffb")
PATHS = ("../../etc/passwd", "/etc/passwd", "a/b", ".", "..", "con", "nul.txt")
OBEYED = ("\x1b", "\x9b", "\x07", "\x00", "\u202e", "\u2066")  # what a terminal would obey
