/* A lowered network, sample by sample: every node through all its steps in one go.
 *
 * Spikes lie twice, as their readers need them: bytes [positions][width], and words
 * [positions / 4][width] that hold a feature's spikes at four positions. A product takes four of
 * them at once. Sums of a tile of positions and features stay in registers until its neurons have
 * fired. Sums wrap in 32 bits as the chip's do; where a bound of the weights shows that nothing
 * wraps, the law of the neuron is a few instructions, else it is applied as it is written.
 * plan.py fills the tables; every field is 64 bits wide.
 */
#include "lanes.h"

/* STATE_SHIFT stands in lanes.h, where shifts by a constant are. */
#define U_LIMIT (1 << 23)
#define V_LIMIT ((1 << 23) - 1)
#define DECAY_BITS 12
#define BLOCK 4 /* positions of a word, and of a tile */

enum { INPUT, POPULATION, READOUT };
enum { HALVES, GENERAL, SUM };                  /* laws */
enum { OUTER, OUTER_EACH, INNER, DENSE, SCATTER }; /* forms of weights */

typedef struct {
    int64_t kind, positions, features, width;
    int64_t first_synapse, synapses;
    int64_t law, halvings, clips, theta;
    const int32_t *bias, *thetas, *keep_v, *keep_u;
    int64_t bytes, words;   /* where its spikes lie in the workspace; -1 where nobody reads them so */
    int64_t state;          /* where v and u lie */
    const void *outside;    /* spikes given; or where spikes or values go, 0 for nowhere */
} Node;

typedef struct {
    int64_t form, exponent, first_source, sources;
    const void *weights;
    const int32_t *rows;    /* the position (INNER) or feature (OUTER) that each reads, if one each */
    int64_t inputs;         /* words of four that a sum goes through */
    const int64_t *starts;  /* INNER: positions that each position reads; OUTER: features that each */
    const int32_t *places;  /* feature does, 0 for its own; SCATTER: neurons that each neuron feeds */
    const int8_t *columns;  /* INNER: the weights of each input, where few spikes add them one by one */
} Synapse;

typedef struct {
    int64_t node, lag;
} Source;

typedef struct {
    int64_t node, first, last;
} Turn;

typedef struct {
    int64_t steps, nodes, turns, summed, sums, fired, often;
    const Node *node;
    const Synapse *synapse;
    const Source *source;
    const Turn *turn;
    const uint8_t *silence;
} Network;

/* A synapse as one turn uses it: its spikes in every step. */
typedef struct {
    const Synapse *synapse;
    const uint8_t *const *x;
    int64_t width, shift;
    const int32_t *rows;
} Use;

#define MOST_USES 64
typedef struct {
    const Network *net;
    uint8_t *work;
    int64_t sample;
    int dense, scattered;
    Use use[MOST_USES];
    int32_t *sums;
    uint16_t *fired; /* inputs that fired: for one sum at a time */
} Run;

static int64_t byte_size(const Node *n) { return n->positions * n->width; }
static int64_t word_size(const Node *n) { return (n->positions + BLOCK - 1) / BLOCK * n->width * 4; }
static int is_word_form(int64_t form) { return form == OUTER || form == OUTER_EACH; }

/* ---- products --------------------------------------------------------------------------- */

#define FOR(i, n) _Pragma("GCC unroll 16") for (int i = 0; i < (n); i++)

INLINE vec broadcast(const uint8_t *p)
{
    int32_t word;
    memcpy(&word, p, 4);
    return set1(word);
}

/* Weights [positions][inputs] of words; the same for every feature. */
INLINE void outer(const Use *u, vec a[], int64_t p, int64_t f, int64_t t, int T, int P, int V)
{
    int64_t inputs = u->synapse->inputs;
    const uint8_t *w = (const uint8_t *)u->synapse->weights + 4 * p * inputs;
    for (int64_t g = 0; g < inputs; g++) {
        vec x[TILE_VECTORS];
        FOR(i, T) FOR(l, V) x[i * V + l] = load(u->x[t + i] + 4 * (g * u->width + f + l * LANES));
        FOR(q, P) {
            vec b = broadcast(w + 4 * (q * inputs + g));
            FOR(i, T) FOR(l, V) a[(i * P + q) * V + l] = dot(a[(i * P + q) * V + l], x[i * V + l], b);
        }
    }
}

/* Weights [width / LANES][positions][inputs][LANES] of words: a mix of every feature's own. */
INLINE void outer_each(const Use *u, const Node *n, vec a[], int64_t p, int64_t f, int64_t t, int T,
                       int P, int V)
{
    int64_t inputs = u->synapse->inputs, panel = n->positions * inputs * LANES;
    const int32_t *w = (const int32_t *)u->synapse->weights + f / LANES * panel + p * inputs * LANES;
    for (int64_t g = 0; g < inputs; g++) {
        vec x[TILE_VECTORS];
        FOR(i, T) FOR(l, V) x[i * V + l] = load(u->x[t + i] + 4 * (g * u->width + f + l * LANES));
        FOR(q, P) FOR(l, V) {
            vec b = load(w + l * panel + (q * inputs + g) * LANES);
            FOR(i, T) a[(i * P + q) * V + l] = dot(a[(i * P + q) * V + l], x[i * V + l], b);
        }
    }
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

/* ---- a tile: T steps of P positions and V vectors of features ----------------------------- */

/* What a membrane keeps: 2**-halvings of it, towards zero. */
INLINE vec keep(vec v, int halvings, vec round, int one)
{
    return one ? halve(v) : right(add(v, and(right(v, 31), round)), halvings);
}

INLINE void fire_as(const Run *r, const Node *n, vec a[], vec v[], int64_t p, int64_t f, int64_t t,
                    int T, int P, int V, int one)
{
    vec theta = set1((int32_t)n->theta), round = set1((int32_t)((1u << n->halvings) - 1));
    int halvings = (int)n->halvings, clips = !one && n->clips;
    uint8_t *bytes = n->bytes < 0 ? 0 : r->work + n->bytes + t * byte_size(n) + p * n->width + f;
    uint8_t *words = n->words < 0 ? 0 : r->work + n->words + t * word_size(n) +
                                            4 * (p / BLOCK * n->width + f);
    int first = 8 * (int)(p % BLOCK);
    FOR(l, V) FOR(i, T) {
        vec word = set1(0);
        FOR(q, P) {
            vec x = add(add(keep(v[q * V + l], halvings, round, one), to_state(a[(i * P + q) * V + l])),
                        load(n->bias + (p + q) * n->width + f + l * LANES));
            if (clips)
                x = least(most(x, set1(-V_LIMIT)), set1(V_LIMIT));
            mask fired = greater(x, theta);
            v[q * V + l] = clear(fired, x);
            word = or(word, bit(fired, (int32_t)(1u << (first + 8 * q))));
            if (bytes)
                store_bytes(bytes + i * byte_size(n) + q * n->width + l * LANES, fired);
        }
        if (words) {
            uint8_t *to = words + i * word_size(n) + 4 * l * LANES;
            store(to, first ? or(word, load(to)) : word);
        }
    }
}

INLINE void fire(const Run *r, const Node *n, vec a[], vec v[], int64_t p, int64_t f, int64_t t,
                 int T, int P, int V)
{
    if (n->halvings == 1 && !n->clips)
        fire_as(r, n, a, v, p, f, t, T, P, V, 1);
    else
        fire_as(r, n, a, v, p, f, t, T, P, V, 0);
}

INLINE void tile(const Run *r, const Node *n, vec v[], int64_t p, int64_t f, int64_t t, int T, int P,
                 int V)
{
    vec a[TILE_VECTORS];
    FOR(i, T * P * V) a[i] = set1(0);
    for (int k = 0; k < r->dense; k++) {
        const Use *u = &r->use[k];
        switch (u->synapse->form) {
        case OUTER: outer(u, a, p, f, t, T, P, V); break;
        case OUTER_EACH: outer_each(u, n, a, p, f, t, T, P, V); break;
        case INNER: inner(u, a, p, f, t, T, P, V); break;
        default: dense(u, n, a, p, f, t, T, P, V);
        }
        if (u->shift)
            FOR(i, T * P * V) a[i] = left(a[i], (int)u->shift);
    }
    int32_t *sums = r->sums + t * byte_size(n) + p * n->width + f;
    if (r->scattered)
        FOR(i, T) FOR(q, P) FOR(l, V) a[(i * P + q) * V + l] =
            add(a[(i * P + q) * V + l], load(sums + i * byte_size(n) + q * n->width + l * LANES));
    if (n->law == HALVES) {
        fire(r, n, a, v, p, f, t, T, P, V);
        return;
    }
    FOR(i, T) FOR(q, P) FOR(l, V)
        store(sums + i * byte_size(n) + q * n->width + l * LANES, a[(i * P + q) * V + l]);
}

#define TILE(T, P, V)                                                                        \
    static __attribute__((noinline)) void tile_##T##_##P##_##V(                              \
        const Run *r, const Node *n, vec v[], int64_t p, int64_t f, int64_t t)               \
    {                                                                                        \
        tile(r, n, v, p, f, t, T, P, V);                                                     \
    }
#if TILE_VECTORS == 16
TILE(4, 4, 1) TILE(2, 4, 2) TILE(1, 4, 4) TILE(4, 1, 4) TILE(2, 1, 4) TILE(1, 1, 4)
#else
TILE(2, 4, 1) TILE(1, 4, 2) TILE(2, 1, 4) TILE(1, 1, 4)
#endif
#define VECTORS 4 /* a node's width is a multiple of so many */

/* All steps of some positions and features. Returns the vectors it took. */
static int run_tile(const Run *r, const Node *n, int P, int64_t p, int64_t f, int64_t first,
                    int64_t last)
{
    vec v[TILE_VECTORS];
    int64_t steps = last - first;
    int T = TILE_VECTORS == 16 && steps % 4 == 0 ? 4 : steps % 2 == 0 ? 2 : 1;
    int V = P == 1 ? VECTORS : TILE_VECTORS / BLOCK / T;
    int32_t *state = (int32_t *)(r->work + n->state) + p * n->width + f;
    for (int q = 0; q < P; q++)
        for (int l = 0; l < V; l++)
            v[q * V + l] = first ? load(state + q * n->width + l * LANES) : set1(0);
    for (int64_t t = first; t < last; t += T) {
#if TILE_VECTORS == 16
        if (P == 1)
            (T == 4 ? tile_4_1_4 : T == 2 ? tile_2_1_4 : tile_1_1_4)(r, n, v, p, f, t);
        else
            (T == 4 ? tile_4_4_1 : T == 2 ? tile_2_4_2 : tile_1_4_4)(r, n, v, p, f, t);
#else
        if (P == 1)
            (T == 2 ? tile_2_1_4 : tile_1_1_4)(r, n, v, p, f, t);
        else
            (T == 2 ? tile_2_4_1 : tile_1_4_2)(r, n, v, p, f, t);
#endif
    }
    if (last < r->net->steps)
        for (int q = 0; q < P; q++)
            for (int l = 0; l < V; l++)
                store(state + q * n->width + l * LANES, v[q * V + l]);
    return V;
}

/* Rows are a few hundred bytes, too short for what compilers make of memset. */
INLINE void zero(void *p, int64_t bytes)
{
    for (int64_t i = 0; i < bytes; i += 4 * LANES)
        store((uint8_t *)p + i, set1(0));
}

/* ---- what a turn reads --------------------------------------------------------------------- */

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
            const uint8_t *from = at < 0 ? net->silence
                                         : r->work + (words ? n->words : n->bytes) + at * size;
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

/* Of each feature those that it reads, summed; words of four positions. */
static void spread_words(const Node *from, const Node *to, const Synapse *y, const uint8_t *given,
                         uint8_t *sum)
{
    const uint32_t *x = (const uint32_t *)given;
    uint32_t *into = (uint32_t *)sum;
    for (int64_t p = 0; p < from->positions; p += BLOCK, x += from->width, into += to->width) {
        if (y->rows) {
            for (int64_t i = 0; i < to->features; i++)
                into[i] = x[y->rows[i]];
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

/* ---- few spikes: each adds the weights of its input ------------------------------------------ */

/* Inputs among `width` bytes of 0 and 1 that fired; returns how many there are with those before. */
INLINE int64_t list(const uint8_t *x, int64_t width, uint16_t *fired, int64_t count)
{
    for (int64_t i = 0; i < width; i += 8) {
        uint64_t some;
        memcpy(&some, x + i, 8);
        for (; some; some &= some - 1)
            fired[count++] = (uint16_t)(i + __builtin_ctzll(some) / 8);
    }
    return count;
}

/* Inputs that fired into one position in one step, of all sources. */
static int64_t list_position(const Run *r, const Synapse *y, int64_t p, int64_t t)
{
    int64_t count = 0;
    for (int64_t s = 0; s < y->sources; s++) {
        const Source *source = &r->net->source[y->first_source + s];
        const Node *n = &r->net->node[source->node];
        if (t < source->lag)
            continue;
        const uint8_t *x = r->work + n->bytes + (t - source->lag) * byte_size(n);
        for (int64_t k = y->starts[p]; k < y->starts[p + 1]; k++)
            count = list(x + y->places[k] * n->width, n->width, r->fired, count);
    }
    return count;
}

INLINE void add_columns(const int8_t *columns, int64_t width, const uint16_t *fired, int64_t count,
                        int32_t *sum, int shift, int added, int V)
{
    vec a[8];
    FOR(l, V) a[l] = set1(0);
    for (int64_t e = 0; e < count; e++)
        FOR(l, V) a[l] = add16(a[l], load8(columns + fired[e] * width + 2 * l * LANES));
    FOR(l, V) {
        int32_t *to = sum + 2 * l * LANES;
        vec low = left(low16(a[l]), shift), high = left(high16(a[l]), shift);
        store(to, added ? add(low, load(to)) : low);
        store(to + LANES, added ? add(high, load(to + LANES)) : high);
    }
}

static void add_fired(const Run *r, const Node *n, const Synapse *y, int64_t first, int64_t last,
                      int added)
{
    int shift = (int)y->exponent;
    for (int64_t t = first; t < last; t++)
        for (int64_t p = 0; p < n->positions; p++) {
            int64_t count = list_position(r, y, p, t);
            int32_t *sum = r->sums + t * byte_size(n) + p * n->width;
            if (count == 0 && added)
                continue;
            int64_t f = 0;
            for (; f + 16 * LANES <= n->width; f += 16 * LANES)
                add_columns(y->columns + f, n->width, r->fired, count, sum + f, shift, added, 8);
            for (; f < n->width; f += 4 * LANES)
                add_columns(y->columns + f, n->width, r->fired, count, sum + f, shift, added, 2);
        }
}

/* Whether adding columns is less work than the product: by the spikes of this very sample. */
static int fires_little(const Run *r, const Node *n, const Synapse *y, int64_t first, int64_t last)
{
    int64_t count = 0, rows = 0;
    if (y->columns == 0 || r->net->often == 0)
        return 0;
    for (int64_t s = 0; s < y->sources; s++) {
        const Source *source = &r->net->source[y->first_source + s];
        const Node *from = &r->net->node[source->node];
        int64_t begin = first > source->lag ? first - source->lag : 0, end = last - source->lag;
        const uint8_t *x = r->work + from->bytes + begin * byte_size(from);
        vec some = set1(0), ones = set1(0x01010101);
        for (int64_t i = 0; i < (end - begin) * byte_size(from); i += 4 * LANES)
            some = dot(some, load(x + i), ones);
        int32_t lanes[LANES];
        store(lanes, some);
        for (int i = 0; i < LANES; i++)
            count += lanes[i];
        rows += from->positions;
    }
    /* Spikes that arrive, if every position is read as often as every other. */
    int64_t arriving = count * y->starts[n->positions] / (rows > 0 ? rows : 1) * y->sources;
    int64_t vectors = n->width / LANES, sums = (last - first) * n->positions;
    return arriving * (r->net->often * vectors / 200 + 6) + sums * (40 + 2 * vectors) <
           sums * y->inputs * vectors;
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

/* ---- neurons by the law as it is written ---------------------------------------------------- */

static int32_t wrap(int64_t x) { return (int32_t)(uint32_t)x; }

static int64_t decay(int64_t x, int32_t keep)
{
    int64_t size = (x < 0 ? -x : x) * keep >> DECAY_BITS;
    return x < 0 ? -size : size;
}

static void step_general(const Run *r, const Node *n, int64_t t, int32_t *sums, uint8_t *fired)
{
    int32_t *v = (int32_t *)(r->work + n->state), *u = v + byte_size(n);
    for (int64_t i = 0; i < byte_size(n); i++) {
        int64_t current = wrap(decay(u[i], n->keep_u[i]) + (int64_t)sums[i] * (1 << STATE_SHIFT));
        current = current > U_LIMIT ? current - 2 * U_LIMIT : current;
        current = current <= -U_LIMIT ? current + 2 * U_LIMIT : current;
        int64_t x = decay(v[i], n->keep_v[i]) + current + n->bias[i];
        x = x > V_LIMIT ? V_LIMIT : x < -V_LIMIT ? -V_LIMIT : x;
        u[i] = (int32_t)current;
        fired[i] = x > n->thetas[i];
        v[i] = fired[i] ? 0 : (int32_t)x;
        sums[i] = (int32_t)x;
    }
    (void)t;
}

static void to_words(const Node *n, const uint8_t *bytes, uint8_t *words)
{
    for (int64_t p = 0; p < n->positions; p += BLOCK) {
        const uint8_t *row = bytes + p * n->width;
        uint32_t *to = (uint32_t *)(words + p * n->width);
        if (p + BLOCK <= n->positions) {
            for (int64_t f = 0; f < n->width; f++)
                to[f] = row[f] | (uint32_t)row[n->width + f] << 8 |
                        (uint32_t)row[2 * n->width + f] << 16 | (uint32_t)row[3 * n->width + f] << 24;
            continue;
        }
        int rows = n->positions - p < BLOCK ? (int)(n->positions - p) : BLOCK;
        for (int64_t f = 0; f < n->width; f++) {
            uint32_t word = 0;
            for (int q = 0; q < rows; q++)
                word |= (uint32_t)bytes[(p + q) * n->width + f] << (8 * q);
            memcpy(words + 4 * (p / BLOCK * n->width + f), &word, 4);
        }
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
        step_general(r, n, t, r->sums + t * byte_size(n), fired);
        if (n->words >= 0)
            to_words(n, fired, r->work + n->words + t * word_size(n));
    }
}

/* ---- in and out ----------------------------------------------------------------------------- */

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
        for (int64_t p = 0; p < n->positions; p++) {
            memcpy(bytes + p * n->width, from + p * n->features, n->features);
            memset(bytes + p * n->width + n->features, 0, n->width - n->features);
        }
        if (n->words >= 0)
            to_words(n, bytes, r->work + n->words + t * word_size(n));
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
        for (int64_t p = 0; p < n->positions; p++, to += n->features)
            for (int64_t f = 0; f < n->features; f++) {
                int64_t at = p * n->width + f;
                to[f] = (int64_t)r->sums[t * byte_size(n) + at] + (n->law == SUM ? n->bias[at] : 0);
            }
}

/* ---- a node, a sample, many samples ---------------------------------------------------------- */

static void prepare(Run *r, const Node *n, const Turn *turn, const uint8_t **x, uint8_t *sums)
{
    const Network *net = r->net;
    r->dense = r->scattered = 0;
    for (int64_t s = 0; s < n->synapses; s++, x += net->steps) {
        const Synapse *y = &net->synapse[n->first_synapse + s];
        const Node *from = &net->node[net->source[y->first_source].node];
        if (y->form == INNER && fires_little(r, n, y, turn->first, turn->last)) {
            add_fired(r, n, y, turn->first, turn->last, r->scattered++);
            continue;
        }
        gather(r, y, turn->first, turn->last, x, &sums);
        if (y->form == SCATTER) {
            if (!r->scattered++)
                zero(r->sums + turn->first * byte_size(n),
                     4 * (turn->last - turn->first) * byte_size(n));
            scatter(r, n, y, x, turn->first, turn->last);
            continue;
        }
        Use *u = &r->use[r->dense];
        *u = (Use){y, x, from->width, y->exponent, y->rows};
        if (y->starts && (y->form == OUTER || y->rows == 0)) {
            spread(from, n, y, turn->first, turn->last, x, &sums);
            u->width = y->form == INNER ? from->width : n->width;
        }
        if (r->dense) /* the largest exponent first: each sum is shifted by what it has more */
            u[-1].shift -= y->exponent;
        r->dense++;
    }
}

static void run_node(Run *r, const Turn *turn, const uint8_t **x, uint8_t *summed)
{
    const Node *n = &r->net->node[turn->node];
    prepare(r, n, turn, x, summed);
    int64_t whole = n->positions / BLOCK * BLOCK;
    if (r->dense || n->law == HALVES || !r->scattered)
        for (int64_t p = 0; p < n->positions; p += p < whole ? BLOCK : 1)
            for (int64_t f = 0; f < n->width;)
                f += LANES * run_tile(r, n, p < whole ? BLOCK : 1, p, f, turn->first, turn->last);
    if (n->law == GENERAL)
        apply_general(r, n, turn->first, turn->last);
    if (n->kind == READOUT)
        keep_values(r, n, turn->first, turn->last);
    else if (n->outside)
        keep_spikes(r, n, turn->first, turn->last);
}

/* Samples [first, first + count). work: of one thread. Returns 1 where an input is no spike. */
int ssr_run(const Network *net, int64_t first, int64_t count, uint8_t *work, const uint8_t **x)
{
    Run r;
    r.net = net;
    r.work = work;
    r.sums = (int32_t *)(work + net->summed);
    r.fired = (uint16_t *)(work + net->fired);
    uint8_t *summed = (uint8_t *)(r.sums + net->sums) + net->sums;
    for (r.sample = first; r.sample < first + count; r.sample++) {
        for (int64_t i = 0; i < net->nodes; i++)
            if (net->node[i].kind == INPUT && show(&r, &net->node[i]) > 1)
                return 1;
        for (int64_t i = 0; i < net->turns; i++)
            run_node(&r, &net->turn[i], x, summed);
    }
    return 0;
}

int64_t ssr_lanes(void) { return LANES; }
