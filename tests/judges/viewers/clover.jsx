// A page that shows one testimony in Clover, the viewer of Samvera's labs. (Of 3.3.8, the web component fails on any annotation.)
import Viewer from "@samvera/clover-iiif/viewer";
import { createRoot } from "react-dom/client";

const manifest = new URLSearchParams(location.search).get("manifest");
const options = { informationPanel: { open: true, defaultTab: "manifest-annotations" } };
createRoot(document.getElementById("viewer")).render(<Viewer iiifContent={manifest} options={options} />);
