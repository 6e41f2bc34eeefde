/* Neurons in registers, and a tile of them through its products.
 *
 * The law HALVES: the membrane keeps a power of two of itself, no current is kept and nothing
 * wraps. What lies in memory between steps is the membrane after it has decayed.
 */
#ifndef SSR_TILES_H
#define SSR_TILES_H

#include "products.h"

/* What a membrane keeps: 2**-halvings of it, towards zero. */
INLINE vec keep(vec v, int halvings)
{
    vec round = set1((int32_t)((1u << halvings) - 1));
    return right(add(v, and(right(v, 31), round)), halvings);
}

/* Fields and membranes are read into variables first: a store of a vector may be of anything. */
INLINE void fire_as(const Run *r, const Node *n, vec a[], vec state[], int64_t p, int64_t f, int64_t t,
                    int T, int P, int V, int one)
{
    const int64_t width = n->width, all_bytes = byte_size(n), all_words = word_size(n);
    const int halvings = (int)n->halvings, first = 8 * (int)(p % BLOCK);
    const vec theta = set1((int32_t)n->theta), limit = set1(n->clips ? V_LIMIT : INT32_MAX);
    const vec lowest = set1(n->clips ? -V_LIMIT : INT32_MIN);
    const int32_t *bias = n->bias + p * n->bias_width + f;
    const int64_t bias_width = n->bias_width;
    uint8_t *bytes = n->bytes < 0 || n->late ? 0 : r->work + n->bytes + t * all_bytes + p * width + f;
    uint8_t *words = n->words < 0 ? 0 : r->work + n->words + t * all_words + 4 * (p / BLOCK * width + f);
    uint8_t *bits = n->bits < 0 ? 0 : r->work + n->bits + (t * all_bytes + p * width + f) / 8;
    FOR(i, T) {
        vec word[TILE_VECTORS];
        FOR(l, V) word[l] = set1(0);
        FOR(q, P) {
            mask fired[TILE_VECTORS];
            vec v[TILE_VECTORS];
            FOR(l, V) v[l] = state[q * V + l];
            FOR(l, V) {
                vec x = add(add(v[l], to_state(a[(i * P + q) * V + l])),
                            load(bias + q * bias_width + l * LANES));
                if (!one)
                    x = least(most(x, lowest), limit);
                fired[l] = greater(x, theta);
                v[l] = one ? clear_halve(fired[l], x) : keep(clear(fired[l], x), halvings);
                word[l] = or_bit(fired[l], word[l], (int32_t)(1u << (first + 8 * q)));
            }
            FOR(l, V) state[q * V + l] = v[l];
            if (bytes)
                store_bytes(bytes + i * all_bytes + q * width, fired, V);
            if (bits)
                store_bits(bits + (i * all_bytes + q * width) / 8, fired, V);
        }
        if (words)
            FOR(l, V) {
                uint8_t *to = words + i * all_words + 4 * l * LANES;
                store(to, first ? or(word[l], load(to)) : word[l]);
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

enum { ANY = -1 };

INLINE void add_products(const Use *u, const Node *n, vec a[], int64_t p, int64_t f, int64_t t, int T,
                         int P, int V, int form)
{
    switch (form == ANY ? u->synapse->form : form) {
    case OUTER: outer(u, n, a, p, f, t, T, P, V); break;
    case OUTER_EACH: outer_each(u, n, a, p, f, t, T, P, V); break;
    case INNER: inner(u, a, p, f, t, T, P, V); break;
    default: dense(u, n, a, p, f, t, T, P, V);
    }
    if (u->shift)
        FOR(i, T * P * V) a[i] = left(a[i], (int)u->shift);
}

/* form: of all synapses that are products; ANY looks at each. */
INLINE void tile(const Run *r, const Node *n, vec v[], int64_t p, int64_t f, int64_t t, int T, int P,
                 int V, int form)
{
    vec a[TILE_VECTORS];
    FOR(i, T * P * V) a[i] = set1(0);
    if (form != ANY) /* apart, so that sums of a single synapse stay in registers */
        add_products(r->use, n, a, p, f, t, T, P, V, form);
    for (int k = form != ANY; k < r->dense; k++)
        add_products(&r->use[k], n, a, p, f, t, T, P, V, form);
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

typedef void Tile(const Run *r, const Node *n, vec v[], int64_t p, int64_t f, int64_t t);

#define TILE(T, P, V, form)                                                                  \
    static __attribute__((noinline)) void tile_##T##_##P##_##form(                           \
        const Run *r, const Node *n, vec v[], int64_t p, int64_t f, int64_t t)               \
    {                                                                                        \
        tile(r, n, v, p, f, t, T, P, V, form);                                               \
    }
#define TILE_V (TILE_VECTORS / BLOCK) /* vectors of features, where a tile has several positions */
TILE(1, 4, TILE_V, OUTER) TILE(1, 4, TILE_V, OUTER_EACH) TILE(1, 4, TILE_V, INNER)
TILE(1, 4, TILE_V, ANY) TILE(1, 3, TILE_V, ANY) TILE(1, 2, TILE_V, ANY)
TILE(1, 1, VECTORS, ANY) TILE(2, 1, VECTORS, ANY)
#if TILE_VECTORS == 16
TILE(4, 1, VECTORS, ANY)
#else
#define tile_4_1_ANY 0
#endif

/* How a node is cut: steps and vectors of a tile. A single position's tile has several steps, as
 * nothing else would share its weights. */
typedef struct {
    Tile *run;
    int T, V;
} Cut;

static Cut choose_cut(const Run *r, int P, int64_t steps)
{
    static Tile *const whole[] = {tile_1_4_OUTER, tile_1_4_OUTER_EACH, tile_1_4_INNER};
    int T = steps % 2 ? 1 : TILE_VECTORS == 16 && steps % 4 == 0 ? 4 : 2;
    int64_t form = r->dense ? r->use[0].synapse->form : DENSE;
    if (P == 1)
        return (Cut){T == 4 ? tile_4_1_ANY : T == 2 ? tile_2_1_ANY : tile_1_1_ANY, T, VECTORS};
    if (P < BLOCK)
        return (Cut){P == 2 ? tile_1_2_ANY : tile_1_3_ANY, 1, TILE_V};
    for (int k = 1; k < r->dense; k++)
        if (r->use[k].synapse->form != form)
            form = DENSE;
    return (Cut){form <= INNER ? whole[form] : tile_1_4_ANY, 1, TILE_V};
}

/* All steps of P positions and some features. */
INLINE void run_tile(const Run *r, const Node *n, const Cut *cut, int P, int64_t p, int64_t f,
                     int64_t first, int64_t last)
{
    vec v[TILE_VECTORS];
    int V = cut->V;
    int32_t *state = (int32_t *)(r->work + n->state) + p * n->width + f;
    for (int q = 0; q < P; q++)
        for (int l = 0; l < V; l++)
            v[q * V + l] = first ? load(state + q * n->width + l * LANES) : set1(0);
    for (int64_t t = first; t < last; t += cut->T)
        cut->run(r, n, v, p, f, t);
    if (last < r->net->steps)
        for (int q = 0; q < P; q++)
            for (int l = 0; l < V; l++)
                store(state + q * n->width + l * LANES, v[q * V + l]);
}

/* Whether no spike arrives at these 64 features in any step, as far as the synapses tell. */
static int is_silent(const Run *r, const Node *n, int64_t f, int64_t first, int64_t last)
{
    uint64_t some = 0;
    if (r->scattered || r->dense == 0)
        return 0;
    for (int k = 0; k < r->dense && some == 0; k++)
        for (int64_t t = first; t < last; t++)
            some |= active_words(&r->use[k], n, f, t, 1);
    return some == 0;
}

static void run_tiles(const Run *r, const Node *n, int64_t first, int64_t last)
{
    uint64_t silent = 0; /* of up to 64 columns of features */
    for (int64_t c = 0; n->quiet && c < n->width / COLUMNS && c < 64; c++)
        silent |= (uint64_t)is_silent(r, n, c * COLUMNS, first, last) << c;
    for (int64_t p = 0; p < n->positions; p += BLOCK) {
        int P = n->positions - p < BLOCK ? (int)(n->positions - p) : BLOCK;
        int quiet = silent && is_quiet(r, n, p, P, first, last);
        Cut cut = choose_cut(r, P, last - first);
        for (int64_t f = 0; f < n->width;) {
            int64_t c = f / COLUMNS;
            if (quiet && c < 64 && silent >> c & 1 && f % COLUMNS == 0) {
                rest(r, n, p, P, f, COLUMNS);
                f += COLUMNS;
                continue;
            }
            run_tile(r, n, &cut, P, p, f, first, last);
            f += cut.V * LANES;
        }
    }
}

#endif
