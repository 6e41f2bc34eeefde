/* Normalisation and LIF of every step in one pass over memory, forward and backward.
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

INLINE void NAME(unfire_lanes)(const Layer *l, const ELEMENT *grads, const ELEMENT *z,
                               const float *gain, const float *shift, const float *mean,
                               ELEMENT *d, Vec *sums, Vec *moments, Vec *h, int64_t row, int64_t f,
                               int wide, int64_t n, int64_t steps)
{
    const int64_t features = l->features;
    const Vec inverse = spread(l->inverse), level = spread(l->level), keep = 1 - inverse;
    const Vec flat = spread(2 / l->alpha), slope = spread(HALF_PI * sqrtf(2 * l->alpha));
    Vec v[WIDE], later[WIDE], g[WIDE], s[WIDE], m[WIDE], sum[WIDE], moment[WIDE];
    for (int k = 0; k < wide; k++) {
        v[k] = later[k] = spread(0);
        g[k] = NAME(own)(l, gain, row, f + k * LANES, n);
        s[k] = NAME(own)(l, shift, row, f + k * LANES, n);
        m[k] = NAME(own)(l, mean, row, f + k * LANES, n);
        sum[k] = sums[k];
        moment[k] = moments[k];
    }
    for (int64_t t = 0; t < steps; t++)
        for (int k = 0; k < wide; k++) {
            Vec now = NAME(charge)(v[k], LOAD(z + t * features + k * LANES, n), g[k], s[k], inverse);
            v[k] = unless(at_least(now, level), now);
            h[t * wide + k] = now;
        }
    for (int64_t t = steps - 1; t >= 0; t--)
        for (int k = 0; k < wide; k++) {
            const int64_t at = t * features + k * LANES;
            Vec now = h[t * wide + k], bend = slope * (now - level);
            Vec steep = reciprocal(multiply_add(bend, bend, flat));
            Vec dh = multiply_add(LOAD(grads + at, n), steep, unless(at_least(now, level), later[k]));
            Vec drive = dh * inverse;
            later[k] = dh * keep;
            STORE(d + at, drive, n);
            sum[k] += drive;
            moment[k] = multiply_add(drive, LOAD(z + at, n) - m[k], moment[k]);
        }
    for (int k = 0; k < wide; k++) {
        sums[k] = sum[k];
        moments[k] = moment[k];
    }
}

#define UNFIRE(wide, n, steps)                                                                    \
    NAME(unfire_lanes)(l, grads + at + f, z + at + f, gain, shift, mean, d + at + f,               \
                       a + f / LANES, m + f / LANES, h, p, f, wide, n, steps)

/* Gradient of the spikes -> of the drive, d, back through all steps, the membranes made anew.
 * sums: (parts, 2, channels), 0 at first: of d, and of d times z - mean. */
void NAME(unfire)(const Layer *l, const ELEMENT *grads, const ELEMENT *z, const float *gain,
                  const float *shift, const float *mean, ELEMENT *d, double *sums, int64_t first,
                  int64_t last)
{
    const int64_t size = l->steps * l->features, blocks = (l->features + LANES - 1) / LANES;
    Vec a[blocks], m[blocks], h[WIDE * l->steps];
    for (int64_t p = 0; p < l->rows; p++)
        for (int64_t part = first; part < last; part++) {
            memset(a, 0, sizeof a);
            memset(m, 0, sizeof m);
            for (int64_t b = first_sample(l, part); b < end_sample(l, part); b++) {
                const int64_t at = (p * l->samples + b) * size;
                fetch(z + at, size * (int64_t)sizeof *z);
                fetch(grads + at, size * (int64_t)sizeof *z);
                fetch_to_write(d + at, size * (int64_t)sizeof *z);
                int64_t f = 0;
                for (; f + WIDE * LANES <= l->features; f += WIDE * LANES)
                    if (l->steps == 4) /* the paper's; the loops over steps are no loops then */
                        UNFIRE(WIDE, LANES, 4);
                    else
                        UNFIRE(WIDE, LANES, l->steps);
                for (; f + LANES <= l->features; f += LANES)
                    UNFIRE(1, LANES, l->steps);
                if (f < l->features)
                    UNFIRE(1, l->features - f, l->steps);
            }
            NAME(keep)(l, part, p, a, m, sums);
        }
}

/* What `unnormalise` multiplies with and subtracts, by channel. */
typedef struct { const float *mean, *scale, *bias, *slope; } NAME(Through);

INLINE void NAME(unnormalise_lanes)(const Layer *l, NAME(Through) c, ELEMENT *d, const ELEMENT *z,
                                    int64_t rows, int64_t row, int64_t f, int wide, int64_t n)
{
    const int64_t features = l->features;
    Vec m[WIDE], a[WIDE], b[WIDE], s[WIDE];
    for (int k = 0; k < wide; k++) {
        m[k] = NAME(own)(l, c.mean, row, f + k * LANES, n);
        a[k] = NAME(own)(l, c.scale, row, f + k * LANES, n);
        b[k] = NAME(own)(l, c.bias, row, f + k * LANES, n);
        s[k] = NAME(own)(l, c.slope, row, f + k * LANES, n);
    }
    for (; rows > 0; rows--, d += features, z += features)
        for (int k = 0; k < wide; k++) {
            Vec centred = LOAD(z + k * LANES, n) - m[k];
            Vec less = multiply_add(s[k], centred, b[k]);
            STORE(d + k * LANES, a[k] * LOAD(d + k * LANES, n) - less, n);
        }
}

/* d := scale d - bias - slope (z - mean): the gradient through the normalisation. */
void NAME(unnormalise)(const Layer *l, ELEMENT *d, const ELEMENT *z, const float *mean,
                       const float *scale, const float *bias, const float *slope, int64_t first,
                       int64_t last)
{
    const NAME(Through) c = {mean, scale, bias, slope};
    const int64_t features = l->features, size = l->steps * features;
    for (int64_t p = 0; p < l->rows; p++)
        for (int64_t part = first; part < last; part++) {
            const int64_t rows = (end_sample(l, part) - first_sample(l, part)) * l->steps;
            const int64_t at = (p * l->samples + first_sample(l, part)) * size;
            fetch(d + at, rows * features * (int64_t)sizeof *d);
            fetch(z + at, rows * features * (int64_t)sizeof *z);
            int64_t f = 0;
            for (; f + WIDE * LANES <= features; f += WIDE * LANES)
                NAME(unnormalise_lanes)(l, c, d + at + f, z + at + f, rows, p, f, WIDE, LANES);
            for (; f < features; f += LANES)
                NAME(unnormalise_lanes)(l, c, d + at + f, z + at + f, rows, p, f, 1, features - f);
        }
}

/* out[places[i]] += rows[i]: (count, width) into float32 rows of the same width. */
void NAME(add_rows)(const ELEMENT *rows, const int64_t *places, float *out, int64_t count,
                    int64_t width)
{
    for (int64_t i = 0; i < count; i++, rows += width) {
        float *to = out + places[i] * width;
        for (int64_t k = 0; k < width; k += LANES) {
            const int64_t n = width - k;
            store_float32(to + k, load_float32(to + k, n) + LOAD(rows + k, n), n);
        }
    }
}

#undef UNFIRE
