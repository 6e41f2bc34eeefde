/* The tables of a lowered network, as plan.py fills them; every field is 64 bits wide.
 *
 * Spikes of a node lie up to three times, as their readers need them: bytes [positions][width];
 * words [positions / 4][width] that hold a feature's spikes at four positions; and bits
 * [positions][width / 64]. Bytes that only products read are made when the first one does. Sums
 * wrap in 32 bits as the chip's do.
 */
#ifndef SSR_NETWORK_H
#define SSR_NETWORK_H

#include "lanes.h"

/* STATE_SHIFT stands in lanes.h, where shifts by a constant are. */
#define U_LIMIT (1 << 23)
#define V_LIMIT ((1 << 23) - 1)
#define DECAY_BITS 12
#define BLOCK 4    /* positions of a word, and of a tile */
#define VECTORS 4  /* a node's width is a multiple of so many */
#define COLUMNS 64 /* and of so many features: those of a word of bits */

enum { INPUT, POPULATION, READOUT };
enum { HALVES, GENERAL, SUM };                     /* laws */
enum { OUTER, OUTER_EACH, INNER, DENSE, SCATTER }; /* forms of weights */
enum { BY_COST, PRODUCTS, EVENTS };                /* how to take the synapses that could be either */

typedef struct {
    int64_t kind, positions, features, width;
    int64_t first_synapse, synapses;
    int64_t law, halvings, clips, theta;
    const int32_t *bias, *thetas, *keep_v, *keep_u;
    int64_t bias_width;         /* 0 where all positions have the same biases */
    int64_t bytes, words, bits; /* where its spikes lie in the workspace; -1 where nobody reads them */
    int64_t state;              /* where v and u lie */
    const void *outside;        /* spikes given; or where spikes or values go, 0 for nowhere */
    const int8_t *columns;      /* [inputs of all synapses][width]: the weights of one input */
    const uint8_t *quiet;       /* of each position: whether its biases alone make nothing fire */
    int64_t late;               /* whether its bytes are made when they are read, from its bits */
    const int16_t *rough_bias;  /* biases in units of the sums of its synapses, rounded up; or 0 */
    int64_t rough_theta;        /* the threshold in these units, rounded down */
} Node;

typedef struct {
    int64_t form, exponent, first_source, sources;
    const void *weights;
    const int32_t *rows;    /* the position (INNER) or feature (OUTER) that each reads, if one each */
    int64_t inputs;         /* words of four that a sum goes through */
    const int64_t *starts;  /* INNER: positions that each position reads; OUTER: features that each */
    const int32_t *places;  /* feature does, 0 for its own; SCATTER: neurons that each neuron feeds */
    int64_t column;         /* INNER: its first row of the node's columns; -1 for none */
    const int32_t *runs;    /* OUTER: features read in a row, as (to, from, how many) */
    int64_t run_count;
} Synapse;

typedef struct {
    int64_t node, lag;
} Source;

typedef struct {
    int64_t node, first, last;
} Turn;

/* What things take on this processor, in thousandths of a nanosecond; see costs.py. */
typedef struct {
    int64_t product;       /* a vector of features times a word of four inputs */
    int64_t event;         /* a spike: two vectors of its weights added */
    int64_t event_once;    /* the same, whatever the width */
    int64_t row;           /* listing what fired into one position in one step */
    int64_t row_vector;    /* handing a vector of sums to the neurons */
    int64_t mixed_vector;  /* the same through memory, where other synapses are products */
} Costs;

typedef struct {
    int64_t steps, nodes, turns, summed, sums, fired, most_words, active, made, probe, way;
    const Node *node;
    const Synapse *synapse;
    const Source *source;
    const Turn *turn;
    const uint8_t *silence;
    Costs costs;
} Network;

/* A synapse as one turn uses it: its spikes in every step. */
typedef struct {
    const Synapse *synapse;
    const uint8_t *const *x;
    int64_t width, shift;
    const int32_t *rows;
    const uint64_t *active; /* [steps][width / 64]: words of inputs that are not all silent, or 0 */
    uint64_t whole;         /* all of them; of forms that do not tell, all 64 */
} Use;

/* 64 inputs of a position: which of them fire, and where the first one's row of columns is. */
typedef struct {
    uint64_t bits;
    int64_t row;
} Word;

#define MOST_USES 64
typedef struct {
    const Network *net;
    uint8_t *work;
    int64_t sample;
    int dense, scattered;
    Use use[MOST_USES];
    int32_t *sums;
    int64_t *lengths; /* of the lists of words that fire into one position at a time */
    Word *words;
    uint8_t *made;   /* of each node that is late: whether its bytes are there */
    uint8_t *idle;   /* of each node: whether its bits are left out, as nobody gained from them */
    uint8_t *gained; /* of each node: whether somebody gains from its bits in this sample */
} Run;

INLINE int64_t byte_size(const Node *n) { return n->positions * n->width; }
INLINE int64_t word_size(const Node *n) { return (n->positions + BLOCK - 1) / BLOCK * n->width * 4; }
INLINE int64_t bit_size(const Node *n) { return n->positions * n->width / 8; }
INLINE int is_word_form(int64_t form) { return form == OUTER || form == OUTER_EACH; }

#define FOR(i, n) _Pragma("GCC unroll 16") for (int i = 0; i < (n); i++)

/* Rows are a few hundred bytes, too short for what compilers make of memset. */
INLINE void zero(void *p, int64_t bytes)
{
    for (int64_t i = 0; i < bytes; i += 4 * LANES)
        store((uint8_t *)p + i, set1(0));
}

/* Whether nothing fires at some positions of a node, in all its steps, where nothing arrives. */
INLINE int is_quiet(const Run *r, const Node *n, int64_t p, int P, int64_t first, int64_t last)
{
    int quiet = n->quiet != 0 && first == 0 && last == r->net->steps;
    for (int q = 0; quiet && q < P; q++)
        quiet = n->quiet[p + q];
    return quiet;
}

/* No spike at P positions, of features that are whole words of bits. */
static void rest(const Run *r, const Node *n, int64_t p, int P, int64_t f, int64_t features)
{
    for (int64_t t = 0; t < r->net->steps; t++) {
        int64_t at = t * byte_size(n) + p * n->width + f;
        for (int q = 0; q < P; q++, at += n->width) {
            if (n->bytes >= 0 && !n->late)
                zero(r->work + n->bytes + at, features);
            for (int64_t c = 0; n->bits >= 0 && c < features / 8; c += 8)
                memset(r->work + n->bits + at / 8 + c, 0, 8);
        }
        if (n->words >= 0 && p % BLOCK == 0) /* other positions add to what the first one wrote */
            zero(r->work + n->words + t * word_size(n) + 4 * (p / BLOCK * n->width + f), 4 * features);
    }
}

#endif
