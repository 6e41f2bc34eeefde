/* Spikes as they are given, kept and read. */
#ifndef SSR_SPIKES_H
#define SSR_SPIKES_H

#include "forms.h"

/* Spikes of one sample, given as bytes; returns the bitwise or of all of them. */
static uint8_t show(const Run *r, const Node *n)
{
    int64_t size = n->positions * n->features;
    const uint8_t *from = (const uint8_t *)n->outside + r->sample * r->net->steps * size;
    uint8_t every = 0;
    for (int64_t i = 0; i < r->net->steps * size; i++)
        every |= from[i];
    for (int64_t t = 0; t < r->net->steps; t++, from += size) {
        uint8_t *bytes = r->work + n->bytes + t * byte_size(n);
        for (int64_t p = 0; n->bytes >= 0 && p < n->positions; p++) {
            memcpy(bytes + p * n->width, from + p * n->features, n->features);
            memset(bytes + p * n->width + n->features, 0, n->width - n->features);
        }
        show_step(r, n, n->bytes < 0 ? from : bytes, t);
    }
    return every;
}

static void keep_spikes(const Run *r, const Node *n, int64_t first, int64_t last)
{
    uint8_t *to = (uint8_t *)n->outside + (r->sample * r->net->steps + first) * n->positions * n->features;
    for (int64_t t = first; t < last; t++)
        for (int64_t p = 0; p < n->positions; p++, to += n->features)
            memcpy(to, r->work + n->bytes + t * byte_size(n) + p * n->width, n->features);
}

static void keep_values(const Run *r, const Node *n, int64_t first, int64_t last)
{
    int64_t *to = (int64_t *)n->outside + (r->sample * r->net->steps + first) * n->positions * n->features;
    for (int64_t t = first; t < last; t++)
        for (int64_t p = 0; p < n->positions; p++, to += n->features) {
            const int32_t *sums = r->sums + t * byte_size(n) + p * n->width;
            const int32_t *bias = n->bias + p * n->bias_width;
            if (n->law == SUM)
                for (int64_t f = 0; f < n->features; f++)
                    to[f] = (int64_t)sums[f] + bias[f];
            else
                for (int64_t f = 0; f < n->features; f++)
                    to[f] = sums[f];
        }
}

/* ---- what a turn reads --------------------------------------------------------------------- */

/* Bytes of one step, which are made for all steps where nobody has asked for them before. */
static const uint8_t *read_bytes(const Run *r, int64_t node, int64_t t)
{
    const Node *n = &r->net->node[node];
    if (n->bytes < 0) /* of an input, as they were given */
        return (const uint8_t *)n->outside + (r->sample * r->net->steps + t) * byte_size(n);
    for (int64_t i = 0; n->late && !r->idle[node] && !r->made[node] && i < r->net->steps; i++)
        bits_to_bytes(n, r->work + n->bits + i * bit_size(n), r->work + n->bytes + i * byte_size(n));
    r->made[node] = 1;
    return r->work + n->bytes + t * byte_size(n);
}

static void add_spikes(uint8_t *sum, const uint8_t *x, int64_t size)
{
    for (int64_t i = 0; i < size; i++)
        sum[i] += x[i];
}

/* Pointers to the spikes of every step, sources summed; what was sent before the first is none. */
static void gather(Run *r, const Synapse *y, int64_t first, int64_t last, const uint8_t **x,
                   uint8_t **sums)
{
    const Network *net = r->net;
    int words = is_word_form(y->form);
    for (int64_t t = first; t < last; t++) {
        uint8_t *sum = 0;
        for (int64_t s = 0; s < y->sources; s++) {
            const Source *source = &net->source[y->first_source + s];
            const Node *n = &net->node[source->node];
            int64_t size = words ? word_size(n) : byte_size(n);
            int64_t at = t - source->lag;
            const uint8_t *from = at < 0  ? net->silence
                                  : words ? r->work + n->words + at * size
                                          : read_bytes(r, source->node, at);
            if (s == 0)
                x[t] = from;
            else if (at >= 0) {
                if (sum == 0) {
                    sum = *sums;
                    *sums += size;
                    memcpy(sum, x[t], size);
                    x[t] = sum;
                }
                add_spikes(sum, from, size);
            }
        }
    }
}

/* Features that are read in a row are copied whole vectors at a time: a run writes over what the
 * one before it left behind its end, and what the last one left is cleared. */
INLINE void copy_runs(const uint32_t *x, const Synapse *y, int64_t features, int64_t width,
                      uint32_t *into)
{
    for (int64_t k = 0; k < y->run_count; k++) {
        const int32_t *run = y->runs + 3 * k;
        for (int64_t i = 0; i < run[2]; i += LANES)
            store(into + run[0] + i, load(x + run[1] + i));
    }
    for (int64_t i = features; i < width; i++)
        into[i] = 0;
}

/* Of each feature those that it reads, summed; words of four positions. */
static void spread_words(const Node *from, const Node *to, const Synapse *y, const uint8_t *given,
                         uint8_t *sum)
{
    const uint32_t *x = (const uint32_t *)given;
    uint32_t *into = (uint32_t *)sum;
    for (int64_t p = 0; p < from->positions; p += BLOCK, x += from->width, into += to->width) {
        if (y->run_count) {
            copy_runs(x, y, to->features, to->width, into);
            continue;
        }
        for (int64_t i = 0; i < to->features; i++) {
            uint32_t word = 0;
            for (int64_t k = y->starts[i]; k < y->starts[i + 1]; k++)
                word += x[y->places[k]];
            into[i] = word;
        }
    }
}

/* Spikes as a product needs them: summed over the positions, or features, that each one reads. */
static void spread(const Node *from, const Node *to, const Synapse *y, int64_t first, int64_t last,
                   const uint8_t **x, uint8_t **sums)
{
    int words = is_word_form(y->form);
    int64_t groups = (from->positions + BLOCK - 1) / BLOCK;
    int64_t size = words ? 4 * groups * to->width : to->positions * from->width;
    for (int64_t t = first; t < last; t++, *sums += size) {
        const uint8_t *given = x[t];
        uint8_t *sum = *sums;
        x[t] = sum;
        zero(sum, size);
        if (words) {
            spread_words(from, to, y, given, sum);
            continue;
        }
        for (int64_t i = 0; i < to->positions; i++)
            for (int64_t k = y->starts[i]; k < y->starts[i + 1]; k++)
                add_spikes(sum + i * from->width, given + y->places[k] * from->width, from->width);
    }
}

/* Whether the bits of all sources are there. */
static int has_bits(const Run *r, const Synapse *y)
{
    int idle = 0;
    for (int64_t s = 0; s < y->sources; s++)
        idle |= r->idle[r->net->source[y->first_source + s].node];
    return !idle;
}

static void note_gain(Run *r, const Synapse *y)
{
    for (int64_t s = 0; s < y->sources; s++)
        r->gained[r->net->source[y->first_source + s].node] = 1;
}

/* Words of four positions of a source, as bits, of which something fires in one step; for each 64
 * features of the target. Features that are chosen lie elsewhere in the source, so those of all go
 * together. */
static void add_active(const Synapse *y, const Node *n, const uint64_t *bits, int64_t columns,
                       uint64_t *some)
{
    int64_t own = n->width / COLUMNS;
    uint64_t all = 0;
    for (int64_t p = 0; p < n->positions; p += BLOCK, bits += BLOCK * own) {
        int64_t rows = n->positions - p < BLOCK ? n->positions - p : BLOCK;
        for (int64_t c = 0; c < own; c++) {
            uint64_t fired = bits[c];
            for (int64_t q = 1; q < rows; q++)
                fired |= bits[q * own + c];
            uint64_t word = (uint64_t)(fired != 0) << (p / BLOCK);
            all |= word;
            if (y->starts == 0)
                some[c] |= word;
        }
    }
    for (int64_t c = 0; y->starts && c < columns; c++)
        some[c] |= all;
}

/* Of every step, and whether it is worth looking at: where an eighth of the words is silent. */
static int find_active(const Run *r, const Synapse *y, const Node *to, int64_t first, int64_t last,
                       uint64_t whole, uint64_t *active)
{
    int64_t columns = to->width / COLUMNS, silent = 0;
    int64_t words = columns * __builtin_popcountll(whole);
    for (int64_t t = first; t < last; t++) {
        uint64_t *some = active + t * columns;
        memset(some, 0, columns * 8);
        for (int64_t s = 0; s < y->sources; s++) {
            const Source *source = &r->net->source[y->first_source + s];
            const Node *n = &r->net->node[source->node];
            if (t >= source->lag)
                add_active(y, n,
                           (const uint64_t *)(r->work + n->bits + (t - source->lag) * bit_size(n)),
                           columns, some);
        }
        for (int64_t c = 0; c < columns; c++)
            silent += __builtin_popcountll(whole & ~some[c]);
        if (t == first && silent == 0)
            return 0;
    }
    return 8 * silent >= words * (last - first);
}

#endif
