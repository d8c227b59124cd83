// What was done step by step, so that it can be undone: each step is the whole list.
class History {
    constructor() {
        this.steps = [[]];
        this.at = 0;
    }

    get now() {
        return this.steps[this.at];
    }

    /** Does something more; what was undone is forgotten. */
    add(list) {
        this.steps.splice(++this.at, Infinity, list);
    }

    can(step) {
        return { undo: this.at > 0, redo: this.at < this.steps.length - 1, reset: this.now.length > 0 }[step];
    }

    step(step) {
        if (!this.can(step)) return;
        if (step === "reset") this.add([]);
        else this.at += step === "undo" ? -1 : 1;
    }

    /** Goes back to a list, or to the beginning; what came after it can be redone. */
    returnTo(list) {
        const at = this.steps.indexOf(list ?? this.steps[0]);
        if (at < 0) this.add(list);
        else this.at = at;
    }
}
