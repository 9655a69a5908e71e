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

function shape(state, scene) {
  const narrow = state.box.clientWidth <= 640;
  state.el.style.height = (narrow ? Math.min(scene.height, 420) : scene.height) + "px";
}

function start(state, scene) {
  const kit = atlasKit();
  const map = L.map(state.el, { attributionControl: false, zoomControl: false, maxZoom: 18, minZoom: 3, preferCanvas: true,
    worldCopyJump: false, zoomSnap: 0.25, fadeAnimation: false });
  map.setView([35, 104], 4);
  state.atlas = new kit.Atlas(map, state.box);
  state.atlas.onClick = (ref) => state.send.setTriggerValue("click", ref);
  let timer = 0;
  map.on("moveend", () => { clearTimeout(timer); timer = setTimeout(() => report(state), 250); });
  state.observer = new ResizeObserver(() => {
    shape(state, state.scene);
    state.atlas?.resized();
  });
  state.observer.observe(state.box);
  state.box.atlas = state.atlas; // for the browser tests
}

function report(state) {
  const map = state.atlas.map;
  if (!state.scene.live || !map.getSize().x) return;
  const b = map.getBounds();
  const view = { bbox: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((v) => +v.toFixed(5)), zoom: map.getZoom() };
  const text = JSON.stringify(view);
  if (text === state.reported) return;
  state.reported = text;
  state.send.setStateValue("view", view);
}

async function draw(state, scene) {
  state.scene = scene;
  shape(state, scene);
  try {
    state.loaded = state.loaded || Promise.all([loadScript(scene.assets.script), loadStyle(state.root, scene.assets.style)]);
    await state.loaded;
  } catch (address) {
    state.loaded = null;
    return fail(state, scene.words.missing_asset + address);
  }
  if (state.scene !== scene) return;
  const lacking = withAreas(scene);
  if (lacking) return state.send.setTriggerValue("missing", lacking);
  try {
    if (!state.atlas) start(state, scene);
    state.atlas.update(scene);
    state.box.dataset.drawn = String(scene.serial);
    fail(state, "");
    report(state);
  } catch (error) {
    console.error(error);
    fail(state, scene.words.broken);
  }
}

export default function (component) {
  const { data, parentElement: root } = component;
  const box = root.querySelector(".atlas");
  const state = (box.state = box.state || { box, root, el: box.querySelector(".atlas-map") });
  state.send = component;
  draw(state, JSON.parse(new TextDecoder().decode(data)));
  return () => {
    state.observer?.disconnect();
    state.atlas?.map.remove();
    state.atlas = null;
    box.state = null;
  };
}
