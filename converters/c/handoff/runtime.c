/* See runtime.h. The law of the neuron is that of Lava's LIFReset in fixed point. */
#include "runtime.h"

#define U_LIMIT ((int32_t)1 << 23)
#define V_LIMIT (((int32_t)1 << 23) - 1)
#define STATE_SHIFT 6
#define DECAY_BITS 12

static uint32_t spike_words[MODEL_SPIKE_WORDS];
static model_sum sums[MODEL_SUMS];
static int32_t state[MODEL_STATE];

static const uint32_t *spikes_of(const ssr_node *node, uint32_t step, const uint32_t *stimulus)
{
    if (node->kind == SSR_INPUT)
        return stimulus + step * MODEL_INPUT_WORDS + node->spikes;
    return spike_words + node->spikes + (step % node->depth) * node->words;
}

/* `count` weights to every `stride`-th neuron. Unsigned, so that sums wrap as a register does. */
static void add(model_sum *sum, uint32_t stride, const int8_t *weight, uint32_t count,
                uint32_t exponent)
{
    for (uint32_t i = 0; i < count; i++)
        sum[i * stride] += (model_sum)weight[i] << exponent;
}

/* What one spike of a mix adds: at its own place, or at those that the indices name. */
static void add_mix(const ssr_synapse *y, uint32_t neuron)
{
    uint32_t outer = neuron / y->from_inner, inner = neuron % y->from_inner;
    int along_outer = y->form == SSR_MIX_OUTER;
    const int8_t *weight =
        model_weights + y->weights + (along_outer ? outer * y->outer : inner * y->inner);
    uint32_t place = along_outer ? inner : outer, first = 0, last = 1;
    if (y->starts != SSR_NONE) {
        first = model_starts[y->starts + place];
        last = model_starts[y->starts + place + 1];
    }
    for (uint32_t k = first; k < last; k++) {
        uint32_t at = y->starts == SSR_NONE ? place : model_indices[y->indices + k];
        if (along_outer)
            add(sums + at, y->inner, weight, y->outer, y->exponent);
        else
            add(sums + at * y->inner, 1, weight, y->inner, y->exponent);
    }
}

static void add_spike(const ssr_synapse *y, uint32_t neuron)
{
    const int8_t *weights = model_weights + y->weights;
    uint32_t size = y->outer * y->inner;
    switch (y->form) {
    case SSR_DENSE:
        add(sums, 1, weights + neuron * size, size, y->exponent);
        break;
    case SSR_SPARSE:
        for (uint32_t k = model_starts[y->starts + neuron];
             k < model_starts[y->starts + neuron + 1]; k++)
            add(sums + model_indices[y->indices + k], 1, weights + k, 1, y->exponent);
        break;
    case SSR_IDENTITY:
        add(sums + neuron, 1, weights, 1, y->exponent);
        break;
    case SSR_MIX_OUTER_EACH:
        add(sums + neuron % y->from_inner, y->inner, weights + neuron * y->outer, y->outer,
            y->exponent);
        break;
    default:
        add_mix(y, neuron);
    }
}

static void add_synapse(const ssr_synapse *y, uint32_t step, const uint32_t *stimulus)
{
    for (uint32_t s = 0; s < y->sources; s++) {
        const ssr_source *source = &model_sources[y->first_source + s];
        if (step < source->lag)
            continue; /* nothing was sent before the first step */
        const ssr_node *node = &model_nodes[source->node];
        const uint32_t *word = spikes_of(node, step - source->lag, stimulus);
        for (uint32_t w = 0; w < node->words; w++) {
            uint32_t neuron = 32 * w;
            for (uint32_t left = word[w]; left; left >>= 1, neuron++)
                if (left & 1)
                    add_spike(y, neuron);
        }
    }
}

static int32_t as_signed(uint32_t x)
{
    return x <= INT32_MAX ? (int32_t)x : -(int32_t)(UINT32_MAX - x) - 1;
}

static model_value as_value(model_sum x)
{
    const model_sum half = (model_sum)1 << (8 * sizeof x - 1);
    return x < half ? (model_value)x : -(model_value)((model_sum)-1 - x) - 1;
}

/* keep / 4096 of x, towards zero. */
static int32_t decay(int32_t x, uint32_t keep)
{
    uint64_t size = (uint64_t)(x < 0 ? -(int64_t)x : x) * keep >> DECAY_BITS;
    return x < 0 ? -(int32_t)size : (int32_t)size;
}

static int64_t bias_of(const ssr_node *node, uint32_t neuron)
{
    int64_t one = (int64_t)1 << node->bias_exponent;
    return model_biases[node->bias + (node->each & SSR_EACH_BIAS ? neuron : 0)] * one;
}

static uint32_t keep_of(const ssr_node *node, uint32_t first, int each, uint32_t neuron)
{
    return model_keeps[first + (node->each & each ? neuron : 0)];
}

/* One step of one neuron with what arrived: its membrane before a spike clears it. */
static int32_t integrate(const ssr_node *node, uint32_t neuron)
{
    uint32_t kept_u = 0;
    int32_t kept_v = 0;
    if (node->u != SSR_NONE)
        kept_u = (uint32_t)decay(state[node->u + neuron],
                                 keep_of(node, node->keep_u, SSR_EACH_KEEP_U, neuron));
    if (node->v != SSR_NONE)
        kept_v = decay(state[node->v + neuron],
                       keep_of(node, node->keep_v, SSR_EACH_KEEP_V, neuron));
    int32_t u = as_signed(kept_u + ((uint32_t)sums[neuron] << STATE_SHIFT));
    if (u > U_LIMIT)
        u -= 2 * U_LIMIT;
    if (u <= -U_LIMIT)
        u += 2 * U_LIMIT;
    int64_t v = (int64_t)kept_v + u + bias_of(node, neuron);
    v = v > V_LIMIT ? V_LIMIT : v < -V_LIMIT ? -V_LIMIT : v;
    if (node->u != SSR_NONE)
        state[node->u + neuron] = u;
    return (int32_t)v;
}

/* A step of all neurons of a node; a readout writes values, a population spikes. */
static void step_neurons(const ssr_node *node, uint32_t *word, model_value *values)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < node->size; i++) {
        int32_t v = integrate(node, i);
        int32_t theta =
            model_thresholds[node->threshold + (node->each & SSR_EACH_THRESHOLD ? i : 0)];
        uint32_t fired = v > theta;
        if (node->v != SSR_NONE)
            state[node->v + i] = fired ? 0 : v;
        if (node->kind == SSR_READOUT_MEMBRANE) {
            values[node->value + i] = v;
            continue;
        }
        bits |= fired << (i % 32);
        if (i % 32 == 31 || i + 1 == node->size) {
            word[i / 32] = bits;
            bits = 0;
        }
    }
}

static void step_node(uint32_t number, uint32_t step, const uint32_t *stimulus,
                      model_value *values, ssr_observer observer)
{
    const ssr_node *node = &model_nodes[number];
    for (uint32_t i = 0; i < node->size; i++)
        sums[i] = 0;
    for (uint32_t s = 0; s < node->synapses; s++)
        add_synapse(&model_synapses[node->first_synapse + s], step, stimulus);
    if (node->kind == SSR_READOUT_SUM) {
        for (uint32_t i = 0; i < node->size; i++)
            values[node->value + i] = as_value(sums[i] + (model_sum)bias_of(node, i));
        return;
    }
    uint32_t *word = spike_words + node->spikes + (step % node->depth) * node->words;
    step_neurons(node, word, values);
    if (observer && node->kind == SSR_POPULATION)
        observer(number, step, word);
}

void ssr_run(const uint32_t *stimulus, model_value *values, ssr_observer observer)
{
    for (uint32_t g = 0; g < MODEL_GROUPS; g++) {
        const ssr_group *group = &model_groups[g];
        for (uint32_t i = 0; i < group->state; i++)
            state[i] = 0;
        for (uint32_t step = 0; step < MODEL_STEPS; step++)
            for (uint32_t n = 0; n < group->nodes; n++)
                step_node(model_order[group->first + n], step, stimulus,
                          values + step * MODEL_VALUES, observer);
    }
}

#if MODEL_ITEMS > 0

/* Row `row` of one step of the stimulus: the bits of features that one item shows in one step. */
static void show_item(uint32_t item, uint32_t shown, uint32_t row, uint32_t *stimulus)
{
    for (uint32_t f = 0; f < MODEL_FEATURES; f++) {
        uint32_t from = shown * MODEL_FEATURES + f, to = row * MODEL_FEATURES + f;
        uint32_t bit = model_codes[item - 1][from / 32] >> (from % 32) & 1;
        stimulus[to / 32] |= bit << (to % 32);
    }
}

void ssr_show(const uint32_t *history, uint32_t length, uint32_t *stimulus)
{
    const uint32_t block = MODEL_POSITIONS / MODEL_STEPS;
    for (uint32_t i = 0; i < MODEL_STEPS * MODEL_INPUT_WORDS; i++)
        stimulus[i] = 0;
    for (uint32_t p = 0; p < MODEL_POSITIONS; p++) {
        if (MODEL_POSITIONS - p > length)
            continue; /* a short history leaves the first positions without an item */
        uint32_t item = history[length - (MODEL_POSITIONS - p)];
        if (item == 0 || item > MODEL_ITEMS)
            continue;
        for (uint32_t t = 0; t < MODEL_STEPS; t++) {
            uint32_t *step = stimulus + t * MODEL_INPUT_WORDS;
            show_item(item, t, p, step);
            if (p / block == t) /* step t shows block t once more, in rows of its own */
                show_item(item, t, MODEL_POSITIONS + p % block, step);
        }
    }
}

static int64_t score(uint32_t row, const model_value *values)
{
    int64_t total = model_item_biases[row];
    for (uint32_t w = 0; w < MODEL_CODE_WORDS; w++) {
        uint32_t bit = 32 * w;
        for (uint32_t left = model_codes[row][w]; left; left >>= 1, bit++)
            if (left & 1)
                total += values[bit];
    }
    return total;
}

uint32_t ssr_top(const model_value *values, uint32_t k, ssr_hit *best)
{
    uint32_t found = 0;
    for (uint32_t row = 0; row < MODEL_ITEMS && k > 0; row++) {
        int64_t now = score(row, values);
        if (found == k && now <= best[k - 1].score)
            continue; /* an equal score stays behind the lower item */
        uint32_t at = found < k ? found++ : k - 1;
        for (; at > 0 && best[at - 1].score < now; at--)
            best[at] = best[at - 1];
        best[at].score = now;
        best[at].item = row + 1;
    }
    return found;
}

#endif
