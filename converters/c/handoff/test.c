/* Runs the golden samples of golden.c: PASS, or the first difference, and exit code 1. */
#include <inttypes.h>
#include <stdio.h>

#include "golden.h"
#include "runtime.h"

static uint32_t sample;
static uint32_t differences;
static unsigned long compared;
static const char *kind = "population";

static void differ(const char *name, uint32_t neuron, uint32_t step, int64_t golden, int64_t here)
{
    if (differences++ == 0)
        printf("FAIL: %s %s, neuron %" PRIu32 ", sample %" PRIu32 ", step %" PRIu32
               ": golden has %" PRId64 ", this build %" PRId64 "\n",
               kind, name, neuron, sample, step + 1, golden, here);
}

static void check_spikes(uint32_t node, uint32_t step, const uint32_t *spikes)
{
    const uint32_t *golden =
        golden_spikes[sample] + step * GOLDEN_WORDS + golden_first_word[node];
    for (uint32_t i = 0; i < model_nodes[node].size; i++, compared++) {
        uint32_t want = golden[i / 32] >> (i % 32) & 1, have = spikes[i / 32] >> (i % 32) & 1;
        if (want != have)
            differ(model_names[node], i, step, want, have);
    }
}

static void check_values(const model_value *values)
{
    kind = "readout";
    for (uint32_t n = 0; n < MODEL_NODES; n++) {
        const ssr_node *node = &model_nodes[n];
        if (node->kind != SSR_READOUT_SUM && node->kind != SSR_READOUT_MEMBRANE)
            continue;
        for (uint32_t step = 0; step < MODEL_STEPS; step++)
            for (uint32_t i = 0; i < node->size; i++, compared++) {
                uint32_t at = step * MODEL_VALUES + node->value + i;
                if (values[at] != golden_values[sample][at])
                    differ(model_names[n], i, step, golden_values[sample][at], values[at]);
            }
    }
    kind = "population";
}

#if MODEL_ITEMS > 0
static void check_top(const model_value *values)
{
    ssr_hit best[GOLDEN_TOP];
    uint32_t found = ssr_top(values, GOLDEN_TOP, best);
    kind = "item";
    for (uint32_t i = 0; i < GOLDEN_TOP; i++, compared++)
        if (i >= found || best[i].item != golden_top[sample][i])
            differ("of the top by rank", i, MODEL_STEPS - 1, golden_top[sample][i],
                   i < found ? (int64_t)best[i].item : -1);
    kind = "population";
}
#endif

int main(void)
{
    static uint32_t stimulus[MODEL_STEPS * MODEL_INPUT_WORDS];
    static model_value values[MODEL_STEPS * MODEL_VALUES];
    for (sample = 0; sample < GOLDEN_SAMPLES && differences == 0; sample++) {
#if MODEL_ITEMS > 0
        ssr_show(golden_history[sample], MODEL_POSITIONS, stimulus);
#else
        for (uint32_t i = 0; i < MODEL_STEPS * MODEL_INPUT_WORDS; i++)
            stimulus[i] = golden_stimulus[sample][i];
#endif
        ssr_run(stimulus, values, check_spikes);
        check_values(values);
#if MODEL_ITEMS > 0
        check_top(values);
#endif
    }
    if (differences)
        return 1;
    printf("PASS: %lu values of %d samples are equal\n", compared, GOLDEN_SAMPLES);
    return 0;
}
