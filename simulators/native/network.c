/* A lowered network, sample by sample: every node through all its steps in one go.
 *
 * Sums of a tile of positions and features stay in registers until its neurons have fired. Where a
 * bound of the weights shows that nothing wraps, the law of the neuron is a few instructions, else
 * it is applied as it is written. Where few spikes arrive their weights are added one by one.
 */
#include "choose.h"
#include "event_neurons.h"
#include "general.h"
#include "scatter.h"

#define PROBE 16

static void prepare(Run *r, const Node *n, const Turn *turn, uint64_t events, const uint8_t **x,
                    uint8_t *sums)
{
    const Network *net = r->net;
    uint64_t *active = (uint64_t *)(r->work + net->active);
    if (events)
        r->scattered = add_events(r, n, events, turn->first, turn->last);
    for (int64_t s = 0; s < n->synapses; s++, x += net->steps) {
        const Synapse *y = &net->synapse[n->first_synapse + s];
        const Node *from = &net->node[net->source[y->first_source].node];
        if (events >> s & 1)
            continue;
        gather(r, y, turn->first, turn->last, x, &sums);
        if (y->form == SCATTER) {
            if (!r->scattered++)
                zero(r->sums + turn->first * byte_size(n),
                     4 * (turn->last - turn->first) * byte_size(n));
            scatter(r, n, y, x, turn->first, turn->last);
            continue;
        }
        Use *u = &r->use[r->dense];
        *u = (Use){y, x, from->width, y->exponent, y->rows, 0, ~0ull};
        if (is_word_form(y->form)) {
            u->whole = y->inputs < 64 ? (1ull << y->inputs) - 1 : ~0ull;
            if (y->inputs <= 64 && net->way != PRODUCTS && has_bits(r, y) &&
                find_active(r, y, n, turn->first, turn->last, u->whole, active)) {
                u->active = active;
                active += net->steps * n->width / COLUMNS;
                note_gain(r, y);
            }
        }
        if (y->starts && (is_word_form(y->form) || y->rows == 0)) {
            spread(from, n, y, turn->first, turn->last, x, &sums);
            u->width = y->form == INNER ? from->width : n->width;
        }
        if (r->dense) /* the largest exponent first: each sum is shifted by what it has more */
            u[-1].shift -= y->exponent;
        r->dense++;
    }
}

/* A node as it writes its spikes: without bits where nobody gained from them. */
static Node written(const Run *r, int64_t node)
{
    Node n = r->net->node[node];
    if (r->idle[node])
        n.bits = -1, n.late = 0;
    return n;
}

static void run_node(Run *r, const Turn *turn, const uint8_t **x, uint8_t *summed)
{
    const Node own = written(r, turn->node), *n = &own;
    int fused;
    uint64_t events = choose_events(r, n, turn->first, turn->last, &fused);
    for (uint64_t left = events; left; left &= left - 1)
        note_gain(r, &r->net->synapse[n->first_synapse + __builtin_ctzll(left)]);
    r->dense = r->scattered = 0;
    if (fused)
        run_events(r, n, turn->first, turn->last);
    else {
        prepare(r, n, turn, events, x, summed);
        if (r->dense || n->law == HALVES || !r->scattered)
            run_tiles(r, n, turn->first, turn->last);
    }
    if (n->law == GENERAL)
        apply_general(r, n, turn->first, turn->last);
    if (n->kind == READOUT)
        keep_values(r, n, turn->first, turn->last);
    else if (n->outside)
        keep_spikes(r, n, turn->first, turn->last);
}

/* Where ways are chosen by cost, one sample in so many keeps all bits, to see who gains from them.
 * Returns whether this one does. The count outlives a call, and `idle` with it. */
static int start_sample(Run *r)
{
    const Network *net = r->net;
    int64_t *past = (int64_t *)(r->work + net->probe);
    int probes = net->way == BY_COST && (*past)++ % PROBE == 0;
    memset(r->made, 0, net->nodes);
    if (probes) {
        memset(r->idle, 0, net->nodes);
        memset(r->gained, 0, net->nodes);
    }
    return probes;
}

/* Samples [first, first + count). work: of one thread. Returns 1 where an input is no spike. */
int ssr_run(const Network *net, int64_t first, int64_t count, uint8_t *work, const uint8_t **x)
{
    Run r;
    r.net = net;
    r.work = work;
    r.sums = (int32_t *)(work + net->summed);
    r.words = (Word *)(work + net->fired);
    r.lengths = (int64_t *)(r.words + net->most_words * (net->steps + 1));
    uint8_t *summed = (uint8_t *)(r.sums + net->sums) + net->sums;
    r.made = work + net->made;
    r.idle = r.made + net->nodes;
    r.gained = r.idle + net->nodes;
    for (r.sample = first; r.sample < first + count; r.sample++) {
        int probes = start_sample(&r);
        for (int64_t i = 0; i < net->nodes; i++) {
            const Node n = written(&r, i);
            if (n.kind == INPUT && show(&r, &n) > 1)
                return 1;
        }
        for (int64_t i = 0; i < net->turns; i++)
            run_node(&r, &net->turn[i], x, summed);
        for (int64_t i = 0; probes && i < net->nodes; i++)
            r.idle[i] = !r.gained[i];
    }
    return 0;
}

int64_t ssr_lanes(void) { return LANES; }
