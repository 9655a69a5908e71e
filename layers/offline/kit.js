/* What the other parts share: the data, the words of the chosen language, making elements, drawing signs.
   Texts only ever become text nodes; nothing here builds HTML from a string. */
var data = JSON.parse(document.getElementById("data").textContent);
var signs = data.signs;
var SVG = "http://www.w3.org/2000/svg";
var lang = data.language;
var state = { category: "", area: "", stage: "", place: "", text: "", ids: null, open: "", limit: 100 };

function say(key, values) {
  var text = data.words[lang][key] || key;
  return text.replace(/\{(\w+)\}/g, function (whole, name) { return values && name in values ? values[name] : whole; });
}

/* A code or Chinese word of the data in the language of the reader. */
function named(list, code) {
  var pair = (data.lists[list] || {})[code];
  return pair ? pair[lang === "en" ? 1 : 0] : code;
}

function node(tag, look, text) {
  var el = document.createElement(tag);
  if (look) el.className = look;
  if (text !== undefined && text !== null) el.appendChild(document.createTextNode(String(text)));
  for (var i = 3; i < arguments.length; i += 1) if (arguments[i]) el.appendChild(arguments[i]);
  return el;
}

function empty(el) {
  while (el.firstChild) el.removeChild(el.firstChild);
  return el;
}

function drawn(tag, values) {
  var el = document.createElementNS(SVG, tag);
  Object.keys(values).forEach(function (key) { el.setAttribute(key, values[key]); });
  return el;
}

function onPress(el, act) {
  el.addEventListener("click", function (event) { event.preventDefault(); event.stopPropagation(); act(); });
  return el;
}

/* The sign of a category: colour, shape, one character; pale for a township, dashed for what is modelled. */
function sign(code, size, pale, dashed) {
  var look = signs.categories[code] || signs.categories.other;
  var svg = drawn("svg", { viewBox: "-1.5 -1.5 3 3", width: size, height: size, "aria-hidden": "true", "class": "sign" });
  var sink = { triangle: 0.28, drop: 0.2, pentagon: 0.08 }[look[1]] || 0;
  svg.appendChild(drawn("path", { d: signs.shapes[look[1]], fill: "#fff", stroke: "#fff", "stroke-width": 0.36 }));
  svg.appendChild(drawn("path", {
    d: signs.shapes[look[1]], fill: look[0], "fill-opacity": pale ? signs.pale : 1,
    stroke: dashed ? signs.ink : look[0], "stroke-width": pale || dashed ? 0.16 : 0,
    "stroke-dasharray": dashed ? "0.32 0.24" : "none"
  }));
  var glyph = drawn("text", { y: 0.4 + sink, "font-size": 1.1, "font-weight": 700, "text-anchor": "middle", fill: pale ? signs.ink : look[3] });
  glyph.appendChild(document.createTextNode(look[2]));
  svg.appendChild(glyph);
  return svg;
}

function isModelled(r) { return r.basis === "modelled" || r.place_basis === "modelled"; }

/* The finest area a record is known to lie in: the one its badge counts it under. */
function areaOf(r) { return r.county_code || r.zone_id || r.prefecture_code || r.province_code || ""; }

function areaName(r) { return r.county || r.zone || r.prefecture || r.province || say("nowhere"); }

function whereOf(r) {
  var parts = [r.prefecture || r.province, r.county || r.zone, r.township];
  return parts.filter(function (p, i) { return p && parts.indexOf(p) === i; }).join(" · ") || say("nowhere");
}

function inArea(r, code) {
  if (code === "-") return !areaOf(r);
  return areaOf(r) === code || (r.touches || []).indexOf(code) >= 0 || r.prefecture_code === code || r.province_code === code;
}

function haystack(r) {
  if (!r.sought) {
    var units = [].concat(r.aliases || [], r.lead_units || [], r.support_units || [], r.duty_units || [], r.documents || []);
    r.sought = [r.id, r.name, r.address, r.township, r.county, r.prefecture, r.zone].concat(units).join("\n").toLowerCase();
  }
  return r.sought;
}

function matches(r, without) {
  var words = state.text.toLowerCase().split(/\s+/);
  return (without === "category" || !state.category || r.category === state.category)
    && (without === "area" || !state.area || inArea(r, state.area))
    && (without === "stage" || !state.stage || r.stage === state.stage)
    && (without === "place" || !state.place || (state.place === "with") === Boolean(r.geometry))
    && (!state.ids || state.ids.indexOf(r.id) >= 0)
    && words.every(function (word) { return !word || haystack(r).indexOf(word) >= 0; });
}

function chosen() { return data.records.filter(function (r) { return matches(r); }); }

function divided(records) {
  var n = { points: 0, township: 0, county: 0, region: 0, unlocated: 0 };
  var kinds = ["unlocated", "points", "points", "township", "county", "region"];
  records.forEach(function (r) { n[kinds[r.precision]] += 1; });
  return n;
}

function tags(r) {
  var found = [];
  if (isModelled(r)) found.push(node("span", "tag modelled", say("modelled")));
  if (r.basis === "demo" || r.place_basis === "demo") found.push(node("span", "tag demo", say("demo")));
  return found;
}
