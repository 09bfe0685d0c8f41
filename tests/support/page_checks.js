// What a person with a browser would find wrong with a page: each function returns a sentence for each thing.

const LARGEST_OVERLAP = 1;

function isShown(element) {
  const clipped = element.closest("thead");
  return element.checkVisibility() && !element.closest("title") && !(clipped && getComputedStyle(clipped).clipPath !== "none");
}

/** Every piece of text that is shown, with a box for each of its lines. */
function* texts() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || !isShown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
    if (boxes.length) yield { element, range, boxes, words: node.data.trim().slice(0, 40) };
  }
}

/** What reaches beyond the window, or has to be scrolled within the page. */
function tooWide() {
  // A phone shows a page that is too wide smaller, and has then a larger innerWidth.
  const wide = [], width = Math.min(innerWidth, document.documentElement.clientWidth);
  if (document.documentElement.scrollWidth > width) wide.push(`the page has ${document.documentElement.scrollWidth} pixels`);
  for (const one of document.querySelectorAll("main :is(section, nav, article, div, ul, li, table, tr, td, p, h1, h2, h3)"))
    if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline" && isShown(one))
      wide.push(`<${one.localName} class="${one.className}"> holds ${one.scrollWidth} pixels in ${one.clientWidth}`);
  for (const { boxes, words } of texts())
    for (const box of boxes)
      if (box.left < -0.5 || box.right > width + 0.5) wide.push(`"${words}" stands at ${box.left} to ${box.right}`);
  return wide;
}

/** Text that is smaller on the screen than 12 pixels, or is stretched. */
function tooSmall() {
  const small = [];
  for (const { element, words } of texts()) {
    const matrix = element instanceof SVGElement ? element.getScreenCTM() : { a: 1, d: 1 };
    const size = parseFloat(getComputedStyle(element).fontSize) * Math.min(matrix.a, matrix.d);
    if (size < 12 || Math.abs(matrix.a - matrix.d) > 0.01) small.push(`"${words}" has ${size} pixels`);
  }
  for (const one of document.querySelectorAll("td")) {
    const before = getComputedStyle(one, "::before");
    if (before.content !== "none" && parseFloat(before.fontSize) < 12) small.push(`${before.content} has ${before.fontSize}`);
  }
  return small;
}

/** Texts that are written over one another. */
function overlapping() {
  const over = [];
  const boxes = [...texts()].flatMap(({ boxes, words }) => boxes.map((box) => ({ box, words })));
  boxes.sort((one, other) => one.box.top - other.box.top);
  boxes.forEach((one, at) => {
    for (const other of boxes.slice(at + 1)) {
      if (other.box.top >= one.box.bottom - LARGEST_OVERLAP) break;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      // Lines of a paragraph overlap by the leading of their font.
      const down = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
      if (across > LARGEST_OVERLAP && down > 5) over.push(`"${one.words}" and "${other.words}"`);
    }
  });
  return over;
}

function colour(text, opacity = 1) {
  const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
  return { red, green, blue, alpha: alpha * opacity };
}

function over(front, back) {
  const mixed = (name) => front[name] * front.alpha + back[name] * (1 - front.alpha);
  return { red: mixed("red"), green: mixed("green"), blue: mixed("blue"), alpha: 1 };
}

function luminance({ red, green, blue }) {
  const [r, g, b] = [red, green, blue].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The colour below a text at a point of the window: what is painted there, put on one another from below. */
function behind(text, x, y) {
  const layers = [];
  for (const one of document.elementsFromPoint(x, y)) {
    const style = getComputedStyle(one);
    if (one === text && one instanceof SVGElement || ["text", "line", "svg", "g"].includes(one.localName)) continue;
    const paint = one instanceof SVGElement ? style.fill : style.backgroundColor;
    if (paint === "none") continue;
    layers.push(colour(paint, one instanceof SVGElement ? style.fillOpacity * style.opacity : style.opacity));
    if (layers.at(-1).alpha >= 1) break;
  }
  return layers.reduceRight((below, layer) => over(layer, below), { red: 255, green: 255, blue: 255, alpha: 1 });
}

/** Text with less contrast to what is behind it than 4.5 to 1; both its ends and its middle are looked at. */
function tooPale() {
  const pale = new Set();
  const look = (element, style, words, box) => {
    const ink = colour(element instanceof SVGElement ? style.fill : style.color);
    for (const x of [box.left + 2, (box.left + box.right) / 2, box.right - 2]) {
      const back = behind(element, x, (box.top + box.bottom) / 2);
      const [low, high] = [luminance(over(ink, back)), luminance(back)].sort((one, other) => one - other);
      const contrast = (high + 0.05) / (low + 0.05);
      if (contrast < 4.5) pale.add(`"${words}" (${element.getAttribute("class") ?? element.localName}): ${contrast.toFixed(2)}`);
    }
  };
  for (const { element, range, words } of [...texts()]) {
    element.scrollIntoView({ block: "center" });
    for (const box of range.getClientRects())
      if (box.width > 0 && box.top >= 0 && box.bottom <= innerHeight) look(element, getComputedStyle(element), words, box);
    const before = getComputedStyle(element, "::before");
    if (before.content !== "none") {
      const { left, top } = element.getBoundingClientRect();
      look(element, before, before.content, new DOMRect(left, top, 40, 14));
    }
  }
  return [...pale];
}
