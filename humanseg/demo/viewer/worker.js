// What takes longer than a frame: maps made anew, and blurred backgrounds.
let photo = null;
let levels = null; // as they are drawn now

const ANSWERS = {
    /** A photo: `width`, `height`, `pixels`, `levels`, `colors`, `opacity`. */
    take(given) {
        photo = given;
        levels = photo.levels;
        return toPixelMap(levels, photo);
    },
    clean(options) {
        levels = options.cleanUp || options.largestOnly
            ? cleanUp(photo.levels, photo.width, photo.height, options)
            : photo.levels;
        return toPixelMap(levels, photo);
    },
    blur: ({ threshold }) => blurAround(photo, levels, threshold),
};

self.onmessage = ({ data: { id, what, given } }) => {
    try {
        const answer = ANSWERS[what](given);
        const large = answer.order ? [answer.order.buffer, answer.soft.buffer] : [answer.buffer];
        self.postMessage({ id, answer }, large);
    } catch (error) {
        self.postMessage({ id, error: String(error) });
    }
};
