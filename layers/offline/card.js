/* One record: what is known and on what basis, what nobody has reported, what the documents say. */
var UNKNOWN = ["未明确", "未报", "unstated"];

function shown(field, value) {
  if (typeof value === "boolean") return value ? "✓" : "—";
  if (field === "as_of_year") return String(value);
  if (typeof value === "number") return value.toLocaleString ? value.toLocaleString("en-US", { maximumFractionDigits: 6 }) : String(value);
  return named(data.coded[field] || "phrases", String(value));
}

function fact(title, value, basis) {
  var cell = node("td", "", value);
  if (basis) cell.appendChild(node("span", "tag " + basis, named("basis", basis)));
  return node("tr", "", null, node("th", "", title), cell);
}

/* The basis of one value: its own where it is kept, reported where an office filed it, else the record's. */
function basisOf(r, field) {
  var own = (r.sources || []).filter(function (s) { return s[0] === field; })[0];
  if (own) return own[1];
  if (field === "county" && r.county_basis) return r.county_basis;
  return (r.reported || []).indexOf(field) >= 0 ? "reported" : r.basis;
}

function titleOf(field) { return data.fields[field] ? data.fields[field][lang === "en" ? 1 : 0] : field; }

function facts(r) {
  var table = node("table", "facts"), unknown = [];
  data.facts.forEach(function (field) {
    var value = r[field];
    if (value === undefined || UNKNOWN.indexOf(value) >= 0) unknown.push(titleOf(field));
    else table.appendChild(fact(titleOf(field), shown(field, value), basisOf(r, field)));
  });
  ["aliases", "lead_units", "support_units", "duty_units", "documents"].forEach(function (field) {
    if (r[field]) table.appendChild(fact(titleOf(field), r[field].join(lang === "en" ? "; " : "；")));
  });
  table.appendChild(fact(say("whole_basis"), named("basis", r.basis)));
  var missing = node("p", "missing", say("unknown", { fields: unknown.join(lang === "en" ? ", " : "、") }));
  return node("div", "", null, table, unknown.length ? missing : null);
}

function placeOf(r) {
  var box = node("div", "", null, node("h3", "", say("place")), node("p", "", say("precision") + "：" + named("precision", r.precision)));
  if (!r.geometry) box.appendChild(node("p", "muted", say("no_point")));
  if (r.near_county_line) box.appendChild(node("p", "missing", say("near_line")));
  var told = [r.address, r.place_basis && named("basis", r.place_basis), r.place_source].filter(Boolean);
  if (told.length) box.appendChild(node("p", "muted", told.join("　")));
  return box;
}

function quotes(r) {
  var box = node("div", "");
  if (r.quotes && r.quotes.length) box.appendChild(node("h3", "", say("quotes", { n: r.quotes.length })));
  (r.quotes || []).forEach(function (q) {
    var said = node("blockquote", "", "“" + q[2] + "”");
    said.appendChild(node("div", "muted", q[0] + " · " + q[1]));
    box.appendChild(said);
  });
  if (r.note) box.appendChild(node("p", "muted", r.note));
  return box;
}

function origins(r) {
  var table = node("table", "facts");
  (r.sources || []).forEach(function (s) { table.appendChild(fact(titleOf(s[0]), [s[2], s[3]].filter(Boolean).join("；"), s[1])); });
  return (r.sources || []).length ? node("details", "", null, node("summary", "", say("sources")), table) : null;
}

function drawCard() {
  var box = empty(document.getElementById("card"));
  var r = data.byId[state.open];
  box.hidden = !r;
  if (!r) return;
  var close = onPress(node("button", "close", "×"), function () { open(""); });
  close.setAttribute("aria-label", say("close"));
  close.title = say("close");
  var head = node("div", "head", null, sign(r.category, 30, r.precision === 3, isModelled(r)));
  var words = node("div", "words", null, node("h2", "name", r.name), node("p", "muted", r.id + " · " + named("category", r.category) + " · " + whereOf(r)));
  tags(r).forEach(function (tag) { words.appendChild(tag); });
  head.appendChild(words);
  head.appendChild(close);
  [head, facts(r), placeOf(r), quotes(r), origins(r)].forEach(function (part) { if (part) box.appendChild(part); });
  box.appendChild(node("p", "muted", data.about[lang].credit + " · " + say("made") + " " + data.made));
  box.scrollTop = 0;
}

function drawAbout() {
  var box = empty(document.getElementById("about")), about = data.about[lang], table = node("table", "facts");
  var title = node("summary", "", say("about"));
  [["filter_was", about.filter], ["made", data.made], ["version", data.version], ["credit", about.credit],
    ["approval", data.approval || say("internal")]].forEach(function (pair) { table.appendChild(fact(say(pair[0]), pair[1])); });
  data.documents.forEach(function (d) { table.appendChild(fact(say("documents"), d[0] + " " + d[1] + (d[2] ? "（" + d[2] + "）" : "") + "：" + d[3] + " " + say("records"))); });
  about.caveats.forEach(function (sentence) { table.appendChild(fact(say("notes"), sentence)); });
  box.appendChild(title);
  box.appendChild(table);
}
