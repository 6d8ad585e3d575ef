/** How the screen looks: theme and colours, by a menu. */
import * as Menu from "@kobalte/core/dropdown-menu";
import { For, type JSX } from "solid-js";
import { words } from "../words/words.ts";
import { SettingsIcon } from "./icons.tsx";
import { PALETTES, palette, setPalette, setTheme, THEMES, theme } from "./theme.ts";
import "./view-menu.css";

export function ViewMenu(): JSX.Element {
  let trigger!: HTMLButtonElement;
  return (
    <Menu.Root placement="bottom-end" modal={false}>
      <Menu.Trigger ref={trigger} class="button button-plain button-small" aria-label={words().shell.view}>
        <SettingsIcon />
      </Menu.Trigger>
      <Menu.Portal mount={trigger.parentNode as Node}>
        <Menu.Content class="menu">
          <Choice
            label={words().shell.theme}
            values={THEMES}
            names={words().shell.themes}
            value={theme()}
            choose={setTheme}
          />
          <Choice
            label={words().shell.palette}
            values={PALETTES}
            names={words().shell.palettes}
            value={palette()}
            choose={setPalette}
          />
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly values: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  readonly value: T;
  readonly choose: (value: T) => void;
}

function Choice<T extends string>(props: ChoiceProps<T>): JSX.Element {
  return (
    <Menu.Group class="menu-group">
      <Menu.GroupLabel class="menu-label">{props.label}</Menu.GroupLabel>
      <Menu.RadioGroup value={props.value} onChange={(value) => props.choose(value as T)}>
        <For each={props.values}>
          {(value) => (
            <Menu.RadioItem class="menu-item" value={value} closeOnSelect={false}>
              <span class="menu-mark">
                <Menu.ItemIndicator>✓</Menu.ItemIndicator>
              </span>
              {props.names[value]}
            </Menu.RadioItem>
          )}
        </For>
      </Menu.RadioGroup>
    </Menu.Group>
  );
}
