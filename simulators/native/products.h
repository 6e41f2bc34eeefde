/* Products: four spikes at a time times four weights of eight bits, into sums that stay in registers.
 *
 * A tile is T steps of P positions and V vectors of features. Words of inputs that are silent for
 * all of a tile's features are left out where the spikes show it.
 */
#ifndef SSR_PRODUCTS_H
#define SSR_PRODUCTS_H

#include "network.h"

INLINE vec broadcast(const uint8_t *p)
{
    int32_t word;
    memcpy(&word, p, 4);
    return set1(word);
}

/* Words of inputs, as bits, of which some feature of the tile fires in some of its steps. */
INLINE uint64_t active_words(const Use *u, const Node *n, int64_t f, int64_t t, int T)
{
    uint64_t some = 0;
    if (u->active == 0)
        return u->whole;
    FOR(i, T) some |= u->active[(t + i) * (n->width / COLUMNS) + f / COLUMNS];
    return some;
}

/* Weights [positions][inputs] of words; the same for every feature. */
INLINE void outer_word(const Use *u, const uint8_t *w, int64_t g, vec a[], int64_t f, int64_t t, int T,
                       int P, int V)
{
    vec x[TILE_VECTORS];
    FOR(i, T) FOR(l, V) x[i * V + l] = load(u->x[t + i] + 4 * (g * u->width + f + l * LANES));
    FOR(q, P) {
        vec b = broadcast(w + 4 * (q * u->synapse->inputs + g));
        FOR(i, T) FOR(l, V) a[(i * P + q) * V + l] = dot(a[(i * P + q) * V + l], x[i * V + l], b);
    }
}

INLINE void outer(const Use *u, const Node *n, vec a[], int64_t p, int64_t f, int64_t t, int T, int P,
                  int V)
{
    const uint8_t *w = (const uint8_t *)u->synapse->weights + 4 * p * u->synapse->inputs;
    uint64_t some = active_words(u, n, f, t, T);
    if (some == u->whole)
        for (int64_t g = 0; g < u->synapse->inputs; g++)
            outer_word(u, w, g, a, f, t, T, P, V);
    else
        for (; some; some &= some - 1)
            outer_word(u, w, __builtin_ctzll(some), a, f, t, T, P, V);
}

/* Weights [width / LANES][positions][inputs][LANES] of words: a mix of every feature's own. */
INLINE void outer_each_word(const Use *u, const Node *n, const int32_t *w, int64_t g, vec a[],
                            int64_t f, int64_t t, int T, int P, int V)
{
    int64_t inputs = u->synapse->inputs, panel = n->positions * inputs * LANES;
    vec x[TILE_VECTORS];
    FOR(i, T) FOR(l, V) x[i * V + l] = load(u->x[t + i] + 4 * (g * u->width + f + l * LANES));
    FOR(q, P) FOR(l, V) {
        vec b = load(w + l * panel + (q * inputs + g) * LANES);
        FOR(i, T) a[(i * P + q) * V + l] = dot(a[(i * P + q) * V + l], x[i * V + l], b);
    }
}

INLINE void outer_each(const Use *u, const Node *n, vec a[], int64_t p, int64_t f, int64_t t, int T,
                       int P, int V)
{
    int64_t inputs = u->synapse->inputs, panel = n->positions * inputs * LANES;
    const int32_t *w = (const int32_t *)u->synapse->weights + f / LANES * panel + p * inputs * LANES;
    uint64_t some = active_words(u, n, f, t, T);
    if (some == u->whole)
        for (int64_t g = 0; g < inputs; g++)
            outer_each_word(u, n, w, g, a, f, t, T, P, V);
    else
        for (; some; some &= some - 1)
            outer_each_word(u, n, w, __builtin_ctzll(some), a, f, t, T, P, V);
}

/* Weights [width / LANES][inputs][LANES] of words; each position reads one row of bytes. */
INLINE void inner(const Use *u, vec a[], int64_t p, int64_t f, int64_t t, int T, int P, int V)
{
    int64_t inputs = u->synapse->inputs, panel = inputs * LANES;
    const int32_t *w = (const int32_t *)u->synapse->weights + f / LANES * panel;
    const uint8_t *x[TILE_VECTORS];
    FOR(i, T) FOR(q, P) x[i * P + q] =
        u->x[t + i] + (u->rows ? u->rows[p + q] : p + q) * u->width;
    for (int64_t k = 0; k < inputs; k++) {
        vec b[TILE_VECTORS];
        FOR(l, V) b[l] = load(w + l * panel + k * LANES);
        FOR(r, T * P) {
            vec s = broadcast(x[r] + 4 * k);
            FOR(l, V) a[r * V + l] = dot(a[r * V + l], s, b[l]);
        }
    }
}

/* Weights [positions][width / LANES][inputs][LANES]: from all neurons to each. */
INLINE void dense(const Use *u, const Node *n, vec a[], int64_t p, int64_t f, int64_t t, int T,
                  int P, int V)
{
    int64_t inputs = u->synapse->inputs, panel = inputs * LANES, row = n->width / LANES * panel;
    const int32_t *w = (const int32_t *)u->synapse->weights + p * row + f / LANES * panel;
    for (int64_t k = 0; k < inputs; k++)
        FOR(i, T) {
            vec s = broadcast(u->x[t + i] + 4 * k);
            FOR(q, P) FOR(l, V) a[(i * P + q) * V + l] =
                dot(a[(i * P + q) * V + l], s, load(w + q * row + l * panel + k * LANES));
        }
}

#endif
