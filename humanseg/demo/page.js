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
    new MutationObserver(improve).observe(document.body, { childList: true, subtree: true });
    improve();
}
