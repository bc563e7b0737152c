"""The audit: what a stranger can try out about a running service, and what each trial proves.

`python -m clientlib.audit URL --fingerprint …` is an ordinary client that only reads. Each check
says before it runs what it proves and what it cannot (`check`), leaves findings with their
evidence, and ends in one of five states; the report (`report`) is signed with the auditor's own
key. The runner and the report know no check; a check knows neither.

It may import crypto and clientlib only: an audit that ran the operator's code would prove nothing.
"""
