/* Spikes in, readouts out: the standard input holds a 0 or 1 for each input neuron, step by step,
 * inputs in the order of model.h; anything else is passed over. One line per step is printed. */
#include <inttypes.h>
#include <stdio.h>

#include "runtime.h"

static int read_spike(void)
{
    int c = getchar();
    while (c != EOF && c != '0' && c != '1')
        c = getchar();
    return c == EOF ? -1 : c - '0';
}

static int read_step(uint32_t *step)
{
    for (uint32_t n = 0; n < MODEL_NODES; n++) {
        const ssr_node *node = &model_nodes[n];
        if (node->kind != SSR_INPUT)
            continue;
        for (uint32_t i = 0; i < node->size; i++) {
            int spike = read_spike();
            if (spike < 0)
                return 0;
            step[node->spikes + i / 32] |= (uint32_t)spike << (i % 32);
        }
    }
    return 1;
}

int main(void)
{
    static uint32_t stimulus[MODEL_STEPS * MODEL_INPUT_WORDS];
    static model_value values[MODEL_STEPS * MODEL_VALUES];
    for (uint32_t t = 0; t < MODEL_STEPS; t++)
        if (!read_step(stimulus + t * MODEL_INPUT_WORDS)) {
            fprintf(stderr, "the input ends in step %" PRIu32 " of %d\n", t + 1, MODEL_STEPS);
            return 2;
        }
    ssr_run(stimulus, values, 0);
    for (uint32_t t = 0; t < MODEL_STEPS; t++) {
        for (uint32_t i = 0; i < MODEL_VALUES; i++)
            printf("%s%" PRId64, i ? " " : "", (int64_t)values[t * MODEL_VALUES + i]);
        printf("\n");
    }
    return 0;
}
