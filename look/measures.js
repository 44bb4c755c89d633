// What can be measured of a page's look. Evaluated by measures.py as one object.
({
  // The texts a reader meets, without names and without what is marked as another language.
  words() {
    const skipped = "script, style, template, kbd, code, [translate=no], #words";
    const foreign = (element) => {
      const named = element.closest("[lang]");
      return named && named !== document.documentElement;
    };
    const found = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent.trim();
      if (!text || parent.closest(skipped) || foreign(parent)) continue;
      if (parent.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) found.push(text);
    }
    for (const name of ["placeholder", "aria-label", "title", "alt"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        const text = element.getAttribute(name);
        if (text && !element.closest(skipped) && !foreign(element)) found.push(text);
      }
    }
    return found;
  },

  untranslated(language, allowed) {
    if (language === "en") return this.words().filter((text) => /\p{Script=Han}/u.test(text));
    const known = new Set(allowed);
    return this.words().filter((text) =>
      (text.match(/[A-Za-z]{3,}/g) ?? []).some((word) => !known.has(word.toLowerCase())));
  },

  name(element) {
    const text = (element.innerText ?? "").trim().slice(0, 40);
    return `${element.tagName.toLowerCase()}.${[...element.classList].join(".")} “${text}”`;
  },

  isWithinScroller(element) {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  },

  // Pushed out of the window, cut without a sign, or too long for its button.
  troubleOf(element) {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const isOut = box.width && box.right > window.innerWidth + 1 && box.left < window.innerWidth;
    if (isOut && !this.isWithinScroller(element)) return `reaches ${Math.round(box.right)} px`;
    const isCut = element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1;
    if (!isCut) return "";
    if (element.matches(".btn")) return "does not fit its button";
    const hasText = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const isHidden = ["hidden", "clip"].includes(style.overflowX);
    const isField = element.matches("input, select, textarea");
    return hasText && isHidden && !isField && style.textOverflow !== "ellipsis" ? "is cut" : "";
  },

  overflowing() {
    const problems = new Set();
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide > 1) problems.add(`the page is ${wide} px too wide`);
    for (const element of document.body.querySelectorAll("*")) {
      if (!element.checkVisibility() || element.closest("svg, .yl-only-read, .yl-skip")) continue;
      const trouble = this.troubleOf(element);
      if (trouble) problems.add(`${this.name(element)} ${trouble}`);
    }
    return [...problems];
  },

  // Findings of axe. What sticks while one scrolls lies in the flow meanwhile, and the messages
  // that go by themselves are looked at alone: neither covers what is beneath for good.
  async inaccessible(tags) {
    // What it would load beforehand again serves films and sounds, of which there are none.
    const asked = { runOnly: tags, resultTypes: ["violations"], preload: false };
    const toasts = document.querySelector("#toasts");
    const alone = toasts?.childElementCount ? (await axe.run(toasts, asked)).violations : [];
    const stuck = [...document.body.querySelectorAll("*")]
      .filter((element) => getComputedStyle(element).position === "sticky");
    const styled = new Map([...stuck, toasts].filter(Boolean).map((one) => [one, one.getAttribute("style")]));
    for (const element of stuck) element.style.position = "relative";
    if (toasts) toasts.style.visibility = "hidden";
    try {
      return [...alone, ...(await axe.run(document, asked)).violations];
    } finally {
      // As it was: what a page morphs may take over an attribute, which its policy would refuse.
      for (const [element, style] of styled) {
        if (style === null) element.removeAttribute("style");
        else element.setAttribute("style", style);
      }
    }
  },
})
