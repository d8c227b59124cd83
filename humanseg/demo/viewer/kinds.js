// Where a viewer is used, it can do more.
const KINDS = { single: Viewer, tuning: TuningViewer, gallery: SlideViewer };
const viewers = new Map(); // by the component that they are in

globalThis.humansegViewer = (...given) => {
    const [element] = given;
    const Kind = KINDS[element.querySelector(".viewer").dataset.kind];
    const { id } = element.parentElement.closest("[id]");
    viewers.get(id)?.worker.end(); // Gradio makes it anew each time that its box is shown
    element.viewer = new Kind(...given);
    viewers.set(id, element.viewer);
};
