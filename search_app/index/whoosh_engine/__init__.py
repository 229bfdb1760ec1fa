"""The engine on Whoosh: Whoosh stores schema, terms, postings, positions and records; scoring and ranking are ours.

Beside Whoosh's files of a segment lie our side files (`sidefiles`), beside those of a generation the `lexicon`.
"""
