/* The Streamlit component round the editor: loads Leaflet, keeps one map for its whole life. */
function fail(state, sentence) {
  const message = state.box.querySelector(".pe-message");
  message.textContent = sentence;
  message.hidden = !sentence;
}

function shape(state) {
  const narrow = state.box.clientWidth <= 640, wanted = state.scene.height;
  state.box.querySelector(".pe-map").style.height = (narrow ? Math.min(wanted, 360) : wanted) + "px";
}

async function draw(state, scene) {
  state.scene = scene;
  shape(state);
  try {
    state.loaded = state.loaded || Promise.all([loadScript(scene.assets.script), loadStyle(state.root, scene.assets.style)]);
    await state.loaded;
  } catch (address) {
    state.loaded = null;
    return fail(state, scene.words.missing_asset + address);
  }
  if (state.scene !== scene) return;
  if (!state.editor) {
    state.editor = new PlaceEditor(state.box, state);
    state.observer = new ResizeObserver(() => { shape(state); state.editor?.map.invalidateSize({ pan: false }); });
    state.observer.observe(state.box);
    state.editor.map.invalidateSize({ pan: false });
    state.box.editor = state.editor; // for the browser tests
  }
  state.editor.update(scene);
  state.box.dataset.drawn = String(scene.revision);
  fail(state, "");
}

export default function (component) {
  const { data, parentElement: root } = component;
  const box = root.querySelector(".pe");
  const state = (box.state = box.state || { box, root });
  state.component = component;
  draw(state, JSON.parse(new TextDecoder().decode(data)));
  return () => {
    state.observer?.disconnect();
    state.editor?.map.remove();
    state.editor = null;
    box.state = null;
  };
}
