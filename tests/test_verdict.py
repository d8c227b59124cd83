"""Whether weights are better, on scores written down."""

import pytest

from training.scoring.verdict import judge

OLD = {
    "coco": {"photos": 150, "iou": 0.685, "boundary_iou": 0.479, "dataset_iou": 0.7},
    "vocneg": {"photos": 102, "clean": 0.951, "accuracy": 0.99},
    "all": {"photos": 252, "iou": 0.685, "boundary_iou": 0.479, "clean": 0.951},
}


def changed(**changes: float) -> dict[str, dict[str, float]]:
    """OLD, with some of its values changed."""
    return {
        source: {name: value + changes.get(f"{source}_{name}", 0) for name, value in values.items()}
        for source, values in OLD.items()
    }


@pytest.mark.parametrize(
    ("changes", "better", "verdict"),
    [
        (
            {"coco_iou": 0.02, "vocneg_clean": -0.005},
            True,
            "Better: the mean changes by +0.50 points; no source loses more than 0.5.",
        ),
        (
            {"coco_iou": 0.1, "coco_boundary_iou": -0.006},
            False,
            "Not better: the mean changes by +3.13 points; coco loses 0.60 points of Boundary IoU.",
        ),
        (
            {"coco_iou": 0.002, "coco_boundary_iou": -0.003},
            False,
            "Not better: the mean changes by -0.03 points; no source loses more than 0.5.",
        ),
        (
            {"coco_dataset_iou": 0.2, "all_iou": 0.2},
            False,
            "Not better: the mean changes by +0.00 points; no source loses more than 0.5.",
        ),
        (
            {"coco_iou": -0.01, "vocneg_clean": -0.01},
            False,
            "Not better: the mean changes by -0.67 points; coco loses 1.00 points of mean IoU; "
            "vocneg loses 1.00 points of clean.",
        ),
    ],
)
def test_verdict(changes, better, verdict):
    said, text = judge(changed(**changes), OLD)
    assert said is better
    assert text.splitlines()[-1] == verdict


def test_table_has_a_row_for_each_source_and_measure():
    _, text = judge(changed(coco_iou=0.02), OLD)
    assert text.splitlines()[:-2] == [
        "| source | measure | before | now | change |",
        "|---|---|---:|---:|---:|",
        "| coco | mean IoU | 0.685 | 0.705 | +0.020 |",
        "| coco | Boundary IoU | 0.479 | 0.479 | +0.000 |",
        "| vocneg | clean | 0.951 | 0.951 | +0.000 |",
    ]


@pytest.mark.parametrize(
    "new",
    [{"coco": OLD["coco"]}, changed(vocneg_photos=1), {**OLD, "selfie": OLD["coco"]}],
)
def test_scores_of_other_photos_are_not_compared(new):
    with pytest.raises(ValueError, match="the same photos"):
        judge(new, OLD)
