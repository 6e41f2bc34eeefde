/* Mixtures of positions in bfloat16, whose sums are of float32: z = W x with the sums of the
 * normalisation, and back through both, a tile of columns at a time, which the nearest memory holds.
 *
 * A column is a sample, step and feature. The instruction multiplies pairs of bfloat16 and adds
 * them to a float32: a matrix holds pairs of its columns, a tile pairs of its rows.
 */
int64_t multiplies_bfloat16(void)
{
#if defined(__AVX512BF16__)
    return 1;
#else
    return 0;
#endif
}

#if defined(__AVX512BF16__)
#define STRIP (WIDE * LANES)
#define MOST 5 /* rows of a strip that are summed at a time */

#define AHEAD 1024 /* bytes of a row from what is read to what is asked for */
#define BOTH (2 * LANES) /* columns of a row of bfloat16 in one register */

INLINE void fetch_ahead(const Bfloat16 *at) /* where nothing is, nothing comes */
{
    __builtin_prefetch((const void *)((uintptr_t)at + AHEAD));
}

INLINE __mmask32 first_of(int64_t n) { return n >= BOTH ? ~0u : n > 0 ? (1u << n) - 1 : 0; }

INLINE __m512i load_both(const Bfloat16 *at, int64_t n)
{
    return n >= BOTH ? _mm512_loadu_si512(at) : _mm512_maskz_loadu_epi16(first_of(n), at);
}

/* Pairs of rows (pairs, columns) of a part, kept as (strips, pairs, STRIP): what a strip reads lies
 * in one piece. Of BOTH columns the first register has every other four, as instructions interleave
 * them; `put_rounded` puts them in order again. */
INLINE int64_t place(int64_t pairs, int64_t q, int64_t column)
{
    return (column / STRIP * pairs + q) * STRIP + column % STRIP;
}

INLINE void put_pair(uint32_t *to, __m512i a, __m512i b)
{
    _mm512_storeu_si512(to, _mm512_unpacklo_epi16(a, b));
    _mm512_storeu_si512(to + LANES, _mm512_unpackhi_epi16(a, b));
}

/* BOTH sums of a row, rounded -> z; and what the rounded ones add to a and b. */
INLINE void put_rounded(Bfloat16 *z, __m512 first, __m512 second, int64_t n, Vec *a, Vec *b)
{
    const __m512i in_order = _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7);
    __m512i rounded = (__m512i)_mm512_cvtne2ps_pbh(second, first);
    if (a) {
        Vec low = _mm512_castsi512_ps(_mm512_slli_epi32(rounded, 16));
        Vec high = _mm512_castsi512_ps(
            _mm512_and_si512(rounded, _mm512_set1_epi32((int)0xffff0000u)));
        *a += low + high;
        *b = multiply_add(low, low, multiply_add(high, high, *b));
    }
    rounded = _mm512_permutexvar_epi64(in_order, rounded);
    if (n >= BOTH)
        _mm512_storeu_si512(z, rounded);
    else
        _mm512_mask_storeu_epi16(z, first_of(n), rounded);
}

/* One strip of `rows` rows of a product, rounded; where a and b are, its sums are added. */
INLINE void strip(const uint32_t *w, int64_t pairs, const uint32_t *x, int rows, Bfloat16 *z,
                  int64_t stride, int64_t columns, Vec *a, Vec *b)
{
    __m512 sums[MOST][WIDE];
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < WIDE; k++)
            sums[r][k] = _mm512_setzero_ps();
    for (int64_t q = 0; q < pairs; q++, x += STRIP) {
        __m512bh in[WIDE];
        for (int k = 0; k < WIDE; k++)
            in[k] = (__m512bh)_mm512_loadu_si512(x + k * LANES);
        for (int r = 0; r < rows; r++) {
            __m512bh weight = (__m512bh)_mm512_set1_epi32((int)w[r * pairs + q]);
            for (int k = 0; k < WIDE; k++)
                sums[r][k] = _mm512_dpbf16_ps(sums[r][k], weight, in[k]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < WIDE; k += 2)
            put_rounded(z + r * stride + k * LANES, sums[r][k], sums[r][k + 1],
                        columns - k * LANES, a ? a + r : 0, a ? b + r : 0);
}

INLINE void strips(const uint32_t *w, int64_t pairs, const uint32_t *x, int rows, Bfloat16 *z,
                   int64_t stride, int64_t columns, Vec *a, Vec *b)
{
    int64_t c = 0;
    for (; c + STRIP <= columns; c += STRIP, x += pairs * STRIP) {
        for (int r = 0; r < rows; r++)
            fetch_to_write(z + r * stride + c, 2 * STRIP);
        strip(w, pairs, x, rows, z + c, stride, STRIP, a, b);
    }
    if (c < columns)
        strip(w, pairs, x, rows, z + c, stride, columns - c, a, b);
}

/* z: (rows, columns) of a part. w: pairs (rows, pairs); x: `put_pair`'s. */
static void product(const uint32_t *w, int64_t rows, int64_t pairs, const uint32_t *x, Bfloat16 *z,
                    int64_t stride, int64_t columns, Vec *a, Vec *b)
{
    for (int64_t r = 0; r < rows; r += MOST) {
        Vec *to_a = a ? a + r : 0, *to_b = a ? b + r : 0;
        const uint32_t *own = w + r * pairs;
        Bfloat16 *to = z + r * stride;
        switch (min(rows - r, MOST)) {
        case 1: strips(own, pairs, x, 1, to, stride, columns, to_a, to_b); break;
        case 2: strips(own, pairs, x, 2, to, stride, columns, to_a, to_b); break;
        case 3: strips(own, pairs, x, 3, to, stride, columns, to_a, to_b); break;
        case 4: strips(own, pairs, x, 4, to, stride, columns, to_a, to_b); break;
        default: strips(own, pairs, x, MOST, to, stride, columns, to_a, to_b);
        }
    }
}

/* w: pairs (rows, pairs of inputs). x: (inputs, columns) -> z: (rows, columns).
 * sums: (parts, 2, rows): of z, and of its square. space: a part's pairs of inputs. */
void mix(const Layer *l, const uint32_t *w, const Bfloat16 *x, Bfloat16 *z, double *sums,
         uint32_t *space, int64_t first, int64_t last)
{
    const int64_t size = l->steps * l->features, all = l->samples * size;
    const int64_t pairs = (l->inputs + 1) / 2;
    Vec a[l->rows], b[l->rows];
    for (int64_t part = first; part < last; part++) {
        const int64_t start = first_sample(l, part) * size, columns = end_sample(l, part) * size - start;
        const int64_t whole = (columns + STRIP - 1) / STRIP * STRIP;
        for (int64_t q = 0; q < pairs; q++) {
            const Bfloat16 *row = x + 2 * q * all + start;
            const int64_t there = 2 * q + 1 < l->inputs ? columns : 0;
            for (int64_t c = 0; c < whole; c += BOTH) {
                fetch_ahead(row + c);
                fetch_ahead(row + all + c);
                put_pair(space + place(pairs, q, c), load_both(row + c, columns - c),
                         load_both(row + all + c, there - c));
            }
        }
        memset(a, 0, sizeof a);
        memset(b, 0, sizeof b);
        product(w, l->rows, pairs, space, z + start, all, columns, a, b);
        double *to = sums + 2 * part * l->rows;
        for (int64_t p = 0; p < l->rows; p++) {
            to[p] = total(a[p]);
            to[l->rows + p] = total(b[p]);
        }
    }
}

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
