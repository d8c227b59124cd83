// What Gradio's components leave out for keyboards and screen readers.
() => {
    const STEP = 0.05;

    const nameThumbnails = () => {
        for (const button of document.querySelectorAll(".examples button.thumbnail-item")) {
            const caption = button.querySelector(".caption-label")?.textContent;
            if (caption) button.setAttribute("aria-label", caption);
        }
    };

    const describeComparison = () => {
        const [before, after] = document.querySelectorAll("#compare .content img");
        if (before) before.alt = "The original of the photo";
        if (after) after.alt = "The same photo with the result shown";
    };

    // The handle only knows the mouse, so keys are turned into what a mouse would do.
    const drag = (handle, shift) => {
        const { left, width, top } = handle.getBoundingClientRect();
        const at = (x) => ({ clientX: x, clientY: top + 1, bubbles: true, view: window });
        const from = left + width / 2;
        handle.dispatchEvent(new MouseEvent("mousedown", at(from)));
        window.dispatchEvent(new MouseEvent("mousemove", at(from + shift)));
        window.dispatchEvent(new MouseEvent("mouseup", at(from + shift)));
    };

    const openToKeys = () => {
        const handle = document.querySelector("#compare [data-testid=slider]");
        if (!handle || handle.tabIndex === 0) return;
        handle.tabIndex = 0;
        handle.setAttribute("role", "slider");
        handle.setAttribute("aria-label", "Before and after");
        handle.setAttribute("aria-valuenow", "50");
        handle.addEventListener("keydown", (event) => {
            const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (!direction) return;
            event.preventDefault();
            const { left, width } = handle.parentElement.getBoundingClientRect();
            drag(handle, direction * STEP * width);
            requestAnimationFrame(() => {
                const now = handle.getBoundingClientRect();
                const share = (now.left + now.width / 2 - left) / width;
                handle.setAttribute("aria-valuenow", String(Math.round(100 * share)));
            });
        });
    };

    const improve = () => {
        nameThumbnails();
        describeComparison();
        openToKeys();
    };
    new MutationObserver(improve).observe(document.body, { childList: true, subtree: true });
    improve();
}
