// The video of a testimony. The player plays it as it plays a sound; here is what only pictures need.

export function prepareFilm(video, toggle) {
  const figure = video.closest(".film");
  const captions = figure.querySelector(".captions");
  const [track] = video.textTracks;
  video.addEventListener("click", toggle);
  captions?.addEventListener("click", () => {
    const on = track.mode !== "showing";
    track.mode = on ? "showing" : "disabled";
    captions.setAttribute("aria-pressed", String(on));
  });
  figure.querySelector(".whole").addEventListener("click", () => {
    if (video.requestFullscreen) video.requestFullscreen();
    else video.webkitEnterFullscreen?.(); // a telephone that has only this one
  });
  // Alone on the screen it needs the browser's own controls.
  document.addEventListener("fullscreenchange", () => { video.controls = document.fullscreenElement === video; });
  figure.querySelector(".film-tools").hidden = false;
}
