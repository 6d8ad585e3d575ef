/** How long a candle is: the usual lengths as buttons, all of them in a menu. */
import * as Menu from "@kobalte/core/dropdown-menu";
import { For, type JSX, Show } from "solid-js";
import { INTERVALS, type Interval } from "../exchange/contract.ts";
import { ChevronDownIcon } from "../shell/icons.tsx";
import { words } from "../words/words.ts";
import { SHOWN_INTERVALS } from "./intervals.ts";

interface IntervalChoiceProps {
  readonly interval: Interval;
  readonly choose: (interval: Interval) => void;
}

const GROUPS = [
  { name: "seconds", ends: "s" },
  { name: "minutes", ends: "m" },
  { name: "hours", ends: "h" },
  { name: "days", ends: "dwM" },
] as const;

export function IntervalChoice(props: IntervalChoiceProps): JSX.Element {
  return (
    <>
      <fieldset class="chart-intervals" aria-label={words().chart.interval}>
        <For each={SHOWN_INTERVALS}>
          {(interval) => (
            <button
              type="button"
              class="chart-interval"
              aria-pressed={props.interval === interval}
              aria-label={words().chart.intervalLabel(interval, intervalName(interval))}
              onClick={() => props.choose(interval)}
            >
              {interval}
            </button>
          )}
        </For>
      </fieldset>
      <Menu.Root placement="bottom-start" modal={false}>
        <Menu.Trigger
          class="chart-interval chart-interval-menu"
          classList={{ "chart-interval-other": !SHOWN_INTERVALS.includes(props.interval) }}
          aria-label={words().chart.moreIntervals(props.interval, intervalName(props.interval))}
        >
          <span class="chart-interval-name">{props.interval}</span>
          <ChevronDownIcon />
        </Menu.Trigger>
        <Menu.Portal mount={landmark()}>
          <Menu.Content class="menu">
            <Menu.RadioGroup value={props.interval} onChange={props.choose}>
              <div class="chart-interval-groups">
                <For each={GROUPS}>
                  {({ name, ends }) => (
                    <Menu.Group>
                      <Menu.GroupLabel class="menu-label">{words().chart.intervalGroup[name]}</Menu.GroupLabel>
                      <For each={INTERVALS.filter((interval) => ends.includes(interval.slice(-1)))}>
                        {(interval) => (
                          <Menu.RadioItem class="menu-item" value={interval}>
                            <span class="menu-mark">
                              <Show when={props.interval === interval}>✓</Show>
                            </span>
                            {intervalName(interval)}
                          </Menu.RadioItem>
                        )}
                      </For>
                    </Menu.Group>
                  )}
                </For>
              </div>
            </Menu.RadioGroup>
          </Menu.Content>
        </Menu.Portal>
      </Menu.Root>
    </>
  );
}

/** The page's main part, so that what is in the menu is in a landmark too. */
function landmark(): HTMLElement {
  return document.querySelector("main") ?? document.body;
}

function intervalName(interval: Interval): string {
  const unit = interval.slice(-1) as "s" | "m" | "h" | "d" | "w" | "M";
  return words().chart.intervalName(Number.parseInt(interval, 10), unit);
}
