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

/* Pairs of rows (pairs, columns) of a part, kept as (strips, pairs, STRIP): what a strip reads lies
 * in one piece. 0 where there are no more columns. */
INLINE void put_pair(uint32_t *packed, int64_t pairs, int64_t q, int64_t column, Halves a, Halves b)
{
    __m512i both = _mm512_or_si512(_mm512_cvtepu16_epi32(a), _mm512_castps_si512(widen(b)));
    memcpy(packed + (column / STRIP * pairs + q) * STRIP + column % STRIP, &both, sizeof both);
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
        for (int k = 0; k < WIDE; k++) {
            Halves h = narrow(sums[r][k]);
            store_halves(z + r * stride + k * LANES, h, columns - k * LANES);
            if (a) {
                Vec rounded = widen(h);
                a[r] += rounded;
                b[r] = multiply_add(rounded, rounded, b[r]);
            }
        }
}

INLINE void strips(const uint32_t *w, int64_t pairs, const uint32_t *x, int rows, Bfloat16 *z,
                   int64_t stride, int64_t columns, Vec *a, Vec *b)
{
    int64_t c = 0;
    for (; c + STRIP <= columns; c += STRIP, x += pairs * STRIP) {
        for (int r = 0; r < rows; r++)
            fetch_to_write(z + r * stride + c, STRIP * sizeof *z);
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
            for (int64_t c = 0; c < whole; c += LANES) {
                if (c % (LINE / 2) == 0) {
                    fetch(row + c, LINE);
                    fetch(row + all + c, LINE);
                }
                put_pair(space, pairs, q, c, load_halves(row + c, columns - c),
                         load_halves(row + all + c, there - c));
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

/* sums (rows, inputs) += dz x^T over the columns. */
INLINE void outer(const Bfloat16 *dz, int64_t width, const Bfloat16 *x, int64_t stride,
                  int64_t columns, int rows, int inputs, int ahead, __m512 *sums,
                  int64_t row)
{
    __m512 s[4][MOST];
    for (int p = 0; p < rows; p++)
        for (int q = 0; q < inputs; q++)
            s[p][q] = sums[p * row + q];
    for (int64_t c = 0; c < columns; c += 2 * LANES) {
        const int64_t n = columns - c;
        const __mmask32 there = n >= 32 ? ~0u : (1u << n) - 1;
        __m512bh in[MOST];
        for (int q = 0; ahead && q < inputs; q++)
            fetch(x + q * stride + c, LINE);
        for (int q = 0; q < inputs; q++)
            in[q] = (__m512bh)_mm512_maskz_loadu_epi16(there, x + q * stride + c);
        for (int p = 0; p < rows; p++) {
            __m512bh d = (__m512bh)_mm512_maskz_loadu_epi16(there, dz + p * width + c);
            for (int q = 0; q < inputs; q++)
                s[p][q] = _mm512_dpbf16_ps(s[p][q], d, in[q]);
        }
    }
    for (int p = 0; p < rows; p++)
        for (int q = 0; q < inputs; q++)
            sums[p * row + q] = s[p][q];
}

static void outer_product(const Layer *l, const Bfloat16 *dz, int64_t width, const Bfloat16 *x,
                          int64_t stride, int64_t columns, __m512 *sums)
{
    const int64_t n = l->inputs;
    for (int64_t p = 0; p < l->rows;) {
        const int64_t tall = p + 4 <= l->rows;
        for (int64_t q = 0; q < n;) {
            const Bfloat16 *d = dz + p * width, *in = x + q * stride;
            if (tall && q + MOST <= n) {
                if (p)
                    outer(d, width, in, stride, columns, 4, MOST, 0, sums + p * n + q, n);
                else
                    outer(d, width, in, stride, columns, 4, MOST, 1, sums + p * n + q, n);
                q += MOST;
                continue;
            }
            if (tall)
                outer(d, width, in, stride, columns, 4, 1, 0, sums + p * n + q, n);
            else
                outer(d, width, in, stride, columns, 1, 1, 0, sums + p * n + q, n);
            q++;
        }
        p += tall ? 4 : 1;
    }
}

typedef struct { const float *mean, *scale, *bias, *slope; } Norm;

/* scale d - bias - slope (z - mean) of a row */
INLINE Halves unnormalise(Norm n, int64_t row, const Bfloat16 *d, const Bfloat16 *z, int64_t left)
{
    Vec centred = load_bfloat16(z, left) - spread(n.mean[row]);
    return narrow(spread(n.scale[row]) * load_bfloat16(d, left) -
                  multiply_add(spread(n.slope[row]), centred, spread(n.bias[row])));
}

/* The gradient dz of `mix`'s product, and through it. w: pairs (inputs, pairs of rows) -> dx:
 * (inputs, columns). dw: (parts, rows, inputs), or 0. space: a part's pairs of rows, and its rows. */
void unmix(const Layer *l, const uint32_t *w, const Bfloat16 *d, const Bfloat16 *z,
           const Bfloat16 *x, const float *mean, const float *scale, const float *bias,
           const float *slope, Bfloat16 *dx, float *dw, uint32_t *space, int64_t first, int64_t last)
{
    const Norm norm = {mean, scale, bias, slope};
    const int64_t size = l->steps * l->features, all = l->samples * size;
    const int64_t pairs = (l->rows + 1) / 2, weights = dw ? l->rows * l->inputs : 1;
    const int64_t width = (l->part * size + STRIP - 1) / STRIP * STRIP;
    Bfloat16 *dz = (Bfloat16 *)(space + pairs * width);
    __m512 sums[weights];
    for (int64_t part = first; part < last; part++) {
        const int64_t start = first_sample(l, part) * size, columns = end_sample(l, part) * size - start;
        for (int64_t q = 0; q < pairs; q++)
            for (int64_t c = 0; c < columns; c += LANES) {
                const int64_t p = 2 * q, at = p * all + start + c, n = columns - c;
                if (c % (LINE / 2) == 0)
                    for (int64_t i = at; i <= at + all; i += all) {
                        fetch(d + i, LINE);
                        fetch(z + i, LINE);
                    }
                Halves a = unnormalise(norm, p, d + at, z + at, n), b = _mm256_setzero_si256();
                if (p + 1 < l->rows)
                    b = unnormalise(norm, p + 1, d + at + all, z + at + all, n);
                put_pair(space, pairs, q, c, a, b);
                if (dw) {
                    memcpy(dz + p * width + c, &a, sizeof a);
                    memcpy(dz + (p + 1) * width + c, &b, sizeof b);
                }
            }
        product(w, l->inputs, pairs, space, dx + start, all, columns, 0, 0);
        if (!dw)
            continue;
        memset(sums, 0, sizeof sums);
        outer_product(l, dz, width, x + start, all, columns, sums);
        for (int64_t i = 0; i < weights; i++)
            dw[part * weights + i] = (float)total(sums[i]);
    }
}
#endif
