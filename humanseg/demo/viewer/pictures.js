// Pictures from the server as pixels, exactly.

const fetchPixels = async (file) => {
    const answer = await fetch(file.url);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const bitmap = await createImageBitmap(await answer.blob(), {
        colorSpaceConversion: "none",
        premultiplyAlpha: "none",
    });
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    return context.getImageData(0, 0, canvas.width, canvas.height);
};

/** The red values of a grey picture. */
const grey = ({ data }) => {
    const plane = new Uint8Array(data.length / 4);
    for (let i = 0; i < plane.length; i++) plane[i] = data[4 * i];
    return plane;
};

const asPixels = ({ data }) => new Int32Array(data.buffer);

/** All pictures of a photo that the server made. */
const fetchPhoto = async (files) => {
    const [image, levels, colors, opacity, truth] = await Promise.all(
        ["photo", "levels", "colors", "opacity", "truth"].map((name) => files[name] && fetchPixels(files[name])),
    );
    return {
        chart: files.chart,
        curves: files.curves,
        width: image.width,
        height: image.height,
        pixels: asPixels(image),
        levels: grey(levels),
        colors,
        opacity: opacity && grey(opacity),
        truth: truth && grey(truth),
    };
};

/** Colours as the browser's inputs give them. */
const toRgb = (code) => [1, 3, 5].map((at) => parseInt(code.slice(at, at + 2), 16));
