"""The readers by name."""

from ssr_neuro.data.delimited import (
    AMAZON_2014,
    AMAZON_2018,
    INTER,
    MOVIELENS_CSV,
    MOVIELENS_DAT,
    TABLE,
    U_DATA,
)
from ssr_neuro.data.parsed import Reader
from ssr_neuro.data.records import read_json, read_literals
from ssr_neuro.data.sequence_text import read_sequences

READERS: dict[str, Reader] = {
    "inter": INTER.read,
    "table": TABLE.read,
    "sequences": read_sequences,
    "movielens-dat": MOVIELENS_DAT.read,
    "movielens-csv": MOVIELENS_CSV.read,
    "u-data": U_DATA.read,
    "amazon-csv": AMAZON_2018.read,
    "amazon-csv-2014": AMAZON_2014.read,
    "json": read_json,
    "steam": read_literals,
}
