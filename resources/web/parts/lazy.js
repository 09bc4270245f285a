// Images that load when they come into view, also where the browser has no `loading="lazy"` (before Chromium 77).

const isNative = "loading" in HTMLImageElement.prototype;

const observer = isNative ? null : new IntersectionObserver((entries) => {
  entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
    observer.unobserve(target);
    target.src = target.dataset.src;
  });
}, { rootMargin: "40% 0px" });

/** Let an image load `address` once it is, or is about to be, in view. */
export function loadLazily(image, address) {
  if (isNative) {
    image.loading = "lazy";
    image.src = address;
  } else {
    image.dataset.src = address;
    observer.observe(image);
  }
}
