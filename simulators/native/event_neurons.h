/* A node all of whose synapses add the weights of spikes: sums go on to its neurons in registers.
 */
#ifndef SSR_EVENT_NEURONS_H
#define SSR_EVENT_NEURONS_H

#include "events.h"
#include "forms.h"
#include "tiles.h"

/* One position and some features through all steps: sums and neurons stay in registers. */
INLINE void fire_columns(const Run *r, const Node *n, const int64_t *lengths, int64_t p, int64_t f,
                         int64_t first, int64_t last, int shift, int V)
{
    vec v[16], wide[16];
    int32_t *state = (int32_t *)(r->work + n->state) + p * n->width + f;
    FOR(l, 2 * V) v[l] = first ? load(state + l * LANES) : set1(0);
    for (int64_t t = first; t < last; t++) {
        sum_columns(r, n, lengths, t - first, f, wide, V);
        FOR(l, 2 * V) wide[l] = left(wide[l], shift);
        FOR(l, 2 * V / VECTORS)
            fire(r, n, wide + l * VECTORS, v + l * VECTORS, p, f + l * VECTORS * LANES, t, 1, 1, VECTORS);
    }
    FOR(l, 2 * V)
        if (last < r->net->steps)
            store(state + l * LANES, v[l]);
}

/* 64 features of one position whose sums of all steps are there, in 16 bits. */
static void fire_kept(const Run *r, const Node *n, const int16_t *kept, int64_t p, int64_t f, int shift)
{
    vec v[2 * UNIT], wide[2 * UNIT];
    FOR(l, 2 * UNIT) v[l] = set1(0);
    for (int64_t t = 0; t < r->net->steps; t++, kept += n->width) {
        FOR(l, UNIT) {
            vec narrow = load(kept + 2 * l * LANES);
            wide[2 * l] = left(low16(narrow), shift);
            wide[2 * l + 1] = left(high16(narrow), shift);
        }
        FOR(l, 2 * UNIT / VECTORS)
            fire(r, n, wide + l * VECTORS, v + l * VECTORS, p, f + l * VECTORS * LANES, t, 1, 1, VECTORS);
    }
}

/* As fire_columns, through all steps, of a position that is quiet. A membrane in units of sums,
 * rounded up in every step, is never below its neuron's (node_law.py: only where the neuron's does
 * not clip from below before 16 bits do): where none of 64 passes the threshold, rounded down,
 * nothing fires, and they are not run. */
INLINE void fire_some(const Run *r, const Node *n, const int64_t *lengths, int64_t p, int64_t f, int shift,
                      int V)
{
    const Word *word = r->words;
    vec most[8], narrow[8], shared[8], theta = set1((int32_t)(n->rough_theta & 0xffff) * 0x10001);
    int16_t *kept = (int16_t *)r->sums;
    const int16_t *bias = n->rough_bias + p * n->bias_width + f;
    int halvings = n->halvings < 15 ? (int)n->halvings : 15, some[8] = {0};
    FOR(l, V) most[l] = shared[l] = set1(0);
    for (int64_t e = 0; e < lengths[0]; e++)
        add_rows(n->columns + f, word + e, n->width, shared, V);
    for (int64_t t = 0; t < r->net->steps; t++) {
        word += r->net->most_words;
        FOR(l, V) narrow[l] = shared[l];
        for (int64_t e = 0; e < lengths[1 + t]; e++)
            add_rows(n->columns + f, word + e, n->width, narrow, V);
        FOR(l, V) {
            store(kept + t * n->width + f + 2 * l * LANES, narrow[l]);
            vec own = minus16(set1(0), right16(minus16(set1(0), most[l]), halvings));
            most[l] = plus16(plus16(own, load(bias + 2 * l * LANES)), narrow[l]);
            some[l / UNIT] |= some_above16(most[l], theta);
        }
    }
    FOR(c, V / UNIT)
        if (some[c])
            fire_kept(r, n, kept + f + c * COLUMNS, p, f + c * COLUMNS, shift);
        else
            rest(r, n, p, 1, f + c * COLUMNS, COLUMNS);
}

/* Whether a step has more spikes than 16 bits hold. */
static int is_wide(const Run *r, const int64_t *lengths, int64_t steps)
{
    const Word *word = r->words;
    int64_t shared = 0;
    for (int64_t e = 0; e < lengths[0]; e++)
        shared += __builtin_popcountll(word[e].bits);
    for (int64_t t = 0; t < steps; t++) {
        int64_t count = shared;
        word += r->net->most_words;
        for (int64_t e = 0; e < lengths[1 + t]; e++)
            count += __builtin_popcountll(word[e].bits);
        if (count > MOST_NARROW)
            return 1;
    }
    return 0;
}

/* Lists of what fires into one position; returns how many words are in them. */
static int64_t list_steps(const Run *r, const Node *n, int64_t p, int64_t first, int64_t last)
{
    int64_t words = 0, steps = last - first;
    for (int64_t i = 0; i <= steps; i++)
        r->lengths[i] = 0;
    for (int64_t s = 0; s < n->synapses; s++)
        list_words(r, r->net->synapse + n->first_synapse + s, n->width, p, first, last, r->lengths);
    for (int64_t i = 0; i <= steps; i++)
        words += r->lengths[i];
    return words;
}

/* A node all of whose synapses add weights, with the same exponent. */
static void run_events(const Run *r, const Node *n, int64_t first, int64_t last)
{
    int shift = (int)r->net->synapse[n->first_synapse].exponent;
    Node as_bits = *n;
    if (n->bits >= 0)
        as_bits.words = as_bits.bytes = -1;
    for (int64_t p = 0; p < n->positions; p++) {
        int64_t words = list_steps(r, n, p, first, last), f = 0;
        int quiet = is_quiet(r, n, p, 1, first, last);
        if (words == 0 && quiet)
            rest(r, &as_bits, p, 1, 0, n->width);
        else if (quiet && n->rough_bias && !is_wide(r, r->lengths, last - first)) {
            for (; f + 4 * COLUMNS <= n->width && UNIT == 2; f += 4 * COLUMNS)
                fire_some(r, &as_bits, r->lengths, p, f, shift, 4 * UNIT);
            for (; f < n->width; f += COLUMNS)
                fire_some(r, &as_bits, r->lengths, p, f, shift, UNIT);
        } else {
            for (; f + 4 * COLUMNS <= n->width && UNIT == 2; f += 4 * COLUMNS)
                fire_columns(r, &as_bits, r->lengths, p, f, first, last, shift, 4 * UNIT);
            for (; f < n->width; f += COLUMNS)
                fire_columns(r, &as_bits, r->lengths, p, f, first, last, shift, UNIT);
        }
    }
    if (n->bits >= 0)
        show_bits(r, n, first, last);
}

#endif
