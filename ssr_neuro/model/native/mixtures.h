/* Mixtures of positions in bfloat16, whose sums are of float32: z = W x with the sums of the
 * normalisation, a tile of columns at a time, which the nearest memory holds.
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
#endif
