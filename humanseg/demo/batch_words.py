"""What is said of a batch, before, while it is worked on and in the end."""

from humanseg.demo.batch import CANCELLED, Batch
from humanseg.demo.components import note

IN_ZIP = {
    "Mask": "mask",
    "Overlay": "overlay",
    "Cut-out": "cutout",
    "Soft mask (alpha)": "alpha",
    "Probability (16 bit)": "probability",
    "Data (JSON)": "regions",
}
"""Of each photo: what it is called, and the key of `humanseg.results.KINDS`."""

UNWRITTEN = "The ZIP cannot be written here now; please try again later with fewer photos."

REPACKING = "Your corrections go into the ZIP: "
FAILED = "This failed, and not all photos were done; please press the button again."
CANCELLING = "Cancelling…"
RESULTS_EXPIRED = "These results are no longer kept; please segment your photos again."
KEPT_NO_MORE = "Your photos are no longer kept here, so the ZIP is as it was made last."


def progress(done: int, count: int, seconds: float, begin: str = "") -> str:
    """A bar, and how long it may take."""
    left = f", about {seconds / done * (count - done):.0f} s left" if 0 < done < count else ""
    return (
        f'<p class="note" role="status">{begin}{done} of {count} photos done{left}'
        f'<progress max="{count}" value="{done}" aria-label="Photos done"></progress></p>'
    )


def summary(batch: Batch) -> str:
    """How many photos were done, and a line for each that was not."""
    errors = [row["error"] for row in batch.rows if row["error"]]
    others = [error for error in errors if error != CANCELLED]
    begin = "Cancelled: " if len(others) < len(errors) else ""
    done = note(f"{begin}{len(batch.rows) - len(errors)} of {len(batch.rows)} photos done.")
    return done + "".join(note(error, "error") for error in others)


def summary_of_corrections(count: int) -> str:
    """That they are in the ZIP."""
    return note(f"The ZIP has your corrections of {count} photo{'s' if count > 1 else ''} now.")
