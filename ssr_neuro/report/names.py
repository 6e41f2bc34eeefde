"""Names of models and data sets as their papers write them."""

from collections.abc import Iterable

GRAPH = "graph"  # kind and subject of a compiled graph, which is no recommender
KINDS = {
    "bert4rec": "BERT4Rec",
    "bsarec": "BSARec",
    "caser": "Caser",
    "fism": "FISM",
    "fmlp-rec": "FMLP-Rec",
    "fpmc": "FPMC",
    GRAPH: "Graph",
    "gru4rec": "GRU4Rec",
    "lrurec": "LRURec",
    "mamba4rec": "Mamba4Rec",
    "mf": "MF",
    "narm": "NARM",
    "popularity": "Popularity",
    "sasrec": "SASRec",
    "ssd4rec": "SSD4Rec",
    "ssr": "SSR",
    "ssr-ann": "SSR-ANN",
    "tim4rec": "TiM4Rec",
    "tisasrec": "TiSASRec",
}
SIZES = {  # settings that tell how large a model is -> what they count
    "positions": "position",
    "features": "feature",
    "blocks": "block",
    "steps": "time step",
    "items": "item",
}
DATA_SETS = {
    "ml-100k": "MovieLens 100K",
    "ml-1m": "MovieLens 1M",
    "ml-20m": "MovieLens 20M",
    "beauty": "Amazon Beauty",
    "arts": "Amazon Arts",
    "video": "Amazon Video Games",
    "video-games": "Amazon Video Games",
    "steam": "Steam",
    "xlong": "XLong",
    "yelp": "Yelp",
    "gowalla": "Gowalla",
    "kuairand": "KuaiRand",
}


def kind_name(kind: str) -> str:
    """ "lrurec" -> "LRURec"; a kind of another package as it is."""
    return KINDS.get(kind.lower(), kind)


def subject_name(subject: str) -> str:
    """Whose bill it is, for people: "lrurec, incremental" -> "LRURec, incremental"."""
    kind, comma, form = subject.partition(", ")
    return f"{kind_name(kind)}{comma}{form}"


def short_subject_names(subjects: Iterable[str]) -> dict[str, str]:
    """For narrow pictures: the kind alone where no other subject is of that kind."""
    every = list(subjects)
    kinds = [kind_name(subject.partition(", ")[0]) for subject in every]
    return {
        subject: kind if kinds.count(kind) == 1 else subject_name(subject)
        for subject, kind in zip(every, kinds, strict=True)
    }


def data_set_name(name: str) -> str:
    """ "ml-1m" -> "MovieLens 1M"; a data set that is not well known as it is."""
    plain = name.lower().replace("_", "-").removeprefix("amazon-").removesuffix("-time")
    return DATA_SETS.get(plain, name)
