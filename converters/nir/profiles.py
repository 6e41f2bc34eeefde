"""What each framework really writes into NIR, and so how its files are read.

Profiles say how an exporter leaves NIR's equations; each is held against the framework itself in
`tests/converters/nir/test_profiles.py`. Sources, by file of the exporting release:

norse 1.1.0, torch/utils/export_nir.py: time constants are written as seconds times dt, 0.001; a
LIFCell has w_in of 1 and adds a spike's whole weight to its current; an IAFCell adds its input
without dt; membranes start at v_leak (module/lif.py, `initial_state`).
snntorch 1.0.0, export_nir.py: NIR's equations at dt of 1e-4; by default a spike subtracts the
threshold, and does so in the next step (`Leaky.forward`, `reset_delay`). With
reset_mechanism='zero' a Leaky is NIR's, and Synaptic, RLeaky and RSynaptic keep their membrane at
0 for the step behind a spike, whatever comes in, unless reset_delay=False (`_base_zero`).
sinabs 3.1.3, nir.py: time constants are steps and decay by exp(-1 / tau); neurons fire at the
threshold, several times a step, and subtract it (`MultiSpike`, `MembraneSubtract`); an ExpLeak
takes its whole input by default (layers/exp_leak.py), which its LI does not show; the lowest
membrane of an IAF is minus its threshold (from_torch.py `from_model`, and nir.py when it reads).
rockpool 3.1.0, nn/modules/torch/nir.py: seconds, decay by exp(-dt / tau); a spike enters the
current before that decays, and the membrane takes the whole current; an ExpSyn decays what it adds
in the same step (exp_syn_torch.py), and stands as an LI; fires and resets as Sinabs.
spikingjelly 2.0.0, nir_exchange/to_nir.py: NIR's equations, and neurons fire at the threshold.
lava-dl 0.6.0, slayer/neuron/cuba.py: fires above the threshold (`threshold_eps`); a bias, the mean
of a MeanOnlyBatchNorm, goes to the membrane. It writes no NIR itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from converters.nir.nodes import DT_S


@dataclass(frozen=True)
class Profile:
    """dt_s: the step of its files. choices: of `Semantics`. lacks: what its files cannot say."""

    name: str
    dt_s: float = DT_S
    choices: Mapping[str, str] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()


PROFILES = (
    Profile(
        "norse",
        1e-3,
        {"tau": "times-dt", "current": "whole", "charge": "step"},
        (
            "v_reset, which Norse leaves out",
            "that a membrane starts at v_leak, where that is not 0: here all start at 0",
            "dt, if it is not Norse's 0.001: --dt-s",
        ),
    ),
    Profile(
        "snntorch",
        choices={"reset": "subtract", "reset_step": "next"},
        lacks=(
            "reset_mechanism='zero' or 'none': --reset zero or none",
            "reset_delay=False: --reset-step same, which is it as long as no membrane reaches "
            "twice its threshold",
        ),
    ),
    Profile(
        "sinabs",
        choices={
            "fires": "at",
            "reset": "subtract",
            "spikes": "several",
            "floor": "threshold",
            "charge": "step",
            "decay": "exponential",
            "tau": "steps",
        },
        lacks=(
            "norm_input=False: --membrane whole; True of an ExpLeak: --membrane scaled",
            "spike_fn=SingleSpike: --spikes one",
            "reset_fn=MembraneReset: --reset zero --spikes one, which is it as long as no membrane "
            "reaches twice its threshold",
            "min_v_mem=None: --floor none",
            "tau_syn, which Sinabs leaves out",
        ),
    ),
    Profile("spikingjelly", choices={"fires": "at"}),
    Profile(
        "rockpool",
        choices={
            "fires": "at",
            "reset": "subtract",
            "spikes": "several",
            "decay": "exponential",
            "current": "decayed",
            "membrane": "whole",
        },
        lacks=(
            "a bias of LIFTorch or LIFNeuronTorch, which Rockpool leaves out",
            "recurrent weights of LIFTorch(has_rec=True), which it leaves out too",
            "max_spikes_per_dt",
        ),
    ),
    Profile("lava-dl", choices={"bias": "membrane"}),
    Profile("nir"),
)
NAMES = tuple(profile.name for profile in PROFILES)
