// Run inside the page that report.bats makes: shows the report in frames of
// two widths and writes what it sees into #out as one line of JSON.
"use strict";

function rgb(text) {
	const m = text.match(/[\d.]+/g).map(Number);
	return m.length === 4 && m[3] === 0 ? null : m.slice(0, 3);
}

// WCAG 2.1: relative luminance and contrast.
function light(c) {
	const [r, g, b] = c.map((v) => {
		v /= 255;
		return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
	const [x, y] = [light(a), light(b)];
	return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function ground(win, el) {
	for (; el; el = el.parentElement) {
		const c = rgb(win.getComputedStyle(el).backgroundColor);
		if (c) return c;
	}
	return [255, 255, 255];
}

// The least contrast of any text with what is behind it.
function worstContrast(win) {
	const doc = win.document;
	let worst = { ratio: 99, text: "" };
	const walk = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
	for (let n; (n = walk.nextNode()); ) {
		const el = n.parentElement;
		if (!n.data.trim() || el.closest("title,desc,style")) continue;
		const style = win.getComputedStyle(el);
		const ink = rgb(el.closest("svg") ? style.fill : style.color);
		const ratio = contrast(ink, ground(win, el));
		if (ratio < worst.ratio)
			worst = { ratio, text: n.data.trim().slice(0, 40) };
	}
	return worst;
}

// Texts of charts that reach beyond their frame.
function clipped(doc) {
	return [...doc.querySelectorAll("svg text")]
		.filter((t) => {
			const box = t.ownerSVGElement.getBoundingClientRect();
			const b = t.getBoundingClientRect();
			return (
				b.left < box.left - 1 ||
				b.right > box.right + 1 ||
				b.top < box.top - 1 ||
				b.bottom > box.bottom + 1
			);
		})
		.map((t) => t.textContent);
}

// Texts of one chart that lie on each other.  Those with a halo stand on lines
// and columns, never on other words.
function overlapping(doc) {
	const bad = [];
	for (const svg of doc.querySelectorAll("svg")) {
		const v = [...svg.querySelectorAll("text")].map((t) => [
			t.textContent,
			t.getBoundingClientRect(),
		]);
		v.forEach(([a, p], i) =>
			v.slice(i + 1).forEach(([b, q]) => {
				const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
				const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
				if (x > 1 && y > 3) bad.push([a, b, x, y]);
			}),
		);
	}
	return bad;
}

// The smallest letters of any chart, in pixels of the screen.
function smallest(win) {
	const sizes = [...win.document.querySelectorAll("svg text")].map((t) => {
		const svg = t.ownerSVGElement;
		const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
		return parseFloat(win.getComputedStyle(t).fontSize) * scale;
	});
	return Math.min(...sizes, 99);
}

// What the tabulator key reaches, in the order of the page; and what says
// otherwise.
function keys(doc) {
	const all = [...doc.querySelectorAll("a[href],summary,[tabindex]")];
	return {
		first: all[0] ? all[0].className : "",
		jumps: all.filter((e) => e.tabIndex > 0).length,
		unnamed: all.filter(
			(e) => !e.textContent.trim() && !e.getAttribute("aria-label"),
		).length,
		wide: [...doc.querySelectorAll("*")].filter(
			(e) =>
				e.scrollWidth > e.clientWidth + 1 &&
				/auto|scroll/.test(
					doc.defaultView.getComputedStyle(e).overflowX,
				) &&
				e.tabIndex < 0,
		).length,
	};
}

function dangling(doc) {
	const bad = [];
	for (const el of doc.querySelectorAll("[aria-labelledby]"))
		for (const id of el.getAttribute("aria-labelledby").split(" "))
			if (!doc.getElementById(id)) bad.push(id);
	for (const a of doc.querySelectorAll('a[href^="#"]'))
		if (!doc.getElementById(a.getAttribute("href").slice(1)))
			bad.push(a.getAttribute("href"));
	return bad;
}

function look(frame) {
	const win = frame.contentWindow;
	const doc = win.document;
	const all = (s) => doc.querySelectorAll(s).length;
	const ids = [...doc.querySelectorAll("[id]")].map((e) => e.id);
	return {
		width: doc.documentElement.clientWidth,
		wide: doc.documentElement.scrollWidth,
		title: doc.title,
		lang: doc.documentElement.lang,
		h1: all("h1"),
		main: all("main"),
		landmarks: all("header,nav,main,footer"),
		scripts: all("script"),
		handlers: [...doc.querySelectorAll("*")].filter((e) =>
			[...e.attributes].some((a) => a.name.startsWith("on")),
		).length,
		foreign: [...doc.querySelectorAll("[src],[href]")]
			.map((e) => e.getAttribute("src") || e.getAttribute("href"))
			.filter((h) => !h.startsWith("#")),
		tables: all("table"),
		captions: all("table > caption"),
		headless: all("th:not([scope])"),
		figures: all("figure"),
		svgs: all('svg[role="img"]'),
		titled: all('svg[role="img"] > title') ,
		described: all('svg[role="img"] > desc'),
		twice: ids.filter((id, i) => ids.indexOf(id) !== i),
		dangling: dangling(doc),
		clipped: clipped(doc),
		overlapping: overlapping(doc),
		smallest: smallest(win),
		keys: keys(doc),
		captioned: all("figure > figcaption"),
		requests: win.performance
			.getEntriesByType("resource")
			.map((r) => r.name),
		contrast: worstContrast(win),
		dark: win.matchMedia("(prefers-color-scheme: dark)").matches,
		ground: ground(win, doc.body),
		text: doc.body.innerText,
	};
}

const widths = [400, 1280];
const seen = [];
for (const width of widths) {
	const f = document.createElement("iframe");
	f.style.cssText = `width:${width}px;height:800px;border:0`;
	f.onload = () => {
		seen.push(look(f));
		if (seen.length < widths.length) return;
		seen.sort((a, b) => a.width - b.width);
		const out = document.createElement("pre");
		out.id = "out";
		out.textContent = JSON.stringify(seen);
		document.body.append(out);
	};
	f.src = document.body.dataset.report;
	document.body.append(f);
}
