"""The corpus: mandates as people write them, the names of places and concepts, and all that reads or writes them.

`store` has the records on disk, `importers` read other people's formats, `intake` takes what they give into the corpus,
`checks` looks over all of it, `names` knows countries, organisations and concepts.
"""
