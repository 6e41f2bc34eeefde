/* A spiking layer as the kernels see it, and the parts it is worked on in. */
#include <math.h>
#include <stdint.h>
#include <string.h>

/* z: (rows, samples, steps, features). A channel of the normalisation is a row, or a feature. */
typedef struct {
    int64_t rows, samples, steps, features;
    int64_t inputs;  /* rows that a mixture of positions reads */
    int64_t by_row;
    int64_t part;    /* samples of a part; sums are kept for each part, whoever makes it */
    float inverse;   /* 1 / tau */
    float level;     /* the threshold */
    float alpha;     /* of the surrogate */
} Layer;

#define HALF_PI 1.57079632679489662f

static inline int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }

static inline int64_t channels(const Layer *l) { return l->by_row ? l->rows : l->features; }

static inline int64_t first_sample(const Layer *l, int64_t part) { return part * l->part; }

static inline int64_t end_sample(const Layer *l, int64_t part)
{
    return min((part + 1) * l->part, l->samples);
}
