/** The few pictures of the screen; each is beside a word or a label, and itself not heard. */
import type { JSX } from "solid-js";

function Icon(props: { readonly path: string }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
      <path
        d={props.path}
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

export const CloseIcon = (): JSX.Element => <Icon path="M5 5l10 10M15 5L5 15" />;
export const ChevronDownIcon = (): JSX.Element => <Icon path="M5 7.5l5 5 5-5" />;
export const SearchIcon = (): JSX.Element => (
  <Icon path="M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l3.5 3.5" />
);
export const SettingsIcon = (): JSX.Element => <Icon path="M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4" />;
export const PersonIcon = (): JSX.Element => (
  <Icon path="M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.8 16.6c.8-2.8 3.2-4.4 6.2-4.4s5.4 1.6 6.2 4.4" />
);
export const DownloadIcon = (): JSX.Element => <Icon path="M10 3.5v9M6 9l4 4 4-4M4 16.5h12" />;
