// What Gradio's components leave out: names for screen readers, photos dropped or pasted anywhere.
() => {
    const nameThumbnails = () => {
        for (const button of document.querySelectorAll(".examples button.thumbnail-item")) {
            const caption = button.querySelector(".caption-label")?.textContent;
            if (caption) button.setAttribute("aria-label", caption);
        }
    };

    const isPhoto = (file) =>
        file.type.startsWith("image/") || /\.(avif|hei[cf]|tiff?)$/i.test(file.name);

    // As if they were chosen where the tab that is open takes photos.
    const take = (event, data) => {
        const photos = [...(data?.files ?? [])].filter(isPhoto);
        const input = [...document.querySelectorAll(
            ".photo-input input[type=file], #batch-files input[type=file]",
        )].find((each) => each.closest("[role=tabpanel]").offsetParent);
        if (event.defaultPrevented || !photos.length || !input) return;
        event.preventDefault();
        const given = new DataTransfer();
        for (const photo of input.multiple ? photos : photos.slice(0, 1)) given.items.add(photo);
        input.files = given.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    document.addEventListener("paste", (event) => take(event, event.clipboardData));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => take(event, event.dataTransfer));

    // Browsers cannot show TIFF and HEIC; what is made of them can be seen.
    document.addEventListener("error", ({ target }) => {
        if (target.matches?.(".photo-input img")) target.closest(".photo-input").classList.add("unseen");
    }, true);
    document.addEventListener("load", ({ target }) => {
        if (target.matches?.(".photo-input img")) target.closest(".photo-input").classList.remove("unseen");
    }, true);
    new MutationObserver(nameThumbnails).observe(document.body, { childList: true, subtree: true });
    nameThumbnails();
}
