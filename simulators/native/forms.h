/* One form of a node's spikes from another: bytes, words and bits. */
#ifndef SSR_FORMS_H
#define SSR_FORMS_H

#include "network.h"

/* Bytes [positions][width] of 0 and 1 as words of four positions. */
static void to_words(const Run *r, const Node *n, const uint8_t *bytes, uint8_t *words)
{
    for (int64_t p = 0; p < n->positions; p += BLOCK, words += 4 * n->width)
        for (int64_t f = 0; f < n->width; f += COLUMNS) {
            const uint8_t *rows[BLOCK];
            for (int q = 0; q < BLOCK; q++)
                rows[q] = p + q < n->positions ? bytes + (p + q) * n->width + f : r->net->silence;
            interleave(rows, words + 4 * f);
        }
}

static void to_bits(const Node *n, const uint8_t *bytes, uint8_t *bits)
{
    for (int64_t i = 0; i < byte_size(n); i += COLUMNS) {
        uint64_t some = nonzero(bytes + i);
        memcpy(bits + i / 8, &some, 8);
    }
}

static void bits_to_bytes(const Node *n, const uint8_t *bits, uint8_t *bytes)
{
    for (int64_t i = 0; i < byte_size(n); i += COLUMNS) {
        uint64_t some;
        memcpy(&some, bits + i / 8, 8);
        expand_bytes(bytes + i, some);
    }
}

/* 64 features of up to four positions. */
static void expand_words(const uint64_t *bits, int64_t columns, int rows, uint8_t *words)
{
    uint64_t row[BLOCK] = {0};
    for (int q = 0; q < rows; q++)
        row[q] = bits[q * columns];
    if ((row[0] | row[1] | row[2] | row[3]) == 0) {
        zero(words, 4 * COLUMNS);
        return;
    }
    for (int64_t f = 0; f < COLUMNS; f += LANES) {
        vec word = expand_lanes(row[0] >> f);
        for (int q = 1; q < BLOCK; q++)
            word = or(word, left(expand_lanes(row[q] >> f), 8 * q));
        store(words + 4 * f, word);
    }
}

static void bits_to_words(const Node *n, const uint8_t *bits, uint8_t *words)
{
    int64_t columns = n->width / COLUMNS;
    for (int64_t p = 0; p < n->positions; p += BLOCK, words += 4 * n->width) {
        int rows = n->positions - p < BLOCK ? (int)(n->positions - p) : BLOCK;
        for (int64_t c = 0; c < columns; c++)
            expand_words((const uint64_t *)bits + p * columns + c, columns, rows,
                         words + 4 * c * COLUMNS);
    }
}

/* After the bits of some steps: the other forms that somebody reads. */
static void show_bits(const Run *r, const Node *n, int64_t first, int64_t last)
{
    for (int64_t t = first; t < last; t++) {
        const uint8_t *bits = r->work + n->bits + t * bit_size(n);
        if (n->words >= 0)
            bits_to_words(n, bits, r->work + n->words + t * word_size(n));
        if (n->bytes >= 0 && !n->late)
            bits_to_bytes(n, bits, r->work + n->bytes + t * byte_size(n));
    }
}

/* After the bytes of one step: the other forms that somebody reads. */
static void show_step(const Run *r, const Node *n, const uint8_t *bytes, int64_t t)
{
    if (n->words >= 0)
        to_words(r, n, bytes, r->work + n->words + t * word_size(n));
    if (n->bits >= 0)
        to_bits(n, bytes, r->work + n->bits + t * bit_size(n));
}

#endif
