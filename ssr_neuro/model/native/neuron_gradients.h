/* Back through the neurons and the normalisation of neurons.h, included once for each kind of
 * element as that is. */
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
