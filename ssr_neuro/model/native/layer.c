/* Kernels of a spiking layer in training: its neurons in float32 and bfloat16, its products. */
#include "layer.h"
#include "vectors.h"

#define JOIN(a, b) a##b
#define NAME(x) JOIN(x, _float32)
#define ELEMENT float
#define LOAD load_float32
#define STORE store_float32
#include "neurons.h"
#include "neuron_gradients.h"
#undef NAME
#undef ELEMENT
#undef LOAD
#undef STORE

#define NAME(x) JOIN(x, _bfloat16)
#define ELEMENT Bfloat16
#define LOAD load_bfloat16
#define STORE store_bfloat16
#include "neurons.h"
#include "neuron_gradients.h"

#include "mixtures.h"
#include "mixture_gradients.h"
#include "softmax.h"

/* How many of the first rows hold zeros alone. size: bytes of a row. */
int64_t silent_rows(const char *rows, int64_t count, int64_t size)
{
    int64_t p = 0;
    while (p < count && !rows[0] && !memcmp(rows, rows + 1, (size_t)size - 1)) {
        rows += size;
        p++;
    }
    return p;
}
