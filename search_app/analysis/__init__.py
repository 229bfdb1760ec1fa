"""Text only: fold, cut into words, stop words, acronyms, stems. Knows nothing of files of records, engines or the web.

The chain, in order, for documents, queries, labels and marks alike (`analyzer.Analyzer`):
words with offsets (dotted acronyms whole, elided articles and 's off) → folded form → `!de` for a stop word,
`UN` for an acronym that would fold to one. Stems are functions of the folded word (`stems`).
"""
