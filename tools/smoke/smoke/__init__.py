"""A smoke test for an AWS account: deploys a platform of its own, uses it, and destroys it.

In: a program `gen`, credentials, a region. Out: what each step and each probe found, as a table and as
files. It refuses to touch anything but what it made: the platform has a name of its own.
"""
