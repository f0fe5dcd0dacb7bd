"""The figures as tables of Markdown."""

READERS = {"visitor": "visitor", "signed_in": "signed in"}


def tables(results):
    """All that was measured, engine by engine; ratios stand beside what they compare."""
    parts = [(engine, part, figures) for engine, parts in results.items() for part, figures in parts.items()]
    sized = [(engine, f"{int(part):,}", figures) for engine, part, figures in parts if part.isdecimal()]
    judged = [(engine, figures) for engine, part, figures in parts if part == "quality"]
    made = [_index(sized), _search(sized), _ways(sized), _suggestions(sized), _quality(judged)]
    return "\n\n".join(table for table in made if table)


def _table(title, head, rows):
    if not rows:
        return ""
    lines = [f"### {title}", f"| {' | '.join(head)} |", "| " + " | ".join(["---", *["---:"] * (len(head) - 1)]) + " |"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def _index(sized):
    head = ["index", "documents", "documents a second", "of the process", "bytes each", "rebuild, s", "of the process"]
    return _table("Indexing", head, [_index_row(engine, size, figures["index"]) for engine, size, figures in sized])


def _index_row(engine, size, index):
    again = [index.get("rebuild", "-"), index.get("rebuild_of_process", "-")]
    return [
        engine,
        size,
        f"{index['a_second']:,}",
        f"{index['a_second_of_process']:,}",
        index["bytes_a_document"],
        *again,
    ]


def _pair(spread, name=""):
    return f"{spread[f'p50{name}']} / {spread[f'p95{name}']}"


def _search(sized):
    head = ["search, ms, p50 / p95", "documents", *READERS.values(), "of the process", "bare engine"]
    head += ["ratio p50", "p95", "together", "of the process", "hits, middle"]
    rows = []
    for engine, size, figures in sized:
        search = figures["search"]
        ratio = search["overhead"]
        readers = [_pair(search[name]) for name in READERS]
        process = _pair(search["signed_in"], "_of_process")
        ratios = [ratio["p50"], ratio["p95"], ratio["together"], ratio["of_process"]]
        rows.append([engine, size, *readers, process, _pair(search["bare"]), *ratios, search["hits_p50"]])
    return _table("Search with facets and highlighting", head, rows)


def _ways(sized):
    if not sized:
        return ""
    ways = list(sized[0][2]["search"]["by_way"])
    rows = [
        [engine, size, *(_pair(figures["search"]["by_way"][way]) for way in ways)] for engine, size, figures in sized
    ]
    return _table("By way of asking", ["ms, p50 / p95", "documents", *ways], rows)


def _suggestions(sized):
    lengths = list(sized[0][2]["suggestions"]["by_length"]) if sized else []
    head = ["suggestions, ms, p50 / p95", "documents", *READERS.values(), "of the process"]
    rows = []
    for engine, size, figures in sized:
        told = figures["suggestions"]
        row = [engine, size, *(_pair(told[name]) for name in READERS), _pair(told["signed_in"], "_of_process")]
        rows.append([*row, *(told["by_length"][length]["p95"] for length in lengths)])
    return _table("Suggestions", [*head, *(f"p95 of {length}" for length in lengths)], rows)


def _quality(judged):
    rows = []
    for engine, figures in judged:
        for name, told in figures.items():
            if name != "about":
                rows.append(
                    [
                        f"{engine}: {name}",
                        told["asked"],
                        told["ours"],
                        told.get("multi_match", "-"),
                        told.get("ratio", "-"),
                    ]
                )
    return _table("nDCG@10", ["task", "asked", "ours", "multi_match", "ratio"], rows)
