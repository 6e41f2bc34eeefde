/* Normalisation and LIF of every step in one pass over memory; back through them in
 * neuron_gradients.h.
 *
 * Included once for each kind of element: ELEMENT, LOAD, STORE, and NAME, which names functions.
 * The law is that of SpikingJelly's LIFNode with decaying input, hard reset to 0, and a reset that
 * is detached in the backward pass; the surrogate is its ATan. Numbers
 * are float32 throughout.
 */

/* What belongs to LANES features of a row. */
INLINE Vec NAME(own)(const Layer *l, const float *of, int64_t row, int64_t f, int64_t n)
{
    return l->by_row ? spread(of[row]) : load_float32(of + f, n);
}

/* `wide` vectors of features, n in the last, side by side: a membrane waits for its last step.
 * No product is fused with a sum here or where `unfire` makes the membranes anew. */
INLINE Vec NAME(charge)(Vec v, Vec z, Vec gain, Vec shift, Vec inverse)
{
    Vec drive = z * gain + shift;
    return v + (drive - v) * inverse;
}

INLINE void NAME(fire_lanes)(const Layer *l, const ELEMENT *z, const float *gain,
                             const float *shift, ELEMENT *spikes, int64_t row, int64_t f, int wide,
                             int64_t n)
{
    const int64_t steps = l->steps, features = l->features;
    const Vec one = spread(1), inverse = spread(l->inverse), level = spread(l->level);
    Vec v[WIDE], g[WIDE], s[WIDE];
    for (int k = 0; k < wide; k++) {
        v[k] = spread(0);
        g[k] = NAME(own)(l, gain, row, f + k * LANES, n);
        s[k] = NAME(own)(l, shift, row, f + k * LANES, n);
    }
    for (int64_t t = 0; t < steps; t++, z += features, spikes += features)
        for (int k = 0; k < wide; k++) {
            Vec h = NAME(charge)(v[k], LOAD(z + k * LANES, n), g[k], s[k], inverse);
            Mask fired = at_least(h, level);
            STORE(spikes + k * LANES, where(fired, one), n);
            v[k] = unless(fired, h);
        }
}

void NAME(fire)(const Layer *l, const ELEMENT *z, const float *gain, const float *shift,
                ELEMENT *spikes, int64_t first, int64_t last)
{
    const int64_t size = l->steps * l->features;
    for (int64_t p = 0; p < l->rows; p++)
        for (int64_t b = first_sample(l, first); b < end_sample(l, last - 1); b++) {
            const ELEMENT *from = z + (p * l->samples + b) * size;
            ELEMENT *to = spikes + (p * l->samples + b) * size;
            fetch(from, size * (int64_t)sizeof *z);
            fetch_to_write(to, size * (int64_t)sizeof *z);
            int64_t f = 0;
            for (; f + WIDE * LANES <= l->features; f += WIDE * LANES)
                NAME(fire_lanes)(l, from + f, gain, shift, to + f, p, f, WIDE, LANES);
            for (; f + LANES <= l->features; f += LANES)
                NAME(fire_lanes)(l, from + f, gain, shift, to + f, p, f, 1, LANES);
            if (f < l->features)
                NAME(fire_lanes)(l, from + f, gain, shift, to + f, p, f, 1, l->features - f);
        }
}

/* Two sums of one row of a part, for LANES features each -> to those of its channels. */
static void NAME(keep)(const Layer *l, int64_t part, int64_t row, const Vec *a, const Vec *b,
                       double *sums)
{
    double *to_a = sums + 2 * part * channels(l), *to_b = to_a + channels(l);
    for (int64_t f = 0; f < l->features; f += LANES, a++, b++) {
        float lanes[2][LANES];
        memcpy(lanes[0], a, sizeof *a);
        memcpy(lanes[1], b, sizeof *b);
        for (int64_t i = 0; i < min(LANES, l->features - f); i++) {
            to_a[l->by_row ? row : f + i] += (double)lanes[0][i];
            to_b[l->by_row ? row : f + i] += (double)lanes[1][i];
        }
    }
}

/* `rows` times `wide` vectors, n in the last, of rows that follow each other. */
INLINE void NAME(add_lanes)(const ELEMENT *at, int64_t rows, int64_t stride, Vec *a, Vec *b,
                            int wide, int64_t n)
{
    Vec x, sum[WIDE], square[WIDE];
    for (int k = 0; k < wide; k++) {
        sum[k] = a[k];
        square[k] = b[k];
    }
    for (; rows > 0; rows--, at += stride)
        for (int k = 0; k < wide; k++) {
            x = LOAD(at + k * LANES, n);
            sum[k] += x;
            square[k] = multiply_add(x, x, square[k]);
        }
    for (int k = 0; k < wide; k++) {
        a[k] = sum[k];
        b[k] = square[k];
    }
}

/* sums: (parts, 2, channels), 0 at first: of z, and of its square. */
void NAME(add_squares)(const Layer *l, const ELEMENT *z, double *sums, int64_t first, int64_t last)
{
    const int64_t size = l->steps * l->features, blocks = (l->features + LANES - 1) / LANES;
    Vec a[blocks], b[blocks];
    for (int64_t p = 0; p < l->rows; p++)
        for (int64_t part = first; part < last; part++) {
            memset(a, 0, sizeof a);
            memset(b, 0, sizeof b);
            const int64_t rows = (end_sample(l, part) - first_sample(l, part)) * l->steps;
            const ELEMENT *at = z + (p * l->samples + first_sample(l, part)) * size;
            fetch(at, rows * l->features * (int64_t)sizeof *z);
            int64_t f = 0;
            for (; f + WIDE * LANES <= l->features; f += WIDE * LANES)
                NAME(add_lanes)(at + f, rows, l->features, a + f / LANES, b + f / LANES, WIDE, LANES);
            for (; f < l->features; f += LANES)
                NAME(add_lanes)(at + f, rows, l->features, a + f / LANES, b + f / LANES, 1,
                                l->features - f);
            NAME(keep)(l, part, p, a, b, sums);
        }
}
