"""A query's terms → candidate passages with all that re-ranking looks at: values, whatever engine holds them.

`retriever` has the protocols that answering/ is written against; `embedded` is their implementation over index/.
Another search engine is one more module here.
"""
