// What Gradio leaves out: names for screen readers, the order of events, photos dropped or pasted.
() => {
    // Where an event cannot be sent, Gradio loads the page anew, and the visitor's photo is gone.
    // Phones lose their network for moments, so it is tried again.
    const send = window.fetch;
    const insist = async (what, how, tries = 15) => {
        try {
            return await send(what, how);
        } catch (error) {
            if (!tries || error.name === "AbortError") throw error;
            await new Promise((resolve) => setTimeout(resolve, 1000));
            return insist(what, how, tries - 1);
        }
    };

    // Says that Gradio is about to load the page anew. Some browsers deny it to pages in frames.
    const LOST = "humanseg:lost";
    const storage = (() => {
        try {
            return window.sessionStorage;
        } catch {
            return undefined;
        }
    })();

    // On their way, requests may overtake each other. Each event is sent when the one before has
    // arrived, so that of two photos chosen quickly the last one stays.
    let arrived = Promise.resolve();
    window.fetch = (what, how) => {
        const url = String(what?.url ?? what);
        if (url.endsWith("/app_id")) storage?.setItem(LOST, "yes");
        if (!url.includes("/queue/join")) return send(what, how);
        document.querySelector(".note.lost")?.remove();
        const sent = arrived.then(() => insist(what, how));
        arrived = sent.catch(() => {});
        return sent;
    };

    if (storage?.getItem(LOST)) {
        const note = '<p class="note error lost" role="alert">The connection to the server was lost, and so was what you had here; please choose your photo again.</p>';
        document.querySelector(".masthead")?.insertAdjacentHTML("beforeend", note);
        storage.removeItem(LOST);
    }

    const nameThumbnails = () => {
        for (const button of document.querySelectorAll("button.thumbnail-item")) {
            const caption = button.querySelector(".caption-label")?.textContent;
            if (caption) button.setAttribute("aria-label", caption);
        }
    };

    const offerAll = () => {
        for (const input of document.querySelectorAll(".photo-input input[accept='image/*']")) {
            input.accept = "image/*,.heic,.heif,.avif,.tif,.tiff";
        }
    };

    // Of a photo that was dropped or pasted far below, what is said of it stands out of sight.
    const showErrors = (changes) => {
        for (const { target, addedNodes } of changes) {
            if (!addedNodes.length || !target.closest?.(".ways-in")) continue;
            target.querySelector(".note.error")?.scrollIntoView({ behavior: "smooth", block: "nearest" });
        }
    };

    // Many browsers do not know the types of some photos, and Gradio refuses what has none.
    const UNKNOWN = /\.(avif|hei[cf]|tiff?)$/i;
    const isPhoto = (file) => file.type.startsWith("image/") || UNKNOWN.test(file.name);
    const isUntyped = (file) => !file.type && UNKNOWN.test(file.name);
    const typed = (file) => {
        if (!isUntyped(file)) return file;
        const type = `image/${UNKNOWN.exec(file.name)[1].toLowerCase()}`;
        return new File([file], file.name, { type });
    };
    const give = (input, files) => {
        const given = new DataTransfer();
        for (const file of input.multiple ? files : files.slice(0, 1)) given.items.add(typed(file));
        input.files = given.files;
    };
    document.addEventListener("change", ({ target }) => {
        if (!target.matches?.(".photo-input input[type=file]")) return;
        if ([...target.files].some(isUntyped)) give(target, [...target.files]);
    }, true);

    // As if they were chosen where the tab that is open takes photos. If none of them is a photo,
    // Gradio says so there; left alone, the browser would leave the page for a file.
    const take = (event, data) => {
        const files = [...(data?.files ?? [])];
        const photos = files.filter(isPhoto);
        const inputs = [...document.querySelectorAll(
            ".photo-input input[type=file], #batch-files input[type=file]",
        )].filter((each) => each.closest("[role=tabpanel]").offsetParent);
        const own = event.target.closest?.(".photo-input");
        const input = inputs.find((each) => own?.contains(each)) ?? inputs[0];
        const isElsewhere = event.defaultPrevented || event.target.matches?.("input[type=file]");
        if (isElsewhere || !files.length || !input) return;
        event.preventDefault();
        event.stopPropagation();
        give(input, photos.length ? photos : files);
        input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    document.addEventListener("paste", (event) => take(event, event.clipboardData));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => take(event, event.dataTransfer));
    document.addEventListener("drop", (event) => {
        const { target, dataTransfer } = event;
        if (!target.closest?.(".photo-input") || ![...dataTransfer.files].some(isUntyped)) return;
        target.dispatchEvent(new DragEvent("dragleave", { bubbles: true })); // or it stays marked
        take(event, dataTransfer);
    }, true);

    // Browsers cannot show TIFF and HEIC; what is made of them can be seen.
    document.addEventListener("error", ({ target }) => {
        if (target.matches?.(".photo-input img")) target.closest(".photo-input").classList.add("unseen");
    }, true);
    document.addEventListener("load", ({ target }) => {
        if (target.matches?.(".photo-input img")) target.closest(".photo-input").classList.remove("unseen");
    }, true);
    new MutationObserver((changes) => {
        nameThumbnails();
        offerAll();
        showErrors(changes);
    }).observe(document.body, { childList: true, subtree: true });
    nameThumbnails();
}
