"""The JSON that the endpoints return, key by key.

`schema_version` goes up when a key is renamed, dropped or changes its meaning; new
keys alone do not raise it.
"""

from typing import Literal, TypedDict

from humanseg.masks.regions import RLE

SCHEMA_VERSION: Literal[1] = 1


class PhotoInfo(TypedDict):
    """What `/probability` says of a photo.

    Attributes:
        schema_version: 1.
        file: Name of the uploaded file.
        width: Pixels, upright.
        height: Pixels, upright.
    """

    schema_version: int
    file: str
    width: int
    height: int


class SegmentInfo(PhotoInfo):
    """What `/segment` says of a photo.

    Attributes:
        threshold: As it was asked for, in [0, 1].
        coverage: Share of the photo that shows people, in [0, 1].
    """

    threshold: float
    coverage: float


class RegionInfo(TypedDict):
    """One connected region; `humanseg.masks.regions.Region` says more.

    Attributes:
        area: In pixels.
        box_xyxy: Left, top, right, bottom in pixels.
        outer: The outline, a list of [x, y].
        holes: The outlines of the holes.
    """

    area: int
    box_xyxy: list[int]
    outer: list[list[int]]
    holes: list[list[list[int]]]


class RegionsInfo(SegmentInfo):
    """What `/regions` says of a photo.

    Attributes:
        rle: COCO's uncompressed run lengths of the mask.
        regions: The largest first.
    """

    rle: RLE
    regions: list[RegionInfo]


class BatchRow(TypedDict):
    """What became of one file; also a row of `results.csv`.

    Attributes:
        file: Name of the uploaded file.
        name: What its pictures in the ZIP begin with.
        width: Pixels, or None if it could not be read.
        height: Pixels, or None.
        coverage: Share of the photo that shows people, in [0, 1], or None.
        error: Why it could not be read, or "".
    """

    file: str
    name: str
    width: int | None
    height: int | None
    coverage: float | None
    error: str


class BatchInfo(TypedDict):
    """What `/segment_batch` says.

    Attributes:
        schema_version: 1.
        threshold: As it was asked for, in [0, 1].
        results: One for each file, in the order given.
    """

    schema_version: int
    threshold: float
    results: list[BatchRow]


class CurveInfo(PhotoInfo):
    """What `/threshold_curve` says; lists have one value for each threshold.

    Attributes:
        thresholds: 0.01 to 0.99.
        area: Share of the photo that the mask covers, in [0, 1].
        iou: Against the ground-truth mask, in [0, 1], or None without one.
        dice: Likewise.
        precision: Likewise.
        recall: Likewise.
        best_threshold: That of the highest IoU, or None.
    """

    thresholds: list[float]
    area: list[float]
    iou: list[float] | None
    dice: list[float] | None
    precision: list[float] | None
    recall: list[float] | None
    best_threshold: float | None


class Health(TypedDict):
    """What `/health` says.

    Attributes:
        schema_version: 1.
        status: "ok".
        version: Of humanseg.
        model: Name of the weights.
        revision: Their commit on the Hub, or None for a file.
        sha256: Their hash.
        engine: What runs the network.
    """

    schema_version: int
    status: str
    version: str
    model: str
    revision: str | None
    sha256: str
    engine: str
