// What Gradio's components leave out for keyboards and screen readers.
() => {
    const nameThumbnails = () => {
        for (const button of document.querySelectorAll(".examples button.thumbnail-item")) {
            const caption = button.querySelector(".caption-label")?.textContent;
            if (caption) button.setAttribute("aria-label", caption);
        }
    };

    const improve = () => {
        nameThumbnails();
    };
    // Browsers cannot show TIFF and HEIC; what is made of them can be seen.
    document.addEventListener("error", ({ target }) => {
        if (target.matches?.(".photo-input img")) target.closest(".photo-input").classList.add("unseen");
    }, true);
    document.addEventListener("load", ({ target }) => {
        if (target.matches?.(".photo-input img")) target.closest(".photo-input").classList.remove("unseen");
    }, true);
    new MutationObserver(improve).observe(document.body, { childList: true, subtree: true });
    improve();
}
