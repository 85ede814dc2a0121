// Shows the picture of an image over its preview, and removes it again.

import { make, setText } from "./dom.js";

const PROBLEMS = {
  401: "Your session has ended. Log in again.",
  403: "You may not see this picture.",
  404: "This picture is not available any more.",
  409: "The object was overwritten after it was analyzed.",
  413: "This object is too large for an image.",
  415: "This object is neither a JPEG nor a PNG.",
};

/** @param {string} base The address of the review page. */
export function openPictures(base) {
  const preview = (index) => `${base}/previews/${index}`;
  const full = (index) => `${base}/images/${index}`;

  /** Put the picture into a box. The server redirects to S3, or sends the bytes itself. */
  function show(box, index) {
    const image = make("img", { class: "full", alt: "", src: full(index), referrerpolicy: "no-referrer" });
    const note = make("span", { class: "loading", text: "Loading…" });
    image.addEventListener("load", () => {
      note.remove();
      image.classList.add("loaded");
    });
    image.addEventListener("error", async () => {
      image.remove();
      setText(note, await problemOf(full(index)));
    });
    hide(box);
    box.append(image, note);
  }

  return { preview, full, show, hide };
}

function hide(box) {
  for (const element of box.querySelectorAll(".full, .loading")) element.remove();
}

async function problemOf(url) {
  try {
    const { status, type } = await fetch(url, { redirect: "manual", cache: "no-store" });
    return type === "opaqueredirect" ? "Your browser cannot load this picture from S3. If all pictures fail, inform your Airflow admin." : (PROBLEMS[status] ?? "The picture cannot be loaded.");
  } catch {
    return "Airflow cannot be reached.";
  }
}
