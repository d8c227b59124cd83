"""Says whether weights are better than others, from the scores of both on the same photos."""

from collections.abc import Mapping

from humanseg.checkpoints.config import Scores

MEASURES = {"iou": "mean IoU", "boundary_iou": "Boundary IoU", "clean": "clean"}
MAX_LOSS = 0.005
"""What no source may lose in any measure."""

Measured = Mapping[tuple[str, str], float]
"""Source and measure -> value."""


def judge(new: Scores, old: Scores) -> tuple[bool, str]:
    """Compares weights with older ones.

    New weights are better if the mean of IoU, Boundary IoU and clean share over all
    sources is higher, and none of these is lower by more than `MAX_LOSS` in any source.

    Args:
        new: As from `training.scoring.scores.summarize_by_source`.
        old: On the same photos.

    Returns:
        Whether they are better, and a Markdown table with a sentence that says why.

    Raises:
        ValueError: The sources or their numbers of photos differ.
    """
    before, after = _measures(old), _measures(new)
    counts = [{name: summary.get("photos") for name, summary in s.items()} for s in (old, new)]
    if before.keys() != after.keys() or counts[0] != counts[1]:
        raise ValueError(f"Both must be scored on the same photos. Received: {counts}")
    changes = {key: round(after[key] - before[key], 6) for key in before}
    lines = ["| source | measure | before | now | change |", "|---|---|---:|---:|---:|"]
    for (source, measure), change in changes.items():
        values = f"{before[source, measure]:.3f} | {after[source, measure]:.3f}"
        lines.append(f"| {source} | {MEASURES[measure]} | {values} | {change:+.3f} |")
    gain = sum(changes.values()) / len(changes)
    mean = f"the mean changes by {100 * gain:+.2f} points"
    lost = [
        f"{source} loses {-100 * change:.2f} points of {MEASURES[measure]}"
        for (source, measure), change in changes.items()
        if change < -MAX_LOSS
    ]
    better = gain > 0 and not lost
    reasons = [mean, *(lost or [f"no source loses more than {100 * MAX_LOSS:.1f}"])]
    verdict = f"{'Better' if better else 'Not better'}: {'; '.join(reasons)}."
    return better, "\n".join([*lines, "", verdict])


def _measures(scores: Scores) -> Measured:
    return {
        (source, measure): summary[measure]
        for source, summary in scores.items()
        if source != "all"
        for measure in MEASURES
        if measure in summary
    }
