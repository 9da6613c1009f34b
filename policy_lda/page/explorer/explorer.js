"use strict";
// The topic explorer. All data are in the page; texts enter it as text nodes only, never as markup.
const data = JSON.parse(document.getElementById("data").textContent);
const at = id => document.getElementById(id);
const state = { topic: 0, lambda: 0.6, term: null, period: "", passage: null };

function make(tag, properties = {}, ...children) {
  const node = tag.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) node.style.setProperty(name, value);
    else if (value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const percent = share => share === null ? "–" : share >= 0.0995 || share === 0 ? `${Math.round(100 * share)}%` : `${(100 * share).toFixed(1)}%`;
const spaced = term => term.replaceAll("_", " ");
const count = (n, one) => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;
const shareOf = (passage, topic) => (data.passages.shares[passage].find(pair => pair[0] === topic) ?? [0, 0])[1] / 100;
const ownerShare = (term, topic) => (data.owners[term].find(pair => pair[0] === topic) ?? [0, 0])[1] / 100;
const firstOf = article => data.articles[article].first, sizeOf = article => data.articles[article].size;
const articleOf = passage => data.articles.findIndex((_, article) => passage >= firstOf(article) && passage < firstOf(article) + sizeOf(article));

// Terms: relevance = lambda * log p + (1 - lambda) * log lift; ties by the alphabet, as in top_terms.
function rankedTerms(topic, lambda) {
  const score = ([, p, lift]) => lambda * Math.log(p) + (1 - lambda) * Math.log(lift);
  return data.topics[topic].terms.map(entry => [entry, score(entry)]).sort((a, b) => b[1] - a[1] || (data.terms[a[0][0]] < data.terms[b[0][0]] ? -1 : 1)).slice(0, data.n_terms).map(pair => pair[0]);
}

function showTerms() {
  const ranked = rankedTerms(state.topic, state.lambda), most = Math.max(...ranked.map(entry => Math.max(entry[1], entry[1] / entry[2])));
  at("lambda-said").textContent = `λ = ${state.lambda.toFixed(2)}`;
  at("words").replaceChildren(...ranked.map(([term, p, lift]) => make("li", {}, make("button", {
    type: "button", "aria-pressed": state.term === term, title: `probability ${p.toPrecision(3)}; ${lift.toPrecision(3)} times that in all texts`,
    onclick: () => { state.term = state.term === term ? null : term; showTerms(); showPassages(); showReader(); at("words").querySelector("[aria-pressed=true]")?.focus(); }
  }, make("span", { class: "name" }, spaced(data.terms[term])), make("span", { class: "bar", "--size": `${100 * p / most}%`, "--base": `${100 * p / lift / most}%` }, make("i")), make("span", { class: "value" }, p.toPrecision(2))))));
  const owners = state.term === null ? null : data.owners[state.term];
  at("owners").textContent = owners === null ? "Bar: probability in the topic; tick: in all texts. Choose a term to see its passages."
    : `Of all “${spaced(data.terms[state.term])}”: ${owners.map(([topic, part]) => `${part}% in ${data.topics[topic].topic}. ${data.topics[topic].label}`).join(", ")}${owners.length ? "" : "spread over many topics"}.`;
}

function showCourse() {
  const course = data.topics[state.topic].course, n = data.periods.length;
  if (!n) return at("chart").replaceChildren(make("p", { class: "note" }, "No course was given."));
  const high = Math.max(0.01, ...course.map(row => row ? row[2] ?? row[0] : 0)), width = 460, left = 38, right = 8, bottom = 100;
  const x = i => left + (i + 0.5) * (width - left - right) / n, y = share => 10 + (bottom - 10) * (1 - share / high);
  const step = Math.ceil(n / 7), svg = make("svg:svg", { viewBox: `0 0 ${width} 135`, role: "img", "aria-label": "The topic's share of each period's tokens, with intervals; the table below has the numbers." });
  for (const share of [0, high]) svg.append(make("svg:line", { x1: left, x2: width - right, y1: y(share), y2: y(share) }), make("svg:text", { x: left - 4, y: y(share) + 3, "text-anchor": "end" }, percent(share)));
  data.periods.forEach(([name, articles], i) => {
    if (course[i]) {
      const [share, low, top] = course[i];
      svg.append(make("svg:line", { class: "band", x1: x(i), x2: x(i), y1: y(low ?? share), y2: y(top ?? share) }),
        make("svg:circle", { class: "dot", cx: x(i), cy: y(share), r: n > 60 ? 2.5 : 4, onclick: () => { state.period = at("period").value = name; showArticles(); } }, make("svg:title", {}, `${name}: ${percent(share)} (${percent(low)} to ${percent(top)}), ${count(articles, "article")}`)));
    }
    if (i % step === 0) svg.append(make("svg:text", { x: x(i), y: bottom + 16, "text-anchor": "middle" }, name), make("svg:text", { x: x(i), y: bottom + 29, "text-anchor": "middle" }, `n=${articles}`));
  });
  const rows = data.periods.flatMap(([name, articles], i) => course[i] ? [make("tr", {}, make("th", { scope: "row" }, name), ...[...course[i].map(percent), articles].map(text => make("td", {}, String(text))))] : []);
  const head = make("tr", {}, ...["period", "share", "low", "high", "articles"].map(text => make("th", { scope: "col" }, text)));
  at("chart").replaceChildren(svg, make("details", {}, make("summary", {}, "The numbers"), make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows))), make("p", { class: "note" }, data.interval));
}

function showArticles() {
  const rows = data.topics[state.topic].articles.filter(([article]) => !state.period || data.articles[article].period === state.period);
  const now = state.passage === null ? -1 : articleOf(state.passage);
  at("having").replaceChildren(...rows.map(([article, share, n]) => make("li", {}, make("button", {
    type: "button", "aria-pressed": article === now, onclick: () => choose(strongest(article), "having") }, data.articles[article].label, make("small", {}, `${percent(share)} of ${count(n, "term")}`)))));
  if (!rows.length) at("having").append(make("li", { class: "note" }, "No article of this period is among those listed for this topic."));
}

function strongest(article) {
  const all = Array.from({ length: sizeOf(article) }, (_, i) => firstOf(article) + i);
  return all.reduce((best, passage) => shareOf(passage, state.topic) ** 2 * data.passages.n_terms[passage] > shareOf(best, state.topic) ** 2 * data.passages.n_terms[best] ? passage : best, all[0]);
}

function listedPassages() {
  if (state.term === null) return data.topics[state.topic].passages;
  const strength = passage => shareOf(passage, state.topic) ** 2 * data.passages.n_terms[passage];
  return Object.keys(data.texts).map(Number).filter(passage => data.texts[passage].marks.some((value, i) => i % 3 === 2 && value === state.term)).sort((a, b) => strength(b) - strength(a) || a - b).slice(0, 30);
}

function showPassages() {
  const listed = listedPassages();
  at("passages-title").textContent = state.term === null ? "Passages that represent it best" : `Passages with “${spaced(data.terms[state.term])}”`;
  at("best").replaceChildren(...listed.map(passage => make("li", {}, make("button", { type: "button", "aria-pressed": passage === state.passage, onclick: () => choose(passage, "best") },
    beginning(data.texts[passage].text), make("small", {}, `${data.articles[articleOf(passage)].label}; ${percent(shareOf(passage, state.topic))} of ${count(data.passages.n_terms[passage], "term")}`)))));
  if (!listed.length) at("best").append(make("li", { class: "note" }, "None among the passages whose text this page holds."));
}

const beginning = text => text.length > 150 ? text.slice(0, 150).replace(/\s+\S*$/, "") + " …" : text;

function marked(held) {
  const parts = [], plain = text => text.replace(/\n\s*\n/g, "\n\n");
  let from = 0;
  for (let i = 0; i < held.marks.length; i += 3) {
    const start = from + held.marks[i], end = start + held.marks[i + 1], term = held.marks[i + 2], part = ownerShare(term, state.topic);
    parts.push(plain(held.text.slice(from, start)), make("mark", { "--part": `${Math.round(55 * part)}%`, class: term === state.term ? "chosen" : null, title: `${spaced(data.terms[term])}: ${percent(part)} of it in this topic` }, held.text.slice(start, end)));
    from = end;
  }
  return [...parts, plain(held.text.slice(from))];
}

function showReader() {
  const passage = state.passage;
  if (passage === null) return at("reader").replaceChildren("No passage is held for this topic.");
  const article = articleOf(passage), first = firstOf(article), size = sizeOf(article), held = data.texts[passage], { start, end, n_terms, shares } = data.passages;
  const around = (other, side) => other >= first && other < first + size && data.texts[other] ? [make("span", { class: "around" }, side < 0 ? "… " + data.texts[other].text.slice(-160) + "\n" : "\n" + data.texts[other].text.slice(0, 160) + " …")] : [];
  const step = (to, name) => make("button", { type: "button", disabled: to < first || to >= first + size ? "" : null, onclick: () => { choose(to); [...at("reader").querySelectorAll("button")].find(button => button.textContent === name && !button.disabled)?.focus(); } }, name);
  const mix = [...shares[passage]].sort((a, b) => b[1] - a[1]).slice(0, 3).map(([topic, part]) => `${data.topics[topic].label} ${part}%`).join("; ");
  at("reader").replaceChildren(
    make("strong", {}, data.articles[article].label),
    make("p", { class: "note" }, `Passage ${passage - first + 1} of ${size}, characters ${start[passage].toLocaleString("en")} to ${end[passage].toLocaleString("en")}; this topic has ${percent(shareOf(passage, state.topic))} of ${count(n_terms[passage], "term")}.`),
    make("div", { class: "strip", "aria-hidden": "true" }, ...Array.from({ length: size }, (_, i) => make("i", { "--part": `${Math.round(85 * shareOf(first + i, state.topic))}%`, class: first + i === passage ? "chosen" : null, title: `passage ${i + 1}: ${percent(shareOf(first + i, state.topic))}`, onclick: () => choose(first + i) }))),
    make("p", { class: "text" }, ...(held ? [...around(passage - 1, -1), ...marked(held), ...around(passage + 1, 1)] : ["The text of this passage is not held in this page; find it in the article, at these characters."])),
    make("p", { class: "note" }, `Its topics: ${mix || "none has 5%"}.`), step(passage - 1, "Previous passage"), " ", step(passage + 1, "Next passage"));
}

function choose(passage, list) {
  state.passage = passage;
  showArticles(); showPassages(); showReader();
  if (list) at(list).querySelector("[aria-pressed=true]")?.focus();
}

function chooseTopic(topic) {
  Object.assign(state, { topic, term: null, passage: data.topics[topic].passages[0] ?? null });
  const one = data.topics[topic];
  document.documentElement.style.setProperty("--hue", one.color);
  at("name").textContent = `${one.topic}. ${one.label}`;
  at("said").textContent = one.said;
  at("list").querySelectorAll("input")[topic].checked = true;
  document.querySelectorAll("#map circle").forEach((circle, i) => circle.classList.toggle("chosen", i === topic));
  showTerms(); showCourse(); showArticles(); showPassages(); showReader();
}

function drawMap() {
  const reach = Math.max(1e-9, ...data.topics.flatMap(one => [Math.abs(one.x), Math.abs(one.y)])), scale = value => 95 * value / reach;
  const most = Math.max(...data.topics.map(one => one.share)), spots = data.topics.map((one, topic) => make("svg:circle", { cx: scale(one.x), cy: -scale(one.y), r: 3 + 15 * Math.sqrt(one.share / most), fill: one.color, onclick: () => chooseTopic(topic) }, make("svg:title", {}, one.label)));
  at("map").replaceChildren(...spots, ...data.topics.map(one => make("svg:text", { x: scale(one.x), y: -scale(one.y) }, String(one.topic))));
  at("shown").textContent = data.shown;
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  at("theme").textContent = theme === "dark" ? "Light" : "Dark";
}

const largest = Math.max(...data.topics.map(one => one.share));
at("list").append(...data.topics.map((one, topic) => make("label", { "--size": `${100 * one.share / largest}%`, "--hue": one.color },
  make("input", { type: "radio", name: "topic", onchange: () => chooseTopic(topic) }), make("span", {}, `${one.topic}. ${one.label}`), make("span", { class: "value" }, percent(one.share)))));
at("find").addEventListener("input", () => {
  const wanted = at("find").value.trim().toLowerCase();
  [...at("list").children].forEach((label, topic) => { label.hidden = !(data.topics[topic].label + " " + rankedTerms(topic, 0.6).map(([term]) => spaced(data.terms[term])).join(" ")).toLowerCase().includes(wanted); });
});
at("lambda").addEventListener("input", () => { state.lambda = Number(at("lambda").value); showTerms(); });
at("period").append(...["", ...data.periods.map(row => row[0])].map(name => make("option", { value: name }, name || "all")));
at("period").addEventListener("change", () => { state.period = at("period").value; showArticles(); });
at("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
at("facts").textContent = data.facts;
drawMap();
chooseTopic(0);
