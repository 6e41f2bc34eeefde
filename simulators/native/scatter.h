/* Maps that have few weights: every neuron that fires adds its column.
 */
#ifndef SSR_SCATTER_H
#define SSR_SCATTER_H

#include "network.h"

/* Every neuron that fires adds its column: for maps that have few weights, or few spikes. */
static void scatter(const Run *r, const Node *n, const Synapse *y, const uint8_t *const *x,
                    int64_t first, int64_t last)
{
    const int8_t *weights = y->weights;
    int64_t size = byte_size(&r->net->node[r->net->source[y->first_source].node]);
    for (int64_t t = first; t < last; t++) {
        uint32_t *sum = (uint32_t *)r->sums + t * byte_size(n);
        for (int64_t i = 0; i < size; i += 8) {
            uint64_t some;
            memcpy(&some, x[t] + i, 8);
            if (some == 0)
                continue;
            for (int64_t j = i; j < i + 8; j++)
                if (x[t][j])
                    for (int64_t k = y->starts[j]; k < y->starts[j + 1]; k++)
                        sum[y->places[k]] += (uint32_t)(x[t][j] * weights[k]) << y->exponent;
        }
    }
}

#endif
