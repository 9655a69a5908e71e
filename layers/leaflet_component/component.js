/* The Streamlit component: loads Leaflet from our own server, keeps one map for its whole life,
   and hands clicks and (when the scene asks for it) the view back to Python. */
const areasByKey = (window.__atlasAreas = window.__atlasAreas || new Map());

/* Boundaries travel once per session; later payloads carry their key alone. */
function withAreas(scene) {
  const areas = scene.areas;
  if (!areas) return null;
  if (areas.geojson) { areasByKey.set(areas.key, areas.geojson); return null; }
  if (!areasByKey.has(areas.key)) return areas.key;
  areas.geojson = areasByKey.get(areas.key);
  return null;
}

function fail(state, sentence) {
  const box = state.box.querySelector(".atlas-message");
  box.textContent = sentence;
  box.hidden = !sentence;
}

/* A quiet line below the map. */
function tell(state, sentence) {
  const line = state.box.querySelector(".atlas-told");
  if (line.textContent !== sentence) line.textContent = sentence;
  line.hidden = !sentence;
}

function shape(state, scene) {
  const narrow = state.box.clientWidth <= 640;
  state.el.style.height = (narrow ? Math.min(scene.height, 420) : scene.height) + "px";
}

function start(state) {
  const kit = atlasKit();
  // No gliding: the marks of a view are asked for when it stands still.
  const map = L.map(state.el, { attributionControl: false, zoomControl: false, maxZoom: 18, minZoom: 3, preferCanvas: true,
    worldCopyJump: false, zoomSnap: 0.25, fadeAnimation: false, zoomAnimation: false, inertia: false });
  map.setView([35, 104], 4);
  state.atlas = new kit.Atlas(map, state.box);
  state.atlas.onClick = (ref) => state.send.setTriggerValue("click", ref);
  let timer = 0;
  map.on("moveend", () => { clearTimeout(timer); timer = setTimeout(() => moved(state), state.scene.cells ? 30 : 250); });
  state.observer = new ResizeObserver(() => {
    shape(state, state.scene);
    state.atlas?.resized();
  });
  state.observer.observe(state.box);
  state.box.atlas = state.atlas; // for the browser tests
}

function bounds(map) {
  const b = map.getBounds();
  return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((v) => +v.toFixed(5));
}

function moved(state) {
  if (!state.atlas || !state.atlas.map.getSize().x) return null;
  return state.scene.cells ? gather(state) : report(state);
}

function report(state) {
  const map = state.atlas.map;
  if (!state.scene.live) return;
  const view = { bbox: bounds(map), zoom: map.getZoom() };
  const text = JSON.stringify(view);
  if (text === state.reported) return;
  state.reported = text;
  state.send.setStateValue("view", view);
}

/* The marks of a view straight from the server: a pan runs no page. The same view of the same scene is asked for once. */
function gather(state) {
  const address = state.scene.cells + "?bbox=" + bounds(state.atlas.map).join(",");
  if (state.asked === address) return state.asking;
  state.asked = address;
  state.asking = fetched(state, address);
  return state.asking;
}

async function fetched(state, address) {
  const { cells } = state.scene;
  state.abort?.abort();
  const abort = (state.abort = new AbortController());
  let marks = null;
  try {
    const answer = await fetch(address, { signal: abort.signal, credentials: "same-origin" });
    if (answer.ok) marks = await answer.json();
  } catch (error) {
    if (abort.signal.aborted) return;
  }
  if (state.asked !== address || state.scene.cells !== cells || !state.atlas) return;
  if (!marks) {
    state.asked = "";
    tell(state, state.scene.words.cells_failed);
    return;
  }
  state.marks = { ...marks, cells };
  delete state.atlas.drawn.selected; // what is ringed may have come or gone
  state.atlas.update(dressed(state));
  const sum = marks.clusters.reduce((all, row) => all + row[3], 0);
  const alone = (marks.points?.id.length || 0) + marks.stacks.reduce((all, row) => all + row[4].length, 0);
  const numbers = { n: sum.toLocaleString("en-US"), m: marks.clusters.length, k: alone };
  tell(state, state.scene.words.gathered.replace(/\{(\w)\}/g, (whole, name) => numbers[name] ?? whole));
  state.box.dataset.moved = String(Number(state.box.dataset.moved || 0) + 1);
}

/* The scene with the marks last fetched for it; those of another filter are none of its own. */
function dressed({ scene, marks }) {
  if (!scene.cells || marks?.cells !== scene.cells) return { ...scene };
  const { points, stacks, clusters, shapes, lines, text } = marks;
  return { ...scene, points, stacks, clusters, shapes: [...scene.shapes, ...shapes], lines: [...scene.lines, ...lines],
    tables: { ...scene.tables, text } };
}

function style(state, text) {
  if (state.styled) return;
  state.styled = document.createElement("style");
  state.styled.textContent = text;
  state.root.append(state.styled);
}

export async function draw(state, scene) {
  state.scene = scene;
  style(state, scene.style);
  shape(state, scene);
  try {
    state.loaded = state.loaded || Promise.all([loadScript(scene.assets.script), loadStyle(state.root, scene.assets.style)]);
    await state.loaded;
  } catch (address) {
    state.loaded = null;
    return fail(state, scene.words.missing_asset + address);
  }
  if (state.scene !== scene || state.ended) return;
  const lacking = withAreas(scene);
  if (lacking) return state.send.setTriggerValue("missing", lacking);
  try {
    if (!state.atlas) start(state);
    state.atlas.update(dressed(state));
    if (!scene.cells) tell(state, "");
    await moved(state);
    if (state.scene !== scene) return;
    state.box.dataset.drawn = String(scene.serial);
    fail(state, "");
  } catch (error) {
    console.error(error);
    fail(state, scene.words.broken);
  }
}

export function stop(state) {
  state.observer?.disconnect();
  state.abort?.abort();
  state.atlas?.map.remove();
  state.atlas = null;
}
