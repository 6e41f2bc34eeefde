"""Names and kinds of `program.json`, version 2: what the writer and the reader agree on."""

FORMAT = "ssr-neuro-program"
VERSION = 2
DOCUMENT, WEIGHTS = "program.json", "weights.npz"
INTEGER_NEURON = ("du", "dv", "vth", "bias_exp", "bias_mant")
FLOAT_NEURON = ("tau_steps", "threshold", "leak", "tau_syn_steps", "bias", "current_bias")
