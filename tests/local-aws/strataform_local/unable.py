"""The reason why a job cannot run."""

from __future__ import annotations


class Unable(Exception):
    """The reason why a job cannot run here, or could not run on AWS."""
