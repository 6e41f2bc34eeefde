"""`ssr measure` from the command line, on the CPU and where there is no GPU."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from command_line import run
from measure_example import example, saved_model
from trained import saved_ssr

from ssr_neuro.cli.measure_output import show
from ssr_neuro.errors import BadInput
from ssr_neuro.measure import read
from ssr_neuro.measure.device import (
    check_precision,
    chip_named,
    choose_device,
    cpu_name,
    why_absent,
)
from ssr_neuro.measure.served import Served
from ssr_neuro.measure.with_energy import Costed, time_with_energy

Printed = pytest.CaptureFixture[str]
QUICK = ("--device", "cpu", "--seconds", "0.2")


def measured(out: Path, *arguments: object) -> int:
    return run("ssr", "measure", *map(str, arguments), "--out", str(out))


def test_every_form_is_measured_at_every_batch(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssr_neuro.measure.batches.LARGEST", 4)
    model, out = saved_model(tmp_path, "gru4rec"), tmp_path / "m.json"
    assert measured(out, model, *QUICK, "--batch", "1", "--batch", "best", "--batch", "3") == 0
    found = read(out)
    assert [(r.form, r.best_batch) for r in found.runs] == [
        (form, best) for form in ("full", "incremental") for best in (False, True, False)
    ]
    first = found.runs[0]
    assert first.sha256 == hashlib.sha256(model.read_bytes()).hexdigest()
    assert (first.kind, first.items, first.positions, first.batch) == ("gru4rec", 30, 8, 1)
    assert first.latency.count >= 10
    assert 0 < first.windows_per_s <= 1.001 / first.latency.mean_s  # between runs time passes too
    assert first.agreement.sequences == 4
    assert found.command[-1] == "m.json"
    assert found.device is not None
    assert found.device.threads == torch.get_num_threads()
    printed = capsys.readouterr()
    assert "gru4rec.pt, incremental, 3 " in printed.out
    assert "gru4rec.pt, incremental: which batch is best?" in printed.err


def test_energies_and_reasons_are_shown(capsys: Printed) -> None:
    show(example())
    out = capsys.readouterr().out
    assert "NVIDIA H200, fp32: times of one batch" in out
    assert "Energy of one inference (by hand)" in out
    (row,) = [line.split() for line in out.splitlines() if "a.pt" in line and "mJ" in line]
    assert row[3:] == ["(best)", "125,000", "mJ", "62,500", "mJ", "100.0", "50.0", "+20.0"]


def test_without_a_gpu_it_says_so_and_skips(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    model, out = saved_model(tmp_path, "sasrec"), tmp_path / "m.json"
    assert measured(out, model, "--device", "cuda", "--json") == 0
    printed = capsys.readouterr()
    said = f"no GPU: this torch, {torch.__version__}, is built without CUDA"
    assert printed.err.startswith(f"skipped, nothing measured: {said}; install PyTorch's build for")
    assert "make gpu GPU_DEVICE=cpu" in printed.err
    assert json.loads(printed.out)["skipped"] == read(out).skipped
    assert f"skipped, nothing measured: {read(out).skipped}\n" == printed.err


def test_a_gpu_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "finds no CUDA device here; nvidia-smi" in (why_absent(choose_device("cuda")) or "")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert why_absent(choose_device("cuda:2")) == "no GPU 2: there are 2 here, from 0"
    assert (
        why_absent(choose_device("cuda:1"))
        is why_absent(choose_device("cuda"))
        is why_absent(choose_device("cpu"))
        is None
    )


def test_a_precision_that_the_gpu_has_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (7, 5))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Old GPU")
    check_precision(torch.device("cuda"), "fp16")
    with pytest.raises(BadInput, match=r"Old GPU has no bf16; give --precision fp16 or fp32"):
        check_precision(torch.device("cuda"), "bf16")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (("--device", "tpu"), "device is 'tpu'; it must be cpu, cuda or cuda:N"),
        (("--batch", "0"), "--batch '0': it must be best or a whole number of at least 1"),
        (("--batch", "large"), "--batch 'large': it must be best or a whole number of at least 1"),
        (("--precision", "int8"), "precision is 'int8'; it must be one of fp32, bf16, fp16"),
        (
            ("--precision", "fp16"),
            "--precision fp16 is for GPUs; give bf16 or fp32 with --device cpu",
        ),
        (("--seconds", "0"), "--seconds 0: it must be above 0 and at most 86400, a day"),
        (
            ("--idle-seconds", "nan"),
            "--idle-seconds nan: it must be above 0 and at most 86400, a day",
        ),
        (("--data", "generated"), "was trained on"),
    ],
)
def test_wrong_options_are_told(
    tmp_path: Path, capsys: Printed, wrong: tuple[str, ...], message: str
) -> None:
    model = saved_ssr(tmp_path) if message != "was trained on" else other_data(tmp_path)
    assert measured(tmp_path / "m.json", model, *QUICK, *wrong) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "m.json").exists()


def other_data(folder: Path) -> Path:
    """A model of other data than the generated ones."""
    content = torch.load(saved_ssr(folder), weights_only=True)
    content["training"]["data"] = {"source": "mine.txt", "fingerprint": "0"}
    torch.save(content, folder / "model.pt")
    return folder / "model.pt"


def test_a_model_without_sequences_needs_data(tmp_path: Path, capsys: Printed) -> None:
    path = saved_ssr(tmp_path)
    content = torch.load(path, weights_only=True)
    content["examples"] = {name: x[:0] for name, x in content["examples"].items()}
    torch.save(content, path)
    assert measured(tmp_path / "m.json", path, *QUICK) == 2
    said = "model.pt: holds no sequences to run; give its data set with --data"
    assert said in capsys.readouterr().err
    options = ("--data", "generated", "--batch", "3", "--json")
    assert measured(tmp_path / "m.json", path, *QUICK, *options) == 0
    found = read(tmp_path / "m.json")
    assert {run.agreement.sequences for run in found.runs} == {256}
    assert found.method is not None
    assert found.method.sequences.startswith("at most 256 spread evenly over the test set of gen")


def test_what_is_no_model_or_no_place_is_told(tmp_path: Path, capsys: Printed) -> None:
    assert measured(tmp_path / "m.json", tmp_path / "gone.pt", *QUICK) == 2
    assert "gone.pt: no such file" in capsys.readouterr().err
    assert measured(tmp_path, saved_ssr(tmp_path), *QUICK) == 2
    assert "is a folder; name a file with --out" in capsys.readouterr().err


def test_another_recommendation_is_found_before_any_time_is_taken(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ssr_neuro.measure.run.lists", lambda served, windows, batch: torch.full((4, 10), 1)
    )
    assert measured(tmp_path / "m.json", saved_model(tmp_path, "sasrec"), *QUICK) == 4
    error = capsys.readouterr().err
    assert "sasrec.pt, full: the top-10 lists are not the model's" in error
    assert "batch 1: 0.2 s" not in error
    assert read(tmp_path / "m.json").runs == ()


def test_the_model_that_is_timed_does_not_count_its_spikes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks: list[int] = []

    def watched(served: Served, *rest: Any, **named: Any) -> Costed:
        hooks.extend(len(part._forward_hooks) for part in served.model.modules())
        return time_with_energy(served, *rest, **named)

    monkeypatch.setattr("ssr_neuro.measure.run.time_with_energy", watched)
    assert measured(tmp_path / "m.json", saved_ssr(tmp_path), *QUICK, "--batch", "2") == 0
    assert hooks
    assert not any(hooks)
    assert {run.agreement.needed for run in read(tmp_path / "m.json").runs} == {0.95}


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
        MemoryError(),
    ],
)
def test_a_batch_that_does_not_fit_is_told(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object, **named: object) -> None:
        raise error

    monkeypatch.setattr("ssr_neuro.measure.run.time_with_energy", full)
    model = saved_model(tmp_path, "sasrec")
    assert measured(tmp_path / "m.json", model, *QUICK, "--batch", "64") == 3
    said = (
        "the device's memory does not hold a batch of 64; give a smaller --batch, or --batch best"
    )
    assert said in capsys.readouterr().err
    assert read(tmp_path / "m.json").runs == ()


def test_a_batch_that_does_not_fit_loses_no_other_run(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_batch, freed = Served.run, []

    def full(self: Served, ready: Any) -> torch.Tensor:
        if len(ready[1]) > 8:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return run_batch(self, ready)

    monkeypatch.setattr(Served, "run", full)
    monkeypatch.setattr(Served, "free", lambda self: freed.append(self.form.name))
    model, out = saved_model(tmp_path, "sasrec"), tmp_path / "m.json"
    asked = [word for batch in ("1", "64", "8") for word in ("--batch", batch)]
    assert measured(out, model, *QUICK, *asked) == 3
    found = read(out)
    assert [run.batch for run in found.runs] == [1, 8]
    (left_out,) = found.too_large
    assert (left_out.model, left_out.form, left_out.batch) == ("sasrec.pt", "full", 64)
    assert left_out.sha256 == hashlib.sha256(model.read_bytes()).hexdigest()
    assert found.disagreements == ()
    assert len(freed) == 3
    said = (
        f"{out} holds the others; not timed, as the device's memory does not hold them: "
        "sasrec.pt, full, batch 64. sasrec.pt, full: the device's memory does not hold a batch of "
        "64; give a smaller --batch, or --batch best"
    )
    assert said in capsys.readouterr().err


def test_gpus_have_the_titles_that_nvml_names_them_by() -> None:
    named = {
        "NVIDIA GeForce RTX 3090": "rtx3090",
        "NVIDIA A100-SXM4-80GB": "a100",
        "NVIDIA H200": "h200",
        "NVIDIA GH200 480GB": None,
        "NVIDIA GeForce RTX 3090 Ti": None,
    }
    assert {name: chip_named(name) for name in named} == named


def test_the_processor_has_the_name_that_the_system_gives(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: A CPU 9 \nmodel name\t: B\n")
    assert cpu_name(tmp_path / "cpuinfo") == "A CPU 9"
    assert cpu_name(tmp_path / "gone") != ""


def test_a_model_that_disagrees_is_left_out_and_the_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    right, wrong = saved_model(tmp_path, "sasrec"), saved_model(tmp_path, "gru4rec")
    lists = Served.run

    def reversed_lists(self: Served, ready: Any) -> torch.Tensor:
        found = lists(self, ready)
        kind = type(self.model).__name__
        return found.flip(1) if kind == "GRU4Rec" and self.form.name == "full" else found

    monkeypatch.setattr(Served, "run", reversed_lists)
    out = tmp_path / "m.json"
    assert measured(out, right, wrong, *QUICK, "--batch", "2") == 4
    found = read(out)
    assert [(one.model, one.form) for one in found.runs] == [
        ("sasrec.pt", "full"),
        ("gru4rec.pt", "incremental"),
    ]
    (left_out,) = found.disagreements
    assert (left_out.model, left_out.form, left_out.batch) == ("gru4rec.pt", "full", 1)
    assert "the top-10 lists are not the model's" in left_out.why
    said = "not timed, as they recommend other items than their models: gru4rec.pt, full, batch 1. "
    assert said in capsys.readouterr().err
