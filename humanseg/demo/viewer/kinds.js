// Where a viewer is used, it can do more.
const KINDS = { single: Viewer, tuning: TuningViewer, gallery: SlideViewer };

globalThis.humansegViewer = (...given) => {
    const [element] = given;
    const Kind = KINDS[element.querySelector(".viewer").dataset.kind];
    element.viewer = new Kind(...given);
};
