/**
 * Where the focus goes when a dialog that no button of its own has opened is closed: back to what had it, or, where that is
 * gone with what was done, to the page's heading.
 */

/** To be called when the dialog opens. @returns for `onCloseAutoFocus`. */
export function focusReturn(): (event: Event) => void {
  const opener = document.activeElement;
  return (event) => {
    event.preventDefault();
    const isThere = opener instanceof HTMLElement && opener.isConnected && opener !== document.body;
    (isThere ? opener : document.querySelector<HTMLElement>(".ops-title"))?.focus({ preventScroll: isThere });
  };
}
