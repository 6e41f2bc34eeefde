/* The names of lanes.h with AVX2. */
#include <immintrin.h>
#define LANES 8
#define TILE_VECTORS 8
typedef __m256i vec;
typedef __m256i mask;
INLINE vec load(const void *p) { return _mm256_loadu_si256(p); }
INLINE void store(void *p, vec x) { _mm256_storeu_si256(p, x); }
INLINE vec set1(int32_t x) { return _mm256_set1_epi32(x); }
INLINE vec add(vec a, vec b) { return _mm256_add_epi32(a, b); }
INLINE vec and(vec a, vec b) { return _mm256_and_si256(a, b); }
INLINE vec or(vec a, vec b) { return _mm256_or_si256(a, b); }
INLINE vec least(vec a, vec b) { return _mm256_min_epi32(a, b); }
INLINE vec most(vec a, vec b) { return _mm256_max_epi32(a, b); }
INLINE vec left(vec a, int n) { return _mm256_sll_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE vec right(vec a, int n) { return _mm256_sra_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE vec to_state(vec a) { return _mm256_slli_epi32(a, STATE_SHIFT); }
INLINE vec halve(vec v) { return _mm256_srai_epi32(add(v, _mm256_srli_epi32(v, 31)), 1); }
INLINE vec load8(const int8_t *p) { return _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)p)); }
INLINE vec add16(vec a, vec b) { return _mm256_add_epi16(a, b); }
INLINE vec low16(vec a) { return _mm256_cvtepi16_epi32(_mm256_castsi256_si128(a)); }
INLINE vec high16(vec a) { return _mm256_cvtepi16_epi32(_mm256_extracti128_si256(a, 1)); }
INLINE vec plus16(vec a, vec b) { return _mm256_adds_epi16(a, b); }
INLINE vec minus16(vec a, vec b) { return _mm256_subs_epi16(a, b); }
INLINE vec right16(vec a, int n) { return _mm256_sra_epi16(a, _mm_cvtsi32_si128(n)); }
INLINE int some_above16(vec a, vec b)
{
    return _mm256_movemask_epi8(_mm256_cmpgt_epi16(a, b)) != 0;
}
/* Pairs of products stay below 2 * 127 * 127, within 16 bits. */
INLINE vec dot(vec sum, vec x, vec w)
{
    return add(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), _mm256_set1_epi16(1)));
}
INLINE mask greater(vec a, vec b) { return _mm256_cmpgt_epi32(a, b); }
INLINE vec clear(mask m, vec x) { return _mm256_andnot_si256(m, x); }
INLINE vec clear_halve(mask m, vec x) { return clear(m, halve(x)); }
INLINE vec or_bit(mask m, vec x, int32_t value) { return or(x, and(m, set1(value))); }
INLINE vec widen8(const uint8_t *p) { return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)p)); }
INLINE uint32_t bits_of(mask m) { return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(m)); }
INLINE void store_bytes(uint8_t *p, const mask m[], int V)
{
    for (int l = 0; l < V; l++) {
        __m256i one = _mm256_srli_epi32(m[l], 31);
        __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(one), _mm256_extracti128_si256(one, 1));
        _mm_storel_epi64((void *)(p + l * LANES), _mm_packus_epi16(words, words));
    }
}
INLINE uint64_t nonzero(const uint8_t *p)
{
    __m256i none = _mm256_setzero_si256();
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(p), none));
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(p + 32), none));
    return ~((uint64_t)high << 32 | low);
}
INLINE vec expand_lanes(uint64_t bits)
{
    const vec each = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    return and(_mm256_srlv_epi32(set1((int32_t)bits), each), set1(1));
}
