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
#include "lanes_avx512.h"
#elif defined(__AVX2__)
#include "lanes_avx2.h"
#elif defined(__ARM_FEATURE_DOTPROD)
#include "lanes_neon.h"
#else
#include "lanes_plain.h"
#endif

#if LANES < 16
#include "lanes_narrow.h"
#endif

#endif
