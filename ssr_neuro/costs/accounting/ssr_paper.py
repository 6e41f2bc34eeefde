"""The SSR paper's own accounting, for our counts, and what in it does not agree with itself.

Yu et al. 2025, "Cost-Effective On-Device Sequential Recommendation with Spiking Neural Networks".
Its text names Horowitz's 45 nm figures and no price; the price is what Table 3 comes to: energy
over operations is that of a multiply-add, times ten, for both models.
"""

from ssr_neuro.chip import Chip, Price
from ssr_neuro.costs.accounting.sheet import Sheet, sheet, vary
from ssr_neuro.costs.bill import Bill, bill, charge, spread
from ssr_neuro.costs.counts import Counts
from ssr_neuro.costs.models.ssr_ann import AnnShape, OpRow, ssr_ann

MODE = "ssr-paper"
TIMES = 10
SCORING = "item scoring"
ACCOUNTING = (
    "Operations are synaptic operations of SSR and multiply-adds of SSR-ANN, all at one price "
    "(Table 3 and its caption).",
    "That price is ten times a multiply-add of 4.6 pJ: four of the five energies of SSR-ANN in "
    "Table 3 are its operations times 46 pJ, to rounding.",
    "SSR-ANN has a standard DFT, no stimulus encoder, one pass, all positions of all blocks "
    '(section 5.2, "Energy Cost").',
    "Items are scored by neither: the operations of Table 3 do not grow with the number of items.",
)
CONTRADICTIONS = (
    "Table 3 against section 5.2: prices of Horowitz are named, and 4.6 pJ times the printed "
    "operations is a tenth of the printed energies of SSR-ANN.",
    "Table 3, columns of SSR: 44.4 to 46.3 pJ a synaptic operation, the price of ten multiply-adds "
    "again. The 0.9 pJ of an addition, which spikes are said to need, is used nowhere: with it SSR "
    "would save 90.8 to 92.0 %.",
    "Table 3, Arts: 0.67 mJ of SSR-ANN would be 0.61 mJ by the rule of the other data sets.",
    "Abstract and section 5.2 against Table 3: 59.43 % less energy on average; the mean over the "
    "five printed pairs is 58.58 %, that of operations 57.11 %.",
    "Abstract against section 5.2: the saving is said to be over other recommenders, yet Table 3 "
    "has SSR-ANN alone.",
    "Section 5.2 sets SSR on 45 nm neuromorphic hardware against baselines on GPUs; both columns "
    "of Table 3 have one price, and no run on either is reported.",
    'Caption of Table 3: "batch inferences" of a size that is not said. Per inference, 64 features '
    "(section 5.1), 20 positions (Table 1) and 2 blocks make 1.9 million multiply-adds; 12.22 to "
    "27.72 million operations are printed.",
    "Section 5.1: hyperparameters are searched for each data set; which ones and what was found is "
    "not said, and 64 features is named as the default. So no cell of Table 3 can be recomputed.",
    "Footnote 4: data movement is called eliminated on neuromorphic hardware. Memory, neuron "
    "updates, messages and static power are in neither column of Table 3.",
)
PRICES = (0.9, 4.6, 46.0)
OPERATIONS_PER_MAC = (1, 2, 4, 8)


def ssr_paper_sheet(counts: Counts, shape: AnnShape | None, logic: Chip) -> Sheet:
    """logic: the 45 nm prices that the paper cites. shape: None where there is no twin."""
    price = _price(logic)

    def bills(ssr_price: Price = price, per_mac: float = 1) -> tuple[Bill, ...]:
        twin = (_ann_bill(ssr_ann(shape), price, per_mac),) if shape else ()
        return _ssr_bill(counts, ssr_price), *twin

    return sheet(
        mode=MODE,
        title="The SSR paper's own accounting",
        target=logic.title,
        bills=bills(),
        rate=counts.synapse_rate,
        notes=(*ACCOUNTING, *CONTRADICTIONS),
        sensitivity=(
            vary(
                "price of a synaptic operation",
                "pJ",
                PRICES,
                lambda pj: bills(price.model_copy(update={"value": pj})),
            ),
            vary(
                "operations for a multiply-add of SSR-ANN: 2 if it is two, times 4 if all time "
                "steps are passes",
                "operations",
                OPERATIONS_PER_MAC,
                lambda per_mac: bills(per_mac=per_mac),
            ),
        ),
    )


def _price(logic: Chip) -> Price:
    mac = logic.prices.mac_fp32
    if mac.value is None:
        return mac
    return Price(
        value=TIMES * mac.value,
        unit="pJ",
        source=f"Yu et al. 2025, Table 3: energy over operations is {TIMES} x {mac.value:g} pJ",
        evidence="derived",
    )


def _ssr_bill(counts: Counts, price: Price) -> Bill:
    terms = (charge("synaptic operations", counts.sops.mean, price, per_spike=True),)
    return bill("SSR", terms, spread(terms, counts.sops))


def _ann_bill(rows: tuple[OpRow, ...], price: Price, per_mac: float) -> Bill:
    counted = (row for row in rows if row.component != SCORING)
    return bill(
        "SSR-ANN", tuple(charge(row.component, per_mac * row.macs, price) for row in counted)
    )
