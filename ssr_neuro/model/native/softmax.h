/* Cross-entropy of rows of scores in bfloat16: losses, and their gradients by the scores. */

INLINE Vec exponential(Vec x) /* of x at most 0, to 2 units in the last place; 0 below -87 */
{
    const Vec shift = spread(12582912); /* adding it rounds to a whole number, in the lowest bits */
    const Vec shifted = multiply_add(x, spread(1.44269504f), shift), n = shifted - shift;
    Vec r = multiply_add(n, spread(-0.693359375f), x);
    r = multiply_add(n, spread(2.12194440e-4f), r);
    Vec y = spread(1.9875691500e-4f); /* Cephes, expf */
    y = multiply_add(y, r, spread(1.3981999507e-3f));
    y = multiply_add(y, r, spread(8.3334519073e-3f));
    y = multiply_add(y, r, spread(4.1665795894e-2f));
    y = multiply_add(y, r, spread(1.6666665459e-1f));
    y = multiply_add(y, r, spread(5.0000001201e-1f));
    y = multiply_add(y, r * r, r + spread(1));
    return where(at_least(x, spread(-87)), scale_by_power(y, shifted));
}

typedef struct {
    int64_t rows, items, targets, part; /* targets of a row; part: rows of a part */
} Scores;

/* e to the power of scores less their maximum, whose sum is returned; logits -> where they lay. */
static double exponentials(float *logits, int64_t items, float maximum)
{
    Vec sum = spread(0);
    int64_t v = 0;
    for (; v + LANES <= items; v += LANES) {
        Vec e = exponential(load_float32(logits + v, LANES) - spread(maximum));
        store_float32(logits + v, e, LANES);
        sum += e;
    }
    double rest = 0;
    for (; v < items; v++) {
        Vec e = exponential(load_float32(logits + v, 1) - spread(maximum));
        store_float32(logits + v, e, 1);
        rest += (double)logits[v];
    }
    return total(sum) + rest;
}

/* z: bfloat16 (rows, items), becomes its gradient. bias: (items). at, share: (rows, targets).
 * losses: (rows). bias_grads: (parts, items), 0 at first. space: items. */
void cross_entropy(const Scores *s, Bfloat16 *z, const float *bias, const int64_t *at,
                   const float *share, double *losses, float *bias_grads, float *space,
                   int64_t first, int64_t last)
{
    for (int64_t row = first * s->part; row < min(last * s->part, s->rows); row++) {
        Bfloat16 *scores = z + row * s->items;
        float *grads = bias_grads + row / s->part * s->items;
        Vec most = spread(-INFINITY);
        for (int64_t v = 0; v < s->items; v += LANES) {
            const int64_t n = s->items - v;
            Vec logits = load_bfloat16(scores + v, n) + load_float32(bias + v, n);
            store_float32(space + v, logits, n);
            if (n >= LANES)
                most = larger(most, logits);
        }
        float maximum = largest(most);
        for (int64_t v = s->items / LANES * LANES; v < s->items; v++)
            maximum = space[v] > maximum ? space[v] : maximum;
        double loss = 0;
        for (int64_t k = 0; k < s->targets; k++)
            loss -= (double)share[row * s->targets + k] *
                    ((double)space[at[row * s->targets + k]] - (double)maximum);
        const double sum = exponentials(space, s->items, maximum);
        losses[row] = loss + log(sum);
        for (int64_t k = 0; k < s->targets; k++)
            space[at[row * s->targets + k]] -= share[row * s->targets + k] * (float)sum;
        for (int64_t v = 0; v < s->items; v += LANES) {
            const int64_t n = s->items - v;
            Vec p = load_float32(space + v, n) * spread((float)(1 / sum));
            store_float32(grads + v, load_float32(grads + v, n) + p, n);
            store_bfloat16(scores + v, p, n);
        }
    }
}
