/* Back through a mixture of positions and its normalisation, as mixtures.h goes forward. */
#if defined(__AVX512BF16__)
/* sums (rows, inputs) += dz x^T over the columns, of `tall` rows and `wide` inputs. */
INLINE void outer(const Bfloat16 *dz, const Bfloat16 *x, int64_t stride, int64_t columns, int tall,
                  int wide, __m512 *sums, int64_t inputs)
{
    __m512 s[4][MOST];
    for (int p = 0; p < tall; p++)
        for (int q = 0; q < wide; q++)
            s[p][q] = sums[p * inputs + q];
    for (int64_t c = 0; c < columns; c += BOTH) {
        __m512bh in[MOST];
        for (int q = 0; q < wide; q++)
            in[q] = (__m512bh)load_both(x + q * stride + c, columns - c);
        for (int p = 0; p < tall; p++) {
            __m512bh d = (__m512bh)load_both(dz + p * stride + c, columns - c);
            for (int q = 0; q < wide; q++)
                s[p][q] = _mm512_dpbf16_ps(s[p][q], d, in[q]);
        }
    }
    for (int p = 0; p < tall; p++)
        for (int q = 0; q < wide; q++)
            sums[p * inputs + q] = s[p][q];
}

static void outer_product(const Layer *l, const Bfloat16 *dz, const Bfloat16 *x, int64_t stride,
                          int64_t columns, __m512 *sums)
{
    const int64_t n = l->inputs;
    for (int64_t p = 0, tall; p < l->rows; p += tall) {
        tall = p + 4 <= l->rows ? 4 : 1;
        for (int64_t q = 0, wide; q < n; q += wide) {
            const Bfloat16 *d = dz + p * stride, *in = x + q * stride;
            wide = q + MOST <= n ? MOST : 1;
            if (tall == 4 && wide == MOST)
                outer(d, in, stride, columns, 4, MOST, sums + p * n + q, n);
            else if (tall == 4)
                outer(d, in, stride, columns, 4, 1, sums + p * n + q, n);
            else if (wide == MOST)
                outer(d, in, stride, columns, 1, MOST, sums + p * n + q, n);
            else
                outer(d, in, stride, columns, 1, 1, sums + p * n + q, n);
        }
    }
}

typedef struct { const float *mean, *scale, *bias, *slope; } Norm;

/* scale d - bias - slope (z - mean) of LANES columns of a row */
typedef struct { Vec mean, scale, bias, slope; } Row;

INLINE Row norm_of(Norm n, int64_t row)
{
    return (Row){spread(n.mean[row]), spread(n.scale[row]), spread(n.bias[row]),
                 spread(n.slope[row])};
}

INLINE Halves unnormalise(Row r, const Bfloat16 *d, const Bfloat16 *z, int64_t left)
{
    Vec centred = load_bfloat16(z, left) - r.mean;
    return narrow(r.scale * load_bfloat16(d, left) - multiply_add(r.slope, centred, r.bias));
}

INLINE __m512i unnormalise_both(Row r, const Bfloat16 *d, const Bfloat16 *z, int64_t left)
{
    fetch_ahead(d);
    fetch_ahead(z);
    Halves a = unnormalise(r, d, z, left);
    Halves b = unnormalise(r, d + LANES, z + LANES, left - LANES);
    return _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
}

/* Two rows of dz, d and z being those of the first, `all` from the next -> pairs, and to `keep`. */
INLINE void put_rows(Row first, Row second, const Bfloat16 *d, const Bfloat16 *z, int64_t all,
                     int64_t left, uint32_t *pairs, Bfloat16 *keep, int64_t apart)
{
    __m512i a = unnormalise_both(first, d, z, left);
    __m512i b = unnormalise_both(second, d + all, z + all, left);
    put_pair(pairs, a, b);
    if (keep) {
        _mm512_storeu_si512(keep, a);
        _mm512_storeu_si512(keep + apart, b);
    }
}

/* How many uint32_t `unmix` needs. width: columns of a part, in whole strips. */
int64_t unmix_space(int64_t rows, int64_t inputs, int64_t width)
{
    const int64_t pairs = (rows + 1) / 2;
    return pairs * width + (2 * pairs + inputs) * (width + BOTH) / 2;
}

/* The gradient dz of `mix`'s product, and through it. w: pairs (inputs, pairs of rows) -> dx:
 * (inputs, columns). dw: (parts, rows, inputs), or 0. space: a part's pairs of rows, its
 * rows and its inputs (`unmix_space`). */
void unmix(const Layer *l, const uint32_t *w, const Bfloat16 *d, const Bfloat16 *z,
           const Bfloat16 *x, const float *mean, const float *scale, const float *bias,
           const float *slope, Bfloat16 *dx, float *dw, uint32_t *space, int64_t first, int64_t last)
{
    const Norm norm = {mean, scale, bias, slope};
    const int64_t size = l->steps * l->features, all = l->samples * size;
    const int64_t pairs = (l->rows + 1) / 2, weights = dw ? l->rows * l->inputs : 1;
    const int64_t width = (l->part * size + STRIP - 1) / STRIP * STRIP;
    const int64_t apart = width + BOTH; /* rows that lie a page apart push each other out of caches */
    Bfloat16 *dz = (Bfloat16 *)(space + pairs * width), *in = dz + 2 * pairs * apart;
    __m512 sums[weights];
    for (int64_t part = first; part < last; part++) {
        const int64_t start = first_sample(l, part) * size, columns = end_sample(l, part) * size - start;
        for (int64_t q = 0; q < pairs; q++) {
            const int64_t p = 2 * q, next = p + 1 < l->rows ? p + 1 : p, from = p * all + start;
            Bfloat16 *keep = dw ? dz + p * apart : 0;
            /* A last row without a second is paired with itself, whose weight is 0. */
            const Row one = norm_of(norm, p), two = norm_of(norm, next);
            const int64_t step = (next - p) * all;
            int64_t c = 0;
            for (; c + BOTH <= columns; c += BOTH, keep += dw ? BOTH : 0)
                put_rows(one, two, d + from + c, z + from + c, step, BOTH,
                         space + place(pairs, q, c), keep, apart);
            if (c < columns)
                put_rows(one, two, d + from + c, z + from + c, step, columns - c,
                         space + place(pairs, q, c), keep, apart);
        }
        product(w, l->inputs, pairs, space, dx + start, all, columns, 0, 0);
        if (!dw)
            continue;
        for (int64_t q = 0; q < l->inputs; q++) {
            const Bfloat16 *row = x + q * all + start;
            int64_t c = 0;
            for (; c + BOTH <= columns; c += BOTH) {
                fetch_ahead(row + c);
                memcpy(in + q * apart + c, row + c, BOTH * sizeof *x);
            }
            memcpy(in + q * apart + c, row + c, (size_t)(columns - c) * sizeof *x);
        }
        memset(sums, 0, sizeof sums);
        outer_product(l, dz, in, apart, columns, sums);
        for (int64_t i = 0; i < weights; i++)
            dw[part * weights + i] = _mm512_reduce_add_ps(sums[i]);
    }
}
#endif
