"""What is said of a batch, while it is worked on and in the end."""

from humanseg.demo.batch import CANCELLED, Batch
from humanseg.demo.components import note

UNWRITTEN = "The ZIP cannot be written here now; please try again later with fewer photos."


def progress(done: int, count: int, seconds: float) -> str:
    """A bar, and how long it may take."""
    left = f", about {seconds / done * (count - done):.0f} s left" if 0 < done < count else ""
    return (
        f'<p class="note" role="status">{done} of {count} photos done{left}'
        f'<progress max="{count}" value="{done}" aria-label="Photos done"></progress></p>'
    )


def summary(batch: Batch) -> str:
    """How many photos were done, and a line for each that was not."""
    errors = [row["error"] for row in batch.rows if row["error"]]
    others = [error for error in errors if error != CANCELLED]
    begin = "Cancelled: " if len(others) < len(errors) else ""
    done = note(f"{begin}{len(batch.rows) - len(errors)} of {len(batch.rows)} photos done.")
    return done + "".join(note(error, "error") for error in others)
