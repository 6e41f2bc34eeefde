/* What vectors of less than 16 lanes have in common. */
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
