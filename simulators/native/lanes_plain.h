/* The names of lanes.h in C, for every other processor. */
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
