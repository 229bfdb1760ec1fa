"""A generation on an OpenSearch cluster: the same documents, queries and answers, beyond one machine."""
