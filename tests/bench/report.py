"""Results as a table for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterator
from typing import Any

from bench.results import METRICS, Metric, Results, Verdict, verdicts

_TITLE = 56
_COLUMN = 11
_BY_KEY = {metric.key: metric for metric in METRICS}
_WORDS = {True: "met", False: "MISSED", None: "not measured"}


def table(results: Results) -> Iterator[str]:
    """Give the lines: medians of everybody, then the goals, then what went wrong."""
    names = results.contestants()
    yield " " * _TITLE + "".join(name.rjust(_COLUMN) for name in names)
    for metric in METRICS:
        if results.samples[metric.key]:
            yield _title(metric).ljust(_TITLE) + "".join(_cell(results, metric, name) for name in names)
    yield ""
    yield "goal".ljust(_TITLE) + "miauflix".rjust(_COLUMN) + "bound".rjust(_COLUMN)
    yield from (_line(verdict) for verdict in verdicts(results))
    yield from (f"failed: {failure}" for failure in results.failures)


def document(results: Results, options: dict[str, Any], left_out: dict[str, str]) -> dict[str, Any]:
    """Return all samples and verdicts for JSON."""
    return {
        "machine": {"system": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()},
        "options": options,
        "leftOut": left_out,
        "results": {
            metric.key: {
                "title": metric.title,
                "unit": metric.unit,
                "contestants": {
                    name: {"median": statistics.median(values), "samples": values}
                    for name, values in results.samples[metric.key].items()
                    if values
                },
            }
            for metric in METRICS
            if results.samples[metric.key]
        },
        "goals": [
            {
                "metric": verdict.goal.metric,
                "value": verdict.value,
                "bound": verdict.bound,
                "atLeast": verdict.goal.at_least,
                "reference": verdict.reference or None,
                "ratio": verdict.ratio,
                "met": verdict.met,
            }
            for verdict in verdicts(results)
        ],
        "failures": results.failures,
    }


def _title(metric: Metric) -> str:
    return f"{metric.title}, {metric.unit}" if metric.unit else metric.title


def _cell(results: Results, metric: Metric, name: str) -> str:
    value = results.median(metric.key, name)
    return ("-" if value is None else f"{value:.{metric.digits}f}").rjust(_COLUMN)


def _line(verdict: Verdict) -> str:
    metric = _BY_KEY[verdict.goal.metric]
    value, bound = (
        "-" if number is None else f"{number:.{metric.digits}f}" for number in (verdict.value, verdict.bound)
    )
    sign = "≥" if verdict.goal.at_least else "≤"
    against = ""
    if verdict.reference:
        against = f"{verdict.goal.factor:g} x {verdict.reference}"
        against += "" if verdict.ratio is None else f", is {verdict.ratio:.2f} x"
    elif verdict.bound is None:
        against = f"nobody to compare with: {', '.join(verdict.goal.against)}"
    figures = f"{value:>{_COLUMN}}{sign:>3}{bound:>{_COLUMN - 3}}"
    return f"{_title(metric):{_TITLE}}{figures}  {_WORDS[verdict.met]:12} {against}".rstrip()
