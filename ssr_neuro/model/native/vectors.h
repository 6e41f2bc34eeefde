/* Vectors of float32 and their elements in memory, float32 or bfloat16 (its bits in uint16_t). */
#define INLINE static inline __attribute__((always_inline))
#define WIDE 4 /* vectors that are worked on side by side */

typedef uint16_t Bfloat16;

/* Asks for all of a piece that is worked on next: rows are long, and processors foresee no further
 * than the end of a page. */
#define LINE 64
INLINE void fetch(const void *at, int64_t bytes)
{
    for (const char *line = at, *end = line + bytes; line < end; line += LINE)
        __builtin_prefetch(line);
}

INLINE void fetch_to_write(void *at, int64_t bytes)
{
    for (char *line = at, *end = line + bytes; line < end; line += LINE)
        __builtin_prefetch(line, 1);
}

#if defined(__AVX512F__) && defined(__AVX512BW__)
#include <immintrin.h>
#define LANES 16
typedef __m512 Vec;
typedef __m256i Halves;
typedef __mmask16 Mask;

INLINE Vec spread(float x) { return _mm512_set1_ps(x); }
INLINE Mask at_least(Vec a, Vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_GE_OQ); }
INLINE Vec where(Mask mask, Vec x) { return _mm512_maskz_mov_ps(mask, x); }
INLINE Vec unless(Mask mask, Vec x) { return _mm512_maskz_mov_ps((Mask)~mask, x); }
INLINE Vec multiply_add(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }

INLINE Vec reciprocal(Vec x) /* to a few units in the last place */
{
    Vec r = _mm512_rcp14_ps(x);
    return r * _mm512_fnmadd_ps(x, r, spread(2));
}

INLINE Vec larger(Vec a, Vec b) { return _mm512_max_ps(a, b); }

INLINE Vec scale_by_power(Vec y, Vec shifted) /* y 2^n, n in the lowest bits */
{
    __m512i power = _mm512_slli_epi32(_mm512_castps_si512(shifted), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(y), power));
}

INLINE Vec widen(Halves h)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(h), 16));
}
#else
#if defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif
typedef float Vec __attribute__((vector_size(4 * LANES)));
typedef uint32_t Mask __attribute__((vector_size(4 * LANES)));
typedef Bfloat16 Halves __attribute__((vector_size(2 * LANES)));

INLINE Vec spread(float x) { return x - (Vec){0}; }
INLINE Mask at_least(Vec a, Vec b) { return (Mask)(a >= b); }
INLINE Vec where(Mask mask, Vec x) { return (Vec)(mask & (Mask)x); }
INLINE Vec unless(Mask mask, Vec x) { return (Vec)(~mask & (Mask)x); }
INLINE Vec multiply_add(Vec a, Vec b, Vec c) { return a * b + c; }
INLINE Vec reciprocal(Vec x) { return 1 / x; }
INLINE Vec larger(Vec a, Vec b)
{
    Mask mask = at_least(a, b);
    return (Vec)((mask & (Mask)a) | (~mask & (Mask)b));
}
INLINE Vec scale_by_power(Vec y, Vec shifted) { return (Vec)((Mask)y + ((Mask)shifted << 23)); }
INLINE Vec widen(Halves h) { return (Vec)(__builtin_convertvector(h, Mask) << 16); }
#endif

INLINE Halves narrow(Vec x) /* to the nearest, ties to even */
{
#if defined(__AVX512BF16__)
    return (Halves)_mm512_cvtneps_pbh(x);
#elif LANES == 16
    __m512i b = _mm512_castps_si512(x), odd = _mm512_and_si512(_mm512_srli_epi32(b, 16),
                                                               _mm512_set1_epi32(1));
    b = _mm512_add_epi32(b, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
    return _mm512_cvtepi32_epi16(_mm512_srli_epi32(b, 16));
#else
    Mask b = (Mask)x;
    return __builtin_convertvector((b + 0x7fff + (b >> 16 & 1)) >> 16, Halves);
#endif
}

/* n of LANES elements, any n: the others are 0, or not written. */
INLINE Halves load_halves(const Bfloat16 *at, int64_t n)
{
    Halves h;
    if (n >= LANES)
        memcpy(&h, at, sizeof h);
    else {
        memset(&h, 0, sizeof h);
        memcpy(&h, at, n > 0 ? (size_t)n * sizeof *at : 0);
    }
    return h;
}

INLINE void store_halves(Bfloat16 *at, Halves h, int64_t n)
{
    memcpy(at, &h, n >= LANES ? sizeof h : n > 0 ? (size_t)n * sizeof *at : 0);
}

INLINE Vec load_bfloat16(const Bfloat16 *at, int64_t n) { return widen(load_halves(at, n)); }

INLINE void store_bfloat16(Bfloat16 *at, Vec x, int64_t n) { store_halves(at, narrow(x), n); }

INLINE Vec load_float32(const float *at, int64_t n)
{
    Vec x = spread(0);
    memcpy(&x, at, n >= LANES ? sizeof x : (size_t)n * sizeof *at);
    return x;
}

INLINE void store_float32(float *at, Vec x, int64_t n)
{
    memcpy(at, &x, n >= LANES ? sizeof x : (size_t)n * sizeof *at);
}

INLINE double total(Vec x)
{
    float lanes[LANES];
    double sum = 0;
    memcpy(lanes, &x, sizeof x);
    for (int i = 0; i < LANES; i++)
        sum += (double)lanes[i];
    return sum;
}

INLINE float largest(Vec x)
{
    float lanes[LANES], most = -INFINITY;
    memcpy(lanes, &x, sizeof x);
    for (int i = 0; i < LANES; i++)
        most = lanes[i] > most ? lanes[i] : most;
    return most;
}
