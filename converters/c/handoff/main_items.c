/* A history in, the ten best items out: ./main ID ID ID ..., the oldest item first. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ids.h"
#include "runtime.h"

#define TOP 10

static uint32_t find(const char *id)
{
    for (uint32_t item = 1; item <= MODEL_ITEMS; item++)
        if (strcmp(model_ids[item - 1], id) == 0)
            return item;
    return 0;
}

int main(int count, char **words)
{
    static uint32_t history[MODEL_POSITIONS];
    static uint32_t stimulus[MODEL_STEPS * MODEL_INPUT_WORDS];
    static model_value values[MODEL_STEPS * MODEL_VALUES];
    ssr_hit best[TOP];
    if (count < 2) {
        fprintf(stderr, "use: %s ID ID ID ..., the oldest item first\n", words[0]);
        return 2;
    }
    for (int i = 1; i < count; i++) {
        uint32_t item = find(words[i]);
        if (item == 0) {
            fprintf(stderr, "item %s is not known to this model\n", words[i]);
            return 2;
        }
        for (uint32_t p = 0; p + 1 < MODEL_POSITIONS; p++)
            history[p] = history[p + 1];
        history[MODEL_POSITIONS - 1] = item;
    }
    ssr_show(history, MODEL_POSITIONS, stimulus);
    ssr_run(stimulus, values, 0);
    uint32_t found = ssr_top(values, TOP, best);
    for (uint32_t i = 0; i < found; i++)
        printf("%" PRIu32 " %s %" PRId64 "\n", i + 1, model_ids[best[i].item - 1], best[i].score);
    return 0;
}
