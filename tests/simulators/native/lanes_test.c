/* Every name of lanes.h against its meaning, lane by lane: prints OK, or the name that is wrong. */
#include <stdio.h>

#include "lanes.h"

static uint32_t seed = 1;

static int32_t draw(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (int32_t)(seed ^ seed >> 16);
}

static int wrong(const char *name, vec have, const int32_t *want)
{
    int32_t got[LANES];
    store(got, have);
    if (memcmp(got, want, sizeof got) == 0)
        return 0;
    puts(name);
    return 1;
}

#define CHECK(name, have, expression)                     \
    do {                                                  \
        for (int i = 0; i < LANES; i++)                   \
            want[i] = (int32_t)(expression);              \
        if (wrong(name, have, want))                      \
            return 1;                                     \
    } while (0)

static int32_t four(int32_t sum, const uint8_t *x, const int8_t *w)
{
    for (int j = 0; j < 4; j++)
        sum = (int32_t)((uint32_t)sum + (uint32_t)(x[j] * w[j]));
    return sum;
}

/* Masks of one, two or four vectors, as bytes and as bits, and bytes as bits again. */
static int check_masks(const int32_t *a, const int32_t *b)
{
    for (int V = 1; V <= 4; V *= 2) {
        mask m[4];
        uint8_t bytes[64] = {0};
        uint64_t bits = 0, want = 0;
        for (int l = 0; l < V; l++)
            m[l] = l % 2 ? greater(load(b), load(a)) : greater(load(a), load(b));
        for (int i = 0; i < V * LANES; i++) {
            int32_t left = a[i % LANES], right = b[i % LANES];
            want |= (uint64_t)(i / LANES % 2 ? right > left : left > right) << i;
        }
        store_bytes(bytes, m, V);
        for (int i = 0; i < 64; i++)
            if (bytes[i] != (want >> i & 1))
                return puts("store_bytes"), 1;
        store_bits((uint8_t *)&bits, m, V);
        if (V * LANES >= 8 && bits != want)
            return puts("store_bits"), 1;
        if (nonzero(bytes) != want)
            return puts("nonzero"), 1;
    }
    return 0;
}

/* Bytes of four rows in words. */
static int check_interleaved(void)
{
    uint8_t bytes[4][64], to[256];
    const uint8_t *rows[4];
    for (int q = 0; q < 4; q++) {
        rows[q] = bytes[q];
        for (int i = 0; i < 64; i++)
            bytes[q][i] = (uint8_t)draw();
    }
    interleave(rows, to);
    for (int i = 0; i < 256; i++)
        if (to[i] != bytes[i % 4][i / 4])
            return puts("interleave"), 1;
    return 0;
}

/* Bits as bytes and as lanes. */
static int check_expanded(void)
{
    uint64_t bits = (uint64_t)draw() << 32 | (uint32_t)draw();
    uint8_t bytes[64];
    int32_t want[LANES];
    expand_bytes(bytes, bits);
    for (int i = 0; i < 64; i++)
        if (bytes[i] != (bits >> i & 1))
            return puts("expand_bytes"), 1;
    CHECK("expand_lanes", expand_lanes(bits), bits >> i & 1);
    return 0;
}

static int32_t limited(int32_t x) { return x > INT16_MAX ? INT16_MAX : x < INT16_MIN ? INT16_MIN : x; }

/* Sums of 16 bits that stop at their ends, shifts, and whether one is greater. */
static int check_halves(void)
{
    int16_t h[2 * LANES], g[2 * LANES];
    int32_t want[LANES];
    for (int i = 0; i < 2 * LANES; i++) {
        h[i] = (int16_t)draw();
        g[i] = (int16_t)draw();
    }
    vec a = load(h), b = load(g);
    CHECK("plus16", low16(plus16(a, b)), limited(h[i] + g[i]));
    CHECK("plus16", high16(plus16(a, b)), limited(h[LANES + i] + g[LANES + i]));
    CHECK("minus16", low16(minus16(a, b)), limited(h[i] - g[i]));
    CHECK("minus16", high16(minus16(a, b)), limited(h[LANES + i] - g[LANES + i]));
    for (int n = 0; n < 16; n++)
        CHECK("right16", low16(right16(a, n)), h[i] >> n);
    for (int i = 0; i < 2 * LANES; i++) {
        memcpy(g, h, sizeof g);
        if (some_above16(a, load(g)))
            return puts("some_above16"), 1;
        g[i] -= h[i] > INT16_MIN;
        if (some_above16(a, load(g)) != (h[i] > INT16_MIN))
            return puts("some_above16"), 1;
    }
    return 0;
}

static int check(void)
{
    int32_t a[LANES], b[LANES], want[LANES];
    int16_t h[2 * LANES], g[2 * LANES];
    uint8_t x[4 * LANES];
    int8_t w[4 * LANES];
    for (int i = 0; i < LANES; i++) {
        a[i] = draw();
        b[i] = i % 3 ? draw() : a[i];
    }
    for (int i = 0; i < 4 * LANES; i++) {
        x[i] = (uint8_t)(draw() & 127);
        w[i] = (int8_t)(draw() % 128);
    }
    for (int i = 0; i < 2 * LANES; i++) {
        h[i] = (int16_t)(draw() % 16000);
        g[i] = (int16_t)(draw() % 16000);
    }
    vec va = load(a), vb = load(b);
    mask m = greater(va, vb);
    CHECK("set1", set1(a[0]), a[0]);
    CHECK("add", add(va, vb), (uint32_t)a[i] + (uint32_t)b[i]);
    CHECK("and", and(va, vb), a[i] & b[i]);
    CHECK("or", or(va, vb), a[i] | b[i]);
    CHECK("least", least(va, vb), a[i] < b[i] ? a[i] : b[i]);
    CHECK("most", most(va, vb), a[i] > b[i] ? a[i] : b[i]);
    for (int n = 0; n < 32; n++) {
        CHECK("left", left(va, n), (uint32_t)a[i] << n);
        CHECK("right", right(va, n), a[i] >> n);
    }
    CHECK("to_state", to_state(va), (uint32_t)a[i] << STATE_SHIFT);
    CHECK("halve", halve(right(va, 1)), (a[i] >> 1) / 2);
    CHECK("dot", dot(va, load(x), load(w)), four(a[i], x + 4 * i, w + 4 * i));
    CHECK("clear", clear(m, va), a[i] > b[i] ? 0 : a[i]);
    CHECK("clear_halve", clear_halve(m, va), a[i] > b[i] ? 0 : a[i] / 2);
    CHECK("or_bit", or_bit(m, vb, 1 << 24), a[i] > b[i] ? b[i] | 1 << 24 : b[i]);
    CHECK("widen8", widen8(x), x[i]);
    CHECK("low16", low16(load(h)), h[i]);
    CHECK("high16", high16(load(h)), h[LANES + i]);
    CHECK("add16", low16(add16(load(h), load(g))), h[i] + g[i]);
    CHECK("load8", low16(load8(w)), w[i]);
    CHECK("load8", high16(load8(w)), w[LANES + i]);
    return check_masks(a, b) || check_expanded() || check_interleaved() || check_halves();
}

int main(void)
{
    for (int n = 0; n < 200; n++)
        if (check())
            return 1;
    puts("OK");
    return 0;
}
