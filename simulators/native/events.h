/* Where few inputs fire: the weights of those that did are added, nothing is multiplied.
 *
 * Weights lie by input, a row of bytes for each. 255 of them are summed in 16 bits, then widened.
 */
#ifndef SSR_EVENTS_H
#define SSR_EVENTS_H

#include "tiles.h"

#define MOST_NARROW 255 /* bytes whose sum stays within 16 bits */
#define UNIT (COLUMNS / 2 / LANES) /* vectors of 16-bit sums of 64 features */

/* Rows of columns of the inputs that fired, from row `base` on; returns how many. Writes up to
 * three more. */
INLINE int64_t list(const uint64_t *bits, int64_t inputs, int64_t width, int64_t base,
                    uint32_t *fired)
{
    int64_t count = 0;
    for (int64_t w = 0; w < inputs / COLUMNS; w++) {
        uint64_t some = bits[w];
        int64_t own = __builtin_popcountll(some), row = base + w * COLUMNS;
        for (int64_t done = 0; done < own; done += 4)
            FOR(j, 4) {
                int64_t place = __builtin_ctzll(some | 1ull << 63);
                fired[count + done + j] = (uint32_t)((row + place) * width);
                some &= some - 1;
            }
        count += own;
    }
    return count;
}

/* Inputs that fired into one position in one step, of all sources; rows are `width` bytes. */
static int64_t list_position(const Run *r, const Synapse *y, int64_t width, int64_t p, int64_t t,
                             uint32_t *fired)
{
    int64_t count = 0;
    for (int64_t s = 0; s < y->sources; s++) {
        const Source *source = &r->net->source[y->first_source + s];
        const Node *n = &r->net->node[source->node];
        if (t < source->lag)
            continue;
        const uint64_t *bits =
            (const uint64_t *)(r->work + n->bits + (t - source->lag) * bit_size(n));
        for (int64_t k = y->starts[p]; k < y->starts[p + 1]; k++)
            count += list(bits + y->places[k] * (n->width / COLUMNS), n->width, width, y->column,
                          fired + count);
    }
    return count;
}

/* How many rows list_position would find for all positions of some steps. */
static int64_t count_fired(const Run *r, const Node *to, const Synapse *y, int64_t first, int64_t last)
{
    int64_t count = 0;
    for (int64_t s = 0; s < y->sources; s++) {
        const Source *source = &r->net->source[y->first_source + s];
        const Node *n = &r->net->node[source->node];
        int64_t own = n->width / COLUMNS;
        for (int64_t t = first > source->lag ? first : source->lag; t < last; t++) {
            const uint64_t *bits =
                (const uint64_t *)(r->work + n->bits + (t - source->lag) * bit_size(n));
            for (int64_t k = 0; k < y->starts[to->positions]; k++)
                for (int64_t w = 0; w < own; w++)
                    count += __builtin_popcountll(bits[y->places[k] * own + w]);
        }
    }
    return count;
}

/* wide: 2 V vectors, the sums of the rows that fired. */
INLINE void sum_columns(const int8_t *columns, const uint32_t *fired, int64_t count, vec wide[], int V)
{
    FOR(l, 2 * V) wide[l] = set1(0);
    for (int64_t from = 0; from < count; from += MOST_NARROW) {
        int64_t to = count - from < MOST_NARROW ? count : from + MOST_NARROW;
        vec narrow[16];
        FOR(l, V) narrow[l] = set1(0);
        for (int64_t e = from; e < to; e++)
            FOR(l, V) narrow[l] = add16(narrow[l], load8(columns + fired[e] + 2 * l * LANES));
        FOR(l, V) {
            wide[2 * l] = add(wide[2 * l], low16(narrow[l]));
            wide[2 * l + 1] = add(wide[2 * l + 1], high16(narrow[l]));
        }
    }
}

/* Into sums in memory, beside those of other synapses; added: whether there are some. */
INLINE void add_columns(const Node *n, const uint32_t *fired, int64_t count, int64_t f, int32_t *sums,
                        int shift, int added, int V)
{
    vec wide[32];
    sum_columns(n->columns + f, fired, count, wide, V);
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
                int64_t count = 0, f = 0;
                int32_t *sums = r->sums + t * byte_size(n) + p * n->width;
                for (uint64_t left = round; left; left &= left - 1)
                    count += list_position(r, y + __builtin_ctzll(left), n->width, p, t,
                                           r->fired + count);
                if (count == 0 && added)
                    continue;
                for (; f + 4 * COLUMNS <= n->width && UNIT == 2; f += 4 * COLUMNS)
                    add_columns(n, r->fired, count, f, sums, (int)exponent, added, 4 * UNIT);
                for (; f < n->width; f += COLUMNS)
                    add_columns(n, r->fired, count, f, sums, (int)exponent, added, UNIT);
            }
        events &= ~round;
        added++;
    }
    return added;
}

/* One position and some features through all steps: sums and neurons stay in registers. */
INLINE void fire_columns(const Run *r, const Node *n, const int64_t *starts, int64_t p, int64_t f,
                         int64_t first, int64_t last, int shift, int V)
{
    vec v[32], wide[32];
    int32_t *state = (int32_t *)(r->work + n->state) + p * n->width + f;
    FOR(l, 2 * V) v[l] = first ? load(state + l * LANES) : set1(0);
    for (int64_t t = first; t < last; t++) {
        const int64_t *at = starts + (t - first);
        sum_columns(n->columns + f, r->fired + at[0], at[1] - at[0], wide, V);
        FOR(l, 2 * V) wide[l] = left(wide[l], shift);
        FOR(l, 2 * V / VECTORS)
            fire(r, n, wide + l * VECTORS, v + l * VECTORS, p, f + l * VECTORS * LANES, t, 1, 1, VECTORS);
    }
    FOR(l, 2 * V)
        if (last < r->net->steps)
            store(state + l * LANES, v[l]);
}

/* A node all of whose synapses add weights, with the same exponent. */
static void run_events(const Run *r, const Node *n, int64_t first, int64_t last)
{
    const Synapse *y = r->net->synapse + n->first_synapse;
    int64_t *starts = (int64_t *)(r->work + r->net->fired);
    int shift = (int)y->exponent;
    for (int64_t p = 0; p < n->positions; p++) {
        int64_t count = 0, f = 0;
        for (int64_t t = first; t < last; t++) {
            starts[t - first] = count;
            for (int64_t s = 0; s < n->synapses; s++)
                count += list_position(r, y + s, n->width, p, t, r->fired + count);
        }
        starts[last - first] = count;
        if (count == 0 && is_quiet(r, n, p, 1, first, last)) {
            rest(r, n, p, 1, 0, n->width);
            continue;
        }
        for (; f + 4 * COLUMNS <= n->width && UNIT == 2; f += 4 * COLUMNS)
            fire_columns(r, n, starts, p, f, first, last, shift, 4 * UNIT);
        for (; f + 2 * COLUMNS <= n->width && UNIT == 2; f += 2 * COLUMNS)
            fire_columns(r, n, starts, p, f, first, last, shift, 2 * UNIT);
        for (; f < n->width; f += COLUMNS)
            fire_columns(r, n, starts, p, f, first, last, shift, UNIT);
    }
}

/* Synapses, as bits, that add weights in this turn; *fused where run_events is to take the node.
 * Only where it saves a tenth at least: what is counted is right but for so much. */
static uint64_t choose_events(const Run *r, const Node *n, int64_t first, int64_t last, int *fused)
{
    const Network *net = r->net;
    const Costs *c = &net->costs;
    const Synapse *y = net->synapse + n->first_synapse;
    int64_t vectors = n->width / LANES, sums = (last - first) * n->positions;
    int64_t products = 0, events = 0, both = 0;
    uint64_t chosen = 0;
    int all = n->law == HALVES;
    *fused = 0;
    if (n->columns == 0 || net->way == PRODUCTS)
        return 0;
    for (int64_t s = 0; s < n->synapses; s++) {
        int64_t product = sums * y[s].inputs * vectors * c->product, event;
        all &= y[s].column >= 0 && y[s].exponent == y->exponent;
        products += product;
        if (y[s].column < 0) {
            both += product;
            continue;
        }
        event = count_fired(r, n, y + s, first, last) * (c->event * vectors / 2 + c->event_once) +
                sums * c->row;
        events += event;
        both += event < product ? event : product;
        chosen |= (uint64_t)(event < product || net->way == EVENTS) << s;
    }
    events += sums * vectors * c->row_vector;
    both += sums * vectors * c->mixed_vector;
    *fused = all && (net->way == EVENTS || (10 * events < 9 * products && events <= both));
    return *fused || net->way == EVENTS || 10 * both < 9 * products ? chosen : 0;
}

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
