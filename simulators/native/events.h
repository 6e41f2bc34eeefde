/* Where few inputs fire: the weights of those that did are added, nothing is multiplied.
 *
 * Weights lie by input, a row of bytes for each. 255 of them are summed in 16 bits, then widened.
 */
#ifndef SSR_EVENTS_H
#define SSR_EVENTS_H

#include "network.h"

#define MOST_NARROW 255 /* bytes whose sum stays within 16 bits */
#define UNIT (COLUMNS / 2 / LANES) /* vectors of 16-bit sums of 64 features */

/* Inputs of one position that fire, 64 a word. List 0 of r->words holds those that fire in every
 * step from `first` on, list 1 + i those that fire in step first + i and not in all. */
static void list_words(const Run *r, const Synapse *y, int64_t width, int64_t p, int64_t first,
                       int64_t last, int64_t *lengths)
{
    int64_t most = r->net->most_words, steps = last - first;
    for (int64_t s = 0; s < y->sources; s++) {
        const Source *source = &r->net->source[y->first_source + s];
        const Node *n = &r->net->node[source->node];
        int64_t size = bit_size(n) / 8, own = n->width / COLUMNS, late = source->lag - first;
        int64_t start = late > 0 ? late : 0;
        const uint64_t *bits = (const uint64_t *)(r->work + n->bits) - late * size;
        for (int64_t k = y->starts[p]; k < y->starts[p + 1]; k++)
            for (int64_t w = 0; w < own; w++) {
                const uint64_t *x = bits + y->places[k] * own + w;
                uint64_t every = start > 0 || steps == 1 ? 0 : ~0ull, some = 0;
                for (int64_t t = start; t < steps; t++) {
                    every &= x[t * size];
                    some |= x[t * size];
                }
                if (some == 0)
                    continue;
                int64_t row = (y->column + w * COLUMNS) * width;
                r->words[lengths[0]] = (Word){every, row};
                lengths[0] += every != 0;
                for (int64_t t = start; t < steps; t++) {
                    uint64_t rest = x[t * size] & ~every;
                    r->words[(1 + t) * most + lengths[1 + t]] = (Word){rest, row};
                    lengths[1 + t] += rest != 0;
                }
            }
    }
}

/* To V vectors of 16 bits the rows of one word. */
INLINE void add_rows(const int8_t *columns, const Word *word, int64_t width, vec narrow[], int V)
{
    const int8_t *rows = columns + word->row;
    for (uint64_t left = word->bits; left; left &= left - 1) {
        const int8_t *row = rows + __builtin_ctzll(left) * width;
        FOR(l, V) narrow[l] = add16(narrow[l], load8(row + 2 * l * LANES));
    }
}

INLINE void widen(const vec narrow[], vec wide[], int V)
{
    FOR(l, V) {
        wide[2 * l] = add(wide[2 * l], low16(narrow[l]));
        wide[2 * l + 1] = add(wide[2 * l + 1], high16(narrow[l]));
    }
}

/* To 2 V vectors the rows of a list of words. */
INLINE void add_list(const int8_t *columns, const Word *word, int64_t length, int64_t width, vec wide[],
                     int V)
{
    vec narrow[8];
    int count = 0;
    FOR(l, V) narrow[l] = set1(0);
    for (int64_t e = 0; e < length; e++) {
        count += __builtin_popcountll(word[e].bits);
        if (count > MOST_NARROW) {
            widen(narrow, wide, V);
            FOR(l, V) narrow[l] = set1(0);
            count = __builtin_popcountll(word[e].bits);
        }
        add_rows(columns, word + e, width, narrow, V);
    }
    widen(narrow, wide, V);
}

/* wide: 2 V vectors, the sums of the rows that fire in the step that list 1 + i is of. */
INLINE void sum_columns(const Run *r, const Node *n, const int64_t *lengths, int64_t i, int64_t f,
                        vec wide[], int V)
{
    const int8_t *columns = n->columns + f;
    FOR(l, 2 * V) wide[l] = set1(0);
    add_list(columns, r->words, lengths[0], n->width, wide, V);
    add_list(columns, r->words + (1 + i) * r->net->most_words, lengths[1 + i], n->width, wide, V);
}

/* Into sums in memory, beside those of other synapses; added: whether there are some. */
INLINE void add_columns(const Run *r, const Node *n, const int64_t *lengths, int64_t f, int32_t *sums,
                        int shift, int added, int V)
{
    vec wide[16];
    sum_columns(r, n, lengths, 0, f, wide, V);
    FOR(l, 2 * V) {
        vec x = left(wide[l], shift);
        store(sums + f + l * LANES, added ? add(x, load(sums + f + l * LANES)) : x);
    }
}

/* events: the synapses, as bits, whose weights are added. Returns how many rounds that took. */
static int add_events(const Run *r, const Node *n, uint64_t events, int64_t first, int64_t last)
{
    int added = 0;
    while (events) { /* those of one exponent */
        const Synapse *y = r->net->synapse + n->first_synapse;
        int64_t exponent = y[__builtin_ctzll(events)].exponent;
        uint64_t round = 0;
        for (uint64_t left = events; left; left &= left - 1)
            if (y[__builtin_ctzll(left)].exponent == exponent)
                round |= left & -left;
        for (int64_t t = first; t < last; t++)
            for (int64_t p = 0; p < n->positions; p++) {
                int64_t lengths[2] = {0, 0}, f = 0;
                int32_t *sums = r->sums + t * byte_size(n) + p * n->width;
                for (uint64_t left = round; left; left &= left - 1)
                    list_words(r, y + __builtin_ctzll(left), n->width, p, t, t + 1, lengths);
                if (lengths[1] == 0 && added)
                    continue;
                for (; f + 4 * COLUMNS <= n->width && UNIT == 2; f += 4 * COLUMNS)
                    add_columns(r, n, lengths, f, sums, (int)exponent, added, 4 * UNIT);
                for (; f < n->width; f += COLUMNS)
                    add_columns(r, n, lengths, f, sums, (int)exponent, added, UNIT);
            }
        events &= ~round;
        added++;
    }
    return added;
}

#endif
