/**
 * Where the focus goes when a dialog that no button of its own has opened is closed: back to what had it, or, where that is
 * gone with what was done, to the page itself.
 */

/** The first that can have it: a page's heading, else its first button. */
const PAGE = "main h1[tabindex], main button";

/** To be called when the dialog opens. @returns for `onCloseAutoFocus`. */
export function focusReturn(): (event: Event) => void {
  const opener = document.activeElement;
  return (event) => {
    event.preventDefault();
    const isThere = opener instanceof HTMLElement && opener.isConnected && opener !== document.body;
    (isThere ? opener : document.querySelector<HTMLElement>(PAGE))?.focus({ preventScroll: isThere });
  };
}
