/** Everything that can be done here, by typing a part of its name. */
import * as Dialog from "@kobalte/core/dialog";
import { Command } from "cmdk-solid";
import { For, type JSX, Show } from "solid-js";
import { words } from "../words/words.ts";
import { commands, type Command as Offered } from "./commands.ts";
import { focusReturn } from "./focus-return.ts";
import { COMMAND_MENU_KEY, keyText } from "./key-text.ts";

const GROUPS = ["trade", "market", "account", "view", "go"] as const;
/** What is no command: how to come here, and to what a message says. */
const OTHER_KEYS = ["menu", "messages", "ladder"] as const;
const KEYS_OF = { menu: [keyText(COMMAND_MENU_KEY), "?"], messages: ["F8"], ladder: ["↑ ↓"] } as const;

export default function CommandMenu(props: { readonly close: () => void }): JSX.Element {
  const giveFocusBack = focusReturn();
  const ofGroup = (group: string): readonly Offered[] => commands().filter((command) => command.group === group);
  let chosen: Offered | null = null;
  const run = (command: Offered): void => {
    chosen = command;
    props.close();
  };
  /** What runs may take the focus: it runs once the menu has given it back. */
  const afterwards = (event: Event): void => {
    giveFocusBack(event);
    chosen?.run();
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && props.close()}>
      <Dialog.Portal>
        <Dialog.Overlay class="dialog-veil" />
        <Dialog.Content class="command-menu" onCloseAutoFocus={afterwards}>
          <Dialog.Title class="only-heard">{words().shell.commands}</Dialog.Title>
          <Command label={words().shell.commands} loop vimBindings={false}>
            <Command.Input
              class="command-input"
              placeholder={words().shell.commandHint}
              aria-label={words().shell.commandHint}
              autofocus
            />
            <Command.List class="command-list" label={words().shell.commands}>
              <Command.Empty class="command-empty">{words().shell.noCommand}</Command.Empty>
              <For each={GROUPS}>
                {(group) => (
                  <Show when={ofGroup(group).length > 0}>
                    <Command.Group>
                      {/* A list box has options alone: the name of a group is for the eye. */}
                      <div class="command-heading" aria-hidden="true">
                        {words().shell.commandGroups[group]}
                      </div>
                      <For each={ofGroup(group)}>
                        {(command) => (
                          <Command.Item
                            class="command-item"
                            value={`${command.label()} ${words().shell.commandGroups[group]} ${command.id}`}
                            onSelect={() => run(command)}
                          >
                            <span>{command.label()}</span>
                            <Show when={command.key}>{(key) => <kbd class="command-key">{keyText(key())}</kbd>}</Show>
                          </Command.Item>
                        )}
                      </For>
                    </Command.Group>
                  </Show>
                )}
              </For>
            </Command.List>
          </Command>
          <ul class="command-foot" aria-label={words().shell.keys}>
            <For each={OTHER_KEYS}>
              {(name) => (
                <li>
                  <For each={KEYS_OF[name]}>{(key) => <kbd class="command-key">{key}</kbd>}</For>{" "}
                  {words().shell.keysOf[name]}
                </li>
              )}
            </For>
          </ul>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
