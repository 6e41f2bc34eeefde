/* Neurons by the law as it is written: currents, any decay, readouts that integrate. */
#ifndef SSR_GENERAL_H
#define SSR_GENERAL_H

#include "spikes.h"

static int32_t wrap(int64_t x) { return (int32_t)(uint32_t)x; }

static int64_t decay(int64_t x, int32_t keep)
{
    int64_t size = (x < 0 ? -x : x) * keep >> DECAY_BITS;
    return x < 0 ? -size : size;
}

static void step_general(const Run *r, const Node *n, int32_t *sums, uint8_t *fired)
{
    int32_t *v = (int32_t *)(r->work + n->state), *u = v + byte_size(n);
    for (int64_t i = 0; i < byte_size(n); i++) {
        int64_t current = wrap(decay(u[i], n->keep_u[i]) + (int64_t)sums[i] * (1 << STATE_SHIFT));
        current = current > U_LIMIT ? current - 2 * U_LIMIT : current;
        current = current <= -U_LIMIT ? current + 2 * U_LIMIT : current;
        int64_t x = decay(v[i], n->keep_v[i]) + current + n->bias[n->bias_width ? i : i % n->width];
        x = x > V_LIMIT ? V_LIMIT : x < -V_LIMIT ? -V_LIMIT : x;
        u[i] = (int32_t)current;
        fired[i] = x > n->thetas[i];
        v[i] = fired[i] ? 0 : (int32_t)x;
        sums[i] = (int32_t)x;
    }
}

/* After the sums of a node whose neurons are not in a tile: its law, step by step. */
static void apply_general(const Run *r, const Node *n, int64_t first, int64_t last)
{
    uint8_t *spare = (uint8_t *)(r->sums + r->net->sums);
    if (first == 0)
        zero(r->work + n->state, 8 * byte_size(n));
    for (int64_t t = first; t < last; t++) {
        uint8_t *fired = n->bytes >= 0 ? r->work + n->bytes + t * byte_size(n) : spare;
        step_general(r, n, r->sums + t * byte_size(n), fired);
        show_step(r, n, fired, t);
    }
}

#endif
