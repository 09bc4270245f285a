"""Asking servers of the internet: which addresses may be reached, how long, how often, and when to leave them be."""
