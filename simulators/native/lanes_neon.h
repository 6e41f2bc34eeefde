/* The names of lanes.h with Arm's NEON and its dot products of bytes. */
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
