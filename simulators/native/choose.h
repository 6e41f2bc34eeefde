/* Which synapses of a turn add the weights of spikes: by what arrives, and by measured costs.
 */
#ifndef SSR_CHOOSE_H
#define SSR_CHOOSE_H

#include "spikes.h"

/* How many inputs fire into all positions in some steps. */
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
        if (y[s].column < 0 || !has_bits(r, y + s)) {
            all = 0;
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

#endif
