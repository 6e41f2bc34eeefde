/* 32-bit lanes of whatever vectors the processor has: one set of names for four instruction sets.
 *
 * load8 reads 8-bit numbers as 16-bit ones, twice as many as lanes; add16 adds them; low16 and
 * high16 widen half of them each. plus16 and minus16 stop at the ends of 16 bits, right16 shifts by
 * less than 16, some_above16 says whether any is greater. widen8 reads bytes, unsigned, as lanes.
 * dot(sum, x, w): to each lane of `sum` the four products of its bytes, x unsigned and at most 127,
 * w signed. mask: what a comparison gives. clear_halve: 0 where the mask is set, else half of the
 * lane, towards zero. or_bit: with a value where the mask is set. store_bytes and store_bits: of V
 * masks (1, 2 or 4), a byte of 0 or 1 or a bit for each lane. nonzero: which of 64 bytes of 0 and
 * 1 are 1, as bits; expand_bytes the other way round, and expand_lanes for lanes. interleave: 64
 * words, each of one byte of four rows, the first in the lowest place.
 */
#ifndef SSR_LANES_H
#define SSR_LANES_H

#include <stdint.h>
#include <string.h>

#define STATE_SHIFT 6 /* membrane units of a weight unit, as a power of two */

#define INLINE static inline __attribute__((always_inline))

#if defined(__AVX512VNNI__) && defined(__AVX512BW__)

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

#elif defined(__AVX2__)

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

#elif defined(__ARM_FEATURE_DOTPROD)

#include <arm_neon.h>
#define LANES 4
#define TILE_VECTORS 16
typedef int32x4_t vec;
typedef uint32x4_t mask;
INLINE vec load(const void *p) { return vreinterpretq_s32_u8(vld1q_u8(p)); }
INLINE void store(void *p, vec x) { vst1q_u8(p, vreinterpretq_u8_s32(x)); }
INLINE vec set1(int32_t x) { return vdupq_n_s32(x); }
INLINE vec add(vec a, vec b) { return vaddq_s32(a, b); }
INLINE vec and(vec a, vec b) { return vandq_s32(a, b); }
INLINE vec or(vec a, vec b) { return vorrq_s32(a, b); }
INLINE vec least(vec a, vec b) { return vminq_s32(a, b); }
INLINE vec most(vec a, vec b) { return vmaxq_s32(a, b); }
INLINE vec left(vec a, int n) { return vshlq_s32(a, vdupq_n_s32(n)); }
INLINE vec right(vec a, int n) { return vshlq_s32(a, vdupq_n_s32(-n)); }
INLINE vec to_state(vec a) { return vshlq_n_s32(a, STATE_SHIFT); }
INLINE vec halve(vec v)
{
    return vshrq_n_s32(add(v, vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(v), 31))), 1);
}
INLINE vec load8(const int8_t *p) { return vreinterpretq_s32_s16(vmovl_s8(vld1_s8(p))); }
INLINE vec add16(vec a, vec b)
{
    return vreinterpretq_s32_s16(vaddq_s16(vreinterpretq_s16_s32(a), vreinterpretq_s16_s32(b)));
}
INLINE vec plus16(vec a, vec b)
{
    return vreinterpretq_s32_s16(vqaddq_s16(vreinterpretq_s16_s32(a), vreinterpretq_s16_s32(b)));
}
INLINE vec minus16(vec a, vec b)
{
    return vreinterpretq_s32_s16(vqsubq_s16(vreinterpretq_s16_s32(a), vreinterpretq_s16_s32(b)));
}
INLINE vec right16(vec a, int n)
{
    return vreinterpretq_s32_s16(vshlq_s16(vreinterpretq_s16_s32(a), vdupq_n_s16((int16_t)-n)));
}
INLINE int some_above16(vec a, vec b)
{
    uint16x8_t above = vcgtq_s16(vreinterpretq_s16_s32(a), vreinterpretq_s16_s32(b));
    uint64x2_t two = vreinterpretq_u64_u16(above);
    return (vgetq_lane_u64(two, 0) | vgetq_lane_u64(two, 1)) != 0;
}
INLINE vec low16(vec a) { return vmovl_s16(vget_low_s16(vreinterpretq_s16_s32(a))); }
INLINE vec high16(vec a) { return vmovl_s16(vget_high_s16(vreinterpretq_s16_s32(a))); }
INLINE vec dot(vec sum, vec x, vec w)
{
    return vdotq_s32(sum, vreinterpretq_s8_s32(x), vreinterpretq_s8_s32(w));
}
INLINE mask greater(vec a, vec b) { return vcgtq_s32(a, b); }
INLINE vec clear(mask m, vec x) { return vbicq_s32(x, vreinterpretq_s32_u32(m)); }
INLINE vec clear_halve(mask m, vec x) { return clear(m, halve(x)); }
INLINE vec or_bit(mask m, vec x, int32_t value)
{
    return or(x, and(vreinterpretq_s32_u32(m), set1(value)));
}
INLINE vec widen8(const uint8_t *p) { return (vec){p[0], p[1], p[2], p[3]}; }

#else

#define LANES 4
#define TILE_VECTORS 8
typedef int32_t vec __attribute__((vector_size(16)));
typedef vec mask;
INLINE vec load(const void *p)
{
    vec x;
    memcpy(&x, p, sizeof x);
    return x;
}
INLINE void store(void *p, vec x) { memcpy(p, &x, sizeof x); }
INLINE vec set1(int32_t x) { return (vec){x, x, x, x}; }
INLINE vec add(vec a, vec b)
{
    typedef uint32_t wrapping __attribute__((vector_size(16)));
    return (vec)((wrapping)a + (wrapping)b);
}
INLINE vec and(vec a, vec b) { return a & b; }
INLINE vec or(vec a, vec b) { return a | b; }
INLINE vec least(vec a, vec b) { return (a & (a < b)) | (b & ~(a < b)); }
INLINE vec most(vec a, vec b) { return (a & (a > b)) | (b & ~(a > b)); }
INLINE vec left(vec a, int n)
{
    typedef uint32_t wrapping __attribute__((vector_size(16)));
    return (vec)((wrapping)a << n);
}
INLINE vec right(vec a, int n) { return a >> n; }
INLINE vec to_state(vec a) { return left(a, STATE_SHIFT); }
INLINE vec halve(vec v) { return add(v, v >> 31 & 1) >> 1; }
typedef int16_t halves __attribute__((vector_size(16)));
INLINE vec load8(const int8_t *p)
{
    return (vec)(halves){p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]};
}
INLINE vec add16(vec a, vec b) { return (vec)((halves)a + (halves)b); }
INLINE vec limit16(vec low, vec high)
{
    low = least(most(low, set1(INT16_MIN)), set1(INT16_MAX));
    high = least(most(high, set1(INT16_MIN)), set1(INT16_MAX));
    return (vec)(halves){(int16_t)low[0], (int16_t)low[1], (int16_t)low[2], (int16_t)low[3],
                         (int16_t)high[0], (int16_t)high[1], (int16_t)high[2], (int16_t)high[3]};
}
INLINE vec right16(vec a, int n) { return (vec)((halves)a >> n); }
INLINE int some_above16(vec a, vec b)
{
    vec above = (vec)((halves)a > (halves)b);
    return (above[0] | above[1] | above[2] | above[3]) != 0;
}
INLINE vec low16(vec a)
{
    halves h = (halves)a;
    return (vec){h[0], h[1], h[2], h[3]};
}
INLINE vec high16(vec a)
{
    halves h = (halves)a;
    return (vec){h[4], h[5], h[6], h[7]};
}
INLINE vec plus16(vec a, vec b)
{
    return limit16(add(low16(a), low16(b)), add(high16(a), high16(b)));
}
INLINE vec minus16(vec a, vec b)
{
    return limit16(low16(a) - low16(b), high16(a) - high16(b));
}
INLINE vec dot(vec sum, vec x, vec w)
{
    for (int j = 0; j < 4; j++)
        sum = add(sum, (x >> (8 * j) & 127) * (left(w, 24 - 8 * j) >> 24));
    return sum;
}
INLINE mask greater(vec a, vec b) { return a > b; }
INLINE vec clear(mask m, vec x) { return x & ~m; }
INLINE vec clear_halve(mask m, vec x) { return clear(m, halve(x)); }
INLINE vec or_bit(mask m, vec x, int32_t value) { return x | (m & set1(value)); }
INLINE vec widen8(const uint8_t *p) { return (vec){p[0], p[1], p[2], p[3]}; }

#endif

#if LANES == 4
INLINE uint32_t bits_of(mask m) { return (m[0] & 1) | (m[1] & 2) | (m[2] & 4) | (m[3] & 8); }
INLINE void store_bytes(uint8_t *p, const mask m[], int V)
{
    for (int i = 0; i < V * LANES; i++)
        p[i] = m[i / LANES][i % LANES] & 1;
}
/* The product brings each byte's lowest bit into the highest byte. */
INLINE uint64_t nonzero(const uint8_t *p)
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t some;
        memcpy(&some, p + 8 * i, 8);
        bits |= (some & 0x0101010101010101u) * 0x0102040810204080u >> 56 << 8 * i;
    }
    return bits;
}
INLINE vec expand_lanes(uint64_t bits)
{
    return (vec){bits & 1, bits >> 1 & 1, bits >> 2 & 1, bits >> 3 & 1};
}
#endif

#if LANES < 16
INLINE void interleave(const uint8_t *const rows[4], uint8_t *to)
{
    for (int f = 0; f < 64; f += LANES) {
        vec word = widen8(rows[0] + f);
        for (int q = 1; q < 4; q++)
            word = or(word, left(widen8(rows[q] + f), 8 * q));
        store(to + 4 * f, word);
    }
}
/* Each byte keeps the bit of its own number, then brings it to its lowest place. */
INLINE void expand_bytes(uint8_t *p, uint64_t bits)
{
    for (int i = 0; i < 8; i++) {
        uint64_t own = (bits >> 8 * i & 255) * 0x0101010101010101u & 0x8040201008040201u;
        own = (own + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
        memcpy(p + 8 * i, &own, 8);
    }
}
INLINE void store_bits(uint8_t *p, const mask m[], int V)
{
    uint64_t bits = 0;
    for (int l = 0; l < V; l++)
        bits |= (uint64_t)bits_of(m[l]) << l * LANES;
    memcpy(p, &bits, V * LANES / 8);
}
#endif
#endif
