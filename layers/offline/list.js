/* Filters, counts and the list: every record is in it, whether or not the map can show it. */
var STEP = 100;

function tally(field, of) {
  var counts = {};
  data.records.forEach(function (r) {
    if (matches(r, field)) of(r).forEach(function (key) { counts[key] = (counts[key] || 0) + 1; });
  });
  return counts;
}

function select(field, all, options) {
  var box = node("select", "");
  box.id = "by-" + field;
  box.setAttribute("aria-label", say(field));
  [["", all]].concat(options).forEach(function (pair) {
    var one = node("option", "", pair[1]);
    one.value = pair[0];
    one.selected = state[field] === pair[0];
    box.appendChild(one);
  });
  box.addEventListener("change", function () { state[field] = box.value; state.ids = null; changed(true); });
  return box;
}

function counted(name, n) { return name + " (" + (n || 0) + ")"; }

function categoryOptions() {
  var n = tally("category", function (r) { return [r.category]; });
  return Object.keys(data.lists.category).filter(function (code) { return n[code] || code === state.category; })
    .map(function (code) { return [code, counted(named("category", code), n[code])]; });
}

function stageOptions() {
  var n = tally("stage", function (r) { return [r.stage]; });
  return Object.keys(data.lists.stage).filter(function (code) { return n[code] || code === state.stage; })
    .map(function (code) { return [code, counted(named("stage", code), n[code])]; });
}

/* Prefectures with their counties below them, in code order; what lies nowhere comes last. */
function areaOptions() {
  var n = tally("area", function (r) {
    var codes = [areaOf(r) || "-", r.prefecture_code, r.province_code].concat(r.touches || []);
    return codes.filter(function (c, i) { return c && codes.indexOf(c) === i; });
  });
  return data.areas.filter(function (a) { return n[a.code] || a.code === state.area; })
    .map(function (a) { return [a.code, new Array(a.depth + 1).join("\u3000") + counted(a.code === "-" ? say("nowhere") : a.name, n[a.code])]; });
}

function searchBox() {
  var box = node("input", "search");
  box.type = "search";
  box.id = "by-text";
  box.value = state.text;
  box.placeholder = say("search");
  box.setAttribute("aria-label", say("search"));
  box.addEventListener("input", function () { state.text = box.value; state.ids = null; changed(true, true); });
  return box;
}

function drawFilters(keepSearch) {
  var bar = document.getElementById("filters");
  var search = keepSearch ? document.getElementById("by-text") : searchBox();
  var held = document.activeElement && document.activeElement.id;
  if (!keepSearch) { empty(bar); bar.appendChild(search); }
  while (bar.lastChild !== search) bar.removeChild(bar.lastChild);
  bar.appendChild(select("category", say("all_categories"), categoryOptions()));
  bar.appendChild(select("area", say("all_areas"), areaOptions()));
  bar.appendChild(select("stage", say("all_stages"), stageOptions()));
  bar.appendChild(select("place", say("all_places"), [["with", say("with_place")], ["without", say("without_place")]]));
  var clear = onPress(node("button", "plain", say("clear")), function () {
    state.category = state.area = state.stage = state.place = state.text = "";
    state.ids = null;
    changed(true);
  });
  clear.id = "clear";
  bar.appendChild(clear);
  if (held && document.getElementById(held)) document.getElementById(held).focus();
}

function row(r) {
  var item = node("button", "row" + (r.id === state.open ? " open" : ""), null, sign(r.category, 24, r.precision === 3, isModelled(r)));
  var words = node("span", "words", null, node("span", "name", r.name));
  var where = node("span", "muted", r.id + " · " + whereOf(r) + " · " + named("stage", r.stage));
  words.appendChild(where);
  if (!r.geometry) words.appendChild(node("span", "muted off", named("precision", r.precision)));
  tags(r).forEach(function (tag) { words.appendChild(tag); });
  item.appendChild(words);
  item.type = "button";
  item.setAttribute("data-id", r.id);
  return onPress(item, function () { open(r.id, true); });
}

function drawList() {
  var found = chosen(), box = empty(document.getElementById("list"));
  var head = empty(document.getElementById("count"));
  head.appendChild(node("b", "", say("shown", { n: found.length, all: data.records.length })));
  head.appendChild(node("div", "muted", say("divided", divided(found))));
  if (state.ids) head.appendChild(node("div", "chip", say("stacked", { n: found.length })));
  found.slice(0, state.limit).forEach(function (r) { box.appendChild(row(r)); });
  if (!found.length) box.appendChild(node("p", "muted", say("none")));
  var left = found.length - state.limit;
  if (left > 0) box.appendChild(onPress(node("button", "plain more", say("more", { n: Math.min(left, STEP) })), function () {
    state.limit += STEP;
    drawList();
  }));
}
