// What the telephone's lock screen and the keys of headphones know of the player.

export function startMediaSession(player, { back, forward }) {
  if (!("mediaSession" in navigator)) return;
  const { mediaSession } = navigator;
  const { title, collection, artwork } = player.dataset;
  const pictures = artwork ? [{ src: artwork, sizes: "1200x630", type: "image/png" }] : [];
  mediaSession.metadata = new MediaMetadata({ title, artist: collection, artwork: pictures });
  const on = (action, act) => { try { mediaSession.setActionHandler(action, act); } catch { /* unknown here */ } };
  on("play", () => player.play());
  on("pause", () => player.audio.pause());
  on("seekbackward", ({ seekOffset }) => player.seek(player.now - (seekOffset ? seekOffset * 1000 : back)));
  on("seekforward", ({ seekOffset }) => player.seek(player.now + (seekOffset ? seekOffset * 1000 : forward)));
  on("seekto", ({ seekTime }) => player.seek(seekTime * 1000));
  if (player.chapters?.length > 1) {
    on("previoustrack", () => player.toChapter(-1));
    on("nexttrack", () => player.toChapter(1));
  }
  const tell = () => {
    mediaSession.playbackState = player.audio.paused ? "paused" : "playing";
    const duration = player.duration / 1000;
    if (!(duration > 0)) return;
    mediaSession.setPositionState?.({ duration, playbackRate: player.audio.playbackRate, position: Math.min(duration, Math.max(0, player.now / 1000)) });
  };
  for (const kind of ["play", "pause", "seeked", "ratechange"]) player.audio.addEventListener(kind, tell);
}
