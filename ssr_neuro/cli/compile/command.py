"""`ssr-compile`: from a model to a target, with proof."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from ssr_neuro.cli.options import Core, DryRun, Duplicates, Json, Overwrite, Reader
from ssr_neuro.errors import BadInput

if TYPE_CHECKING:
    from ssr_neuro.compiler.options import Wishes

TARGETS = ("lava-sim", "program", "nir")  # and one of each converters/export_*.py
LAYOUTS = ("compact", "flat")


def compile_model(
    model: Annotated[Path, typer.Argument(help="model.pt from `ssr train`, a .nir or .net graph")],
    target: Annotated[
        str,
        typer.Option(
            help="lava-sim (compile, run on Lava, verify), program (compile and verify without "
            "Lava), nir, or another tool: lava-dl, onnx, sana-fe"
        ),
    ] = "lava-sim",
    out: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(help="folder for the result  [default: build/MODEL-TARGET]"),
    ] = None,
    data: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="data set to measure accuracy on: a file, or 'generated'"),
    ] = None,
    core: Core = "5-core",
    duplicates: Duplicates = "keep",
    reader: Reader = None,
    samples: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=1, help="sequences to run on every stage  [default: 64]"),
    ] = None,
    chip: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            help="to place the program on: a name of `ssr chips`, or a .toml file",
            show_default="loihi1",
        ),
    ] = None,
    weight_bits: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(min=2, max=8, help="bits of a weight", show_default="as trained, else 8"),
    ] = None,
    calibrate: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option(
            "--calibrate/--no-calibrate",
            help="choose each population's scale on data",
            show_default="below 8 bits, unless trained for them",
        ),
    ] = None,
    optimise: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option(
            "--optimise/--no-optimise",
            help="make the program smaller without changing a bit of its readouts",
            show_default="optimise, but not with --trace, which shows every neuron",
        ),
    ] = None,
    passes: Annotated[bool, typer.Option("--passes", help="print what every pass saved")] = False,
    stop_after: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="PASS", help="write the program as it is after this pass; run nothing"
        ),
    ] = None,
    layout: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="of a .nir target: compact or flat", show_default="compact"),
    ] = None,
    inputs: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="spikes for a .nir graph: .npz with `inputs` (samples, steps, *shape)"),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="print how many spikes every other reading of the graph changes"
        ),
    ] = False,
    fires: Annotated[str, typer.Option(help="a neuron fires: above its threshold, or at it")] = "",
    reset: Annotated[str, typer.Option(help="a spike sets the membrane to zero, or subtract")] = "",
    bias: Annotated[str, typer.Option(help="a bias belongs to the current, or the membrane")] = "",
    charge: Annotated[
        str,
        typer.Option(help="an integrate-and-fire neuron adds dt r I a step (dt), or r I (step)"),
    ] = "",
    dt_s: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(help="time step of a .nir graph, seconds", show_default="1e-4"),
    ] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="also write each population's spikes")
    ] = False,
    lanes: Annotated[int, typer.Option(min=0, help="samples side by side in Lava; 0 chooses")] = 0,
    timeout_s: Annotated[float, typer.Option(min=0, help="limit for Lava; 0 chooses")] = 0,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    json: Json = False,
    debug: Annotated[bool, typer.Option("--debug", help="show the traceback of an error")] = False,
) -> None:
    """Compile a trained model, run it on Intel Lava, and prove that every stage agrees.

    Exit codes: 0 done and verified, 2 bad input, 3 does not fit the chip, 4 a mismatch was found,
    5 a backend failed.
    """
    from ssr_neuro import registry

    _known("--target", target, (*TARGETS, *registry.targets()))
    _known("--layout", layout or LAYOUTS[0], LAYOUTS)
    if not model.is_file():
        raise BadInput(
            f"{model}: no such file; train a model with `ssr train`, or name a .nir graph"
        )
    from ssr_neuro.cli.compile.unused_options import refuse_idle
    from ssr_neuro.compiler.options import Wishes
    from ssr_neuro.program.semantics import chosen

    is_netx = model.suffix.lower() == ".net"
    is_graph = is_netx or model.suffix.lower() == ".nir"
    read = {"fires": fires, "reset": reset, "bias": bias, "charge": charge}
    semantics = {name: value for name, value in read.items() if value}
    given = {
        "--data": data, "--samples": samples, "--reader": reader, "--inputs": inputs,
        "--trace": trace, "--dt-s": dt_s, "--weight-bits": weight_bits, "--calibrate": calibrate,
        "--optimise": optimise, "--passes": passes, "--stop-after": stop_after,
        "--explain": explain, "--chip": chip, "--layout": layout, "--lanes": lanes,
        "--timeout-s": timeout_s,
    }  # fmt: skip
    given |= {f"--{name}": x for name, x in read.items()}
    refuse_idle(given, is_graph, target)
    wishes = Wishes(
        model=model,
        target=target,
        out=out or Path("build") / f"{model.stem}-{target}",
        data=data,
        core=core,
        duplicates=duplicates,
        reader=reader,
        samples=samples,
        chip=chip,
        weight_bits=weight_bits,
        layout=layout or LAYOUTS[0],
        lanes=lanes or None,
        timeout_s=timeout_s or None,
        json=json,
        optimise=not trace if optimise is None else optimise,
        calibrate=calibrate,
        passes=passes,
        explain=explain,
        stop_after=stop_after,
        semantics=chosen(semantics),
        overwrite=overwrite,
        inputs=(model, *(Path(p) for p in (inputs, data, chip) if p is not None)),
    )
    if dry_run:
        from ssr_neuro.cli.dry_run import show_folder

        return show_folder(wishes.out, overwrite, wishes.inputs, json)
    if is_netx:
        from ssr_neuro.cli.compile.netx import compile_netx

        compile_netx(wishes, inputs, given, trace)
    elif is_graph:
        _known(f"{model.name}: --target", target, TARGETS)
        from converters.nir.nodes import DT_S
        from ssr_neuro.cli.compile.nir import compile_nir

        compile_nir(wishes, inputs, DT_S if dt_s is None else dt_s, trace)
    else:
        _compile_ssr(wishes)


def _compile_ssr(wishes: "Wishes") -> None:
    from ssr_neuro.cli.compile import export, ssr

    if wishes.target not in TARGETS:
        export.to_target(wishes)
    elif wishes.target == "nir":
        ssr.to_nir_file(wishes)
    else:
        ssr.to_bundle(wishes)


def _known(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise BadInput(f"{option} {value!r} is unknown; there are {', '.join(known)}")
