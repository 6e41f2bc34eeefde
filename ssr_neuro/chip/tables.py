"""The tables of a chip file: which figures there are, and the unit each is stated in."""

from math import inf
from typing import ClassVar, Self

from pydantic import ValidationInfo, field_validator, model_validator

from ssr_neuro.chip.figures import Figure, PerCore, Price, Words
from ssr_neuro.chip.section import Section
from ssr_neuro.errors import BadInput

# Places of a core and words of memory are counted by these, so they end.
FINITE = ("mesh_columns", "mesh_rows", "cores_per_tile", "synapse_word_bits")
# A chip may have none of these; of all else that has a limit it has one at least.
MAY_BE_NONE = (
    "spike_payload_bits",
    "decay_bits",
    "bias_bits",
    "bias_exponent_bits",
    "biases_per_core",
    "delay",
    "synapse_header_bits",
    "synapse_index_bits_min",
    "synapse_index_bits_max",
)
WORDS = {
    "neurons": ("if", "lif", "cuba-lif", "program"),
    "resets": ("zero", "subtract", "program"),
    "time": ("steps", "events"),
    "synapse_storage": ("axon-blocks", "crossbar", "convolution-kernels", "software"),
}


def _figure(unit: str) -> Figure:
    return Figure(unit=unit)


def _price(unit: str = "pJ") -> Price:
    return Price(unit=unit)


class Silicon(Section):
    """How the chip is made."""

    process: Figure = _figure("nm")
    die_area: Figure = _figure("mm2")


class Limits(Section):
    """What one chip holds. `inf` says that the chip sets no limit of its own."""

    may_be_unlimited: ClassVar[bool] = True

    cores_per_chip: Figure = _figure("cores")
    mesh_columns: Figure = _figure("cores")
    mesh_rows: Figure = _figure("cores")
    cores_per_tile: Figure = _figure("cores")
    neurons_per_core: PerCore = PerCore(unit="neurons")
    neurons_per_chip: Figure = _figure("neurons")
    synapse_memory_per_core: PerCore = PerCore(unit="bytes")
    synapse_memory_per_chip: Figure = _figure("bytes")
    synapses_per_core: Figure = _figure("synapses")
    synapses_per_chip: Figure = _figure("synapses")
    axons_in_per_core: Figure = _figure("axons")
    axons_out_per_core: Figure = _figure("axons")
    routes_per_chip: Figure = _figure("entries")
    fan_in_per_neuron: Figure = _figure("synapses")
    destination_cores_per_neuron: Figure = _figure("cores")
    destination_cores_per_core: Figure = _figure("cores")
    weight_bits: Figure = _figure("bits")
    spike_payload_bits: Figure = _figure("bits")
    membrane_bits: Figure = _figure("bits")
    threshold_bits: Figure = _figure("bits")
    decay_bits: Figure = _figure("bits")
    bias_bits: Figure = _figure("bits")
    bias_exponent_bits: Figure = _figure("bits")
    biases_per_core: Figure = _figure("words")
    accumulator_bits: Figure = _figure("bits")
    delay: Figure = _figure("steps")
    synapse_header_bits: Figure = _figure("bits")
    synapse_word_bits: Figure = _figure("bits")
    synapse_index_bits_min: Figure = _figure("bits")
    synapse_index_bits_max: Figure = _figure("bits")
    synapses_per_block: Figure = _figure("synapses")
    kernel_side: Figure = _figure("pixels")
    channels: Figure = _figure("channels")
    input_side: Figure = _figure("pixels")
    output_side: Figure = _figure("pixels")
    readout_classes: Figure = _figure("classes")

    @field_validator("*")
    @classmethod
    def _is_a_count(cls, figure: Figure | PerCore, info: ValidationInfo) -> Figure | PerCore:
        """Bytes alone need not be whole: a size in KB may be rounded."""
        least = 0 if info.field_name in MAY_BE_NONE else 1
        what = "" if figure.unit == "bytes" else "a whole number of "
        values = figure.value if isinstance(figure.value, tuple) else (figure.value,)
        for value in (v for v in values if v is not None and v != inf):
            if value < least or (what and value != int(value)):
                raise ValueError(
                    f"value is {value:g} {figure.unit}; it must be {what}at least {least}"
                )
        return figure

    @field_validator(*FINITE)
    @classmethod
    def _ends(cls, figure: Figure) -> Figure:
        if figure.value == inf:
            raise ValueError("value is inf, and places and words are counted by it")
        return figure

    @model_validator(mode="after")
    def _one_number_for_each_core(self) -> Self:
        cores = self.cores_per_chip.value
        for name, figure in self.items():
            values = figure.value if isinstance(figure, PerCore) else None
            if isinstance(values, tuple) and len(values) != cores:
                raise ValueError(
                    f"{name} has {len(values)} numbers, cores_per_chip is {cores or 'unknown'}; "
                    "give one number for all cores, or one for each"
                )
        return self


class Abilities(Section):
    """What its neurons, time and synapse memory can do; the words are those of WORDS."""

    neurons: Words = Words()
    resets: Words = Words()
    time: Words = Words()
    synapse_storage: Words = Words()

    @field_validator("*")
    @classmethod
    def _known_words(cls, words: Words, info: ValidationInfo) -> Words:
        known = WORDS[str(info.field_name)]
        if words.value == ():
            raise ValueError(f"value is empty; it may hold {', '.join(known)}")
        for word in words.value or ():
            if word not in known:
                raise ValueError(f"value {word!r} is unknown; it may hold {', '.join(known)}")
        stated = ", ".join(words.value or ())
        return words.model_copy(update={"stated": stated})


class Prices(Section):
    """Energy per event: arithmetic, memory accesses of one word, and events on a chip."""

    add_int8: Price = _price()
    add_int16: Price = _price()
    add_int32: Price = _price()
    add_fp16: Price = _price()
    add_fp32: Price = _price()
    multiply_int8: Price = _price()
    multiply_int32: Price = _price()
    multiply_fp16: Price = _price()
    multiply_fp32: Price = _price()
    mac_int8: Price = _price()
    mac_int8_add_int32: Price = _price()
    mac_int32: Price = _price()
    mac_fp16: Price = _price()
    mac_fp32: Price = _price()
    sram_1kb: Price = _price("pJ/access")
    sram_2kb: Price = _price("pJ/access")
    sram_4kb: Price = _price("pJ/access")
    sram_8kb: Price = _price("pJ/access")
    sram_32kb: Price = _price("pJ/access")
    sram_1mb: Price = _price("pJ/access")
    dram_min: Price = _price("pJ/access")
    dram_max: Price = _price("pJ/access")
    sram_bit: Price = _price("pJ/bit")
    link_bit: Price = _price("pJ/bit")
    synaptic_operation: Price = _price()
    synaptic_operation_dense: Price = _price()
    synaptic_operation_sparse: Price = _price()
    synaptic_operation_convolution: Price = _price()
    neuron_update_active: Price = _price()
    neuron_update_idle: Price = _price()
    neuron_access: Price = _price()
    neuron_update: Price = _price()
    spike_out: Price = _price()
    message_out: Price = _price()
    spike_within_tile: Price = _price()
    hop_east_west: Price = _price()
    hop_north_south: Price = _price()
    barrier: Price = _price()
    learning_update: Price = _price()
    weight_load: Price = _price()
    host_input: Price = _price()
    host_output: Price = _price()
    chip_reset: Price = _price()

    @field_validator("synaptic_operation")
    @classmethod
    def _says_what_it_holds(cls, price: Price) -> Price:
        if price.known and "scope" not in price.model_fields_set:
            raise ValueError(
                'no scope; write scope = "all_in" if the price is the whole chip\'s power over '
                'its events, else scope = "per_term"'
            )
        return price

    def named(self, name: str) -> Price:
        """The price of that name; raises BadInput for a name that no target has."""
        if name not in type(self).model_fields:
            known = ", ".join(type(self).model_fields)
            raise BadInput(f"no price is named {name!r}; name one of {known}")
        price: Price = getattr(self, name)
        return price


class Timings(Section):
    """Duration of one event. time_step: the usual one; unthrottled: as fast as the chip goes."""

    time_step: Figure = _figure("ns")
    time_step_unthrottled_min: Figure = _figure("ns")
    time_step_unthrottled_max: Figure = _figure("ns")
    synaptic_operation: Figure = _figure("ns")
    neuron_update_active: Figure = _figure("ns")
    neuron_update_idle: Figure = _figure("ns")
    spike_within_tile: Figure = _figure("ns")
    hop_east_west: Figure = _figure("ns")
    hop_north_south: Figure = _figure("ns")
    barrier_min: Figure = _figure("ns")
    barrier_max: Figure = _figure("ns")
    event: Figure = _figure("ns")


class Power(Section):
    """Power without any event (static, idle), and the most that may be drawn (tdp)."""

    static_per_chip: Figure = _figure("mW")
    static_per_core: Figure = _figure("mW")
    idle: Figure = _figure("mW")
    tdp: Figure = _figure("mW")


class Performance(Section):
    """Peak rates of a GPU, dense (without structured sparsity), its memory, and what launching one
    kernel takes: at least, as a node of a CUDA graph, and at most, from eager PyTorch."""

    fp32: Figure = _figure("TFLOPS")
    tf32_tensor: Figure = _figure("TFLOPS")
    bf16_tensor: Figure = _figure("TFLOPS")
    fp16_tensor: Figure = _figure("TFLOPS")
    int8_tensor: Figure = _figure("TOPS")
    memory_bandwidth: Figure = _figure("GB/s")
    memory_size: Figure = _figure("bytes")
    l2_cache: Figure = _figure("bytes")
    launch_min: Figure = _figure("ns")
    launch_max: Figure = _figure("ns")
