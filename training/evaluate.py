"""Scores weights on photos they were not trained on, as users would get them.

    python -m training.evaluate --data DATA --weights runs/mine/humanseg.keras

Each photo goes through the same `Segmenter` that users call, and is compared with
its mask at its own resolution. Mean IoU is the mean over photos of the person IoU;
Boundary IoU is that of the band of 2 % of the diagonal along the masks' edges;
"clean" is the share of person-free photos with less than 0.5 % of pixels marked.

    python -m training.evaluate --data DATA --weights NEW.keras --against OLD.keras

also scores the old weights on the same photos, says whether the new ones are better, and
exits with 1 if they are not; see `training.scoring.verdict`.

With --alpha, edges are scored instead, on people with a true matte who are laid before
person-free photos of the validation split; see `training.scoring.mattes` and
`training.scoring.alpha`.
"""

import argparse
import csv
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from humanseg import Segmentation, Segmenter
from humanseg.checkpoints.config import write_config
from humanseg.engines.detail import Detail
from training.outputs import own_file
from training.scoring import alpha, mattes
from training.scoring.measuring import (
    add_measured,
    check_record,
    load_measured,
    load_segmenter,
)
from training.scoring.scores import (
    PhotoScore,
    markdown_table,
    score_photos,
    summarize_by_size,
    summarize_by_source,
)
from training.scoring.verdict import judge


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add_measured(parser, "the scores into the JSON file")
    add("--threshold", type=float, help="default: the one recorded with the weights")
    add("--detail", choices=get_args(Detail), default="auto", help="as for humanseg")
    add("--no-refine", dest="refine", action="store_false", help="as for humanseg")
    add("--against", metavar="WEIGHTS", help="other weights: are those in --weights better?")
    add("--by-size", action="store_true", help="also score by how large people are")
    add("--photos", type=own_file, help="write a CSV with the scores of each photo, worst first")
    add("--alpha", action="store_true", help="score edges on true mattes instead")
    options = parser.parse_args(arguments)
    check_record(parser, options)
    if options.threshold is not None and not 0 < options.threshold < 1:
        # Beside weights no other can be recorded: told now, not after all the work.
        parser.error(f"--threshold must be above 0 and below 1. Received: {options.threshold}")
    if options.alpha and (options.record or options.by_size or options.photos or options.against):
        parser.error("--alpha goes with --data, --weights, --threshold, --detail and --no-refine")
    if options.record and (options.detail != "auto" or not options.refine):
        parser.error("--record is for what users get who ask for nothing else")
    return options


def evaluate(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Prints the table, writes what was asked for, and returns the summaries.

    Raises:
        SystemExit: There are no such weights or photos; or, with 1, they are not better.
    """
    weights, segmenter, photos = load_measured(options)
    others = load_segmenter(options.against) if options.against else None

    def score(segmenter: Segmenter, threshold: float) -> list[PhotoScore]:
        def predict(path: Path) -> npt.NDArray[np.float32]:
            return segmenter(path, detail=options.detail, refine=options.refine).probability

        return score_photos(predict, photos, threshold)

    threshold = weights.threshold if options.threshold is None else options.threshold
    scores = score(segmenter, threshold)
    summaries = summarize_by_source(scores)
    print(markdown_table(summaries))
    if options.by_size:
        print()
        print(markdown_table(summarize_by_size(scores), "people take"))
    if options.record:
        write_config(weights.path, weights.architecture, weights.input_size, threshold, summaries)
    if options.photos:
        write_photo_scores(scores, options.photos)
    if others:
        old_weights, old_segmenter = others
        old = summarize_by_source(score(old_segmenter, old_weights.threshold))
        better, verdict = judge(summaries, old)
        print(f"\n{verdict}")
        if not better:
            raise SystemExit(1)
    return summaries


def evaluate_alpha(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Prints the table of edges, and returns the summaries."""
    weights, segmenter, _ = load_measured(options)
    pictures = mattes.make_pictures(
        mattes.read_mattes(options.data), mattes.read_scenes(options.data, options.val_share)
    )

    def segment(picture: mattes.Picture) -> Segmentation:
        return segmenter(picture.image, detail=options.detail, refine=options.refine)

    threshold = weights.threshold if options.threshold is None else options.threshold
    summaries = alpha.summarize_by_group(alpha.score_pictures(segment, pictures, threshold))
    print(alpha.markdown_table(summaries))
    return summaries


def write_photo_scores(scores: list[PhotoScore], path: Path) -> None:
    """Writes one line a photo, worst first within each source."""
    scores = sorted(scores, key=lambda s: (s.photo.source, s.counts.iou, -s.counts.fp))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "image", "mask", "iou", "boundary_iou", "false_share"])
        for score in scores:
            writer.writerow(
                [
                    score.photo.source,
                    score.photo.image,
                    score.photo.mask,
                    f"{score.counts.iou:.4f}",
                    f"{score.boundary_iou:.4f}",
                    f"{score.false_share:.4f}",
                ]
            )


if __name__ == "__main__":
    chosen = parse_arguments()
    (evaluate_alpha if chosen.alpha else evaluate)(chosen)
