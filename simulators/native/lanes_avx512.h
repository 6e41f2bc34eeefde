/* The names of lanes.h with AVX-512 and its dot products of bytes. */
#include <immintrin.h>
#define LANES 16
#define TILE_VECTORS 16 /* accumulators of one tile: half of the registers */
typedef __m512i vec;
typedef __mmask16 mask;
INLINE vec load(const void *p) { return _mm512_loadu_si512(p); }
INLINE void store(void *p, vec x) { _mm512_storeu_si512(p, x); }
INLINE vec set1(int32_t x) { return _mm512_set1_epi32(x); }
INLINE vec add(vec a, vec b) { return _mm512_add_epi32(a, b); }
INLINE vec and(vec a, vec b) { return _mm512_and_si512(a, b); }
INLINE vec or(vec a, vec b) { return _mm512_or_si512(a, b); }
INLINE vec least(vec a, vec b) { return _mm512_min_epi32(a, b); }
INLINE vec most(vec a, vec b) { return _mm512_max_epi32(a, b); }
INLINE vec left(vec a, int n) { return _mm512_sll_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE vec right(vec a, int n) { return _mm512_sra_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE vec to_state(vec a) { return _mm512_slli_epi32(a, STATE_SHIFT); }
INLINE vec halve(vec v) { return _mm512_srai_epi32(add(v, _mm512_srli_epi32(v, 31)), 1); }
INLINE vec load8(const int8_t *p) { return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const void *)p)); }
INLINE vec add16(vec a, vec b) { return _mm512_add_epi16(a, b); }
INLINE vec low16(vec a) { return _mm512_cvtepi16_epi32(_mm512_castsi512_si256(a)); }
INLINE vec high16(vec a) { return _mm512_cvtepi16_epi32(_mm512_extracti64x4_epi64(a, 1)); }
INLINE vec plus16(vec a, vec b) { return _mm512_adds_epi16(a, b); }
INLINE vec minus16(vec a, vec b) { return _mm512_subs_epi16(a, b); }
INLINE vec right16(vec a, int n) { return _mm512_sra_epi16(a, _mm_cvtsi32_si128(n)); }
INLINE int some_above16(vec a, vec b) { return _mm512_cmpgt_epi16_mask(a, b) != 0; }
/* Not the intrinsic: around it GCC copies sums from register to register. */
INLINE vec dot(vec sum, vec x, vec w)
{
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(w));
    return sum;
}
INLINE mask greater(vec a, vec b) { return _mm512_cmpgt_epi32_mask(a, b); }
INLINE vec clear(mask m, vec x) { return _mm512_maskz_mov_epi32((mask)~m, x); }
INLINE vec clear_halve(mask m, vec x)
{
    return _mm512_maskz_srai_epi32((mask)~m, add(x, _mm512_srli_epi32(x, 31)), 1);
}
INLINE vec or_bit(mask m, vec x, int32_t value) { return _mm512_mask_or_epi32(x, m, x, set1(value)); }
INLINE vec widen8(const uint8_t *p) { return _mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)p)); }
INLINE void store_bytes(uint8_t *p, const mask m[], int V)
{
    if (V == 1)
        _mm_storeu_si128((void *)p, _mm_maskz_set1_epi8(m[0], 1));
    else if (V == 2)
        _mm256_storeu_si256((void *)p, _mm256_maskz_set1_epi8(_mm512_kunpackw(m[1], m[0]), 1));
    else
        store(p, _mm512_maskz_set1_epi8(_mm512_kunpackd(_mm512_kunpackw(m[3], m[2]),
                                                        _mm512_kunpackw(m[1], m[0])), 1));
}
INLINE void store_bits(uint8_t *p, const mask m[], int V)
{
    if (V == 1)
        _store_mask16((void *)p, m[0]);
    else if (V == 2)
        _store_mask32((void *)p, _mm512_kunpackw(m[1], m[0]));
    else
        _store_mask64((void *)p, _mm512_kunpackd(_mm512_kunpackw(m[3], m[2]),
                                                 _mm512_kunpackw(m[1], m[0])));
}
INLINE uint64_t nonzero(const uint8_t *p) { return _mm512_test_epi8_mask(load(p), load(p)); }
INLINE void expand_bytes(uint8_t *p, uint64_t bits) { store(p, _mm512_maskz_set1_epi8(bits, 1)); }
INLINE void interleave(const uint8_t *const rows[4], uint8_t *to)
{
    vec a = load(rows[0]), b = load(rows[1]), c = load(rows[2]), d = load(rows[3]);
    vec ab = _mm512_unpacklo_epi8(a, b), cd = _mm512_unpacklo_epi8(c, d);
    vec AB = _mm512_unpackhi_epi8(a, b), CD = _mm512_unpackhi_epi8(c, d);
    vec w = _mm512_unpacklo_epi16(ab, cd), x = _mm512_unpackhi_epi16(ab, cd);
    vec y = _mm512_unpacklo_epi16(AB, CD), z = _mm512_unpackhi_epi16(AB, CD);
    /* each has a quarter of every 16 words: they change places as in a transposition */
    vec wx = _mm512_shuffle_i32x4(w, x, 0x44), WX = _mm512_shuffle_i32x4(w, x, 0xee);
    vec yz = _mm512_shuffle_i32x4(y, z, 0x44), YZ = _mm512_shuffle_i32x4(y, z, 0xee);
    store(to, _mm512_shuffle_i32x4(wx, yz, 0x88));
    store(to + 64, _mm512_shuffle_i32x4(wx, yz, 0xdd));
    store(to + 128, _mm512_shuffle_i32x4(WX, YZ, 0x88));
    store(to + 192, _mm512_shuffle_i32x4(WX, YZ, 0xdd));
}
INLINE vec expand_lanes(uint64_t bits) { return _mm512_maskz_set1_epi32((mask)bits, 1); }
