// A page that shows one testimony in Ramp, the viewer of Samvera: player, chapters, transcript.
import { IIIFPlayer, MediaPlayer, StructuredNavigation, Transcript } from "@samvera/ramp";
import { createRoot } from "react-dom/client";
import "video.js/dist/video-js.css";

const manifest = new URLSearchParams(location.search).get("manifest");
createRoot(document.getElementById("viewer")).render(
  <IIIFPlayer manifestUrl={manifest}>
    <MediaPlayer />
    <StructuredNavigation />
    <Transcript playerID="iiif-media-player" manifestUrl={manifest} showNotes={true} />
  </IIIFPlayer>,
);
