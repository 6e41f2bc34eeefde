/* The runtime of a compiled spiking network, and the tables that describe one.
 *
 * C99, whole numbers alone, no heap, nothing of the C library. One network in a program, and one
 * caller at a time: the state is static. model.h says how many bytes it takes.
 */
#ifndef SSR_RUNTIME_H
#define SSR_RUNTIME_H

#include "model.h"

#define SSR_NONE UINT32_MAX

/* Kinds of nodes. A readout shows the sum of a step, or a membrane that integrates it. */
enum { SSR_INPUT, SSR_POPULATION, SSR_READOUT_SUM, SSR_READOUT_MEMBRANE };

/* Forms of weights, by what one spike of neuron j adds. `outer` and `inner` are the target's axes
 * (positions and features, say), `from_inner` the source's second axis. */
enum {
    SSR_DENSE,       /* weights[j][outer * inner] to every neuron */
    SSR_SPARSE,      /* weights[k] to neuron indices[k], k from starts[j] to starts[j + 1] */
    SSR_IDENTITY,    /* weights[0] to neuron j */
    SSR_MIX_OUTER,   /* j = (q, g): weights[q][outer] along the first axis, at each inner of g */
    SSR_MIX_INNER,   /* j = (q, g): weights[g][inner] along the second axis, at each outer of q */
    SSR_MIX_OUTER_EACH /* j = (q, g): weights[j][outer] along the first axis, at inner g */
};

typedef struct {
    uint8_t kind;
    uint8_t bias_exponent;
    uint8_t each; /* bits: which of bias, threshold, keep_v, keep_u are one number per neuron */
    uint8_t unused;
    uint32_t size;
    uint32_t first_synapse, synapses;
    uint32_t spikes; /* first word in the static memory, or in a step of the stimulus */
    uint32_t words;  /* of one step */
    uint32_t depth;  /* steps whose spikes are kept */
    uint32_t v, u;   /* first number of the state; SSR_NONE where nothing is remembered */
    uint32_t bias, threshold, keep_v, keep_u; /* first number in its table */
    uint32_t value;  /* of a readout: first among the values of a step */
} ssr_node;

enum { SSR_EACH_BIAS = 1, SSR_EACH_THRESHOLD = 2, SSR_EACH_KEEP_V = 4, SSR_EACH_KEEP_U = 8 };

typedef struct {
    uint8_t form;
    uint8_t exponent; /* what is brought is shifted left by it */
    uint8_t unused[2];
    uint32_t first_source, sources;
    uint32_t weights, outer, inner, from_inner;
    uint32_t starts, indices; /* of SSR_SPARSE; of a mix: at which places, SSR_NONE at its own */
} ssr_synapse;

typedef struct {
    uint32_t node;
    uint32_t lag; /* steps by which its spikes come late */
} ssr_source;

/* Nodes that are run together, step by step; their state starts at 0. */
typedef struct {
    uint32_t first, nodes;
    uint32_t state;
} ssr_group;

extern const ssr_node model_nodes[MODEL_NODES];
extern const ssr_synapse model_synapses[MODEL_SYNAPSES];
extern const ssr_source model_sources[MODEL_SOURCES];
extern const ssr_group model_groups[MODEL_GROUPS];
extern const uint16_t model_order[MODEL_ORDER];
extern const int8_t model_weights[];
extern const uint32_t model_starts[];
extern const model_index model_indices[];
extern const model_bias model_biases[];
extern const int32_t model_thresholds[];
extern const uint16_t model_keeps[];

/* Told of every step of every population: spikes as bits, neuron i at bit i % 32 of word i / 32. */
typedef void (*ssr_observer)(uint32_t node, uint32_t step, const uint32_t *spikes);

/* One sample, from rest to its last step.
 *
 * stimulus: [MODEL_STEPS][MODEL_INPUT_WORDS], one bit per input neuron; each input begins a word.
 * values: [MODEL_STEPS][MODEL_VALUES], the readouts. observer: a function, or 0.
 */
void ssr_run(const uint32_t *stimulus, model_value *values, ssr_observer observer);

#if MODEL_ITEMS > 0

extern const uint32_t model_codes[][MODEL_CODE_WORDS];
extern const model_item_bias model_item_biases[MODEL_ITEMS];

typedef struct {
    int64_t score;
    uint32_t item; /* 1 to MODEL_ITEMS */
} ssr_hit;

/* The stimulus of a history: its last MODEL_POSITIONS items, the newest last; 0 is no item. */
void ssr_show(const uint32_t *history, uint32_t length, uint32_t *stimulus);

/* The k best items for the readouts of a run, best first; of equal scores the lower item. Returns
 * how many there are, fewer than k where there are fewer items. */
uint32_t ssr_top(const model_value *values, uint32_t k, ssr_hit *best);

#endif
#endif
